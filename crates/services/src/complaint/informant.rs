//! 投诉举报人的身份：封存着；要看的申请并写明理由，另一人批准，限时看一次，看了在时间线与审计里都有记录。

use mingjing_domain::event::{Event, Source};
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::sensitive::Sensitive;
use mingjing_policy::grant::AccountId;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_policy::role::Circle;
use mingjing_store::account::AccountKey;
use mingjing_store::audit::NewAudit;
use mingjing_store::event::{Nature, NewEvent};
use mingjing_store::finding::EndedBy;
use mingjing_store::informant::InformantRequest;
use mingjing_store::tx::{Read, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::{load_case, note_refusal, require};
use crate::admin::seal::DataKey;
use crate::assessment::complained::{VIEWED, against};
use crate::assessment::reassess::assess_within;
use crate::casework::record_event::check_reason;
use crate::complaint::place::{against_path, require_outside};
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::idempotency::{earlier, keep};
use crate::limit::INFORMANT_HOURS;

/// What it is sealed for; written into what is sealed, never to be changed.
const PURPOSE: &str = "informant";

/// 投诉举报人的身份。
#[derive(Debug, Clone)]
pub struct Informant {
    /// 姓名；匿名的没有。
    pub name: Option<Sensitive<String>>,
    /// 联系方式；没有留的没有。
    pub contact: Option<Sensitive<String>>,
}

/// As it is written before it is sealed.
#[derive(Serialize, Deserialize)]
struct Plain {
    name: Option<String>,
    contact: Option<String>,
}

/// Seals it for that complaint.
pub(crate) fn seal(
    key: &DataKey,
    complaint: TimelineId,
    informant: &Informant,
    tx: &Tx,
) -> Result<Vec<u8>, ServiceError> {
    let of = |text: &Option<Sensitive<String>>| {
        let text = text.as_ref();
        text.map(|text| text.reveal("封存投诉举报人的身份").clone())
    };
    let plain = Plain {
        name: of(&informant.name),
        contact: of(&informant.contact),
    };
    let plain = serde_json::to_vec(&plain).map_err(ServiceError::internal)?;
    let sealed = key.seal(PURPOSE, &complaint.to_string(), &plain, &*tx.context().rng);
    sealed.map_err(ServiceError::internal)
}

fn open(key: &DataKey, complaint: TimelineId, sealed: &[u8]) -> Result<Informant, ServiceError> {
    let plain = key.open(PURPOSE, &complaint.to_string(), sealed);
    let plain = plain.map_err(ServiceError::internal)?;
    let plain = plain.reveal("批准之后查看投诉举报人的身份");
    let plain: Plain = serde_json::from_slice(plain).map_err(ServiceError::internal)?;
    Ok(Informant {
        name: plain.name.map(Sensitive::new),
        contact: plain.contact.map(Sensitive::new),
    })
}

/// 申请查看身份：写明理由，等另一人批准。
#[crate::boxed]
pub async fn ask_for_informant(
    services: &Services,
    request: &RequestContext,
    complaint: Id<kind::Case>,
    reason: String,
) -> Result<InformantRequest, ServiceError> {
    check_reason("reason", &reason)?;
    let id = TimelineId::from(complaint);
    let refused = audit("complaint.ask_for_informant", id, "/", json!({}));
    let held = request.clone();
    let write = async move |tx: &Tx| {
        let resource = permit(tx, &held, id, Action::Request).await?;
        if let Some(done) = earlier(tx, &held, held.once.as_ref()).await? {
            return Ok(done.value);
        }
        if tx.find_informant(id).await?.is_none() {
            let message = "没有封存的身份：是匿名的，也没有留联系方式；或者已经依法清除";
            return Err(ServiceError::refused(message));
        }
        let account = account_of(&held)?;
        let asked = tx.create_informant_request(id, (account, &reason)).await?;
        let detail = json!({ "request": asked });
        let audit = audit(
            "complaint.ask_for_informant",
            id,
            resource.org.as_str(),
            detail,
        );
        tx.audit(audit).await?;
        let found = tx.find_informant_request(asked).await?;
        let found = found.ok_or(ServiceError::NotFound)?;
        Ok(keep(tx, &held, held.once.as_ref(), found).await?.value)
    };
    let result = services
        .store
        .write(&services.context(request), write)
        .await;
    note_refusal(services, request, refused, result).await
}

/// 批准查看：申请的人自己不能，受托而做的连同委托人也不能。
#[crate::boxed]
pub async fn approve_informant(
    services: &Services,
    request: &RequestContext,
    complaint: Id<kind::Case>,
    asked: Id<kind::InformantRequest>,
) -> Result<InformantRequest, ServiceError> {
    let id = TimelineId::from(complaint);
    let refused = audit("complaint.approve_informant", id, "/", json!({}));
    let held = request.clone();
    let write = async move |tx: &Tx| {
        let known = of_complaint(tx, id, asked).await?;
        let (_, resource) = load_complaint(tx, id).await?;
        let resource = Resource {
            requested_by: vec![account_id(known.asked_by)?],
            ..resource
        };
        require(&held.actor, Action::Approve, &resource, held.today())?;
        if let Some(done) = earlier(tx, &held, held.once.as_ref()).await? {
            return Ok(done.value);
        }
        require_not_against(tx, &held, id).await?;
        let until = tx.now().add_micros(INFORMANT_HOURS * 3_600_000_000);
        let by = account_of(&held)?;
        if !tx.approve_informant_request(asked, (by, until)).await? {
            return Err(ServiceError::refused("这份申请已经批准过了"));
        }
        let detail = json!({ "request": asked });
        let audit = audit(
            "complaint.approve_informant",
            id,
            resource.org.as_str(),
            detail,
        );
        tx.audit(audit).await?;
        let approved = of_complaint(tx, id, asked).await?;
        Ok(keep(tx, &held, held.once.as_ref(), approved).await?.value)
    };
    let result = services
        .store
        .write(&services.context(request), write)
        .await;
    note_refusal(services, request, refused, result).await
}

/// 看身份：只有申请的人，批准之后限时看一次；看了就在时间线上记下一件。
#[crate::boxed]
pub async fn view_informant(
    services: &Services,
    request: &RequestContext,
    complaint: Id<kind::Case>,
    asked: Id<kind::InformantRequest>,
) -> Result<Informant, ServiceError> {
    let id = TimelineId::from(complaint);
    let refused = audit("complaint.view_informant", id, "/", json!({}));
    let (lawbook, key) = (services.lawbook(), services.data_key()?.clone());
    let held = request.clone();
    let write = async move |tx: &Tx| {
        let known = of_complaint(tx, id, asked).await?;
        let (row, resource) = load_complaint(tx, id).await?;
        let is_released = known.approved_by.is_some();
        let resource = Resource {
            released_to: match is_released {
                true => vec![account_id(known.asked_by)?],
                false => Vec::new(),
            },
            ..resource
        };
        require(&held.actor, Action::RevealReporter, &resource, held.today())?;
        require_not_against(tx, &held, id).await?;
        if !tx.open_informant(asked).await? {
            let message = "批准只能看一次，并且有时限；看过了或者过了时限的，请重新申请";
            return Err(ServiceError::refused(message));
        }
        let sealed = tx.find_informant(id).await?;
        let sealed = sealed.ok_or(ServiceError::NotFound)?;
        let loaded = tx.load_for_append(id).await?;
        tx.append(id, loaded.header.version, vec![viewed(&held)])
            .await?;
        assess_within(tx, &lawbook, id, held.today(), EndedBy::Met).await?;
        let detail = json!({ "request": asked });
        tx.audit(audit("complaint.view_informant", id, &row.org_path, detail))
            .await?;
        open(&key, id, &sealed)
    };
    let result = services
        .store
        .write(&services.context(request), write)
        .await;
    note_refusal(services, request, refused, result).await
}

/// That somebody has looked, and as what.
fn viewed(request: &RequestContext) -> NewEvent {
    let today = request.today();
    let mut event = Event::new("", VIEWED, today);
    event.source = Source::FirstHand;
    let grants = request.actor.grants.iter();
    let mut held = grants.filter(|grant| grant.holds_on(today));
    let viewer = match held.any(|grant| grant.role.circle() == Circle::Supervision) {
        true => "supervisor",
        false => "handler",
    };
    event.fields.insert("viewer".to_owned(), viewer.into());
    NewEvent::new(event, Nature::Fact)
}

async fn permit(
    read: &Read,
    request: &RequestContext,
    id: TimelineId,
    action: Action,
) -> Result<Resource, ServiceError> {
    let (_, resource) = load_complaint(read, id).await?;
    require(&request.actor, action, &resource, request.today())?;
    require_not_against(read, request, id).await?;
    Ok(resource)
}

async fn load_complaint(
    read: &Read,
    id: TimelineId,
) -> Result<(mingjing_store::case_row::CaseRow, Resource), ServiceError> {
    let (row, resource) = load_case(read, id).await?;
    match resource.kind == ResourceKind::Complaint {
        true => Ok((row, resource)),
        false => Err(ServiceError::NotFound),
    }
}

async fn require_not_against(
    read: &Read,
    request: &RequestContext,
    id: TimelineId,
) -> Result<(), ServiceError> {
    let loaded = read.load_timeline(id).await?;
    let against = against_path(read, against(&loaded.timeline).as_deref()).await?;
    require_outside(&request.actor, against.as_ref(), request.today())
}

async fn of_complaint(
    read: &Read,
    id: TimelineId,
    asked: Id<kind::InformantRequest>,
) -> Result<InformantRequest, ServiceError> {
    let found = read.find_informant_request(asked).await?;
    let found = found.filter(|request| request.timeline == id);
    found.ok_or(ServiceError::NotFound)
}

fn account_of(request: &RequestContext) -> Result<AccountKey, ServiceError> {
    request.account.ok_or(ServiceError::Forbidden)
}

fn account_id(account: AccountKey) -> Result<AccountId, ServiceError> {
    AccountId::parse(&account.to_string()).map_err(ServiceError::internal)
}

fn audit(action: &str, id: TimelineId, org: &str, detail: serde_json::Value) -> NewAudit {
    NewAudit {
        action: action.to_owned(),
        resource_kind: "complaint".to_owned(),
        resource_id: Some(id.to_string()),
        org_path: org.to_owned(),
        is_allowed: true,
        detail,
    }
}
