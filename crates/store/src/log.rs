//! 防篡改日志在库里的样子：待入日志的条目与事件同一事务写下，由一个整合者编号、入树、签检查点。

pub mod consumer;
pub mod export;
pub mod handover;
pub mod integrator;
pub mod proof;

use std::num::NonZeroU32;
use std::time::Duration;

use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::moment::Moment;
use mingjing_ledger::digest::Digest;
use mingjing_ledger::entry::{Entry, EventEntry};
use mingjing_ledger::suite::Suite;
use mingjing_ledger::token::Token;
use mingjing_ledger::tree::frontier::Frontier;

use crate::error::{Result, StoreError};
use crate::row::row;
use crate::sql::{Rows, column, values};
use crate::tx::{Read, Tx};

/// 待入日志的条目等过这么久，就是没有人在入日志了：要说出来。
///
/// Longer than the lease of an integrator that has died: that another takes over is no alarm.
pub const LOG_LAG_MAX: Duration = Duration::from_secs(15);

/// 日志的身份：名称与算法套件，第一次打开时写定，以后不许变。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogIdentity {
    /// 节点名，也是日志与检查点的名称，在所有节点中唯一。
    pub node: Token,
    /// 算法套件。
    pub suite: Suite,
}

/// 入了日志的条目。
#[derive(Debug, Clone)]
pub struct LogEntry {
    /// 叶号，从零起，连续。
    pub index: u64,
    /// 条目。
    pub entry: Entry,
    /// 叶散列。
    pub leaf: Digest,
    /// 事件在本库里的位置（事件条目）。
    pub event_position: Option<i64>,
    /// 审计记录在本库里的位置（审计条目）。
    pub audit_position: Option<i64>,
    /// 入日志的时刻。
    pub integrated_at: Moment,
}

/// 待入日志：已经提交，还没有叶号。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// 叶散列。
    pub leaf: Digest,
}

/// 已入日志：有叶号，能证明。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Integrated {
    /// 叶号。
    pub index: u64,
    /// 叶散列。
    pub leaf: Digest,
}

/// 条目在日志里到了哪一步。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogPlace {
    /// 待入日志。
    Pending(Pending),
    /// 已入日志。
    Integrated(Integrated),
}

impl LogPlace {
    /// 叶散列。
    pub const fn leaf(&self) -> Digest {
        match self {
            LogPlace::Pending(pending) => pending.leaf,
            LogPlace::Integrated(integrated) => integrated.leaf,
        }
    }
}

/// 日志的现状。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogState {
    /// 条数。
    pub size: u64,
    /// 前沿。
    pub frontier: Frontier,
    /// 整合者的栅栏号。
    pub fence: u64,
}

row! {
    struct StateRow {
        size: i64,
        frontier: Vec<u8>,
        fence: i64,
    }
}

row! {
    struct PlaceRow {
        log_index: i64,
        leaf_hash: Vec<u8>,
    }
}

row! {
    struct IdentityRow {
        origin: Option<String>,
        suite: Option<String>,
    }
}

/// How the kinds of entries are coded in the column `type`.
pub(crate) const fn entry_type(entry: &Entry) -> &'static str {
    match entry {
        Entry::Event(_) => "event",
        Entry::Public(_) => "public",
        Entry::Audit(_) => "audit",
        Entry::Erasure(_) => "erasure",
    }
}

pub(crate) fn digest(bytes: &[u8]) -> Result<Digest> {
    let bytes = bytes.try_into();
    bytes
        .map(Digest::new)
        .map_err(|_| StoreError::corrupt("散列不是三十二字节"))
}

pub(crate) fn token(text: impl Into<String>) -> Result<Token> {
    Token::new(text).map_err(StoreError::internal)
}

/// Entries on their way into `pending_entry`.
pub(crate) struct Entries {
    suite: Suite,
    rows: Rows,
}

impl Entries {
    pub(crate) fn event(&mut self, position: i64, entry: &Entry) {
        self.push(entry, Some(position), None);
    }

    pub(crate) fn push(&mut self, entry: &Entry, event: Option<i64>, audit: Option<i64>) {
        let bytes = entry.to_bytes();
        let leaf = self.suite.leaf_hash(&bytes);
        self.rows.push(values![
            entry_type(entry),
            bytes,
            leaf.as_bytes(),
            event,
            audit
        ]);
    }
}

impl Tx {
    pub(crate) fn entries(&self) -> Entries {
        let head = "INSERT INTO pending_entry (type, bytes, leaf_hash, event_position, audit_position) VALUES";
        Entries {
            suite: self.identity().suite,
            rows: Rows::new(head, 5, ""),
        }
    }

    pub(crate) async fn push_entries(&self, entries: Entries) -> Result<()> {
        self.insert_later(entries.rows).await?;
        self.wrote_entries();
        Ok(())
    }

    /// The entry of an audit record of this transaction; which position that has got, nobody need wait for.
    pub(crate) async fn push_audit_entry(
        &self,
        audit: Id<kind::Audit>,
        entry: &Entry,
    ) -> Result<()> {
        let bytes = entry.to_bytes();
        let leaf = self.identity().suite.leaf_hash(&bytes);
        self.execute_later(
            "INSERT INTO pending_entry (type, bytes, leaf_hash, audit_position) \
             SELECT $1, $2, $3, position FROM audit WHERE id = $4",
            values![entry_type(entry), bytes, leaf.as_bytes(), audit],
        )
        .await?;
        self.wrote_entries();
        Ok(())
    }

    pub(crate) fn event_entry(
        &self,
        timeline: TimelineId,
        seq: u64,
        id: Id<kind::Event>,
        kind: &str,
        payload: Digest,
    ) -> Result<Entry> {
        let seq = u32::try_from(seq).ok().and_then(NonZeroU32::new);
        Ok(Entry::Event(EventEntry {
            node: self.identity().node.clone(),
            id: token(id.to_string())?,
            timeline: token(timeline.to_string())?,
            seq: seq.ok_or_else(|| StoreError::internal("a sequence number out of range"))?,
            kind: token(kind)?,
            recorded_at: self.now(),
            payload,
        }))
    }

    /// Writes the identity on first use; refuses another one afterwards.
    pub(crate) async fn settle_identity(&self) -> Result<()> {
        let identity = self.identity();
        self.execute(
            "UPDATE log_state SET origin = $1, suite = $2 WHERE id = 1 AND origin IS NULL",
            values![identity.node.as_str(), identity.suite.name()],
        )
        .await?;
        let row = self.row::<IdentityRow>("SELECT origin, suite FROM log_state", vec![]);
        let row = row.await?;
        let row = row.ok_or_else(|| StoreError::corrupt("log_state 没有那一行"))?;
        let is_same = row.origin.as_deref() == Some(identity.node.as_str())
            && row.suite.as_deref() == Some(identity.suite.name());
        if !is_same {
            return Err(StoreError::OtherLog {
                found: row.origin.unwrap_or_default(),
                expected: identity.node.to_string(),
            });
        }
        Ok(())
    }
}

impl Read {
    /// 日志的现状。
    pub async fn log_state(&self) -> Result<LogState> {
        self.log_state_with("").await
    }

    pub(crate) async fn log_state_with(&self, lock: &str) -> Result<LogState> {
        let sql = format!("SELECT size, frontier, fence FROM log_state WHERE id = 1{lock}");
        let row = self.row::<StateRow>(&sql, vec![]).await?;
        let row = row.ok_or_else(|| StoreError::corrupt("log_state 没有那一行"))?;
        let size = column::count(row.size)?;
        let frontier = if row.frontier.is_empty() {
            Frontier::new()
        } else {
            Frontier::from_bytes(&row.frontier)
                .map_err(|error| StoreError::corrupt(error.to_string()))?
        };
        if frontier.size() != size {
            return Err(StoreError::corrupt(format!(
                "日志有 {size} 条，前沿却是 {} 条的",
                frontier.size()
            )));
        }
        Ok(LogState {
            size,
            frontier,
            fence: column::count(row.fence)?,
        })
    }

    /// 还有多少条目待入日志。
    pub async fn count_pending(&self) -> Result<u64> {
        let count = self.scalar::<i64>("SELECT COUNT(*) FROM pending_entry", vec![]);
        column::count(count.await?.unwrap_or_default())
    }

    /// 最早一条待入日志的条目是何时记下的；没有待入的即无。
    ///
    /// The lowest number is the earliest but for commands that overlapped: good enough to tell a lag by.
    pub async fn oldest_pending(&self) -> Result<Option<Moment>> {
        let sql = "SELECT bytes FROM pending_entry ORDER BY id LIMIT 1";
        let Some(bytes) = self.scalar::<Vec<u8>>(sql, vec![]).await? else {
            return Ok(None);
        };
        let entry = Entry::parse(&bytes);
        let entry = entry.map_err(|error| StoreError::corrupt(error.to_string()))?;
        Ok(Some(entry.recorded_at()))
    }

    /// 最早一条待入日志的条目离此刻多远；没有待入的为零。记在以后的也算远：那是钟拨错时记下的。
    pub async fn log_lag(&self, now: Moment) -> Result<Duration> {
        let oldest = self.oldest_pending().await?.unwrap_or(now);
        let micros = now.unix_micros().abs_diff(oldest.unix_micros());
        Ok(Duration::from_micros(micros))
    }

    /// 某一位置的事件在日志里到了哪一步。
    pub async fn log_place_of_event(&self, position: i64) -> Result<LogPlace> {
        self.log_place("event_position", position).await
    }

    /// 某一位置的审计记录在日志里到了哪一步。
    pub async fn log_place_of_audit(&self, position: i64) -> Result<LogPlace> {
        self.log_place("audit_position", position).await
    }

    async fn log_place(&self, column: &str, position: i64) -> Result<LogPlace> {
        let sql = format!("SELECT log_index, leaf_hash FROM log_entry WHERE {column} = $1");
        if let Some(row) = self.row::<PlaceRow>(&sql, values![position]).await? {
            return Ok(LogPlace::Integrated(Integrated {
                index: column::count(row.log_index)?,
                leaf: digest(&row.leaf_hash)?,
            }));
        }
        let sql = format!("SELECT leaf_hash FROM pending_entry WHERE {column} = $1");
        let leaf = self.scalar::<Vec<u8>>(&sql, values![position]).await?;
        let leaf = leaf.ok_or_else(|| StoreError::NotFound(format!("位置 {position} 的条目")))?;
        Ok(LogPlace::Pending(Pending {
            leaf: digest(&leaf)?,
        }))
    }
}
