//! 试算的工作簿：总览、按规则、按机关、会变的案件（头若干处）。

use mingjing_lawbook::simulate::Turn;
use mingjing_lawbook::simulate::tally::{Instance, Totals, Words};
use rust_xlsxwriter::XlsxError;

use crate::tables::{Table, Value, to_xlsx as workbook};

/// 要写的。
#[derive(Debug, Clone, Copy)]
pub struct Foresight<'a> {
    /// 原来的法典。
    pub before: &'a str,
    /// 试算的法典。
    pub after: &'a str,
    /// 变了什么，一句话。
    pub changes: &'a str,
    /// 合计。
    pub totals: &'a Totals,
    /// 列出的各处。
    pub instances: &'a [Instance],
    /// 变化里有跨案的规则，它们没有试算。
    pub has_over_cases: bool,
    /// 另要说明的：范围、判断日、没有算完的。
    pub notes: &'a [(&'static str, String)],
}

/// 写成工作簿。
pub fn to_xlsx(told: &Foresight<'_>) -> Result<Vec<u8>, XlsxError> {
    let tables = [
        overview(told),
        by_rule(told.totals),
        by_body(told.totals),
        cases(told.instances),
    ];
    workbook("法典试算", &tables)
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

fn overview(told: &Foresight<'_>) -> Table {
    let totals = told.totals;
    let mut rows = vec![
        vec![text("原来的法典"), text(told.before)],
        vec![text("试算的法典"), text(told.after)],
        vec![text("变化"), text(told.changes)],
        vec![text("试算的案件"), Value::Count(totals.cases)],
        vec![text("会变的案件"), Value::Count(totals.changed)],
        vec![text("会变的处数"), Value::Count(totals.turns())],
        vec![text("读不了的行"), Value::Count(totals.refused)],
    ];
    let notes = told.notes.iter();
    rows.extend(notes.map(|(name, note)| vec![text(*name), text(note.as_str())]));
    let listed = told.instances.len();
    if totals.turns() > listed as u64 {
        let note = format!("只列 {listed} 处；计数是全部的");
        rows.push(vec![text("案件一页"), text(note)]);
    }
    if told.has_over_cases {
        rows.push(vec![text("没有试算的"), text("跨案的规则")]);
    }
    Table {
        name: "总览",
        columns: vec![("项目", 20), ("内容", 80)],
        rows,
    }
}

fn turns() -> impl Iterator<Item = (&'static str, u16)> {
    Turn::ALL.iter().map(|turn| (turn.name(), 14))
}

fn by_rule(totals: &Totals) -> Table {
    let rows = totals.by_rule.iter().map(|(code, rule)| {
        let mut row = vec![text(code.as_str()), text(rule.name.as_str())];
        row.extend(rule.turns.iter().map(|n| Value::Count(*n)));
        row
    });
    Table {
        name: "按规则",
        columns: [("规则", 20), ("名称", 36)]
            .into_iter()
            .chain(turns())
            .collect(),
        rows: rows.collect(),
    }
}

fn by_body(totals: &Totals) -> Table {
    let rows = totals.by_body.iter().map(|(name, body)| {
        let mut row = vec![
            text(name.as_str()),
            Value::Count(body.cases),
            Value::Count(body.changed),
        ];
        row.extend(body.turns.iter().map(|n| Value::Count(*n)));
        row
    });
    let columns = [("机关", 40), ("案件", 10), ("会变的", 10)];
    Table {
        name: "按机关",
        columns: columns.into_iter().chain(turns()).collect(),
        rows: rows.collect(),
    }
}

fn cases(instances: &[Instance]) -> Table {
    let rows = instances.iter().map(|instance| {
        let told = &instance.told;
        vec![
            text(instance.case.as_str()),
            text(instance.body.as_deref().unwrap_or("")),
            text(told.code.as_str()),
            text(told.name.as_str()),
            text(told.turn.name()),
            text(told.place()),
            text(Words::in_chinese(told.before.as_ref())),
            text(Words::in_chinese(told.after.as_ref())),
        ]
    });
    Table {
        name: "会变的案件",
        columns: vec![
            ("案件", 28),
            ("机关", 32),
            ("规则", 18),
            ("名称", 32),
            ("怎样变", 14),
            ("哪一件事", 28),
            ("原来", 32),
            ("换了之后", 32),
        ],
        rows: rows.collect(),
    }
}
