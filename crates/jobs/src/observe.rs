//! 看着：队有多长、失败几件、日志落后多少，隔几秒记成指标。

use std::sync::Arc;
use std::time::Duration;

use mingjing_services::context::Services;
use mingjing_services::metric;
use mingjing_store::error::StoreError;
use mingjing_store::log::LOG_LAG_MAX;
use mingjing_store::tx::Read;
use tokio::time::MissedTickBehavior;

use crate::kind::QUEUES;
use crate::stop::Stopping;

const LOOK: Duration = Duration::from_secs(10);
/// Failed jobs are counted up to here: more is the same alarm.
const FAILED_MAX: u32 = 200;

/// 一直看，到停止为止。
pub async fn run(services: Arc<Services>, mut stopping: Stopping) {
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut size = None;
    loop {
        tokio::select! {
            biased;
            () = stopping.pressed() => return,
            _ = ticks.tick() => {}
        }
        // A database that cannot be read is told by `/readyz` and by the requests.
        if let Ok(now) = look(&services, size).await {
            size = Some(now);
        }
    }
}

/// Looks, and says how long the log is now; `before` is how long it was at the last look.
async fn look(services: &Services, before: Option<u64>) -> Result<u64, StoreError> {
    let read = services.store.reader().await?;
    let size = look_at(&read).await?;
    let lag = read.log_lag(services.system("observe").now).await?;
    // A log that grows has somebody, however much waits: a day's imports, a world made by another clock.
    if lag > LOG_LAG_MAX && before == Some(size) {
        tracing::warn!(
            log.lag_seconds = lag.as_secs(),
            "entries wait for the log and nobody integrates them; look at the clock of this machine, and whether one process integrates"
        );
    }
    metrics::gauge!(metric::LOG_INTEGRATION_LAG_SECONDS).set(lag.as_secs_f64());
    Ok(size)
}

async fn look_at(read: &Read) -> Result<u64, StoreError> {
    for queue in QUEUES {
        let open = read.count_open_jobs(queue).await?;
        #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
        metrics::gauge!(metric::JOB_QUEUE_DEPTH, "queue" => queue).set(open as f64);
        let failed = read.list_failed_jobs(None, FAILED_MAX).await?;
        let failed = failed.iter().filter(|job| job.queue == queue).count();
        #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
        metrics::gauge!(metric::JOB_FAILED_DEPTH, "queue" => queue).set(failed as f64);
    }
    let size = read.log_state().await?.size;
    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
    metrics::gauge!(metric::PROJECTION_WATERMARK_INDEX, "projection" => "log").set(size as f64);
    Ok(size)
}
