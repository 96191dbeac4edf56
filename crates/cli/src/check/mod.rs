//! `mingjing check`：清单进去，发现出来。

mod findings;
mod json;
mod over_cases;
pub(crate) mod reports;
pub(crate) mod stream;
mod tally;
pub(crate) mod terminal;
mod trial;
mod why;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use mingjing_domain::coverage::Coverage;
use mingjing_interchange::adapters::choice::Adapter;
use mingjing_interchange::mapping::Mapping;
use mingjing_interchange::read::Case;
use mingjing_kernel::date::Date;
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::lawbook::Lawbook;

use crate::Answer;
use crate::args::{AsOf, CheckArgs, CoverageChoice, Format, HowToRead, ReadArgs};
use crate::check::findings::{Rendered, Wanted};
use crate::check::reports::Reports;
use crate::check::stream::{Fill, Job, Told};
use crate::check::tally::Tally;
use crate::check::trial::Trials;
use crate::files::{self, ListFile};
use crate::{clock, lawbook_files};

pub(crate) fn run(args: &CheckArgs, folder: Option<&Path>) -> anyhow::Result<Answer> {
    let lawbook = lawbook_files::open(folder)?;
    let files = files_to_read(&args.read, &args.report, &lawbook)?;
    let job = Job {
        skip_duties: args.format == Format::Table && args.report.is_empty(),
        ..job(&args.read.how, &lawbook, &files)?
    };
    match args.why.as_deref() {
        Some([case, code]) => why::run(&job, case, code),
        _ => list(args, &job),
    }
}

/// 核对参数与报告的路径，打开要读的文件。
pub(crate) fn files_to_read(
    args: &ReadArgs,
    reports: &[PathBuf],
    lawbook: &Lawbook,
) -> anyhow::Result<Vec<ListFile>> {
    files_of(&args.files, &args.how, reports, lawbook)
}

/// 同上，文件与读法分开给。
pub(crate) fn files_of(
    files: &[PathBuf],
    how: &HowToRead,
    reports: &[PathBuf],
    lawbook: &Lawbook,
) -> anyhow::Result<Vec<ListFile>> {
    check_department(how, lawbook)?;
    let inputs: Vec<PathBuf> = files.iter().chain(&how.mapping).cloned().collect();
    reports::check_paths(reports, &inputs)?;
    list_files(files)
}

/// 要做的事：读这些文件，不要义务清单。
pub(crate) fn job<'a>(
    args: &HowToRead,
    lawbook: &'a Lawbook,
    files: &'a [ListFile],
) -> anyhow::Result<Job<'a>> {
    Ok(Job {
        lawbook,
        files,
        adapter: adapter(args)?,
        today: clock::today()?,
        as_of: as_of(args)?,
        fill: fill(args),
        skip_duties: true,
        threads: threads(args),
    })
}

/// 全部案件的发现。
fn list(args: &CheckArgs, job: &Job<'_>) -> anyhow::Result<Answer> {
    let explainer = Explainer::new(job.lawbook);
    let wanted = Wanted {
        json: args.format == Format::Json,
        entry: !args.report.is_empty(),
    };
    let mut tally = Tally::new(job);
    let mut reports = Reports::new(&args.report, job)?;
    let mut printer = terminal::Printer::new(wanted.json);
    let mut trials = Trials::new(args.trial, wanted.json);
    let bar = terminal::Bar::new(job.files);
    let render = |case: &Case, assessment: &_| {
        let rendered = Rendered::new(&explainer, wanted, case, assessment);
        let on_trial = if args.trial {
            trial::heard(&explainer, case, assessment)
        } else {
            Vec::new()
        };
        Rendered {
            on_trial,
            ..rendered
        }
    };
    let read = stream::run(job, &|at| bar.tell(at), &render, &mut |told| {
        tally.add(&told);
        match told {
            Told::Case(mut judged) => {
                trials.take(std::mem::take(&mut judged.rendered.on_trial));
                printer.case(&judged)?;
                reports.case(*judged);
            }
            Told::Refused(errors) => {
                for error in &errors {
                    reports.refused(error);
                    printer.refused(error)?;
                }
            }
            Told::Note(note) | Told::Repeated(note) => {
                reports.note(&note);
                printer.note(&note)?;
            }
        }
        Ok(())
    });
    bar.finish();
    let (summary, over_cases) = read?;
    tally.summary = summary;
    tally.add_over_cases(&over_cases);
    printer.over_cases(&explainer, &over_cases)?;
    printer.trials(&trials)?;
    printer.finish(&tally)?;
    reports.finish(&tally)?;
    Ok(tally.answer())
}

fn list_files(paths: &[PathBuf]) -> anyhow::Result<Vec<ListFile>> {
    for (at, path) in paths.iter().enumerate() {
        anyhow::ensure!(
            !paths[..at].contains(path),
            "{} 写了两次；同一份清单只读一次",
            crate::table::plain(&path.display().to_string())
        );
    }
    paths.iter().map(|path| ListFile::new(path)).collect()
}

pub(crate) fn as_of(args: &HowToRead) -> anyhow::Result<Option<Date>> {
    match args.as_of {
        None => Ok(None),
        Some(AsOf::Day(day)) => Ok(Some(day)),
        Some(AsOf::Today) => clock::today().map(Some),
    }
}

fn fill(args: &HowToRead) -> Fill {
    Fill {
        department: args.department.clone(),
        region: args.region.clone(),
        coverage: match args.coverage {
            CoverageChoice::Declared => None,
            CoverageChoice::Closed => Some(Coverage::Closed),
            CoverageChoice::Open => Some(Coverage::Open),
        },
    }
}

pub(crate) fn threads(args: &HowToRead) -> usize {
    args.jobs.map_or_else(
        || std::thread::available_parallelism().map_or(1, |n| n.get().min(32)),
        usize::from,
    )
}

fn check_department(args: &HowToRead, lawbook: &Lawbook) -> anyhow::Result<()> {
    let known = &lawbook.book.vocabulary.departments;
    if let Some(department) = args.department.as_ref().filter(|d| !known.contains_key(*d)) {
        let list: Vec<String> = known
            .iter()
            .map(|(code, name)| format!("{code}（{name}）"))
            .collect();
        anyhow::bail!(
            "--department 没有“{}”。可以是：{}",
            crate::table::plain(department),
            list.join("、")
        );
    }
    Ok(())
}

fn adapter(args: &HowToRead) -> anyhow::Result<Option<Adapter>> {
    if let Some(path) = &args.mapping {
        let shown = path.display().to_string();
        let text = std::fs::read(path)
            .map_err(|error| files::in_chinese(&error))
            .with_context(|| format!("打不开映射文件 {shown}"))?;
        let text = String::from_utf8(text)
            .map_err(|_| anyhow::anyhow!("映射文件 {shown} 不是 UTF-8 编码，请另存为 UTF-8"))?;
        let mapping = Mapping::parse(&text, &shown).map_err(|error| anyhow::anyhow!("{error}"))?;
        return Ok(Some(Adapter::Mapped(Arc::new(mapping))));
    }
    let Some(name) = &args.adapter else {
        return Ok(None);
    };
    let found = Adapter::find(name);
    anyhow::ensure!(
        found.is_some(),
        "--adapter 没有“{}”。可以是：{}",
        crate::table::plain(name),
        {
            let list = Adapter::list();
            list.iter()
                .map(|(id, name)| format!("{id}（{name}）"))
                .collect::<Vec<_>>()
                .join("、")
        }
    );
    Ok(found)
}
