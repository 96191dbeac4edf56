//! 登记簿的变更到达案件：真的登记、真的办案、真的任务。

use mingjing_domain::event::Actor;
use mingjing_domain::timeline::Facts;
use mingjing_policy::resource::Secrecy;
use mingjing_policy::role::Role;
use mingjing_services::assessment::rebuild::verify;
use mingjing_services::casework::create_case::{CreateCase, create_case};
use mingjing_services::casework::event_input::EventInput;
use mingjing_services::casework::get_case::get_case;
use mingjing_services::casework::list_findings::list_case_findings;
use mingjing_services::casework::record_event::{RecordEvent, record_event};
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::desk::{Desk, card, day, event, grant};
use crate::jobs::work_off;

on_both_engines! {
    a_card_suspended_in_the_register_reaches_the_case_by_its_job,
}

async fn a_card_suspended_in_the_register_reaches_the_case_by_its_job(db: Database) {
    let desk = Desk::open(db).await;
    let registrar = desk.registrar().await;
    let tree = desk.small_tree(&registrar).await;
    let numbers = ["33-0001", "33-0002"];
    let mut officers = Vec::new();
    for number in numbers {
        let card = card(number, "2022-01-01", "2026-12-31");
        officers.push(desk.new_officer(&registrar, tree.body, card).await);
    }
    let grants = [grant(Role::LeadOfficer, &tree.body_path)];
    let person = desk.new_person("handler", &tree.body_path, &grants).await;
    let request = desk.by(&person).await;
    let command = CreateCase {
        number: None,
        procedure: "ordinary_penalty".to_owned(),
        body: tree.body.to_string(),
        unit: None,
        is_classified: false,
        secrecy: Secrecy::Ordinary,
        handlers: Vec::new(),
        facts: Facts::default(),
    };
    let made = create_case(&desk.services, &request, command, None).await;
    let case = made.unwrap().value.case;
    let mut scene = EventInput::new("scene_record", day("2026-02-25"));
    scene.actors = numbers
        .map(|number| Actor {
            who: number.to_owned(),
            role: "officer".to_owned(),
        })
        .to_vec();
    let command = RecordEvent {
        case,
        expected_version: 1,
        event: scene,
        confirm: Vec::new(),
        override_reason: None,
        note: None,
    };
    record_event(&desk.services, &request, command, None)
        .await
        .unwrap();
    let view = get_case(&desk.services, &request, case).await.unwrap();
    assert_eq!(view.row.department.as_deref(), Some("urban_management"));
    assert_eq!(view.row.org_path, tree.body_path.as_str());
    let officer_findings = async || {
        let findings = list_case_findings(&desk.services, &request, case).await;
        let live = findings
            .unwrap()
            .into_iter()
            .filter(|f| f.row.ended.is_none());
        let codes = live.map(|f| f.row.finding.code);
        codes
            .filter(|code| code.starts_with("OFF-"))
            .collect::<Vec<_>>()
    };
    work_off(&desk.db, &desk.services).await;
    assert_eq!(verify(&desk.services).await.unwrap().differences, []);
    let before = officer_findings().await;
    let suspended = event("2026-02-20", "cert_suspended", &[]);
    let changed = desk.change(&registrar, officers[0].into(), suspended).await;
    changed.unwrap();
    assert!(work_off(&desk.db, &desk.services).await > 0);
    let after = officer_findings().await;
    let new = after.iter().filter(|code| !before.contains(code));
    assert!(new.count() > 0, "{before:?} {after:?}");
    assert_eq!(verify(&desk.services).await.unwrap().differences, []);
}
