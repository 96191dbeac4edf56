//! 凭据：行为人凭哪一项授权或委托，在哪一片范围内可以做。判断与筛选都由它得出，因此不会不一致。

use mingjing_kernel::date::Date;

use crate::actor::Actor;
use crate::delegation::Delegation;
use crate::grant::{AccountId, Grant, holding};
use crate::org::OrgPath;
use crate::permission::{Action, ResourceKind};
use crate::role::{Role, RoleClass};
use crate::scope::{Area, Release};
use crate::table::{Guard, Reach, Row, find_row};

/// What the claim rests on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Basis<'a> {
    Implicit(Role),
    Grant(&'a Grant),
    Delegation(&'a Delegation, &'a Grant),
}

/// One way in: a basis and the area that it opens.
#[derive(Debug, Clone)]
pub(crate) struct Claim<'a> {
    pub(crate) basis: Basis<'a>,
    pub(crate) area: Area,
}

/// All ways in, and the conflict of grants that closed the others.
#[derive(Debug, Default)]
pub(crate) struct Claims<'a> {
    pub(crate) list: Vec<Claim<'a>>,
    pub(crate) conflict: Option<(Role, Role)>,
}

pub(crate) fn claims(actor: &Actor, action: Action, kind: ResourceKind, on: Date) -> Claims<'_> {
    let mut found = Claims::default();
    let Some(row) = find_row(kind, action) else {
        return found;
    };
    let gather = Gather { actor, row };
    gather.implicit(&mut found.list);
    let Some(account) = &actor.account else {
        return found;
    };
    let own = match holding(&actor.grants, on) {
        Ok(own) => own,
        Err(conflict) => {
            found.conflict = Some(conflict);
            return found;
        }
    };
    for &grant in &own {
        let areas = gather.areas(grant, account);
        found.list.extend(areas.into_iter().map(|area| Claim {
            basis: Basis::Grant(grant),
            area,
        }));
    }
    // An administrator or a system account never acts for somebody else: it would read what it only keeps running.
    let stands_alone =
        |grant: &Grant| matches!(grant.role.class(), RoleClass::Admin | RoleClass::Service);
    if !own.iter().any(|grant| stands_alone(grant)) {
        gather.delegated(account, on, &mut found.list);
    }
    found
}

struct Gather<'a> {
    actor: &'a Actor,
    row: &'static Row,
}

impl<'a> Gather<'a> {
    fn implicit(&self, list: &mut Vec<Claim<'a>>) {
        let account = self.actor.account.as_ref();
        let roles = [(Role::Public, None), (Role::Member, account)];
        for (role, related_to) in roles {
            let is_held = role == Role::Public || account.is_some();
            let Some(reach) = self.row.reach_of(role).filter(|_| is_held) else {
                continue;
            };
            let area = Area {
                related_to: related_to.filter(|_| reach == Reach::Own).cloned(),
                is_published_only: reach == Reach::Published,
                ..self.plain(OrgPath::root(), reach)
            };
            // What rests on no grant is public, or one's own: nothing else can be said in the table.
            let is_bounded = match reach {
                Reach::Published | Reach::All => true,
                Reach::Own => area.related_to.is_some(),
                Reach::OwnOrUnit
                | Reach::Unit
                | Reach::Body
                | Reach::Supervised
                | Reach::Division
                | Reach::Line
                | Reach::Town
                | Reach::Granted => false,
            };
            if is_bounded {
                let basis = Basis::Implicit(role);
                list.push(Claim { basis, area });
            }
        }
    }

    fn delegated(&self, receiver: &AccountId, on: Date, list: &mut Vec<Claim<'a>>) {
        for received in &self.actor.delegations {
            let delegation = &received.delegation;
            for grant in received.holding(receiver, on) {
                let areas = self.areas(grant, &delegation.from);
                let narrowed = areas.into_iter().filter_map(|area| {
                    let within = narrower(&area.within, &delegation.org)?;
                    let release = without_releases(area.release)?;
                    Some(Area {
                        within,
                        release,
                        ..area
                    })
                });
                list.extend(narrowed.map(|area| Claim {
                    basis: Basis::Delegation(delegation, grant),
                    area,
                }));
            }
        }
    }

    /// What the cell of the role opens, when the grant stands for that person.
    fn areas(&self, grant: &Grant, person: &AccountId) -> Vec<Area> {
        let Some(reach) = self.row.reach_of(grant.role) else {
            return Vec::new();
        };
        let within = |org: OrgPath| Area {
            line: grant.line.clone(),
            ..self.plain(org, reach)
        };
        let own = |org: OrgPath| Area {
            related_to: Some(person.clone()),
            ..within(org)
        };
        let body = grant.org.body();
        match reach {
            Reach::Published => vec![Area {
                is_published_only: true,
                ..within(OrgPath::root())
            }],
            Reach::Own => body.map(own).into_iter().collect(),
            Reach::OwnOrUnit => {
                let Some(body) = body else {
                    return Vec::new();
                };
                let is_open = self.actor.opening_bodies.contains(&body);
                let unit = is_open.then(|| within(grant.org.clone()));
                std::iter::once(own(body)).chain(unit).collect()
            }
            Reach::Unit => body
                .map(|_| within(grant.org.clone()))
                .into_iter()
                .collect(),
            Reach::Body => body.map(within).into_iter().collect(),
            Reach::Supervised => {
                let as_supervised = |org: OrgPath| Area {
                    as_supervised: true,
                    ..within(org)
                };
                body.map(as_supervised).into_iter().collect()
            }
            Reach::Division => vec![within(grant.org.division())],
            Reach::Line => {
                let has_line = grant.line.is_some();
                has_line
                    .then(|| within(grant.org.division()))
                    .into_iter()
                    .collect()
            }
            Reach::Town => {
                let is_town = grant.org.is_in_town();
                is_town
                    .then(|| within(grant.org.division()))
                    .into_iter()
                    .collect()
            }
            Reach::Granted => vec![within(grant.org.clone())],
            Reach::All => vec![within(OrgPath::root())],
        }
    }

    fn plain(&self, within: OrgPath, reach: Reach) -> Area {
        Area {
            within,
            line: None,
            related_to: None,
            as_supervised: false,
            is_published_only: false,
            release: self.release(reach),
        }
    }

    /// Titles are listed; content marked as restricted stays inside the body; a reporter's identity is never had by role.
    fn release(&self, reach: Reach) -> Release {
        if self.row.guard == Guard::Released {
            Release::Always
        } else if self.row.action == Action::List
            || !self.row.kind.holds_case_content()
            || reach.is_inside_body()
        {
            Release::Never
        } else {
            Release::ForRestricted
        }
    }
}

/// A release is given to a person: what the delegator had by release, or the receiver has, is no part of a delegation.
fn without_releases(release: Release) -> Option<Release> {
    match release {
        Release::Never => Some(Release::Never),
        Release::ForRestricted | Release::OrdinaryOnly => Some(Release::OrdinaryOnly),
        Release::Always => None,
    }
}

/// The lower of two organisations of which one is above the other; otherwise they have nothing in common.
fn narrower(one: &OrgPath, other: &OrgPath) -> Option<OrgPath> {
    if one.contains(other) {
        Some(other.clone())
    } else {
        other.contains(one).then(|| one.clone())
    }
}
