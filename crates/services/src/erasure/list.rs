//! 清除申请的列表。

use mingjing_kernel::id::{Id, kind};
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::scope::scope;
use mingjing_store::erasure_request::ErasureRequest;
use mingjing_store::tx::Read;

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;

/// 范围之内的申请，新的在前，`before` 之前的至多 `limit` 份。
#[crate::boxed]
pub async fn list_erasures(
    services: &Services,
    request: &RequestContext,
    before: Option<Id<kind::Erasure>>,
    limit: u32,
) -> Result<Vec<ErasureRequest>, ServiceError> {
    let within = scope(
        &request.actor,
        Action::List,
        ResourceKind::Erasure,
        request.today(),
    );
    let read =
        async move |read: &Read| Ok(read.list_erasure_requests(&within, before, limit).await?);
    services.store.read(read).await
}
