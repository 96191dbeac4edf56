//! 行为人：登录的账号，连同它的授权与收到的委托；没有登录的是公众。

use crate::delegation::ReceivedDelegation;
use crate::grant::{AccountId, Grant};
use crate::org::OrgPath;

/// 行为人。由会话构成；账号停用的不构成行为人。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Actor {
    /// 账号；没有登录的没有。
    pub account: Option<AccountId>,
    /// 自己的全部授权，过期的也可以在内。
    pub grants: Vec<Grant>,
    /// 收到的委托。
    pub delegations: Vec<ReceivedDelegation>,
    /// 把本机构案件开放给执法人员的主体：授权（连同委托人的授权）所在的主体中有此规定的。
    pub opening_bodies: Vec<OrgPath>,
    /// 同一人的别的账号，停用的也在内：左边是这个账号或委托人的账号，右边是同一执法人员的另一个。
    pub other_accounts: Vec<(AccountId, AccountId)>,
}

impl Actor {
    /// 没有登录的公众。
    pub fn anonymous() -> Actor {
        Actor::default()
    }

    /// 登录的账号，其余各项自行填写。
    pub fn signed_in(account: AccountId, grants: Vec<Grant>) -> Actor {
        Actor {
            account: Some(account),
            grants,
            ..Actor::default()
        }
    }
}
