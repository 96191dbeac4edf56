//! 做一件事：判断、改动、审计、幂等键的答复在同一个事务里；不许的，改动退回，另记一条“未准”。
//!
//! A use case that changes anything hands its closure to `perform`, and the closure cannot return without saying what
//! the audit record is to say: forgetting it does not compile.

use mingjing_policy::actor::Actor;
use mingjing_policy::decision::decide;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_store::account::AccountKey;
use mingjing_store::audit::NewAudit;
use mingjing_store::error::StoreError;
use mingjing_store::tx::Tx;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::idempotency::{earlier, keep};

macro_rules! acts {
    ($($name:ident = $code:literal, $called:literal;)*) => {
        /// 会留下审计的用例；代码写进审计，只增不改。
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Act {
            $(#[doc = $called] $name,)*
        }

        impl Act {
            /// 全部用例。
            pub const ALL: &[Act] = &[$(Act::$name),*];

            /// 审计里的代码。
            pub const fn code(self) -> &'static str {
                match self {
                    $(Act::$name => $code,)*
                }
            }

            /// 审计里的名称。
            pub const fn name(self) -> &'static str {
                match self {
                    $(Act::$name => $called,)*
                }
            }
        }
    };
}

acts! {
    SetUp = "account.set_up", "首次设置三员";
    CreateAccount = "account.create", "新建账号";
    ReadAccount = "account.read", "查看一个账号";
    DisableAccount = "account.disable", "停用账号";
    EnableAccount = "account.enable", "重新启用账号";
    UnlockAccount = "account.unlock", "解锁账号";
    ResetPassword = "account.reset_password", "重置口令";
    ResetSecondFactor = "account.reset_second_factor", "去掉二次验证";
    GrantRole = "account.grant_role", "授予角色";
    RevokeRole = "account.revoke_role", "收回角色";
    CreateDelegation = "delegation.create", "委托";
    EndDelegation = "delegation.end", "结束委托";
    SignIn = "session.sign_in", "登录";
    UseRecoveryCode = "session.use_recovery_code", "以恢复码代动态口令登录";
    VerifySecondFactor = "session.verify_second_factor", "二次验证";
    SignOut = "session.sign_out", "退出";
    ExpireSessions = "session.expire", "删去期满的会话";
    RevokeSessions = "session.revoke", "使会话下线";
    ChangePassword = "account.change_password", "改口令";
    EnrolTotp = "account.enrol_totp", "设置动态口令";
    ConfirmTotp = "account.confirm_totp", "确认动态口令";
    DisableTotp = "account.disable_totp", "关掉动态口令";
    RenewRecoveryCodes = "account.renew_recovery_codes", "换一套恢复码";
    SealSecrets = "account.seal_secrets", "封存旧版写下的动态口令密钥";
    Register = "registry.register", "登记";
    RecordRegistryEvent = "registry.record_event", "记录登记簿的事件";
    ImportDivisions = "registry.import_divisions", "导入区划";
    SetOpening = "registry.set_opening", "改机关的设定";
    RevealOfficer = "registry.reveal_officer", "查看人员的个人信息";
    ReadAudit = "audit_trail.read", "查看审计记录";
    HandOverLogKey = "log.hand_over_key", "换日志的签名密钥";
    RetryJob = "job.retry", "重试失败的任务";
    StartForesight = "foresight.start", "开始试算候选的法典";
    CancelForesight = "foresight.cancel", "停下一次试算";
    ExportForesight = "foresight.export", "导出一次试算";
    StartOverCases = "over_cases.start", "叫跨案评估再做一次";
}

impl Act {
    /// 由人对别人的账号做的，要写明理由。
    ///
    /// Ending sessions is not among them: of one's own it needs none, which only the use case can tell.
    const fn needs_reason(self) -> bool {
        matches!(
            self,
            Act::DisableAccount
                | Act::EnableAccount
                | Act::UnlockAccount
                | Act::ResetPassword
                | Act::ResetSecondFactor
                | Act::GrantRole
                | Act::RevokeRole
        )
    }
}

/// Refuses what has no reason. The command line has no account: what it does is told by who may run it.
pub(crate) fn require_reason(request: &RequestContext) -> Result<(), ServiceError> {
    match (&request.reason, request.account) {
        (None, Some(_)) => Err(ServiceError::invalid(
            Pointer::body().member("reason"),
            FieldCode::Missing,
            "须写明理由",
        )),
        (Some(_), _) | (None, None) => Ok(()),
    }
}

/// 对什么做的。
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) kind: ResourceKind,
    pub(crate) id: Option<String>,
    pub(crate) org: String,
}

impl Subject {
    pub(crate) fn new(resource: &Resource, id: impl ToString) -> Self {
        Subject {
            kind: resource.kind,
            id: Some(id.to_string()),
            org: resource.org.to_string(),
        }
    }

    pub(crate) fn of_platform(kind: ResourceKind) -> Self {
        Subject {
            kind,
            id: None,
            org: "/".to_owned(),
        }
    }
}

/// What came of the closure, and what the audit record says about it.
#[derive(Debug)]
pub(crate) struct Done<T> {
    pub(crate) value: T,
    pub(crate) subject: Subject,
    /// False where the refusal itself is kept: a sign-in that failed has changed the lock-out.
    pub(crate) is_allowed: bool,
    /// Identifiers, codes and numbers only, beside the reason somebody gave: an audit record is never erased.
    pub(crate) detail: Value,
    /// Who has done it, where the request comes from nobody yet: whoever has just signed in.
    pub(crate) by: Option<AccountKey>,
}

impl<T> Done<T> {
    pub(crate) fn new(value: T, subject: Subject, detail: Value) -> Self {
        Done {
            value,
            subject,
            is_allowed: true,
            detail,
            by: None,
        }
    }

    pub(crate) fn by(self, account: AccountKey) -> Self {
        Done {
            by: Some(account),
            ..self
        }
    }
}

/// Why the closure ended without changing anything.
#[derive(Debug)]
pub(crate) enum Stop {
    Error(ServiceError),
    Denied {
        subject: Subject,
        is_visible: bool,
        because: String,
    },
}

impl From<ServiceError> for Stop {
    fn from(error: ServiceError) -> Self {
        Stop::Error(error)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Stop::Error(error.into())
    }
}

/// Whether the actor may; a refusal is worth an audit record.
pub(crate) fn authorise(
    request: &RequestContext,
    action: Action,
    resource: &Resource,
    id: impl ToString,
) -> Result<(), Stop> {
    let decision = decide(&request.actor, action, resource, request.today());
    if decision.allowed {
        return Ok(());
    }
    Err(Stop::Denied {
        subject: Subject::new(resource, id),
        is_visible: decision.visible,
        because: decision.because.to_string(),
    })
}

/// Runs the closure in one transaction with its audit record, and once for each idempotency key: what comes back is
/// kept with the key, and asking again gives it again. Nothing may be built outside of it that asking again would
/// build anew; where something is (a password), or where the answer must not be kept, it is [`perform_afresh`].
pub(crate) async fn perform<T, F>(
    services: &Services,
    request: &RequestContext,
    act: Act,
    work: F,
) -> Result<T, ServiceError>
where
    T: Serialize + DeserializeOwned + Send + 'static,
    F: AsyncFn(&Tx) -> Result<Done<T>, Stop> + Send + 'static,
{
    let held = request.clone();
    let run = async move |tx: &Tx| {
        let once = held.once.as_ref();
        if let Some(done) = earlier(tx, &held, once).await? {
            return Ok(done.value);
        }
        let done = audited(tx, &held, act, &work).await?;
        match done.is_allowed {
            true => Ok(keep(tx, &held, once, done.value).await?.value),
            // A refusal that is kept would hide that the next attempt is another one.
            false => Ok::<_, Stop>(done.value),
        }
    };
    commit(services, request, act, run).await
}

/// As [`perform`], whatever key the request bears: done every time, and the answer is never kept.
pub(crate) async fn perform_afresh<T, F>(
    services: &Services,
    request: &RequestContext,
    act: Act,
    work: F,
) -> Result<T, ServiceError>
where
    T: Send + 'static,
    F: AsyncFn(&Tx) -> Result<Done<T>, Stop> + Send + 'static,
{
    let held = request.clone();
    let run = async move |tx: &Tx| Ok::<_, Stop>(audited(tx, &held, act, &work).await?.value);
    commit(services, request, act, run).await
}

async fn audited<T, F>(
    tx: &Tx,
    request: &RequestContext,
    act: Act,
    work: &F,
) -> Result<Done<T>, Stop>
where
    F: AsyncFn(&Tx) -> Result<Done<T>, Stop>,
{
    if act.needs_reason() {
        require_reason(request)?;
    }
    let mut done = work(tx).await?;
    let mut detail = std::mem::take(&mut done.detail);
    if let (Some(reason), Value::Object(members)) = (&request.reason, &mut detail) {
        members.insert("reason".to_owned(), reason.as_str().into());
    }
    let by = done.by.or(request.account);
    tx.audit_by(by, entry(act, &done.subject, done.is_allowed, detail))
        .await?;
    Ok(done)
}

async fn commit<T, F>(
    services: &Services,
    request: &RequestContext,
    act: Act,
    work: F,
) -> Result<T, ServiceError>
where
    T: Send + 'static,
    F: AsyncFn(&Tx) -> Result<T, Stop> + Send + 'static,
{
    let context = services.context(request);
    match services.store.write(&context, work).await {
        Ok(value) => Ok(value),
        Err(Stop::Error(error)) => Err(error),
        Err(Stop::Denied {
            subject,
            is_visible,
            because,
        }) => {
            note_denial(services, request, act, subject, because).await?;
            Err(if is_visible {
                ServiceError::Forbidden
            } else {
                ServiceError::NotFound
            })
        }
    }
}

/// A refusal stands in a transaction of its own: that of the command is rolled back. Whoever is nobody leaves none.
async fn note_denial(
    services: &Services,
    request: &RequestContext,
    act: Act,
    subject: Subject,
    because: String,
) -> Result<(), ServiceError> {
    if request.actor == Actor::anonymous() {
        return Ok(());
    }
    let write = async move |tx: &Tx| {
        let detail = json!({ "because": because });
        tx.audit(entry(act, &subject, false, detail)).await?;
        Ok::<_, ServiceError>(())
    };
    services
        .store
        .write(&services.context(request), write)
        .await
}

fn entry(act: Act, subject: &Subject, is_allowed: bool, detail: Value) -> NewAudit {
    NewAudit {
        action: act.code().to_owned(),
        resource_kind: kind_code(subject.kind),
        resource_id: subject.id.clone(),
        org_path: subject.org.clone(),
        is_allowed,
        detail,
    }
}

/// The code of a kind, as policy serialises it.
pub(crate) fn kind_code(kind: ResourceKind) -> String {
    let text = serde_json::to_value(kind).ok();
    let text = text.as_ref().and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}
