//! 导出：再导入是同样的事件；个人信息遮盖，除非有权并写明理由。

use std::collections::BTreeMap;
use std::io::Read as _;

use mingjing_domain::event::Event;
use mingjing_services::error::ServiceError;
use mingjing_services::export::case_lines::{ExportCases, Exported, export_cases};
use mingjing_services::export::tables::{Table, TableFormat, export_table};
use mingjing_store::case_row::CaseFilter;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::office::{BODY_NAME, Office, PLANTED, Who, case_line, two_events};

on_both_engines! {
    what_is_exported_and_imported_again_is_the_same,
    personal_data_is_masked_without_right_and_reason,
    tables_are_exported_within_the_scope,
    an_export_is_a_few_statements_a_page,
}

/// Statements of one page of a hundred cases, and of the empty one that ends the export.
const STATEMENTS_OF_A_PAGE_MAX: u64 = 12;

async fn exported(
    office: &Office,
    who: Who,
    reveal: Option<&str>,
) -> Result<(String, Exported), ServiceError> {
    let mut text = String::new();
    let command = ExportCases {
        filter: CaseFilter::default(),
        reveal: reveal.map(str::to_owned),
    };
    let write = |piece: &str| {
        text.push_str(piece);
        Ok(())
    };
    let done = export_cases(&office.services, &office.request(who), command, write).await?;
    Ok((text, done))
}

/// An event of a list: its kind, its day or month or range or minute, and everything that may hang on it.
fn an_event() -> impl Strategy<Value = String> {
    let when = prop_oneof![
        (1..28_u8).prop_map(|day| format!(r#""on":"2025-03-{day:02}""#)),
        Just(r#""on":"2025-03""#.to_owned()),
        (1..20_u8).prop_map(|day| format!(
            r#""on":"2025-03-{day:02}","until":"2025-03-{:02}""#,
            day + 5
        )),
        (0..24_u8).prop_map(|hour| format!(r#""at":"2025-03-05T{hour:02}:30:00+08:00""#)),
    ];
    let kind = prop_oneof![
        Just("case_filed"),
        Just("decided"),
        Just("served"),
        Just("inspect")
    ];
    let more = prop_oneof![
        Just(String::new()),
        "[一-龥a-z]{1,8}".prop_map(|text| format!(r#","place":"{text}","instance":"i1""#)),
        any::<i32>().prop_map(|n| format!(r#","party":"p1","decision":"d{}","fields":{{"note_no":{}}}"#, n.unsigned_abs() % 9, n.unsigned_abs())),
        Just(r#","actors":[{"who":"A1","role":"officer"}],"docs":["x"],"media":["y","z"],"recorded_at":"2025-04-01T10:00:00+08:00""#.to_owned()),
    ];
    (kind, when, more).prop_map(|(kind, when, more)| format!(r#"{{"kind":"{kind}",{when}{more}}}"#))
}

/// The events without what every import gives anew: identifiers, where they were read.
fn content(events: &[Event]) -> Vec<Event> {
    let place = |id: &str| {
        events
            .iter()
            .position(|event| event.id == id)
            .map(|at| at.to_string())
    };
    let events = events.iter().map(|event| Event {
        id: place(&event.id).unwrap_or_default(),
        corrects: event.corrects.as_deref().and_then(place),
        origin: None,
        ..event.clone()
    });
    let opens = |event: &Event| event.kind != "case_registered";
    events.filter(opens).collect()
}

async fn what_is_exported_and_imported_again_is_the_same(db: Database) {
    let office = Office::open(db).await;
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let cases = proptest::collection::vec(proptest::collection::vec(an_event(), 0..6), 30);
    let cases = cases.new_tree(&mut runner).unwrap().current();
    let mut list: String = cases
        .iter()
        .enumerate()
        .map(|(n, events)| case_line(&format!("甲案{n}"), BODY_NAME, &events.join(",")))
        .collect();
    list.push_str(&case_line("甲案更正", BODY_NAME, r#"{"kind":"decided","on":"2025-04-01","id":"a"},{"kind":"decided","on":"2025-04-02","id":"b","corrects":"a"}"#));
    let batch = office.import(Who::Supervisor, "台账.jsonl", &list).await;
    assert_eq!(batch.counts.created, 31, "{:?}", batch.counts);
    office.agrees().await;
    let before = office.cases().await;
    let (text, done) = exported(&office, Who::Supervisor, Some("迁移到新平台"))
        .await
        .unwrap();
    assert_eq!((done.cases, done.revealed), (31, 31));

    let batch = office.import(Who::Supervisor, "导出.jsonl", &text).await;
    assert_eq!(batch.counts.created, 31, "{:?}", batch.counts);
    let after = office.cases().await;
    for old in &before {
        let id = old.header.id.to_string();
        let number = |case: &&mingjing_store::timeline::LoadedTimeline| {
            let first = &case.timeline.events[0];
            first.fields.get("number") == Some(&id.as_str().into())
        };
        let new = after.iter().find(number).unwrap();
        assert_eq!(content(&new.timeline.events), content(&old.timeline.events));
        assert_eq!(new.header.coverage, old.header.coverage);
        assert_eq!(new.header.procedure, old.header.procedure);
        let recorded = |case: &mingjing_store::timeline::LoadedTimeline| {
            case.events
                .iter()
                .map(|event| event.source_recorded_at)
                .collect::<Vec<_>>()
        };
        assert_eq!(recorded(new), recorded(old));
    }
}

async fn personal_data_is_masked_without_right_and_reason(db: Database) {
    let office = Office::open(db).await;
    office
        .import(
            Who::Clerk,
            "台账.jsonl",
            &case_line("甲案1", BODY_NAME, &two_events(1)),
        )
        .await;
    let (text, done) = exported(&office, Who::Supervisor, None).await.unwrap();
    assert_eq!((done.cases, done.revealed), (1, 0));
    assert!(!text.contains(PLANTED), "{text}");
    assert!(text.contains("诸***"), "{text}");
    let empty = exported(&office, Who::Supervisor, Some("  ")).await;
    assert!(matches!(empty, Err(ServiceError::Invalid(_))));
    let (text, done) = exported(&office, Who::Supervisor, Some("专项监督"))
        .await
        .unwrap();
    assert_eq!(done.revealed, 1);
    assert!(text.contains(PLANTED));
    let reasons =
        "SELECT count(*) FROM audit WHERE action = 'case.export' AND detail LIKE '%专项监督%'";
    assert_eq!(office.number(reasons).await, 1);
    let clerk = exported(&office, Who::System, None).await;
    assert!(matches!(clerk, Err(ServiceError::Forbidden)));
}

async fn tables_are_exported_within_the_scope(db: Database) {
    let office = Office::open(db).await;
    office
        .import(
            Who::Clerk,
            "台账.jsonl",
            &case_line("甲案1", BODY_NAME, &two_events(12_345)),
        )
        .await;
    let supervisor = office.request(Who::Supervisor);
    let table = || Table::Cases(CaseFilter::default());
    let mut bytes = Vec::new();
    let count = export_table(
        &office.services,
        &supervisor,
        table(),
        TableFormat::Csv,
        &mut bytes,
    );
    assert_eq!(count.await.unwrap(), 1);
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("诸***") && text.contains("123.45"), "{text}");
    assert!(!text.contains(PLANTED));

    let mut bytes = Vec::new();
    let count = export_table(
        &office.services,
        &supervisor,
        table(),
        TableFormat::Xlsx,
        &mut bytes,
    );
    assert_eq!(count.await.unwrap(), 1);
    let again = &mut Vec::new();
    let twice = export_table(
        &office.services,
        &supervisor,
        table(),
        TableFormat::Xlsx,
        &mut *again,
    );
    twice.await.unwrap();
    assert_eq!(bytes, *again, "the same rows make the same file");
    let book = parts(&bytes);
    let sheet = &book["xl/worksheets/sheet1.xml"];
    for column in table().columns() {
        assert!(sheet.contains(&format!(">{column}</t>")), "{column}");
    }
    // 3 March and 1 April 2025 as days, the fine as a number.
    for cell in [
        "<c s=\"2\"><v>45719</v></c>",
        "<c s=\"2\"><v>45748</v></c>",
        "<c s=\"4\"><v>123.45</v></c>",
    ] {
        assert!(sheet.contains(cell), "{cell}: {sheet}");
    }
    assert!(book["xl/workbook.xml"].contains("name=\"案件\""));
    assert!(!sheet.contains(PLANTED));
}

/// The parts of a workbook by their names.
/// Whatever is asked once for each case makes an export of ten thousand of them last for minutes.
async fn an_export_is_a_few_statements_a_page(db: Database) {
    let office = Office::open(db).await;
    let list: String = (0..130)
        .map(|n| case_line(&format!("甲案{n}"), BODY_NAME, &two_events(1_000)))
        .collect();
    let batch = office.import(Who::Supervisor, "台账.jsonl", &list).await;
    assert_eq!(batch.counts.created, 130, "{:?}", batch.counts);
    let before = office.db.store.work().statements;
    let (_, done) = exported(&office, Who::Supervisor, None).await.unwrap();
    assert_eq!(done.cases, 130);
    let statements = office.db.store.work().statements - before;
    assert!(statements <= 3 * STATEMENTS_OF_A_PAGE_MAX, "{statements}");
}

fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut parts = BTreeMap::new();
    for number in 0..zip.len() {
        let mut file = zip.by_index(number).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        parts.insert(name, text);
    }
    parts
}
