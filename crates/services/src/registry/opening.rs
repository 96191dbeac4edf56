//! 机关的设定：案件是否向同一机构的人员开放。

use mingjing_kernel::id::{Id, kind};
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_store::tx::Tx;
use serde_json::json;

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::perform::{Act, Done, Stop, Subject, authorise, perform};
use crate::registry::record::at;

/// 案件的开放程度。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// 只有承办的人看得到。
    HandlersOnly,
    /// 同一机构的人员都看得到。
    Unit,
}

/// 改机关的设定。
#[crate::boxed]
pub async fn set_opening(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Body>,
    opening: Opening,
) -> Result<(), ServiceError> {
    let request_of_closure = request.clone();
    let work = async move |tx: &Tx| {
        let request = &request_of_closure;
        let node = tx.find_org(id.into(), request.today()).await?;
        let node = node.ok_or(ServiceError::NotFound)?;
        let resource = at(ResourceKind::Body, node.path, node.department);
        authorise(request, Action::Maintain, &resource, id)?;
        let is_open = opening == Opening::Unit;
        tx.set_opening(id, is_open).await?;
        let subject = Subject::new(&resource, id);
        Ok::<_, Stop>(Done::new((), subject, json!({ "opens_cases": is_open })))
    };
    perform(services, request, Act::SetOpening, work).await
}
