//! 自查：事件头、内容、日志条目、瓦片、检查点两两相符；不符的逐条点名。

mod log;
pub mod notice;
mod publics;
mod records;

use mingjing_ledger::key::VerifyingKey;
use thiserror::Error;

use crate::error::Result;
use crate::store::Store;
use crate::tx::Read;

/// 最多列出多少处；再多的只计数。
pub const DISCREPANCIES_MAX: usize = 10_000;

/// 一处不符。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Discrepancy {
    /// 叶号不连续。
    #[error("日志缺第 {expected} 条（其后是第 {found} 条）")]
    LogGap {
        /// 应有的叶号。
        expected: u64,
        /// 实有的下一个叶号。
        found: u64,
    },
    /// 条数不符。
    #[error("日志实有 {found} 条，记着的是 {said} 条")]
    LogSize {
        /// 记着的条数。
        said: u64,
        /// 实有的条数。
        found: u64,
    },
    /// 条目的字节与叶散列不符。
    #[error("日志第 {index} 条的字节与叶散列不符")]
    LeafHash {
        /// 叶号。
        index: u64,
    },
    /// 条目读不出。
    #[error("日志第 {index} 条读不出：{why}")]
    UnreadableEntry {
        /// 叶号。
        index: u64,
        /// 原因。
        why: String,
    },
    /// 前沿与条目不符。
    #[error("前沿与日志的条目不符")]
    Frontier,
    /// 瓦片与条目不符，或不见了。
    #[error("瓦片（第 {level} 层第 {tile} 块）与日志的条目不符")]
    Tile {
        /// 层。
        level: u8,
        /// 块号。
        tile: u64,
    },
    /// 有多余的瓦片。
    #[error("瓦片多出 {count} 块")]
    ExtraTiles {
        /// 多出几块。
        count: u64,
    },
    /// 检查点的根与条目不符。
    #[error("{size} 条的检查点：{why}")]
    Checkpoint {
        /// 检查点的条数。
        size: u64,
        /// 怎样不符。
        why: String,
    },
    /// 换钥的声明读不出、接不上，或与日志不符。
    #[error("换钥的声明：{why}")]
    Handover {
        /// 怎样不符。
        why: String,
    },
    /// 最新的检查点没有盖住全部条目。
    #[error("日志有 {size} 条，最新的检查点只到 {covered} 条")]
    Uncovered {
        /// 条数。
        size: u64,
        /// 检查点的条数。
        covered: u64,
    },
    /// 事件没有条目。
    #[error("事件 {event}（{timeline} 第 {seq} 条）既不在日志里，也不在待入之列")]
    EventNotLogged {
        /// 事件。
        event: String,
        /// 时间线。
        timeline: String,
        /// 序号。
        seq: i64,
    },
    /// 事件头与条目不符。
    #[error("事件 {event}（{timeline} 第 {seq} 条）的{what}与日志的条目不符")]
    EventHeader {
        /// 事件。
        event: String,
        /// 时间线。
        timeline: String,
        /// 序号。
        seq: i64,
        /// 哪一项。
        what: &'static str,
    },
    /// 事件的内容与承诺不符。
    #[error("事件 {event}（{timeline} 第 {seq} 条）的内容：{why}")]
    EventPayload {
        /// 事件。
        event: String,
        /// 时间线。
        timeline: String,
        /// 序号。
        seq: i64,
        /// 怎样不符。
        why: String,
    },
    /// 条目所指的事件或审计记录不见了。
    #[error("日志第 {index} 条所指的{what}（位置 {position}）不见了")]
    RowGone {
        /// 叶号。
        index: u64,
        /// 事件还是审计记录。
        what: &'static str,
        /// 位置。
        position: i64,
    },
    /// 审计记录没有条目，或与条目不符。
    #[error("审计 {audit}：{why}")]
    Audit {
        /// 审计记录。
        audit: String,
        /// 怎样不符。
        why: String,
    },
    /// 公开记录与条目、事件、摘要有不符。
    #[error("公开记录 {record}：{why}")]
    PublicRecord {
        /// 公开记录。
        record: String,
        /// 怎样不符。
        why: String,
    },
    /// 公开条目所指的公开记录不见了。
    #[error("日志第 {index} 条所指的公开记录不见了")]
    PublicRowGone {
        /// 叶号。
        index: u64,
    },
    /// 时间线的版本与事件的条数不符。
    #[error("时间线 {timeline} 的版本是 {version}，事件有 {count} 条，最大序号 {last}")]
    TimelineVersion {
        /// 时间线。
        timeline: String,
        /// 版本。
        version: i64,
        /// 事件条数。
        count: i64,
        /// 最大序号。
        last: i64,
    },
}

/// 自查的结果。
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FsckReport {
    /// 查了多少条日志。
    pub entries: u64,
    /// 查了多少条事件。
    pub events: u64,
    /// 查了多少条审计记录。
    pub audits: u64,
    /// 查了多少条公开记录。
    pub publics: u64,
    /// 查了多少个检查点。
    pub checkpoints: u64,
    /// 还有多少条目待入日志；这不是不符。
    pub pending: u64,
    /// 不符之处，至多 [`DISCREPANCIES_MAX`] 处。
    pub discrepancies: Vec<Discrepancy>,
    /// 共有多少处不符。
    pub discrepancy_count: u64,
}

impl FsckReport {
    /// 处处相符。
    pub const fn is_sound(&self) -> bool {
        self.discrepancy_count == 0
    }

    pub(crate) fn found(&mut self, discrepancy: Discrepancy) {
        self.discrepancy_count += 1;
        if self.discrepancies.len() < DISCREPANCIES_MAX {
            self.discrepancies.push(discrepancy);
        }
    }
}

impl Store {
    /// 自查整个库，在同一个快照上，写入照常进行。给了公钥的（先后用过的哪一把都行），也核对检查点的签名。
    ///
    /// `progress` is told the number of rows looked at so far, now and then.
    pub async fn fsck(
        &self,
        key: Option<&VerifyingKey>,
        mut progress: impl FnMut(u64),
    ) -> Result<FsckReport> {
        self.read(async |read: &Read| {
            let mut report = FsckReport {
                pending: read.count_pending().await?,
                ..FsckReport::default()
            };
            let erased = read.fsck_log(key, &mut report, &mut progress).await?;
            read.fsck_events(&erased, &mut report, &mut progress)
                .await?;
            read.fsck_audit(&mut report, &mut progress).await?;
            read.fsck_publics(&erased, &mut report, &mut progress)
                .await?;
            Ok(report)
        })
        .await
    }
}
