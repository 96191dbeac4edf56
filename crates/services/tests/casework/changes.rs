//! 没有新的事而判断变了：日子到了、证件停了、法典换了；导入的从不像补录。

use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::Source;
use mingjing_domain::finding::{DutyState, Status};
use mingjing_domain::timeline::Facts;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::assess::{Options, assess};
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::load::load;
use mingjing_policy::org::OrgPath;
use mingjing_policy::scope::{Area, Release, Scope};
use mingjing_services::assessment::reassess::{
    FACTS_CHANGED, assess_imported, perform, reassess_dependents, reassess_for_law,
};
use mingjing_services::assessment::rebuild::verify;
use mingjing_services::assessment::stored::{list_stored, load_stored};
use mingjing_services::assessment::sweep::sweep;
use mingjing_services::casework::get_case::get_case;
use mingjing_services::casework::list_duties::{list_case_duties, list_duties};
use mingjing_services::casework::list_findings::list_case_findings;
use mingjing_services::casework::opening::{Opening, opening_events};
use mingjing_services::casework::trial_counts::trial_counts;
use mingjing_services::error::ServiceError;
use mingjing_services::law_source::get_law_state;
use mingjing_services::page::PageRequest;
use mingjing_store::duty::DutyFilter;
use mingjing_store::event::{Nature, NewEvent};
use mingjing_store::finding::EndedBy;
use mingjing_store::timeline::{Confidentiality, NewTimeline};
use mingjing_store::tx::{Read, Tx};
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;
use std::sync::Arc;

use crate::office::{BODY, BODY_PATH, Office, Who, day, event, sources};

on_both_engines! {
    a_due_day_turns_an_open_duty_into_a_breach_once,
    the_ninety_days_of_a_case_come_near_and_then_run_out,
    a_card_suspended_later_reaches_the_case_that_used_it,
    a_changed_lawbook_leaves_its_differences,
    a_rule_on_trial_is_counted_and_says_nothing,
    an_imported_case_never_looks_recorded_late,
    what_is_stored_is_tried_as_it_is_judged,
}

async fn codes(office: &Office, case: Id<kind::Case>) -> Vec<String> {
    let request = office.request(Who::Supervisor);
    let findings = list_case_findings(&office.services, &request, case).await;
    let live = findings
        .unwrap()
        .into_iter()
        .filter(|f| f.row.ended.is_none());
    live.map(|f| f.row.finding.code).collect()
}

async fn a_due_day_turns_an_open_duty_into_a_breach_once(db: Database) {
    let office = Office::open(db, "2025-06-03T09:30").await;
    let case = office.new_case(Facts::default()).await;
    let (clue, _) = event("2025-06-03T09:20 clue_registered source=inspection");
    office.record_by_anyone(case, clue).await;
    let state = async || {
        let request = office.request(Who::Lead);
        let duties = list_case_duties(&office.services, &request, case)
            .await
            .unwrap();
        let duty = duties.into_iter().find(|d| d.code == "P-FILE-VERIFY");
        duty.map(|duty| (duty.state, duty.due_on))
    };
    assert_eq!(
        state().await,
        Some((DutyState::Open, Some(day("2025-06-24"))))
    );
    let look = async |at: &str| {
        office.turn_to(at);
        let request = office.services.system("sweep");
        sweep(&office.services, &request).await.unwrap()
    };
    look("2025-06-24T12:00").await;
    assert!(
        !codes(&office, case)
            .await
            .contains(&"P-FILE-VERIFY".to_owned())
    );
    let turned = look("2025-06-25T00:05").await;
    assert_eq!((turned.looked, turned.changed), (1, 1));
    assert_eq!(
        state().await.map(|(state, _)| state),
        Some(DutyState::Breached)
    );
    let found = codes(&office, case).await;
    assert_eq!(
        found.iter().filter(|code| *code == "P-FILE-VERIFY").count(),
        1
    );
    let again = look("2025-06-25T00:06").await;
    assert_eq!((again.looked, again.changed), (0, 0));
    assert_eq!(
        verify(&office.services).await.unwrap().differences,
        Vec::new()
    );
}

/// Filed on Monday 3 March 2025: day 80 is 22 May, day 90 Sunday 1 June and, that and Monday being the Dragon Boat
/// holiday, the last day is Tuesday 3 June.
async fn the_ninety_days_of_a_case_come_near_and_then_run_out(db: Database) {
    const LIMIT: &str = "P-TIME-90D";
    const NEAR: &str = "P-TIME-90D-WARN";
    let office = Office::open(db, "2025-03-03T09:30").await;
    let case = office.new_case(Facts::default()).await;
    let (filed, _) =
        event("2025-03-03T09:20 case_filed approval_doc=立案审批表 approver_rank=authority_head");
    office.record_by_anyone(case, filed).await;
    let of_handler = async |at: &str| {
        office.turn_to(at);
        let system = office.services.system("sweep");
        sweep(&office.services, &system).await.unwrap();
        let request = office.request(Who::Lead);
        let page = PageRequest::default();
        let filter = DutyFilter::default();
        let duties = list_duties(&office.services, &request, &filter, &page).await;
        let duties = duties.unwrap().items.into_iter();
        let duty = duties
            .filter(|duty| duty.code == LIMIT)
            .map(|duty| duty.state);
        let mut found = codes(&office, case).await;
        found.retain(|code| code == LIMIT || code == NEAR);
        (duty.collect::<Vec<_>>(), found)
    };
    let open = (vec![DutyState::Open], vec![]);
    assert_eq!(of_handler("2025-05-18T08:00").await, open);
    let near = (vec![DutyState::Near], vec![NEAR.to_owned()]);
    assert_eq!(of_handler("2025-05-22T08:00").await, near);
    assert_eq!(of_handler("2025-06-03T23:00").await, near);
    let over = (vec![DutyState::Breached], vec![LIMIT.to_owned()]);
    assert_eq!(of_handler("2025-06-04T00:10").await, over);
}

async fn a_card_suspended_later_reaches_the_case_that_used_it(db: Database) {
    let office = Office::open(db, "2025-06-18T17:30").await;
    let card = |number: &str| {
        format!(
            "INSERT INTO card (number, officer_id, from_on, state, facts) \
             VALUES ('{number}', 'officer_{number}', 0, 'valid', '{{}}')"
        )
    };
    for number in ["A", "B"] {
        office.db.raw_execute(&card(number)).await.unwrap();
    }
    let case = office.new_case(Facts::default()).await;
    let (scene, _) = event(
        "2025-06-18T16:00 scene_record stage=investigation started_at=2025-06-18T14:20 \
         ended_at=2025-06-18T16:00 party_signed=true officers_signed=2 officer=A officer=B",
    );
    office.record_by_anyone(case, scene).await;
    let before = codes(&office, case).await;
    let from = day("2025-06-10").day_number();
    for sql in [
        format!("UPDATE card SET to_on = {from} WHERE number = 'A'"),
        format!(
            "INSERT INTO card (number, officer_id, from_on, state, facts) \
             VALUES ('A', 'officer_A', {from}, 'suspended', '{{}}')"
        ),
    ] {
        office.db.raw_execute(&sql).await.unwrap();
    }
    // The cards were written by hand and are nobody's; that is told, too.
    let of_cases = async || {
        let found = verify(&office.services).await.unwrap().differences;
        let found = found.into_iter().filter(|it| it.table != "card");
        found.map(|it| it.what).collect::<Vec<_>>()
    };
    let stale = of_cases().await;
    assert_eq!(stale.len(), 1, "{stale:?}");
    assert!(stale[0].contains("登记的事实已经变了"));
    let request = office.services.system("job");
    let done = reassess_dependents(&office.services, &request, "officer_A", None)
        .await
        .unwrap();
    assert_eq!((done.looked, done.changed, done.next), (1, 1, None));
    let after = codes(&office, case).await;
    let new: Vec<&String> = after.iter().filter(|code| !before.contains(code)).collect();
    assert!(
        new.iter().any(|code| code.starts_with("OFF-")),
        "{before:?} {after:?}"
    );
    // Run as a queued job it does the same, and doing it again changes nothing.
    let payload = r#"{"subject":"officer_A"}"#;
    let is_ours = perform(&office.services, &request, FACTS_CHANGED, payload).await;
    assert!(is_ours.unwrap());
    let untouched = reassess_dependents(&office.services, &request, "officer_B", None)
        .await
        .unwrap();
    assert_eq!((untouched.looked, untouched.changed), (1, 0));
    assert_eq!(of_cases().await, Vec::<String>::new());
}

async fn a_changed_lawbook_leaves_its_differences(db: Database) {
    let office = Office::open(db, "2025-06-03T09:30").await;
    let case = office.new_case(Facts::default()).await;
    let (clue, _) = event("2025-06-03T09:20 clue_registered source=inspection");
    office.record_by_anyone(case, clue).await;
    office.turn_to("2025-06-25T09:00");
    let system = office.services.system("job");
    sweep(&office.services, &system).await.unwrap();
    assert!(
        codes(&office, case)
            .await
            .contains(&"P-FILE-VERIFY".to_owned())
    );

    // The next edition of the lawbook has dropped the rule.
    let mut files = sources();
    for file in &mut files {
        *file = edited(file);
    }
    let loaded = load(&files);
    let lawbook = loaded
        .lawbook
        .unwrap_or_else(|| panic!("{:#?}", loaded.diagnostics));
    let version = lawbook.version.to_string();
    office.services.put_lawbook(Arc::new(lawbook));
    let state = async || {
        let request = office.request(Who::System);
        get_law_state(&office.services, &request).await
    };
    assert!(state().await.unwrap().is_reassessing);
    let done = reassess_for_law(&office.services, &system, None)
        .await
        .unwrap();
    assert_eq!((done.looked, done.changed), (1, 1));
    let again = reassess_for_law(&office.services, &system, None)
        .await
        .unwrap();
    assert_eq!(again.looked, 0);
    let held = state().await.unwrap();
    assert_eq!(
        (held.version.as_str(), held.is_reassessing),
        (version.as_str(), false)
    );
    let sums: Vec<(&str, u64, u64)> = held
        .differences
        .iter()
        .map(|(_, sum)| (sum.code.as_str(), sum.appeared, sum.ended))
        .collect();
    assert!(sums.contains(&("P-FILE-VERIFY", 0, 1)), "{sums:?}");
    // A change that cannot be used is told, and nothing else changes.
    office
        .services
        .refuse_law(vec!["rules/a.toml:1:1 LB01 错".to_owned()]);
    let refused = state().await.unwrap();
    assert_eq!(refused.version, version);
    assert_eq!(refused.refused.map(|it| it.faults.len()), Some(1));
    let lead = office.request(Who::Lead);
    let barred = get_law_state(&office.services, &lead).await;
    assert!(matches!(barred, Err(ServiceError::Forbidden)));
    the_rule_has_ended_with_the_law(&office, case, &version).await;
}

/// The difference is kept with the version that made it, and the finding says what ended it.
async fn the_rule_has_ended_with_the_law(office: &Office, case: Id<kind::Case>, version: &str) {
    let all = Scope {
        areas: vec![Area {
            within: OrgPath::root(),
            line: None,
            related_to: None,
            as_supervised: false,
            is_published_only: false,
            release: Release::Never,
        }],
        account: None,
    };
    let differences = office
        .db
        .store
        .read(async |read: &Read| read.list_law_differences(&all, version, None, 100).await);
    let differences = differences.await.unwrap();
    let of = differences
        .iter()
        .find(|d| d.code == "P-FILE-VERIFY")
        .unwrap();
    assert!(of.before.is_some() && of.after.is_none());
    let request = office.request(Who::Supervisor);
    let findings = list_case_findings(&office.services, &request, case)
        .await
        .unwrap();
    let ended = findings
        .iter()
        .find(|f| f.row.finding.code == "P-FILE-VERIFY")
        .unwrap();
    assert_eq!(ended.row.ended.map(|(_, by)| by), Some(EndedBy::LawChanged));
}

/// The lawbook with another version, its rule on verifying clues no longer in force on any day of the case.
pub(crate) fn edited(file: &SourceFile) -> SourceFile {
    let text = match file.path.as_ref() {
        "lawbook.toml" => file.text.replacen("version = \"", "version = \"9.", 1),
        _ if file.text.starts_with("code = \"P-FILE-VERIFY\"") => file.text.replacen(
            "code = \"P-FILE-VERIFY\"\n",
            "code = \"P-FILE-VERIFY\"\nto = \"2025-01-01\"\n",
            1,
        ),
        _ => return SourceFile::new(file.path.to_string(), file.text.to_string()),
    };
    SourceFile::new(file.path.to_string(), text)
}

/// The rule on verifying clues on trial: a case in which it would speak is counted, within reach, and nowhere else.
async fn a_rule_on_trial_is_counted_and_says_nothing(db: Database) {
    let office = Office::open(db, "2025-06-03T09:30").await;
    let case = office.new_case(Facts::default()).await;
    let (clue, _) = event("2025-06-03T09:20 clue_registered source=inspection");
    office.record_by_anyone(case, clue).await;
    office.turn_to("2025-06-25T09:00");
    let system = office.services.system("job");
    sweep(&office.services, &system).await.unwrap();
    let counts = async |who: Who| {
        let request = office.request(who);
        trial_counts(&office.services, &request, "P-FILE-VERIFY").await
    };
    let none = counts(Who::Supervisor).await;
    assert!(
        matches!(none, Err(ServiceError::NotFound)),
        "it is no trial"
    );

    let mut files = sources();
    for file in &mut files {
        let text = match file.path.as_ref() {
            "lawbook.toml" => file.text.replacen("version = \"", "version = \"9.", 1),
            _ if file.text.starts_with("code = \"P-FILE-VERIFY\"") => file.text.replacen(
                "code = \"P-FILE-VERIFY\"\n",
                "code = \"P-FILE-VERIFY\"\nstatus = \"trial\"\n\
                 trial = { from = \"2025-06-01\", until = \"2026-01-01\", reason = \"试\" }\n",
                1,
            ),
            _ => continue,
        };
        *file = SourceFile::new(file.path.to_string(), text);
    }
    let loaded = load(&files);
    assert!(loaded.diagnostics.is_empty(), "{:#?}", loaded.diagnostics);
    let lawbook = loaded.lawbook.unwrap();
    office.services.put_lawbook(Arc::new(lawbook));
    reassess_for_law(&office.services, &system, None)
        .await
        .unwrap();
    let found = codes(&office, case).await;
    assert!(!found.contains(&"P-FILE-VERIFY".to_owned()), "{found:?}");
    let heard = counts(Who::Supervisor).await.unwrap();
    assert_eq!(heard.totals, [(Status::Violated, 1)]);
    let sum = &heard.sums[0];
    assert_eq!(
        (sum.body.as_str(), sum.month, sum.cases),
        (BODY, 2025 * 12 + 5, 1)
    );
    assert_eq!(counts(Who::Stranger).await.unwrap().sums, Vec::new());
    let differences = verify(&office.services).await.unwrap().differences;
    assert_eq!(differences, Vec::new());
    back_in_force_it_is_a_finding_again(&office, case).await;
}

async fn back_in_force_it_is_a_finding_again(office: &Office, case: Id<kind::Case>) {
    let system = office.services.system("job");
    let version = format!("{}.1", office.services.lawbook().version);
    let again = sources().into_iter().map(|file| match file.path.as_ref() {
        "lawbook.toml" => SourceFile::new(
            "lawbook.toml",
            file.text
                .replacen("version = \"", &format!("version = \"{version}."), 1),
        ),
        _ => file,
    });
    let lawbook = load(&again.collect::<Vec<_>>()).lawbook.unwrap();
    office.services.put_lawbook(Arc::new(lawbook));
    reassess_for_law(&office.services, &system, None)
        .await
        .unwrap();
    assert!(
        codes(office, case)
            .await
            .contains(&"P-FILE-VERIFY".to_owned())
    );
    let left = "SELECT COUNT(*) FROM trial";
    assert_eq!(office.db.raw_number(left).await.unwrap(), 0);
}

async fn an_imported_case_never_looks_recorded_late(db: Database) {
    let office = Office::open(db, "2026-03-02T09:00").await;
    let office = Arc::new(office);
    let held = office.clone();
    let write = async move |tx: &Tx| {
        let opening = Opening {
            number: Some("旧案一号".to_owned()),
            body: Some(BODY.to_owned()),
            org_path: BODY_PATH.to_owned(),
            ..Opening::default()
        };
        let mut events = opening_events(&opening, day("2025-01-06"), &Source::File);
        for line in [
            "2025-01-06T10:00 clue_registered source=inspection",
            "2025-01-10T10:00 case_filed approver_rank=authority_head",
        ] {
            let (input, _) = event(line);
            let mut one = mingjing_domain::event::Event::new("", &input.kind, input.on.unwrap());
            one.occurred_at = input.at;
            one.fields = input.fields;
            one.source = Source::File;
            events.push(NewEvent::new(one, Nature::Fact));
        }
        let timeline = NewTimeline {
            kind: kind::TimelineKind::Case,
            procedure: Some("ordinary_penalty".to_owned()),
            coverage: Coverage::Open,
            confidentiality: Confidentiality::Ordinary,
        };
        let made = tx.create_with_events(vec![(timeline, events)]).await?;
        let id: TimelineId = made[0].0;
        assess_imported(tx, &held.services.lawbook(), id, day("2026-03-02")).await?;
        Ok::<_, ServiceError>(id)
    };
    let id = office
        .db
        .store
        .write(&office.db.context, write)
        .await
        .unwrap();
    let case = Id::try_from(id).unwrap();
    let found = codes(&office, case).await;
    assert!(
        !found.iter().any(|code| code.starts_with("SYS-")),
        "{found:?}"
    );
    // What the material does not say is told, not passed over.
    let request = office.request(Who::Supervisor);
    let view = get_case(&office.services, &request, case).await.unwrap();
    let undetermined = view.assessed.undetermined.as_array().unwrap();
    assert!(!undetermined.is_empty());
    assert_eq!(view.row.undetermined_count, undetermined.len() as u64);
}

/// What another lawbook is tried on is what the one in use judges: the same events, facts and findings.
async fn what_is_stored_is_tried_as_it_is_judged(db: Database) {
    let office = Office::open(db, "2025-06-03T09:30").await;
    let services = &office.services;
    assert_eq!(list_stored(services, None).await.unwrap(), Vec::new());
    let mut made = Vec::new();
    for _ in 0..3 {
        let case = office.new_case(Facts::default()).await;
        let (clue, _) = event("2025-06-03T09:20 clue_registered source=inspection");
        office.record_by_anyone(case, clue).await;
        made.push(case);
    }
    let ids = list_stored(services, None).await.unwrap();
    assert_eq!(ids.len(), made.len());
    assert_eq!(
        list_stored(services, ids.last().copied()).await.unwrap(),
        Vec::new()
    );
    let today = day("2025-06-03");
    let cases = load_stored(services, ids, today).await.unwrap();
    let options = Options {
        as_of: Some(today),
        ..Options::default()
    };
    let lawbook = services.lawbook();
    for stored in &cases {
        // Made at the same moment, they are listed by chance.
        let is_this = |case: &&Id<kind::Case>| case.to_string() == stored.timeline.id;
        let case = made.iter().find(is_this).unwrap();
        assert!(stored.body.is_some());
        let assessment = assess(&lawbook, &stored.timeline, &options);
        let found = assessment.results.iter().filter(|r| {
            r.status
                .is_some_and(|s| s != mingjing_domain::finding::Status::Undetermined)
        });
        let mut found: Vec<String> = found.map(|r| r.code.to_string()).collect();
        let mut live = codes(&office, *case).await;
        found.sort();
        live.sort();
        assert_eq!(found, live);
    }
    assert_eq!(verify(services).await.unwrap().differences, Vec::new());
}
