//! 消费者：按叶号读日志，读到哪里记在库里；凭租约的栅栏号前进。

use mingjing_ledger::entry::Entry;

use crate::error::{Result, StoreError};
use crate::lease::Lease;
use crate::log::{LogEntry, digest};
use crate::row::row;
use crate::sql::{column, values};
use crate::tx::{Read, Tx};

/// 一次最多读多少条。
pub const READ_MAX: u32 = 5_000;

row! {
    struct EntryRow {
        log_index: i64,
        bytes: Vec<u8>,
        leaf_hash: Vec<u8>,
        event_position: Option<i64>,
        audit_position: Option<i64>,
        integrated_at: i64,
    }
}

impl EntryRow {
    fn into_entry(self) -> Result<LogEntry> {
        let entry = Entry::parse(&self.bytes).map_err(|error| {
            StoreError::corrupt(format!("日志第 {} 条读不出：{error}", self.log_index))
        })?;
        Ok(LogEntry {
            index: column::count(self.log_index)?,
            entry,
            leaf: digest(&self.leaf_hash)?,
            event_position: self.event_position,
            audit_position: self.audit_position,
            integrated_at: column::moment(self.integrated_at)?,
        })
    }
}

impl Read {
    /// 从叶号 `from` 起至多 `limit` 条，按叶号。
    pub async fn log_entries(&self, from: u64, limit: u32) -> Result<Vec<LogEntry>> {
        let rows = self.rows::<EntryRow>(
            "SELECT log_index, bytes, leaf_hash, event_position, audit_position, integrated_at \
             FROM log_entry WHERE log_index >= $1 ORDER BY log_index LIMIT $2",
            values![from, limit.min(READ_MAX)],
        );
        rows.await?.into_iter().map(EntryRow::into_entry).collect()
    }

    /// 某个消费者下一条要读的叶号；没有读过的从零起。
    pub async fn consumer_position(&self, name: &str) -> Result<u64> {
        let sql = "SELECT next_index FROM consumer WHERE name = $1";
        let next = self.scalar::<i64>(sql, values![name]).await?;
        column::count(next.unwrap_or_default())
    }
}

impl Tx {
    /// 消费者从 `from` 读到了 `next` 之前。MUST 与它所做的事在同一个事务里，消费者的名称即租约的名称。
    ///
    /// A holder whose lease has been taken over, or who reads what was read already, gets [`StoreError::Fenced`].
    pub async fn advance_consumer(&self, lease: &Lease, from: u64, next: u64) -> Result<()> {
        let name = lease.name.as_str();
        self.execute(
            "INSERT INTO consumer (name, next_index, fence) VALUES ($1, 0, 0) ON CONFLICT (name) DO NOTHING",
            values![name],
        )
        .await?;
        let moved = self.execute(
            "UPDATE consumer SET next_index = $1, fence = $2 WHERE name = $3 AND next_index = $4 AND fence <= $2",
            values![next, lease.fence, name, from],
        );
        if moved.await? == 1 {
            return Ok(());
        }
        let found = self.scalar::<i64>("SELECT fence FROM consumer WHERE name = $1", values![name]);
        Err(StoreError::Fenced {
            mine: lease.fence,
            found: column::count(found.await?.unwrap_or_default())?,
        })
    }
}
