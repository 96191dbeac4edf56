//! 各批汇入：范围之内的，新的在前。

use mingjing_kernel::id::{Id, kind};
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::scope::scope;
use mingjing_store::import::Batch;
use mingjing_store::tx::Read;

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::intake::accept::permitted_batch;

/// 一批。
#[crate::boxed]
pub async fn get_batch(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Batch>,
) -> Result<Batch, ServiceError> {
    permitted_batch(services, request, id, Action::Read).await
}

/// 范围之内的各批，新的在前，`before` 之前的至多 `limit` 批。
#[crate::boxed]
pub async fn list_batches(
    services: &Services,
    request: &RequestContext,
    before: Option<Id<kind::Batch>>,
    limit: u32,
) -> Result<Vec<Batch>, ServiceError> {
    let within = scope(
        &request.actor,
        Action::List,
        ResourceKind::Import,
        request.today(),
    );
    let read = async move |read: &Read| Ok(read.list_batches(&within, before, limit).await?);
    services.store.read(read).await
}
