//! `mingjing due`：到期日，连同一位法官能逐句核对的推算过程。

use std::io;
use std::path::Path;

use anyhow::Context as _;
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::due::{self, Due, DueAt, Extension, PeriodPlan, Span, Start};
use mingjing_kernel::period::{Period, PeriodUnit};
use serde_json::json;

use crate::Answer;
use crate::args::{DueArgs, Format};
use crate::{lawbook_files, output};

pub(crate) fn run(args: &DueArgs, folder: Option<&Path>) -> anyhow::Result<Answer> {
    let calendar = lawbook_files::calendar(folder)?;
    let start = start(args)?;
    let mut names = Vec::new();
    let mut spans = Vec::new();
    for text in &args.exclude {
        let (after, through, name) = exclusion(text)?;
        spans.push(Span {
            after,
            through,
            tag: tag(&mut names, name)?,
        });
    }
    let mut extensions = Vec::new();
    for text in &args.extend {
        let (add, approved) = extension(text)?;
        let name = format!("第{}次延期", extensions.len() + 1);
        extensions.push(Extension {
            add,
            approved,
            refused: false,
            tag: tag(&mut names, name)?,
        });
    }
    let plan = PeriodPlan {
        base: args.period,
        excluded: &spans,
        extensions: &extensions,
    };
    let due = due::due(start, &plan, &calendar).map_err(|e| anyhow::anyhow!("{e}"))?;
    let label = |tag: u16| names.get(usize::from(tag)).cloned().unwrap_or_default();
    let words = due.derivation.in_words(&calendar, &label);
    match args.format {
        Format::Table => print_words(&due, &words)?,
        Format::Json => output::line(in_json(args, start, &due, &words, &label))?,
    }
    Ok(Answer::Clean)
}

fn tag(names: &mut Vec<String>, name: String) -> anyhow::Result<u16> {
    let tag = u16::try_from(names.len()).context("扣除与延期太多")?;
    names.push(name);
    Ok(tag)
}

fn day(text: &str) -> anyhow::Result<Date> {
    Date::parse_iso(text.trim()).map_err(|error| anyhow::anyhow!("{error}"))
}

fn start(args: &DueArgs) -> anyhow::Result<Start> {
    let is_hours = args.period.unit() == PeriodUnit::Hours;
    if let Some(time) = &args.hours_from {
        anyhow::ensure!(is_hours, "--hours-from 只用于以小时计的期限，如 HR(24)");
        let text = format!("{}T{time}", day(&args.start)?);
        return Ok(Start::Minute(instant(&text)?));
    }
    if args.start.contains(['T', 't', ' ']) {
        let at = instant(&args.start)?;
        return Ok(if is_hours {
            Start::Minute(at)
        } else {
            Start::Day(at.date())
        });
    }
    Ok(Start::Day(day(&args.start)?))
}

fn instant(text: &str) -> anyhow::Result<Timestamp> {
    Timestamp::parse(text).map_err(|error| anyhow::anyhow!("{error}"))
}

fn exclusion(text: &str) -> anyhow::Result<(Date, Option<Date>, String)> {
    let wrong = || format!("--exclude “{text}”看不懂，请写成 2024-12-10..2024-12-30:鉴定 的样子");
    let (range, name) = text.split_once([':', '：']).unwrap_or((text, "扣除"));
    let (after, through) = range.split_once("..").with_context(wrong)?;
    let after = day(after).with_context(wrong)?;
    let through = match through.trim() {
        "" => None,
        through => Some(day(through).with_context(wrong)?),
    };
    anyhow::ensure!(
        through.is_none_or(|through| after <= through),
        "--exclude “{text}”的止日早于起日"
    );
    Ok((after, through, name.trim().to_owned()))
}

fn extension(text: &str) -> anyhow::Result<(Period, Date)> {
    let wrong = || format!("--extend “{text}”看不懂，请写成 CD(30)@2025-01-20 的样子");
    let (add, approved) = text.split_once('@').with_context(wrong)?;
    let add = add.trim().parse::<Period>().with_context(wrong)?;
    Ok((add, day(approved).with_context(wrong)?))
}

fn print_words(due: &Due, words: &[String]) -> io::Result<()> {
    let provisional = if due.provisional { "（暂定）" } else { "" };
    output::line(format_args!("到期：{}{provisional}", due.at.in_chinese()))?;
    for line in words {
        output::line(format_args!("  {line}"))?;
    }
    Ok(())
}

fn in_json(
    args: &DueArgs,
    start: Start,
    due: &Due,
    words: &[String],
    label: &dyn Fn(u16) -> String,
) -> serde_json::Value {
    let spans: Vec<_> = due
        .derivation
        .spans
        .iter()
        .map(|span| {
            let names: Vec<String> = span.tags.iter().map(|tag| label(*tag)).collect();
            json!({
                "after": span.after.to_string(),
                "through": span.through.map(|d| d.to_string()),
                "days": span.days,
                "names": names,
            })
        })
        .collect();
    let extensions: Vec<_> = due
        .derivation
        .extensions
        .iter()
        .map(|step| {
            json!({
                "add": step.add.to_string(),
                "approved": step.approved.to_string(),
                "valid": step.outcome == due::ExtensionOutcome::Valid,
                "due_then": step.due_then.map(|d| d.to_string()),
            })
        })
        .collect();
    json!({
        "start": match start {
            Start::Day(day) => day.to_string(),
            Start::Minute(at) => at.to_string(),
        },
        "period": args.period.to_string(),
        "due_at": due.at.text(),
        "suspended_since": match due.at {
            DueAt::Suspended { since } => Some(since.to_string()),
            DueAt::Day(_) | DueAt::Minute(_) => None,
        },
        "provisional": due.provisional,
        "excluded_intervals": spans,
        "extensions": extensions,
        "derivation": words,
    })
}
