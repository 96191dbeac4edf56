//! 到期扫描：看过的不再到期，所以下一段从头查索引。

use mingjing_services::assessment::sweep::sweep;
use mingjing_services::context::{RequestContext, Services};
use mingjing_store::job::{ClaimedJob, NewJob};

use crate::clockwork::sweep_job;
use crate::handlers::{JobError, Step};

pub(crate) async fn perform(
    services: &Services,
    request: &RequestContext,
    job: &ClaimedJob,
) -> Result<Step, JobError> {
    let progress = sweep(services, request).await?;
    Ok(match progress.next {
        Some(_) => Step::Next(NewJob {
            max_attempts: job.max_attempts,
            ..sweep_job()
        }),
        None => Step::Done,
    })
}
