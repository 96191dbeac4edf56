//! 自查的提示：不是不符，而是该有人看一眼的：日志停着没有人入，检查点记在以后。

use mingjing_kernel::moment::Moment;
use thiserror::Error;

use crate::error::Result;
use crate::lease::latest_expiry;
use crate::log::LOG_LAG_MAX;
use crate::sql::{column, values};
use crate::store::Store;
use crate::tx::Read;

/// 一条提示。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Notice {
    /// 待入日志的条目等得太久，或记在以后。
    #[error(
        "待入日志的 {count} 条里，最早的记于 {since}，离现在已超过 {} 秒：没有程序在入日志。请看 serve 是否在运行、log.runs_integrator 是否开着、服务器的时钟对不对",
        LOG_LAG_MAX.as_secs()
    )]
    StalePending {
        /// 待入的条数。
        count: u64,
        /// 最早一条何时记下的。
        since: Moment,
    },
    /// 检查点记在以后。
    #[error(
        "有 {count} 个检查点签于将来（最晚的 {latest}）：签的时候服务器的时钟拨快了，或现在的拨慢了。日志本身不因此不符"
    )]
    FutureCheckpoints {
        /// 几个。
        count: u64,
        /// 最晚的那个何时签的。
        latest: Moment,
    },
}

impl Store {
    /// 该看一眼的，按 `now` 时的钟。
    pub async fn notices(&self, now: Moment) -> Result<Vec<Notice>> {
        self.read(async |read: &Read| {
            let mut notices = Vec::new();
            if let Some(since) = read.oldest_pending().await?
                && read.log_lag(now).await? > LOG_LAG_MAX
            {
                let count = read.count_pending().await?;
                notices.push(Notice::StalePending { count, since });
            }
            // Machines that share a database differ by less than a lease lasts.
            let after = latest_expiry(now);
            let sql = "SELECT COUNT(*) FROM checkpoint WHERE at > $1";
            let count = read.scalar::<i64>(sql, values![after]).await?;
            let sql = "SELECT MAX(at) FROM checkpoint WHERE at > $1";
            // An aggregate over nothing is a row that holds nothing.
            if let Some(latest) = read
                .scalar::<Option<i64>>(sql, values![after])
                .await?
                .flatten()
            {
                let count = column::count(count.unwrap_or_default())?;
                let latest = column::moment(latest)?;
                notices.push(Notice::FutureCheckpoints { count, latest });
            }
            Ok(notices)
        })
        .await
    }
}
