//! 自查公开记录：行、叶子、公布的事件、所指的决定两两相符，内容与摘要相符。

use std::collections::HashSet;

use mingjing_ledger::canonical::Canonical;
use mingjing_ledger::digest::Digest;
use mingjing_ledger::entry::{Entry, PublicEntry};

use crate::error::{Result, StoreError};
use crate::fsck::{Discrepancy, FsckReport};
use crate::public_record::{COLUMNS, PublicRecord, RecordRow};
use crate::row::row;
use crate::sql::values;
use crate::tx::Read;

const PAGE: u32 = 1_000;
/// The kind of the event that a public record comes from.
const PUBLISHED: &str = "published";

row! {
    struct StrayRow {
        log_index: i64,
    }
}

impl Read {
    pub(super) async fn fsck_publics(
        &self,
        erased: &HashSet<Digest>,
        report: &mut FsckReport,
        progress: &mut impl FnMut(u64),
    ) -> Result<()> {
        let mut after = 0_i64;
        let sql = format!(
            "SELECT {COLUMNS} FROM public_record r WHERE r.position > $1 ORDER BY r.position LIMIT $2"
        );
        loop {
            let rows = self.rows::<RecordRow>(&sql, values![after, PAGE]).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                after = row.position();
                let id = row.id().to_owned();
                let found = match row.into_record() {
                    Ok(record) => self.check_public(&record, erased).await?,
                    Err(StoreError::Corrupt(why)) => Some(why),
                    Err(error) => return Err(error),
                };
                if let Some(why) = found {
                    report.found(Discrepancy::PublicRecord { record: id, why });
                }
                report.publics += 1;
            }
            progress(report.entries + report.events + report.audits + report.publics);
        }
        self.check_strays(report).await
    }

    /// Why the record is unsound, if it is.
    async fn check_public(
        &self,
        record: &PublicRecord,
        erased: &HashSet<Digest>,
    ) -> Result<Option<String>> {
        let say = |why: &str| Ok(Some(why.to_owned()));
        let Some(bytes) = self.public_entry(record).await? else {
            return say("既不在日志里，也不在待入之列");
        };
        let Ok(Entry::Public(entry)) = Entry::parse(&bytes) else {
            return say("它的条目不是公开记录的条目");
        };
        if self.identity().suite.leaf_hash(&bytes) != record.leaf {
            return say("条目的字节与叶散列不符");
        }
        if let Some(what) = self.differing_entry(record, &entry).await? {
            return Ok(Some(format!("与日志的条目不符：{what}")));
        }
        if !self.has_event(record).await? {
            return say("案件上没有公布它的事件");
        }
        let Some(body) = &record.body else {
            return match record.erased_at {
                Some(_) if erased.contains(&record.leaf) => Ok(None),
                Some(_) => say("内容已抹去，日志里却没有清除条目"),
                None => say("内容不见了"),
            };
        };
        let digest = Canonical::from_json(body)
            .ok()
            .and_then(|content| self.identity().suite.public_digest(&content).ok());
        if digest != Some(record.content) {
            return say("内容与摘要不符：内容被改过");
        }
        Ok(None)
    }

    async fn differing_entry(
        &self,
        record: &PublicRecord,
        entry: &PublicEntry,
    ) -> Result<Option<&'static str>> {
        let of = match self
            .leaf_of_event(record.timeline, record.decision_seq)
            .await
        {
            Ok(leaf) => Some(leaf),
            Err(StoreError::NotFound(_)) => None,
            Err(error) => return Err(error),
        };
        let parts = [
            ("标识", entry.id.as_str() == record.id.to_string()),
            ("摘要", entry.content == record.content),
            ("时刻", entry.recorded_at == record.published_at),
            ("所指的决定", of == Some(entry.of)),
        ];
        Ok(parts
            .into_iter()
            .find(|(_, is_same)| !is_same)
            .map(|(what, _)| what))
    }

    async fn public_entry(&self, record: &PublicRecord) -> Result<Option<Vec<u8>>> {
        for table in ["log_entry", "pending_entry"] {
            let sql = format!("SELECT bytes FROM {table} WHERE leaf_hash = $1 AND type = 'public'");
            let bytes = self.scalar::<Vec<u8>>(&sql, values![record.leaf.as_bytes()]);
            if let Some(bytes) = bytes.await? {
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }

    async fn has_event(&self, record: &PublicRecord) -> Result<bool> {
        let sql = "SELECT COUNT(*) FROM event WHERE timeline_id = $1 AND seq = $2 AND id = $3 AND kind = $4";
        let count = self.scalar::<i64>(
            sql,
            values![record.timeline, record.event_seq, record.event, PUBLISHED],
        );
        Ok(count.await? == Some(1))
    }

    /// Entries of public records of which the row has gone.
    async fn check_strays(&self, report: &mut FsckReport) -> Result<()> {
        let sql = "SELECT l.log_index FROM log_entry l LEFT JOIN public_record r ON r.leaf_hash = l.leaf_hash \
             WHERE l.type = 'public' AND r.position IS NULL ORDER BY l.log_index LIMIT 1000";
        for row in self.rows::<StrayRow>(sql, vec![]).await? {
            report.found(Discrepancy::PublicRowGone {
                index: row.log_index as u64,
            });
        }
        Ok(())
    }
}
