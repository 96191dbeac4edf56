//! 走时：没有人来，日子也到；隔一会儿看看有没有到期的、该清理的，有就排上任务。

use std::sync::Arc;
use std::time::Duration;

use mingjing_services::context::{RequestContext, Services};
use mingjing_services::disclosure::expire;
use mingjing_services::error::ServiceError;
use mingjing_services::over_cases::start as over_cases;
use mingjing_store::job::NewJob;
use mingjing_store::tx::{Read, Tx};
use tokio::time::MissedTickBehavior;

use crate::kind::{JobKind, UPKEEP};
use crate::stop::Stopping;

/// The index is asked this often: a day that has come is seen within a minute.
const LOOK: Duration = Duration::from_secs(60);
/// One purge in so many looks.
const LOOKS_PER_PURGE: u64 = 60;
/// The pauses between so many attempts add up to more than an hour: what waits for the clock to be believed is not given
/// up before.
const ATTEMPTS_MAX: u32 = 13;

/// 到期扫描的任务。
pub(crate) fn sweep_job() -> NewJob {
    job(JobKind::Sweep)
}

/// 清理的任务。
pub(crate) fn purge_job() -> NewJob {
    job(JobKind::Purge)
}

fn job(kind: JobKind) -> NewJob {
    NewJob {
        queue: UPKEEP,
        kind: kind.name(),
        payload: "{}".to_owned(),
        dedupe_key: Some(kind.name().to_owned()),
        run_at: None,
        max_attempts: ATTEMPTS_MAX,
    }
}

/// 一直走，到停止为止。
pub async fn run(services: Arc<Services>, mut stopping: Stopping) {
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut looks = 0_u64;
    loop {
        tokio::select! {
            biased;
            () = stopping.pressed() => return,
            _ = ticks.tick() => {}
        }
        let request = services.system("clockwork");
        let purges = looks.is_multiple_of(LOOKS_PER_PURGE);
        looks += 1;
        if let Err(error) = look(&services, &request, purges).await {
            tracing::warn!(error.cause = %error, "the clockwork could not look for what is due");
        }
    }
}

/// 看一次：有到期的排上扫描；`purges` 的另排上清理。
pub async fn look(
    services: &Services,
    request: &RequestContext,
    purges: bool,
) -> Result<(), ServiceError> {
    let today = request.today();
    let due = services
        .store
        .read(async |read: &Read| read.list_due_looks(today, 1).await);
    let is_due = !due.await?.is_empty();
    let has_ended = expire::is_due(services, request).await?;
    let counts = over_cases::is_due(services, request).await?;
    if !is_due && !has_ended && !purges && !counts {
        return Ok(());
    }
    let (lawbook, today) = (services.lawbook(), request.today());
    let enqueue = async move |tx: &Tx| {
        if is_due {
            tx.enqueue(&sweep_job()).await?;
        }
        if has_ended {
            tx.enqueue(&job(JobKind::StopPublications)).await?;
        }
        if purges {
            tx.enqueue(&purge_job()).await?;
        }
        if counts {
            over_cases::start_daily(tx, today, &lawbook.version).await?;
        }
        Ok::<_, ServiceError>(())
    };
    services
        .store
        .write(&services.context(request), enqueue)
        .await
}
