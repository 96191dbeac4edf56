//! 脉搏：库里最近一次有人或程序做事是什么时候；判断时钟是不是突然跳到了以后。

use mingjing_kernel::moment::Moment;

use crate::error::Result;
use crate::sql::{column, values};
use crate::tx::Read;

impl Read {
    /// `until` 及以前最近一次留下痕迹的时刻：审计记录、排上的后台任务（开着的平台每小时排一次）；什么也没有的为 `None`。
    pub async fn last_pulse(&self, until: Moment) -> Result<Option<Moment>> {
        let mut last = None;
        for sql in [
            "SELECT MAX(at) FROM audit WHERE at <= $1",
            "SELECT MAX(enqueued_at) FROM job WHERE enqueued_at <= $1",
        ] {
            // An aggregate over nothing is a row that holds nothing.
            let found = self.scalar::<Option<i64>>(sql, values![until]).await?;
            let found = found.flatten().map(column::moment).transpose()?;
            last = last.max(found);
        }
        Ok(last)
    }
}
