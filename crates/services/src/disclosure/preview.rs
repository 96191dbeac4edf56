//! 看公开稿：拟之前先看公众会看到什么、遮盖了什么、还差什么；什么也不写。

use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_policy::permission::Action;

use crate::access::require;
use crate::assessment::write::Ready;
use crate::context::{RequestContext, Services};
use crate::disclosure::access::load;
use crate::disclosure::draft::{Draft, draft};
use crate::error::ServiceError;

/// 一份决定现在的公开稿。
#[crate::boxed]
pub async fn preview(
    services: &Services,
    request: &RequestContext,
    case: Id<kind::Case>,
    decision: Id<kind::Event>,
) -> Result<Draft, ServiceError> {
    let (id, today) = (TimelineId::from(case), request.today());
    let lawbook = services.lawbook();
    let read = &services.store.reader().await?;
    let (_, resource) = load(read, id, None).await?;
    require(&request.actor, Action::Read, &resource, today)?;
    let loaded = read.load_timeline(id).await?;
    let headers = loaded.events.clone();
    let ready = Ready::gather(read, &lawbook, loaded, today).await?;
    let records = read.list_public_records_of(id).await?;
    Ok(draft(&lawbook, &ready, (&headers, &records), decision, today)?.draft)
}
