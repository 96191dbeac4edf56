//! 一案的存证：各条事件的条目、叶号、内容与盐，连同清除条目；案卷包由此做成。

use std::collections::BTreeSet;

use mingjing_kernel::id::TimelineId;
use mingjing_ledger::canonical::Canonical;
use mingjing_ledger::digest::{Digest, Salt};
use mingjing_ledger::entry::Entry;
use sea_orm::FromQueryResult;

use crate::error::{Result, StoreError};
use crate::log::digest;
use crate::sql::{column, values};
use crate::tx::Read;

/// 一条已入日志的条目，与它的内容。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRecord {
    /// 叶号。
    pub index: u64,
    /// 条目：事件或清除。
    pub entry: Entry,
    /// 内容与盐；已清除的、清除条目本身没有。
    pub content: Option<(Canonical, Salt)>,
}

/// 一案的存证。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TimelineRecords {
    /// 按叶号。
    pub records: Vec<EventRecord>,
    /// 还有几条事件没有入日志。
    pub pending: u64,
}

#[derive(FromQueryResult)]
struct RecordRow {
    seq: i64,
    log_index: Option<i64>,
    bytes: Option<Vec<u8>>,
    leaf_hash: Option<Vec<u8>>,
    salt: Option<Vec<u8>>,
    body: Option<Vec<u8>>,
}

#[derive(FromQueryResult)]
struct ErasureRow {
    log_index: i64,
    bytes: Vec<u8>,
}

impl Read {
    /// 一案的全部存证；没有这条时间线的，一条也没有。
    pub async fn list_event_records(&self, id: TimelineId) -> Result<TimelineRecords> {
        let rows = self.rows::<RecordRow>(
            "SELECT e.seq, l.log_index, l.bytes, l.leaf_hash, p.salt, p.body FROM event e \
             LEFT JOIN log_entry l ON l.event_position = e.position \
             LEFT JOIN event_payload p ON p.position = e.position WHERE e.timeline_id = $1 ORDER BY e.seq",
            values![id],
        );
        let mut found = TimelineRecords::default();
        let mut erased = BTreeSet::new();
        for row in rows.await? {
            let (Some(index), Some(bytes), Some(leaf)) = (row.log_index, row.bytes, row.leaf_hash)
            else {
                found.pending += 1;
                continue;
            };
            let corrupt = || StoreError::corrupt(format!("{id} 第 {} 条的内容读不出", row.seq));
            let content = match (row.body, row.salt) {
                (Some(body), Some(salt)) => {
                    let content = Canonical::parse(&body).map_err(|_| corrupt())?;
                    let salt: [u8; 32] = salt.try_into().map_err(|_| corrupt())?;
                    Some((content, Salt::new(salt)))
                }
                (None, None) => {
                    erased.insert(digest(&leaf)?);
                    None
                }
                (Some(_), None) | (None, Some(_)) => return Err(corrupt()),
            };
            found.records.push(record(index, &bytes, content)?);
        }
        if !erased.is_empty() {
            found.records.extend(self.erasures_of(&erased).await?);
        }
        found.records.sort_by_key(|record| record.index);
        Ok(found)
    }

    /// The erasure entries that name one of these leaves; there are few of them in any log.
    async fn erasures_of(&self, leaves: &BTreeSet<Digest>) -> Result<Vec<EventRecord>> {
        let rows = self.rows::<ErasureRow>(
            "SELECT log_index, bytes FROM log_entry WHERE type = 'erasure' ORDER BY log_index",
            vec![],
        );
        let mut found = Vec::new();
        for row in rows.await? {
            let record = record(row.log_index, &row.bytes, None)?;
            if let Entry::Erasure(erasure) = &record.entry
                && leaves.contains(&erasure.of)
            {
                found.push(record);
            }
        }
        Ok(found)
    }
}

fn record(index: i64, bytes: &[u8], content: Option<(Canonical, Salt)>) -> Result<EventRecord> {
    let entry = Entry::parse(bytes)
        .map_err(|error| StoreError::corrupt(format!("日志第 {index} 条读不出：{error}")))?;
    Ok(EventRecord {
        index: column::count(index)?,
        entry,
        content,
    })
}
