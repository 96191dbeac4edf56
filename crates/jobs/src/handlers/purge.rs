//! 清理：保留多久见 `docs/operations.md`；只删不再有用的，事件、审计、日志从不在此。

use mingjing_services::context::{RequestContext, Services};
use mingjing_services::error::ServiceError;
use mingjing_store::tx::Tx;

use crate::handlers::{JobError, Step};

const MICROS_PER_DAY: i64 = 86_400_000_000;
/// A finished job is of use to whoever looks into what happened last week.
const JOB_DAYS: i64 = 14;
/// Nobody repeats a request after a day.
const REPLY_DAYS: i64 = 1;

pub(crate) async fn perform(
    services: &Services,
    request: &RequestContext,
) -> Result<Step, JobError> {
    let jobs_before = request.now.add_micros(-JOB_DAYS * MICROS_PER_DAY);
    let replies_before = request.now.add_micros(-REPLY_DAYS * MICROS_PER_DAY);
    let work = async move |tx: &Tx| {
        let jobs = tx.purge_done_jobs(jobs_before).await?;
        let replies = tx.purge_replies(replies_before).await?;
        Ok::<_, ServiceError>((jobs, replies))
    };
    let context = services.context(request);
    let ((jobs, replies), _) = services.store.write_bulk(&context, work).await?;
    tracing::info!(purge.jobs = jobs, purge.replies = replies, "purged");
    Ok(Step::Done)
}
