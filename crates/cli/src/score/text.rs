//! 给人看的文字：一案一行的表，或一案逐项的整张。

use std::fmt::Write as _;

use mingjing_lawbook::sheet::words::{RowText, SheetText};

use crate::table::{self, Column, plain};

const fn column(title: &'static str, min: usize, max: Option<usize>) -> Column {
    Column { title, min, max }
}

/// 一张评分表的一行。
pub(crate) fn line(sheet: &SheetText) -> Vec<String> {
    let hit = sheet.vetoes.iter().filter(|veto| veto.state == "否决");
    let hit: Vec<&str> = hit.map(|veto| veto.code.as_str()).collect();
    vec![
        sheet.case.clone(),
        sheet.name.clone(),
        score(sheet),
        sheet.grade.clone(),
        hit.join("、"),
        deducted(sheet),
        sheet.left_to_person.len().to_string(),
    ]
}

/// 一案一行的表。
pub(crate) fn table(lines: &[Vec<String>]) -> String {
    let columns = [
        column("案件", 12, None),
        column("评分表", 12, None),
        column("得分", 8, Some(22)),
        column("等次", 6, Some(14)),
        column("否决", 4, Some(12)),
        column("确定扣", 6, Some(24)),
        column("留给人", 6, Some(6)),
    ];
    table::render(&columns, lines, table::output_width())
}

/// 得分：照建议的，连同区间。
fn score(sheet: &SheetText) -> String {
    match &sheet.scores {
        None => "不评分".to_owned(),
        Some([low, _, high]) if low == high => low.clone(),
        Some([low, proposed, high]) => format!("{proposed}（{low}–{high}）"),
    }
}

/// 确定扣了分的项目。
fn deducted(sheet: &SheetText) -> String {
    let taken = sheet
        .items
        .iter()
        .filter(|item| !item.is_unrelated && item.taken != "0");
    let words: Vec<String> = taken.map(|i| format!("{} {}", i.code, i.taken)).collect();
    words.join("、")
}

/// 一案逐项的整张。
pub(crate) fn whole(sheet: &SheetText) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "{}　{}\n机关：{}　判断之日：{}　{}",
        sheet.name,
        plain(&sheet.case),
        plain(&sheet.body),
        sheet.as_of,
        sheet.closed
    );
    let _ = writeln!(
        out,
        "得分：{}　等次：{}　（不适用 {} 分，按 {} 分折算）\n",
        score(sheet),
        sheet.grade,
        sheet.not_applicable,
        sheet.base
    );
    let vetoes: Vec<Vec<String>> = sheet
        .vetoes
        .iter()
        .map(|v| {
            vec![
                v.code.clone(),
                v.decided_by.to_owned(),
                v.state.to_owned(),
                v.name.clone(),
            ]
        })
        .collect();
    let columns = [
        column("否决项", 6, Some(6)),
        column("判定", 4, Some(4)),
        column("结论", 8, Some(8)),
        column("情形", 20, None),
    ];
    out.push_str(&table::render(&columns, &vetoes, table::output_width()));
    out.push('\n');
    out.push_str(&items(sheet));
    out.push('\n');
    for row in sheet.vetoes.iter().chain(&sheet.items) {
        reasons(&mut out, row);
    }
    out
}

fn items(sheet: &SheetText) -> String {
    let rows: Vec<Vec<String>> = sheet
        .items
        .iter()
        .map(|row| {
            let points = |points: &String| {
                if row.is_unrelated {
                    String::new()
                } else {
                    points.clone()
                }
            };
            vec![
                row.code.clone(),
                row.decided_by.to_owned(),
                row.state.to_owned(),
                row.full.clone(),
                points(&row.taken),
                points(&row.proposed),
                points(&row.worst),
                row.name.clone(),
            ]
        })
        .collect();
    let columns = [
        column("项目", 6, Some(6)),
        column("判定", 4, Some(4)),
        column("结论", 8, Some(8)),
        column("分值", 4, Some(4)),
        column("确定扣", 6, Some(6)),
        column("建议扣到", 8, Some(8)),
        column("至多扣", 6, Some(6)),
        column("评查内容", 20, None),
    ];
    table::render(&columns, &rows, table::output_width())
}

fn reasons(out: &mut String, row: &RowText) {
    for step in &row.steps {
        let _ = writeln!(out, "{} {}：{}", row.code, step.say, step.state);
        for reason in &step.reasons {
            let rule = reason
                .rule
                .as_ref()
                .map_or_else(String::new, |rule| format!("（{rule}）"));
            let _ = writeln!(out, "    {}{rule}", plain(&reason.text));
            if !reason.evidence.is_empty() {
                let _ = writeln!(out, "    看的是：{}", plain(&reason.evidence.join("、")));
            }
        }
    }
}
