//! 登记簿：机构树的历史、并入、改代码；谁能登记；导入。

use mingjing_kernel::id::TimelineId;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_policy::org::OrgPath;
use mingjing_policy::role::Role;
use mingjing_services::assessment::rebuild::verify;
use mingjing_services::error::ServiceError;
use mingjing_services::page::{PageRequest, PageSize};
use mingjing_services::registry::import::import_divisions;
use mingjing_services::registry::listing::{get_organisation, predecessors_on, tree_on};
use mingjing_services::registry::record::{RegistryEvent, record_registry_event};
use mingjing_services::registry::tree::supervising_divisions;
use mingjing_store::org_node::{OrgFilter, OrgKind, OrgNode};
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::desk::{Desk, day, event, grant, path};

on_both_engines! {
    the_tree_of_a_past_day_is_the_tree_of_that_day,
    what_was_merged_lies_below_its_successor_from_that_day,
    a_body_that_took_over_another_says_so_from_that_day,
    grants_follow_a_body_whose_path_changes,
    only_who_governs_a_place_registers_there_and_moves_things_in,
    a_code_goes_on_meaning_the_division_others_were_registered_under,
    an_act_out_of_turn_is_refused_and_a_stale_version_too,
    a_list_of_divisions_is_imported_row_by_row_and_once,
}

/// Paths and names of the day, page by page.
async fn tree(desk: &Desk, on: &str) -> Vec<(String, String)> {
    let request = desk.by(&desk.audit).await;
    let mut page = PageRequest {
        size: PageSize::new(2).unwrap(),
        after: None,
    };
    let mut all = Vec::new();
    loop {
        let filter = OrgFilter::default();
        let found = tree_on(&desk.services, &request, day(on), &filter, &page)
            .await
            .unwrap();
        all.extend(
            found
                .items
                .into_iter()
                .map(|it| (it.path.to_string(), it.name)),
        );
        page.after = found.next;
        if page.after.is_none() {
            return all;
        }
    }
}

fn body_segment(id: TimelineId) -> String {
    format!("b-{:032x}", id.bits())
}

async fn the_tree_of_a_past_day_is_the_tree_of_that_day(db: Database) {
    let desk = Desk::open(db).await;
    let registrar = desk.registrar().await;
    let made = desk.small_tree(&registrar).await;
    // The county becomes a district with another code; then the city changes its own.
    let fields = [("name", "丁区"), ("code", "330213")];
    let renamed = event("2024-07-01", "division_renamed", &fields);
    desk.change(&registrar, made.county, renamed).await.unwrap();
    let fields = [("name", "新乙市"), ("code", "330900")];
    let renamed = event("2025-03-01", "division_renamed", &fields);
    desk.change(&registrar, made.city, renamed).await.unwrap();
    let body = body_segment(made.body);
    let at = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        let own = pairs
            .iter()
            .map(|(p, n)| (p.replace("B", &body), (*n).to_owned()));
        own.collect()
    };
    let before = at(&[
        ("/330000/", "甲省"),
        ("/330000/330200/", "乙市"),
        ("/330000/330200/330212/", "丁县"),
        ("/330000/330200/330212/B/", "丁县城管局"),
        ("/330000/330300/", "丙市"),
    ]);
    assert_eq!(tree(&desk, "2024-06-30").await, before);
    let between = at(&[
        ("/330000/", "甲省"),
        ("/330000/330200/", "乙市"),
        ("/330000/330200/330213/", "丁区"),
        ("/330000/330200/330213/B/", "丁县城管局"),
        ("/330000/330300/", "丙市"),
    ]);
    assert_eq!(tree(&desk, "2024-07-01").await, between);
    assert_eq!(tree(&desk, "2025-02-28").await, between);
    let after = at(&[
        ("/330000/", "甲省"),
        ("/330000/330300/", "丙市"),
        ("/330000/330900/", "新乙市"),
        ("/330000/330900/330213/", "丁区"),
        ("/330000/330900/330213/B/", "丁县城管局"),
    ]);
    assert_eq!(tree(&desk, "2025-03-01").await, after);
    assert_eq!(tree(&desk, "2019-12-31").await, Vec::new());
    let history = get_organisation(&desk.services, &registrar, made.city)
        .await
        .unwrap();
    let names: Vec<&str> = history
        .nodes
        .iter()
        .map(|node| node.name.as_str())
        .collect();
    assert_eq!((names, history.version), (vec!["乙市", "新乙市"], 2));
}

async fn what_was_merged_lies_below_its_successor_from_that_day(db: Database) {
    let desk = Desk::open(db).await;
    let registrar = desk.registrar().await;
    let made = desk.small_tree(&registrar).await;
    let merged = event("2025-01-01", "division_merged", &[("into", "330300")]);
    desk.change(&registrar, made.city, merged).await.unwrap();
    let body = body_segment(made.body);
    let path_on = async |on: &str| desk.path_of(made.body, on).await.to_string();
    assert_eq!(
        path_on("2024-12-31").await,
        format!("/330000/330200/330212/{body}/")
    );
    assert_eq!(
        path_on("2025-01-01").await,
        format!("/330000/330300/330212/{body}/")
    );
    // The successor changes its code: what it took over goes along.
    let renamed = event("2025-06-01", "division_renamed", &[("code", "330301")]);
    desk.change(&registrar, made.other_city, renamed)
        .await
        .unwrap();
    assert_eq!(
        path_on("2025-05-31").await,
        format!("/330000/330300/330212/{body}/")
    );
    assert_eq!(
        path_on("2025-06-01").await,
        format!("/330000/330301/330212/{body}/")
    );
    // the same level and those above.
    let above = supervising_divisions(&desk.path_of(made.body, "2026-01-01").await);
    let above: Vec<&str> = above.iter().map(OrgPath::as_str).collect();
    assert_eq!(
        above,
        ["/330000/", "/330000/330301/", "/330000/330301/330212/"]
    );
    // A province cannot come to lie below its own city.
    let circle = event("2025-07-01", "division_renamed", &[("parent", "330301")]);
    let circle = desk.change(&registrar, made.province, circle).await;
    assert!(matches!(circle, Err(ServiceError::Invalid(_))));
}

/// merged on 2022-03-01, it stands in the tree of a month before and not in that of a month after.
async fn a_body_that_took_over_another_says_so_from_that_day(db: Database) {
    let desk = Desk::open(db).await;
    let registrar = desk.registrar().await;
    let made = desk.small_tree(&registrar).await;
    let market = desk
        .new_body(&registrar, "丁县市场监管局", "330212", "market_regulation")
        .await;
    let into = market.to_string();
    let merged = event("2022-03-01", "body_abolished", &[("successor", &into)]);
    desk.change(&registrar, made.body, merged).await.unwrap();
    let bodies_on = async |on: &str| {
        let filter = OrgFilter {
            kind: Some(OrgKind::Body),
            ..OrgFilter::default()
        };
        let request = desk.by(&desk.audit).await;
        let page = PageRequest {
            size: PageSize::new(50).unwrap(),
            after: None,
        };
        let found = tree_on(&desk.services, &request, day(on), &filter, &page);
        let nodes = found.await.unwrap().items;
        let earlier = predecessors_on(&desk.services, &nodes, day(on)).await;
        let earlier = earlier.unwrap();
        let named = |node: &OrgNode| {
            let earlier = earlier.get(&node.id).into_iter().flatten();
            let earlier = earlier.map(|it| (it.name.clone(), it.term.to));
            (node.name.clone(), earlier.collect::<Vec<_>>())
        };
        nodes.iter().map(named).collect::<Vec<_>>()
    };
    let before = bodies_on("2022-02-01").await;
    assert!(before.contains(&("丁县城管局".to_owned(), Vec::new())));
    assert!(before.contains(&("丁县市场监管局".to_owned(), Vec::new())));
    let after = bodies_on("2022-04-01").await;
    let took = ("丁县城管局".to_owned(), Some(day("2022-03-01")));
    assert_eq!(after, [("丁县市场监管局".to_owned(), vec![took])]);
}

async fn grants_follow_a_body_whose_path_changes(db: Database) {
    let desk = Desk::open(db).await;
    let registrar = desk.registrar().await;
    let made = desk.small_tree(&registrar).await;
    let clerk = grant(Role::BodyClerk, &made.body_path);
    let clerk = desk
        .new_person("clerk-feng", &made.body_path, &[clerk])
        .await;
    let city = path("/330000/330300/");
    let other = desk
        .new_person("lead-chen", &city, &[grant(Role::SupervisorLead, &city)])
        .await;
    // The county goes over to the other city.
    let moved = event("2026-02-01", "division_renamed", &[("parent", "330300")]);
    desk.change(&registrar, made.county, moved).await.unwrap();
    let new_path = desk.path_of(made.body, "2026-03-02").await;
    assert!(city.contains(&new_path));
    let clerk = desk.by(&clerk).await;
    assert_eq!(clerk.actor.grants[0].org, new_path);
    assert_eq!(desk.by(&other).await.actor.grants[0].org, city);
    // He goes on keeping his register.
    let officer = desk.new_officer(&clerk, made.body, Vec::new()).await;
    let read = desk.db.store.reader().await.unwrap();
    let row = read
        .find_officer(officer, day("2026-03-02"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.org, new_path);
    let then = read
        .find_officer(officer, day("2026-01-31"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(then.org, made.body_path);
}

async fn only_who_governs_a_place_registers_there_and_moves_things_in(db: Database) {
    let desk = Desk::open(db).await;
    let registrar = desk.registrar().await;
    let made = desk.small_tree(&registrar).await;
    let city = path("/330000/330200/");
    let lead = grant(Role::SupervisorLead, &city);
    let lead = desk.new_person("lead-chen", &city, &[lead]).await;
    let lead = desk.by(&lead).await;
    let town = |parent: &str| {
        let fields = [
            ("code", "330212001"),
            ("name", "戊镇"),
            ("level", "town"),
            ("parent", parent),
        ];
        vec![event("2023-01-01", "division_established", &fields)]
    };
    let kind = TimelineKind::Division;
    let elsewhere = desk.register(&lead, kind, town("330300")).await;
    assert!(matches!(elsewhere, Err(ServiceError::Forbidden)));
    desk.register(&lead, kind, town("330212")).await.unwrap();
    let taken = desk.register(&lead, kind, town("330212")).await;
    assert!(matches!(taken, Err(ServiceError::Invalid(_))));
    // Out of his city he moves nothing.
    let away = event("2024-01-01", "division_renamed", &[("parent", "330300")]);
    let away = desk.change(&lead, made.county, away).await;
    assert!(matches!(away, Err(ServiceError::Forbidden)));
    // A clerk of another body takes nobody in, nor does anybody without a role.
    let other_body = desk
        .new_body(&registrar, "丙市城管局", "330300", "urban_management")
        .await;
    let other_path = desk.path_of(other_body, "2026-03-02").await;
    let clerk = grant(Role::BodyClerk, &other_path);
    let clerk = desk.new_person("clerk-feng", &other_path, &[clerk]).await;
    let clerk = desk.by(&clerk).await;
    let body = made.body.to_string();
    let officer = vec![
        event("2021-01-04", "officer_registered", &[("name", "欧阳试样")]),
        event("2021-01-04", "officer_assigned", &[("body", &body)]),
    ];
    let kind = TimelineKind::Officer;
    let denied = desk.register(&clerk, kind, officer.clone()).await;
    assert!(matches!(denied, Err(ServiceError::NotFound)), "{denied:?}");
    desk.register(&registrar, kind, officer).await.unwrap();
}

async fn a_code_goes_on_meaning_the_division_others_were_registered_under(db: Database) {
    let desk = Desk::open(db).await;
    let registrar = desk.registrar().await;
    let made = desk.small_tree(&registrar).await;
    // From the first day on: as if the city had never had the code that the county names as its parent's.
    let renamed = |on| event(on, "division_renamed", &[("code", "330900")]);
    let refused = desk
        .change(&registrar, made.city, renamed("2020-01-01"))
        .await;
    let Err(ServiceError::Invalid(errors)) = refused else {
        panic!("{refused:?}");
    };
    assert!(errors[0].message.contains("“丁县”"), "{errors:?}");
    desk.change(&registrar, made.city, renamed("2020-01-02"))
        .await
        .unwrap();
    let report = verify(&desk.services).await.unwrap();
    assert_eq!(report.differences, []);
}

async fn an_act_out_of_turn_is_refused_and_a_stale_version_too(db: Database) {
    let desk = Desk::open(db).await;
    let registrar = desk.registrar().await;
    let made = desk.small_tree(&registrar).await;
    let resumed = event("2024-01-01", "body_resumed", &[]);
    let refused = desk.change(&registrar, made.body, resumed.clone()).await;
    assert!(
        matches!(refused, Err(ServiceError::Refused(_))),
        "{refused:?}"
    );
    let suspended = event("2023-01-01", "body_suspended", &[]);
    desk.change(&registrar, made.body, suspended).await.unwrap();
    let stale = record_registry_event(
        &desk.services,
        &registrar,
        made.body,
        1,
        RegistryEvent::new(resumed.clone()),
    );
    let stale = stale.await;
    assert!(matches!(
        stale,
        Err(ServiceError::Conflict {
            expected: 1,
            found: 2
        })
    ));
    desk.change(&registrar, made.body, resumed).await.unwrap();
    let read = desk.db.store.reader().await.unwrap();
    let facts = read.list_body_facts(&made.body.to_string()).await.unwrap();
    let states: Vec<&str> = facts
        .iter()
        .filter_map(|it| it.facts["status"].as_str())
        .collect();
    assert_eq!(states, ["confirmed", "unconfirmed", "confirmed"]);
    drop(read);
    for (wrong, fields) in [
        ("decide", vec![]),
        ("body_changed", vec![("colour", "blue")]),
        ("body_changed", vec![("region", "33")]),
        ("body_changed", vec![("level", "galaxy")]),
    ] {
        let answer = desk
            .change(&registrar, made.body, event("2025-01-01", wrong, &fields))
            .await;
        assert!(
            matches!(answer, Err(ServiceError::Invalid(_))),
            "{wrong} {fields:?}"
        );
    }
    let future = event("2026-03-03", "body_changed", &[("name", "新局")]);
    let future = desk.change(&registrar, made.body, future).await;
    assert!(matches!(future, Err(ServiceError::Invalid(_))));
}

const LIST: &str = "code,name,parent\n\
    330212,丁县,330200\n\
    330000,甲省,\n\
    33020,错码市,\n\
    330200,乙市,\n\
    330212001,戊镇,\n\
    440100,无省市,\n\
    330200,又一乙市,\n\
    330300,,\n";

async fn a_list_of_divisions_is_imported_row_by_row_and_once(db: Database) {
    let desk = Desk::open(db).await;
    let registrar = desk.registrar().await;
    let import = async |csv: &str| {
        let on = day("2022-01-01");
        import_divisions(&desk.services, &registrar, csv, "divisions.csv", on).await
    };
    let report = import(LIST).await.unwrap();
    let wrong: Vec<(u64, &str)> = report.errors.iter().map(|e| (e.row, e.column)).collect();
    assert_eq!(
        wrong,
        [(4, "code"), (7, "parent"), (8, "code"), (9, "name")]
    );
    assert_eq!((report.created, report.same), (4, 0));
    let again = import(LIST).await.unwrap();
    assert_eq!((again.created, again.same), (0, 4));
    let divisions = OrgFilter {
        kind: Some(OrgKind::Division),
        ..OrgFilter::default()
    };
    let on = day("2022-01-01");
    let found = tree_on(
        &desk.services,
        &registrar,
        on,
        &divisions,
        &PageRequest::default(),
    )
    .await;
    let paths: Vec<String> = found
        .unwrap()
        .items
        .iter()
        .map(|it| it.path.to_string())
        .collect();
    assert_eq!(
        paths,
        [
            "/330000/",
            "/330000/330200/",
            "/330000/330200/330212/",
            "/330000/330200/330212/330212001/"
        ]
    );
    let renamed = import("code,name\n330200,别的名字\n").await.unwrap();
    assert_eq!(renamed.errors.len(), 1);
    assert!(import("编码,名称\n330000,甲省\n").await.is_err());
    let nobody = desk.by(&desk.system).await;
    let denied = import_divisions(&desk.services, &nobody, LIST, "f", on).await;
    assert_eq!(denied.unwrap().created, 0, "all there: nothing to be asked");
    let new = "code,name\n440000,庚省\n";
    let denied = import_divisions(&desk.services, &nobody, new, "f", on).await;
    assert!(matches!(denied, Err(ServiceError::Forbidden)), "{denied:?}");
}
