//! 后台任务：与引起它的改动同一事务排上；领取有租期，失败退避再试，做不成的留着给人看。

use std::time::Duration;

use mingjing_kernel::id::{Id, kind};
use mingjing_kernel::moment::Moment;

use crate::error::{Result, StoreError};
use crate::lease::{LEASE_MAX, latest_expiry, micros};
use crate::row::row;
use crate::sql::{column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::{Read, Tx};

/// The pause after the first failure; doubled for each further one.
const BACK_OFF: Duration = Duration::from_secs(2);
const BACK_OFF_MAX: Duration = Duration::from_secs(3_600);
/// 失败原因最多记多少字。
const ERROR_CHARS_MAX: usize = 2_000;

/// 要排上的任务。
#[derive(Debug, Clone)]
pub struct NewJob {
    /// 队列。
    pub queue: &'static str,
    /// 种类。
    pub kind: &'static str,
    /// 只带标识的 JSON；内容到做的时候再读。
    pub payload: String,
    /// 去重键：还没被领走的同键任务只有一个。
    pub dedupe_key: Option<String>,
    /// 不早于何时做；`None` 为马上。
    pub run_at: Option<Moment>,
    /// 最多试几次。
    pub max_attempts: u32,
}

/// 领到的任务。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedJob {
    /// 标识。
    pub id: Id<kind::Job>,
    /// 种类。
    pub kind: String,
    /// 载荷。
    pub payload: String,
    /// 这是第几次，从 1 起。
    pub attempt: u32,
    /// 最多试几次。
    pub max_attempts: u32,
    /// 排上它的那次请求的追踪号。
    pub trace_id: String,
    holder: String,
}

/// 失败之后怎样。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterFailure {
    /// 到那时再试。
    Retry(Moment),
    /// 不再试，留给人看。
    GivenUp,
    /// 同样的事已经另外排上，这一个到此为止。
    Superseded,
}

/// 做不成的任务。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedJob {
    /// 标识。
    pub id: Id<kind::Job>,
    /// 队列。
    pub queue: String,
    /// 种类。
    pub kind: String,
    /// 载荷。
    pub payload: String,
    /// 试了几次。
    pub attempts: u32,
    /// 最后一次的原因。
    pub error: String,
    /// 放弃的时刻。
    pub failed_at: Moment,
}

row! {
    struct ClaimedRow {
        id: String,
        kind: String,
        payload: String,
        attempts: i64,
        max_attempts: i64,
        trace_id: String,
    }
}

row! {
    struct FailedRow {
        id: String,
        queue: String,
        kind: String,
        payload: String,
        attempts: i64,
        error: Option<String>,
        failed_at: i64,
    }
}

impl Tx {
    /// 排上任务；同键的已经排着的，什么也不做，返回 `None`。
    pub async fn enqueue(&self, job: &NewJob) -> Result<Option<Id<kind::Job>>> {
        let id = self.new_id::<kind::Job>();
        let added = self.execute(
            "INSERT INTO job (id, queue, kind, payload, dedupe_key, run_at, attempts, max_attempts, enqueued_at, \
             trace_id) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9) ON CONFLICT DO NOTHING",
            values![
                id,
                job.queue,
                job.kind,
                &job.payload,
                job.dedupe_key.as_deref(),
                job.run_at.unwrap_or(self.now()),
                job.max_attempts,
                self.now(),
                self.context().trace_id.as_str(),
            ],
        );
        let is_new = added.await? == 1;
        if is_new {
            self.wrote_jobs();
        }
        Ok(is_new.then_some(id))
    }

    /// 领取到时候的任务，至多 `limit` 个；领走的人死了，租期一过别人可以再领。租期至多 [`LEASE_MAX`]。
    ///
    /// What a clock that was wrong left behind is taken, too: held for longer than any lease, queued in the future, or
    /// put off for longer than any pause.
    pub async fn claim_jobs(
        &self,
        queue: &str,
        holder: &str,
        limit: u32,
        lease: Duration,
    ) -> Result<Vec<ClaimedJob>> {
        // Picked once, before the update: a subquery may be run again and lock more rows than the limit.
        let sql = format!(
            "WITH picked AS MATERIALIZED (SELECT id FROM job WHERE queue = $3 \
             AND (run_at <= $4 OR enqueued_at > $6 OR (attempts > 0 AND run_at > $7)) \
             AND done_at IS NULL AND failed_at IS NULL \
             AND (holder IS NULL OR lease_until <= $4 OR lease_until > $6) \
             ORDER BY run_at, id LIMIT $5{}) \
             UPDATE job SET holder = $1, lease_until = $2, attempts = attempts + 1 \
             WHERE id IN (SELECT id FROM picked) \
             RETURNING id, kind, payload, attempts, max_attempts, trace_id",
            self.engine().for_update_skip_locked()
        );
        let until = self.now().add_micros(micros(lease.min(LEASE_MAX)));
        let limit = limit.min(PAGE_MAX);
        let latest = latest_expiry(self.now());
        let longest_pause = latest.add_micros(micros(BACK_OFF_MAX));
        let now = self.now();
        let values = values![holder, until, queue, now, limit, latest, longest_pause];
        let rows = self.rows::<ClaimedRow>(&sql, values);
        let mut claimed = Vec::new();
        for row in rows.await? {
            claimed.push(ClaimedJob {
                id: column::id(&row.id)?,
                kind: row.kind,
                payload: row.payload,
                attempt: small(row.attempts)?,
                max_attempts: small(row.max_attempts)?,
                trace_id: row.trace_id,
                holder: holder.to_owned(),
            });
        }
        claimed.sort_by_key(|job| job.id);
        Ok(claimed)
    }

    /// 做完了。租期已过、被别人领走的为 [`StoreError::Fenced`]：不能算自己做完的。
    pub async fn finish_job(&self, job: &ClaimedJob) -> Result<()> {
        let done = self.execute(
            "UPDATE job SET done_at = $1, lease_until = NULL WHERE id = $2 AND holder = $3 AND attempts = $4 \
             AND done_at IS NULL AND failed_at IS NULL",
            values![self.now(), job.id, job.holder.as_str(), job.attempt],
        );
        self.require_held(job, done.await?).await
    }

    /// 还在做，租期从现在算起；被别人领走的为 [`StoreError::Fenced`]。
    pub async fn hold_job(&self, job: &ClaimedJob, lease: Duration) -> Result<()> {
        let until = self.now().add_micros(micros(lease.min(LEASE_MAX)));
        let held = self.execute(
            "UPDATE job SET lease_until = $1 WHERE id = $2 AND holder = $3 AND attempts = $4 \
             AND done_at IS NULL AND failed_at IS NULL",
            values![until, job.id, job.holder.as_str(), job.attempt],
        );
        self.require_held(job, held.await?).await
    }

    /// 失败了：退避之后再试，次数用完的留给人看。
    pub async fn fail_job(&self, job: &ClaimedJob, error: &str) -> Result<AfterFailure> {
        let error: String = error.chars().take(ERROR_CHARS_MAX).collect();
        if job.attempt >= job.max_attempts {
            let given_up = self.execute(
                "UPDATE job SET failed_at = $1, error = $2, lease_until = NULL, holder = NULL \
                 WHERE id = $3 AND holder = $4 AND attempts = $5 AND done_at IS NULL",
                values![self.now(), error, job.id, job.holder.as_str(), job.attempt],
            );
            self.require_held(job, given_up.await?).await?;
            return Ok(AfterFailure::GivenUp);
        }
        let retry_at = self.now().add_micros(micros(back_off(job.attempt)));
        // The same thing may have been queued again while this one was held: then the newer one stands for both.
        let retried = self.execute(
            "UPDATE job SET run_at = $1, error = $2, lease_until = NULL, holder = NULL \
             WHERE id = $3 AND holder = $4 AND attempts = $5 AND done_at IS NULL AND NOT EXISTS (\
             SELECT 1 FROM job other WHERE other.dedupe_key = job.dedupe_key AND other.id <> job.id \
             AND other.done_at IS NULL AND other.failed_at IS NULL AND other.holder IS NULL)",
            values![retry_at, &error, job.id, job.holder.as_str(), job.attempt],
        );
        if retried.await? == 1 {
            self.wrote_jobs();
            return Ok(AfterFailure::Retry(retry_at));
        }
        let superseded = self.execute(
            "UPDATE job SET done_at = $1, error = $2, lease_until = NULL \
             WHERE id = $3 AND holder = $4 AND attempts = $5 AND done_at IS NULL",
            values![self.now(), &error, job.id, job.holder.as_str(), job.attempt],
        );
        self.require_held(job, superseded.await?).await?;
        Ok(AfterFailure::Superseded)
    }

    /// 把做不成的任务重新排上，次数从头数起；同样的事已经排着的，返回假。
    pub async fn retry_failed_job(&self, id: Id<kind::Job>) -> Result<bool> {
        let again = self.execute(
            "UPDATE job SET failed_at = NULL, attempts = 0, run_at = $1 WHERE id = $2 AND failed_at IS NOT NULL \
             AND NOT EXISTS (SELECT 1 FROM job other WHERE other.dedupe_key = job.dedupe_key AND other.id <> job.id \
             AND other.done_at IS NULL AND other.failed_at IS NULL AND other.holder IS NULL)",
            values![self.now(), id],
        );
        let is_again = again.await? == 1;
        if is_again {
            self.wrote_jobs();
        }
        Ok(is_again)
    }

    /// 删去早已做完的任务；返回删了多少。
    pub async fn purge_done_jobs(&self, before: Moment) -> Result<u64> {
        self.execute("DELETE FROM job WHERE done_at < $1", values![before])
            .await
    }

    async fn require_held(&self, job: &ClaimedJob, changed: u64) -> Result<()> {
        if changed == 1 {
            return Ok(());
        }
        let attempts =
            self.scalar::<i64>("SELECT attempts FROM job WHERE id = $1", values![job.id]);
        let found = attempts.await?;
        let found = found.ok_or_else(|| StoreError::NotFound(format!("后台任务 {}", job.id)))?;
        Err(StoreError::Fenced {
            mine: u64::from(job.attempt),
            found: column::count(found)?,
        })
    }
}

impl Read {
    /// 做不成的任务，新的在前；`before` 之前的至多 `limit` 个。
    pub async fn list_failed_jobs(
        &self,
        before: Option<(Moment, Id<kind::Job>)>,
        limit: u32,
    ) -> Result<Vec<FailedJob>> {
        const COLUMNS: &str = "SELECT id, queue, kind, payload, attempts, error, failed_at FROM job WHERE failed_at IS NOT NULL";
        let limit = limit.min(PAGE_MAX);
        let rows = match before {
            None => {
                let sql = format!("{COLUMNS} ORDER BY failed_at DESC, id DESC LIMIT $1");
                self.rows::<FailedRow>(&sql, values![limit]).await?
            }
            Some((at, id)) => {
                let sql = format!(
                    "{COLUMNS} AND (failed_at, id) < ($1, $2) ORDER BY failed_at DESC, id DESC LIMIT $3"
                );
                self.rows::<FailedRow>(&sql, values![at, id, limit]).await?
            }
        };
        rows.into_iter()
            .map(|row| {
                Ok(FailedJob {
                    id: column::id(&row.id)?,
                    queue: row.queue,
                    kind: row.kind,
                    payload: row.payload,
                    attempts: small(row.attempts)?,
                    error: row.error.unwrap_or_default(),
                    failed_at: column::moment(row.failed_at)?,
                })
            })
            .collect()
    }

    /// 某个队列里排着多少任务（到没到时候都算）。
    pub async fn count_open_jobs(&self, queue: &str) -> Result<u64> {
        let count = self.scalar::<i64>(
            "SELECT COUNT(*) FROM job WHERE queue = $1 AND done_at IS NULL AND failed_at IS NULL",
            values![queue],
        );
        column::count(count.await?.unwrap_or_default())
    }
}

fn back_off(attempt: u32) -> Duration {
    let doubled = BACK_OFF.saturating_mul(1 << attempt.saturating_sub(1).min(20));
    doubled.min(BACK_OFF_MAX)
}

fn small(number: i64) -> Result<u32> {
    u32::try_from(number).map_err(|_| StoreError::corrupt(format!("次数 {number} 超出范围")))
}
