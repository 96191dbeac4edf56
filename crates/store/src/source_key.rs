//! 外来记录与时间线的对应：同一来源的同一条再来，认得出是哪一件、变没变。
//!
//! Names of things in lists hold names of persons, and a digest of them can be guessed: identifiers and digests here
//! are made with a key of this database (see [`Tx::intake_secret`]). An erasure forgets the digests and keeps the
//! identifier, so that the erased content does not come back with the next list.

use mingjing_kernel::id::{Id, TimelineId, kind};
use serde::{Deserialize, Serialize};

use crate::error::{Result, StoreError};
use crate::query::Query;
use crate::row::row;
use crate::sql::{Rows, column, values};
use crate::tx::{Read, Tx};

/// Identifiers of one question; a chunk of an import is smaller.
const KEYS_MAX: usize = 10_000;

/// 一条外来记录里的一件事，与它在时间线上的事件。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownPart {
    /// 外来记录里的标识；`#` 开头的是案件本身与事实。
    pub local: String,
    /// 事件；它的更正沿用同一个标识。
    pub event: Id<kind::Event>,
    /// 写下它的那一条记录的序号。
    pub seq: u64,
    /// 内容的摘要；依法清除之后没有。
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// 已依法清除：再来也不写回。
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_erased: bool,
    /// 来源的新版里已经没有。
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_gone: bool,
}

/// 一条对应。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceKey {
    /// 外来标识（带密钥的摘要）。
    pub source_id: String,
    /// 时间线。
    pub timeline: TimelineId,
    /// 整条记录的摘要；依法清除之后没有。
    pub row_digest: Option<[u8; 32]>,
    /// 其中的各件事。
    pub parts: Vec<KnownPart>,
}

row! {
    struct KeyRow {
        source_id: String,
        timeline_id: String,
        row_digest: Option<Vec<u8>>,
        parts: String,
    }
}

impl KeyRow {
    fn into_key(self) -> Result<SourceKey> {
        let corrupt = || StoreError::corrupt(format!("外来记录 {} 的对应读不出", self.source_id));
        let digest = self.row_digest.map(<[u8; 32]>::try_from).transpose();
        Ok(SourceKey {
            timeline: column::timeline_id(&self.timeline_id)?,
            row_digest: digest.map_err(|_| corrupt())?,
            parts: serde_json::from_str(&self.parts).map_err(|_| corrupt())?,
            source_id: self.source_id,
        })
    }
}

const SELECT: &str = "SELECT source_id, timeline_id, row_digest, parts FROM source_key";

impl Read {
    /// 已有的对应；没有的不在结果里。
    pub async fn list_source_keys(&self, source: &str, ids: &[&str]) -> Result<Vec<SourceKey>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        if ids.len() > KEYS_MAX {
            return Err(StoreError::LimitExceeded(format!(
                "一次至多问 {KEYS_MAX} 条外来记录"
            )));
        }
        let mut query = Query::new(format!("{SELECT} WHERE 1 = 1"));
        query.and("source = ?", values![source]);
        query.and_any("source_id", ids);
        let (sql, values) = query.into_parts();
        let rows = self.rows::<KeyRow>(&sql, values).await?;
        rows.into_iter().map(KeyRow::into_key).collect()
    }

    /// 一条时间线出自哪些来源的哪些记录。
    pub async fn list_sources_of(&self, timeline: TimelineId) -> Result<Vec<SourceKey>> {
        let sql = format!("{SELECT} WHERE timeline_id = $1 ORDER BY source, source_id");
        let rows = self.rows::<KeyRow>(&sql, values![timeline]).await?;
        rows.into_iter().map(KeyRow::into_key).collect()
    }
}

impl Tx {
    /// 算外来标识与摘要的密钥：第一次用时生成，此后不变。
    pub async fn intake_secret(&self) -> Result<[u8; 32]> {
        let made: [u8; 32] = self.context().random();
        self.execute(
            "INSERT INTO intake_secret (id, secret) VALUES (1, $1) ON CONFLICT (id) DO NOTHING",
            values![&made],
        )
        .await?;
        let found = self.scalar::<Vec<u8>>("SELECT secret FROM intake_secret", Vec::new());
        let found = found.await?.unwrap_or_default();
        found
            .try_into()
            .map_err(|_| StoreError::corrupt("导入的密钥不是三十二字节"))
    }

    /// 记下新的对应；同一条别处刚刚导入了的，整个不成立（[`StoreError::Duplicate`]）。
    pub async fn insert_source_keys(&self, source: &str, keys: &[SourceKey]) -> Result<()> {
        let mut rows = Rows::new(
            "INSERT INTO source_key (source, source_id, timeline_id, row_digest, parts, updated_at) VALUES",
            6,
            "",
        );
        for key in keys {
            rows.push(values![
                source,
                &key.source_id,
                key.timeline,
                key.row_digest.map(|digest| digest.to_vec()),
                write_parts(&key.parts)?,
                self.now(),
            ]);
        }
        self.insert(rows).await?;
        Ok(())
    }

    /// 这一条来了新版：换上新的摘要与各件事。时间线 MUST 已由本事务锁住。
    pub async fn update_source_key(&self, source: &str, key: &SourceKey) -> Result<()> {
        let changed = self.execute(
            "UPDATE source_key SET row_digest = $1, parts = $2, updated_at = $3 \
             WHERE source = $4 AND source_id = $5 AND timeline_id = $6",
            values![
                key.row_digest.map(|digest| digest.to_vec()),
                write_parts(&key.parts)?,
                self.now(),
                source,
                &key.source_id,
                key.timeline,
            ],
        );
        if changed.await? == 0 {
            return Err(StoreError::NotFound("外来记录的对应".to_owned()));
        }
        Ok(())
    }

    /// 依法清除之后：忘掉这些事件的摘要与整条的摘要，记住它们不许再写回。返回涉及的外来标识。
    pub async fn forget_parts(
        &self,
        timeline: TimelineId,
        events: &[Id<kind::Event>],
    ) -> Result<Vec<String>> {
        let mut ids = Vec::new();
        for mut key in self.list_sources_of(timeline).await? {
            let erased = key
                .parts
                .iter_mut()
                .filter(|part| events.contains(&part.event));
            for part in erased {
                part.digest = None;
                part.is_erased = true;
            }
            self.execute(
                "UPDATE source_key SET row_digest = NULL, parts = $1 WHERE source_id = $2 AND timeline_id = $3",
                values![write_parts(&key.parts)?, &key.source_id, timeline],
            )
            .await?;
            ids.push(key.source_id);
        }
        Ok(ids)
    }
}

fn write_parts(parts: &[KnownPart]) -> Result<String> {
    serde_json::to_string(parts).map_err(StoreError::internal)
}
