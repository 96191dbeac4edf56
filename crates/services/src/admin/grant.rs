//! 授予与收回角色：账号所属的机构、所授的机构各问一次，两次都许才可以；三员不兼任。

use mingjing_kernel::date::Date;
use mingjing_policy::grant::{Grant, account_org, check_grants};
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_store::account::{AccountKey, AccountRecord};
use mingjing_store::grant::{GrantKey, GrantRecord};
use mingjing_store::tx::{Read, Tx};
use serde_json::json;

use crate::admin::account::{check_org, locked, resource};
use crate::admin::actor::person;
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, FieldError, Pointer, ServiceError};
use crate::perform::{Act, Done, Stop, Subject, authorise, perform};

/// 授予角色。
#[crate::boxed]
pub async fn grant_role(
    services: &Services,
    request: &RequestContext,
    account: AccountKey,
    grant: Grant,
) -> Result<GrantKey, ServiceError> {
    let request_of_closure = request.clone();
    let work = async move |tx: &Tx| {
        let request = &request_of_closure;
        let record = locked(tx, account).await?;
        ask_twice(request, &record, &grant.widest())?;
        let on = request.today();
        check_org(tx, &grant.org, on).await?;
        let mut all = grants_of(tx, account).await?;
        all.push(grant.clone());
        if let Err(flaws) = check_grants(&all) {
            let errors = flaws.iter().map(|flaw| {
                let pointer = Pointer::body().member("role");
                FieldError::new(pointer, FieldCode::NotAllowed, flaw.to_string())
            });
            return Err(ServiceError::Invalid(errors.collect()).into());
        }
        let id = tx.add_grant(account, &grant).await?;
        refresh_reach(tx, &record, on).await?;
        let subject = Subject::new(&resource(&record)?, account);
        let detail = json!({
            "grant": id.to_string(),
            "role": grant.role.code(),
            "org": grant.org.as_str(),
        });
        Ok::<_, Stop>(Done::new(id, subject, detail))
    };
    perform(services, request, Act::GrantRole, work).await
}

/// 收回角色，当即生效；凭它作出的委托一并失效。
#[crate::boxed]
pub async fn revoke_role(
    services: &Services,
    request: &RequestContext,
    id: GrantKey,
) -> Result<(), ServiceError> {
    let request_of_closure = request.clone();
    let work = async move |tx: &Tx| {
        let request = &request_of_closure;
        let found = tx.find_grant(id).await?.ok_or(ServiceError::NotFound)?;
        let record = locked(tx, found.account).await?;
        ask_twice(request, &record, &found.grant.widest())?;
        if !tx.revoke_grant(id).await? {
            return Err(ServiceError::NotFound.into());
        }
        refresh_reach(tx, &record, request.today()).await?;
        let subject = Subject::new(&resource(&record)?, found.account);
        let detail = json!({ "grant": id.to_string(), "role": found.grant.role.code() });
        Ok::<_, Stop>(Done::new((), subject, detail))
    };
    perform(services, request, Act::RevokeRole, work).await
}

/// 一个账号没有收回的授权；看账号的许可即可。
#[crate::boxed]
pub async fn list_grants(
    services: &Services,
    request: &RequestContext,
    account: AccountKey,
) -> Result<Vec<GrantRecord>, ServiceError> {
    let read = services.store.reader().await?;
    let record = read.find_account(account).await?;
    let record = record.ok_or(ServiceError::NotFound)?;
    let decision = mingjing_policy::decision::decide(
        &request.actor,
        Action::Read,
        &resource(&record)?,
        request.today(),
    );
    match decision.allowed {
        true => Ok(read.list_grants(account).await?),
        false => Err(ServiceError::NotFound),
    }
}

/// Once for the account, once for what is given: a local administrator hands out no province.
fn ask_twice(
    request: &RequestContext,
    account: &AccountRecord,
    granted: &OrgPath,
) -> Result<(), Stop> {
    let of_account = resource(account)?;
    authorise(request, Action::GrantRole, &of_account, account.id)?;
    let of_grant = Resource {
        owner: Some(person(account.id)?),
        ..Resource::new(ResourceKind::Account, granted.clone())
    };
    authorise(request, Action::GrantRole, &of_grant, account.id)
}

pub(crate) async fn grants_of(
    read: &Read,
    account: AccountKey,
) -> Result<Vec<Grant>, ServiceError> {
    let records = read.list_grants(account).await?;
    Ok(records.into_iter().map(|record| record.grant).collect())
}

/// Writes down what the account may reach at most, from now on. What ran out before today no longer counts; what runs
/// out later goes on counting until the next change: too wide a reach only asks for a higher administrator.
pub(crate) async fn refresh_reach(
    tx: &Tx,
    account: &AccountRecord,
    on: Date,
) -> Result<(), ServiceError> {
    let is_over = |to: Option<Date>| to.is_some_and(|to| to <= on);
    let mut grants = grants_of(tx, account.id).await?;
    grants.retain(|grant| !is_over(grant.term.to));
    let received = tx.list_received_delegations(account.id).await?;
    let received = received.into_iter().map(|record| record.delegation);
    let delegated: Vec<OrgPath> = received
        .filter(|delegation| !is_over(delegation.term.to))
        .map(|delegation| delegation.org)
        .collect();
    let reach = account_org(&account.org, &grants, &delegated);
    if reach != account.reach {
        tx.set_reach(account.id, &reach).await?;
    }
    Ok(())
}
