//! 公示稿的列表与一份；一案公布过的各版。

use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::scope::scope;
use mingjing_store::disclosure::DisclosureRow;
use mingjing_store::public_record::PublicRecord;

use crate::access::require;
use crate::context::{RequestContext, Services};
use crate::disclosure::access::load;
use crate::disclosure::approve::find;
use crate::error::ServiceError;

/// 范围之内的公示稿，新的在前，`before` 之前的至多 `limit` 份；`open` 的只要没有了结的。
#[crate::boxed]
pub async fn list_disclosures(
    services: &Services,
    request: &RequestContext,
    open: bool,
    before: Option<Id<kind::Disclosure>>,
    limit: u32,
) -> Result<Vec<DisclosureRow>, ServiceError> {
    let within = scope(
        &request.actor,
        Action::List,
        ResourceKind::Disclosure,
        request.today(),
    );
    let read = services.store.reader().await?;
    Ok(read.list_disclosures(&within, open, before, limit).await?)
}

/// 一份公示稿。
#[crate::boxed]
pub async fn get_disclosure(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Disclosure>,
) -> Result<DisclosureRow, ServiceError> {
    let read = &services.store.reader().await?;
    let row = find(read, id).await?;
    let (_, resource) = load(read, row.timeline, row.prepared.by).await?;
    require(&request.actor, Action::Read, &resource, request.today())?;
    Ok(row)
}

/// 一案公布过的各版，先后为序，撤下的也在内。
#[crate::boxed]
pub async fn list_case_public_records(
    services: &Services,
    request: &RequestContext,
    case: Id<kind::Case>,
) -> Result<Vec<PublicRecord>, ServiceError> {
    let id = TimelineId::from(case);
    let read = &services.store.reader().await?;
    let (_, resource) = load(read, id, None).await?;
    require(&request.actor, Action::Read, &resource, request.today())?;
    Ok(read.list_public_records_of(id).await?)
}
