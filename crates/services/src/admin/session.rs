//! 会话：由令牌找到它，看它过期没有，得出行为人；退出与下线。

use mingjing_kernel::date::Date;
use mingjing_kernel::moment::Moment;
use mingjing_policy::actor::Actor;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_store::account::{AccountKey, AccountRecord};
use mingjing_store::session::{NewSession, SessionKey, SessionRecord, SessionStage};
use mingjing_store::tx::{Read, Tx};
use serde_json::json;

use crate::admin::account::locked;
use crate::admin::actor::{load_actor, person};
use crate::admin::rules::{AdminRules, TOUCH_SECONDS};
use crate::admin::token::{TOKEN_BYTES, Token};
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::perform::{Act, Done, Stop, Subject, authorise, perform, require_reason};

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_MINUTE: i64 = 60 * MICROS_PER_SECOND;

/// 登录到了哪一步。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// 还差动态口令：只能输入动态口令或退出。
    SecondFactor,
    /// 须先改口令：只能改口令或退出。
    ChangePassword,
    /// 登录完成。
    Full,
}

impl Stage {
    const fn of(stage: SessionStage, must_change_password: bool) -> Stage {
        match (stage, must_change_password) {
            (SessionStage::SecondFactor, _) => Stage::SecondFactor,
            (SessionStage::Full, true) => Stage::ChangePassword,
            (SessionStage::Full, false) => Stage::Full,
        }
    }
}

/// 刚开的会话，令牌只见这一次。
#[derive(Debug, Clone)]
pub struct OpenedSession {
    /// 会话。
    pub id: SessionKey,
    /// 谁的。
    pub account: AccountKey,
    /// 会话令牌，放进 cookie。
    pub token: Token,
    /// 防伪令牌，放进答复。
    pub csrf: Token,
    /// 登录到了哪一步。
    pub stage: Stage,
    /// 绝对期限。
    pub expires_at: Moment,
}

/// 有效的会话。
#[derive(Debug, Clone)]
pub struct CurrentSession {
    /// 会话。
    pub id: SessionKey,
    /// 谁的。
    pub account: AccountKey,
    /// 登录名。
    pub login: String,
    /// 姓名。
    pub name: String,
    /// 防伪令牌。
    pub csrf: Token,
    /// 登录到了哪一步。
    pub stage: Stage,
    /// 行为人；登录没有完成的是公众。
    pub actor: Actor,
    /// 绝对期限。
    pub expires_at: Moment,
}

/// What a new session needs that is settled before the transaction: retries open the same one.
#[derive(Clone)]
pub(crate) struct Opening {
    token: Token,
    client: String,
    rules: AdminRules,
}

impl Opening {
    pub(crate) fn new(services: &Services, _request: &RequestContext, client: &str) -> Self {
        let mut bytes = [0; TOKEN_BYTES];
        services.rng().fill(&mut bytes);
        Opening {
            token: Token::from_bytes(bytes),
            client: client.chars().take(CLIENT_CHARS_MAX).collect(),
            rules: *services.rules(),
        }
    }
}

/// Longest text of an address, with its port.
const CLIENT_CHARS_MAX: usize = 64;

/// Opens a session within the transaction.
pub(crate) async fn open(
    tx: &Tx,
    account: AccountKey,
    stage: SessionStage,
    must_change_password: bool,
    opening: &Opening,
) -> Result<OpenedSession, ServiceError> {
    let minutes = match stage {
        SessionStage::SecondFactor => opening.rules.second_factor_minutes,
        SessionStage::Full => opening.rules.absolute_minutes,
    };
    let expires_at = tx.now().add_micros(i64::from(minutes) * MICROS_PER_MINUTE);
    let new = NewSession {
        token_digest: opening.token.digest(),
        account,
        client: opening.client.clone(),
        stage,
        expires_at,
    };
    Ok(OpenedSession {
        id: tx.create_session(&new).await?,
        account,
        token: opening.token.clone(),
        csrf: opening.token.csrf(),
        stage: Stage::of(stage, must_change_password),
        expires_at,
    })
}

/// Two machines that share a database may differ by so much; what lies farther ahead was written by a clock that was
/// wrong, and would outlive its limits.
const CLOCK_SKEW_MICROS: i64 = MICROS_PER_MINUTE;

/// Whether the session may be used at that moment.
pub(crate) fn is_open(session: &SessionRecord, now: Moment, rules: &AdminRules) -> bool {
    let idle = i64::from(rules.idle_minutes) * MICROS_PER_MINUTE;
    let latest = now.add_micros(CLOCK_SKEW_MICROS);
    session.ended_at.is_none()
        && session.created_at <= latest
        && session.last_used_at <= latest
        && now < session.expires_at
        && now < session.last_used_at.add_micros(idle)
}

/// 令牌对应的会话；没有、结束、过期、账号停用的为 `None`。用过的时刻随手记下，至多一分钟一次。
#[crate::boxed]
pub async fn find_session(
    services: &Services,
    token: &Token,
    request: &RequestContext,
) -> Result<Option<CurrentSession>, ServiceError> {
    let Some((session, current)) = look_up(services, token, request).await? else {
        return Ok(None);
    };
    let touched = session
        .last_used_at
        .add_micros(TOUCH_SECONDS * MICROS_PER_SECOND);
    if request.now >= touched {
        let id = session.id;
        let touch = async move |tx: &Tx| tx.touch_session(id).await;
        services
            .store
            .write(&services.context(request), touch)
            .await?;
    }
    Ok(Some(current))
}

/// 会话还在不在，不算用了它：开着的事件流以此核对，不使离开座位的人永不过期。
#[crate::boxed]
pub async fn peek_session(
    services: &Services,
    token: &Token,
    request: &RequestContext,
) -> Result<Option<CurrentSession>, ServiceError> {
    let found = look_up(services, token, request).await?;
    Ok(found.map(|(_, current)| current))
}

async fn look_up(
    services: &Services,
    token: &Token,
    request: &RequestContext,
) -> Result<Option<(SessionRecord, CurrentSession)>, ServiceError> {
    let (token, rules) = (token.clone(), *services.rules());
    let (now, today) = (request.now, request.today());
    let look_up = async move |read: &Read| look_up_in(read, &token, &rules, now, today).await;
    services.store.read_whole(look_up).await
}

async fn look_up_in(
    read: &Read,
    token: &Token,
    rules: &AdminRules,
    now: Moment,
    today: Date,
) -> Result<Option<(SessionRecord, CurrentSession)>, ServiceError> {
    let digest = token.digest();
    let (found, account) = tokio::try_join!(
        biased;
        read.find_session(&digest),
        read.find_account_of_session(&digest),
    )?;
    let Some(session) = found.filter(|it| is_open(it, now, rules)) else {
        return Ok(None);
    };
    let Some(account) = account.filter(|it| it.disabled_at.is_none()) else {
        return Ok(None);
    };
    let stage = Stage::of(session.stage, account.must_change_password);
    let actor = match stage {
        Stage::Full => load_actor(read, &account, today).await?,
        Stage::SecondFactor | Stage::ChangePassword => Actor::anonymous(),
    };
    let current = CurrentSession {
        id: session.id,
        account: account.id,
        login: account.login,
        name: account.name,
        csrf: token.csrf(),
        stage,
        actor,
        expires_at: session.expires_at,
    };
    Ok(Some((session, current)))
}

/// 退出：结束本会话。
#[crate::boxed]
pub async fn sign_out(
    services: &Services,
    request: &RequestContext,
    session: &CurrentSession,
) -> Result<(), ServiceError> {
    let (id, account) = (session.id, session.account);
    let work = async move |tx: &Tx| {
        let account = locked(tx, account).await?;
        tx.end_session(id).await?;
        let subject = Subject::new(&resource(&account)?, id);
        Ok::<_, Stop>(Done::new((), subject, json!({})))
    };
    perform(services, request, Act::SignOut, work).await
}

/// 使一个账号的会话全部下线，`except` 除外：本人“在别处退出”，或安全保密管理员强制下线。返回几个。
#[crate::boxed]
pub async fn revoke_sessions(
    services: &Services,
    request: &RequestContext,
    account: AccountKey,
    except: Option<SessionKey>,
) -> Result<u64, ServiceError> {
    let request_of_closure = request.clone();
    let work = async move |tx: &Tx| {
        let record = locked(tx, account).await?;
        let resource = resource(&record)?;
        authorise(&request_of_closure, Action::Revoke, &resource, account)?;
        require_reason_for_others(&request_of_closure, account)?;
        let ended = tx.end_sessions(account, except).await?;
        let subject = Subject::new(&resource, account);
        Ok(Done::new(
            ended,
            subject,
            json!({ "ended_sessions": ended }),
        ))
    };
    perform(services, request, Act::RevokeSessions, work).await
}

/// 使一个会话下线。
#[crate::boxed]
pub async fn revoke_session(
    services: &Services,
    request: &RequestContext,
    id: SessionKey,
) -> Result<(), ServiceError> {
    let request_of_closure = request.clone();
    let work = async move |tx: &Tx| {
        let session = tx.find_session_by_id(id).await?;
        let session = session.ok_or(ServiceError::NotFound)?;
        let record = locked(tx, session.account).await?;
        let resource = resource(&record)?;
        authorise(&request_of_closure, Action::Revoke, &resource, id)?;
        require_reason_for_others(&request_of_closure, session.account)?;
        tx.end_session(id).await?;
        Ok(Done::new((), Subject::new(&resource, id), json!({})))
    };
    perform(services, request, Act::RevokeSessions, work).await
}

/// Signing out elsewhere is one's own business; ending the sessions of others is not.
fn require_reason_for_others(
    request: &RequestContext,
    account: AccountKey,
) -> Result<(), ServiceError> {
    match request.account == Some(account) {
        true => Ok(()),
        false => require_reason(request),
    }
}

/// The session as an object of the policy: it lies where its account lies.
pub(crate) fn resource(account: &AccountRecord) -> Result<Resource, ServiceError> {
    Ok(Resource {
        owner: Some(person(account.id)?),
        ..Resource::new(ResourceKind::Session, account.reach.clone())
    })
}
