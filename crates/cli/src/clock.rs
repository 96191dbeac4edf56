//! 时钟：全程序只有这里看现在几点。

use std::time::UNIX_EPOCH;

use mingjing_kernel::date::{Date, Timestamp};

/// 现在，北京时间。
#[expect(
    clippy::disallowed_methods,
    reason = "the only place that reads the clock: --as-of today, the refusal of future dates, the time printed on a report"
)]
pub(crate) fn now() -> anyhow::Result<Timestamp> {
    let since = std::time::SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_err(|_| anyhow::anyhow!("系统时钟早于 1970 年，请先校准"))?;
    i64::try_from(since.as_secs())
        .ok()
        .and_then(Timestamp::from_unix_seconds)
        .ok_or_else(|| anyhow::anyhow!("系统时钟超出可用的范围，请先校准"))
}

/// 今天，北京时间。
pub(crate) fn today() -> anyhow::Result<Date> {
    Ok(now()?.date())
}
