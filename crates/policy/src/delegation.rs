//! 委托：请假、出差时把自己的职责暂时交给别人；受托人得到的从不多于委托人当时所有的。

use mingjing_kernel::date::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::grant::{AccountId, Grant, Term, holding};
use crate::org::OrgPath;
use crate::role::{Role, RoleClass};

/// 委托。撤回即删去或改止日，当即生效。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    /// 委托人。
    pub from: AccountId,
    /// 受托人。
    pub to: AccountId,
    /// 委托哪些角色。
    pub roles: Vec<Role>,
    /// 在哪个机构范围之内。
    pub org: OrgPath,
    /// 有效期间。
    pub term: Term,
    /// 理由。
    pub reason: String,
}

impl Delegation {
    fn is_sound(&self) -> bool {
        self.from != self.to && !self.reason.trim().is_empty() && !self.term.is_empty()
    }

    /// 这一天对这个受托人是否起作用。
    pub(crate) fn holds_for(&self, receiver: &AccountId, on: Date) -> bool {
        self.is_sound() && self.to == *receiver && self.term.holds_on(on)
    }
}

/// 收到的委托：连同委托人自己的授权，由此算出他此刻所有的。委托人的账号停用了的，不要放进来。
///
/// INVARIANT: only grants made to the delegator stand here, never what others delegated to him: there are no chains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedDelegation {
    /// 委托。
    pub delegation: Delegation,
    /// 委托人自己的全部授权。
    pub delegator_grants: Vec<Grant>,
}

impl ReceivedDelegation {
    /// The grants of the delegator that reach the receiver on that day, not yet narrowed to the delegation's organisation.
    pub(crate) fn holding(&self, receiver: &AccountId, on: Date) -> Vec<&Grant> {
        if !self.delegation.holds_for(receiver, on) {
            return Vec::new();
        }
        let held = holding(&self.delegator_grants, on).unwrap_or_default();
        held.into_iter()
            .filter(|grant| {
                grant.role.is_delegable() && self.delegation.roles.contains(&grant.role)
            })
            .collect()
    }
}

/// 委托哪里不成立。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DelegationFlaw {
    /// 委托给自己。
    #[error("不能委托给自己")]
    ToSelf,
    /// 没有理由。
    #[error("请写明委托的理由")]
    ReasonMissing,
    /// 没有角色。
    #[error("请写明委托哪些角色")]
    RolesMissing,
    /// 期间是空的。
    #[error("委托的期间一天也没有，请核对起止日期（止日当日已无效）")]
    EmptyTerm,
    /// 角色不能委托。
    #[error("“{role}”不能委托：三员与汇入账号的职责由本人担任")]
    NotDelegable {
        /// 角色。
        role: Role,
    },
    /// 委托人没有这个角色，或范围不相交。
    #[error("委托人在委托的首日没有“{role}”在 {org} 的授权")]
    NotHeld {
        /// 角色。
        role: Role,
        /// 委托的范围。
        org: OrgPath,
    },
    /// 受托人不能接受。
    #[error("受托人是“{role}”，不能接受业务职责的委托")]
    ReceiverNotEligible {
        /// 受托人的角色。
        role: Role,
    },
}

/// 核对一项新的委托；不成立的逐一说出。
pub fn check_delegation(
    delegation: &Delegation,
    delegator_grants: &[Grant],
    receiver_grants: &[Grant],
) -> Result<(), Vec<DelegationFlaw>> {
    let mut flaws = Vec::new();
    let mut note = |is_flaw: bool, flaw: DelegationFlaw| {
        if is_flaw {
            flaws.push(flaw);
        }
    };
    note(delegation.from == delegation.to, DelegationFlaw::ToSelf);
    note(
        delegation.reason.trim().is_empty(),
        DelegationFlaw::ReasonMissing,
    );
    note(delegation.roles.is_empty(), DelegationFlaw::RolesMissing);
    note(delegation.term.is_empty(), DelegationFlaw::EmptyTerm);
    let first_day = delegation.term.from;
    let held = holding(delegator_grants, first_day).unwrap_or_default();
    for &role in &delegation.roles {
        if !role.is_delegable() {
            note(true, DelegationFlaw::NotDelegable { role });
            continue;
        }
        let overlaps = |grant: &Grant| {
            let (a, b) = (&delegation.org, grant.widest());
            grant.role == role && (a.contains(&b) || b.contains(a))
        };
        let org = delegation.org.clone();
        note(
            !held.iter().any(|grant| overlaps(grant)),
            DelegationFlaw::NotHeld { role, org },
        );
    }
    let alone = receiver_grants.iter().find(|grant| {
        let stands_alone = matches!(grant.role.class(), RoleClass::Admin | RoleClass::Service);
        stands_alone && grant.term.first_common_day(&delegation.term).is_some()
    });
    if let Some(grant) = alone {
        note(
            true,
            DelegationFlaw::ReceiverNotEligible { role: grant.role },
        );
    }
    if flaws.is_empty() { Ok(()) } else { Err(flaws) }
}
