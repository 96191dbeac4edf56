//! 各种任务怎样做，一种一个文件。

mod gather_over_cases;
mod payload;
mod purge;
mod reassess_facts;
mod reassess_law;
mod scrub;
mod simulate;
mod stop_publications;
mod sweep;

use mingjing_services::context::{RequestContext, Services};
use mingjing_services::error::ServiceError;
use mingjing_store::job::{ClaimedJob, NewJob};
use thiserror::Error;

use crate::kind::JobKind;

/// 做了一段之后。
#[derive(Debug)]
pub(crate) enum Step {
    /// 全做完了。
    Done,
    /// 还有，接着做这一个；与这一段的完成同一事务排上。
    Next(NewJob),
}

/// 没有做成的原因。
#[derive(Debug, Error)]
pub(crate) enum JobError {
    /// 种类不认识：更新的程序排上的，或旧的已经不做了。
    #[error("不认识的任务种类“{0}”")]
    UnknownKind(String),
    /// 载荷读不出。
    #[error("任务的载荷读不出：{0}")]
    Payload(&'static str),
    /// 现在不可以，话是给看任务的人的。
    #[error("{0}")]
    Refused(String),
    /// 服务没有做成。
    #[error("{0}")]
    Service(#[source] ServiceError),
}

impl From<ServiceError> for JobError {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Refused(refusal) => {
                let texts = refusal.reasons.into_iter().map(|reason| reason.text);
                JobError::Refused(texts.collect::<Vec<_>>().join("；"))
            }
            error => JobError::Service(error),
        }
    }
}

/// 做一段。
pub(crate) async fn perform(
    services: &Services,
    request: &RequestContext,
    job: &ClaimedJob,
) -> Result<Step, JobError> {
    let kind = JobKind::from_name(&job.kind);
    let kind = kind.ok_or_else(|| JobError::UnknownKind(job.kind.clone()))?;
    match kind {
        JobKind::ReassessFacts => reassess_facts::perform(services, request, job).await,
        JobKind::ReassessLaw => reassess_law::perform(services, request, job).await,
        JobKind::Sweep => sweep::perform(services, request, job).await,
        JobKind::Purge => purge::perform(services, request).await,
        JobKind::StopPublications => stop_publications::perform(services, request).await,
        JobKind::Scrub => scrub::perform(services).await,
        JobKind::Simulate => simulate::perform(services, request, job).await,
        JobKind::GatherOverCases => gather_over_cases::perform(services, request, job).await,
    }
}
