//! Random worlds: organisation trees, accounts, grants with dates, delegations, things.

use mingjing_kernel::date::Date;
use mingjing_policy::actor::Actor;
use mingjing_policy::delegation::{Delegation, ReceivedDelegation};
use mingjing_policy::grant::{AccountId, Grant, Line, Term};
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::{Resource, Secrecy};
use mingjing_policy::role::Role;
use mingjing_policy::table::{TABLE, find_row};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

// Names of which one begins like another, so that a prefix without its slash would confuse them.
const PROVINCES: [&str; 2] = ["330000", "340000"];
const CITIES: [&str; 2] = ["330200", "330201"];
const COUNTIES: [&str; 2] = ["330212", "330213"];
const TOWNS: [&str; 2] = ["330212005", "330212006"];
const BODIES: [&str; 3] = ["b-1", "b-11", "b-2"];
const UNITS: [&str; 2] = ["u-1", "u-11"];

pub(crate) fn day(number: i32) -> Date {
    Date::from_day_number(20_000 + number).expect("在 1900–2199 年之内")
}

pub(crate) fn account() -> impl Strategy<Value = AccountId> {
    select(vec!["ann", "bob", "cai"]).prop_map(|name| AccountId::parse(name).expect("合乎写法"))
}

/// A path of any depth: four levels of division, then perhaps a body, then perhaps a unit.
pub(crate) fn org() -> impl Strategy<Value = OrgPath> {
    let body = prop_oneof![1 => Just(None), 5 => select(BODIES.to_vec()).prop_map(Some)];
    (
        0usize..=4,
        [0usize..2, 0usize..2, 0usize..2, 0usize..2],
        body,
        option::of(select(UNITS.to_vec())),
    )
        .prop_map(|(depth, picks, body, unit)| {
            let levels = [PROVINCES, CITIES, COUNTIES, TOWNS];
            let mut path = String::from("/");
            for (level, pick) in levels.iter().zip(picks).take(depth) {
                path.push_str(level[pick]);
                path.push('/');
            }
            if let Some(body) = body {
                path.push_str(&format!("{body}/"));
                if let Some(unit) = unit {
                    path.push_str(&format!("{unit}/"));
                }
            }
            OrgPath::parse(&path).expect("合乎写法")
        })
}

/// Below one county: divisions of the county, its bodies, its units.
pub(crate) fn org_below(county: &'static str) -> impl Strategy<Value = OrgPath> {
    let body = option::of(select(BODIES.to_vec()));
    (
        option::of(select(TOWNS.to_vec())),
        body,
        option::of(select(UNITS.to_vec())),
    )
        .prop_map(move |(town, body, unit)| {
            let mut path = OrgPath::parse(&format!("/330000/330200/{county}/")).expect("合乎写法");
            if let Some(town) = town {
                path = path.child(town).expect("合乎写法");
            }
            if let Some(body) = body {
                path = path.child(body).expect("合乎写法");
                if let Some(unit) = unit {
                    path = path.child(unit).expect("合乎写法");
                }
            }
            path
        })
}

fn line() -> impl Strategy<Value = Line> {
    select(vec!["ecology", "market"]).prop_map(|code| Line::parse(code).expect("合乎写法"))
}

/// Around day 10, most often holding on it.
pub(crate) fn term() -> impl Strategy<Value = Term> {
    let any_term = (0i32..14, option::of(8i32..20));
    prop_oneof![2 => Just((0, None)), 1 => any_term].prop_map(|(from, to)| Term {
        from: day(from),
        to: to.map(day),
    })
}

pub(crate) fn grant(
    roles: Vec<Role>,
    org: impl Strategy<Value = OrgPath>,
) -> impl Strategy<Value = Grant> {
    let no_line = prop_oneof![2 => Just(None), 1 => line().prop_map(Some)];
    (select(roles), org, no_line, term()).prop_map(|(role, org, line, term)| Grant {
        role,
        org,
        line,
        term,
    })
}

/// Any role, and those that matter most of the time.
fn mostly(wanted: &[Role]) -> Vec<Role> {
    let copies = 4 * Role::ALL.len().div_ceil(wanted.len().max(1));
    let wanted = std::iter::repeat_n(wanted.to_vec(), copies).flatten();
    Role::ALL.into_iter().chain(wanted).collect()
}

fn received(roles: Vec<Role>) -> impl Strategy<Value = ReceivedDelegation> {
    let delegation = (
        account(),
        account(),
        vec(select(roles.clone()), 1..8),
        prop_oneof![3 => Just(OrgPath::root()), 1 => org()],
        term(),
        select(vec!["出差", "出差", "出差", " "]),
    )
        .prop_map(|(from, to, roles, org, term, reason)| Delegation {
            from,
            to,
            roles,
            org,
            term,
            reason: reason.to_owned(),
        });
    (delegation, vec(grant(roles, org()), 1..3)).prop_map(|(delegation, delegator_grants)| {
        ReceivedDelegation {
            delegation,
            delegator_grants,
        }
    })
}

/// Somebody who often holds one of the roles, by himself or for others.
pub(crate) fn actor(wanted: &[Role]) -> impl Strategy<Value = Actor> + use<> {
    let roles = mostly(wanted);
    let account = prop_oneof![1 => Just(None), 9 => account().prop_map(Some)];
    let delegations = vec((received(roles.clone()), 0u8..4), 0..3);
    let grants = vec(grant(roles, org()), 0..3);
    (account, grants, delegations, vec(org(), 0..4)).prop_map(
        |(account, grants, delegations, orgs)| {
            let delegations = delegations
                .into_iter()
                .map(|(received, luck)| aimed(received, account.as_ref().filter(|_| luck > 0)))
                .collect();
            let of_grants = grants.iter().filter_map(|g: &Grant| g.org.body());
            let opening_bodies = orgs
                .iter()
                .filter_map(OrgPath::body)
                .chain(of_grants.take(orgs.len() / 2))
                .collect();
            Actor {
                account,
                grants,
                delegations,
                opening_bodies,
                other_accounts: Vec::new(),
            }
        },
    )
}

/// A delegation addressed to that account, of what the delegator mostly has.
fn aimed(mut received: ReceivedDelegation, to: Option<&AccountId>) -> ReceivedDelegation {
    if let Some(to) = to {
        received.delegation.to = to.clone();
        let held = received.delegator_grants.iter().map(|grant| grant.role);
        received.delegation.roles.extend(held);
    }
    received
}

/// Any permission of the table, and now and then one that is not in it.
pub(crate) fn permission() -> impl Strategy<Value = (ResourceKind, Action)> {
    let listed: Vec<_> = TABLE.iter().map(|row| (row.kind, row.action)).collect();
    let odd = (
        select(ResourceKind::ALL.to_vec()),
        select(Action::ALL.to_vec()),
    );
    prop_oneof![9 => select(listed), 1 => odd]
}

pub(crate) fn resource(
    kind: ResourceKind,
    org: impl Strategy<Value = OrgPath>,
) -> impl Strategy<Value = Resource> {
    let few = || vec(account(), 0..2);
    let secrecy = select(vec![Secrecy::Ordinary, Secrecy::Restricted]);
    (
        (org, self::org(), 0u8..3),
        option::of(line()),
        (secrecy, any::<bool>()),
        option::of(account()),
        (few(), few(), few(), few(), few()),
    )
        .prop_map(move |(org, line, (secrecy, is_published), owner, people)| {
            let (org, elsewhere, pick) = org;
            // Not served yet, served on somebody, served on somebody near the actor.
            let supervised = match pick {
                0 => None,
                1 => Some(elsewhere),
                _ => Some(org.clone()),
            };
            let (handlers, reviewers, deciders, released_to, requested_by) = people;
            Resource {
                kind,
                org,
                // Only a matter has a supervised body.
                supervised: supervised.filter(|_| kind == ResourceKind::Supervision),
                line,
                secrecy,
                is_published,
                owner,
                handlers,
                reviewers,
                deciders,
                released_to,
                requested_by,
            }
        })
}

/// A question: who, what, to what. Half of the things lie at an organisation of the actor, so that much is allowed.
pub(crate) fn question() -> impl Strategy<Value = (Actor, Action, Resource)> {
    let (is_near, pick) = (any::<bool>(), any::<prop::sample::Index>());
    (permission(), is_near, pick).prop_flat_map(|((kind, action), is_near, pick)| {
        let cells = find_row(kind, action).map_or(&[][..], |row| row.cells);
        let wanted: Vec<Role> = cells.iter().map(|(role, _)| *role).collect();
        actor(&wanted).prop_flat_map(move |actor| {
            let near = places_of(&actor);
            let org = if is_near && !near.is_empty() {
                Just(near[pick.index(near.len())].clone()).boxed()
            } else {
                org().boxed()
            };
            (Just(actor), Just(action), resource(kind, org))
        })
    })
}

fn places_of(actor: &Actor) -> Vec<OrgPath> {
    let own = actor.grants.iter().map(|g| g.org.clone());
    let others = actor.delegations.iter().flat_map(|d| {
        let grants = d.delegator_grants.iter().map(|g| g.org.clone());
        grants.chain([d.delegation.org.clone()])
    });
    own.chain(others).collect()
}
