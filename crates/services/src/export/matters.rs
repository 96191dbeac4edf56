//! 监督事项的台账：一件一行，照台账通常的栏目，由事项的事件写出。

use std::collections::BTreeSet;

use mingjing_domain::event::Event;
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::vocabulary::Audience;
use mingjing_policy::actor::Actor;
use mingjing_store::case_row::CaseRow;
use mingjing_store::finding::FindingRow;
use mingjing_store::tx::Read;

use crate::assessment::facts::{effective, stated, text};
use crate::assessment::supervised::{LEAD, SUPERVISED};
use crate::error::ServiceError;
use crate::export::tables::Cell;
use crate::supervision::linked::linked_findings;

/// 栏目。
pub(super) const COLUMNS: &[&str] = &[
    "序号",
    "编号",
    "线索来源",
    "被监督机关",
    "问题",
    "依据",
    "文书与文号",
    "送达日期",
    "整改期限",
    "整改情况",
    "验收",
    "销号日期",
    "状态",
];

/// Fields of the events, as the lawbook declares them.
const PROBLEMS: [&str; 2] = ["problem", "matter"];
const DOC_NUMBER: &str = "doc_number";
const DUE: [&str; 3] = ["rectify_due_on", "reply_due_on", "report_due_on"];
const EVIDENCE: &str = "evidence_doc";
const PASSED: &str = "passed";
const CONCLUSION: &str = "conclusion";

/// The rows of one page; `written` went before.
pub(super) async fn cells(
    read: &Read,
    lawbook: &Lawbook,
    reader: (&Actor, Date),
    rows: &[CaseRow],
    written: u64,
) -> Result<Vec<Vec<Cell>>, ServiceError> {
    let bodies: BTreeSet<&str> = rows.iter().filter_map(|row| row.body.as_deref()).collect();
    let bodies = read.list_body_names(&bodies).await?;
    let matters = rows.iter().map(|row| row.timeline);
    let dues = read.list_supervised_dues(&matters.collect()).await?;
    let mut all = Vec::with_capacity(rows.len());
    for (number, row) in (written + 1..).zip(rows) {
        let loaded = read.load_timeline(row.timeline).await?;
        let linked = linked_findings(read, &stated(&loaded.timeline), reader).await?;
        let findings = linked.rows;
        let body = row.body.as_ref();
        let body = body.map(|id| bodies.get(id).unwrap_or(id).as_str());
        let told = Told {
            lawbook,
            timeline: &loaded.timeline,
        };
        all.push(vec![
            Cell::Count(number),
            Cell::text(row.number.as_deref()),
            Cell::text(told.source(row).as_deref()),
            Cell::text(body),
            Cell::Text(told.problem(&findings)),
            Cell::Text(told.basis(&findings)),
            Cell::Text(told.documents()),
            Cell::Text(told.served_on()),
            Cell::of(told.due().or(dues.get(&row.timeline).copied()), Cell::Day),
            Cell::Text(told.answers()),
            Cell::Text(told.verified()),
            Cell::of(row.closed_on, Cell::Day),
            Cell::Text(told.state(row)),
        ]);
    }
    Ok(all)
}

/// A matter, told from its events as corrected.
struct Told<'a> {
    lawbook: &'a Lawbook,
    timeline: &'a Timeline,
}

impl<'a> Told<'a> {
    fn events(&self) -> impl Iterator<Item = &'a Event> + use<'a> {
        effective(self.timeline).into_iter().map(|(_, event)| event)
    }

    /// What was served on the body.
    fn served(&self) -> impl Iterator<Item = &'a Event> + use<'a> {
        let lawbook: &'a Lawbook = self.lawbook;
        let vocabulary = &lawbook.book.vocabulary;
        self.events().filter(move |event| {
            let declared = vocabulary
                .kind(&event.kind)
                .map(|id| vocabulary.kind_of(id));
            declared.is_some_and(|kind| kind.audience == Audience::Served)
        })
    }

    fn label(&self, kind: &str) -> String {
        let vocabulary = &self.lawbook.book.vocabulary;
        let declared = vocabulary.kind(kind).map(|id| vocabulary.kind_of(id));
        declared.map_or_else(|| kind.to_owned(), |kind| kind.label.to_string())
    }

    fn source(&self, row: &CaseRow) -> Option<String> {
        let code = row.lead_source.as_deref()?;
        let vocabulary = &self.lawbook.book.vocabulary;
        let list = vocabulary.list("supervision_source")?;
        let label = vocabulary.list_of(list).label(code);
        Some(label.map_or(code, AsRef::as_ref).to_owned())
    }

    /// What the lead says, else what was found.
    fn problem(&self, findings: &[FindingRow]) -> String {
        let mut told = self.events().filter_map(|event| {
            let said = PROBLEMS.iter().find_map(|field| text(event, field));
            said.filter(|_| event.kind == LEAD || event.kind == "sup_started")
        });
        told.next().unwrap_or_else(|| {
            let names = findings.iter().map(|row| self.rule_name(row));
            distinct(names)
        })
    }

    fn rule_name(&self, row: &FindingRow) -> String {
        let rule = self.lawbook.rule(&row.finding.code);
        rule.map_or_else(|| row.finding.code.clone(), |rule| rule.name.to_string())
    }

    fn basis(&self, findings: &[FindingRow]) -> String {
        let cites = findings.iter().flat_map(|row| {
            let rule = self.lawbook.rule(&row.finding.code);
            let cites = rule.into_iter().flat_map(|rule| &rule.citations);
            cites.map(ToString::to_string).collect::<Vec<_>>()
        });
        distinct(cites)
    }

    fn documents(&self) -> String {
        let lines = self.served().map(|event| {
            let label = self.label(&event.kind);
            match text(event, DOC_NUMBER) {
                Some(number) => format!("{label}（{number}）"),
                None => label,
            }
        });
        lines.collect::<Vec<_>>().join("；")
    }

    fn served_on(&self) -> String {
        distinct(self.served().map(|event| event.occurred_on.to_string()))
    }

    /// The day that the last paper states.
    fn due(&self) -> Option<Date> {
        let days = self.served().filter_map(|event| {
            let mut fields = DUE.iter().filter_map(|field| event.fields.get(*field));
            match fields.next()? {
                Value::Date(day) => Some(*day),
                Value::Text(text) => Date::parse_iso(text).ok(),
                _ => None,
            }
        });
        days.last()
    }

    /// What the supervised body has answered.
    fn answers(&self) -> String {
        let procedure = self.timeline.procedure.as_deref();
        let procedure = procedure.and_then(|name| self.lawbook.procedure(name));
        let vocabulary = &self.lawbook.book.vocabulary;
        let is_answer = |event: &&Event| {
            let kind = vocabulary.kind(&event.kind);
            let steps = procedure.into_iter().flat_map(|p| &p.transitions);
            let mut steps = steps.filter(|step| Some(step.on) == kind);
            steps.any(|step| step.who.iter().any(|role| role.as_ref() == SUPERVISED))
        };
        let lines = self.events().filter(is_answer).map(|event| {
            let label = self.label(&event.kind);
            match text(event, EVIDENCE) {
                Some(evidence) => format!("{} {label}（{evidence}）", event.occurred_on),
                None => format!("{} {label}", event.occurred_on),
            }
        });
        lines.collect::<Vec<_>>().join("；")
    }

    fn verified(&self) -> String {
        let lines = self.events().filter_map(|event| {
            let Some(Value::Bool(passed)) = event.fields.get(PASSED) else {
                return None;
            };
            let result = if *passed { "通过" } else { "不通过" };
            let conclusion = text(event, CONCLUSION).unwrap_or_default();
            Some(
                format!("{} {result} {conclusion}", event.occurred_on)
                    .trim_end()
                    .to_owned(),
            )
        });
        lines.collect::<Vec<_>>().join("；")
    }

    fn state(&self, row: &CaseRow) -> String {
        let code = row.state.as_deref().unwrap_or_default();
        let procedure = row.procedure.as_deref();
        let procedure = procedure.and_then(|name| self.lawbook.procedure(name));
        let name = procedure.and_then(|procedure| procedure.state_names.get(code));
        name.map_or(code, AsRef::as_ref).to_owned()
    }
}

/// Each once, in the order of their first place.
fn distinct(texts: impl Iterator<Item = String>) -> String {
    let mut kept: Vec<String> = Vec::new();
    for text in texts {
        if !kept.contains(&text) {
            kept.push(text);
        }
    }
    kept.join("；")
}
