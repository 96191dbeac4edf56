//! 试算的工作簿：总览、按规则、按机关、会变的案件（头一万处）。

use mingjing_documents::tables::{Table, Value, to_xlsx as workbook};
use mingjing_lawbook::simulate::Turn;

use crate::law::diff;
use crate::law::simulate::Trying;
use crate::law::simulate::tally::{KEPT_MAX, Tally};
use crate::law::simulate::text::{in_words, place};

pub(super) fn to_xlsx(tally: &Tally, trial: &Trying<'_>) -> anyhow::Result<Vec<u8>> {
    let tables = [
        overview(tally, trial),
        by_rule(tally),
        by_body(tally),
        cases(tally),
    ];
    workbook("法典试算", &tables).map_err(|error| anyhow::anyhow!("{error}"))
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

fn overview(tally: &Tally, trial: &Trying<'_>) -> Table {
    let comparison = trial.comparison;
    let mut rows = vec![
        vec![text("原来的法典"), text(comparison.before.as_ref())],
        vec![text("试算的法典"), text(comparison.after.as_ref())],
        vec![text("变化"), text(diff::counts(comparison))],
        vec![text("试算的案件"), Value::Count(tally.cases)],
        vec![text("会变的案件"), Value::Count(tally.changed)],
        vec![text("会变的处数"), Value::Count(tally.turns())],
        vec![text("读不了的行"), Value::Count(tally.refused)],
    ];
    if tally.turns() > KEPT_MAX as u64 {
        let note = format!("只列头 {KEPT_MAX} 处；计数是全部的");
        rows.push(vec![text("案件一页"), text(note)]);
    }
    if trial.has_over_cases() {
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

fn by_rule(tally: &Tally) -> Table {
    let row = |(code, counts): (&std::sync::Arc<str>, &[u64; Turn::ALL.len()])| {
        let mut row = vec![text(code.as_ref()), text(tally.name(code))];
        row.extend(counts.iter().map(|n| Value::Count(*n)));
        row
    };
    Table {
        name: "按规则",
        columns: [("规则", 20), ("名称", 36)]
            .into_iter()
            .chain(turns())
            .collect(),
        rows: tally.by_rule.iter().map(row).collect(),
    }
}

fn by_body(tally: &Tally) -> Table {
    let rows = tally.by_body.iter().map(|(name, body)| {
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

fn cases(tally: &Tally) -> Table {
    let rows = tally.kept.iter().map(|instance| {
        let told = &instance.told;
        vec![
            text(instance.case.as_str()),
            text(instance.body.as_deref().unwrap_or("")),
            text(told.code.as_ref()),
            text(tally.name(&told.code)),
            text(told.turn.name()),
            text(place(told)),
            text(in_words(told.before.as_ref())),
            text(in_words(told.after.as_ref())),
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
