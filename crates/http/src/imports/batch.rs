//! 导入的一批在接口里的写法。

use mingjing_services::model::{Batch, RowCounts};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::instant;

/// 一批的答复。
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportAnswer {
    /// 一批。
    pub import: ImportOut,
}

/// 导入的一批。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
pub struct ImportOut {
    /// 标识。
    id: String,
    /// 来源的名称：同一来源里同一标识的是同一案。
    source: String,
    /// 是别的系统推来的。
    is_pushed: bool,
    /// 指明的适配器；没有写的由内容认出。
    adapter: Option<String>,
    /// 文件名。
    file_name: String,
    /// 文件的字节数。
    file_bytes: u64,
    /// 没有写机关的行归哪个主体。
    body: Option<String>,
    /// 交来的人代表的机构。
    org: String,
    /// 状态：accepted 收下了、running 做着、finished 做完、failed 做不下去。
    #[schema(example = "finished")]
    state: String,
    /// 现有的行是试导入的结果，什么也没有写。
    is_dry_run: bool,
    /// 谁交来的。
    account: Option<String>,
    /// 各种结果的行数。
    counts: ImportCounts,
    /// 何时收下。
    #[schema(format = DateTime)]
    started_at: String,
    /// 何时做完。
    #[schema(format = DateTime)]
    finished_at: Option<String>,
    /// 原文件何时删去。
    #[schema(format = DateTime)]
    file_removed_at: Option<String>,
    /// 为何做不下去。
    error: Option<String>,
}

/// 各种结果的行数。
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportCounts {
    /// 读到的行。
    rows: u64,
    /// 新建。
    created: u64,
    /// 有新版。
    changed: u64,
    /// 没有变。
    same: u64,
    /// 不能收。
    refused: u64,
    /// 机关还没有认定。
    waiting: u64,
    /// 文件之内重复。
    repeated: u64,
}

impl From<&Batch> for ImportOut {
    fn from(batch: &Batch) -> Self {
        let of = &batch.of;
        ImportOut {
            id: batch.id.to_string(),
            source: of.source.clone(),
            is_pushed: of.is_pushed,
            adapter: of.adapter.clone(),
            file_name: of.file_name.clone(),
            file_bytes: of.file_bytes,
            body: of.body.clone(),
            org: of.org_path.clone(),
            state: batch.state.code().to_owned(),
            is_dry_run: batch.is_dry_run,
            account: batch.account.map(|id| id.to_string()),
            counts: ImportCounts::from(&batch.counts),
            started_at: instant::of(batch.started_at),
            finished_at: batch.finished_at.map(instant::of),
            file_removed_at: batch.file_removed_at.map(instant::of),
            error: batch.error.clone(),
        }
    }
}

impl From<&RowCounts> for ImportCounts {
    fn from(counts: &RowCounts) -> Self {
        ImportCounts {
            rows: counts.rows,
            created: counts.created,
            changed: counts.changed,
            same: counts.same,
            refused: counts.refused,
            waiting: counts.waiting,
            repeated: counts.repeated,
        }
    }
}
