//! 跨案评估：数全部案件比一个租期长，做着的时候把租期往后推；试了几次都没有做成的，在那里写明。

use std::time::Duration;

use mingjing_kernel::id::Id;
use mingjing_services::context::{RequestContext, Services};
use mingjing_services::error::ServiceError;
use mingjing_services::over_cases::run::{give_up, run};
use mingjing_services::over_cases::start::job as again;
use mingjing_store::job::ClaimedJob;
use mingjing_store::tx::Tx;
use tokio::time::MissedTickBehavior;

use crate::handlers::payload::Payload;
use crate::handlers::{JobError, Step};
use crate::runner::LEASE;

/// Several times within a lease: one that is late does no harm.
const HELD_EVERY: Duration = Duration::from_secs(60);

pub(crate) async fn perform(
    services: &Services,
    request: &RequestContext,
    job: &ClaimedJob,
) -> Result<Step, JobError> {
    let payload = Payload::of(job)?;
    let id = Id::parse(payload.text("run")?).map_err(|_| JobError::Payload("run"))?;
    let work = run(services, request, id);
    tokio::pin!(work);
    let mut ticks = tokio::time::interval(HELD_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let outcome = loop {
        tokio::select! {
            biased;
            outcome = &mut work => break outcome,
            _ = ticks.tick() => hold(services, request, job).await?,
        }
    };
    match outcome {
        Ok(true) => Ok(Step::Next(again(id))),
        Ok(false) => Ok(Step::Done),
        Err(error) if job.attempt >= job.max_attempts => {
            let why = format!("试了 {} 次没有做成，原因见后台任务", job.attempt);
            give_up(services, request, id, why).await?;
            Err(error.into())
        }
        Err(error) => Err(error.into()),
    }
}

async fn hold(
    services: &Services,
    request: &RequestContext,
    job: &ClaimedJob,
) -> Result<(), ServiceError> {
    let held = job.clone();
    let write = async move |tx: &Tx| {
        tx.hold_job(&held, LEASE).await?;
        Ok::<_, ServiceError>(())
    };
    let context = services.context(request);
    services.store.write(&context, write).await
}
