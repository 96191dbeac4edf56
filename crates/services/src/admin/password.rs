//! 口令：本人改口令；生成的口令。

use mingjing_kernel::date::Timestamp;
use mingjing_kernel::sensitive::Sensitive;
use mingjing_policy::password::{PasswordFlaw, check_password};
use mingjing_store::account::{AccountKey, AccountRecord, PasswordHash};
use mingjing_store::context::Rng;
use mingjing_store::tx::Tx;
use serde_json::json;

use crate::admin::account::{locked, resource};
use crate::admin::session::{CurrentSession, OpenedSession, Opening, open};
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, FieldError, Pointer, ServiceError};
use crate::perform::{Act, Done, Stop, Subject, perform_afresh};
use mingjing_store::session::SessionStage;

/// Letters and digits that nobody mistakes for others when a slip of paper is typed in.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyzABCDEFGH2";
/// Twenty of thirty-two: 100 bits.
const GENERATED_CHARS: usize = 20;

/// 改口令。
#[derive(Debug, Clone)]
pub struct ChangePassword {
    /// 现在的口令。
    pub current: Sensitive<String>,
    /// 新的口令。
    pub new: Sensitive<String>,
    /// 从哪里来。
    pub client: String,
}

/// 改口令：别处的会话全部下线，本会话换新的令牌。`None` 是现在的口令不对（计入锁定）。
#[crate::boxed]
pub async fn change_password(
    services: &Services,
    request: &RequestContext,
    session: &CurrentSession,
    command: ChangePassword,
) -> Result<Option<OpenedSession>, ServiceError> {
    if session.stage == crate::admin::session::Stage::SecondFactor {
        return Err(ServiceError::Forbidden);
    }
    let id = session.account;
    let now = request.now.timestamp();
    let (account, hash) = weigh(services, id, &command, now).await?;
    let rules = *services.rules();
    let opening = Opening::new(services, request, &command.client);
    let ending = session.id;
    let work = async move |tx: &Tx| {
        let found = locked(tx, id).await?;
        let subject = Subject::new(&resource(&found)?, id);
        let Some(hash) = &hash else {
            let lockout = found.lockout.after_failure(now, &rules.lockout);
            tx.set_lockout(id, &lockout).await?;
            return Ok(Done {
                is_allowed: false,
                ..Done::new(None, subject, json!({ "because": "wrong_password" }))
            });
        };
        if found.version != account.version || found.disabled_at.is_some() {
            return Err(ServiceError::Conflict {
                expected: account.version,
                found: found.version,
            }
            .into());
        }
        tx.set_password(id, hash, false).await?;
        tx.end_session(ending).await?;
        let ended = tx.end_sessions(id, None).await?;
        let opened = open(tx, id, SessionStage::Full, false, &opening).await?;
        let detail = json!({ "ended_sessions": ended });
        Ok::<_, Stop>(Done::new(Some(opened), subject, detail))
    };
    perform_afresh(services, request, Act::ChangePassword, work).await
}

/// The hash of the new password, if the current one is right; what is wrong with the new one is an error.
async fn weigh(
    services: &Services,
    id: AccountKey,
    command: &ChangePassword,
    now: Timestamp,
) -> Result<(AccountRecord, Option<PasswordHash>), ServiceError> {
    let remembered = services.rules().passwords_remembered;
    let read = services.store.reader().await?;
    let account = read.find_account(id).await?;
    let account = account.ok_or(ServiceError::NotFound)?;
    let mut hashes = vec![read.get_password_hash(id).await?];
    let former = u32::from(remembered.saturating_sub(1));
    hashes.extend(read.list_former_passwords(id, former).await?);
    drop(read);
    let hasher = services.passwords();
    let is_right =
        !account.lockout.is_locked(now) && hasher.verify(&command.current, hashes.first()).await?;
    if !is_right {
        return Ok((account, None));
    }
    let about = [account.login.as_str(), account.name.as_str()];
    let new = command.new.reveal("核对新口令的规定");
    if let Err(flaws) = check_password(new, &about, &services.rules().password) {
        return Err(ServiceError::Invalid(flaws.iter().map(flaw).collect()));
    }
    for hash in &hashes {
        if hasher.verify(&command.new, Some(hash)).await? {
            return Err(ServiceError::Invalid(vec![used_before(remembered)]));
        }
    }
    let hash = hasher.hash(&command.new, services.rng()).await?;
    Ok((account, Some(hash)))
}

fn flaw(flaw: &PasswordFlaw) -> FieldError {
    let pointer = Pointer::body().member("new");
    FieldError::new(pointer, FieldCode::NotAllowed, flaw.to_string())
}

fn used_before(remembered: u8) -> FieldError {
    FieldError::new(
        Pointer::body().member("new"),
        FieldCode::NotAllowed,
        format!("最近 {remembered} 个口令不能再用，请换一个"),
    )
}

/// A password that nobody chose.
pub(crate) fn generate_password(rng: &dyn Rng) -> Sensitive<String> {
    let mut bytes = [0; GENERATED_CHARS];
    rng.fill(&mut bytes);
    let letters = bytes
        .iter()
        .map(|b| char::from(ALPHABET[usize::from(b & 31)]));
    Sensitive::new(letters.collect())
}
