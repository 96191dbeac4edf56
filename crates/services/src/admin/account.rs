//! 账号的管理：新建、停用、启用、解锁、重置口令与二次验证。

use mingjing_kernel::id::{Id, kind};
use mingjing_kernel::sensitive::Sensitive;
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_store::account::{AccountKey, AccountRecord, NewAccount};
use mingjing_store::error::StoreError;
use mingjing_store::tx::{Read, Tx};
use serde_json::json;

use crate::admin::actor::person;
use crate::admin::password::generate_password;
use crate::admin::rules::{LOGIN_CHARS, NAME_CHARS_MAX};
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, FieldError, Pointer, ServiceError};
use crate::perform::{Act, Done, Stop, Subject, authorise, perform, perform_afresh};
use mingjing_policy::lockout::Lockout;

/// 要新建的账号。
#[derive(Debug, Clone)]
pub struct CreateAccount {
    /// 登录名：3 至 32 个小写字母、数字、点、连字符、下划线，字母开头。
    pub login: String,
    /// 姓名。
    pub name: String,
    /// 所在机构，须在机构树上。
    pub org: OrgPath,
    /// 是哪位执法人员的。
    pub officer: Option<Id<kind::Officer>>,
}

/// 新建的账号与只见这一次的口令。
#[derive(Debug, Clone)]
pub struct NewCredentials {
    /// 账号。
    pub account: AccountKey,
    /// 登录名。
    pub login: String,
    /// 口令：交给本人，首次登录须改；哪里都不存。
    pub password: Sensitive<String>,
}

/// The account as an object of the policy.
pub(crate) fn resource(account: &AccountRecord) -> Result<Resource, ServiceError> {
    Ok(Resource {
        owner: Some(person(account.id)?),
        ..Resource::new(ResourceKind::Account, account.reach.clone())
    })
}

/// Locks the account, or says that it is not there.
pub(crate) async fn locked(tx: &Tx, id: AccountKey) -> Result<AccountRecord, ServiceError> {
    tx.lock_account(id).await?.ok_or(ServiceError::NotFound)
}

/// 新建账号，没有任何角色；口令随机生成，只在答复里出现一次。
#[crate::boxed]
pub async fn create_account(
    services: &Services,
    request: &RequestContext,
    command: CreateAccount,
) -> Result<NewCredentials, ServiceError> {
    let errors = check_names(&command.login, &command.name);
    if !errors.is_empty() {
        return Err(ServiceError::Invalid(errors));
    }
    let password = generate_password(services.rng());
    let hash = services.passwords().hash(&password, services.rng()).await?;
    let login = command.login.clone();
    let on = request.today();
    let request_of_closure = request.clone();
    let work = async move |tx: &Tx| {
        let resource = Resource::new(ResourceKind::Account, command.org.clone());
        authorise(&request_of_closure, Action::Create, &resource, "")?;
        check_org(tx, &command.org, on).await?;
        if let Some(officer) = command.officer
            && tx.find_officer(officer, on).await?.is_none()
        {
            let pointer = Pointer::body().member("officer");
            let message = "登记簿里没有这位执法人员，请先登记";
            return Err(ServiceError::invalid(pointer, FieldCode::NoSuchTarget, message).into());
        }
        if let Some(other) = enabled_account_of(tx, command.officer, None).await? {
            let pointer = Pointer::body().member("officer");
            let message = one_account_each(&other);
            return Err(ServiceError::invalid(pointer, FieldCode::Duplicate, message).into());
        }
        if tx.find_account_by_login(&command.login).await?.is_some() {
            return Err(login_taken().into());
        }
        let new = NewAccount {
            login: command.login.clone(),
            name: command.name.clone(),
            officer: command.officer,
            org: command.org.clone(),
            password_hash: hash.clone(),
            must_change_password: true,
        };
        let id = tx.create_account(&new).await.map_err(of_duplicate)?;
        let subject = Subject::new(&resource, id);
        let officer = command.officer.map(|id| id.to_string());
        Ok(Done::new(id, subject, json!({ "officer": officer })))
    };
    let account = perform_afresh(services, request, Act::CreateAccount, work).await?;
    Ok(NewCredentials {
        account,
        login,
        password,
    })
}

/// 停用：当即下线，授权与委托都不起作用。
#[crate::boxed]
pub async fn disable_account(
    services: &Services,
    request: &RequestContext,
    id: AccountKey,
) -> Result<(), ServiceError> {
    change(
        services,
        request,
        id,
        Act::DisableAccount,
        Action::Disable,
        async |tx, account| {
            tx.set_disabled(account.id, true).await?;
            Ok(tx.end_sessions(account.id, None).await?)
        },
    )
    .await
}

/// 重新启用；此人另有启用着的账号的，拒绝。
#[crate::boxed]
pub async fn enable_account(
    services: &Services,
    request: &RequestContext,
    id: AccountKey,
) -> Result<(), ServiceError> {
    change(
        services,
        request,
        id,
        Act::EnableAccount,
        Action::Disable,
        async |tx, account| {
            let other = enabled_account_of(tx, account.officer, Some(account.id)).await?;
            if let Some(other) = other {
                return Err(ServiceError::refused(one_account_each(&other)));
            }
            tx.set_disabled(account.id, false).await?;
            Ok(0)
        },
    )
    .await
}

/// 解锁。
#[crate::boxed]
pub async fn unlock_account(
    services: &Services,
    request: &RequestContext,
    id: AccountKey,
) -> Result<(), ServiceError> {
    change(
        services,
        request,
        id,
        Act::UnlockAccount,
        Action::Unlock,
        async |tx, account| {
            tx.set_lockout(account.id, &Lockout::cleared()).await?;
            Ok(0)
        },
    )
    .await
}

/// 去掉二次验证：本人丢了验证器时用，全部下线，重新登录后自行再设。
#[crate::boxed]
pub async fn reset_second_factor(
    services: &Services,
    request: &RequestContext,
    id: AccountKey,
) -> Result<(), ServiceError> {
    change(
        services,
        request,
        id,
        Act::ResetSecondFactor,
        Action::Reset,
        async |tx, account| {
            tx.delete_totp(account.id).await?;
            Ok(tx.end_sessions(account.id, None).await?)
        },
    )
    .await
}

/// 重置口令：随机生成，全部下线，首次登录须改。
#[crate::boxed]
pub async fn reset_password(
    services: &Services,
    request: &RequestContext,
    id: AccountKey,
) -> Result<NewCredentials, ServiceError> {
    let password = generate_password(services.rng());
    let hash = services.passwords().hash(&password, services.rng()).await?;
    let request_of_closure = request.clone();
    let work = async move |tx: &Tx| {
        let account = locked(tx, id).await?;
        let resource = resource(&account)?;
        authorise(&request_of_closure, Action::Reset, &resource, id)?;
        tx.set_password(id, &hash, true).await?;
        let ended = tx.end_sessions(id, None).await?;
        let subject = Subject::new(&resource, id);
        Ok(Done::new(
            account.login,
            subject,
            json!({ "ended_sessions": ended }),
        ))
    };
    let login = perform_afresh(services, request, Act::ResetPassword, work).await?;
    Ok(NewCredentials {
        account: id,
        login,
        password,
    })
}

/// One change of one account, by somebody who may make it.
async fn change(
    services: &Services,
    request: &RequestContext,
    id: AccountKey,
    act: Act,
    action: Action,
    make: impl AsyncFn(&Tx, &AccountRecord) -> Result<u64, ServiceError> + Send + 'static,
) -> Result<(), ServiceError> {
    let request_of_closure = request.clone();
    let work = async move |tx: &Tx| {
        let account = locked(tx, id).await?;
        let resource = resource(&account)?;
        authorise(&request_of_closure, action, &resource, id)?;
        let ended = make(tx, &account).await?;
        let subject = Subject::new(&resource, id);
        Ok::<_, Stop>(Done::new((), subject, json!({ "ended_sessions": ended })))
    };
    perform(services, request, act, work).await
}

/// Another account of that officer that is enabled. Whoever has two would be two persons where two are asked for.
async fn enabled_account_of(
    tx: &Tx,
    officer: Option<Id<kind::Officer>>,
    but: Option<AccountKey>,
) -> Result<Option<AccountRecord>, ServiceError> {
    let Some(officer) = officer else {
        return Ok(None);
    };
    let accounts = tx.lock_accounts_of(officer).await?;
    Ok(accounts
        .into_iter()
        .find(|it| it.disabled_at.is_none() && Some(it.id) != but))
}

fn one_account_each(other: &AccountRecord) -> String {
    let login = &other.login;
    format!("这位执法人员已有启用着的账号（{login}），一人同时只能有一个；请用那个，或先停用它")
}

/// An organisation that stands on the tree today, or the platform.
pub(crate) async fn check_org(
    read: &Read,
    org: &OrgPath,
    on: mingjing_kernel::date::Date,
) -> Result<(), ServiceError> {
    if *org == OrgPath::root() || read.find_org_by_path(org, on).await?.is_some() {
        return Ok(());
    }
    let pointer = Pointer::body().member("org");
    let message = format!("机构树上今天没有 {org}，请先登记区划与机关");
    Err(ServiceError::invalid(
        pointer,
        FieldCode::NoSuchTarget,
        message,
    ))
}

pub(crate) fn check_names(login: &str, name: &str) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b);
    let begins_well = login.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    if !LOGIN_CHARS.contains(&login.len()) || !login.bytes().all(is_plain) || !begins_well {
        errors.push(FieldError::new(
            Pointer::body().member("login"),
            FieldCode::Malformed,
            "登录名应为 3 至 32 个小写字母、数字、点、连字符、下划线，字母开头",
        ));
    }
    let length = name.trim().chars().count();
    if length == 0 || length > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        errors.push(FieldError::new(
            Pointer::body().member("name"),
            FieldCode::Malformed,
            format!("姓名应为 1 至 {NAME_CHARS_MAX} 个字"),
        ));
    }
    errors
}

pub(crate) fn login_taken() -> ServiceError {
    let pointer = Pointer::body().member("login");
    ServiceError::invalid(pointer, FieldCode::Duplicate, "登录名已经有人用，请换一个")
}

/// Two at once with one login: the index decides.
pub(crate) fn of_duplicate(error: StoreError) -> ServiceError {
    match error {
        StoreError::Duplicate(key) if key == "account_login_key" => login_taken(),
        error => error.into(),
    }
}
