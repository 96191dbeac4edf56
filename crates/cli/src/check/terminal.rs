//! 打印：给人看的表与合计，或 JSON 的行；进度写在标准错误上。

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Stdout, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use mingjing_domain::finding::{Severity, Status};
use mingjing_interchange::error::RowError;
use mingjing_interchange::read::Progress;
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::sets::SetAssessment;

use crate::check::findings::{Line, Rendered};
use crate::check::stream::Judged;
use crate::check::tally::Tally;
use crate::check::trial::Trials;
use crate::check::{json, over_cases};
use crate::files::ListFile;
use crate::table::{self, Column, plain};

/// 表里最多的行数：先留重的；其余只计数。内存因此有上限，报告与 JSON 另有全部。
const LINES_MAX: usize = 5_000;
/// 逐行列出的拒绝与说明的条数。
const REFUSED_MAX: usize = 50;
const NOTES_MAX: usize = 20;
/// 逐行列出的跨案发现的条数。
const OVER_CASES_MAX: usize = 200;
/// 逐案列出无法判定的案件数，与所缺事实的项数。
const FOLDED_CASES_MAX: usize = 20;
const MISSING_SHOWN: usize = 12;
/// 记住的不同的所缺事实。
const MISSING_MAX: usize = 5_000;

/// 打印者。
pub(crate) struct Printer {
    out: BufWriter<Stdout>,
    is_json: bool,
    lines: BTreeMap<(std::cmp::Reverse<Severity>, Status), Vec<Line>>,
    kept: usize,
    dropped: u64,
    refused: Listed,
    notes: Listed,
    over_cases: Listed,
    over_cases_open: usize,
    folded: Vec<(String, String)>,
    trials: Vec<String>,
    /// 所缺的事实：多少案缺它，共可决定多少条规则
    missing: BTreeMap<(String, String), (u64, u64)>,
}

/// 头几条，与总数。
#[derive(Default)]
struct Listed {
    first: Vec<String>,
    count: u64,
}

impl Listed {
    fn add(&mut self, text: &dyn std::fmt::Display, max: usize) {
        self.count += 1;
        if self.first.len() < max {
            self.first.push(plain(&text.to_string()));
        }
    }

    fn write(&self, out: &mut impl Write, title: &str) -> io::Result<()> {
        if self.count == 0 {
            return Ok(());
        }
        writeln!(out, "\n{title}：{} 处", self.count)?;
        for line in &self.first {
            writeln!(out, "  {line}")?;
        }
        let rest = self.count - self.first.len() as u64;
        if rest > 0 {
            writeln!(
                out,
                "  ……另有 {rest} 处，见报告（--report）或 --format json"
            )?;
        }
        Ok(())
    }
}

impl Printer {
    pub(crate) fn new(is_json: bool) -> Self {
        Printer {
            out: BufWriter::new(io::stdout()),
            is_json,
            lines: BTreeMap::new(),
            kept: 0,
            dropped: 0,
            refused: Listed::default(),
            notes: Listed::default(),
            over_cases: Listed::default(),
            over_cases_open: 0,
            folded: Vec::new(),
            trials: Vec::new(),
            missing: BTreeMap::new(),
        }
    }

    pub(crate) fn case(&mut self, judged: &Judged<Rendered>) -> io::Result<()> {
        let origin = &judged.case.origin;
        for mismatch in &judged.mismatches {
            let note = RowError::new(mismatch.message.clone(), "请按事件词表改正")
                .in_column(mismatch.subject.clone())
                .at(&origin.file, origin.sheet.as_deref(), Some(origin.row));
            self.note(&note)?;
        }
        if self.is_json {
            return self.out.write_all(judged.rendered.json.as_bytes());
        }
        for line in &judged.rendered.lines {
            self.keep(line);
        }
        if let Some(folded) = &judged.rendered.folded {
            if self.folded.len() <= FOLDED_CASES_MAX {
                self.folded
                    .push((judged.case.timeline.id.clone(), folded.headline.clone()));
            }
            for missing in &folded.missing {
                let key = (missing.text.what.clone(), missing.text.why.clone());
                if self.missing.len() < MISSING_MAX || self.missing.contains_key(&key) {
                    let (cases, rules) = self.missing.entry(key).or_default();
                    *cases += 1;
                    *rules += missing.rules.len() as u64;
                }
            }
        }
        Ok(())
    }

    /// 跨案的发现，各案之后。
    pub(crate) fn over_cases(
        &mut self,
        explainer: &Explainer<'_>,
        assessment: &SetAssessment,
    ) -> io::Result<()> {
        if self.is_json {
            for found in &assessment.results {
                let line = over_cases::json(explainer, assessment, found);
                writeln!(self.out, "{line}")?;
            }
            return Ok(());
        }
        for line in over_cases::lines(explainer, assessment) {
            self.over_cases.add(&line, OVER_CASES_MAX);
        }
        self.over_cases_open = over_cases::undetermined(assessment);
        Ok(())
    }

    /// 试行的规则会说的：表在最后，JSON 在合计之前。
    pub(crate) fn trials(&mut self, trials: &Trials) -> io::Result<()> {
        for line in trials.lines() {
            if self.is_json {
                writeln!(self.out, "{line}")?;
            } else {
                self.trials.push(plain(&line));
            }
        }
        Ok(())
    }

    /// 满了就丢最轻的一行。
    fn keep(&mut self, line: &Line) {
        let key = (std::cmp::Reverse(line.severity), line.status);
        if self.kept == LINES_MAX {
            self.dropped += 1;
            let lightest = self.lines.keys().next_back().copied();
            if lightest.is_none_or(|lightest| lightest <= key) {
                return;
            }
            let mut group = lightest.and_then(|l| self.lines.remove_entry(&l));
            if let Some((key, mut lines)) = group.take() {
                lines.pop();
                if !lines.is_empty() {
                    self.lines.insert(key, lines);
                }
            }
        } else {
            self.kept += 1;
        }
        self.lines.entry(key).or_default().push(line.clone());
    }

    pub(crate) fn refused(&mut self, error: &RowError) -> io::Result<()> {
        if self.is_json {
            return writeln!(self.out, "{}", json::row("refused", error));
        }
        self.refused.add(error, REFUSED_MAX);
        Ok(())
    }

    pub(crate) fn note(&mut self, note: &RowError) -> io::Result<()> {
        if self.is_json {
            return writeln!(self.out, "{}", json::row("note", note));
        }
        self.notes.add(note, NOTES_MAX);
        Ok(())
    }

    pub(crate) fn finish(mut self, tally: &Tally<'_>) -> io::Result<()> {
        if self.is_json {
            writeln!(self.out, "{}", json::summary(tally))?;
            return self.out.flush();
        }
        self.write_table()?;
        self.over_cases.write(&mut self.out, "跨案的发现")?;
        if self.over_cases_open > 0 {
            let open = self.over_cases_open;
            writeln!(
                self.out,
                "\n跨案另有 {open} 组无法判定：材料没有写全，或者有案件说不清算不算"
            )?;
        }
        self.write_undetermined(tally)?;
        self.refused.write(&mut self.out, "没有读入的行（拒绝）")?;
        self.notes.write(&mut self.out, "说明")?;
        write_totals(&mut self.out, tally)?;
        for line in &self.trials {
            writeln!(self.out, "{line}")?;
        }
        self.out.flush()
    }

    fn write_table(&mut self) -> io::Result<()> {
        if self.kept == 0 {
            return Ok(());
        }
        let columns = [
            Column {
                title: "程度",
                min: 8,
                max: Some(8),
            },
            Column {
                title: "状态",
                min: 4,
                max: Some(4),
            },
            Column {
                title: "案件",
                min: 8,
                max: Some(22),
            },
            Column {
                title: "发现",
                min: 24,
                max: None,
            },
            Column {
                title: "依据",
                min: 16,
                max: Some(24),
            },
            Column {
                title: "规则编码",
                min: 8,
                max: Some(16),
            },
        ];
        let lines: Vec<Line> = std::mem::take(&mut self.lines)
            .into_values()
            .flatten()
            .collect();
        // The same words of one case several times are one thing seen at several acts.
        let rows: Vec<Vec<String>> = lines
            .chunk_by(|a, b| (&a.case, &a.code, &a.headline) == (&b.case, &b.code, &b.headline))
            .map(cells)
            .collect();
        write!(
            self.out,
            "{}",
            table::render(&columns, &rows, table::output_width())
        )?;
        writeln!(
            self.out,
            "依据为简称；全文、推算与看到的事实：--why 案件 规则，或 --report 报告.html"
        )?;
        if self.dropped > 0 {
            let told = "只列出最重的";
            writeln!(
                self.out,
                "{told} {} 条，另有 {} 条没有列出：写 --report 看报告，或 --format json 逐条输出",
                self.kept, self.dropped
            )?;
        }
        Ok(())
    }

    fn write_undetermined(&mut self, tally: &Tally<'_>) -> io::Result<()> {
        if tally.undetermined_cases == 0 {
            return Ok(());
        }
        writeln!(
            self.out,
            "\n无法判定：{} 案，{} 条规则缺事实；不当作合规，也不当作违法",
            tally.undetermined_cases, tally.undetermined
        )?;
        if self.folded.len() <= FOLDED_CASES_MAX {
            for (case, headline) in &self.folded {
                writeln!(self.out, "  {}：{}", plain(case), plain(headline))?;
            }
        }
        let mut missing: Vec<_> = self.missing.iter().collect();
        missing.sort_by(|(a, (_, x)), (b, (_, y))| y.cmp(x).then(a.cmp(b)));
        writeln!(self.out, "  补上这些最有用：")?;
        for ((what, why), (cases, rules)) in missing.iter().take(MISSING_SHOWN) {
            let (what, why) = (plain(what), plain(why));
            writeln!(
                self.out,
                "    {what}（{why}）：{cases} 案缺，涉及 {rules} 条规则"
            )?;
        }
        let rest = missing.len().saturating_sub(MISSING_SHOWN);
        if rest > 0 {
            writeln!(self.out, "    ……另有 {rest} 项")?;
        }
        Ok(())
    }
}

/// 表里一条发现最多的字数：条件很长的规则，全文在报告和 --why 里。
const HEADLINE_CHARS: usize = 90;

fn shortened(headline: &str) -> String {
    if headline.chars().count() <= HEADLINE_CHARS {
        return headline.to_owned();
    }
    let head: String = headline.chars().take(HEADLINE_CHARS - 2).collect();
    format!("{head}……")
}

fn cells(same: &[Line]) -> Vec<String> {
    let line = &same[0];
    let marks: String = line
        .marks
        .iter()
        .map(|mark| format!("〔{mark}〕"))
        .collect();
    let times = match same.len() {
        1 => String::new(),
        n => format!("（{n} 处）"),
    };
    vec![
        line.severity.name().to_owned(),
        line.status.name().to_owned(),
        line.case.clone(),
        format!("{}{marks}{times}", shortened(&line.headline)),
        if line.citations.is_empty() {
            "只有参照，见报告".to_owned()
        } else {
            line.citations.join("、")
        },
        line.code.clone(),
    ]
}

fn write_totals(out: &mut impl Write, tally: &Tally<'_>) -> io::Result<()> {
    let summary = &tally.summary;
    write!(
        out,
        "\n读入 {} 行：{} 案，拒绝 {} 行，重复 {} 行",
        summary.rows, summary.cases, summary.refused, summary.repeated
    )?;
    if summary.unreadable > 0 {
        write!(out, "；整个读不了的文件 {} 个", summary.unreadable)?;
    }
    writeln!(out)?;
    let total: u64 = tally.findings.values().sum();
    if total == 0 {
        writeln!(out, "没有发现")?;
    } else {
        let parts: Vec<String> = Severity::ALL
            .into_iter()
            .rev()
            .filter_map(|severity| of_severity(tally, severity))
            .collect();
        writeln!(out, "发现 {total} 条：{}", parts.join("；"))?;
    }
    if tally.undetermined_cases > 0 {
        writeln!(
            out,
            "无法判定 {} 案（{} 条规则），见上",
            tally.undetermined_cases, tally.undetermined
        )?;
    }
    if tally.not_judged > 0 {
        writeln!(
            out,
            "未判 {} 条：事情发生在规则施行之前，不计在内",
            tally.not_judged
        )?;
    }
    if tally.later_events > 0 {
        write!(out, "没有看 {} 件事：在判断日之后", tally.later_events)?;
        if tally.not_begun > 0 {
            write!(
                out,
                "；其中 {} 案到判断日还没有一件事，没有可判的",
                tally.not_begun
            )?;
        }
        writeln!(out)?;
    }
    if summary.cases == 0 {
        writeln!(out, "一案也没有读成")?;
    }
    Ok(())
}

fn of_severity(tally: &Tally<'_>, severity: Severity) -> Option<String> {
    let of: Vec<(Status, u64)> = tally
        .findings
        .iter()
        .filter(|((s, _), _)| *s == severity)
        .map(|((_, status), n)| (*status, *n))
        .collect();
    let total: u64 = of.iter().map(|(_, n)| n).sum();
    let parts: Vec<String> = of
        .iter()
        .map(|(status, n)| format!("{} {n}", status.name()))
        .collect();
    (total > 0).then(|| format!("{} {total}（{}）", severity.name(), parts.join("、")))
}

/// 进度条：只在终端上显示。
pub(crate) struct Bar {
    bar: ProgressBar,
    offsets: Vec<(String, u64)>,
}

impl Bar {
    pub(crate) fn new(files: &[ListFile]) -> Self {
        let mut total = 0;
        let mut offsets = Vec::new();
        for file in files {
            offsets.push((file.name(), total));
            total += file.bytes();
        }
        // Drawn on the terminal only; hidden by itself when standard error is a file.
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        let style =
            ProgressStyle::with_template("{msg} {bar:30} {percent}% 已用 {elapsed}，约余 {eta}");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        Bar { bar, offsets }
    }

    pub(crate) fn tell(&self, at: Progress<'_>) {
        let offset = self
            .offsets
            .iter()
            .find(|(name, _)| name == at.file)
            .map_or(0, |(_, o)| *o);
        let step = if at.is_final { "判断" } else { "查重" };
        self.bar.set_message(format!("{step} {} 条", at.rows));
        self.bar.set_position(offset + at.bytes);
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
