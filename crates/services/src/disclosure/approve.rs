//! 批准公示：拟稿以外的人逐件批准；批准时稿与案件仍须一致，批准的账号写进公布的事件。

use mingjing_kernel::id::{Id, kind};
use mingjing_policy::permission::Action;
use mingjing_store::disclosure::DisclosureRow;
use mingjing_store::tx::{Read, Tx};
use serde_json::json;

use crate::access::{note_refusal, require};
use crate::assessment::write::Ready;
use crate::context::{RequestContext, Services};
use crate::disclosure::access::{audit, load};
use crate::disclosure::draft::{Drafted, draft, require_clear};
use crate::disclosure::prepare::{linked, standing};
use crate::error::ServiceError;

/// 批准一份公示稿。
#[crate::boxed]
pub async fn approve(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Disclosure>,
) -> Result<DisclosureRow, ServiceError> {
    let today = request.today();
    let refused = audit("disclosure.approve", id, "/", json!({}));
    let (held, lawbook) = (request.clone(), services.lawbook());
    let write = async move |tx: &Tx| {
        let row = find(tx, id).await?;
        let (case, resource) = load(tx, row.timeline, row.prepared.by).await?;
        require(&held.actor, Action::Approve, &resource, today)?;
        require_open(&row)?;
        let loaded = tx.load_for_append(row.timeline).await?;
        let headers = loaded.events.clone();
        let ready = Ready::gather(tx, &lawbook, loaded, today).await?;
        let records = tx.list_public_records_of(row.timeline).await?;
        let drafted = draft(&lawbook, &ready, (&headers, &records), row.decision, today)?;
        require_same(tx, &row, &drafted).await?;
        if !tx.approve_disclosure(id).await? {
            return Err(ServiceError::refused("这份公示稿已经批准。"));
        }
        let detail = json!({
            "case": row.timeline.to_string(),
            "prepared_by": row.prepared.by,
        });
        tx.audit(audit("disclosure.approve", id, &case.org_path, detail))
            .await?;
        find(tx, id).await
    };
    let result = services
        .store
        .write(&services.context(request), write)
        .await;
    note_refusal(services, request, refused, result).await
}

pub(super) async fn find(
    read: &Read,
    id: Id<kind::Disclosure>,
) -> Result<DisclosureRow, ServiceError> {
    read.find_disclosure(id)
        .await?
        .ok_or(ServiceError::NotFound)
}

pub(super) fn require_open(row: &DisclosureRow) -> Result<(), ServiceError> {
    match row.ended {
        None => Ok(()),
        Some(_) => Err(ServiceError::refused("这份公示稿已经了结。")),
    }
}

/// What was prepared is still what the case gives, and nothing stands in its way.
pub(super) async fn require_same(
    read: &Read,
    row: &DisclosureRow,
    drafted: &Drafted,
) -> Result<(), ServiceError> {
    require_clear(&drafted.draft)?;
    let standing = standing(read, row.timeline, row.decision).await?;
    let now = linked(
        drafted.draft.content.clone(),
        row.shown_until,
        standing.as_ref(),
    );
    if row.body.as_ref() == Some(&now) {
        return Ok(());
    }
    Err(ServiceError::refused(
        "拟稿之后案件或法典变了，公开稿与现在的不同；请作废这一份，重新拟稿。",
    ))
}
