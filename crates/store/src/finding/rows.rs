//! 发现表的行。

use mingjing_kernel::moment::Moment;

use crate::code;
use crate::error::{Result, StoreError};
use crate::finding::{EndedBy, FindingRow, NewFinding};
use crate::row::row;
use crate::sql::{column, values};
use crate::value::Value;

pub(super) const COLUMNS: &str = "f.id, f.timeline_id, f.code, f.part, f.trigger_event, f.keys, f.status, \
     f.severity, f.marks, f.detail, f.found_at, f.changed_at, f.ended_at, f.ended_by, f.body_id, f.org_path";
pub(super) const INSERT: &str = "INSERT INTO finding (id, timeline_id, code, part, trigger_event, keys, status, \
     severity, marks, detail, found_at, changed_at, ended_at, ended_by, body_id, org_path) VALUES";
pub(super) const INSERT_COLUMNS: usize = 16;
pub(super) const ON_CONFLICT: &str = "ON CONFLICT (id) DO UPDATE SET timeline_id = excluded.timeline_id, code = excluded.code, part = excluded.part, \
     trigger_event = excluded.trigger_event, keys = excluded.keys, status = excluded.status, \
     severity = excluded.severity, marks = excluded.marks, detail = excluded.detail, changed_at = excluded.changed_at, \
     ended_at = excluded.ended_at, ended_by = excluded.ended_by, body_id = excluded.body_id, \
     org_path = excluded.org_path";

row! {
    pub(super) struct Row {
        id: String,
        timeline_id: String,
        code: String,
        part: Option<String>,
        trigger_event: Option<String>,
        keys: String,
        status: String,
        severity: String,
        marks: String,
        detail: String,
        found_at: i64,
        changed_at: i64,
        ended_at: Option<i64>,
        ended_by: Option<String>,
        body_id: Option<String>,
        org_path: String,
    }
}

impl Row {
    /// Where it stands among the newest.
    pub(super) fn place(&self) -> (i64, &str) {
        (self.found_at, &self.id)
    }

    pub(super) fn into_row(self) -> Result<FindingRow> {
        Ok(FindingRow {
            timeline: column::timeline_id(&self.timeline_id)?,
            found_at: column::moment(self.found_at)?,
            changed_at: column::moment(self.changed_at)?,
            ended: self.ended()?,
            finding: NewFinding {
                part: column::part(self.part.as_deref())?,
                keys: code::read_json(&self.keys, "键")?,
                status: code::read_status(&self.status)?,
                severity: code::read_severity(&self.severity)?,
                marks: code::read_marks(&self.marks)?,
                detail: code::read_json(&self.detail, "细节")?,
                id: self.id,
                code: self.code,
                trigger_event: self.trigger_event,
                body: self.body_id,
                org_path: self.org_path,
            },
        })
    }

    fn ended(&self) -> Result<Option<(Moment, EndedBy)>> {
        match (
            self.ended_at,
            self.ended_by.as_deref().map(EndedBy::from_code),
        ) {
            (None, None) => Ok(None),
            (Some(at), Some(Some(by))) => Ok(Some((column::moment(at)?, by))),
            (Some(_), Some(None) | None) | (None, Some(_)) => Err(StoreError::corrupt(format!(
                "发现 {} 的终结读不出",
                self.id
            ))),
        }
    }
}

pub(super) fn values_of(row: &FindingRow) -> Result<Vec<Value>> {
    let finding = &row.finding;
    Ok(values![
        finding.id.as_str(),
        row.timeline,
        finding.code.as_str(),
        finding.part.to_string(),
        finding.trigger_event.as_deref(),
        code::write_json(&finding.keys)?,
        code::status(finding.status),
        finding.severity.code(),
        code::write_marks(finding.marks),
        code::write_json(&finding.detail)?,
        row.found_at,
        row.changed_at,
        row.ended.map(|(at, _)| at),
        row.ended.map(|(_, by)| by.code()),
        finding.body.as_deref(),
        finding.org_path.as_str(),
    ])
}
