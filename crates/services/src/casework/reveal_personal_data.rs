//! 查看个人信息：写明理由，先记审计，再给原文。

use mingjing_domain::timeline::Facts;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_policy::permission::Action;
use mingjing_store::tx::Tx;
use serde_json::json;

use crate::access::{case_audit, load_case, note_refusal, require};
use crate::assessment::facts::stated;
use crate::casework::list_events::{EventView, views};
use crate::casework::mask::Sight;
use crate::casework::record_event::check_reason;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;

/// 一案的原文。
#[derive(Debug, Clone, PartialEq)]
pub struct Revealed {
    /// 全部事件，没有遮盖。
    pub events: Vec<EventView>,
    /// 填报的事实，没有遮盖。
    pub facts: Facts,
}

/// 查看一案的个人信息；审计写不下的，什么也不给。
#[crate::boxed]
pub async fn reveal_personal_data(
    services: &Services,
    request: &RequestContext,
    case: Id<kind::Case>,
    reason: &str,
) -> Result<Revealed, ServiceError> {
    check_reason("reason", reason)?;
    let id = TimelineId::from(case);
    let refused = case_audit("case.reveal_personal_data", id, "/", json!({}));
    let (held, reason) = (request.clone(), reason.to_owned());
    let write = async move |tx: &Tx| {
        let (row, resource) = load_case(tx, id).await?;
        require(&held.actor, Action::RevealPersonal, &resource, held.today())?;
        let detail = json!({ "reason": reason });
        let audit = case_audit("case.reveal_personal_data", id, &row.org_path, detail);
        tx.audit(audit).await?;
        Ok::<_, ServiceError>(tx.load_timeline(id).await?)
    };
    let result = services
        .store
        .write(&services.context(request), write)
        .await;
    let loaded = note_refusal(services, request, refused, result).await?;
    let facts = stated(&loaded.timeline).facts;
    let vocabulary = &services.lawbook().book.vocabulary;
    Ok(Revealed {
        events: views(vocabulary, loaded, Sight::Revealed),
        facts,
    })
}
