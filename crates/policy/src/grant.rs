//! 授权：哪个账号、在哪个机构、从哪天到哪天、担任什么角色。

use std::fmt;

use mingjing_kernel::date::Date;
use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

use crate::org::OrgPath;
use crate::role::{Placement, Role};

/// A UUID with its prefix, or the name of a service account.
const CODE_LENGTH_MAX: usize = 64;

/// 代码写法不对。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("“{text}”不能作{what}：须为 1 至 64 个小写字母、数字、连字符或下划线")]
pub struct CodeFormError {
    /// 原文。
    pub text: String,
    /// 是什么的代码。
    pub what: &'static str,
}

fn checked_code(text: &str, what: &'static str) -> Result<Box<str>, CodeFormError> {
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    let is_sound = (1..=CODE_LENGTH_MAX).contains(&text.len()) && text.bytes().all(is_plain);
    if is_sound {
        Ok(text.into())
    } else {
        Err(CodeFormError {
            text: text.to_owned(),
            what,
        })
    }
}

/// 账号标识，如 `acc-0190f6c2`；不是登录名，登录名可以改。
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct AccountId(Box<str>);

impl AccountId {
    /// 校验写法。
    pub fn parse(text: &str) -> Result<AccountId, CodeFormError> {
        checked_code(text, "账号标识").map(AccountId)
    }

    /// 原文。
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// 条线：法典里领域的代码，如 `ecology`；同一业务主管部门的上下级属于一条线。
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Line(Box<str>);

impl Line {
    /// 校验写法。
    pub fn parse(text: &str) -> Result<Line, CodeFormError> {
        checked_code(text, "条线代码").map(Line)
    }

    /// 原文。
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for AccountId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        AccountId::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Line::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// 有效期间：含首日，不含止日；没有止日的一直有效。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Term {
    /// 首日。
    pub from: Date,
    /// 止日，当日已无效。
    pub to: Option<Date>,
}

impl Term {
    /// 这一天是否有效。
    pub fn holds_on(&self, on: Date) -> bool {
        self.from <= on && self.to.is_none_or(|to| on < to)
    }

    /// 一天也没有。
    pub fn is_empty(&self) -> bool {
        self.to.is_some_and(|to| to <= self.from)
    }

    /// 两段期间首个共同的一天。
    pub fn first_common_day(&self, other: &Term) -> Option<Date> {
        let from = self.from.max(other.from);
        (self.holds_on(from) && other.holds_on(from)).then_some(from)
    }
}

/// 授权。
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// 角色。
    pub role: Role,
    /// 在哪个机构担任。
    pub org: OrgPath,
    /// 只及于哪条线；没有的不限。上级业务主管部门人员必须写明。
    #[serde(default)]
    pub line: Option<Line>,
    /// 有效期间。
    pub term: Term,
}

impl Grant {
    /// 自身是否成立：角色可授予、机构合适、该写的条线写了。不成立的授权什么也不给。
    pub fn is_sound(&self) -> bool {
        self.flaw().is_none()
    }

    /// 这一天是否起作用。
    pub fn holds_on(&self, on: Date) -> bool {
        self.is_sound() && self.term.holds_on(on)
    }

    /// 这项授权至多及于哪个机构。
    pub fn widest(&self) -> OrgPath {
        match self.role {
            Role::Officer
            | Role::LeadOfficer
            | Role::UnitHead
            | Role::AuthorityHead
            | Role::LegalReviewer
            | Role::BodyClerk => self.org.body().unwrap_or_else(|| self.org.clone()),
            Role::Supervisor
            | Role::SupervisorLead
            | Role::LineSupervisor
            | Role::StreetAssistant => self.org.division(),
            Role::Public
            | Role::Member
            | Role::SocialSupervisor
            | Role::Jurist
            | Role::Importer
            | Role::SystemAdmin
            | Role::SecurityAdmin
            | Role::AuditAdmin => self.org.clone(),
        }
    }

    fn flaw(&self) -> Option<GrantFlaw> {
        let role = self.role;
        let expected = role.placement();
        if expected == Placement::Nowhere {
            Some(GrantFlaw::NotGrantable { role })
        } else if !expected.fits(&self.org) {
            Some(GrantFlaw::Misplaced {
                role,
                org: self.org.clone(),
                expected: expected.in_chinese(),
            })
        } else if role == Role::LineSupervisor && self.line.is_none() {
            Some(GrantFlaw::LineMissing { role })
        } else if self.term.is_empty() {
            Some(GrantFlaw::EmptyTerm { role })
        } else {
            None
        }
    }
}

/// 一个账号的授权哪里不成立。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GrantFlaw {
    /// 这个角色不用授予。
    #[error("“{role}”不是授予的角色，请去掉")]
    NotGrantable {
        /// 角色。
        role: Role,
    },
    /// 授错了机构。
    #[error("“{role}”应授在{expected}，不能授在 {org}")]
    Misplaced {
        /// 角色。
        role: Role,
        /// 所授的机构。
        org: OrgPath,
        /// 应授在哪里。
        expected: &'static str,
    },
    /// 没有写条线。
    #[error("“{role}”须写明条线")]
    LineMissing {
        /// 角色。
        role: Role,
    },
    /// 期间是空的。
    #[error("“{role}”的有效期间一天也没有，请核对起止日期（止日当日已无效）")]
    EmptyTerm {
        /// 角色。
        role: Role,
    },
    /// 两个角色不能由一个账号同时担任。
    #[error(
        "“{first}”与“{second}”不能由同一账号同时担任（自 {since} 起重叠）：系统、安全保密、审计三员分立，且不兼业务；请另用账号或错开期间"
    )]
    Conflict {
        /// 先列的角色。
        first: Role,
        /// 后列的角色。
        second: Role,
        /// 从哪天起重叠。
        since: Date,
    },
}

/// 核对一个账号的全部授权；不成立的逐一说出。授予角色之前调用。
pub fn check_grants(grants: &[Grant]) -> Result<(), Vec<GrantFlaw>> {
    let mut flaws: Vec<GrantFlaw> = grants.iter().filter_map(Grant::flaw).collect();
    for (at, first) in grants.iter().enumerate() {
        for second in &grants[at + 1..] {
            let since = first.term.first_common_day(&second.term);
            if let Some(since) = since
                && first.role.is_incompatible_with(second.role)
            {
                flaws.push(GrantFlaw::Conflict {
                    first: first.role,
                    second: second.role,
                    since,
                });
            }
        }
    }
    if flaws.is_empty() { Ok(()) } else { Err(flaws) }
}

/// 账号作为对象时属于哪个机构：所在机构与全部授权、所受委托的共同上级。
///
/// Not the home organisation alone: whoever may reset the password of an account may become it, so an administrator
/// must stand above everything that the account may do.
pub fn account_org(home: &OrgPath, grants: &[Grant], delegated: &[OrgPath]) -> OrgPath {
    let widest = grants.iter().map(Grant::widest);
    widest
        .chain(delegated.iter().cloned())
        .fold(home.clone(), |common, org| common.common_with(&org))
}

/// 这一天起作用的授权；其中有不能兼任的，一项也不算，说出是哪两个。
pub(crate) fn holding(grants: &[Grant], on: Date) -> Result<Vec<&Grant>, (Role, Role)> {
    let holding: Vec<&Grant> = grants.iter().filter(|grant| grant.holds_on(on)).collect();
    for (at, first) in holding.iter().enumerate() {
        for second in &holding[at + 1..] {
            if first.role.is_incompatible_with(second.role) {
                return Err((first.role, second.role));
            }
        }
    }
    Ok(holding)
}
