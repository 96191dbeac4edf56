//! 报告的一页：抬头、先读这里、材料、统计，其后各节见 `details` 与 `leftovers`。

use std::collections::BTreeSet;

use mingjing_domain::finding::{Severity, Status};

use super::{Report, details, index, leftovers};
use crate::html::{Html, number, words};

const STYLE: &str = include_str!("style.css");

/// 各节的锚点与标题。
const SECTIONS: [(&str, &str); 9] = [
    ("read-first", "一、先读这里"),
    ("cases", "二、案件索引"),
    ("inputs", "三、材料"),
    ("counts", "四、统计"),
    ("findings", "五、发现"),
    ("undetermined", "六、无法判定"),
    ("not-judged", "七、未判"),
    ("reading", "八、没有读入的行与读入说明"),
    ("terms", "九、用语"),
];

/// 一节的标题。
pub(super) fn title(id: &str) -> &'static str {
    SECTIONS
        .iter()
        .find(|(section, _)| *section == id)
        .map_or("", |(_, title)| title)
}

/// 页里写有发现的案件（读入的序号）。
pub(super) fn cases_shown(report: &Report) -> BTreeSet<u64> {
    let shown = report.details.keys().take(Report::HTML_DETAILS_MAX);
    shown.map(|(case, _, _)| case.2).collect()
}

/// 写成一页。
pub(super) fn write(report: &Report) -> String {
    let mut html = Html::new();
    head(&mut html, report);
    read_first(&mut html, report);
    index::write(&mut html, report);
    inputs(&mut html, report);
    counts(&mut html, report);
    details::write(&mut html, report);
    leftovers::undetermined(&mut html, report);
    leftovers::not_judged(&mut html, report);
    leftovers::reading(&mut html, report);
    leftovers::terms(&mut html);
    html.raw("</main>\n<footer><p>");
    html.text(&report.heading.title);
    html.text("。由 ");
    html.text(&report.heading.software);
    html.text(&format!(
        " 按法典 {} 版生成；内容由数据推得，不代替有权机关的认定。",
        report.heading.lawbook
    ));
    html.raw("</p></footer>\n</body>\n</html>\n");
    html.finish()
}

fn head(html: &mut Html, report: &Report) {
    html.raw("<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    // Even if something slipped through the escaping, nothing may run or be fetched.
    html.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
    html.raw("<meta name=\"robots\" content=\"noindex\">\n");
    html.element("title", &report.heading.title);
    html.raw("\n<style>\n")
        .raw(STYLE)
        .raw("</style>\n</head>\n<body>\n");
    html.raw("<a class=\"skip\" href=\"#read-first\">跳到正文</a>\n<header class=\"top\">");
    html.element("h1", &report.heading.title);
    html.raw("<dl class=\"meta\">");
    let as_of = report.heading.as_of.map_or_else(
        || "各案最后一件事之日（其后还会不会发生，不在判断之内）".to_owned(),
        |day| day.in_chinese(),
    );
    for (term, value) in [
        ("判断之日", as_of.as_str()),
        ("法典", &format!("{} 版", report.heading.lawbook)),
        ("软件", &report.heading.software),
        ("制作时间", &report.heading.made_at),
        ("时刻", "一律为北京时间"),
    ] {
        if !value.is_empty() {
            html.element("dt", term).element("dd", value);
        }
    }
    html.raw("</dl></header>\n<main>\n<nav aria-label=\"目录\"><ol>");
    for (id, title) in SECTIONS {
        html.raw("<li><a href=\"#").text(id).raw("\">");
        html.text(title.split_once('、').map_or(title, |(_, name)| name))
            .raw("</a></li>");
    }
    html.raw("</ol></nav>\n");
}

fn read_first(html: &mut Html, report: &Report) {
    let totals = report.totals();
    html.section("read-first", title("read-first"));
    let (violated, doubt, near) = (
        totals.of_status(Status::Violated),
        totals.of_status(Status::Doubt),
        totals.of_status(Status::Near),
    );
    html.raw("<p class=\"lead\">");
    html.text(&format!("核查了 {} 案。", totals.cases));
    html.text(&match totals.all() {
        0 => "没有发现。".to_owned(),
        n => format!(
            "其中 {} 案有发现，共 {n} 处：违反 {violated} 处，疑点 {doubt} 处，临期 {near} 处。",
            totals.cases - totals.clean_cases
        ),
    });
    html.text(&format!(
        "{} 案有规则因为材料不足而无法判定。",
        totals.undetermined_cases
    ));
    html.raw("</p>\n<ul class=\"tiles\">");
    for (label, value) in [
        ("案件", totals.cases),
        ("违反", violated),
        ("疑点（须由人确认）", doubt),
        ("临期", near),
        ("有无法判定的案件", totals.undetermined_cases),
        ("没有读入的行", totals.refused_rows),
    ] {
        html.raw("<li>")
            .element("b", &value.to_string())
            .element("span", label)
            .raw("</li>");
    }
    html.raw("</ul>\n<div class=\"note\">");
    html.element("p", "怎样读这份报告：");
    let mut lines = limits();
    lines.extend(cap(report));
    html.list(&lines);
    html.raw("</div>\n</section>\n");
}

/// 说明限度的各句。
pub(super) fn limits() -> Vec<String> {
    [
        "每处发现都写明要求、看到的事实、各项条件成立与否、到期日的推算、依据的条文和所用的参数；只看这些就可以同意或者不同意。",
        "依据只列约束该机关、当日有效的条文；规则也引用的别的领域、地区的条文，列在“参照”里，不作为认定的依据。",
        "同一案里几处发现出于同一个原因（同一个人的证件、同一件迟办的事）的，归在一起，先说原因；改正了它，一般一并消除。",
        "“违反”由数据推得，以材料属实为前提；材料有误，发现也会有误。“疑点”只是提示，须由人看案卷确认。",
        "没有发现不等于合法：材料不含的事没有判断，见“无法判定”；法典还没有收录的要求也没有判断。",
        "事情发生在规则施行之前的，一律不判，另行计数，见“未判”。",
        "带〔待核〕〔二手〕〔口径〕〔地方〕标记的，采用之前请先看标记的含义。",
        "自然人的姓名、证件号码、电话已经遮盖。",
    ]
    .map(str::to_owned)
    .into()
}

/// 本页只写出一部分时，说明写了多少。
fn cap(report: &Report) -> Option<String> {
    let (shown, all) = (Report::HTML_DETAILS_MAX, report.totals().all());
    (all > shown as u64).then(|| {
        format!(
            "发现共 {all} 处，本页只写出其中 {shown} 处的全文（程度重的在前），其余见 xlsx 报告。"
        )
    })
}

fn inputs(html: &mut Html, report: &Report) {
    html.section("inputs", title("inputs"));
    if report.inputs.is_empty() {
        html.element("p", "没有登记材料的来源。");
    } else {
        let rows: Vec<Vec<String>> = report
            .inputs
            .iter()
            .map(|i| {
                vec![
                    i.file.clone(),
                    i.format.clone(),
                    i.adapter.clone(),
                    i.rows.to_string(),
                    i.cases.to_string(),
                    i.refused.to_string(),
                    i.repeated.to_string(),
                ]
            })
            .collect();
        let columns = [
            words("文件"),
            words("格式"),
            words("按什么清单读"),
            number("行数"),
            number("案件"),
            number("没有读入"),
            number("重复略去"),
        ];
        html.table("读入的材料", &columns, &rows);
        html.element("h3", "材料能说明什么，不能说明什么");
        for input in &report.inputs {
            html.raw("<p><strong>")
                .text(&input.file)
                .raw("</strong></p>");
            html.list(&input.coverage);
        }
    }
    html.raw("</section>\n");
}

fn counts(html: &mut Html, report: &Report) {
    let totals = report.totals();
    html.section("counts", title("counts"));
    let count = |status: Status, severity: Severity| {
        totals
            .findings
            .get(&(status, severity))
            .copied()
            .unwrap_or(0)
            .to_string()
    };
    let rows: Vec<Vec<String>> = Severity::ALL
        .into_iter()
        .rev()
        .map(|s| {
            vec![
                s.name().to_owned(),
                count(Status::Violated, s),
                count(Status::Doubt, s),
                count(Status::Near, s),
            ]
        })
        .collect();
    let columns = [
        words("程度"),
        number("违反"),
        number("疑点"),
        number("临期"),
    ];
    html.table("按程度与状态", &columns, &rows);
    by_rule(html, report);
    by_body(html, report);
    html.raw("</section>\n");
}

fn by_rule(html: &mut Html, report: &Report) {
    if report.counts.by_rule.is_empty() {
        return;
    }
    let mut by_rule: Vec<_> = report.counts.by_rule.iter().collect();
    by_rule.sort_by_key(|(code, c)| (std::cmp::Reverse(c.violated + c.doubt + c.near), *code));
    let rows: Vec<Vec<String>> = by_rule
        .into_iter()
        .map(|(code, c)| {
            vec![
                c.name.clone(),
                code.clone(),
                c.violated.to_string(),
                c.doubt.to_string(),
                c.near.to_string(),
            ]
        })
        .collect();
    let columns = [
        words("规则"),
        words("编码"),
        number("违反"),
        number("疑点"),
        number("临期"),
    ];
    html.table("按规则", &columns, &rows);
}

fn by_body(html: &mut Html, report: &Report) {
    let mut by_body: Vec<_> = report.counts.by_body.iter().collect();
    by_body.sort_by_key(|(name, c)| (std::cmp::Reverse(c.by_severity.iter().sum::<u64>()), *name));
    let left_out = by_body.len().saturating_sub(Report::HTML_ROWS_MAX);
    let rows: Vec<Vec<String>> = by_body
        .into_iter()
        .take(Report::HTML_ROWS_MAX)
        .map(|(name, c)| {
            let mut row = vec![
                name.clone(),
                c.cases.to_string(),
                c.with_findings.to_string(),
            ];
            row.extend(c.by_severity.iter().rev().map(u64::to_string));
            row
        })
        .collect();
    let columns = [
        words("机关"),
        number("案件"),
        number("有发现的案件"),
        number("重大违法"),
        number("违规"),
        number("预警"),
        number("提示"),
    ];
    html.table("按机关", &columns, &rows);
    if left_out > 0 {
        html.element("p", &format!("其余 {left_out} 个机关见 xlsx 报告。"));
    }
}
