//! 范围：一个行为人在一类对象上可以做某事的全部范围，是一个值，由存储层变成查询条件。

use mingjing_kernel::date::Date;

use crate::actor::Actor;
use crate::claim::claims;
use crate::grant::{AccountId, Line};
use crate::org::OrgPath;
use crate::permission::{Action, ResourceKind};
use crate::resource::{Resource, Secrecy};

/// 什么时候须逐件批准。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Release {
    /// 不须。
    Never,
    /// 密级件须逐件批准。
    ForRestricted,
    /// 一律须逐件批准。
    Always,
    /// 密级件不在内，批准了也不行：批准是给本人的，不随委托。
    OrdinaryOnly,
}

/// 一片范围：各项条件同时成立。
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Area {
    /// 机构在此之下：`path LIKE within.like_pattern()`。
    pub within: OrgPath,
    /// 只限这条线；没有的不限。
    pub line: Option<Line>,
    /// 只限由这个账号承办的或属于它的；没有的不限。
    pub related_to: Option<AccountId>,
    /// 以被监督机关的身份：看被监督机关在不在此之下，而不看事项属于谁；送达之前没有。
    pub as_supervised: bool,
    /// 只限已公开的。
    pub is_published_only: bool,
    /// 须逐件批准的，看 [`Scope::account`] 是否在批准之列。
    pub release: Release,
}

impl Area {
    /// 不论批准与否，是否在这片范围之内。
    pub(crate) fn reaches(&self, resource: &Resource) -> bool {
        let is_in_line = match &self.line {
            None => true,
            Some(line) => resource.line.as_ref() == Some(line),
        };
        let is_theirs = match &self.related_to {
            None => true,
            Some(account) => resource.is_related_to(account),
        };
        let place = match self.as_supervised {
            false => Some(&resource.org),
            true => resource.supervised.as_ref(),
        };
        place.is_some_and(|place| self.within.contains(place))
            && is_in_line
            && is_theirs
            && (resource.is_published || !self.is_published_only)
    }

    /// 该批准的是否批准了。
    pub(crate) fn is_released(&self, resource: &Resource, account: Option<&AccountId>) -> bool {
        let is_ordinary = resource.secrecy == Secrecy::Ordinary;
        let has_release = account.is_some_and(|account| resource.released_to.contains(account));
        match self.release {
            Release::Never => true,
            Release::ForRestricted => is_ordinary || has_release,
            Release::Always => has_release,
            Release::OrdinaryOnly => is_ordinary,
        }
    }

    /// Whether everything in the other area is in this one too.
    fn covers(&self, other: &Area) -> bool {
        let is_no_narrower = (self.line.is_none() || self.line == other.line)
            && (self.related_to.is_none() || self.related_to == other.related_to)
            && self.as_supervised == other.as_supervised
            && (!self.is_published_only || other.is_published_only)
            && (self.release == Release::Never || self.release == other.release);
        is_no_narrower && self.within.contains(&other.within)
    }
}

/// 范围：落在任何一片之内即可；一片也没有的，什么也看不到。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// 各片范围，互不包含。
    pub areas: Vec<Area>,
    /// 行为人的账号，逐件批准的是它。
    pub account: Option<AccountId>,
}

impl Scope {
    /// 是否在范围之内；存储层的查询条件必须与它一致。
    pub fn contains(&self, resource: &Resource) -> bool {
        self.areas
            .iter()
            .any(|area| area.reaches(resource) && area.is_released(resource, self.account.as_ref()))
    }

    /// 什么也看不到；不必去查。
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty()
    }
}

/// 行为人在这一天可以对这一类对象做这件事的范围。
///
/// For actions on lists (list, read, export …). The conditions that hang on one object (separation of duties, the
/// second pair of eyes) are not in it: what changes anything asks [`crate::decision::decide`].
pub fn scope(actor: &Actor, action: Action, kind: ResourceKind, on: Date) -> Scope {
    let mut areas: Vec<Area> = Vec::new();
    for claim in claims(actor, action, kind, on).list {
        if areas.iter().any(|kept| kept.covers(&claim.area)) {
            continue;
        }
        areas.retain(|kept| !claim.area.covers(kept));
        areas.push(claim.area);
    }
    Scope {
        areas,
        account: actor.account.clone(),
    }
}
