//! 动态口令：本人设置、确认、关掉。

use mingjing_kernel::sensitive::Sensitive;
use mingjing_policy::totp::TotpSecret;
use mingjing_store::tx::Tx;
use serde_json::json;

use crate::admin::account::{locked, resource};
use crate::admin::session::{CurrentSession, Stage};
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::perform::{Act, Done, Stop, Subject, perform};

/// Shown by the authenticator beside the login.
const ISSUER: &str = "明镜";
/// RFC 4226 recommends 160 bits.
const SECRET_BYTES: usize = 20;

/// 新设的密钥，只见这一次。
#[derive(Debug, Clone)]
pub struct TotpEnrolment {
    /// 手工录入用的 Base32。
    pub secret: Sensitive<String>,
    /// 扫码用的地址。
    pub uri: Sensitive<String>,
}

/// 设置动态口令：给出密钥，用它算出的口令确认之前不算数。已经确认过的，先关掉。
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
        tx.put_totp(id, &bytes).await?;
        let subject = Subject::new(&resource(&account)?, id);
        Ok::<_, Stop>(Done::new((), subject, json!({})))
    };
    perform(services, request, Act::EnrolTotp, work).await?;
    let reason = "交给本人录入验证器";
    Ok(TotpEnrolment {
        secret: secret.to_base32(reason),
        uri: secret.otpauth_uri(ISSUER, &session.login, reason),
    })
}

/// 确认：输入验证器算出的口令，此后登录都要它。口令不对的为假（计入锁定）。
pub async fn confirm_totp(
    services: &Services,
    request: &RequestContext,
    session: &CurrentSession,
    code: &str,
) -> Result<bool, ServiceError> {
    with_code(services, request, session, code, Act::ConfirmTotp).await
}

/// 关掉：须输入现在的动态口令。口令不对的为假（计入锁定）。
pub async fn disable_totp(
    services: &Services,
    request: &RequestContext,
    session: &CurrentSession,
    code: &str,
) -> Result<bool, ServiceError> {
    with_code(services, request, session, code, Act::DisableTotp).await
}

async fn with_code(
    services: &Services,
    request: &RequestContext,
    session: &CurrentSession,
    code: &str,
    act: Act,
) -> Result<bool, ServiceError> {
    require_full(session)?;
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
        let verified = totp.secret.verify(&code, now, Some(totp.last_step));
        let is_right = match verified {
            Ok(step) if !account.lockout.is_locked(now) => tx.use_totp_step(id, step).await?,
            Ok(_) | Err(_) => false,
        };
        if !is_right {
            let lockout = account.lockout.after_failure(now, &rules.lockout);
            tx.set_lockout(id, &lockout).await?;
        } else if act == Act::DisableTotp {
            tx.delete_totp(id).await?;
        }
        Ok::<_, Stop>(Done {
            is_allowed: is_right,
            ..Done::new(is_right, subject, json!({}))
        })
    };
    perform(services, request, act, work).await
}

fn require_full(session: &CurrentSession) -> Result<(), ServiceError> {
    match session.stage {
        Stage::Full => Ok(()),
        Stage::SecondFactor | Stage::ChangePassword => Err(ServiceError::Forbidden),
    }
}
