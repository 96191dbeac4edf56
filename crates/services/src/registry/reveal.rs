//! 查看人员的姓名与身份号码：要写理由，留审计。

use mingjing_domain::value::Value;
use mingjing_kernel::id::{Id, kind};
use mingjing_kernel::sensitive::Sensitive;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_store::tx::Tx;
use serde_json::json;

use crate::admin::rules::REASON_CHARS_MAX;
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::perform::{Act, Done, Stop, Subject, authorise, perform_afresh};
use crate::registry::fold::text;
use crate::registry::record::at;

/// 人员的个人信息。
#[derive(Debug, Clone)]
pub struct OfficerPerson {
    /// 姓名。
    pub name: Sensitive<String>,
    /// 身份号码；没有登记的没有。
    pub id_number: Option<Sensitive<String>>,
}

/// 看原文。维护人员名录的人可以看；理由留在审计里，不要写进个人信息。
#[crate::boxed]
pub async fn reveal_officer(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Officer>,
    reason: &str,
) -> Result<OfficerPerson, ServiceError> {
    let reason = reason.trim().to_owned();
    if reason.is_empty() || reason.chars().count() > REASON_CHARS_MAX {
        let message = format!("请写明为何要看，不超过 {REASON_CHARS_MAX} 字");
        let pointer = Pointer::body().member("reason");
        return Err(ServiceError::invalid(pointer, FieldCode::Missing, message));
    }
    let request_of_closure = request.clone();
    let work = async move |tx: &Tx| {
        let rows = tx.list_officer_history(id).await?;
        let last = rows.last().ok_or(ServiceError::NotFound)?;
        let resource = at(
            ResourceKind::Personnel,
            last.org.clone(),
            last.department.clone(),
        );
        authorise(&request_of_closure, Action::Maintain, &resource, id)?;
        let loaded = tx.load_timeline(id.into()).await?;
        let registered = loaded.timeline.events.iter().rev();
        let registered = registered
            .filter(|event| event.kind == "officer_registered")
            .find(|event| matches!(event.fields.get("name"), Some(Value::Text(_))));
        let event = registered.ok_or(ServiceError::NotFound)?;
        let person = OfficerPerson {
            name: Sensitive::new(text(event, "name").unwrap_or_default()),
            id_number: text(event, "id_number").map(Sensitive::new),
        };
        let subject = Subject::new(&resource, id);
        Ok::<_, Stop>(Done::new(person, subject, json!({ "reason": reason })))
    };
    perform_afresh(services, request, Act::RevealOfficer, work).await
}
