//! 案件索引：有发现的案件各一行，指向它的各处发现。

use mingjing_domain::finding::Status;

use super::entry::CaseEntry;
use super::{Report, page};
use crate::html::Html;

/// 索引的一行。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseLine {
    /// 案件标识。
    pub case: String,
    /// 机关。
    pub body: String,
    /// 截至哪一日判断。
    pub as_of: String,
    /// 各程度的发现数（提示、预警、违规、重大违法）。
    pub by_severity: [u64; 4],
    /// 其中的疑点。
    pub doubts: u64,
    /// 其中的临期。
    pub near: u64,
    /// 无法判定的规则数。
    pub undetermined: u64,
}

impl CaseLine {
    pub(super) fn new(entry: &CaseEntry) -> CaseLine {
        let mut by_severity = [0; 4];
        for finding in &entry.findings {
            by_severity[finding.line.severity as usize] += 1;
        }
        let of = |status: Status| {
            entry
                .findings
                .iter()
                .filter(|f| f.line.status == status)
                .count() as u64
        };
        CaseLine {
            case: entry.id.clone(),
            body: entry.body.clone(),
            as_of: entry.as_of.clone(),
            by_severity,
            doubts: of(Status::Doubt),
            near: of(Status::Near),
            undetermined: entry.undetermined.as_ref().map_or(0, |u| u.rules as u64),
        }
    }
}

const COLUMNS: [(&str, bool); 9] = [
    ("案件", false),
    ("机关", false),
    ("重大违法", true),
    ("违规", true),
    ("预警", true),
    ("提示", true),
    ("其中疑点", true),
    ("其中临期", true),
    ("截至", false),
];

/// 写“案件索引”一节。
pub(super) fn write(html: &mut Html, report: &Report) {
    html.section("cases", page::title("cases"));
    if report.cases.is_empty() {
        html.element("p", "没有一案有发现。").raw("</section>\n");
        return;
    }
    let clean = report.totals().clean_cases;
    html.element(
        "p",
        &format!(
            "{} 案有发现，重的在前；点案件的名称，看这一案的各处发现。{}",
            report.totals().cases - clean,
            if clean > 0 {
                format!("另有 {clean} 案没有发现，没有列出。")
            } else {
                String::new()
            }
        ),
    );
    html.raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"案件索引\"><table class=\"index\"><thead><tr>");
    for (name, is_number) in COLUMNS {
        html.raw(if is_number {
            "<th scope=\"col\" class=\"n\">"
        } else {
            "<th scope=\"col\">"
        });
        html.text(name).raw("</th>");
    }
    html.raw("</tr></thead><tbody>\n");
    let shown = page::cases_shown(report);
    for (rank, line) in report.cases.iter().take(Report::HTML_ROWS_MAX) {
        html.raw("<tr><th scope=\"row\">");
        if shown.contains(&rank.2) {
            html.link_to("case", rank.2, &line.case);
        } else {
            html.text(&line.case);
        }
        html.raw("</th>").element("td", &line.body);
        let counts = line.by_severity.iter().rev().copied();
        for n in counts.chain([line.doubts, line.near]) {
            html.styled(
                "td",
                "n",
                &if n == 0 {
                    "—".to_owned()
                } else {
                    n.to_string()
                },
            );
        }
        html.element("td", &line.as_of).raw("</tr>\n");
    }
    html.raw("</tbody></table></div>\n");
    let left_out = report.cases.len().saturating_sub(Report::HTML_ROWS_MAX);
    if left_out > 0 {
        html.element("p", &format!("其余 {left_out} 案见 xlsx 报告的“案件”表。"));
    }
    html.raw("</section>\n");
}
