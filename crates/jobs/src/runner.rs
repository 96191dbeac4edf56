//! 做任务的：领一个、做一段、同一事务里记下做完并排上下一段；做不成的退避再试。

use std::sync::Arc;
use std::time::Duration;

use mingjing_services::context::{RequestContext, Services};
use mingjing_services::error::ServiceError;
use mingjing_store::error::StoreError;
use mingjing_store::job::{AfterFailure, ClaimedJob};
use mingjing_store::tx::Tx;

use crate::handlers::{Step, perform};
use crate::stop::Stopping;

/// A part takes seconds; whoever holds one longer has died.
pub(crate) const LEASE: Duration = Duration::from_secs(300);
/// The longest pause between two looks: this process is told of its own jobs, not of another's.
const PAUSE: Duration = Duration::from_secs(5);

/// 做任务的。
#[derive(Clone)]
pub struct Runner {
    services: Arc<Services>,
    holder: String,
}

impl Runner {
    /// `holder` 在各进程中唯一。
    pub const fn new(services: Arc<Services>, holder: String) -> Self {
        Runner { services, holder }
    }

    /// 一直做一个队列里的任务，到停止为止；手上的一段做完才走。
    pub async fn run(self, queue: &'static str, mut stopping: Stopping) {
        while !stopping.is_pressed() {
            match self.step(queue).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(job.queue = queue, error.cause = %error, "jobs could not be claimed");
                }
            }
            tokio::select! {
                biased;
                () = stopping.pressed() => {}
                () = self.services.store.jobs_or(PAUSE) => {}
            }
        }
    }

    /// 做到队列里没有到时候的为止；返回做了几段。
    pub async fn drain(&self, queue: &'static str) -> Result<u64, ServiceError> {
        let mut steps = 0;
        while self.step(queue).await? {
            steps += 1;
        }
        Ok(steps)
    }

    /// 领一个，做一段；没有可领的为假。
    async fn step(&self, queue: &'static str) -> Result<bool, ServiceError> {
        let request = self.services.system("jobs");
        let holder = self.holder.clone();
        let claim = async move |tx: &Tx| tx.claim_jobs(queue, &holder, 1, LEASE).await;
        let context = self.services.context(&request);
        let claimed = self.services.store.write(&context, claim).await?;
        let Some(job) = claimed.into_iter().next() else {
            return Ok(false);
        };
        let request = RequestContext {
            trace_id: job.trace_id.clone(),
            ..request
        };
        let outcome = perform(&self.services, &request, &job).await;
        let noted = match outcome {
            Ok(step) => self.finish(&request, &job, step).await,
            Err(error) => self.fail(&request, &job, &error.to_string()).await,
        };
        match noted {
            Err(StoreError::Fenced { .. }) => {
                // Held too long, and another has it now: what was done stands, and is done again there.
                tracing::warn!(job.id = %job.id, job.kind = job.kind, "the lease of a job ran out");
            }
            noted => noted?,
        }
        Ok(true)
    }

    async fn finish(
        &self,
        request: &RequestContext,
        job: &ClaimedJob,
        step: Step,
    ) -> Result<(), StoreError> {
        let done = job.clone();
        let next = match step {
            Step::Done => None,
            Step::Next(next) => Some(next),
        };
        let work = async move |tx: &Tx| {
            tx.finish_job(&done).await?;
            if let Some(next) = &next {
                tx.enqueue(next).await?;
            }
            Ok::<_, StoreError>(())
        };
        let context = self.services.context(request);
        self.services.store.write(&context, work).await?;
        tracing::info!(job.id = %job.id, job.kind = job.kind, trace.id = job.trace_id, "a part of a job is done");
        Ok(())
    }

    async fn fail(
        &self,
        request: &RequestContext,
        job: &ClaimedJob,
        why: &str,
    ) -> Result<(), StoreError> {
        let (failed, reason) = (job.clone(), why.to_owned());
        let work = async move |tx: &Tx| tx.fail_job(&failed, &reason).await;
        let context = self.services.context(request);
        match self.services.store.write(&context, work).await? {
            AfterFailure::GivenUp => {
                tracing::error!(job.id = %job.id, job.kind = job.kind, trace.id = job.trace_id, error.cause = why,
                    "a job has failed for good and waits for somebody");
            }
            AfterFailure::Retry(_) | AfterFailure::Superseded => {
                tracing::warn!(job.id = %job.id, job.kind = job.kind, trace.id = job.trace_id, error.cause = why,
                    "a job failed and is tried again");
            }
        }
        Ok(())
    }
}
