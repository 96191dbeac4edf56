//! 准不准：用例在具体的那一件东西上问一次；不许的，看得见的答“无权”，看不见的答“没有”。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_policy::actor::Actor;
use mingjing_policy::decision::decide;
use mingjing_policy::grant::{AccountId, Line};
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::{Resource, Secrecy};
use mingjing_store::audit::NewAudit;
use mingjing_store::case_account::{CaseAccounts, CaseDuty};
use mingjing_store::case_row::CaseRow;
use mingjing_store::timeline::Confidentiality;
use mingjing_store::tx::{Read, Tx};

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;

/// Whether the actor may do this to that; what may not be known to exist is not found.
pub(crate) fn require(
    actor: &Actor,
    action: Action,
    resource: &Resource,
    on: Date,
) -> Result<(), ServiceError> {
    let decision = decide(actor, action, resource, on);
    match (decision.allowed, decision.visible) {
        (true, _) => Ok(()),
        (false, true) => Err(ServiceError::Forbidden),
        (false, false) => Err(ServiceError::NotFound),
    }
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
    let resource = case_resource(ResourceKind::Case, &row, &accounts, is_published)?;
    Ok((row, resource))
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
