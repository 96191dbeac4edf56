//! 评分表的一页：抬头、结论、否决项、评分项、理由与证据、签名栏。

use mingjing_lawbook::sheet::words::{Reason, RowText, SheetText, StepText};

use super::ScoreSheets;
use crate::html::{Html, number, words};

const STYLE: &str = include_str!("style.css");
/// 一条理由至多写出的事。
const EVIDENCE_MAX: usize = 8;

/// 写成一页。
pub(super) fn write(sheets: &ScoreSheets) -> String {
    let mut html = Html::new();
    html.raw("<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
    html.raw("<meta name=\"robots\" content=\"noindex\">\n");
    html.element("title", &sheets.heading.title);
    html.raw("\n<style>\n")
        .raw(STYLE)
        .raw("</style>\n</head>\n<body>\n<main>\n");
    let shown = sheets.sheets.iter().take(ScoreSheets::HTML_SHEETS_MAX);
    for sheet in shown {
        one(&mut html, sheet);
    }
    if sheets.count == 0 {
        html.element("p", "没有可以评分的案卷。");
    }
    html.raw("</main>\n<footer>");
    let left = sheets.count.saturating_sub(ScoreSheets::HTML_SHEETS_MAX);
    if left > 0 {
        html.element("p", &format!("另有 {left} 张没有写在这一页，请分开评。"));
    }
    html.element(
        "p",
        &format!(
            "{}。由 {} 生成，{}；机器的判定由材料推得，以评查人核对案卷之后的签名为准。",
            sheets.heading.title, sheets.heading.software, sheets.heading.made_at
        ),
    );
    html.raw("</footer>\n</body>\n</html>\n");
    html.finish()
}

fn one(html: &mut Html, sheet: &SheetText) {
    html.open("section", "sheet").element("h1", &sheet.name);
    html.open("dl", "meta");
    let used = format!("{}（自 {} 起用）", sheet.sheet, sheet.from);
    for (term, value) in [
        ("案件", sheet.case.as_str()),
        ("机关", sheet.body.as_str()),
        ("判断之日", sheet.as_of.as_str()),
        ("办结", sheet.closed),
        ("评分表", used.as_str()),
        ("法典", sheet.lawbook.as_str()),
    ] {
        let shown = if value.is_empty() {
            "（没有写明）"
        } else {
            value
        };
        html.element("dt", term).element("dd", shown);
    }
    html.close("dl").raw("\n");
    result(html, sheet);
    vetoes(html, sheet);
    items(html, sheet);
    reasons(html, sheet);
    signatures(html, sheet);
    html.close("section").raw("\n");
}

fn result(html: &mut Html, sheet: &SheetText) {
    html.open(
        "div",
        if sheet.is_vetoed {
            "result vetoed"
        } else {
            "result"
        },
    );
    for line in conclusion(sheet) {
        html.element("p", &line);
    }
    html.close("div").raw("\n");
}

/// 结论的几句话。
pub(super) fn conclusion(sheet: &SheetText) -> Vec<String> {
    let mut lines = Vec::new();
    let hit: Vec<&str> = sheet
        .vetoes
        .iter()
        .filter(|veto| veto.state == "否决")
        .map(|veto| veto.code.as_str())
        .collect();
    if sheet.is_vetoed {
        lines.push(format!(
            "命中否决项 {}，不合格，名次按 0 分。以下得分只供参考。",
            hit.join("、")
        ));
    }
    match &sheet.scores {
        Some([low, proposed, high]) => {
            lines.push(format!(
                "得分：照建议 {proposed} 分，区间 {low} 至 {high} 分；等次：{}",
                sheet.grade
            ));
            lines.push(format!(
                "满分 {}，不适用 {} 分已经除去，按 {} 分折算；区间的下限把说不清的、要人回答的都扣，上限只扣确定的。",
                sheet.full, sheet.not_applicable, sheet.base
            ));
        }
        None => lines.push("没有适用的评分项，不评分。".to_owned()),
    }
    if !sheet.left_to_person.is_empty() {
        lines.push(format!("留给评查人：{}", sheet.left_to_person.join("、")));
    }
    lines
}

fn vetoes(html: &mut Html, sheet: &SheetText) {
    let rows: Vec<Vec<String>> = sheet
        .vetoes
        .iter()
        .map(|row| {
            vec![
                row.code.clone(),
                row.name.clone(),
                row.decided_by.to_owned(),
                row.state.to_owned(),
                String::new(),
            ]
        })
        .collect();
    let columns = [
        words("编号"),
        words("否决情形"),
        words("判定"),
        words("机器的结论"),
        words("评查人"),
    ];
    html.table("否决项", &columns, &rows);
}

fn items(html: &mut Html, sheet: &SheetText) {
    let rows: Vec<Vec<String>> = sheet
        .items
        .iter()
        .map(|row| {
            let points = |points: &str| {
                if row.is_unrelated {
                    String::new()
                } else {
                    points.to_owned()
                }
            };
            vec![
                row.code.clone(),
                row.part.clone(),
                row.name.clone(),
                row.full.clone(),
                row.decided_by.to_owned(),
                row.state.to_owned(),
                points(&row.taken),
                points(&row.proposed),
                points(&row.worst),
                String::new(),
            ]
        })
        .collect();
    let columns = [
        words("编号"),
        words("部分"),
        words("评查内容"),
        number("分值"),
        words("判定"),
        words("结论"),
        number("确定扣"),
        number("建议扣到"),
        number("至多扣"),
        words("评查人扣"),
    ];
    html.table("评分项", &columns, &rows);
}

fn reasons(html: &mut Html, sheet: &SheetText) {
    let told = |row: &&RowText| !row.steps.is_empty();
    html.element("h2", "扣分与待定的理由");
    if !sheet.vetoes.iter().chain(&sheet.items).any(|r| told(&r)) {
        html.element("p", "没有扣分，也没有待定的。");
    }
    for row in sheet.vetoes.iter().chain(&sheet.items).filter(told) {
        html.raw("<p><strong>");
        html.text(&format!("{} {}", row.code, row.name));
        html.raw("</strong></p>");
        let lines: Vec<String> = row.steps.iter().flat_map(step).collect();
        html.list(&lines);
    }
}

fn step(step: &StepText) -> Vec<String> {
    let amount = match (step.taken.as_str(), step.suggested.as_str()) {
        ("0", "0") => String::new(),
        ("0", suggested) => format!("，建议 {suggested} 分"),
        (taken, "0") => format!("，{taken} 分"),
        (taken, suggested) => format!("，{taken} 分，另建议 {suggested} 分"),
    };
    let mut lines = vec![format!("{}：{}{amount}", step.say, step.state)];
    lines.extend(step.reasons.iter().map(reason));
    lines
}

/// 一条理由写成一行：说的话、规则、依据、标记与看过的事。
pub(super) fn reason(reason: &Reason) -> String {
    let mut line = format!("——{}", reason.text.trim_end_matches('。'));
    if let Some(rule) = &reason.rule {
        line.push_str(&format!("（{rule}"));
        for basis in &reason.basis {
            line.push_str(&format!("，{basis}"));
        }
        line.push('）');
    }
    for mark in &reason.marks {
        line.push_str(&format!("〔{mark}〕"));
    }
    if !reason.evidence.is_empty() {
        let shown: Vec<&str> = reason
            .evidence
            .iter()
            .take(EVIDENCE_MAX)
            .map(String::as_str)
            .collect();
        line.push_str(&format!("；看的是：{}", shown.join("、")));
        if reason.evidence.len() > EVIDENCE_MAX {
            line.push_str(&format!("等 {} 件", reason.evidence.len()));
        }
    }
    line
}

fn signatures(html: &mut Html, sheet: &SheetText) {
    html.raw("<div class=\"sign\">");
    for who in [
        "评查人甲（签名、日期）",
        "评查人乙（签名、日期）",
        "复核（签名、日期）",
    ] {
        html.element("div", who);
    }
    html.raw("</div>\n");
    let source = format!("依据：{}。{}", sheet.cite.join("、"), sheet.note);
    html.styled("p", "quiet", &source);
}
