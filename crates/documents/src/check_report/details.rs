//! 发现各条的全文：法律人不看代码也能同意或不同意。

use mingjing_domain::finding::{Severity, Status};
use mingjing_lawbook::explain::FindingText;

use super::entry::FindingLine;
use super::html::Html;
use super::{Report, page};

/// 写“发现”一节。
pub(super) fn write(html: &mut Html, report: &Report) {
    html.section("findings", page::title("findings"));
    if report.lines.is_empty() {
        html.element(
            "p",
            "没有发现。请同时看“无法判定”一节：材料不足的，不能说合规。",
        );
    }
    let mut severity = None;
    let mut number = 0;
    for (rank, text) in report.details.iter().take(Report::HTML_DETAILS_MAX) {
        let Some(line) = report.lines.get(rank) else {
            continue;
        };
        if severity != Some(line.severity) {
            severity = Some(line.severity);
            html.element(
                "h3",
                &format!(
                    "{}（{} 处）",
                    line.severity,
                    of_severity(report, line.severity)
                ),
            );
        }
        number += 1;
        finding(html, line, text, number);
    }
    let left_out = report.totals().all().saturating_sub(number);
    if left_out > 0 {
        html.styled(
            "p",
            "note",
            &format!(
                "以上写出 {number} 处，其余 {left_out} 处程度较轻或在后，见 xlsx 报告的“发现”表。"
            ),
        );
    }
    html.raw("</section>\n");
}

fn of_severity(report: &Report, severity: Severity) -> u64 {
    let findings = report.totals().findings;
    findings
        .iter()
        .filter(|((_, s), _)| *s == severity)
        .map(|(_, n)| n)
        .sum()
}

fn class(severity: Severity) -> &'static str {
    match severity {
        Severity::Grave => "grave",
        Severity::Breach => "breach",
        Severity::Warning => "warning",
        Severity::Notice => "notice",
    }
}

fn finding(html: &mut Html, line: &FindingLine, text: &FindingText, number: u64) {
    html.open("article", class(line.severity));
    html.raw("<div class=\"tags\">");
    html.styled("span", "tag", line.severity.name());
    html.styled("span", "tag", line.status.name());
    html.styled("span", "code", &line.code);
    html.styled("span", "no", &format!("第 {number} 处"));
    html.raw("</div>\n");
    html.element("h4", &text.headline);
    html.raw("<dl class=\"meta\">");
    for (term, value) in [
        ("案件", &line.case),
        ("当事人", &line.party),
        ("机关", &line.body),
        ("材料", &line.origin),
    ] {
        if !value.is_empty() {
            html.element("dt", term).element("dd", value);
        }
    }
    html.raw("</dl>\n");
    paragraphs(html, "要求", &text.sentences);
    part(html, "看到的事实", &text.facts);
    part(html, "逐项对照", &text.checks);
    steps(html, "推算", &text.derivation);
    part(html, "依据", &text.article);
    part(html, "所用参数", &text.parameters);
    part(html, "标记", &text.marks);
    part(html, "建议处理", &text.advice);
    paragraphs(html, "怎么办", std::slice::from_ref(&text.remedy));
    html.raw("<div class=\"opinion\">");
    html.text(match line.status {
        Status::Near => "核对意见：□ 已办结（日期　　　　）　□ 尚在办理　□ 记录有误　签名　　　　　　",
        _ => "核对意见：□ 同意　□ 不同意　□ 须看原件　理由　　　　　　　　　　　　　　签名　　　　　　",
    });
    html.raw("</div></article>\n");
}

fn begin(html: &mut Html, title: &str) {
    html.raw("<div class=\"part\">")
        .element("h5", title)
        .raw("<div>");
}

fn end(html: &mut Html) {
    html.raw("</div></div>\n");
}

fn paragraphs(html: &mut Html, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    begin(html, title);
    for line in lines {
        html.element("p", line);
    }
    end(html);
}

/// 一条的写成一段，几条的写成列表。
fn part(html: &mut Html, title: &str, lines: &[String]) {
    if lines.len() < 2 {
        return paragraphs(html, title, lines);
    }
    begin(html, title);
    html.list(lines);
    end(html);
}

fn steps(html: &mut Html, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    begin(html, title);
    html.raw("<ol>");
    for line in lines {
        html.element("li", line);
    }
    html.raw("</ol>");
    end(html);
}
