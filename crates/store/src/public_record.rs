//! 公开记录：对外公布的那一版（已遮盖），自己是日志里的一片叶子，不加盐，人人可以核对。

use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::moment::Moment;
use mingjing_ledger::canonical::Canonical;
use mingjing_ledger::digest::Digest;
use mingjing_ledger::entry::{Entry, PublicEntry};
use sea_orm::FromQueryResult;

use crate::code::{read_json, write_json};
use crate::error::{Result, StoreError};
use crate::log::{digest, token};
use crate::sql::{column, values};
use crate::tx::{Read, Tx};

/// 要公布的一版。
#[derive(Debug, Clone)]
pub struct NewPublicRecord {
    /// 时间线。
    pub timeline: TimelineId,
    /// 公布的是哪一条事件（决定）所在的序号。
    pub seq: u64,
    /// 决定的标识。
    pub decision: String,
    /// 公开的内容，MUST 已经遮盖。
    pub body: serde_json::Value,
}

/// 公开记录。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicRecord {
    /// 标识。
    pub id: Id<kind::PublicRecord>,
    /// 时间线。
    pub timeline: TimelineId,
    /// 决定的标识。
    pub decision: String,
    /// 第几版，从 1 起。
    pub version: u64,
    /// 公开的内容。
    pub body: serde_json::Value,
    /// 内容的摘要。
    pub content: Digest,
    /// 它在日志里的叶散列。
    pub leaf: Digest,
    /// 公布的时刻。
    pub published_at: Moment,
    /// 撤下的时刻。
    pub withdrawn_at: Option<Moment>,
}

#[derive(FromQueryResult)]
struct Row {
    id: String,
    timeline_id: String,
    decision: String,
    version: i64,
    body: String,
    content_digest: Vec<u8>,
    leaf_hash: Vec<u8>,
    published_at: i64,
    withdrawn_at: Option<i64>,
}

const SELECT: &str = "SELECT id, timeline_id, decision, version, body, content_digest, leaf_hash, published_at, \
     withdrawn_at \
     FROM public_record";

impl Row {
    fn into_record(self) -> Result<PublicRecord> {
        Ok(PublicRecord {
            id: column::id(&self.id)?,
            timeline: column::timeline_id(&self.timeline_id)?,
            decision: self.decision,
            version: column::count(self.version)?,
            body: read_json(&self.body, "公开的内容")?,
            content: digest(&self.content_digest)?,
            leaf: digest(&self.leaf_hash)?,
            published_at: column::moment(self.published_at)?,
            withdrawn_at: self.withdrawn_at.map(column::moment).transpose()?,
        })
    }
}

impl Read {
    /// 一条公开记录，撤下的也在内；没有为 `None`。
    pub async fn find_public_record(
        &self,
        id: Id<kind::PublicRecord>,
    ) -> Result<Option<PublicRecord>> {
        let sql = format!("{SELECT} WHERE id = $1");
        let row = self.row::<Row>(&sql, values![id]).await?;
        row.map(Row::into_record).transpose()
    }

    /// 公开记录入了日志的叶号；还没有入的为 `None`。
    pub async fn find_public_index(&self, record: &PublicRecord) -> Result<Option<u64>> {
        let sql = "SELECT log_index FROM log_entry WHERE leaf_hash = $1 AND type = 'public'";
        let index = self.scalar::<i64>(sql, values![record.leaf.as_bytes()]);
        index.await?.map(column::count).transpose()
    }

    /// 一案公布过的各版，先后为序。
    pub async fn list_public_records_of(&self, timeline: TimelineId) -> Result<Vec<PublicRecord>> {
        let sql = format!("{SELECT} WHERE timeline_id = $1 ORDER BY decision, version");
        let rows = self.rows::<Row>(&sql, values![timeline]).await?;
        rows.into_iter().map(Row::into_record).collect()
    }

    /// 一案现在有没有公开着的内容。
    pub async fn is_published(&self, timeline: TimelineId) -> Result<bool> {
        let found = self.scalar::<i64>(
            "SELECT COUNT(*) FROM public_record WHERE timeline_id = $1 AND withdrawn_at IS NULL",
            values![timeline],
        );
        Ok(found.await?.unwrap_or_default() > 0)
    }
}

impl Tx {
    /// 公布一版；同一决定的前一版撤下。
    pub async fn publish(&self, new: &NewPublicRecord) -> Result<PublicRecord> {
        let earlier = self.list_public_records_of(new.timeline).await?;
        let earlier = earlier.iter().filter(|r| r.decision == new.decision);
        let version = 1 + earlier.map(|r| r.version).max().unwrap_or_default();
        self.withdraw(new.timeline, &new.decision).await?;
        let position = self.scalar::<i64>(
            "SELECT position FROM event WHERE timeline_id = $1 AND seq = $2",
            values![new.timeline, new.seq],
        );
        let position = position.await?;
        let position = position
            .ok_or_else(|| StoreError::NotFound(format!("时间线 {} 的事件", new.timeline)))?;
        let content = Canonical::from_json(&new.body).map_err(StoreError::internal)?;
        let suite = self.identity().suite;
        let content = suite
            .public_digest(&content)
            .map_err(StoreError::internal)?;
        let id: Id<kind::PublicRecord> = self.new_id();
        let entry = Entry::Public(PublicEntry {
            node: self.identity().node.clone(),
            id: token(id.to_string())?,
            recorded_at: self.now(),
            of: self.log_place_of_event(position).await?.leaf(),
            content,
        });
        let record = PublicRecord {
            id,
            timeline: new.timeline,
            decision: new.decision.clone(),
            version,
            body: new.body.clone(),
            content,
            leaf: suite.leaf_hash(&entry.to_bytes()),
            published_at: self.now(),
            withdrawn_at: None,
        };
        self.execute(
            "INSERT INTO public_record (id, timeline_id, decision, version, body, content_digest, leaf_hash, \
             published_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            values![
                record.id,
                record.timeline,
                record.decision.as_str(),
                record.version,
                write_json(&record.body)?,
                record.content.as_bytes(),
                record.leaf.as_bytes(),
                record.published_at,
            ],
        )
        .await?;
        let mut entries = self.entries();
        entries.push(&entry, None, None);
        self.push_entries(entries).await?;
        Ok(record)
    }

    /// 撤下一份决定公开着的内容；返回撤下了几版。日志里的叶子不动。
    pub async fn withdraw(&self, timeline: TimelineId, decision: &str) -> Result<u64> {
        self.execute(
            "UPDATE public_record SET withdrawn_at = $1 WHERE timeline_id = $2 AND decision = $3 \
             AND withdrawn_at IS NULL",
            values![self.now(), timeline, decision],
        )
        .await
    }
}
