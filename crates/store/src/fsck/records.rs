//! 自查事件与审计：各自与日志的条目、与内容的承诺相符。

use std::collections::{HashMap, HashSet};

use mingjing_kernel::date::Timestamp;
use mingjing_ledger::canonical::Canonical;
use mingjing_ledger::digest::{Digest, Salt};
use mingjing_ledger::entry::{Entry, EventEntry};

use crate::audit::{self, AuditRow};
use crate::error::Result;
use crate::event::{Body, EventRow, SELECT};
use crate::fsck::{Discrepancy, FsckReport};
use crate::row::row;
use crate::sql::values;
use crate::tx::Read;

const PAGE: u32 = 2_000;

row! {
    struct EntryRow {
        position: i64,
        bytes: Vec<u8>,
    }
}

row! {
    struct GoneRow {
        log_index: i64,
        position: i64,
    }
}

row! {
    struct VersionRow {
        id: String,
        version: i64,
        event_count: i64,
        last_seq: i64,
    }
}

impl Read {
    pub(super) async fn fsck_events(
        &self,
        erased: &HashSet<Digest>,
        report: &mut FsckReport,
        progress: &mut impl FnMut(u64),
    ) -> Result<()> {
        let mut pending = self
            .entry_rows("pending_entry", "event_position", 0, i64::MAX)
            .await?;
        let mut after = 0;
        loop {
            let sql = format!("{SELECT} WHERE e.position > $1 ORDER BY e.position LIMIT $2");
            let rows = self.rows::<EventRow>(&sql, values![after, PAGE]).await?;
            let Some(last) = rows.last().map(|row| row.position) else {
                break;
            };
            let mut logged = self
                .entry_rows("log_entry", "event_position", after, last)
                .await?;
            for row in rows {
                let entry = logged
                    .remove(&row.position)
                    .or_else(|| pending.remove(&row.position));
                self.check_event(&row, entry, erased, report);
                report.events += 1;
            }
            progress(report.entries + report.events);
            after = last;
        }
        self.check_gone("event", "event_position", "事件", report)
            .await?;
        self.check_versions(report).await
    }

    pub(super) async fn fsck_audit(
        &self,
        report: &mut FsckReport,
        progress: &mut impl FnMut(u64),
    ) -> Result<()> {
        let mut pending = self
            .entry_rows("pending_entry", "audit_position", 0, i64::MAX)
            .await?;
        let mut after = 0;
        loop {
            let sql = format!(
                "{} WHERE position > $1 ORDER BY position LIMIT $2",
                audit::COLUMNS
            );
            let rows = self.rows::<AuditRow>(&sql, values![after, PAGE]).await?;
            let Some(last) = rows.last().map(|row| row.position) else {
                break;
            };
            let mut logged = self
                .entry_rows("log_entry", "audit_position", after, last)
                .await?;
            for row in rows {
                let entry = logged
                    .remove(&row.position)
                    .or_else(|| pending.remove(&row.position));
                let id = row.id.clone();
                if let Err(why) = self.check_audit(row, entry) {
                    report.found(Discrepancy::Audit { audit: id, why });
                }
                report.audits += 1;
            }
            progress(report.entries + report.events + report.audits);
            after = last;
        }
        self.check_gone("audit", "audit_position", "审计记录", report)
            .await
    }

    fn check_event(
        &self,
        row: &EventRow,
        entry: Option<Vec<u8>>,
        erased: &HashSet<Digest>,
        report: &mut FsckReport,
    ) {
        let (event, timeline, seq) = (row.id.clone(), row.timeline_id.clone(), row.seq);
        let Some(bytes) = entry else {
            report.found(Discrepancy::EventNotLogged {
                event,
                timeline,
                seq,
            });
            return;
        };
        match Entry::parse(&bytes) {
            Ok(Entry::Event(entry)) => {
                if let Some(what) = differing(row, &entry) {
                    report.found(Discrepancy::EventHeader {
                        event,
                        timeline,
                        seq,
                        what,
                    });
                    return;
                }
            }
            Ok(Entry::Public(_) | Entry::Audit(_) | Entry::Erasure(_)) | Err(_) => {
                report.found(Discrepancy::EventHeader {
                    event,
                    timeline,
                    seq,
                    what: "种类",
                });
                return;
            }
        }
        let leaf = self.identity().suite.leaf_hash(&bytes);
        if let Err(why) = self.check_payload(row, &leaf, erased) {
            report.found(Discrepancy::EventPayload {
                event,
                timeline,
                seq,
                why,
            });
        }
    }

    fn check_payload(
        &self,
        row: &EventRow,
        leaf: &Digest,
        erased: &HashSet<Digest>,
    ) -> std::result::Result<(), String> {
        let (salt, body) = match (&row.salt, &row.body, row.erased_at) {
            (Some(salt), Some(body), None) => (salt, body),
            (None, None, Some(_)) if erased.contains(leaf) => return Ok(()),
            (None, None, Some(_)) => return Err("已抹去，日志里却没有清除条目".to_owned()),
            _ => return Err("盐与内容不全".to_owned()),
        };
        let salt: [u8; 32] = salt
            .as_slice()
            .try_into()
            .map_err(|_| "盐不是三十二字节".to_owned())?;
        let canonical = Canonical::parse(body).map_err(|error| error.to_string())?;
        let digest = self.identity().suite.commit(&Salt::new(salt), &canonical);
        let digest = digest.map_err(|error| error.to_string())?;
        if digest.as_bytes().as_slice() != row.payload_digest {
            return Err("与承诺不符".to_owned());
        }
        let body = Body::parse(body).map_err(|error| error.to_string())?;
        match differing_from_body(row, &body) {
            Some(what) => Err(format!("与事件头的{what}不符")),
            None => Ok(()),
        }
    }

    fn check_audit(
        &self,
        row: AuditRow,
        entry: Option<Vec<u8>>,
    ) -> std::result::Result<(), String> {
        let bytes = entry.ok_or("既不在日志里，也不在待入之列")?;
        let salt: [u8; 32] = row
            .salt
            .as_slice()
            .try_into()
            .map_err(|_| "盐不是三十二字节".to_owned())?;
        let record = row.into_record().map_err(|error| error.to_string())?;
        let content = audit::content(&record).map_err(|error| error.to_string())?;
        let digest = self.identity().suite.commit(&Salt::new(salt), &content);
        let digest = digest.map_err(|error| error.to_string())?;
        let expected = audit::entry(&record, self, digest).map_err(|error| error.to_string())?;
        if expected.to_bytes() != bytes {
            return Err("与日志的条目不符".to_owned());
        }
        Ok(())
    }

    /// Entries of which the row has gone.
    async fn check_gone(
        &self,
        table: &str,
        column: &str,
        what: &'static str,
        report: &mut FsckReport,
    ) -> Result<()> {
        let sql = format!(
            "SELECT l.log_index, l.{column} AS position FROM log_entry l LEFT JOIN {table} r ON r.position = l.{column} \
             WHERE l.{column} IS NOT NULL AND r.position IS NULL ORDER BY l.log_index LIMIT 1000"
        );
        for row in self.rows::<GoneRow>(&sql, vec![]).await? {
            report.found(Discrepancy::RowGone {
                index: row.log_index as u64,
                what,
                position: row.position,
            });
        }
        Ok(())
    }

    async fn check_versions(&self, report: &mut FsckReport) -> Result<()> {
        let rows = self.rows::<VersionRow>(
            "SELECT t.id, t.version, COUNT(e.position) AS event_count, COALESCE(MAX(e.seq), 0) AS last_seq \
             FROM timeline t LEFT JOIN event e ON e.timeline_id = t.id GROUP BY t.id, t.version \
             HAVING COUNT(e.position) <> t.version OR COALESCE(MAX(e.seq), 0) <> t.version \
             ORDER BY t.id LIMIT 1000",
            vec![],
        );
        for row in rows.await? {
            report.found(Discrepancy::TimelineVersion {
                timeline: row.id,
                version: row.version,
                count: row.event_count,
                last: row.last_seq,
            });
        }
        Ok(())
    }

    /// Entry bytes by the position they belong to, for positions in `(after, last]`.
    async fn entry_rows(
        &self,
        table: &str,
        column: &str,
        after: i64,
        last: i64,
    ) -> Result<HashMap<i64, Vec<u8>>> {
        let sql = format!(
            "SELECT {column} AS position, bytes FROM {table} WHERE {column} > $1 AND {column} <= $2"
        );
        let rows = self.rows::<EntryRow>(&sql, values![after, last]).await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.position, row.bytes))
            .collect())
    }
}

/// Which member of the entry the header contradicts.
fn differing(row: &EventRow, entry: &EventEntry) -> Option<&'static str> {
    let parts = [
        ("标识", entry.id.as_str() == row.id),
        ("时间线", entry.timeline.as_str() == row.timeline_id),
        ("序号", i64::from(entry.seq.get()) == row.seq),
        ("种类", entry.kind.as_str() == row.kind),
        (
            "记录时刻",
            entry.recorded_at.unix_micros() == row.recorded_at,
        ),
        (
            "承诺",
            entry.payload.as_bytes().as_slice() == row.payload_digest,
        ),
    ];
    first_false(&parts)
}

/// Which column of the header the committed body contradicts.
fn differing_from_body(row: &EventRow, body: &Body) -> Option<&'static str> {
    let micros = |at: Option<Timestamp>| at.map(|at| at.unix_seconds() * 1_000_000);
    let parts = [
        ("发生日", body.occurred_on.day_number() == row.occurred_on),
        (
            "发生日的末日",
            body.occurred_until.map(|day| day.day_number()) == row.occurred_until,
        ),
        ("发生时刻", micros(body.occurred_at) == row.occurred_at),
        (
            "来源",
            body.source == row.source && body.source_system == row.source_system,
        ),
        (
            "来源的记录时刻",
            micros(body.source_recorded_at) == row.source_recorded_at,
        ),
        ("程序实例", body.instance == row.instance),
        ("更正", body.corrects == row.corrects),
        ("账号", body.account == row.account_id),
        ("性质", body.nature == row.nature),
    ];
    first_false(&parts)
}

fn first_false(parts: &[(&'static str, bool)]) -> Option<&'static str> {
    parts
        .iter()
        .find(|(_, is_same)| !is_same)
        .map(|(what, _)| *what)
}
