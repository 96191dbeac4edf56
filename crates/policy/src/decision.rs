//! 判断：这个行为人可否对这一件东西做这件事，凭什么，或为什么不可以。

use std::fmt;

use mingjing_kernel::date::Date;

use crate::actor::Actor;
use crate::claim::{Basis, Claim, claims};
use crate::delegation::Delegation;
use crate::grant::{AccountId, Grant};
use crate::permission::Action;
use crate::resource::Resource;
use crate::role::Role;
use crate::table::{CaseDuty, Guard, find_row};

/// 判断的结果。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// 许还是不许。
    pub allowed: bool,
    /// 可否让他知道有这件东西：不可以的，答“没有”，不答“无权”。
    pub visible: bool,
    /// 凭什么，或为什么不可以。
    pub because: Because,
}

/// 判断的理由；记入审计，拒绝时也给行为人看。
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// 许：公开的，或属于登录账号自己的，不凭授权。
    Implicit(Role),
    /// 许：凭自己的授权。
    Granted(Grant),
    /// 许：凭委托，及委托人的授权。
    Delegated {
        /// 委托。
        delegation: Box<Delegation>,
        /// 委托人的授权。
        grant: Grant,
    },
    /// 不许：对这类对象没有这种许可。
    NotOffered,
    /// 不许：同时有效的授权不能兼任，一项也不算。
    GrantsConflict(Role, Role),
    /// 不许：当日没有任何授权含有这项许可。
    NoGrant,
    /// 不许：有这项许可，但这一件不在范围之内。
    OutOfReach,
    /// 不许：密级件或举报人身份，须逐件批准。
    NotReleased,
    /// 不许：在本案已经有另一职责。
    DutiesConflict {
        /// 已有的职责。
        held: CaseDuty,
        /// 要做的职责。
        wanted: CaseDuty,
    },
    /// 不许：还没有第一步。
    NotRequested,
    /// 不许：第一步也是此人所做。
    SamePerson,
    /// 不许：对自己的账号。
    OwnAccount,
}

impl Because {
    /// 是许的理由还是不许的理由。
    pub const fn is_allowing(&self) -> bool {
        match self {
            Because::Implicit(_) | Because::Granted(_) | Because::Delegated { .. } => true,
            Because::NotOffered
            | Because::GrantsConflict(..)
            | Because::NoGrant
            | Because::OutOfReach
            | Because::NotReleased
            | Because::DutiesConflict { .. }
            | Because::NotRequested
            | Because::SamePerson
            | Because::OwnAccount => false,
        }
    }
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Because::Implicit(role) => write!(f, "{role}都可以"),
            Because::Granted(grant) => write!(f, "凭“{}”在 {} 的授权", grant.role, grant.org),
            Because::Delegated { delegation, grant } => write!(
                f,
                "凭 {} 的委托，及其“{}”在 {} 的授权",
                delegation.from, grant.role, grant.org
            ),
            Because::NotOffered => f.write_str("没有这种许可"),
            Because::GrantsConflict(first, second) => write!(
                f,
                "“{first}”与“{second}”不能由同一账号担任，授权全部不算；请安全保密管理员改正"
            ),
            Because::NoGrant => f.write_str("当日没有含此许可的授权；需要的，请安全保密管理员授予"),
            Because::OutOfReach => f.write_str("不在授权的范围之内"),
            Because::NotReleased => f.write_str("须逐件批准；请先申请调阅"),
            Because::DutiesConflict { held, wanted } => write!(
                f,
                "在本案已经{}，不能再{}：办、审、定由不同的人完成，委托也一样；请换人",
                held.in_chinese(),
                wanted.in_chinese()
            ),
            Because::NotRequested => f.write_str("还没有人申请；请先由另一人申请"),
            Because::SamePerson => f.write_str("申请与批准不能是同一人；请另一人批准"),
            Because::OwnAccount => f.write_str("不能对自己的账号做；请另一管理员做"),
        }
    }
}

/// 判断。`on` 是行为当日。
///
/// Total and pure. What nothing allows is refused; a refusal says whether the caller may know that the object exists.
pub fn decide(actor: &Actor, action: Action, resource: &Resource, on: Date) -> Decision {
    let because = judge(actor, action, resource, on);
    let allowed = because.is_allowing();
    Decision {
        allowed,
        visible: allowed || is_visible(actor, resource, on),
        because,
    }
}

fn judge(actor: &Actor, action: Action, resource: &Resource, on: Date) -> Because {
    let Some(row) = find_row(resource.kind, action) else {
        return Because::NotOffered;
    };
    let found = claims(actor, action, resource.kind, on);
    let mut refusal = match found.conflict {
        Some((first, second)) => Because::GrantsConflict(first, second),
        None if found.list.is_empty() => Because::NoGrant,
        None => Because::OutOfReach,
    };
    for claim in found.list {
        if !claim.area.reaches(resource) {
            continue;
        }
        if !claim.area.is_released(resource, actor.account.as_ref()) {
            refusal = Because::NotReleased;
            continue;
        }
        match refused_by(row.guard, actor, &claim, resource) {
            Some(because) => refusal = because,
            None => return allowing(claim.basis),
        }
    }
    refusal
}

fn allowing(basis: Basis<'_>) -> Because {
    match basis {
        Basis::Implicit(role) => Because::Implicit(role),
        Basis::Grant(grant) => Because::Granted(grant.clone()),
        Basis::Delegation(delegation, grant) => Because::Delegated {
            delegation: Box::new(delegation.clone()),
            grant: grant.clone(),
        },
    }
}

/// Titles may be known by whoever could list or read the object, restricted or not.
fn is_visible(actor: &Actor, resource: &Resource, on: Date) -> bool {
    resource.kind.is_singular()
        || [Action::List, Action::Read].into_iter().any(|action| {
            claims(actor, action, resource.kind, on)
                .list
                .iter()
                .any(|claim| claim.area.reaches(resource))
        })
}

/// The condition of the row that hangs on this one object. Whoever acts for another answers for both, and each of them
/// for whatever he did with another account.
fn refused_by(
    guard: Guard,
    actor: &Actor,
    claim: &Claim<'_>,
    resource: &Resource,
) -> Option<Because> {
    let delegator = match claim.basis {
        Basis::Delegation(delegation, _) => Some(&delegation.from),
        Basis::Implicit(_) | Basis::Grant(_) => None,
    };
    let mut persons: Vec<&AccountId> = actor.account.iter().chain(delegator).collect();
    let others = actor.other_accounts.iter();
    let others = others.filter(|(one, _)| persons.contains(&one));
    let others: Vec<&AccountId> = others.map(|(_, other)| other).collect();
    persons.extend(others);
    let is_any_of = |list: &[AccountId]| persons.iter().any(|person| list.contains(person));
    match guard {
        Guard::Free | Guard::Released => None,
        Guard::SecondPerson if resource.requested_by.is_empty() => Some(Because::NotRequested),
        Guard::SecondPerson => is_any_of(&resource.requested_by).then_some(Because::SamePerson),
        Guard::OthersAccount => is_any_of(resource.owner.as_slice()).then_some(Because::OwnAccount),
        Guard::Separated(wanted) => {
            let duties = [
                (CaseDuty::Handling, &resource.handlers),
                (CaseDuty::Reviewing, &resource.reviewers),
                (CaseDuty::Deciding, &resource.deciders),
            ];
            duties
                .into_iter()
                .find(|(held, list)| *held != wanted && is_any_of(list))
                .map(|(held, _)| Because::DutiesConflict { held, wanted })
        }
    }
}
