//! `mingjing score`：案卷进去，评分表出来。

mod json;
mod text;

use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use mingjing_documents::score_sheet::{self, Heading, ScoreSheets};
use mingjing_domain::finding::Assessment;
use mingjing_interchange::error::RowError;
use mingjing_interchange::read::Case;
use mingjing_lawbook::assess::Options;
use mingjing_lawbook::diagnostic::nearest;
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::sheet::Sheet;
use mingjing_lawbook::sheet::score::score;
use mingjing_lawbook::sheet::words::{self, SheetText};

use crate::Answer;
use crate::args::{Format, ScoreArgs};
use crate::check::reports::{self, Kind};
use crate::check::stream::{self, Job, Judged, Told};
use crate::check::{self, terminal};
use crate::table::plain;
use crate::{clock, lawbook_files, output};

/// 表里最多的行数；其余只计数，报告与 JSON 另有。
const LINES_MAX: usize = 5_000;

pub(crate) fn run(args: &ScoreArgs, folder: Option<&Path>) -> anyhow::Result<Answer> {
    let lawbook = lawbook_files::open(folder)?;
    let named = named(args, &lawbook)?;
    let files = check::files_to_read(&args.read, &args.report, &lawbook)?;
    let job = check::job(&args.read.how, &lawbook, &files)?;
    let explainer = Explainer::new(&lawbook);
    let render = |case: &Case, assessment: &Assessment| {
        let is_wanted = args.case.as_ref().is_none_or(|id| *id == case.timeline.id);
        if is_wanted {
            sheets(&explainer, named, case, assessment)
        } else {
            Vec::new()
        }
    };
    let mut desk = Desk::new(args)?;
    let bar = terminal::Bar::new(job.files);
    let done = stream::run(&job, &|at| bar.tell(at), &render, &mut |told| {
        desk.take(told)
    });
    bar.finish();
    done?;
    desk.finish(&job)
}

/// 指明的评分表；没有的列出全部。
fn named<'l>(args: &ScoreArgs, lawbook: &'l Lawbook) -> anyhow::Result<Option<&'l Sheet>> {
    let Some(code) = &args.sheet else {
        return Ok(None);
    };
    let found = lawbook.sheet(code);
    anyhow::ensure!(
        found.is_some(),
        "--sheet 没有“{}”。{}可以是：{}",
        plain(code),
        nearest(code, lawbook.sheets.iter().map(|s| s.code.as_ref())).unwrap_or_default(),
        listed(lawbook)
    );
    Ok(found)
}

fn listed(lawbook: &Lawbook) -> String {
    let one = |sheet: &Sheet| format!("{}（{}）", sheet.code, sheet.name);
    lawbook
        .sheets
        .iter()
        .map(one)
        .collect::<Vec<_>>()
        .join("、")
}

/// 一案的各张评分表。
fn sheets(
    explainer: &Explainer<'_>,
    named: Option<&Sheet>,
    case: &Case,
    assessment: &Assessment,
) -> Vec<SheetText> {
    let lawbook = explainer.lawbook();
    let chosen = match named {
        Some(sheet) => vec![sheet],
        None => lawbook.sheets_of(&case.timeline, assessment.as_of),
    };
    let options = Options {
        as_of: Some(assessment.as_of),
        ..Options::default()
    };
    chosen
        .into_iter()
        .filter_map(|sheet| lawbook.sheet(&sheet.code))
        .map(|sheet| {
            let scored = score(explainer, sheet, &case.timeline, &options);
            words::text(explainer, &case.timeline, &scored)
        })
        .collect()
}

/// 收下结果：打印，写报告，计数。
struct Desk<'a> {
    args: &'a ScoreArgs,
    out: BufWriter<io::Stdout>,
    lines: Vec<Vec<String>>,
    single: Vec<String>,
    sheets: Option<ScoreSheets>,
    scored: usize,
    failed: usize,
    cases: usize,
    without: Vec<String>,
    refused: usize,
}

impl<'a> Desk<'a> {
    fn new(args: &'a ScoreArgs) -> anyhow::Result<Self> {
        let sheets = if args.report.is_empty() {
            None
        } else {
            Some(ScoreSheets::new(Heading {
                title: "行政执法案卷评分表".to_owned(),
                software: concat!("明镜 ", env!("CARGO_PKG_VERSION")).to_owned(),
                made_at: format!("{}（北京时间）", clock::now()?.in_chinese()),
            }))
        };
        Ok(Desk {
            args,
            out: BufWriter::new(io::stdout()),
            lines: Vec::new(),
            single: Vec::new(),
            sheets,
            scored: 0,
            failed: 0,
            cases: 0,
            without: Vec::new(),
            refused: 0,
        })
    }

    fn take(&mut self, told: Told<Box<Judged<Vec<SheetText>>>>) -> anyhow::Result<()> {
        match told {
            Told::Case(judged) => self.case(*judged),
            Told::Refused(errors) => {
                self.refused += 1;
                errors.iter().for_each(|error| aside("没有读入", error));
                Ok(())
            }
            Told::Note(note) => {
                aside("说明", &note);
                Ok(())
            }
            Told::Repeated(_) => Ok(()),
        }
    }

    fn case(&mut self, judged: Judged<Vec<SheetText>>) -> anyhow::Result<()> {
        let id = &judged.case.timeline.id;
        if self.args.case.as_ref().is_some_and(|wanted| wanted != id) {
            return Ok(());
        }
        for mismatch in &judged.mismatches {
            output::aside(format_args!(
                "说明：{} {}：{}，请按事件词表改正",
                plain(id),
                mismatch.subject,
                mismatch.message
            ));
        }
        self.cases += 1;
        if judged.rendered.is_empty() {
            self.without.push(id.clone());
        }
        for sheet in judged.rendered {
            self.scored += 1;
            self.failed += usize::from(is_failed(&sheet));
            match self.args.format {
                Format::Json => writeln!(self.out, "{}", json::sheet(&sheet))?,
                Format::Table if self.args.case.is_some() => self.single.push(text::whole(&sheet)),
                Format::Table if self.lines.len() < LINES_MAX => {
                    self.lines.push(text::line(&sheet));
                }
                Format::Table => {}
            }
            if let Some(sheets) = &mut self.sheets {
                sheets.add(sheet);
            }
        }
        Ok(())
    }

    fn finish(mut self, job: &Job<'_>) -> anyhow::Result<Answer> {
        if let (Some(case), 0) = (&self.args.case, self.cases) {
            anyhow::bail!(
                "没有读到案件“{}”，案件标识须与文件里的完全相同",
                plain(case)
            );
        }
        if self.args.format == Format::Table {
            for sheet in &self.single {
                self.out.write_all(sheet.as_bytes())?;
            }
            if !self.lines.is_empty() {
                self.out.write_all(text::table(&self.lines).as_bytes())?;
            }
            writeln!(self.out, "{}", self.total())?;
        }
        self.out.flush()?;
        if !self.without.is_empty() {
            output::aside(format_args!(
                "{} 案没有评分：没有写明程序，或者没有评这种程序的表，如 {}。可以用 --sheet 指明：{}",
                self.without.len(),
                plain(&self.without[0]),
                listed(job.lawbook)
            ));
        }
        if let Some(sheets) = &self.sheets {
            for path in &self.args.report {
                let bytes = match reports::kind(path)? {
                    Kind::Html => score_sheet::to_html(sheets).into_bytes(),
                    Kind::Xlsx => score_sheet::to_xlsx(sheets)?,
                };
                reports::save(path, &bytes)?;
            }
        }
        Ok(match (self.scored, self.failed) {
            (0, _) => Answer::Unreadable,
            (_, 0) => Answer::Clean,
            _ => Answer::Found,
        })
    }

    fn total(&self) -> String {
        let dropped = self.scored - self.lines.len() - self.single.len();
        let more = if dropped > 0 {
            format!("；另有 {dropped} 张没有列出，见报告（--report）或 --format json")
        } else {
            String::new()
        };
        format!(
            "\n{} 案，{} 张评分表，{} 张不合格；没有评分 {} 案，没有读入 {} 行{more}",
            self.cases,
            self.scored,
            self.failed,
            self.without.len(),
            self.refused
        )
    }
}

/// 命中否决项，或者怎样补都不合格。
fn is_failed(sheet: &SheetText) -> bool {
    sheet.is_vetoed || sheet.grade == sheet.failed
}

fn aside(what: &str, error: &RowError) {
    output::aside(format_args!("{what}：{error}"));
}
