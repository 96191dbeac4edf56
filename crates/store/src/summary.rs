//! 概要：结构第几版、日志多长、根是什么、各有多少条；备份的清单由此写成，恢复之后据此核对。

use mingjing_ledger::digest::Digest;

use crate::error::{Result, StoreError};
use crate::row::row;
use crate::sql::column;
use crate::tx::Read;

/// 一个库在某一刻的概要。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreSummary {
    /// 结构的版本。
    pub schema: u64,
    /// 节点名。
    pub node: String,
    /// 日志的条数。
    pub log_size: u64,
    /// 日志的根。
    pub root: Digest,
    /// 最新的检查点的文本。
    pub checkpoint: Option<String>,
    /// 待入日志的条数。
    pub pending: u64,
    /// 时间线的条数。
    pub timelines: u64,
    /// 事件的条数。
    pub events: u64,
    /// 审计记录的条数。
    pub audits: u64,
}

row! {
    struct CountRow {
        schema: i64,
        timelines: i64,
        events: i64,
        audits: i64,
    }
}

impl Read {
    /// 概要，全部取自同一个快照。
    pub async fn summarise(&self) -> Result<StoreSummary> {
        let row = self.row::<CountRow>(
            "SELECT (SELECT max(version) FROM schema_version) AS schema, (SELECT count(*) FROM timeline) AS timelines, \
             (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM audit) AS audits",
            vec![],
        );
        let row = row
            .await?
            .ok_or_else(|| StoreError::internal("an aggregate without a row"))?;
        let log_size = self.log_state().await?.size;
        let checkpoint = self.latest_checkpoint().await?;
        Ok(StoreSummary {
            schema: column::count(row.schema)?,
            node: self.identity().node.as_str().to_owned(),
            log_size,
            root: self.root_at(log_size).await?,
            checkpoint: checkpoint.map(|checkpoint| checkpoint.to_text()),
            pending: self.count_pending().await?,
            timelines: column::count(row.timelines)?,
            events: column::count(row.events)?,
            audits: column::count(row.audits)?,
        })
    }
}
