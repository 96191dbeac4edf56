//! `--why 案件 规则`：一案的一条规则，为什么是这个结论。

use std::ops::ControlFlow;

use mingjing_domain::finding::Status;
use mingjing_interchange::read::{self, Case, Item, Source};
use mingjing_lawbook::assess::{Options, assess};
use mingjing_lawbook::explain::Explainer;

use crate::Answer;
use crate::check::stream::Job;
use crate::law;
use crate::output;
use crate::table::plain;

pub(crate) fn run(job: &Job<'_>, wanted: &str, code: &str) -> anyhow::Result<Answer> {
    law::find(job.lawbook, code)?;
    let mut case = find(job, wanted)?;
    job.fill.apply(&mut case);
    let explainer = Explainer::new(job.lawbook);
    let options = Options {
        as_of: job.as_of,
        ..Options::default()
    };
    let text = explainer
        .why(&case.timeline, &options, code)
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    output::text(lines_of(&text.to_string()))?;
    let assessment = assess(job.lawbook, &case.timeline, &options);
    let is_found = assessment.results.iter().any(|result| {
        result.code.as_ref() == code
            && matches!(result.status, Some(Status::Violated | Status::Doubt))
    });
    Ok(if is_found {
        Answer::Found
    } else {
        Answer::Clean
    })
}

/// 最多说几处没有读入的行：要找的案件也许就在其中。
const REFUSED_MAX: usize = 10;

/// 在清单里找一案。
fn find(job: &Job<'_>, wanted: &str) -> anyhow::Result<Box<Case>> {
    let opens: Vec<_> = job.files.iter().map(|file| move || file.open()).collect();
    let sources: Vec<Source<'_>> = job
        .files
        .iter()
        .zip(&opens)
        .map(|(file, open)| Source {
            name: file.name(),
            open,
        })
        .collect();
    let vocabulary = &job.lawbook.book.vocabulary;
    let options = read::Options {
        today: job.today,
        is_unsigned: &|owner, field| vocabulary.is_unsigned(owner, field),
        adapter: job.adapter.clone(),
        progress: None,
    };
    let mut found = None;
    let mut refused = Vec::new();
    let summary = read::read(&sources, &options, &mut |item| match item {
        Item::Case(case) if case.timeline.id == wanted => {
            found = Some(case);
            ControlFlow::Break(())
        }
        Item::Refused(errors) => {
            let room = REFUSED_MAX.saturating_sub(refused.len());
            let told = errors.iter().take(room);
            refused.extend(told.map(|error| plain(&error.to_string())));
            ControlFlow::Continue(())
        }
        Item::Case(_) | Item::Note(_) | Item::Repeated(_) => ControlFlow::Continue(()),
    });
    found.ok_or_else(|| {
        for line in refused {
            output::aside(format_args!("没有读入：{line}"));
        }
        anyhow::anyhow!(
            "清单里没有读到案件“{}”（读成 {} 案，拒绝 {} 行）。案件标识须与清单里的完全相同",
            plain(wanted),
            summary.cases,
            summary.refused
        )
    })
}

/// 逐行去掉作怪的字符，换行保留，末尾有换行。
fn lines_of(text: &str) -> String {
    text.lines()
        .map(|line| format!("{}\n", plain(line)))
        .collect()
}
