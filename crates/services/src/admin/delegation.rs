//! 委托：本人把自己的角色暂时交给别人；委托人、受托人、安全保密管理员可以提前结束。

use mingjing_kernel::date::Date;
use mingjing_policy::delegation::{Delegation, DelegationFlaw, Parties, check_delegation};
use mingjing_policy::grant::Term;
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::Action;
use mingjing_policy::role::Role;
use mingjing_store::account::AccountKey;
use mingjing_store::delegation::{DelegationKey, DelegationRecord};
use mingjing_store::tx::Tx;
use serde_json::json;

use crate::admin::account::{check_org, locked, resource};
use crate::admin::actor::person;
use crate::admin::grant::{grants_of, refresh_reach};
use crate::admin::rules::REASON_CHARS_MAX;
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, FieldError, Pointer, ServiceError};
use crate::perform::{Act, Done, Stop, Subject, authorise, perform};

/// 要作的委托；委托人是行为人自己。
#[derive(Debug, Clone)]
pub struct CreateDelegation {
    /// 受托人。
    pub to: AccountKey,
    /// 哪些角色。
    pub roles: Vec<Role>,
    /// 在哪个机构范围之内。
    pub org: OrgPath,
    /// 首日。
    pub from_on: Date,
    /// 止日，当日已无效。
    pub to_on: Date,
    /// 理由。
    pub reason: String,
}

/// 收到的与作出的委托。
#[derive(Debug, Clone)]
pub struct Delegations {
    /// 作出的。
    pub given: Vec<DelegationRecord>,
    /// 收到的。
    pub received: Vec<DelegationRecord>,
}

/// 受托人：写的是登录名，或账号的标识；没有的与停用的同样答复。
#[crate::boxed]
pub async fn find_receiver(services: &Services, text: &str) -> Result<AccountKey, ServiceError> {
    if let Ok(id) = AccountKey::parse(text) {
        return Ok(id);
    }
    let read = services.store.reader().await?;
    let found = read.find_account_by_login(text.trim()).await?;
    found.map(|account| account.id).ok_or_else(no_receiver)
}

fn no_receiver() -> ServiceError {
    let message = "没有这个账号，或已停用；请核对受托人";
    let pointer = Pointer::body().member("to");
    ServiceError::invalid(pointer, FieldCode::NoSuchTarget, message)
}

/// 委托：只能委托自己当时所有的；受托人得到的从不更多。
#[crate::boxed]
pub async fn create_delegation(
    services: &Services,
    request: &RequestContext,
    command: CreateDelegation,
) -> Result<DelegationKey, ServiceError> {
    let from = own_account(request)?;
    check(services, request, &command)?;
    let delegation = Delegation {
        from: person(from)?,
        to: person(command.to)?,
        roles: command.roles,
        org: command.org,
        term: Term {
            from: command.from_on,
            to: Some(command.to_on),
        },
        reason: command.reason,
    };
    let (to, on) = (command.to, request.today());
    let work = async move |tx: &Tx| {
        // Both in the order of their identifiers: two people who delegate to each other must not wait for each other.
        let (first, second) = (from.min(to), from.max(to));
        let known =
            tx.lock_account(first).await?.is_some() && tx.lock_account(second).await?.is_some();
        let receiver = tx
            .find_account(to)
            .await?
            .filter(|it| it.disabled_at.is_none());
        let Some(receiver) = receiver.filter(|_| known) else {
            return Err(no_receiver().into());
        };
        let held = grants_of(tx, from).await?;
        let receivers = grants_of(tx, to).await?;
        let delegator = tx.find_account(from).await?.ok_or_else(no_receiver)?;
        let parties = Parties {
            delegator_grants: &held,
            delegator_home: &delegator.org,
            receiver_grants: &receivers,
            receiver_home: &receiver.org,
        };
        if let Err(flaws) = check_delegation(&delegation, parties) {
            return Err(ServiceError::Invalid(flaws.iter().map(flaw).collect()).into());
        }
        check_org(tx, &delegation.org, on).await?;
        let id = tx.add_delegation(from, to, &delegation).await?;
        refresh_reach(tx, &receiver, on).await?;
        let roles: Vec<&str> = delegation.roles.iter().map(|role| role.code()).collect();
        let subject = Subject::new(&resource(&receiver)?, to);
        let detail = json!({
            "delegation": id.to_string(),
            "roles": roles,
            "org": delegation.org.as_str(),
        });
        Ok::<_, Stop>(Done::new(id, subject, detail))
    };
    perform(services, request, Act::CreateDelegation, work).await
}

/// What can be said of it without the store.
fn check(
    services: &Services,
    request: &RequestContext,
    command: &CreateDelegation,
) -> Result<(), ServiceError> {
    let mut errors = Vec::new();
    let mut note = |member: &str, code, message: String| {
        let pointer = Pointer::body().member(member);
        errors.push(FieldError::new(pointer, code, message));
    };
    let days_max = i32::from(services.rules().delegation_days_max);
    if command.to_on.days_since(command.from_on) > days_max {
        let message = format!("委托不超过 {days_max} 天；更久的请安全保密管理员授予角色");
        note("to_on", FieldCode::OutOfRange, message);
    }
    if command.to_on <= request.today() {
        let message = "委托的止日已经过去（止日当日已无效）".to_owned();
        note("to_on", FieldCode::OutOfRange, message);
    }
    if command.reason.chars().count() > REASON_CHARS_MAX {
        let message = format!("理由不超过 {REASON_CHARS_MAX} 字");
        note("reason", FieldCode::OutOfRange, message);
    }
    match errors.is_empty() {
        true => Ok(()),
        false => Err(ServiceError::Invalid(errors)),
    }
}

/// 提前结束，当即生效。
#[crate::boxed]
pub async fn end_delegation(
    services: &Services,
    request: &RequestContext,
    id: DelegationKey,
) -> Result<(), ServiceError> {
    let request_of_closure = request.clone();
    let work = async move |tx: &Tx| {
        let request = &request_of_closure;
        let found = tx.find_delegation(id).await?;
        let found = found.ok_or(ServiceError::NotFound)?;
        let receiver = locked(tx, found.to).await?;
        let is_party = request.account == Some(found.from) || request.account == Some(found.to);
        if !is_party {
            let delegator = tx.find_account(found.from).await?;
            let delegator = delegator.ok_or(ServiceError::NotFound)?;
            authorise(request, Action::GrantRole, &resource(&delegator)?, id)?;
        }
        if !tx.end_delegation(id).await? {
            return Err(ServiceError::NotFound.into());
        }
        refresh_reach(tx, &receiver, request.today()).await?;
        let subject = Subject::new(&resource(&receiver)?, found.to);
        let detail = json!({ "delegation": id.to_string() });
        Ok::<_, Stop>(Done::new((), subject, detail))
    };
    perform(services, request, Act::EndDelegation, work).await
}

/// 本人作出与收到的委托。
#[crate::boxed]
pub async fn list_delegations(
    services: &Services,
    request: &RequestContext,
) -> Result<Delegations, ServiceError> {
    let account = own_account(request)?;
    let read = services.store.reader().await?;
    Ok(Delegations {
        given: read.list_given_delegations(account).await?,
        received: read.list_received_delegations(account).await?,
    })
}

fn own_account(request: &RequestContext) -> Result<AccountKey, ServiceError> {
    let is_signed_in = request.actor.account.is_some();
    request
        .account
        .filter(|_| is_signed_in)
        .ok_or(ServiceError::Forbidden)
}

fn flaw(flaw: &DelegationFlaw) -> FieldError {
    let member = match flaw {
        DelegationFlaw::ToSelf
        | DelegationFlaw::ReceiverNotEligible { .. }
        | DelegationFlaw::ReceiverElsewhere { .. }
        | DelegationFlaw::ReceiverOfOtherKind { .. } => "to",
        DelegationFlaw::ReasonMissing => "reason",
        DelegationFlaw::EmptyTerm => "to_on",
        DelegationFlaw::RolesMissing
        | DelegationFlaw::NotDelegable { .. }
        | DelegationFlaw::NotHeld { .. } => "roles",
    };
    let pointer = Pointer::body().member(member);
    FieldError::new(pointer, FieldCode::NotAllowed, flaw.to_string())
}
