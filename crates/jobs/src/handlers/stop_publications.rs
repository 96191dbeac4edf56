//! 公示期满：到期的停止公示，一条一个事务；没有停完的，一分钟后走时再排。

use mingjing_services::context::{RequestContext, Services};
use mingjing_services::disclosure::expire::expire;

use crate::handlers::{JobError, Step};

pub(crate) async fn perform(
    services: &Services,
    request: &RequestContext,
) -> Result<Step, JobError> {
    let stopped = expire(services, request).await?;
    tracing::info!(
        publications.stopped = stopped,
        "publications past their day were stopped"
    );
    Ok(Step::Done)
}
