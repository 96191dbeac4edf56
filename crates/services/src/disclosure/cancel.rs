//! 作废公示稿：拟稿的人收回，或批准的人不批。

use mingjing_kernel::id::{Id, kind};
use mingjing_policy::permission::Action;
use mingjing_store::disclosure::{DisclosureOutcome, DisclosureRow};
use mingjing_store::tx::Tx;
use serde_json::json;

use crate::access::{note_refusal, require};
use crate::context::{RequestContext, Services};
use crate::disclosure::access::{audit, load};
use crate::disclosure::approve::{find, require_open};
use crate::error::ServiceError;

/// 作废一份公示稿。
#[crate::boxed]
pub async fn cancel(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Disclosure>,
) -> Result<DisclosureRow, ServiceError> {
    let today = request.today();
    let refused = audit("disclosure.cancel", id, "/", json!({}));
    let held = request.clone();
    let write = async move |tx: &Tx| {
        let row = find(tx, id).await?;
        let (case, resource) = load(tx, row.timeline, row.prepared.by).await?;
        // Whoever may prepare may take back; whoever may approve may turn down.
        if require(&held.actor, Action::Request, &resource, today).is_err() {
            require(&held.actor, Action::Approve, &resource, today)?;
        }
        require_open(&row)?;
        tx.end_disclosure(id, DisclosureOutcome::Cancelled, None)
            .await?;
        let detail = json!({ "case": row.timeline.to_string() });
        tx.audit(audit("disclosure.cancel", id, &case.org_path, detail))
            .await?;
        find(tx, id).await
    };
    let result = services
        .store
        .write(&services.context(request), write)
        .await;
    note_refusal(services, request, refused, result).await
}
