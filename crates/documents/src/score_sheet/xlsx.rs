//! 评分表的工作簿：总览一案一行，评分项、否决项一项一行，理由一条一行。

use mingjing_lawbook::sheet::words::{RowText, SheetText};
use rust_xlsxwriter::{DocProperties, Workbook, XlsxError};

use super::ScoreSheets;
use super::page::reason;
use crate::cells::{Cell, Styles, table};

/// 写成工作簿。
pub(super) fn write(sheets: &ScoreSheets) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let styles = Styles::new();
    // A file time would make equal sheets differ.
    let created = rust_xlsxwriter::ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties = DocProperties::new()
        .set_title(&sheets.heading.title)
        .set_creation_datetime(&created);
    workbook.set_properties(&properties);
    overview(&mut workbook, sheets, &styles)?;
    let items = |sheet: &'_ SheetText| sheet.items.iter().map(|r| item(sheet, r)).collect();
    rows(&mut workbook, "评分项", &ITEMS, sheets, &styles, &items)?;
    let vetoes = |sheet: &'_ SheetText| sheet.vetoes.iter().map(|r| veto(sheet, r)).collect();
    rows(&mut workbook, "否决项", &VETOES, sheets, &styles, &vetoes)?;
    rows(&mut workbook, "理由", &REASONS, sheets, &styles, &reasons)?;
    workbook.save_to_buffer()
}

const OVERVIEW: [(&str, f64); 11] = [
    ("案件", 26.0),
    ("机关", 30.0),
    ("评分表", 32.0),
    ("判断之日", 12.0),
    ("办结", 18.0),
    ("照建议得分", 12.0),
    ("至少", 8.0),
    ("至多", 8.0),
    ("等次", 16.0),
    ("命中的否决项", 16.0),
    ("留给评查人", 50.0),
];
const ITEMS: [(&str, f64); 11] = [
    ("案件", 26.0),
    ("编号", 8.0),
    ("部分", 16.0),
    ("评查内容", 48.0),
    ("分值", 8.0),
    ("判定", 8.0),
    ("结论", 12.0),
    ("确定扣", 9.0),
    ("建议扣到", 9.0),
    ("至多扣", 9.0),
    ("评查人扣", 10.0),
];
const VETOES: [(&str, f64); 6] = [
    ("案件", 26.0),
    ("编号", 8.0),
    ("否决情形", 60.0),
    ("判定", 8.0),
    ("机器的结论", 14.0),
    ("评查人", 12.0),
];
const REASONS: [(&str, f64); 6] = [
    ("案件", 26.0),
    ("编号", 8.0),
    ("情形", 36.0),
    ("结论", 12.0),
    ("规则", 18.0),
    ("理由", 90.0),
];

fn overview(
    workbook: &mut Workbook,
    sheets: &ScoreSheets,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let one = |sheet: &SheetText| {
        let [low, proposed, high] = sheet.scores.clone().unwrap_or_default();
        let hit = sheet.vetoes.iter().filter(|veto| veto.state == "否决");
        let hit: Vec<&str> = hit.map(|veto| veto.code.as_str()).collect();
        let cells = [
            sheet.case.clone(),
            sheet.body.clone(),
            sheet.name.clone(),
            sheet.as_of.clone(),
            sheet.closed.to_owned(),
            proposed,
            low,
            high,
            sheet.grade.clone(),
            hit.join("、"),
            sheet.left_to_person.join("、"),
        ];
        vec![cells.map(Cell::from).into()]
    };
    rows(workbook, "总览", &OVERVIEW, sheets, styles, &one)
}

/// 一张工作表：各案的行接在一起。
fn rows(
    workbook: &mut Workbook,
    name: &str,
    columns: &[(&str, f64)],
    sheets: &ScoreSheets,
    styles: &Styles,
    lines: &dyn Fn(&SheetText) -> Vec<Vec<Cell>>,
) -> Result<(), XlsxError> {
    let sheet = workbook.add_worksheet();
    sheet.set_name(name)?;
    table(sheet, styles, columns, sheets.sheets.iter().flat_map(lines))
}

fn item(sheet: &SheetText, row: &RowText) -> Vec<Cell> {
    let cells = [
        &sheet.case,
        &row.code,
        &row.part,
        &row.name,
        &row.full,
        row.decided_by,
        row.state,
        &row.taken,
        &row.proposed,
        &row.worst,
        "",
    ];
    cells.map(Cell::from).into()
}

fn veto(sheet: &SheetText, row: &RowText) -> Vec<Cell> {
    let cells = [
        &sheet.case,
        &row.code,
        &row.name,
        row.decided_by,
        row.state,
        "",
    ];
    cells.map(Cell::from).into()
}

fn reasons(sheet: &SheetText) -> Vec<Vec<Cell>> {
    let mut lines = Vec::new();
    for row in sheet.vetoes.iter().chain(&sheet.items) {
        for step in &row.steps {
            for told in &step.reasons {
                let text = reason(told);
                let cells = [
                    &sheet.case,
                    &row.code,
                    &step.say,
                    step.state,
                    told.rule.as_deref().unwrap_or(""),
                    text.as_str(),
                ];
                lines.push(cells.map(Cell::from).into());
            }
        }
    }
    lines
}
