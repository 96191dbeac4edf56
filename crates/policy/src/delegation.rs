//! 委托：请假、出差时把自己的职责暂时交给别人；受托人得到的从不多于委托人当时所有的。

use mingjing_kernel::date::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::grant::{AccountId, Grant, Term, holding};
use crate::org::OrgPath;
use crate::role::{Circle, Role, RoleClass};

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
    /// 受托人是别的单位的。
    #[error(
        "受托人不是本单位的，不能接受“{role}”的委托；请委托给本单位的人，或请安全保密管理员授予角色"
    )]
    ReceiverElsewhere {
        /// 委托的角色。
        role: Role,
    },
    /// 受托人做的是另一类事。
    #[error(
        "受托人是“{has}”，不能接受“{role}”的委托：执法、监督、社会监督、法规各归各的人，请委托给同类的人"
    )]
    ReceiverOfOtherKind {
        /// 委托的角色。
        role: Role,
        /// 受托人的角色。
        has: Role,
    },
}

/// 委托的两方：各有哪些授权，各是哪个单位的人。
#[derive(Debug, Clone, Copy)]
pub struct Parties<'a> {
    /// 委托人的授权。
    pub delegator_grants: &'a [Grant],
    /// 委托人所属的机构。
    pub delegator_home: &'a OrgPath,
    /// 受托人的授权。
    pub receiver_grants: &'a [Grant],
    /// 受托人所属的机构。
    pub receiver_home: &'a OrgPath,
}

impl Parties<'_> {
    /// Why the receiver cannot stand in for the role, which is held by these grants.
    fn flaw_of_receiver(
        &self,
        role: Role,
        held: &[&Grant],
        first_day: Date,
    ) -> Option<DelegationFlaw> {
        let grants = self.receiver_grants.iter();
        let does: Vec<&Grant> = grants
            .filter(|grant| grant.holds_on(first_day) && grant.role.is_delegable())
            .collect();
        let kin = || does.iter().filter(|it| it.role.circle() == role.circle());
        let works_there = kin().any(|it| {
            let place = it.widest();
            held.iter().any(|grant| grant.widest().contains(&place))
        });
        let own = |home: &OrgPath| home.body().unwrap_or_else(|| home.clone());
        let belongs_there = match role.circle() {
            Circle::Enforcement => held
                .iter()
                .any(|grant| grant.widest().contains(self.receiver_home)),
            Circle::Supervision | Circle::Alone(_) => {
                own(self.delegator_home) == own(self.receiver_home)
            }
        };
        let is_near = works_there || belongs_there;
        if !is_near {
            return Some(DelegationFlaw::ReceiverElsewhere { role });
        }
        let is_kin = does.is_empty() || kin().next().is_some();
        let has = does.first().filter(|_| !is_kin)?.role;
        Some(DelegationFlaw::ReceiverOfOtherKind { role, has })
    }
}

/// 核对一项新的委托；不成立的逐一说出。
pub fn check_delegation(
    delegation: &Delegation,
    parties: Parties<'_>,
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
    let held = holding(parties.delegator_grants, first_day).unwrap_or_default();
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
        let given: Vec<&Grant> = held.iter().copied().filter(|it| overlaps(it)).collect();
        note(given.is_empty(), DelegationFlaw::NotHeld { role, org });
        if !given.is_empty()
            && let Some(flaw) = parties.flaw_of_receiver(role, &given, first_day)
        {
            note(true, flaw);
        }
    }
    let alone = parties.receiver_grants.iter().find(|grant| {
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
