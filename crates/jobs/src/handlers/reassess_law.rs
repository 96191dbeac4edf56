//! 法典换了：用别的版本判断过的案件重评，一段一段地做。

use mingjing_services::assessment::reassess::{QUEUE, reassess_for_law};
use mingjing_services::context::{RequestContext, Services};
use mingjing_store::job::ClaimedJob;

use crate::handlers::payload::Payload;
use crate::handlers::{JobError, Step};

pub(crate) async fn perform(
    services: &Services,
    request: &RequestContext,
    job: &ClaimedJob,
) -> Result<Step, JobError> {
    let payload = Payload::of(job)?;
    let progress = reassess_for_law(services, request, payload.after()?).await?;
    Ok(match progress.next {
        Some(after) => Step::Next(payload.next(job, QUEUE, after)),
        None => Step::Done,
    })
}
