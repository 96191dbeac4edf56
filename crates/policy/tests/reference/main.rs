//! 随机的机构树、账号、授权、委托与对象：判断与范围同签字的权限表所说的一致，几条总则处处成立。

mod definition;
mod signed_page;
mod world;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use mingjing_policy::actor::Actor;
use mingjing_policy::decision::{Because, Decision, decide};
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_policy::role::Role;
use mingjing_policy::scope::scope;
use mingjing_policy::table::{Guard, find_row};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use signed_page::SignedPage;
use world::day;

static PAGE: LazyLock<SignedPage> = LazyLock::new(signed_page::load);

/// What is not public, belongs to a place and is no secret of one copy a platform.
const LOCAL: [ResourceKind; 13] = [
    ResourceKind::Case,
    ResourceKind::Finding,
    ResourceKind::Supervision,
    ResourceKind::Complaint,
    ResourceKind::Personnel,
    ResourceKind::Card,
    ResourceKind::Import,
    ResourceKind::LogProof,
    ResourceKind::Erasure,
    ResourceKind::Disclosure,
    ResourceKind::Account,
    ResourceKind::Session,
    ResourceKind::Job,
];

const ADMINISTRATORS: [Role; 3] = [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin];
const BUSINESS: [Role; 3] = [Role::AuthorityHead, Role::SupervisorLead, Role::UnitHead];

fn today() -> mingjing_kernel::date::Date {
    day(10)
}

fn local_permission() -> impl Strategy<Value = (ResourceKind, Action)> {
    world::permission().prop_filter("本地的", |(kind, _)| LOCAL.contains(kind))
}

/// Nothing that is one's own by account, nothing public.
fn foreign(mut resource: Resource) -> Resource {
    resource.owner = None;
    resource.is_published = false;
    resource
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn decisions_are_what_the_signed_page_says((actor, action, resource) in world::question()) {
        let found = decide(&actor, action, &resource, today());
        let expected = definition::is_allowed(&PAGE, &actor, action, &resource, today());
        prop_assert_eq!(found.allowed, expected, "{:?}", found.because);
        let expected = definition::is_visible(&PAGE, &actor, action, &resource, today());
        prop_assert_eq!(found.visible, expected, "{:?}", found.because);
    }

    #[test]
    fn a_list_holds_exactly_what_single_looks_allow((actor, action, resource) in world::question()) {
        let hangs_on_the_object = find_row(resource.kind, action)
            .is_some_and(|row| !matches!(row.guard, Guard::Free | Guard::Released));
        let scope = scope(&actor, action, resource.kind, today());
        let decision = decide(&actor, action, &resource, today());
        if hangs_on_the_object {
            prop_assert!(scope.contains(&resource) || !decision.allowed);
        } else {
            prop_assert_eq!(scope.contains(&resource), decision.allowed);
        }
    }

    #[test]
    fn administrators_never_reach_case_content(
        actor in world::actor(&BUSINESS),
        admin in world::grant(ADMINISTRATORS.to_vec(), world::org()),
        action in select(Action::ALL.to_vec()),
        resource in world::resource(ResourceKind::Case, world::org()),
        is_finding in any::<bool>(),
    ) {
        prop_assume!(definition::is_administrator(&admin, today()));
        let mut actor = actor;
        actor.grants.push(admin);
        let mut resource = resource;
        if is_finding {
            resource.kind = ResourceKind::Finding;
        }
        prop_assert!(!decide(&actor, action, &resource, today()).allowed);
        prop_assert!(scope(&actor, action, resource.kind, today()).is_empty());
    }

    #[test]
    fn expired_grants_give_nothing((actor, action, resource) in world::question(), ended in 0i32..=10) {
        let mut actor = actor;
        for grant in &mut actor.grants {
            grant.term.to = Some(day(ended));
        }
        for received in &mut actor.delegations {
            for grant in &mut received.delegator_grants {
                grant.term.to = Some(day(ended));
            }
        }
        let decision = decide(&actor, action, &resource, today());
        let is_implicit = matches!(decision.because, Because::Implicit(_));
        prop_assert!(!decision.allowed || is_implicit, "{:?}", decision.because);
    }

    #[test]
    fn a_delegate_gets_no_more_than_the_delegator_holds(
        (actor, action, resource) in world::question(),
    ) {
        let decision = decide(&actor, action, &resource, today());
        if let Because::Delegated { delegation, .. } = &decision.because {
            let received = actor.delegations.iter().find(|r| r.delegation == **delegation);
            let delegator = Actor {
                account: Some(delegation.from.clone()),
                grants: received.unwrap().delegator_grants.clone(),
                delegations: Vec::new(),
                opening_bodies: actor.opening_bodies.clone(),
                other_accounts: actor.other_accounts.clone(),
            };
            let himself = decide(&delegator, action, &resource, today());
            prop_assert!(himself.allowed, "{:?}", himself.because);
            let places = [Some(&resource.org), resource.supervised.as_ref()];
            let is_within = |place: &OrgPath| delegation.org.contains(place);
            prop_assert!(places.into_iter().flatten().any(is_within));
        }
    }

    #[test]
    fn a_sibling_county_is_never_seen_nor_touched(
        grants in vec(world::grant(Role::ALL.to_vec(), world::org_below("330212")), 1..4),
        account in world::account(),
        (kind, action) in local_permission(),
        org in world::org_below("330213"),
    ) {
        check_out_of_sight(Actor::signed_in(account, grants), action, kind, org)?;
    }

    #[test]
    fn nobody_looks_upwards(
        grants in vec(world::grant(Role::ALL.to_vec(), world::org_below("330212")), 1..4),
        account in world::account(),
        (kind, action) in local_permission(),
        above in select(vec!["/", "/330000/", "/330000/330200/", "/330000/330200/b-1/", "/330000/b-1/u-1/"]),
    ) {
        let org = above.parse().unwrap();
        check_out_of_sight(Actor::signed_in(account, grants), action, kind, org)?;
    }

    #[test]
    fn anonymous_callers_get_what_is_public_and_nothing_else(
        (kind, action) in local_permission(),
        resource in world::resource(ResourceKind::Case, world::org()),
    ) {
        let resource = Resource { kind, ..foreign(resource) };
        let decision = decide(&Actor::anonymous(), action, &resource, today());
        prop_assert!(!decision.allowed && !decision.visible, "{:?}", decision.because);
    }
}

fn check_out_of_sight(
    actor: Actor,
    action: Action,
    kind: ResourceKind,
    org: OrgPath,
) -> Result<(), TestCaseError> {
    let mut resource = Resource::new(kind, org);
    resource.released_to.extend(actor.account.clone());
    // Even with his name on it by mistake; only his own account and sessions are his wherever they stand.
    if !matches!(kind, ResourceKind::Account | ResourceKind::Session) {
        resource.handlers.extend(actor.account.clone());
    }
    let decision = decide(&actor, action, &resource, today());
    prop_assert!(!decision.allowed && !decision.visible, "{:?}", decision);
    Ok(())
}

#[test]
fn the_random_worlds_reach_every_kind_of_answer() {
    let mut runner = TestRunner::deterministic();
    let strategy = world::question();
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for _ in 0..20_000 {
        let tree = strategy.new_tree(&mut runner).unwrap();
        let (actor, action, resource) = tree.current();
        let answer = decide(&actor, action, &resource, today());
        *seen.entry(name(&answer)).or_default() += 1;
    }
    for (answer, least) in [
        ("implicit", 500),
        ("granted", 500),
        ("delegated", 150),
        ("not offered", 500),
        ("conflict", 500),
        ("no grant", 500),
        ("out of reach", 500),
        ("not released", 40),
        ("duties conflict", 10),
        ("not requested", 1),
        ("same person", 1),
        ("own account", 5),
    ] {
        let found = seen.get(answer).copied().unwrap_or_default();
        assert!(found >= least, "{answer} 只有 {found} 次：{seen:?}");
    }
}

fn name(decision: &Decision) -> &'static str {
    match decision.because {
        Because::Implicit(_) => "implicit",
        Because::Granted(_) => "granted",
        Because::Delegated { .. } => "delegated",
        Because::NotOffered => "not offered",
        Because::GrantsConflict(..) => "conflict",
        Because::NoGrant => "no grant",
        Because::OutOfReach => "out of reach",
        Because::NotReleased => "not released",
        Because::DutiesConflict { .. } => "duties conflict",
        Because::NotRequested => "not requested",
        Because::SamePerson => "same person",
        Because::OwnAccount => "own account",
    }
}
