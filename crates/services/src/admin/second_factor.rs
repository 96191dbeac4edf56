//! 动态口令：本人设置、确认、关掉、换恢复码；密钥封存之后才落库。

use mingjing_kernel::sensitive::Sensitive;
use mingjing_policy::permission::ResourceKind;
use mingjing_policy::totp::TotpSecret;
use mingjing_store::account::AccountKey;
use mingjing_store::totp::TotpRecord;
use mingjing_store::tx::{Read, Tx};
use serde_json::json;

use crate::admin::account::{locked, resource};
use crate::admin::recovery::RecoveryCodes;
use crate::admin::seal::DataKey;
use crate::admin::session::{CurrentSession, Stage};
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::perform::{Act, Done, Stop, Subject, perform, perform_afresh};
use crate::scrub::scrub_later;

/// Shown by the authenticator beside the login.
const ISSUER: &str = "明镜";
/// RFC 4226 recommends 160 bits.
const SECRET_BYTES: usize = 20;
/// What the secret is sealed for; written into what is sealed, never to be changed.
const PURPOSE: &str = "totp";
/// Secrets of an older program that are sealed in one transaction.
const SEALED_AT_ONCE: u32 = 200;

/// 新设的密钥，只见这一次。
#[derive(Debug, Clone)]
pub struct TotpEnrolment {
    /// 手工录入用的 Base32。
    pub secret: Sensitive<String>,
    /// 扫码用的地址。
    pub uri: Sensitive<String>,
}

/// 设置动态口令：给出密钥，用它算出的口令确认之前不算数。已经确认过的，先关掉。
#[crate::boxed]
pub async fn enrol_totp(
    services: &Services,
    request: &RequestContext,
    session: &CurrentSession,
) -> Result<TotpEnrolment, ServiceError> {
    require_full(session)?;
    let mut bytes = [0; SECRET_BYTES];
    services.rng().fill(&mut bytes);
    let secret = TotpSecret::new(bytes.to_vec()).map_err(ServiceError::internal)?;
    let id = session.account;
    let sealed = seal(services, id, &bytes)?;
    bytes.fill(0);
    let work = async move |tx: &Tx| {
        let account = locked(tx, id).await?;
        let is_confirmed = tx
            .find_totp(id)
            .await?
            .is_some_and(|totp| totp.confirmed_at.is_some());
        if is_confirmed {
            let message = "已经设了动态口令；换手机的，先用现在的动态口令关掉再设";
            return Err(
                ServiceError::invalid(Pointer::body(), FieldCode::NotAllowed, message).into(),
            );
        }
        tx.put_totp(id, &sealed).await?;
        let subject = Subject::new(&resource(&account)?, id);
        Ok::<_, Stop>(Done::new((), subject, json!({})))
    };
    perform_afresh(services, request, Act::EnrolTotp, work).await?;
    let reason = "交给本人录入验证器";
    Ok(TotpEnrolment {
        secret: secret.to_base32(reason),
        uri: secret.otpauth_uri(ISSUER, &session.login, reason),
    })
}

/// 确认：输入验证器算出的口令，此后登录都要它；给出一套恢复码，只见这一次。口令不对的为 `None`（计入锁定）。
#[crate::boxed]
pub async fn confirm_totp(
    services: &Services,
    request: &RequestContext,
    session: &CurrentSession,
    code: &str,
) -> Result<Option<RecoveryCodes>, ServiceError> {
    let codes = RecoveryCodes::generate(services.rng());
    let then = Then::Put(codes.digests(session.account));
    let is_right = with_code(services, request, session, code, Act::ConfirmTotp, then).await?;
    Ok(is_right.then_some(codes))
}

/// 换一套恢复码，只见这一次，原来的都作废；须输入现在的动态口令。口令不对的为 `None`（计入锁定）。
#[crate::boxed]
pub async fn renew_recovery_codes(
    services: &Services,
    request: &RequestContext,
    session: &CurrentSession,
    code: &str,
) -> Result<Option<RecoveryCodes>, ServiceError> {
    let codes = RecoveryCodes::generate(services.rng());
    let then = Then::Put(codes.digests(session.account));
    let act = Act::RenewRecoveryCodes;
    let is_right = with_code(services, request, session, code, act, then).await?;
    Ok(is_right.then_some(codes))
}

/// 关掉：须输入现在的动态口令。口令不对的为假（计入锁定）。
#[crate::boxed]
pub async fn disable_totp(
    services: &Services,
    request: &RequestContext,
    session: &CurrentSession,
    code: &str,
) -> Result<bool, ServiceError> {
    let act = Act::DisableTotp;
    with_code(services, request, session, code, act, Then::Delete).await
}

/// What follows a right code.
enum Then {
    /// These recovery codes instead of those there were.
    Put(Vec<[u8; 32]>),
    /// No second factor any more.
    Delete,
}

async fn with_code(
    services: &Services,
    request: &RequestContext,
    session: &CurrentSession,
    code: &str,
    act: Act,
    then: Then,
) -> Result<bool, ServiceError> {
    require_full(session)?;
    let key = services.data_key()?.clone();
    let (id, code, now) = (
        session.account,
        code.trim().to_owned(),
        request.now.timestamp(),
    );
    let rules = *services.rules();
    let work = async move |tx: &Tx| {
        let account = locked(tx, id).await?;
        let subject = Subject::new(&resource(&account)?, id);
        let totp = tx.find_totp(id).await?.ok_or(ServiceError::NotFound)?;
        require_state(act, &totp)?;
        let secret = open_secret(&key, id, &totp)?;
        let is_right = match secret.verify(&code, now, Some(totp.last_step)) {
            Ok(step) if !account.lockout.is_locked(now) => tx.use_totp_step(id, step).await?,
            Ok(_) | Err(_) => false,
        };
        if !is_right {
            let lockout = account.lockout.after_failure(now, &rules.lockout);
            tx.set_lockout(id, &lockout).await?;
            let refused = Done::new(false, subject, json!({}));
            return Ok(Done {
                is_allowed: false,
                ..refused
            });
        }
        match &then {
            Then::Put(digests) => tx.put_recovery_codes(id, digests).await?,
            Then::Delete => {
                tx.delete_totp(id).await?;
            }
        }
        Ok::<_, Stop>(Done::new(true, subject, json!({})))
    };
    perform_afresh(services, request, act, work).await
}

/// Confirming is done once: afterwards it would give new codes unasked.
fn require_state(act: Act, totp: &TotpRecord) -> Result<(), ServiceError> {
    if act != Act::ConfirmTotp || totp.confirmed_at.is_none() {
        return Ok(());
    }
    let message = "已经确认过；要新的恢复码，请换一套";
    Err(ServiceError::invalid(
        Pointer::body(),
        FieldCode::NotAllowed,
        message,
    ))
}

fn seal(services: &Services, owner: AccountKey, plain: &[u8]) -> Result<Vec<u8>, ServiceError> {
    let sealed = services
        .data_key()?
        .seal(PURPOSE, &owner.to_string(), plain, services.rng());
    sealed.map_err(ServiceError::internal)
}

/// The secret, opened for the time of one request.
pub(crate) fn open_secret(
    key: &DataKey,
    owner: AccountKey,
    totp: &TotpRecord,
) -> Result<TotpSecret, ServiceError> {
    let plain = key.open(PURPOSE, &owner.to_string(), &totp.sealed);
    let plain = plain.map_err(ServiceError::internal)?;
    let bytes = plain.reveal("核对动态口令").clone();
    TotpSecret::new(bytes).map_err(ServiceError::internal)
}

/// 库里有没有封存的秘密：有的，数据密钥须是原来的那一把，不可另生成。
#[crate::boxed]
pub async fn has_sealed_secrets(services: &Services) -> Result<bool, ServiceError> {
    let any = async |read: &Read| read.any_sealed_totp().await;
    Ok(services.store.read(any).await?.is_some())
}

/// 启动时：核对数据密钥打得开已有的，把旧版程序没有封存的都封存。返回封存了几个。
#[crate::boxed]
pub async fn seal_clear_secrets(
    services: &Services,
    request: &RequestContext,
) -> Result<u64, ServiceError> {
    let key = services.data_key()?.clone();
    let any = async |read: &Read| read.any_sealed_totp().await;
    if let Some((owner, sealed)) = services.store.read(any).await? {
        let opened = key.open(PURPOSE, &owner.to_string(), &sealed);
        opened.map_err(ServiceError::internal)?;
    }
    let mut sum = 0;
    loop {
        let clear = async |read: &Read| read.list_clear_totp(SEALED_AT_ONCE).await;
        let clear = services.store.read(clear).await?;
        if clear.is_empty() {
            return Ok(sum);
        }
        let mut sealed = Vec::with_capacity(clear.len());
        for (owner, plain) in clear {
            let plain = plain.reveal("封存旧版写下的密钥");
            sealed.push((owner, seal(services, owner, plain)?));
        }
        let work = async move |tx: &Tx| {
            let mut count = 0_u64;
            for (owner, sealed) in &sealed {
                count += u64::from(tx.seal_totp(*owner, sealed).await?);
            }
            // The clear bytes are overwritten in the file, but still stand in the write-ahead log.
            scrub_later(tx).await?;
            let subject = Subject::of_platform(ResourceKind::Account);
            Ok::<_, Stop>(Done::new(count, subject, json!({ "secrets": count })))
        };
        sum += perform(services, request, Act::SealSecrets, work).await?;
    }
}

fn require_full(session: &CurrentSession) -> Result<(), ServiceError> {
    match session.stage {
        Stage::Full => Ok(()),
        Stage::SecondFactor | Stage::ChangePassword => Err(ServiceError::Forbidden),
    }
}
