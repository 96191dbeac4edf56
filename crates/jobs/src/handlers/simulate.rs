//! 试算候选的法典：一段一段地做，做到哪里写在试算的行里；试了几次都没有做成的，在那里写明。

use mingjing_kernel::id::Id;
use mingjing_services::context::{RequestContext, Services};
use mingjing_services::foresight::run::{give_up, run_part};
use mingjing_services::foresight::start::part;
use mingjing_store::job::ClaimedJob;

use crate::handlers::payload::Payload;
use crate::handlers::{JobError, Step};

pub(crate) async fn perform(
    services: &Services,
    request: &RequestContext,
    job: &ClaimedJob,
) -> Result<Step, JobError> {
    let payload = Payload::of(job)?;
    let id = Id::parse(payload.text("run")?).map_err(|_| JobError::Payload("run"))?;
    match run_part(services, request, id).await {
        Ok(true) => Ok(Step::Next(part(id))),
        Ok(false) => Ok(Step::Done),
        Err(error) if job.attempt >= job.max_attempts => {
            let why = format!("试了 {} 次没有做成，原因见后台任务", job.attempt);
            give_up(services, request, id, why).await?;
            Err(error.into())
        }
        Err(error) => Err(error.into()),
    }
}
