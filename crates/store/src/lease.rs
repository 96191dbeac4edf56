//! 租约：一件只许一个进程做的事，由谁做到何时；栅栏号一次比一次大，迟醒的持有者凭旧号写不进来。

use std::time::Duration;

use mingjing_kernel::moment::Moment;

use crate::error::Result;
use crate::sql::{column, values};
use crate::tx::Tx;

/// 租期最长多久。写着更久以后到期的，是钟拨错时写下的，不算数：否则钟拨正之后没有人能接手。
///
/// Far above what any lease asks for, so that processes whose clocks differ a little never take a lease from a living
/// holder.
pub const LEASE_MAX: Duration = Duration::from_secs(600);

/// 取得的租约。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// 事情的名称。
    pub name: String,
    /// 持有者。
    pub holder: String,
    /// 栅栏号。
    pub fence: u64,
    /// 到期的时刻。
    pub expires_at: Moment,
}

impl Tx {
    /// 取得租约：没有人持有、已经到期、到期晚得不可能，或本来就是自己的。别人正持有的为 `None`。租期至多 [`LEASE_MAX`]。
    ///
    /// Expiry is judged by the clock of whoever asks; what keeps two holders apart is the fence, not the clock.
    pub async fn acquire_lease(
        &self,
        name: &str,
        holder: &str,
        duration: Duration,
    ) -> Result<Option<Lease>> {
        let expires_at = self.now().add_micros(micros(duration.min(LEASE_MAX)));
        let fence = self.scalar::<i64>(
            "INSERT INTO lease (name, holder, fence, expires_at) VALUES ($1, $2, 1, $3) \
             ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = lease.fence + 1, \
             expires_at = excluded.expires_at \
             WHERE lease.expires_at <= $4 OR lease.expires_at > $5 OR lease.holder = excluded.holder \
             RETURNING fence",
            values![name, holder, expires_at, self.now(), latest_expiry(self.now())],
        );
        let Some(fence) = fence.await? else {
            return Ok(None);
        };
        Ok(Some(Lease {
            name: name.to_owned(),
            holder: holder.to_owned(),
            fence: column::count(fence)?,
            expires_at,
        }))
    }

    /// 续租，栅栏号不变；已被别人取得的为假。
    pub async fn renew_lease(&self, lease: &mut Lease, duration: Duration) -> Result<bool> {
        let expires_at = self.now().add_micros(micros(duration.min(LEASE_MAX)));
        let renewed = self.execute(
            "UPDATE lease SET expires_at = $1 WHERE name = $2 AND fence = $3",
            values![expires_at, lease.name.as_str(), lease.fence],
        );
        let is_mine = renewed.await? == 1;
        if is_mine {
            lease.expires_at = expires_at;
        }
        Ok(is_mine)
    }

    /// 放下租约，别人马上可以取得。
    pub async fn release_lease(&self, lease: &Lease) -> Result<()> {
        self.execute(
            "UPDATE lease SET expires_at = $1 WHERE name = $2 AND fence = $3",
            values![self.now(), lease.name.as_str(), lease.fence],
        )
        .await?;
        Ok(())
    }
}

/// No lease taken by a clock that is right runs longer than to here.
pub(crate) fn latest_expiry(now: Moment) -> Moment {
    now.add_micros(micros(LEASE_MAX))
}

pub(crate) fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
