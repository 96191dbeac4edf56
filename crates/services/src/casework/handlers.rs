//! 承办账号：指定谁承办，谁就须是办得了案的人——在用的账号，自己有或受托有执法的角色。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::role::{Circle, Role};
use mingjing_store::tx::Read;

use crate::admin::grant::grants_of;
use crate::error::{FieldCode, FieldError, Pointer, ServiceError};

/// Who handles a timeline of that main procedure: those who enforce, or those who supervise; a complaint belongs to those
/// who supervise as long as no body handles it.
pub(crate) fn circle_of(lawbook: &Lawbook, procedure: Option<&str>, has_body: bool) -> Circle {
    match lawbook.is_supervision(procedure) || lawbook.is_complaint(procedure) && !has_body {
        true => Circle::Supervision,
        false => Circle::Enforcement,
    }
}

/// Whether each of them may be made a handler; who may not is told at his place.
pub(crate) async fn require_handlers(
    read: &Read,
    (handlers, circle): (&[Id<kind::Account>], Circle),
    today: Date,
    at: &Pointer,
) -> Result<(), ServiceError> {
    let mut errors = Vec::new();
    for (index, account) in handlers.iter().enumerate() {
        let mut note = |code, message: String| {
            errors.push(FieldError::new(at.clone().index(index), code, message));
        };
        let found = read.find_account(*account).await?;
        if found.is_none_or(|account| account.disabled_at.is_some()) {
            let message = "没有这个账号，或已停用；请核对承办的人";
            note(FieldCode::NoSuchTarget, message.to_owned());
            continue;
        }
        let roles = roles_of(read, *account, today).await?;
        if roles.iter().any(|role| role.circle() == circle) {
            continue;
        }
        let (wanted, does) = match circle {
            Circle::Supervision => ("监督", "不做监督；请指定监督人员"),
            Circle::Enforcement | Circle::Alone(_) => ("执法", "不办案；请指定执法人员"),
        };
        let message = match roles.first() {
            Some(role) => format!("这个账号是“{role}”，{does}"),
            None => format!("这个账号今天没有{wanted}的角色，办不了案；请先授予，或指定别人"),
        };
        note(FieldCode::NotAllowed, message);
    }
    match errors.is_empty() {
        true => Ok(()),
        false => Err(ServiceError::Invalid(errors)),
    }
}

/// What the account is today, by itself and for others.
async fn roles_of(
    read: &Read,
    account: Id<kind::Account>,
    today: Date,
) -> Result<Vec<Role>, ServiceError> {
    let grants = grants_of(read, account).await?.into_iter();
    let mut roles: Vec<Role> = grants
        .filter(|grant| grant.holds_on(today))
        .map(|grant| grant.role)
        .collect();
    let received = read.list_received_delegations(account).await?;
    let received = received.into_iter().map(|it| it.delegation);
    for delegation in received.filter(|it| it.term.holds_on(today)) {
        roles.extend(delegation.roles);
    }
    Ok(roles)
}
