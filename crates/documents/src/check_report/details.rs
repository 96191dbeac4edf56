//! 发现各条的全文：按案件、按原因排列，法律人不看代码也能同意或不同意。

use mingjing_domain::finding::{Severity, Status};
use mingjing_lawbook::explain::FindingText;

use super::entry::FindingLine;
use super::{Rank, Report, page};
use crate::html::Html;

/// 一处发现：次序、要点、全文、编号。
struct Told<'r> {
    line: &'r FindingLine,
    text: &'r FindingText,
    number: u64,
}

/// 写“发现”一节。
pub(super) fn write(html: &mut Html, report: &Report) {
    html.section("findings", page::title("findings"));
    if report.lines.is_empty() {
        html.element(
            "p",
            "没有发现。请同时看“无法判定”一节：材料不足的，不能说合规。",
        );
    }
    let told: Vec<(&Rank, Told<'_>)> = (1..)
        .zip(report.details.iter().take(Report::HTML_DETAILS_MAX))
        .filter_map(|(number, (rank, text))| {
            let line = report.lines.get(rank)?;
            Some((rank, Told { line, text, number }))
        })
        .collect();
    for case in told.chunk_by(|a, b| a.0.0 == b.0.0) {
        one_case(html, case);
    }
    let left_out = report.totals().all().saturating_sub(told.len() as u64);
    if left_out > 0 {
        html.styled(
            "p",
            "note",
            &format!(
                "以上写出 {} 处，其余 {left_out} 处程度较轻或在后，见 xlsx 报告的“发现”表。",
                told.len()
            ),
        );
    }
    html.raw("</section>\n");
}

/// 一案：抬头写一次，其后一组一组地写。
fn one_case(html: &mut Html, findings: &[(&Rank, Told<'_>)]) {
    let Some((rank, first)) = findings.first() else {
        return;
    };
    html.open_at("section", "case", ("case", rank.0.2));
    html.open("h3", "").text(&first.line.case);
    html.raw(" ");
    html.styled("small", "", &format!("{} 处", findings.len()))
        .close("h3");
    html.raw("<dl class=\"meta\">");
    for (term, value) in [
        ("机关", &first.line.body),
        ("当事人", &first.line.party),
        ("截至", &first.line.as_of),
        ("材料", &first.line.origin),
    ] {
        if !value.is_empty() {
            html.element("dt", term).element("dd", value);
        }
    }
    html.raw("</dl>\n");
    for group in findings.chunk_by(|a, b| a.0.1 == b.0.1) {
        match group {
            [(_, only)] => finding(html, only, first.line, "h4"),
            several => one_cause(html, several, first.line),
        }
    }
    html.raw("</section>\n");
}

/// 原因相同的几处：先说原因与各条的名称，第一处写在外面，其余折起。
fn one_cause(html: &mut Html, group: &[(&Rank, Told<'_>)], case: &FindingLine) {
    let cause = group.iter().find_map(|(_, t)| t.line.cause.as_deref());
    html.raw("<div class=\"group\"><h4>同一原因：");
    html.text(cause.unwrap_or("同一件事"));
    html.raw(" ");
    html.styled("small", "", &format!("{} 处", group.len()))
        .close("h4");
    html.raw("<p class=\"names\">");
    let mut named: Vec<(&str, &str, usize)> = Vec::new();
    for (_, told) in group {
        match named
            .iter_mut()
            .find(|(_, code, _)| *code == told.line.code)
        {
            Some((_, _, n)) => *n += 1,
            None => named.push((&told.line.rule_name, &told.line.code, 1)),
        }
    }
    for (at, (name, code, n)) in named.into_iter().enumerate() {
        html.text(if at == 0 { "" } else { "；" })
            .text(name)
            .raw(" ");
        html.styled("span", "code", code);
        if n > 1 {
            html.text(&format!("（{n} 处）"));
        }
    }
    html.raw("</p>\n");
    for (at, (_, told)) in group.iter().enumerate() {
        if at == 0 {
            finding(html, told, case, "h5");
            continue;
        }
        html.raw("<details><summary>");
        html.styled("span", class(told.line.severity), told.line.severity.name());
        html.text(&format!("　第 {} 处　{}", told.number, told.line.headline));
        html.raw("</summary>\n");
        finding(html, told, case, "h5");
        html.raw("</details>\n");
    }
    html.raw("</div>\n");
}

fn class(severity: Severity) -> &'static str {
    match severity {
        Severity::Grave => "grave",
        Severity::Breach => "breach",
        Severity::Warning => "warning",
        Severity::Notice => "notice",
    }
}

fn finding(html: &mut Html, told: &Told<'_>, case: &FindingLine, heading: &'static str) {
    let Told { line, text, number } = told;
    html.open("article", class(line.severity));
    html.raw("<div class=\"tags\">");
    html.styled("span", "tag", line.severity.name());
    html.styled("span", "tag", line.status.name());
    html.styled("span", "no", &format!("第 {number} 处"));
    html.raw("</div>\n");
    html.open(heading, "headline").text(&text.headline).raw(" ");
    html.styled("small", "code", &line.code).close(heading);
    html.raw("\n");
    if line.party != case.party && !line.party.is_empty() {
        html.raw("<dl class=\"meta\">");
        html.element("dt", "当事人").element("dd", &line.party);
        html.raw("</dl>\n");
    }
    paragraphs(html, "要求", &text.sentences);
    part(html, "看到的事实", &text.facts);
    part(html, "逐项对照", &text.checks);
    steps(html, "推算", &text.derivation);
    bases(html, text);
    part(html, "所用参数", &text.parameters);
    part(html, "标记", &text.marks);
    part(html, "建议处理", &text.advice);
    paragraphs(html, "怎么办", std::slice::from_ref(&text.remedy));
    html.raw("<div class=\"opinion\">");
    html.text(match line.status {
        Status::Near => "核对意见：□ 已办结（日期　　　　）　□ 尚在办理　□ 记录有误　签名　　　　　　",
        Status::Violated | Status::Doubt | Status::Undetermined => {
            "核对意见：□ 同意　□ 不同意　□ 须看原件　理由　　　　　　　　　　　　　　签名　　　　　　"
        }
    });
    html.raw("</div></article>\n");
}

/// 没有一条直接约束本机关时，依据一栏怎样说。
pub(super) const NO_BASIS: &str = "规则引用的条文都不直接约束本机关（别的领域或地区的，或者当日没有施行），只能参照；是否违法，请法制人员认定。";

/// 依据；不约束本机关的折起。
fn bases(html: &mut Html, text: &FindingText) {
    begin(html, "依据");
    if text.article.is_empty() {
        html.element("p", NO_BASIS);
    } else if let [one] = text.article.as_slice() {
        html.element("p", one);
    } else {
        html.list(&text.article);
    }
    if !text.reference.is_empty() {
        html.raw("<details class=\"reference\"><summary>");
        html.text(&format!(
            "参照：别的领域、地区的规定 {} 条，不约束本机关",
            text.reference.len()
        ));
        html.raw("</summary>");
        html.list(&text.reference).raw("</details>");
    }
    end(html);
}

fn begin(html: &mut Html, title: &str) {
    html.raw("<div class=\"part\">")
        .styled("div", "label", title)
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
