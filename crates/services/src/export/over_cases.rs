//! 跨案发现的表：一个发现一行，数了的案件只写来者看得到的。

use std::collections::BTreeSet;

use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::scope::Scope;
use mingjing_store::over_cases::OverCasesRow;
use mingjing_store::tx::Read;

use crate::error::ServiceError;
use crate::export::tables::Cell;
use crate::over_cases::read::{ListedCase, OverCasesDetail, tell_all};

/// 栏目。
pub(super) const COLUMNS: &[&str] = &[
    "发现",
    "规则编码",
    "规则",
    "期间",
    "状态",
    "轻重",
    "要点",
    "机构",
    "组织",
    "数了几案",
    "数了的案件",
    "没有数成几案",
    "没有数成的案件",
    "判断日",
    "发现时间",
    "变动时间",
    "消除时间",
    "因何消除",
];

/// 一页的各行。
pub(super) async fn cells(
    read: &Read,
    lawbook: &Lawbook,
    cases: &Scope,
    rows: Vec<OverCasesRow>,
) -> Result<Vec<Vec<Cell>>, ServiceError> {
    let paths: BTreeSet<&str> = rows
        .iter()
        .map(|row| row.finding.org_path.as_str())
        .collect();
    let places = read.list_org_names(&paths).await?;
    let told = tell_all(read, lawbook, cases, rows).await?;
    let cells = told.iter().map(|detail| {
        let place = places.get(&detail.view.row.finding.org_path);
        of(detail, place.map(String::as_str))
    });
    Ok(cells.collect())
}

fn of(detail: &OverCasesDetail, place: Option<&str>) -> Vec<Cell> {
    let row = &detail.view.row;
    let finding = &row.finding;
    let headline = detail.view.text.as_ref().map(|text| text.headline.as_str());
    vec![
        Cell::Text(finding.id.clone()),
        Cell::Text(finding.code.clone()),
        Cell::Text(detail.view.rule_name.clone()),
        Cell::text(finding.period.as_deref()),
        Cell::Text(finding.status.name().to_owned()),
        Cell::Text(finding.severity.name().to_owned()),
        Cell::text(headline),
        Cell::text(place),
        Cell::Text(finding.org_path.clone()),
        Cell::Count(finding.counted),
        Cell::Text(numbers(&detail.counted)),
        Cell::Count(finding.not_counted),
        Cell::Text(numbers(&detail.not_counted)),
        Cell::Day(finding.as_of),
        Cell::Instant(row.found_at),
        Cell::Instant(row.changed_at),
        Cell::of(row.ended, |(at, _)| Cell::Instant(at)),
        Cell::text(row.ended.map(|(_, by)| by.in_chinese())),
    ]
}

fn numbers(cases: &[ListedCase]) -> String {
    let number = |case: &ListedCase| {
        let number = case.head.number.clone();
        number.unwrap_or_else(|| case.timeline.to_string())
    };
    cases.iter().map(number).collect::<Vec<_>>().join("、")
}
