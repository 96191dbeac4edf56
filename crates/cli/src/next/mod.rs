//! `mingjing next`：一案走到了哪里，现在可以做什么、由谁做、还缺什么。

mod json;
mod text;

use std::io::{self, Write as _};
use std::ops::ControlFlow;
use std::path::Path;

use mingjing_domain::procedure::{NextAction, Progress};
use mingjing_interchange::read::Case;
use mingjing_kernel::date::Date;
use mingjing_lawbook::assess::Options;
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::prepare::{self, prepare};
use mingjing_lawbook::proceed::actions::next_actions;
use mingjing_lawbook::proceed::fold::fold;

use crate::Answer;
use crate::args::{AsOf, Format, NextArgs};
use crate::table::plain;
use crate::{case_file, clock, lawbook_files};

/// 一案的回答。
struct Told<'a> {
    case: &'a prepare::Case<'a>,
    progress: Progress,
    actions: Vec<NextAction>,
}

pub(crate) fn run(args: &NextArgs, folder: Option<&Path>) -> anyhow::Result<Answer> {
    let lawbook = lawbook_files::open(folder)?;
    let explainer = Explainer::new(&lawbook);
    let as_of = match args.as_of {
        None => None,
        Some(AsOf::Day(day)) => Some(day),
        Some(AsOf::Today) => Some(clock::today()?),
    };
    let mut out = io::stdout().lock();
    let mut found = 0usize;
    let seen = case_file::each_case(&args.file, &lawbook, &mut |case| {
        let is_wanted = args.case.as_ref().is_none_or(|id| *id == case.timeline.id);
        if !is_wanted {
            return Ok(ControlFlow::Continue(()));
        }
        let text = tell(&explainer, &case, as_of, args.format);
        out.write_all(text.as_bytes())?;
        found += 1;
        Ok(match args.case {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        })
    })?;
    out.flush()?;
    match (&args.case, found) {
        (Some(case), 0) => anyhow::bail!(
            "文件里没有读到案件“{}”（读成 {seen} 案）。案件标识须与文件里的完全相同",
            plain(case)
        ),
        (None, 0) => anyhow::bail!("一案也没有读成"),
        _ => Ok(Answer::Clean),
    }
}

fn tell(explainer: &Explainer<'_>, case: &Case, as_of: Option<Date>, format: Format) -> String {
    let lawbook = explainer.lawbook();
    // A case without any event is looked at on the newest day that the calendar knows.
    let newest = || lawbook.calendar.coverage().1;
    let as_of = as_of.or_else(|| case.timeline.events.is_empty().then(newest));
    let prepared = prepare(&lawbook.book.vocabulary, &case.timeline, as_of, None);
    let told = Told {
        progress: fold(lawbook, &prepared),
        actions: next_actions(lawbook, &prepared, &Options::default()),
        case: &prepared,
    };
    match format {
        Format::Table => text::case(explainer, &told),
        Format::Json => format!("{}\n", json::case(lawbook, &told)),
    }
}
