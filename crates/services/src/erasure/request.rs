//! 申请清除：写明哪一案的哪几件事、范围、依据、原因；申请不改变任何内容。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_ledger::token::Token;
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_store::audit::NewAudit;
use mingjing_store::erasure_request::{ErasureRequest, NewErasureRequest};
use mingjing_store::tx::Tx;
use serde_json::json;

use crate::access::{load_case, note_refusal, require};
use crate::assessment::facts::REGISTERED;
use crate::casework::record_event::check_reason;
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, FieldError, Pointer, ServiceError};
use crate::idempotency::{earlier, keep};

/// 范围的代码表。
const EXTENTS: &str = "erasure_extent";

/// 要清除的。
#[derive(Debug, Clone)]
pub struct RequestErasure {
    /// 哪一案。
    pub case: Id<kind::Case>,
    /// 哪几件事，连同它们的更正；空的为除案件登记以外的全部。
    pub events: Vec<Id<kind::Event>>,
    /// 范围（法典 `erasure_extent` 的代码）。
    pub extent: String,
    /// 依据的代号，如 `personal_information_protection_law/47`。
    pub basis: String,
    /// 原因；不得写个人信息。
    pub reason: String,
}

/// 申请。
#[crate::boxed]
pub async fn request_erasure(
    services: &Services,
    request: &RequestContext,
    command: RequestErasure,
) -> Result<ErasureRequest, ServiceError> {
    check(services, &command, request.today())?;
    let id = TimelineId::from(command.case);
    let refused = erasure_audit("erasure.request", id.to_string(), "/", json!({}));
    let held = request.clone();
    let write = async move |tx: &Tx| {
        if let Some(done) = earlier(tx, &held, held.once.as_ref()).await? {
            return Ok(done.value);
        }
        let (row, resource) = load_case(tx, id).await?;
        let resource = Resource {
            line: resource.line,
            ..Resource::new(ResourceKind::Erasure, resource.org)
        };
        require(&held.actor, Action::Request, &resource, held.today())?;
        let new = NewErasureRequest {
            timeline: id,
            targets: targets(tx, id, &command).await?,
            extent: command.extent.clone(),
            basis: command.basis.clone(),
            reason: command.reason.clone(),
            org_path: row.org_path,
        };
        let made = tx.create_erasure_request(&new).await?;
        let detail = json!({
            "case": id.to_string(),
            "events": new.targets,
            "basis": new.basis,
            "extent": new.extent,
        });
        let audit = erasure_audit("erasure.request", made.to_string(), &new.org_path, detail);
        tx.audit(audit).await?;
        let found = tx.find_erasure_request(made).await?;
        let found = found.ok_or(ServiceError::NotFound)?;
        Ok(keep(tx, &held, held.once.as_ref(), found).await?.value)
    };
    let result = services
        .store
        .write(&services.context(request), write)
        .await;
    note_refusal(services, request, refused, result).await
}

/// The events meant, each of which must be one of the case.
async fn targets(
    tx: &Tx,
    id: TimelineId,
    command: &RequestErasure,
) -> Result<Vec<Id<kind::Event>>, ServiceError> {
    let loaded = tx.load_timeline(id).await?;
    let events = loaded.timeline.events.iter().zip(&loaded.events);
    // What registers the case says where it belongs; it holds nobody's name.
    let erasable = events.filter(|(event, _)| event.kind != REGISTERED);
    let mut erasable: Vec<Id<kind::Event>> = erasable.map(|(_, header)| header.id).collect();
    erasable.sort_unstable();
    erasable.dedup();
    if command.events.is_empty() {
        return Ok(erasable);
    }
    let wrong = command
        .events
        .iter()
        .position(|event| !erasable.contains(event));
    if let Some(index) = wrong {
        let pointer = Pointer::body().member("events").index(index);
        let message = "不是这一案的事件，或是案件登记；请写本案事件的标识";
        return Err(ServiceError::invalid(
            pointer,
            FieldCode::NoSuchTarget,
            message,
        ));
    }
    Ok(command.events.clone())
}

fn check(services: &Services, command: &RequestErasure, today: Date) -> Result<(), ServiceError> {
    check_reason("reason", &command.reason)?;
    let mut errors = Vec::new();
    let mut wrong = |member: &str, code: FieldCode, message: String| {
        errors.push(FieldError::new(
            Pointer::body().member(member),
            code,
            message,
        ));
    };
    let lawbook = services.lawbook();
    let example = "依据写法规的代号与条号，如 personal_information_protection_law/47（个人信息保护法第四十七条）";
    if Token::new(command.basis.as_str()).is_err() {
        wrong("basis", FieldCode::Malformed, example.to_owned());
    } else if let Err(what) = lawbook.book.statutes.check_coded(&command.basis, today) {
        wrong(
            "basis",
            FieldCode::NoSuchTarget,
            format!("{what}；{example}"),
        );
    }
    let vocabulary = &lawbook.book.vocabulary;
    let list = vocabulary.list(EXTENTS).map(|id| vocabulary.list_of(id));
    if list.is_none_or(|list| list.find(&command.extent).is_none()) {
        wrong(
            "extent",
            FieldCode::NotAChoice,
            format!("不是代码表 {EXTENTS} 里的"),
        );
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(ServiceError::Invalid(errors))
    }
}

/// The request as the policy sees it.
pub(super) fn erasure_resource(request: &ErasureRequest) -> Result<Resource, ServiceError> {
    use mingjing_policy::grant::AccountId;
    let org = OrgPath::parse(&request.of.org_path).map_err(ServiceError::internal)?;
    let by = request
        .requested_by
        .map(|account| AccountId::parse(&account.to_string()));
    let by = by.transpose().map_err(ServiceError::internal)?;
    Ok(Resource {
        requested_by: by.into_iter().collect(),
        ..Resource::new(ResourceKind::Erasure, org)
    })
}

/// An audit record of an erasure.
pub(super) fn erasure_audit(
    action: &str,
    id: String,
    org_path: &str,
    detail: serde_json::Value,
) -> NewAudit {
    NewAudit {
        action: action.to_owned(),
        resource_kind: "erasure".to_owned(),
        resource_id: Some(id),
        org_path: org_path.to_owned(),
        is_allowed: true,
        detail,
    }
}
