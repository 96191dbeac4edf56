//! 报告：HTML 与 xlsx，内容由 `documents` 定，这里只管填与存。

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use mingjing_documents::check_report::{self, Heading, Input, RefusedRow, Report};
use mingjing_interchange::error::RowError;

use crate::check::findings::Rendered;
use crate::check::stream::{Job, Judged};
use crate::check::tally::Tally;
use crate::{clock, files, output};

/// 报告的格式，由扩展名定。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Html,
    Xlsx,
}

/// 报告的格式；认不出的说出来。
pub(crate) fn kind(path: &Path) -> anyhow::Result<Kind> {
    let extension = path
        .extension()
        .and_then(OsStr::to_str)
        .map(str::to_ascii_lowercase);
    match extension.as_deref() {
        Some("html" | "htm") => Ok(Kind::Html),
        Some("xlsx") => Ok(Kind::Xlsx),
        _ => anyhow::bail!(
            "报告 {} 的格式不明，请以 .html 或 .xlsx 结尾",
            path.display()
        ),
    }
}

/// 开始之前就核对：长长地算完才说写不了，最恼人。
///
/// 报告不得写在要读的文件上：那会毁掉材料。
pub(crate) fn check_paths(paths: &[PathBuf], inputs: &[PathBuf]) -> anyhow::Result<()> {
    let inputs: Vec<PathBuf> = inputs
        .iter()
        .filter_map(|p| p.canonicalize().ok())
        .collect();
    for path in paths {
        kind(path)?;
        anyhow::ensure!(
            !path.canonicalize().is_ok_and(|p| inputs.contains(&p)),
            "报告 {} 就是要读的文件，写下去会毁掉材料，请换一个文件名",
            path.display()
        );
        anyhow::ensure!(
            !path.is_dir(),
            "报告 {} 是一个目录，请写文件名",
            path.display()
        );
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
        anyhow::ensure!(
            folder.is_none_or(Path::is_dir),
            "报告 {} 所在的目录不存在，请先建好",
            path.display()
        );
    }
    Ok(())
}

/// 要写的报告；没有要写的就什么也不留。
pub(crate) struct Reports<'a> {
    paths: &'a [PathBuf],
    report: Option<Report>,
}

impl<'a> Reports<'a> {
    pub(crate) fn new(paths: &'a [PathBuf], job: &Job<'_>) -> anyhow::Result<Self> {
        let heading = |at: String| Heading {
            title: "行政执法案件核查报告".to_owned(),
            software: concat!("明镜 ", env!("CARGO_PKG_VERSION")).to_owned(),
            lawbook: job.lawbook.version.to_string(),
            as_of: job.as_of,
            made_at: at,
        };
        let report = match paths {
            [] => None,
            _ => Some(Report::new(heading(format!(
                "{}（北京时间）",
                clock::now()?.in_chinese()
            )))),
        };
        Ok(Reports { paths, report })
    }

    pub(crate) fn case(&mut self, judged: Judged<Rendered>) {
        if let Some(report) = &mut self.report {
            let origin = &judged.case.origin;
            for mismatch in judged.mismatches {
                report.add_note(RefusedRow {
                    file: origin.file.clone(),
                    sheet: origin.sheet.clone(),
                    row: Some(origin.row),
                    column: Some(mismatch.subject),
                    value: None,
                    reason: mismatch.message,
                    remedy: "请按事件词表改正".to_owned(),
                });
            }
            if let Some(entry) = judged.rendered.entry {
                report.add_entry(entry);
            }
        }
    }

    pub(crate) fn refused(&mut self, error: &RowError) {
        if let Some(report) = &mut self.report {
            report.add_refused(row(error));
        }
    }

    pub(crate) fn note(&mut self, note: &RowError) {
        if let Some(report) = &mut self.report {
            report.add_note(row(note));
        }
    }

    /// 写出全部报告；路径告诉在标准错误上。
    pub(crate) fn finish(self, tally: &Tally<'_>) -> anyhow::Result<()> {
        let Some(mut report) = self.report else {
            return Ok(());
        };
        for file in &tally.files {
            let mut coverage: Vec<String> = Vec::new();
            for sentence in file.coverages.iter().flatten() {
                if !coverage.contains(sentence) {
                    coverage.push(sentence.clone());
                }
            }
            if file.has_more_coverages {
                coverage.push("各案自己声明的覆盖范围不同，以上只列出头几种。".to_owned());
            }
            report.add_input(Input {
                file: file.name.clone(),
                format: file.format.clone(),
                adapter: file
                    .adapters
                    .iter()
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .join("、"),
                coverage,
                rows: file.cases + file.refused + file.repeated,
                cases: file.cases,
                refused: file.refused,
                repeated: file.repeated,
            });
        }
        for path in self.paths {
            let bytes = match kind(path)? {
                Kind::Html => check_report::to_html(&report).into_bytes(),
                Kind::Xlsx => check_report::to_xlsx(&report).map_err(|e| anyhow::anyhow!("{e}"))?,
            };
            save(path, &bytes)?;
        }
        Ok(())
    }
}

/// 写出一份报告，路径告诉在标准错误上。
pub(crate) fn save(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    write_whole(path, bytes)
        .map_err(|error| files::in_chinese(&error))
        .with_context(|| format!("报告 {} 写不了", path.display()))?;
    output::aside(format_args!("报告：{}", path.display()));
    Ok(())
}

/// 整份写出：先写在旁边的临时文件里，写完才换上。中途断了，原来的报告还在，新的没有。
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A link is followed, so that what it leads to is replaced and not the link.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if target.exists() && !target.is_file() {
        return fs::write(target, bytes);
    }
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    let part = target.with_file_name(name);
    let written = File::create_new(&part)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&part, &target));
    if written.is_err() {
        // What is half written is of no use; the first error is the one to tell.
        let _ = fs::remove_file(&part);
    }
    written
}

fn row(error: &RowError) -> RefusedRow {
    RefusedRow {
        file: error.file.clone(),
        sheet: error.sheet.clone(),
        row: error.row,
        column: error.column.clone(),
        value: error.value.clone(),
        reason: error.reason.clone(),
        remedy: error.remedy.clone(),
    }
}
