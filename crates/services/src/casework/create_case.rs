//! 建立案件：在一个登记过的机关，由一个承办人；涉密的不收。

use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::Source;
use mingjing_domain::procedure::{Refusal, RefusalCause, RefusalReason};
use mingjing_domain::timeline::Facts;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::procedure::Procedure;
use mingjing_policy::grant::AccountId;
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::{Resource, Secrecy};
use mingjing_policy::role::Circle;
use mingjing_store::audit::NewAudit;
use mingjing_store::finding::EndedBy;
use mingjing_store::timeline::{Confidentiality, NewTimeline};
use mingjing_store::tx::{Read, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::{case_audit, note_refusal, require};
use crate::assessment::reassess::assess_within;
use crate::casework::handlers::require_handlers;
use crate::casework::opening::{Opening, check_number, is_classified, opening_events};
use crate::casework::stated_facts::stated_faults;
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::idempotency::{Done, Once, earlier, keep};

/// 要建立的案件。
#[derive(Debug, Clone)]
pub struct CreateCase {
    /// 案号；还没有的不写。
    pub number: Option<String>,
    /// 主程序。
    pub procedure: String,
    /// 办理机关在登记簿里的标识。
    pub body: String,
    /// 办理机构在组织树上的标识。
    pub unit: Option<String>,
    /// 涉密：一律拒绝（R-257）。
    pub is_classified: bool,
    /// 密级标注。
    pub secrecy: Secrecy,
    /// 与建案的人一起承办的账号。
    pub handlers: Vec<Id<kind::Account>>,
    /// 填报的事实。
    pub facts: Facts,
}

/// 建好的案件。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseCreated {
    /// 标识。
    pub case: Id<kind::Case>,
    /// 版本。
    pub version: u64,
}

/// 建立案件，写下登记与事实，作第一次评估。
#[crate::boxed]
pub async fn create_case(
    services: &Services,
    request: &RequestContext,
    command: CreateCase,
    once: Option<Once>,
) -> Result<Done<CaseCreated>, ServiceError> {
    let lawbook = services.lawbook();
    check_number(command.number.as_deref())?;
    check(&lawbook, &command)?;
    let refused = NewAudit {
        action: "case.create".to_owned(),
        resource_kind: "case".to_owned(),
        resource_id: None,
        org_path: "/".to_owned(),
        is_allowed: false,
        detail: json!({ "body": command.body }),
    };
    let held = request.clone();
    let write = async move |tx: &Tx| {
        if let Some(done) = earlier(tx, &held, once.as_ref()).await? {
            return Ok(done);
        }
        let created = create(tx, &lawbook, &held, &command).await?;
        keep(tx, &held, once.as_ref(), created).await
    };
    let context = services.context(request);
    let result = services.store.write(&context, write).await;
    note_refusal(services, request, refused, result).await
}

async fn create(
    tx: &Tx,
    lawbook: &Lawbook,
    request: &RequestContext,
    command: &CreateCase,
) -> Result<CaseCreated, ServiceError> {
    let today = request.today();
    let path = place(tx, command, today).await?;
    let mut handlers: Vec<Id<kind::Account>> = request.account.into_iter().collect();
    handlers.extend(&command.handlers);
    handlers.sort();
    handlers.dedup();
    permit(request, command, &path, today)?;
    let named = Pointer::body().member("handlers");
    let wanted = (&*command.handlers, Circle::Enforcement);
    require_handlers(tx, wanted, today, &named).await?;
    let confidentiality = match command.secrecy {
        Secrecy::Ordinary => Confidentiality::Ordinary,
        Secrecy::Restricted => Confidentiality::Restricted,
    };
    let timeline = NewTimeline {
        kind: kind::TimelineKind::Case,
        procedure: Some(command.procedure.clone()),
        // A case that is handled in the platform is recorded here from its first day on.
        coverage: Coverage::Closed,
        confidentiality,
    };
    let opening = Opening {
        number: command.number.clone(),
        body: Some(command.body.clone()),
        unit: command.unit.clone(),
        org_path: path.to_string(),
        handlers,
        facts: command.facts.clone(),
    };
    let events = opening_events(&opening, today, &Source::FirstHand);
    let version = events.len() as u64;
    let id = tx.create_timeline(&timeline).await?;
    tx.append(id, 0, events).await?;
    assess_within(tx, lawbook, id, today, EndedBy::Met).await?;
    let detail = json!({ "procedure": command.procedure, "handlers": opening.handlers });
    tx.audit(case_audit("case.create", id, path.as_str(), detail))
        .await?;
    Ok(CaseCreated {
        case: Id::try_from(id).map_err(ServiceError::internal)?,
        version,
    })
}

/// Whether the actor may handle a case there that is his own; there is nothing yet that could be hidden.
fn permit(
    request: &RequestContext,
    command: &CreateCase,
    path: &OrgPath,
    today: Date,
) -> Result<(), ServiceError> {
    let own = request.actor.account.iter().cloned();
    let resource = Resource {
        secrecy: command.secrecy,
        handlers: own.collect::<Vec<AccountId>>(),
        ..Resource::new(ResourceKind::Case, path.clone())
    };
    let permitted = require(&request.actor, Action::RecordEvent, &resource, today);
    permitted.map_err(|_| ServiceError::Forbidden)
}

/// Where the body, or its unit, stands in the tree today.
async fn place(read: &Read, command: &CreateCase, today: Date) -> Result<OrgPath, ServiceError> {
    let body = path_of(read, &command.body, "body", today).await?;
    let Some(unit) = &command.unit else {
        return Ok(body);
    };
    let unit = path_of(read, unit, "unit", today).await?;
    if !body.contains(&unit) {
        let message = "不是这个机关的机构；请选本机关之下的";
        return Err(invalid("unit", FieldCode::NotAllowed, message));
    }
    Ok(unit)
}

async fn path_of(
    read: &Read,
    id: &str,
    member: &str,
    today: Date,
) -> Result<OrgPath, ServiceError> {
    let places = read.list_places(id).await?;
    let held = places
        .iter()
        .find(|place| place.from <= today && place.until.is_none_or(|until| today < until));
    let Some(held) = held else {
        let message = "登记簿里没有，或今天已经撤销；请先登记，或核对标识";
        return Err(invalid(member, FieldCode::NoSuchTarget, message));
    };
    OrgPath::parse(&held.path).map_err(ServiceError::internal)
}

fn check(lawbook: &Lawbook, command: &CreateCase) -> Result<(), ServiceError> {
    if command.is_classified || is_classified(&command.facts) {
        return Err(classified());
    }
    let procedure = lawbook.procedure(&command.procedure);
    // A matter is opened by those who supervise, from what they supervise; a complaint is registered.
    let is_case = |p: &Procedure| !lawbook.is_side(p) && !p.is_supervision && !p.is_complaint;
    if procedure.is_none_or(|procedure| !is_case(procedure)) {
        let mains = lawbook.procedures.iter().filter(|p| is_case(p));
        let names: Vec<&str> = mains.map(|p| p.name.as_ref()).collect();
        let message = format!("不是主程序；可以写：{}", names.join("、"));
        return Err(invalid("procedure", FieldCode::NotAChoice, &message));
    }
    let faults = stated_faults(lawbook, &command.facts, &Pointer::body().member("facts"));
    if !faults.is_empty() {
        return Err(ServiceError::Invalid(faults));
    }
    Ok(())
}

/// State secrets do not enter the system.
pub(crate) fn classified() -> ServiceError {
    const TEXT: &str = "涉密事项不进本系统。请按保密规定在线下办理，本系统不收其内容；误录的请联系安全保密管理员清除";
    ServiceError::Refused(Refusal {
        reasons: vec![RefusalReason {
            cause: RefusalCause::Requirement,
            code: None,
            text: TEXT.to_owned(),
            cite: Vec::new(),
        }],
        overridable: false,
    })
}

fn invalid(member: &str, code: FieldCode, message: &str) -> ServiceError {
    ServiceError::invalid(Pointer::body().member(member), code, message)
}
