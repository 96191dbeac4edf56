//! 证件与在岗影响授权（R-254）；登记簿影响要重看的案件。

use mingjing_policy::role::Role;
use mingjing_services::registry::opening::{Opening, set_opening};
use mingjing_services::registry::record::REASSESS_JOB;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::desk::{Desk, card, event, grant};

on_both_engines! {
    a_card_that_is_not_valid_makes_business_grants_inert,
    a_term_ends_by_itself_and_a_suspension_with_an_end_too,
    a_body_opens_its_cases_to_the_unit,
}

async fn a_card_that_is_not_valid_makes_business_grants_inert(db: Database) {
    let desk = Desk::open(db).await;
    let registrar = desk.registrar().await;
    let tree = desk.small_tree(&registrar).await;
    let body = &tree.body_path;
    let officer = desk.new_officer(&registrar, tree.body, Vec::new()).await;
    let grants = [grant(Role::LeadOfficer, body), grant(Role::BodyClerk, body)];
    let person = desk
        .new_person_of("officer-wu", body, &grants, Some(officer))
        .await;
    let held = async || -> Vec<Role> {
        let request = desk.by(&person).await;
        let roles = request.actor.grants.iter().map(|grant| grant.role);
        let mut roles: Vec<Role> = roles.collect();
        roles.sort();
        roles
    };
    assert_eq!(
        held().await,
        [Role::BodyClerk],
        "no card yet: no enforcement"
    );
    for event in card("11-0001", "2022-01-01", "2026-12-31") {
        desk.change(&registrar, officer.into(), event)
            .await
            .unwrap();
    }
    assert_eq!(held().await, [Role::LeadOfficer, Role::BodyClerk]);
    let suspended = event("2026-03-01", "cert_suspended", &[]);
    desk.change(&registrar, officer.into(), suspended)
        .await
        .unwrap();
    assert_eq!(held().await, []);
    let restored = event("2026-03-02", "cert_restored", &[]);
    desk.change(&registrar, officer.into(), restored)
        .await
        .unwrap();
    assert_eq!(held().await, [Role::LeadOfficer, Role::BodyClerk]);
    let left = event("2026-03-02", "officer_left", &[("reason", "transferred")]);
    desk.change(&registrar, officer.into(), left).await.unwrap();
    assert_eq!(held().await, []);
    // Whatever used the officer's facts is looked at again, once.
    let jobs = format!(
        "SELECT count(*) FROM job WHERE kind = '{REASSESS_JOB}' AND dedupe_key LIKE '%{officer}'"
    );
    assert_eq!(desk.db.raw_number(&jobs).await.unwrap(), 1);
}

async fn a_term_ends_by_itself_and_a_suspension_with_an_end_too(db: Database) {
    let desk = Desk::open(db).await;
    let registrar = desk.registrar().await;
    let tree = desk.small_tree(&registrar).await;
    let body = &tree.body_path;
    let mut events = card("11-0002", "2022-01-01", "2026-03-20");
    events.push(event(
        "2026-03-01",
        "cert_suspended",
        &[("until", "2026-03-10")],
    ));
    let officer = desk.new_officer(&registrar, tree.body, events).await;
    let grants = [grant(Role::Officer, body)];
    let person = desk
        .new_person_of("officer-wu", body, &grants, Some(officer))
        .await;
    let mut seen = Vec::new();
    for _ in 2..=22 {
        seen.push(desk.by(&person).await.actor.grants.len());
        desk.minutes_pass(24 * 60);
    }
    // March 2 to 10 suspended, 11 to 20 valid, then expired.
    let expected: Vec<usize> = [vec![0; 9], vec![1; 10], vec![0; 2]].concat();
    assert_eq!(seen, expected);
    let read = desk.db.store.reader().await.unwrap();
    let cards = read.list_cards(officer).await.unwrap();
    let states: Vec<&str> = cards.iter().map(|card| card.state.as_str()).collect();
    assert_eq!(states, ["valid", "suspended", "valid", "expired"]);
}

async fn a_body_opens_its_cases_to_the_unit(db: Database) {
    let desk = Desk::open(db).await;
    let registrar = desk.registrar().await;
    let tree = desk.small_tree(&registrar).await;
    let body = &tree.body_path;
    let person = desk
        .new_person("officer-wu", body, &[grant(Role::Officer, body)])
        .await;
    assert!(desk.by(&person).await.actor.opening_bodies.is_empty());
    let id = tree.body.try_into().unwrap();
    set_opening(&desk.services, &registrar, id, Opening::Unit)
        .await
        .unwrap();
    let open = desk.by(&person).await.actor.opening_bodies;
    assert_eq!(open, std::slice::from_ref(body));
    let own = desk.by(&person).await;
    let denied = set_opening(&desk.services, &own, id, Opening::HandlersOnly).await;
    assert!(denied.is_err());
}
