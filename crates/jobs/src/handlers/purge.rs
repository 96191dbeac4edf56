//! 清理：期满的删去，一段一段地做；留多久见 `docs/retention.md`。

use mingjing_services::context::{RequestContext, Services};
use mingjing_services::metric;
use mingjing_services::retention::expire;

use crate::clockwork::purge_job;
use crate::handlers::{JobError, Step};

pub(crate) async fn perform(
    services: &Services,
    request: &RequestContext,
) -> Result<Step, JobError> {
    let gone = expire(services, request).await?;
    for (what, count) in [
        ("jobs", gone.jobs),
        ("replies", gone.replies),
        ("sessions", gone.sessions),
        ("import_details", gone.import_details),
        ("import_files", gone.import_files),
    ] {
        metrics::counter!(metric::EXPIRED_TOTAL, "what" => what).increment(count);
    }
    tracing::info!(
        purge.jobs = gone.jobs,
        purge.replies = gone.replies,
        purge.sessions = gone.sessions,
        purge.import_details = gone.import_details,
        purge.import_files = gone.import_files,
        "purged"
    );
    Ok(match gone.has_more {
        true => Step::Next(purge_job()),
        false => Step::Done,
    })
}
