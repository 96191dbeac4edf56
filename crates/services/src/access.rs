//! 准不准：用例在具体的那一件东西上问一次；不许的，看得见的答“无权”，看不见的答“没有”。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::actor::Actor;
use mingjing_policy::decision::{Decision, decide};
use mingjing_policy::grant::{AccountId, Line};
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::{Resource, Secrecy};
use mingjing_store::audit::NewAudit;
use mingjing_store::case_account::{CaseAccounts, CaseDuty};
use mingjing_store::case_row::{CaseRow, Supervision};
use mingjing_store::timeline::Confidentiality;
use mingjing_store::tx::{Read, Tx};

use crate::assessment::acting::{action_of, matter_actions_of};
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;

/// Whether the actor may do this to that; what may not be known to exist is not found.
pub(crate) fn require(
    actor: &Actor,
    action: Action,
    resource: &Resource,
    on: Date,
) -> Result<(), ServiceError> {
    judged(decide(actor, action, resource, on))
}

/// The same of an answer that has been asked for.
pub(crate) fn judged(decision: Decision) -> Result<(), ServiceError> {
    match (decision.allowed, decision.visible) {
        (true, _) => Ok(()),
        (false, true) => Err(ServiceError::Forbidden),
        (false, false) => Err(ServiceError::NotFound),
    }
}

/// What the policy says of recording an event of this kind: the first of the permissions that serves, else the answer to
/// the first of all.
pub(crate) fn may_record(
    actor: &Actor,
    lawbook: &Lawbook,
    (row, resource): (&CaseRow, &Resource),
    kind: &str,
    on: Date,
) -> Decision {
    let procedure = row.procedure.as_deref();
    let matter;
    let ordinary;
    let actions: &[Action] = match resource.kind {
        ResourceKind::Supervision => {
            matter = matter_actions_of(lawbook, procedure, kind);
            matter
        }
        _ => {
            ordinary = [action_of(lawbook, procedure, kind)];
            &ordinary
        }
    };
    let mut decisions = actions
        .iter()
        .map(|action| decide(actor, *action, resource, on));
    let first = decisions.next();
    let other = decisions.find(|decision| decision.allowed);
    match (first, other) {
        (Some(first), Some(other)) if !first.allowed => other,
        (Some(first), _) => first,
        // INVARIANT: there is always one permission to ask for.
        (None, _) => decide(actor, Action::RecordEvent, resource, on),
    }
}

/// How much of a timeline its reader sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// All of it.
    Whole,
    /// Of a matter, what was served on the supervised body and what that body has to do.
    Served,
}

/// What the actor sees of this; what may not be known to exist is not found.
pub(crate) fn view_of(actor: &Actor, resource: &Resource, on: Date) -> Result<View, ServiceError> {
    let whole = require(actor, Action::Read, resource, on);
    if whole.is_err() && decide(actor, Action::Answer, resource, on).allowed {
        return Ok(View::Served);
    }
    whole.map(|()| View::Whole)
}

/// The case as the policy sees it.
pub(crate) fn case_resource(
    kind: ResourceKind,
    row: &CaseRow,
    accounts: &CaseAccounts,
    is_published: bool,
) -> Result<Resource, ServiceError> {
    let of = |wanted: CaseDuty| {
        let held = accounts.iter().filter(|(duty, _)| *duty == wanted);
        held.map(|(_, account)| AccountId::parse(&account.to_string()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(ServiceError::internal)
    };
    let org = OrgPath::parse(&row.org_path).map_err(ServiceError::internal)?;
    Ok(Resource {
        line: row.department.as_deref().and_then(|d| Line::parse(d).ok()),
        secrecy: secrecy(row.confidentiality),
        is_published,
        handlers: of(CaseDuty::Handling)?,
        reviewers: of(CaseDuty::Reviewing)?,
        deciders: of(CaseDuty::Deciding)?,
        ..Resource::new(kind, org)
    })
}

fn secrecy(confidentiality: Confidentiality) -> Secrecy {
    match confidentiality {
        Confidentiality::Ordinary => Secrecy::Ordinary,
        // State secrets are refused at the door; what came in all the same is at least restricted.
        Confidentiality::Restricted | Confidentiality::Classified => Secrecy::Restricted,
    }
}

/// The row of a case and what the policy needs to know about it; a case that is not there is not found.
pub(crate) async fn load_case(
    read: &Read,
    id: TimelineId,
) -> Result<(CaseRow, Resource), ServiceError> {
    let (row, accounts, is_published) = tokio::try_join!(
        biased;
        read.find_case(id),
        read.list_case_accounts(id),
        read.is_published(id),
    )?;
    let row = row.ok_or(ServiceError::NotFound)?;
    let Some(supervision) = row.supervision else {
        let kind = match row.complaint.is_some() {
            true => ResourceKind::Complaint,
            false => ResourceKind::Case,
        };
        let resource = case_resource(kind, &row, &accounts, is_published)?;
        return Ok((row, resource));
    };
    let kind = ResourceKind::Supervision;
    let resource = Resource {
        supervised: supervised(read, &row, supervision).await?,
        ..case_resource(kind, &row, &accounts, is_published)?
    };
    Ok((row, resource))
}

/// Where the supervised body stands, once it was served.
async fn supervised(
    read: &Read,
    row: &CaseRow,
    supervision: Supervision,
) -> Result<Option<OrgPath>, ServiceError> {
    let (Supervision::Served, Some(body)) = (supervision, &row.body) else {
        return Ok(None);
    };
    let path = read.find_standing_path(body).await?;
    let path = path.map(|path| OrgPath::parse(&path)).transpose();
    path.map_err(ServiceError::internal)
}

/// Notes a refusal. It stands in a transaction of its own: that of the refused command is rolled back.
pub(crate) async fn note_refusal<T>(
    services: &Services,
    request: &RequestContext,
    audit: NewAudit,
    result: Result<T, ServiceError>,
) -> Result<T, ServiceError> {
    if let Err(ServiceError::Forbidden | ServiceError::NotFound) = &result
        && request.account.is_some()
    {
        let audit = NewAudit {
            is_allowed: false,
            ..audit
        };
        let write = async move |tx: &Tx| {
            tx.audit(audit.clone()).await?;
            Ok::<_, ServiceError>(())
        };
        services
            .store
            .write(&services.context(request), write)
            .await?;
    }
    result
}

/// An audit record of a case.
pub(crate) fn case_audit(
    action: &str,
    id: TimelineId,
    org_path: &str,
    detail: serde_json::Value,
) -> NewAudit {
    NewAudit {
        action: action.to_owned(),
        resource_kind: "case".to_owned(),
        resource_id: Some(id.to_string()),
        org_path: org_path.to_owned(),
        is_allowed: true,
        detail,
    }
}
