//! 核查报告：一批案件的发现、无法判定、未判与没有读入的行，写成 HTML 与 xlsx。
//!
//! The report holds bounded memory whatever the size of the input: whole texts for the most severe findings,
//! one line for the others, counts for everything.

mod counts;
mod coverage;
mod details;
mod entry;
mod grouping;
mod index;
mod leftovers;
mod page;
mod sample;
mod xlsx;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use mingjing_domain::finding::{Assessment, Severity, Status};
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;
use mingjing_lawbook::explain::{Explainer, FindingText};
use mingjing_lawbook::lawbook::Lawbook;
use thiserror::Error;

pub use counts::{Counts, LackCount, Totals};
pub use entry::{CaseEntry, DutyEntry, FindingEntry, FindingLine, UndeterminedEntry};
pub use index::CaseLine;

/// 报告的抬头。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 标题。
    pub title: String,
    /// 软件的名称与版本。
    pub software: String,
    /// 法典的版本。
    pub lawbook: String,
    /// 判断日；`None` 为各案最后一件事之日。
    pub as_of: Option<Date>,
    /// 制作的时间，照印；空白不印。
    pub made_at: String,
}

/// 一份输入。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// 文件名。
    pub file: String,
    /// 格式与编码。
    pub format: String,
    /// 按什么清单读的。
    pub adapter: String,
    /// 这份清单能说明什么、不能说明什么。
    pub coverage: Vec<String>,
    /// 行（条）数。
    pub rows: u64,
    /// 读成的案件数。
    pub cases: u64,
    /// 没有读入的行数。
    pub refused: u64,
    /// 内容相同而略去的行数。
    pub repeated: u64,
}

/// 没有读入的一行，或者读入时的一条说明。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RefusedRow {
    /// 文件名。
    pub file: String,
    /// 工作表名。
    pub sheet: Option<String>,
    /// 行号，从 1 起。
    pub row: Option<u64>,
    /// 列。
    pub column: Option<String>,
    /// 原值（已遮盖）。
    pub value: Option<String>,
    /// 原因。
    pub reason: String,
    /// 补救办法。
    pub remedy: String,
}

/// 报告写不出来的原因。
#[derive(Debug, Error)]
pub enum ReportError {
    /// 工作簿写不出来。
    #[error("xlsx 报告写不出来，请改用 HTML 报告")]
    Workbook(#[source] rust_xlsxwriter::XlsxError),
}

/// 案件的次序：最重的程度、状态，再次读入的先后。
type CaseRank = (Reverse<Severity>, Status, u64);
/// 发现的次序：案件、组、组内的先后。
type Rank = (CaseRank, usize, usize);

/// 核查报告。
#[derive(Debug, Clone)]
pub struct Report {
    heading: Heading,
    inputs: Vec<Input>,
    lines: BTreeMap<Rank, FindingLine>,
    details: BTreeMap<Rank, FindingText>,
    cases: BTreeMap<CaseRank, CaseLine>,
    undetermined: Vec<UndeterminedEntry>,
    rule_lines: usize,
    refused: Vec<RefusedRow>,
    notes: Vec<RefusedRow>,
    duties: Vec<DutyEntry>,
    counts: Counts,
    sequence: u64,
}

impl Report {
    /// 保留全文的发现数：每份约三千字节，合计数十兆字节。
    pub const DETAILS_MAX: usize = 20_000;
    /// 逐条列出的发现数（一行约三百字节）；再多的只计数。
    pub const ROWS_MAX: usize = 200_000;
    /// HTML 里写出全文的发现数：再多的一页，浏览器打不开，人也读不完。
    pub const HTML_DETAILS_MAX: usize = 2_000;
    /// HTML 里各张表的行数。
    pub const HTML_ROWS_MAX: usize = 1_000;
    /// 逐案列出的无法判定、没有读入的行、说明与义务的数目。
    pub const LISTED_MAX: usize = 50_000;
    /// 逐条列出的“哪一案的哪一条规则缺什么”：一条约三百字节。
    pub const RULE_LINES_MAX: usize = 100_000;

    /// 空的报告。
    pub fn new(heading: Heading) -> Report {
        Report {
            heading,
            inputs: Vec::new(),
            lines: BTreeMap::new(),
            details: BTreeMap::new(),
            cases: BTreeMap::new(),
            undetermined: Vec::new(),
            rule_lines: 0,
            refused: Vec::new(),
            notes: Vec::new(),
            duties: Vec::new(),
            counts: Counts::default(),
            sequence: 0,
        }
    }

    /// 加一份输入。
    pub fn add_input(&mut self, input: Input) {
        self.inputs.push(input);
    }

    /// 加一案；没有发现的也要加，否则案件数不对。
    pub fn add_case(
        &mut self,
        explainer: &Explainer<'_>,
        timeline: &Timeline,
        assessment: &Assessment,
    ) {
        self.add_entry(CaseEntry::new(explainer, timeline, assessment));
    }

    /// 加一案已写好的条目。
    pub fn add_entry(&mut self, mut entry: CaseEntry) {
        self.counts.take(&entry);
        self.sequence += 1;
        let gravest = entry
            .findings
            .iter()
            .map(|f| (Reverse(f.line.severity), f.line.status))
            .min();
        if let Some((severity, status)) = gravest {
            let case = (severity, status, self.sequence);
            self.cases.insert(case, CaseLine::new(&entry));
            if self.cases.len() > Self::LISTED_MAX {
                self.cases.pop_last();
            }
            self.add_findings(case, std::mem::take(&mut entry.findings));
        }
        if let Some(undetermined) = &mut entry.undetermined {
            let room = Self::RULE_LINES_MAX.saturating_sub(self.rule_lines);
            undetermined.by_rule.truncate(room);
            self.rule_lines += undetermined.by_rule.len();
        }
        push_within(&mut self.undetermined, entry.undetermined);
        push_within(&mut self.duties, entry.duties);
    }

    fn add_findings(&mut self, case: CaseRank, findings: Vec<FindingEntry>) {
        for (at, FindingEntry { line, text, group }) in findings.into_iter().enumerate() {
            let rank = (case, group, at);
            self.lines.insert(rank, line);
            self.details.insert(rank, text);
            if self.lines.len() > Self::ROWS_MAX {
                self.lines.pop_last();
            }
            if self.details.len() > Self::DETAILS_MAX {
                self.details.pop_last();
            }
        }
    }

    /// 加没有读入的一行。
    pub fn add_refused(&mut self, row: RefusedRow) {
        self.counts.refused += 1;
        push_within(&mut self.refused, [row]);
    }

    /// 加读入时的一条说明。
    pub fn add_note(&mut self, note: RefusedRow) {
        self.counts.notes += 1;
        push_within(&mut self.notes, [note]);
    }

    /// 总数。
    pub fn totals(&self) -> Totals {
        self.counts.totals()
    }

    /// 一份内容虚构的报告，供样张与测试。
    pub fn sample() -> Report {
        sample::report()
    }
}

fn push_within<T>(list: &mut Vec<T>, items: impl IntoIterator<Item = T>) {
    let room = Report::LISTED_MAX.saturating_sub(list.len());
    list.extend(items.into_iter().take(room));
}

/// 写成一个自足的 HTML 文件：没有脚本，样式在内，A4 可印。
pub fn to_html(report: &Report) -> String {
    page::write(report)
}

/// 写成 xlsx 工作簿。
pub fn to_xlsx(report: &Report) -> Result<Vec<u8>, ReportError> {
    xlsx::write(report).map_err(ReportError::Workbook)
}

/// 覆盖范围写成句子：能说明什么，不能说明什么。
pub fn coverage_in_words(
    lawbook: &Lawbook,
    coverage: &mingjing_domain::coverage::Coverage,
) -> Vec<String> {
    coverage::in_words(lawbook, coverage)
}
