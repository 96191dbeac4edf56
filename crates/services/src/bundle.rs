//! 案卷包：一案的全部事件、内容、盐、证明与检查点，一个文件；拿到的人不问任何服务器就能核对。

use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_ledger::bundle::Record;
use mingjing_ledger::entry::Entry;
use mingjing_ledger::key::SigningKey;
use mingjing_policy::permission::Action;
use mingjing_store::bundle::Contents;
use mingjing_store::error::StoreError;
use mingjing_store::tx::{Read, Tx};
use serde_json::json;

use crate::access::{case_audit, load_case, note_refusal, require};
use crate::casework::record_event::check_reason;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;

/// 做一案的案卷包。里面有个人信息的原文，理由记入审计；`key` 是本节点的签名密钥，用来签整案的声明。
///
/// [`ServiceError::Unavailable`] when an event has not reached the log yet: that takes a second, then ask again.
#[crate::boxed]
pub async fn bundle(
    services: &Services,
    request: &RequestContext,
    case: Id<kind::Case>,
    reason: &str,
    key: &SigningKey,
) -> Result<Vec<u8>, ServiceError> {
    check_reason("reason", reason)?;
    let id = TimelineId::from(case);
    let refused = case_audit("case.bundle", id, "/", json!({}));
    let (held, reason) = (request.clone(), reason.to_owned());
    let write = async move |tx: &Tx| {
        let (row, resource) = load_case(tx, id).await?;
        require(&held.actor, Action::Bundle, &resource, held.today())?;
        let audit = case_audit(
            "case.bundle",
            id,
            &row.org_path,
            json!({ "reason": reason }),
        );
        tx.audit(audit).await?;
        Ok::<_, ServiceError>(())
    };
    let permitted = services
        .store
        .write(&services.context(request), write)
        .await;
    note_refusal(services, request, refused, permitted).await?;
    let (held, key) = (id, key.clone());
    let gather = async move |read: &Read| {
        let bundle = read.case_bundle(held, Contents::Disclosed, &key).await?;
        let version = read
            .find_timeline(held)
            .await?
            .map_or(0, |header| header.version);
        Ok::<_, StoreError>((bundle, version))
    };
    let (bundle, version) = match services.store.read(gather).await {
        // Nothing of it has reached the log.
        Err(StoreError::NotFound(_)) => return Err(ServiceError::Unavailable),
        found => found?,
    };
    let is_event = |record: &&Record| matches!(record.entry, Entry::Event(_));
    let events = bundle.records().iter().filter(is_event).count() as u64;
    if events < version {
        return Err(ServiceError::Unavailable);
    }
    bundle.to_bytes().map_err(ServiceError::internal)
}
