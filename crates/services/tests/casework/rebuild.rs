//! 重建：随意走过几步之后，库里的就是推出来的；动过手脚的查得出、修得好。

use mingjing_domain::timeline::Facts;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_services::assessment::rebuild::{rebuild, verify};
use mingjing_services::assessment::sweep::sweep;
use mingjing_services::casework::correct_event::{CorrectEvent, correct_event};
use mingjing_services::casework::event_input::EventInput;
use mingjing_services::casework::list_events::list_events;
use mingjing_services::page::PageRequest;
use mingjing_testkit::chance::SeededRng;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::office::{Office, Who, event, input_of};

on_both_engines! {
    after_a_random_walk_what_is_stored_is_what_follows,
}

/// What may happen on a day of the walk.
const STEPS: [&str; 8] = [
    "clue_registered source=inspection",
    "case_filed approver_rank=authority_head",
    "scene_record stage=investigation officer=A officer=B",
    "inquiry_record stage=investigation interviewee_kind=party officer=A",
    "evidence_taken officer=A",
    "statement_made @P1",
    "id_shown officer=A",
    "hearing_requested #h1",
];

/// Corrects one of the events of the case: it happened on another day.
async fn correct_something(office: &Office, case: Id<kind::Case>, choice: u64, on: Date) {
    let (request, page) = (office.request(Who::Lead), PageRequest::default());
    let events = list_events(&office.services, &request, case, &page).await;
    let mut events = events.unwrap().items;
    events.retain(|view| STEPS.iter().any(|step| step.starts_with(&view.event.kind)));
    if events.is_empty() {
        return;
    }
    let wrong = &events[choice as usize % events.len()];
    let command = CorrectEvent {
        case,
        expected_version: office.version(case).await,
        corrects: wrong.id,
        event: EventInput {
            on: Some(on.add_days(-((choice % 40) as i32))),
            at: None,
            ..input_of(wrong.event.clone())
        },
        reason: "日期写错".to_owned(),
    };
    let done = correct_event(&office.services, &request, command, None).await;
    done.unwrap();
}

async fn after_a_random_walk_what_is_stored_is_what_follows(db: Database) {
    let office = Office::open(db, "2025-06-02T09:00").await;
    let chance = SeededRng::new(11);
    let mut cases = Vec::new();
    for _ in 0..2 {
        cases.push(office.new_case(Facts::default()).await);
    }
    let mut on = crate::office::day("2025-06-02");
    for _ in 0..24 {
        on = on.add_days((chance.next() % 12) as i32 + 1);
        office.turn_to(&format!("{on}T09:00"));
        let request = office.services.system("sweep");
        sweep(&office.services, &request).await.unwrap();
        let step = STEPS[chance.next() as usize % STEPS.len()];
        let case = cases[chance.next() as usize % cases.len()];
        let (input, _) = event(&format!("{on} {step}"));
        // A step that the law refuses leaves nothing behind; that is part of the walk.
        let _ = office.record(Who::Lead, case, input).await;
        if chance.next().is_multiple_of(3) {
            correct_something(&office, case, chance.next(), on).await;
        }
    }
    let clean = verify(&office.services).await.unwrap();
    assert_eq!((clean.timelines, clean.differences), (2, Vec::new()));

    for sql in [
        "UPDATE case_row SET worst_rank = worst_rank, state = 'archived'",
        "UPDATE finding SET severity = 'grave' WHERE ended_at IS NULL",
        "DELETE FROM next_look",
        "UPDATE duty SET state = 'met'",
    ] {
        office.db.raw_execute(sql).await.unwrap();
    }
    let found = verify(&office.services).await.unwrap();
    let tables: std::collections::BTreeSet<&str> = found
        .differences
        .iter()
        .map(|difference| difference.table)
        .collect();
    for table in ["case_row", "finding", "counter", "next_look", "duty"] {
        assert!(tables.contains(table), "{table}: {tables:?}");
    }
    let request = office.services.system("rebuild");
    rebuild(&office.services, &request).await.unwrap();
    assert_eq!(
        verify(&office.services).await.unwrap().differences,
        Vec::new()
    );
}
