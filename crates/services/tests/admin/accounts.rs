//! 三员、授权、委托。

use mingjing_policy::decision::decide;
use mingjing_policy::grant::AccountId;
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_policy::role::Role;
use mingjing_policy::scope::{Scope, scope};
use mingjing_services::admin::account::{
    CreateAccount, create_account, disable_account, enable_account,
};
use mingjing_services::admin::delegation::{
    CreateDelegation, create_delegation, end_delegation, list_delegations,
};
use mingjing_services::admin::grant::{grant_role, list_grants, revoke_role};
use mingjing_services::admin::listing::list_accounts;
use mingjing_services::admin::set_up::set_up;
use mingjing_services::audit::{AuditQuery, list_audit_entries};
use mingjing_services::context::RequestContext;
use mingjing_services::error::ServiceError;
use mingjing_services::page::{PageRequest, PageSize};
use mingjing_store::account::AccountFilter;
use mingjing_store::delegation::DelegationKey;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::desk::{Desk, Person, day, grant, path, three};

on_both_engines! {
    three_administrators_are_made_once_and_each_does_his_part_only,
    roles_that_exclude_each_other_are_not_given_to_one_account,
    nobody_hands_out_more_than_he_governs,
    a_local_auditor_reads_the_trail_of_his_place,
    a_delegation_gives_no_more_than_is_held,
    a_delegation_ends_with_the_grant_the_delegator_and_its_term,
    a_unit_has_no_place_on_the_tree_yet,
    an_officer_has_one_account_and_is_one_person,
}

async fn three_administrators_are_made_once_and_each_does_his_part_only(db: Database) {
    let desk = Desk::open(db).await;
    assert_ne!(desk.system.password, desk.security.password);
    let again = set_up(&desk.services, &desk.anonymous(), three()).await;
    assert!(matches!(again, Err(ServiceError::Invalid(_))));
    let (system, security, audit) = (
        desk.by(&desk.system).await,
        desk.by(&desk.security).await,
        desk.by(&desk.audit).await,
    );
    let command = CreateAccount {
        login: "officer-wu".to_owned(),
        name: "试用人员".to_owned(),
        org: OrgPath::root(),
        officer: None,
    };
    for other in [&security, &audit] {
        let made = create_account(&desk.services, other, command.clone()).await;
        assert!(made.is_err());
    }
    let made = create_account(&desk.services, &system, command.clone())
        .await
        .unwrap();
    let twice = create_account(&desk.services, &system, command).await;
    assert!(matches!(twice, Err(ServiceError::Invalid(_))));
    let role = grant(Role::Jurist, &OrgPath::root());
    for other in [&system, &audit] {
        let given = grant_role(&desk.services, other, made.account, role.clone()).await;
        assert!(matches!(given, Err(ServiceError::Forbidden)));
    }
    grant_role(&desk.services, &security, made.account, role)
        .await
        .unwrap();
    let query = AuditQuery::default();
    for other in [&system, &security] {
        let seen = list_audit_entries(&desk.services, other, &query, &PageRequest::default()).await;
        assert!(matches!(seen, Err(ServiceError::Forbidden)));
    }
    let seen = list_audit_entries(&desk.services, &audit, &query, &PageRequest::default()).await;
    let seen = seen.unwrap().items;
    let denied = seen.iter().filter(|entry| !entry.is_allowed).count();
    assert_eq!(denied, 6, "{seen:#?}");
    // None of the three sees a case.
    for request in [&system, &security, &audit] {
        let cases = scope(
            &request.actor,
            Action::List,
            ResourceKind::Case,
            request.today(),
        );
        assert!(cases.is_empty());
    }
}

async fn roles_that_exclude_each_other_are_not_given_to_one_account(db: Database) {
    let desk = Desk::open(db).await;
    let root = OrgPath::root();
    let jurist = grant(Role::Jurist, &root);
    let person = desk.new_person("jurist-qian", &root, &[jurist]).await;
    let security = desk.by(&desk.security).await;
    for role in [Role::SystemAdmin, Role::AuditAdmin, Role::Importer] {
        let given = grant_role(
            &desk.services,
            &security,
            person.account,
            grant(role, &root),
        )
        .await;
        assert!(matches!(given, Err(ServiceError::Invalid(_))), "{role}");
    }
    let to_system = grant_role(
        &desk.services,
        &security,
        desk.system.account,
        grant(Role::AuditAdmin, &root),
    );
    assert!(matches!(to_system.await, Err(ServiceError::Invalid(_))));
    let to_himself = grant_role(
        &desk.services,
        &security,
        desk.security.account,
        grant(Role::SecurityAdmin, &root),
    );
    assert!(matches!(to_himself.await, Err(ServiceError::Forbidden)));
    // Once the first is taken back, the second may be given.
    let held = list_grants(&desk.services, &security, person.account)
        .await
        .unwrap();
    revoke_role(&desk.services, &security, held[0].id)
        .await
        .unwrap();
    let again = revoke_role(&desk.services, &security, held[0].id).await;
    assert!(matches!(again, Err(ServiceError::NotFound)));
    let role = grant(Role::AuditAdmin, &root);
    grant_role(&desk.services, &security, person.account, role)
        .await
        .unwrap();
}

async fn nobody_hands_out_more_than_he_governs(db: Database) {
    let desk = Desk::open(db).await;
    let registrar = desk.registrar().await;
    desk.small_tree(&registrar).await;
    let city = path("/330000/330200/");
    let county = path("/330000/330200/330212/");
    let local = desk
        .new_person("secadmin-yi", &city, &[grant(Role::SecurityAdmin, &city)])
        .await;
    let person = desk.new_person("officer-wu", &county, &[]).await;
    let local = desk.by(&local).await;
    let given = async |org: &OrgPath| {
        let role = grant(Role::Supervisor, org);
        grant_role(&desk.services, &local, person.account, role).await
    };
    let beyond = given(&path("/330000/")).await;
    assert!(matches!(
        beyond,
        Err(ServiceError::NotFound | ServiceError::Forbidden)
    ));
    let nowhere = given(&path("/330000/330200/330299/")).await;
    assert!(matches!(nowhere, Err(ServiceError::Invalid(_))));
    given(&county).await.unwrap();
    // Who has been given a province by others is no longer theirs to change.
    let security = desk.by(&desk.security).await;
    let high = grant(Role::SupervisorLead, &path("/330000/"));
    let high = grant_role(&desk.services, &security, person.account, high)
        .await
        .unwrap();
    assert!(matches!(given(&county).await, Err(ServiceError::NotFound)));
    let (filter, page) = (AccountFilter::default(), PageRequest::default());
    let seen = list_accounts(&desk.services, &local, &filter, &page).await;
    let seen = seen.unwrap().items;
    assert!(seen.iter().all(|account| account.id != person.account));
    revoke_role(&desk.services, &security, high).await.unwrap();
    given(&city).await.unwrap();
}

/// A body with a head of unit and two others.
struct Unit {
    body: OrgPath,
    head: Person,
    deputy: Person,
    third: Person,
}

impl Unit {
    async fn of(desk: &Desk) -> Unit {
        let registrar = desk.registrar().await;
        let body = desk.small_tree(&registrar).await.body_path;
        let head = [grant(Role::UnitHead, &body)];
        Unit {
            head: desk.new_person("head-sun", &body, &head).await,
            deputy: desk.new_person("deputy-li", &body, &[]).await,
            third: desk.new_person("third-zhou", &body, &[]).await,
            body,
        }
    }
}

async fn delegate(
    desk: &Desk,
    from: &RequestContext,
    to: &Person,
    roles: &[Role],
    org: &OrgPath,
) -> Result<DelegationKey, ServiceError> {
    let command = CreateDelegation {
        to: to.account,
        roles: roles.to_vec(),
        org: org.clone(),
        from_on: day("2026-03-02"),
        to_on: day("2026-03-20"),
        reason: "出差".to_owned(),
    };
    create_delegation(&desk.services, from, command).await
}

/// The cases that a person may list today.
async fn cases(desk: &Desk, person: &Person) -> Scope {
    let request = desk.by(person).await;
    let kind = ResourceKind::Case;
    scope(&request.actor, Action::List, kind, request.today())
}

async fn a_delegation_gives_no_more_than_is_held(db: Database) {
    let desk = Desk::open(db).await;
    let unit = Unit::of(&desk).await;
    let by_head = desk.by(&unit.head).await;
    for (roles, org) in [
        (vec![Role::AuthorityHead], unit.body.clone()),
        (vec![], unit.body.clone()),
        (vec![Role::UnitHead], path("/330000/330300/")),
    ] {
        let refused = delegate(&desk, &by_head, &unit.deputy, &roles, &org).await;
        assert!(
            matches!(refused, Err(ServiceError::Invalid(_))),
            "{roles:?}"
        );
    }
    let role = [Role::UnitHead];
    let to_admin = delegate(&desk, &by_head, &desk.system, &role, &unit.body).await;
    assert!(matches!(to_admin, Err(ServiceError::Invalid(_))));
    // Asked for the whole county, it gives the body.
    let county = path("/330000/330200/330212/");
    let given = delegate(&desk, &by_head, &unit.deputy, &role, &county).await;
    given.unwrap();
    let seen = cases(&desk, &unit.deputy).await;
    assert_eq!(seen.areas.len(), 1);
    assert_eq!(seen.areas[0].within, unit.body);
    // What was received is not passed on.
    let by_deputy = desk.by(&unit.deputy).await;
    let passed_on = delegate(&desk, &by_deputy, &unit.third, &role, &unit.body).await;
    assert!(matches!(passed_on, Err(ServiceError::Invalid(_))));
}

async fn a_delegation_ends_with_the_grant_the_delegator_and_its_term(db: Database) {
    let desk = Desk::open(db).await;
    let services = &desk.services;
    let unit = Unit::of(&desk).await;
    let (by_head, by_deputy) = (desk.by(&unit.head).await, desk.by(&unit.deputy).await);
    let role = [Role::UnitHead];
    let given = delegate(&desk, &by_head, &unit.deputy, &role, &unit.body).await;
    given.unwrap();
    let is_blind = async || cases(&desk, &unit.deputy).await.is_empty();
    assert!(!is_blind().await);
    // The grant goes, the delegation is worth nothing; a new grant brings it back.
    let security = desk.by(&desk.security).await;
    let head = unit.head.account;
    let held = list_grants(services, &security, head).await.unwrap();
    revoke_role(services, &security, held[0].id).await.unwrap();
    assert!(is_blind().await);
    let again = grant_role(services, &security, head, grant(Role::UnitHead, &unit.body));
    again.await.unwrap();
    assert!(!is_blind().await);
    // So does the delegator himself.
    let system = desk.by(&desk.system).await;
    disable_account(services, &system, head).await.unwrap();
    assert!(is_blind().await);
    enable_account(services, &system, head).await.unwrap();
    assert!(!is_blind().await);
    // Either side may end it, nobody else.
    let own = list_delegations(services, &by_deputy).await.unwrap();
    let by_third = desk.by(&unit.third).await;
    let id = own.received[0].id;
    let stranger = end_delegation(services, &by_third, id).await;
    assert!(matches!(stranger, Err(ServiceError::NotFound)));
    end_delegation(services, &by_deputy, id).await.unwrap();
    assert!(is_blind().await);
    // The last day does not count.
    let given = delegate(&desk, &by_head, &unit.deputy, &role, &unit.body).await;
    given.unwrap();
    desk.minutes_pass(17 * 24 * 60);
    assert!(!is_blind().await);
    desk.minutes_pass(24 * 60);
    assert!(is_blind().await);
}

async fn a_local_auditor_reads_the_trail_of_his_place(db: Database) {
    let desk = Desk::open(db).await;
    let registrar = desk.registrar().await;
    desk.small_tree(&registrar).await;
    let city = path("/330000/330200/");
    let auditor = grant(Role::AuditAdmin, &city);
    let auditor = desk.new_person("auditor-yi", &city, &[auditor]).await;
    desk.new_person("clerk-bing", &path("/330000/330300/"), &[])
        .await;
    let by_auditor = desk.by(&auditor).await;
    let query = AuditQuery::default();
    let mut page = PageRequest {
        size: PageSize::new(2).unwrap(),
        after: None,
    };
    let mut seen = Vec::new();
    loop {
        let found = list_audit_entries(&desk.services, &by_auditor, &query, &page).await;
        let found = found.unwrap();
        seen.extend(found.items.into_iter().map(|entry| entry.org_path));
        page.after = found.next;
        if page.after.is_none() {
            break;
        }
    }
    assert!(seen.len() >= 5, "{seen:?}");
    assert!(
        seen.iter().all(|org| org.starts_with(city.as_str())),
        "{seen:?}"
    );
}

async fn a_unit_has_no_place_on_the_tree_yet(db: Database) {
    let desk = Desk::open(db).await;
    let registrar = desk.registrar().await;
    let tree = desk.small_tree(&registrar).await;
    let unit = path(&format!("{}u-1/", tree.body_path));
    let security = desk.by(&desk.security).await;
    let person = desk.new_person("officer-wu", &tree.body_path, &[]).await;
    let given = grant(Role::Officer, &unit);
    let refused = grant_role(&desk.services, &security, person.account, given).await;
    assert!(
        matches!(refused, Err(ServiceError::Invalid(_))),
        "{refused:?}"
    );
    let held = [grant(Role::UnitHead, &tree.body_path)];
    let head = desk.new_person("officer-lu", &tree.body_path, &held).await;
    let command = CreateDelegation {
        to: person.account,
        roles: vec![Role::UnitHead],
        org: unit,
        from_on: day("2026-03-02"),
        to_on: day("2026-03-09"),
        reason: "休假".to_owned(),
    };
    let request = desk.by(&head).await;
    let refused = create_delegation(&desk.services, &request, command).await;
    assert!(
        matches!(refused, Err(ServiceError::Invalid(_))),
        "{refused:?}"
    );
}

async fn an_officer_has_one_account_and_is_one_person(db: Database) {
    let desk = Desk::open(db).await;
    let registrar = desk.registrar().await;
    let tree = desk.small_tree(&registrar).await;
    let body = &tree.body_path;
    let officer = desk.new_officer(&registrar, tree.body, Vec::new()).await;
    let first = desk.new_person_of("officer-wu", body, &[], Some(officer));
    let first = first.await;
    let services = &desk.services;
    let admin = desk.by(&desk.system).await;
    let command = CreateAccount {
        login: "officer-wu-2".to_owned(),
        name: "试用人员".to_owned(),
        org: body.clone(),
        officer: Some(officer),
    };
    let Err(ServiceError::Invalid(errors)) = create_account(services, &admin, command).await else {
        panic!("two accounts");
    };
    assert!(errors[0].message.contains("officer-wu"), "{errors:?}");
    // Somebody without an officer stands in nobody's way.
    desk.new_person("officer-lu", body, &[]).await;
    disable_account(services, &admin, first.account)
        .await
        .unwrap();
    let head = [grant(Role::AuthorityHead, body)];
    let second = desk.new_person_of("officer-wu-2", body, &head, Some(officer));
    let second = second.await;
    let enabled = enable_account(services, &admin, first.account).await;
    assert!(
        matches!(enabled, Err(ServiceError::Refused(_))),
        "{enabled:?}"
    );
    // What he asked for with the first, he does not approve with the second.
    let by = |account: &Person| AccountId::parse(&account.account.to_string()).unwrap();
    let actor = desk.by(&second).await.actor;
    assert_eq!(actor.other_accounts, [(by(&second), by(&first))]);
    let request = Resource {
        requested_by: vec![by(&first)],
        ..Resource::new(ResourceKind::Erasure, body.clone())
    };
    let today = desk.anonymous().today();
    let decision = decide(&actor, Action::Approve, &request, today);
    assert!(!decision.allowed, "{decision:?}");
    disable_account(services, &admin, second.account)
        .await
        .unwrap();
    enable_account(services, &admin, first.account)
        .await
        .unwrap();
    // Enabled as it is, it may be enabled again.
    enable_account(services, &admin, first.account)
        .await
        .unwrap();
}
