//! 行为人：由账号得出它此刻的授权、收到的委托；证件失效、人已离岗的，业务授权不起作用（R-254）。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_policy::actor::Actor;
use mingjing_policy::delegation::ReceivedDelegation;
use mingjing_policy::grant::{AccountId, Grant};
use mingjing_policy::org::OrgPath;
use mingjing_policy::role::{Role, RoleClass};
use mingjing_store::account::{AccountKey, AccountRecord};
use mingjing_store::officer::OfficerState;
use mingjing_store::tx::Read;

use crate::error::ServiceError;

/// The state of a card, as the lawbook codes it (`card_state`), that lets its holder enforce.
const CARD_VALID: &str = "valid";

/// An account as the policy names it.
pub(crate) fn person(account: AccountKey) -> Result<AccountId, ServiceError> {
    AccountId::parse(&account.to_string()).map_err(ServiceError::internal)
}

/// 这个账号在这一天的行为人；停用了的谁也不是。
#[crate::boxed]
pub async fn load_actor(
    read: &Read,
    account: &AccountRecord,
    on: Date,
) -> Result<Actor, ServiceError> {
    if account.disabled_at.is_some() {
        return Ok(Actor::anonymous());
    }
    let received = async {
        let received = read.list_received_delegations(account.id).await;
        received.map_err(ServiceError::from)
    };
    let (grants, mut other_accounts, received) = tokio::try_join!(
        biased;
        effective_grants(read, account, on),
        others_of(read, account),
        received,
    )?;
    let mut delegations = Vec::new();
    for record in received {
        if !record.delegation.term.holds_on(on) {
            continue;
        }
        let delegator = read.find_account(record.from).await?;
        let Some(delegator) = delegator.filter(|it| it.disabled_at.is_none()) else {
            continue;
        };
        other_accounts.extend(others_of(read, &delegator).await?);
        delegations.push(ReceivedDelegation {
            delegation: record.delegation,
            delegator_grants: effective_grants(read, &delegator, on).await?,
        });
    }
    let delegated = delegations.iter().flat_map(|it| &it.delegator_grants);
    let bodies = grants.iter().chain(delegated).filter_map(|g| g.org.body());
    let mut bodies: Vec<OrgPath> = bodies.collect();
    bodies.sort();
    bodies.dedup();
    Ok(Actor {
        account: Some(person(account.id)?),
        opening_bodies: read.list_opening_bodies(&bodies, on).await?,
        grants,
        delegations,
        other_accounts,
    })
}

/// The other accounts of the same officer, those that are disabled, too: what was done with them was done by him.
async fn others_of(
    read: &Read,
    account: &AccountRecord,
) -> Result<Vec<(AccountId, AccountId)>, ServiceError> {
    let Some(officer) = account.officer else {
        return Ok(Vec::new());
    };
    let all = read.list_accounts_of(officer).await?.into_iter();
    let others = all.filter(|other| other.id != account.id);
    others
        .map(|other| Ok((person(account.id)?, person(other.id)?)))
        .collect()
}

/// The grants that are not revoked, less those that the standing of the officer takes away on the day.
async fn effective_grants(
    read: &Read,
    account: &AccountRecord,
    on: Date,
) -> Result<Vec<Grant>, ServiceError> {
    let grants = async {
        let grants = read.list_grants(account.id).await;
        grants.map_err(ServiceError::from)
    };
    let standing = async {
        match account.officer {
            Some(officer) => standing(read, officer, on).await.map(Some),
            None => Ok(None),
        }
    };
    let (grants, standing) = tokio::try_join!(biased; grants, standing)?;
    let grants = grants.into_iter().map(|record| record.grant);
    Ok(grants
        .filter(|grant| standing.is_none_or(|standing| standing.keeps(grant.role)))
        .collect())
}

/// 一位执法人员在这一天能不能凭证件办事。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// 在岗，证件有效。
    Good,
    /// 在岗，从来没有证件：可以做不须证件的业务，不能执法。
    NoCard,
    /// 在岗，有过证件，当日没有一个有效：过期、暂扣、注销、未通过年审。
    CardNotValid,
    /// 不在岗。
    Left,
}

impl Standing {
    /// 这一角色的授权还算不算。
    const fn keeps(self, role: Role) -> bool {
        let is_business = matches!(role.class(), RoleClass::Business);
        match self {
            Standing::Good => true,
            Standing::NoCard => !matches!(role, Role::Officer | Role::LeadOfficer),
            Standing::CardNotValid | Standing::Left => !is_business,
        }
    }
}

/// 查登记簿得出。
pub(crate) async fn standing(
    read: &Read,
    officer: Id<kind::Officer>,
    on: Date,
) -> Result<Standing, ServiceError> {
    let whos = officer.to_string();
    let whos = [whos.as_str()];
    let (row, cards) = tokio::try_join!(
        biased;
        read.find_officer(officer, on),
        read.list_cards_of(&whos),
    )?;
    if row.is_none_or(|row| row.state != OfficerState::Active) {
        return Ok(Standing::Left);
    }
    let begun: Vec<_> = cards.iter().filter(|card| card.span.from <= on).collect();
    let is_valid = begun
        .iter()
        .any(|card| card.state == CARD_VALID && card.span.until.is_none_or(|until| on < until));
    Ok(match (begun.is_empty(), is_valid) {
        (true, _) => Standing::NoCard,
        (false, true) => Standing::Good,
        (false, false) => Standing::CardNotValid,
    })
}
