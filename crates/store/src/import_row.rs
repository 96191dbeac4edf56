//! 导入的各行：一行一个结果，新建、新版、没有变、不能收、待认定、重复，连同位置与原因。

use mingjing_kernel::id::{Id, TimelineId, kind};
use serde_json::Value as Json;

use crate::code::read_json;
use crate::error::{Result, StoreError};
use crate::query::Query;
use crate::row::row;
use crate::sql::{Rows, column, values};
use crate::tx::{Read, Tx};

/// 一次最多读多少行。
pub const ROWS_MAX: u32 = 1_000;

/// 一行的结果。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowOutcome {
    /// 新建一案。
    Created,
    /// 已有此案，这一行是新版。
    Changed,
    /// 已有此案，没有变。
    Same,
    /// 不能收。
    Refused,
    /// 机关还没有认定。
    Waiting,
    /// 与本文件先读的一行相同。
    Repeated,
    /// 说明，不是一行。
    Note,
}

impl RowOutcome {
    /// 全部结果。
    pub const ALL: [RowOutcome; 7] = [
        RowOutcome::Created,
        RowOutcome::Changed,
        RowOutcome::Same,
        RowOutcome::Refused,
        RowOutcome::Waiting,
        RowOutcome::Repeated,
        RowOutcome::Note,
    ];

    /// 代码。
    pub const fn code(self) -> &'static str {
        match self {
            RowOutcome::Created => "created",
            RowOutcome::Changed => "changed",
            RowOutcome::Same => "same",
            RowOutcome::Refused => "refused",
            RowOutcome::Waiting => "waiting",
            RowOutcome::Repeated => "repeated",
            RowOutcome::Note => "note",
        }
    }

    /// 由代码取结果。
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }

    /// 中文名。
    pub const fn in_chinese(self) -> &'static str {
        match self {
            RowOutcome::Created => "新建",
            RowOutcome::Changed => "新版",
            RowOutcome::Same => "没有变",
            RowOutcome::Refused => "不能收",
            RowOutcome::Waiting => "待认定机关",
            RowOutcome::Repeated => "重复",
            RowOutcome::Note => "说明",
        }
    }
}

/// 一行。`detail` 里可能有个人信息，依法清除时一并抹去。
#[derive(Debug, Clone, PartialEq)]
pub struct ImportRow {
    /// 行序，从零起。
    pub number: u64,
    /// 外来标识（带密钥的摘要）。
    pub source_id: Option<String>,
    /// 结果。
    pub outcome: RowOutcome,
    /// 时间线。
    pub timeline: Option<TimelineId>,
    /// 待认定的机关名称。
    pub body_name: Option<String>,
    /// 位置、原因、补救办法、与旧版的差别。
    pub detail: Json,
}

/// 名单里没有认定的一个机关。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownBody {
    /// 名单里的名称。
    pub name: String,
    /// 有几行。
    pub rows: u64,
}

row! {
    struct Row {
        row_number: i64,
        source_id: Option<String>,
        outcome: String,
        timeline_id: Option<String>,
        body_name: Option<String>,
        detail: String,
    }
}

row! {
    struct UnknownRow {
        body_name: String,
        n: i64,
    }
}

row! {
    struct FileRow {
        file_digest: Vec<u8>,
    }
}

impl Row {
    fn into_row(self) -> Result<ImportRow> {
        let outcome = RowOutcome::from_code(&self.outcome)
            .ok_or_else(|| StoreError::corrupt(format!("导入行的结果“{}”不认识", self.outcome)))?;
        Ok(ImportRow {
            number: column::count(self.row_number)?,
            source_id: self.source_id,
            outcome,
            timeline: self
                .timeline_id
                .as_deref()
                .map(column::timeline_id)
                .transpose()?,
            body_name: self.body_name,
            detail: read_json(&self.detail, "导入行")?,
        })
    }
}

impl Read {
    /// 一批的各行，按行序，`from` 起至多 `limit` 行；只要某些结果的写在 `outcomes`，空的不限。
    pub async fn list_import_rows(
        &self,
        batch: Id<kind::Batch>,
        outcomes: &[RowOutcome],
        from: u64,
        limit: u32,
    ) -> Result<Vec<ImportRow>> {
        let mut query = Query::new(
            "SELECT row_number, source_id, outcome, timeline_id, body_name, detail FROM import_row WHERE 1 = 1",
        );
        query.and("batch_id = ?", values![batch]);
        query.and("row_number >= ?", values![from]);
        let codes: Vec<&str> = outcomes.iter().map(|outcome| outcome.code()).collect();
        query.and_any("outcome", &codes);
        let limit = limit.min(ROWS_MAX);
        query.push(&format!(" ORDER BY row_number LIMIT {limit}"), Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<Row>(&sql, values).await?;
        rows.into_iter().map(Row::into_row).collect()
    }

    /// 一批里没有认定的机关，行多的在前。
    pub async fn list_unknown_bodies(&self, batch: Id<kind::Batch>) -> Result<Vec<UnknownBody>> {
        let sql = format!(
            "SELECT body_name, count(*) AS n FROM import_row WHERE batch_id = $1 AND outcome = 'waiting' \
             AND body_name IS NOT NULL GROUP BY body_name ORDER BY n DESC, body_name LIMIT {ROWS_MAX}"
        );
        let rows = self.rows::<UnknownRow>(&sql, values![batch]).await?;
        let read = |row: UnknownRow| {
            Ok(UnknownBody {
                name: row.body_name,
                rows: column::count(row.n)?,
            })
        };
        rows.into_iter().map(read).collect()
    }
}

impl Tx {
    pub(crate) async fn insert_import_rows(
        &self,
        batch: Id<kind::Batch>,
        rows: &[ImportRow],
    ) -> Result<()> {
        let mut inserts = Rows::new(
            "INSERT INTO import_row (batch_id, row_number, source_id, outcome, timeline_id, body_name, detail) VALUES",
            7,
            "",
        );
        for row in rows {
            inserts.push(values![
                batch,
                row.number,
                row.source_id.as_deref(),
                row.outcome.code(),
                row.timeline,
                row.body_name.as_deref(),
                row.detail.to_string(),
            ]);
        }
        self.insert(inserts).await?;
        Ok(())
    }

    /// 期满：抹去一批里行序 `from` 起 `count` 行的细节，各换成 `instead`；返回其中有几行。
    pub async fn expire_import_rows(
        &self,
        batch: Id<kind::Batch>,
        (from, count): (u64, u64),
        instead: &Json,
    ) -> Result<u64> {
        self.execute(
            "UPDATE import_row SET detail = $1 WHERE batch_id = $2 AND row_number >= $3 AND row_number < $4",
            values![instead.to_string(), batch, from, from + count],
        )
        .await
    }

    /// 依法清除之后：抹去这些外来记录在各批里的细节；同一批里不知道是谁的行（不能收的、说明），也抹去。
    /// 返回涉及的原文件的摘要。
    pub async fn blank_import_rows(&self, source_ids: &[String]) -> Result<Vec<[u8; 32]>> {
        let mut files = Vec::new();
        for id in source_ids {
            let rows = self.rows::<FileRow>(
                "SELECT DISTINCT b.file_digest FROM import_batch b JOIN import_row r ON r.batch_id = b.id \
                 WHERE r.source_id = $1 AND b.file_removed_at IS NULL",
                values![id],
            );
            for row in rows.await? {
                let digest = row.file_digest.try_into();
                files.push(digest.map_err(|_| StoreError::corrupt("原文件的摘要不是三十二字节"))?);
            }
            self.execute(
                "UPDATE import_row SET detail = '{}' WHERE source_id = $1 OR (outcome IN ('refused', 'note', \
                 'repeated') AND batch_id IN (SELECT batch_id FROM import_row WHERE source_id = $1))",
                values![id],
            )
            .await?;
        }
        files.sort_unstable();
        files.dedup();
        Ok(files)
    }
}
