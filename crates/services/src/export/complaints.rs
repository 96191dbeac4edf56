//! 投诉举报的台账：一件一行；不写投诉举报人是谁，只写是不是实名。

use std::collections::BTreeSet;

use mingjing_domain::event::Event;
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_store::case_row::CaseRow;
use mingjing_store::tx::Read;

use crate::assessment::complained::{ASSIGNED, RECEIVED, REPLIED, RETURNED};
use crate::assessment::facts::{effective, text};
use crate::casework::free_text::Names;
use crate::complaint::list_complaints::{ComplaintLine, Term};
use crate::error::ServiceError;
use crate::export::tables::Cell;

/// 栏目。
pub(super) const COLUMNS: &[&str] = &[
    "序号",
    "编号",
    "收到日期",
    "渠道",
    "来源编号",
    "类别",
    "实名",
    "所反映的机关、单位",
    "反映的内容",
    "办理机构",
    "责任部门",
    "办结时限",
    "退回次数",
    "回复期限",
    "回复日期",
    "办理期限",
    "答复日期",
    "办理结果",
    "办结日期",
    "满意",
    "状态",
];

/// The rows of one page; `written` went before.
pub(super) async fn cells(
    read: &Read,
    lawbook: &Lawbook,
    rows: &[CaseRow],
    written: u64,
) -> Result<Vec<Vec<Cell>>, ServiceError> {
    let against = |row: &CaseRow| row.complaint.as_ref().and_then(|told| told.against.clone());
    let bodies: Vec<String> = rows.iter().filter_map(against).collect();
    let bodies: BTreeSet<&str> = bodies.iter().map(String::as_str).collect();
    let bodies = read.list_body_names(&bodies).await?;
    let places: BTreeSet<&str> = rows.iter().map(|row| row.org_path.as_str()).collect();
    let places = read.list_org_names(&places).await?;
    let ids = rows.iter().map(|row| row.timeline).collect();
    let mut duties = read.list_duties_of(&ids).await?;
    let mut all = Vec::with_capacity(rows.len());
    for (number, row) in (written + 1..).zip(rows) {
        let loaded = read.load_timeline(row.timeline).await?;
        let duties = duties.remove(&row.timeline).unwrap_or_default();
        let line = ComplaintLine::of(lawbook, row.clone(), &duties);
        let told = Told {
            lawbook,
            timeline: &loaded.timeline,
            names: Names::of(&lawbook.book.vocabulary, &loaded.timeline),
        };
        let registered = against(row).and_then(|body| bodies.get(&body).cloned());
        let place = places.get(&row.org_path).map(String::as_str);
        all.push(told.cells(number, &line, (registered, place)));
    }
    Ok(all)
}

/// A complaint, told from its events as corrected; numbers and names in what was written are masked.
struct Told<'a> {
    lawbook: &'a Lawbook,
    timeline: &'a Timeline,
    names: Names,
}

impl Told<'_> {
    fn cells(
        &self,
        number: u64,
        line: &ComplaintLine,
        (registered, place): (Option<String>, Option<&str>),
    ) -> Vec<Cell> {
        let row = &line.row;
        let told = row.complaint.clone().unwrap_or_default();
        let due = |term: Option<Term>| Cell::of(term.and_then(|term| term.due_on), Cell::Day);
        let met = |term: Option<Term>| Cell::of(term.and_then(|term| term.met_on), Cell::Day);
        let is_real_name = self
            .first(RECEIVED)
            .map(|event| event.fields.get("real_name") == Some(&Value::Bool(true)));
        let yes = |flag: Option<bool>| Cell::text(flag.map(|flag| if flag { "是" } else { "否" }));
        vec![
            Cell::Count(number),
            Cell::text(row.number.as_deref()),
            Cell::of(told.received_on, Cell::Day),
            self.listed("complaint_channel", told.channel.as_deref()),
            self.said(self.first(RECEIVED), "source_no"),
            self.listed("complaint_kind", told.kind.as_deref()),
            yes(is_real_name),
            match registered {
                Some(name) => Cell::Text(name),
                None => self.said(self.first(RECEIVED), "against_name"),
            },
            self.said(self.first(RECEIVED), "content"),
            Cell::text(place),
            self.said(self.last(ASSIGNED), "responsible_unit"),
            self.said(self.last(ASSIGNED), "due_on"),
            Cell::Count(self.of(RETURNED).count() as u64),
            due(line.answer),
            met(line.answer),
            due(line.result),
            met(line.result),
            self.said(self.last(REPLIED), "answer"),
            Cell::of(row.closed_on, Cell::Day),
            yes(told.is_satisfied),
            self.state(row),
        ]
    }

    fn of(&self, kind: &'static str) -> impl Iterator<Item = &Event> {
        let events = effective(self.timeline).into_iter();
        events
            .map(|(_, event)| event)
            .filter(move |event| event.kind == kind)
    }

    fn first(&self, kind: &'static str) -> Option<&Event> {
        self.of(kind).next()
    }

    fn last(&self, kind: &'static str) -> Option<&Event> {
        self.of(kind).last()
    }

    fn said(&self, event: Option<&Event>, field: &str) -> Cell {
        let Some(event) = event else {
            return Cell::Empty;
        };
        if let Some(Value::Date(day)) = event.fields.get(field) {
            return Cell::Day(*day);
        }
        let text = text(event, field);
        Cell::of(text, |text| Cell::Text(self.names.mask_in(&text)))
    }

    fn listed(&self, list: &str, code: Option<&str>) -> Cell {
        let vocabulary = &self.lawbook.book.vocabulary;
        let list = vocabulary.list(list).map(|id| vocabulary.list_of(id));
        Cell::of(code, |code| {
            let label = list.and_then(|list| list.label(code));
            Cell::Text(label.map_or(code, AsRef::as_ref).to_owned())
        })
    }

    fn state(&self, row: &CaseRow) -> Cell {
        let procedure = row.procedure.as_deref();
        let procedure = procedure.and_then(|name| self.lawbook.procedure(name));
        let state = row.state.as_deref().unwrap_or_default();
        let name = procedure.and_then(|procedure| procedure.state_names.get(state));
        Cell::Text(name.map_or(state, AsRef::as_ref).to_owned())
    }
}
