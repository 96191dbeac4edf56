//! xlsx 工作簿：总览、案件、发现、无法判定、判不了的规则、未判、读入问题、义务。
//!
//! Every cell is written as text or number, never as a formula, so that a hostile name stays a name.

use mingjing_domain::finding::{Severity, Status};
use mingjing_lawbook::explain::FindingText;
use rust_xlsxwriter::{DocProperties, Workbook, Worksheet, XlsxError};

use crate::cells::{Cell, Styles, clean, line, table};

use super::leftovers::{glossary, lacks_of, place};
use super::{RefusedRow, Report, page};

/// 一案写出的缺失数。
const LACKS_SHOWN_MAX: usize = 12;

/// 写成工作簿。
pub(super) fn write(report: &Report) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let styles = Styles::new();
    // The time of making is told on the first sheet; a file time would make equal reports differ.
    let created = rust_xlsxwriter::ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties = DocProperties::new()
        .set_title(&report.heading.title)
        .set_creation_datetime(&created);
    workbook.set_properties(&properties);
    overview(workbook.add_worksheet(), report, &styles)?;
    cases(workbook.add_worksheet(), report, &styles)?;
    findings(workbook.add_worksheet(), report, &styles)?;
    undetermined(workbook.add_worksheet(), report, &styles)?;
    undetermined_rules(workbook.add_worksheet(), report, &styles)?;
    not_judged(workbook.add_worksheet(), report, &styles)?;
    reading(workbook.add_worksheet(), report, &styles)?;
    duties(workbook.add_worksheet(), report, &styles)?;
    workbook.save_to_buffer()
}

/// 总览的一行：是否表头，各格。
struct OverviewRow {
    is_head: bool,
    cells: Vec<Cell>,
}

fn plain(cells: Vec<Cell>) -> OverviewRow {
    OverviewRow {
        is_head: false,
        cells,
    }
}

fn head<const N: usize>(names: [&str; N]) -> OverviewRow {
    OverviewRow {
        is_head: true,
        cells: names.map(Cell::from).into(),
    }
}

fn overview(sheet: &mut Worksheet, report: &Report, styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_name("总览")?;
    sheet.set_column_width(0, 26)?;
    sheet.set_column_width(1, 60)?;
    for column in 2..8 {
        sheet.set_column_width(column, 14)?;
    }
    sheet.write_string_with_format(0, 0, clean(&report.heading.title), &styles.title)?;
    let blocks = [
        overview_totals(report),
        overview_inputs(report),
        overview_severities(report),
        overview_rules(report),
        overview_bodies(report),
        glossary()
            .into_iter()
            .map(|(term, meaning)| plain(vec![term.into(), meaning.into()]))
            .collect(),
    ];
    let rows = blocks
        .into_iter()
        .flat_map(|block| block.into_iter().chain([plain(Vec::new())]));
    for (at, row) in (2..).zip(rows) {
        let format = if row.is_head {
            &styles.head
        } else {
            &styles.cell
        };
        line(sheet, format, at, row.cells)?;
    }
    Ok(())
}

fn overview_totals(report: &Report) -> Vec<OverviewRow> {
    let totals = report.totals();
    let heading = &report.heading;
    let as_of = heading
        .as_of
        .map_or_else(|| "各案最后一件事之日".to_owned(), |d| d.in_chinese());
    let mut read = page::limits();
    let all = totals.all();
    if all > Report::DETAILS_MAX as u64 {
        read.push(format!(
            "发现共 {all} 处：程度重的前 {} 处写有全文，至多列出 {} 处，其余只计数。",
            Report::DETAILS_MAX,
            Report::ROWS_MAX
        ));
    }
    let rows: [(&str, Cell); 13] = [
        ("判断之日", as_of.into()),
        ("法典", format!("{} 版", heading.lawbook).into()),
        ("软件", (&heading.software).into()),
        ("制作时间", (&heading.made_at).into()),
        ("案件", totals.cases.into()),
        ("没有发现的案件", totals.clean_cases.into()),
        ("违反", totals.of_status(Status::Violated).into()),
        ("疑点", totals.of_status(Status::Doubt).into()),
        ("临期", totals.of_status(Status::Near).into()),
        ("有无法判定的案件", totals.undetermined_cases.into()),
        ("未判（规则施行前）", totals.not_judged.into()),
        ("没有读入的行", totals.refused_rows.into()),
        ("怎样读", read.join("\n").into()),
    ];
    rows.into_iter()
        .map(|(label, value)| plain(vec![label.into(), value]))
        .collect()
}

fn overview_inputs(report: &Report) -> Vec<OverviewRow> {
    let columns = [
        "材料",
        "能说明什么，不能说明什么",
        "格式",
        "清单",
        "行数",
        "案件",
        "没有读入",
        "重复略去",
    ];
    let rows = report.inputs.iter().map(|i| {
        plain(vec![
            (&i.file).into(),
            i.coverage.join("\n").into(),
            (&i.format).into(),
            (&i.adapter).into(),
            i.rows.into(),
            i.cases.into(),
            i.refused.into(),
            i.repeated.into(),
        ])
    });
    std::iter::once(head(columns)).chain(rows).collect()
}

fn overview_severities(report: &Report) -> Vec<OverviewRow> {
    let totals = report.totals();
    let rows = Severity::ALL.into_iter().rev().map(|s| {
        let count = |status| Cell::from(totals.findings.get(&(status, s)).copied().unwrap_or(0));
        plain(vec![
            s.name().into(),
            "".into(),
            count(Status::Violated),
            count(Status::Doubt),
            count(Status::Near),
        ])
    });
    std::iter::once(head(["程度", "", "违反", "疑点", "临期"]))
        .chain(rows)
        .collect()
}

fn overview_rules(report: &Report) -> Vec<OverviewRow> {
    let rows = report.counts.by_rule.iter().map(|(code, c)| {
        plain(vec![
            code.into(),
            (&c.name).into(),
            c.violated.into(),
            c.doubt.into(),
            c.near.into(),
        ])
    });
    std::iter::once(head(["规则编码", "规则", "违反", "疑点", "临期"]))
        .chain(rows)
        .collect()
}

fn overview_bodies(report: &Report) -> Vec<OverviewRow> {
    let columns = [
        "机关",
        "",
        "案件",
        "有发现的",
        "重大违法",
        "违规",
        "预警",
        "提示",
    ];
    let rows = report.counts.by_body.iter().map(|(name, c)| {
        let mut row: Vec<Cell> = vec![
            name.into(),
            "".into(),
            c.cases.into(),
            c.with_findings.into(),
        ];
        row.extend(c.by_severity.iter().rev().map(|n| Cell::from(*n)));
        plain(row)
    });
    std::iter::once(head(columns)).chain(rows).collect()
}

const CASE_COLUMNS: [(&str, f64); 10] = [
    ("案件", 24.0),
    ("机关", 30.0),
    ("截至", 22.0),
    ("重大违法", 10.0),
    ("违规", 10.0),
    ("预警", 10.0),
    ("提示", 10.0),
    ("其中疑点", 10.0),
    ("其中临期", 10.0),
    ("无法判定的规则", 16.0),
];

fn cases(sheet: &mut Worksheet, report: &Report, styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_name("案件")?;
    let rows = report.cases.values().map(|c| {
        let mut row: Vec<Cell> = vec![(&c.case).into(), (&c.body).into(), (&c.as_of).into()];
        row.extend(c.by_severity.iter().rev().map(|n| Cell::from(*n)));
        row.extend([c.doubts, c.near, c.undetermined].map(Cell::from));
        row
    });
    table(sheet, styles, &CASE_COLUMNS, rows)
}

/// 依据一格：没有约束本机关的条文时说明。
fn basis(text: &FindingText) -> Cell {
    if text.article.is_empty() && !text.reference.is_empty() {
        return super::details::NO_BASIS.into();
    }
    text.article.join("\n").into()
}

const FINDING_COLUMNS: [(&str, f64); 26] = [
    ("案件", 20.0),
    ("机关", 24.0),
    ("当事人", 20.0),
    ("材料位置", 20.0),
    ("程度", 9.0),
    ("状态", 8.0),
    ("规则", 18.0),
    ("要点", 50.0),
    ("同一原因", 28.0),
    ("截至", 20.0),
    ("到期", 20.0),
    ("实际", 20.0),
    ("逾期", 12.0),
    ("依据", 40.0),
    ("参照", 30.0),
    ("要求", 40.0),
    ("看到的事实", 50.0),
    ("逐项对照", 50.0),
    ("推算", 50.0),
    ("所用参数", 40.0),
    ("标记", 24.0),
    ("建议处理", 30.0),
    ("怎么办", 30.0),
    ("规则编码", 16.0),
    ("核对意见", 16.0),
    ("理由", 24.0),
];

fn findings(sheet: &mut Worksheet, report: &Report, styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_name("发现")?;
    let empty = FindingText::default();
    let rows = report.lines.iter().map(|(rank, l)| {
        let text = report.details.get(rank).unwrap_or(&empty);
        let some = |value: &Option<String>| Cell::from(value.clone().unwrap_or_default());
        vec![
            (&l.case).into(),
            (&l.body).into(),
            (&l.party).into(),
            (&l.origin).into(),
            l.severity.name().into(),
            l.status.name().into(),
            (&l.rule_name).into(),
            (&l.headline).into(),
            some(&l.cause),
            (&l.as_of).into(),
            some(&l.due),
            some(&l.actual),
            some(&l.late),
            basis(text),
            text.reference.join("\n").into(),
            text.sentences.join("\n").into(),
            text.facts.join("\n").into(),
            text.checks.join("\n").into(),
            text.derivation.join("\n").into(),
            text.parameters.join("\n").into(),
            text.marks.join("\n").into(),
            text.advice.join("\n").into(),
            (&text.remedy).into(),
            (&l.code).into(),
            "".into(),
            "".into(),
        ]
    });
    table(sheet, styles, &FINDING_COLUMNS, rows)?;
    sheet.set_freeze_panes(1, 1)?;
    Ok(())
}

fn undetermined_rules(
    sheet: &mut Worksheet,
    report: &Report,
    styles: &Styles,
) -> Result<(), XlsxError> {
    sheet.set_name("判不了的规则")?;
    let columns = [
        ("案件", 24.0),
        ("机关", 30.0),
        ("规则", 28.0),
        ("缺什么，为什么缺", 90.0),
        ("规则编码", 18.0),
    ];
    let rows = report.undetermined.iter().flat_map(|u| {
        u.by_rule.iter().map(move |r| {
            vec![
                (&u.case).into(),
                (&u.body).into(),
                (&r.name).into(),
                r.lacks.join("\n").into(),
                (&r.code).into(),
            ]
        })
    });
    table(sheet, styles, &columns, rows)
}

fn undetermined(sheet: &mut Worksheet, report: &Report, styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_name("无法判定")?;
    let columns = [
        ("案件", 20.0),
        ("机关", 24.0),
        ("判不了的规则数", 12.0),
        ("缺什么（最要紧的在前，附能判的规则数）", 70.0),
        ("补什么", 70.0),
        ("涉及的规则", 50.0),
    ];
    let rows = report.undetermined.iter().map(|u| {
        let supply: Vec<&str> = u.missing.iter().map(|m| m.text.supply.as_str()).collect();
        let mut codes: Vec<&str> = u
            .missing
            .iter()
            .flat_map(|m| &m.rules)
            .map(String::as_str)
            .collect();
        codes.sort_unstable();
        codes.dedup();
        vec![
            (&u.case).into(),
            (&u.body).into(),
            (u.rules as u64).into(),
            lacks_of(u, LACKS_SHOWN_MAX).into(),
            supply.join("\n").into(),
            codes.join("、").into(),
        ]
    });
    table(sheet, styles, &columns, rows)
}

fn not_judged(sheet: &mut Worksheet, report: &Report, styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_name("未判")?;
    let totals = report.totals();
    let columns = [("说明", 70.0), ("数目", 12.0)];
    let rows: Vec<Vec<Cell>> = vec![
        vec![
            "事情发生在规则施行之前而没有判断的（处）".into(),
            totals.not_judged.into(),
        ],
        vec!["有这种情形的案件".into(), totals.not_judged_cases.into()],
    ];
    table(sheet, styles, &columns, rows.into_iter())
}

fn reading(sheet: &mut Worksheet, report: &Report, styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_name("读入问题")?;
    let columns = [
        ("类别", 12.0),
        ("位置", 30.0),
        ("列", 20.0),
        ("原值", 30.0),
        ("原因", 50.0),
        ("怎样改", 50.0),
    ];
    let row = |kind: &'static str| {
        move |r: &RefusedRow| -> Vec<Cell> {
            vec![
                kind.into(),
                place(r).into(),
                r.column.clone().unwrap_or_default().into(),
                r.value.clone().unwrap_or_default().into(),
                (&r.reason).into(),
                (&r.remedy).into(),
            ]
        }
    };
    let rows = report
        .refused
        .iter()
        .map(row("没有读入"))
        .chain(report.notes.iter().map(row("说明")));
    table(sheet, styles, &columns, rows)
}

fn duties(sheet: &mut Worksheet, report: &Report, styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_name("义务")?;
    let columns = [
        ("案件", 20.0),
        ("机关", 24.0),
        ("规则编码", 16.0),
        ("义务", 24.0),
        ("状态", 12.0),
        ("起算", 30.0),
        ("到期", 22.0),
        ("完成", 22.0),
    ];
    let rows = report.duties.iter().map(|d| {
        vec![
            (&d.case).into(),
            (&d.body).into(),
            (&d.code).into(),
            (&d.rule_name).into(),
            d.state.name().into(),
            (&d.start).into(),
            d.due.clone().unwrap_or_default().into(),
            d.met.clone().unwrap_or_default().into(),
        ]
    });
    table(sheet, styles, &columns, rows)
}
