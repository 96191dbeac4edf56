//! 登录：口令、动态口令（或恢复码）两步；不论哪里不对，答复相同，用时相近。

use mingjing_kernel::sensitive::Sensitive;
use mingjing_policy::lockout::Lockout;
use mingjing_policy::permission::ResourceKind;
use mingjing_store::account::{AccountKey, AccountRecord};
use mingjing_store::session::SessionStage;
use mingjing_store::totp::TotpRecord;
use mingjing_store::tx::Tx;
use serde_json::json;

use crate::admin::account::locked;
use crate::admin::recovery::RecoveryCode;
use crate::admin::seal::DataKey;
use crate::admin::second_factor::open_secret;
use crate::admin::session::{OpenedSession, Opening, is_open, open, resource};
use crate::admin::token::Token;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::perform::{Act, Done, Stop, Subject, perform_afresh};

/// A longer password cannot be right and is not worth a hash of any length.
const PASSWORD_BYTES_MAX: usize = 1_024;

/// 登录。
#[derive(Debug, Clone)]
pub struct SignIn {
    /// 登录名。
    pub login: String,
    /// 口令。
    pub password: Sensitive<String>,
    /// 从哪里来：地址。
    pub client: String,
    /// 来者带着的旧会话令牌：登录成功后它就没用了。
    pub replacing: Option<Token>,
}

/// 登录的结果。
#[derive(Debug, Clone)]
pub enum SignInOutcome {
    /// 开了会话；到了哪一步看它的 `stage`。
    Opened(OpenedSession),
    /// 没有登录：[`REFUSED`]。
    Refused,
}

/// 没有登录时给人看的话：没有这个人、口令不对、锁着、停用，都是这一句。
pub const REFUSED: &str =
    "登录名或口令不对，或账号已锁定、停用；多次失败会锁定一段时间，需要时请安全保密管理员解锁";

/// 登录的第一步。
#[crate::boxed]
pub async fn sign_in(
    services: &Services,
    request: &RequestContext,
    command: SignIn,
) -> Result<SignInOutcome, ServiceError> {
    let read = services.store.reader().await?;
    let found = read.find_account_by_login(&command.login).await?;
    let stored = match &found {
        Some(account) => Some(read.get_password_hash(account.id).await?),
        None => None,
    };
    drop(read);
    let is_short = command.password.reveal("看长度").len() <= PASSWORD_BYTES_MAX;
    let password = match is_short {
        true => command.password.clone(),
        false => Sensitive::new(String::new()),
    };
    // Whoever is unknown, locked or disabled costs a hash too.
    let is_right = services
        .passwords()
        .verify(&password, stored.as_ref())
        .await?;
    let opening = Opening::new(services, request, &command.client);
    let (now, rules) = (request.now.timestamp(), *services.rules());
    let replacing = command.replacing.as_ref().map(Token::digest);
    let work = async move |tx: &Tx| {
        let Some(seen) = &found else {
            let subject = Subject::of_platform(ResourceKind::Session);
            return Ok(refused(subject, "unknown"));
        };
        let account = locked(tx, seen.id).await?;
        let subject = Subject::new(&resource(&account)?, account.id);
        if let Some(because) = barred(&account, now) {
            return Ok(refused(subject, because));
        }
        // The hash was checked before this transaction: a password changed in between is the one that counts.
        let is_current = stored.as_ref() == Some(&tx.get_password_hash(account.id).await?);
        if !is_right || !is_current {
            fail(tx, &account, now, &rules).await?;
            return Ok(refused(subject, "wrong_password"));
        }
        if let Some(digest) = &replacing
            && let Some(old) = tx.find_session(digest).await?
            && old.account == account.id
        {
            tx.end_session(old.id).await?;
        }
        let totp = tx.find_totp(account.id).await?;
        let stage = match totp.is_some_and(|totp| totp.confirmed_at.is_some()) {
            true => SessionStage::SecondFactor,
            // Failures are forgiven by a whole sign-in only: half of one must not reset the count for the other half.
            false => {
                forgive(tx, &account).await?;
                SessionStage::Full
            }
        };
        let must_change = account.must_change_password;
        let opened = open(tx, account.id, stage, must_change, &opening).await?;
        let detail = json!({ "session": opened.id.to_string() });
        let done = Done::new(SignInOutcome::Opened(opened), subject, detail);
        // Whoever was refused is not known to be the one whose name was given.
        Ok::<_, Stop>(done.by(account.id))
    };
    perform_afresh(services, request, Act::SignIn, work).await
}

/// What somebody shows who has given the right password.
enum Proof {
    Code(DataKey, String),
    Recovery(RecoveryCode),
}

/// 登录的第二步：动态口令。令牌换新的。
#[crate::boxed]
pub async fn verify_second_factor(
    services: &Services,
    request: &RequestContext,
    token: &Token,
    code: &str,
    client: &str,
) -> Result<SignInOutcome, ServiceError> {
    let proof = Proof::Code(services.data_key()?.clone(), code.trim().to_owned());
    let act = Act::VerifySecondFactor;
    second_step(services, request, token, client, act, proof).await
}

/// 登录的第二步，验证器不在手边的：一个恢复码，用过即废。令牌换新的。
#[crate::boxed]
pub async fn verify_recovery_code(
    services: &Services,
    request: &RequestContext,
    token: &Token,
    code: &str,
    client: &str,
) -> Result<SignInOutcome, ServiceError> {
    let proof = Proof::Recovery(RecoveryCode::read(code));
    second_step(
        services,
        request,
        token,
        client,
        Act::UseRecoveryCode,
        proof,
    )
    .await
}

async fn second_step(
    services: &Services,
    request: &RequestContext,
    token: &Token,
    client: &str,
    act: Act,
    proof: Proof,
) -> Result<SignInOutcome, ServiceError> {
    let opening = Opening::new(services, request, client);
    let (now, rules) = (request.now, *services.rules());
    let digest = token.digest();
    let work = async move |tx: &Tx| {
        let unknown = || refused(Subject::of_platform(ResourceKind::Session), "unknown");
        let Some(session) = tx.find_session(&digest).await? else {
            return Ok(unknown());
        };
        if session.stage != SessionStage::SecondFactor || !is_open(&session, now, &rules) {
            return Ok(unknown());
        }
        let account = locked(tx, session.account).await?;
        let subject = Subject::new(&resource(&account)?, session.id);
        if let Some(because) = barred(&account, now.timestamp()) {
            tx.end_session(session.id).await?;
            return Ok(refused(subject, because));
        }
        let Some(totp) = tx.find_totp(account.id).await? else {
            return Ok(refused(subject, "no_second_factor"));
        };
        if !is_proven(tx, account.id, &totp, &proof, now.timestamp()).await? {
            fail(tx, &account, now.timestamp(), &rules).await?;
            return Ok(refused(subject, "wrong_code"));
        }
        tx.end_session(session.id).await?;
        forgive(tx, &account).await?;
        let must_change = account.must_change_password;
        let opened = open(tx, account.id, SessionStage::Full, must_change, &opening).await?;
        let left = tx.count_recovery_codes(account.id).await?;
        let detail = json!({ "session": opened.id.to_string(), "recovery_codes_left": left });
        Ok::<_, Stop>(Done::new(SignInOutcome::Opened(opened), subject, detail))
    };
    perform_afresh(services, request, act, work).await
}

/// Whether the proof holds; what holds is used up.
async fn is_proven(
    tx: &Tx,
    account: AccountKey,
    totp: &TotpRecord,
    proof: &Proof,
    now: mingjing_kernel::date::Timestamp,
) -> Result<bool, ServiceError> {
    match proof {
        Proof::Code(key, code) => {
            let secret = open_secret(key, account, totp)?;
            match secret.verify(code, now, Some(totp.last_step)) {
                Ok(step) => Ok(tx.use_totp_step(account, step).await?),
                Err(_) => Ok(false),
            }
        }
        Proof::Recovery(code) => {
            let digest = code.digest(account);
            Ok(tx.use_recovery_code(account, &digest).await?)
        }
    }
}

fn refused(subject: Subject, because: &str) -> Done<SignInOutcome> {
    Done {
        is_allowed: false,
        ..Done::new(
            SignInOutcome::Refused,
            subject,
            json!({ "because": because }),
        )
    }
}

fn barred(account: &AccountRecord, now: mingjing_kernel::date::Timestamp) -> Option<&'static str> {
    if account.disabled_at.is_some() {
        Some("disabled")
    } else if account.lockout.is_locked(now) {
        Some("locked")
    } else {
        None
    }
}

async fn fail(
    tx: &Tx,
    account: &AccountRecord,
    now: mingjing_kernel::date::Timestamp,
    rules: &crate::admin::rules::AdminRules,
) -> Result<(), ServiceError> {
    let lockout = account.lockout.after_failure(now, &rules.lockout);
    Ok(tx.set_lockout(account.id, &lockout).await?)
}

async fn forgive(tx: &Tx, account: &AccountRecord) -> Result<(), ServiceError> {
    if account.lockout != Lockout::cleared() {
        tx.set_lockout(account.id, &Lockout::cleared()).await?;
    }
    Ok(())
}
