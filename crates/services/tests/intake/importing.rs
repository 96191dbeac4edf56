//! 汇入：一行一个结果；再来一次什么也不变，新版只追加，认不出的机关等着人来认。

use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::Source;
use mingjing_domain::value::Value;
use mingjing_services::error::ServiceError;
use mingjing_services::intake::map_bodies::{MapBody, list_unknown_bodies, map_bodies};
use mingjing_services::intake::receipt::{ReceiptFormat, list_rows, receipt};
use mingjing_services::intake::remove_files::remove_expired_files;
use mingjing_services::intake::run::{dry_run, run};
use mingjing_services::retention::expire;
use mingjing_store::import::BatchState;
use mingjing_store::import_row::RowOutcome;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::clock::work_goes_on;
use crate::office::{
    BODY, BODY_NAME, BODY_PATH, OTHER, OTHER_NAME, Office, PLANTED, Who, case_line, two_events,
};

on_both_engines! {
    a_list_becomes_cases_and_comes_again_without_a_trace,
    a_bad_row_says_where_why_and_what_to_do,
    a_newer_version_corrects_appends_and_shows_the_difference,
    nothing_in_a_list_is_first_hand_and_absence_proves_what_was_declared,
    a_dry_run_writes_outcomes_and_nothing_else,
    an_unknown_body_waits_until_somebody_maps_it,
    a_clerk_brings_in_the_cases_of_his_own_body_only,
    corrections_within_a_list_stay_corrections,
    a_row_that_cannot_be_stored_does_not_hold_up_the_others,
    raw_files_go_when_their_time_is_over,
    details_of_rows_go_when_their_time_is_over,
    a_row_tells_nobody_a_name_or_a_number_of_a_person,
}

async fn receipt_of(
    office: &Office,
    id: mingjing_kernel::id::Id<mingjing_kernel::id::kind::Batch>,
    format: ReceiptFormat,
) -> String {
    let mut text = String::new();
    let request = office.request(Who::Clerk);
    let write = |piece: &str| {
        text.push_str(piece);
        Ok(())
    };
    receipt(&office.services, &request, id, format, write)
        .await
        .unwrap();
    text
}

async fn a_list_becomes_cases_and_comes_again_without_a_trace(db: Database) {
    let office = Office::open(db).await;
    let list: String = (1..=3)
        .map(|n| case_line(&format!("甲案{n}"), BODY_NAME, &two_events(n)))
        .collect();
    let batch = office.import(Who::Clerk, "台账.jsonl", &list).await;
    assert_eq!(batch.state, BatchState::Finished);
    assert_eq!((batch.counts.rows, batch.counts.created), (3, 3));
    let cases = office.cases().await;
    assert_eq!(cases.len(), 3);
    let kinds: Vec<&str> = cases[0]
        .timeline
        .events
        .iter()
        .map(|e| e.kind.as_str())
        .collect();
    assert_eq!(
        kinds,
        ["case_registered", "facts_stated", "case_filed", "decided"]
    );
    assert_eq!(
        office
            .number(&format!(
                "SELECT count(*) FROM case_row WHERE org_path = '{BODY_PATH}'"
            ))
            .await,
        3
    );
    assert_eq!(office.number("SELECT count(*) FROM assessment").await, 3);

    let receipt = receipt_of(&office, batch.id, ReceiptFormat::Json).await;
    let events = office.number("SELECT count(*) FROM event").await;
    let again = office.accept(Who::Clerk, "另一个名字.jsonl", &list).await;
    assert!(again.is_repeated);
    assert_eq!(again.batch.id, batch.id);
    let again = run(
        &office.services,
        &office.spool,
        &office.request(Who::Clerk),
        batch.id,
    )
    .await
    .unwrap();
    assert_eq!(again, batch);
    assert_eq!(
        receipt_of(&office, batch.id, ReceiptFormat::Json).await,
        receipt
    );
    assert_eq!(office.number("SELECT count(*) FROM event").await, events);

    // The same cases in another file: read, recognised, left alone.
    let more = format!("{list}{}", case_line("甲案4", BODY_NAME, &two_events(4)));
    let batch = office.import(Who::Clerk, "台账.jsonl", &more).await;
    assert_eq!((batch.counts.same, batch.counts.created), (3, 1));
    office.integrate().await;
    assert!(office.db.store.fsck(None, |_| ()).await.unwrap().is_sound());
}

async fn a_bad_row_says_where_why_and_what_to_do(db: Database) {
    let office = Office::open(db).await;
    let good = case_line("甲案1", BODY_NAME, &two_events(1));
    let bad = case_line(
        "甲案2",
        BODY_NAME,
        r#"{"kind":"decided","on":"2025-02-30"}"#,
    );
    let secret = r#"{"case":"甲案3","facts":{"case":{"is_classified":true}},"events":[]}"#;
    let list = format!("{good}{bad}{good}{secret}\n");
    let batch = office.import(Who::Clerk, "台账.jsonl", &list).await;
    assert_eq!(
        (
            batch.counts.created,
            batch.counts.refused,
            batch.counts.repeated
        ),
        (1, 2, 1)
    );
    let clerk = office.request(Who::Clerk);
    let wanted = [RowOutcome::Refused];
    let refused = list_rows(&office.services, &clerk, batch.id, &wanted, (0, 10))
        .await
        .unwrap();
    let error = &refused[0].detail["errors"][0];
    assert_eq!(error["file"], "台账.jsonl");
    assert_eq!(error["row"], 2);
    assert!(error["column"].as_str().unwrap().contains("on"));
    assert!(
        !error["reason"].as_str().unwrap().is_empty()
            && !error["remedy"].as_str().unwrap().is_empty()
    );
    assert!(
        refused[1].detail["errors"][0]["reason"]
            .as_str()
            .unwrap()
            .contains("涉密")
    );
    let csv = receipt_of(&office, batch.id, ReceiptFormat::Csv).await;
    assert!(csv.starts_with("\u{feff}行序,结果,"), "{csv}");
    assert!(csv.contains("1,不能收,,台账.jsonl,,2,"), "{csv}");
}

async fn a_newer_version_corrects_appends_and_shows_the_difference(db: Database) {
    let office = Office::open(db).await;
    let old = case_line(
        "甲案1",
        BODY_NAME,
        &format!(
            r#"{},{{"kind":"clue_registered","on":"2025-02-01"}}"#,
            two_events(100)
        ),
    );
    office.import(Who::Clerk, "一月.jsonl", &old).await;
    let new = case_line(
        "甲案1",
        BODY_NAME,
        &format!(
            r#"{},{{"kind":"served","on":"2025-04-03","decision":"d1"}}"#,
            two_events(250)
        ),
    );
    let batch = office.import(Who::Clerk, "二月.jsonl", &new).await;
    assert_eq!((batch.counts.changed, batch.counts.created), (1, 0));
    let case = &office.cases().await[0];
    let events = &case.timeline.events;
    let decided: Vec<_> = events.iter().filter(|e| e.kind == "decided").collect();
    assert_eq!(decided.len(), 2);
    assert_eq!(decided[0].fields["fine"], Value::Int(100));
    assert_eq!(decided[1].fields["fine"], Value::Int(250));
    assert_eq!(decided[1].corrects.as_deref(), Some(decided[0].id.as_str()));
    assert_eq!(events.iter().filter(|e| e.kind == "served").count(), 1);
    assert_eq!(events.iter().filter(|e| e.kind == "case_filed").count(), 1);
    assert!(
        events.iter().any(|e| e.kind == "correction"),
        "the lost event is told of, not removed"
    );
    assert_eq!(office.number("SELECT fine_fen FROM case_row").await, 250);

    let clerk = office.request(Who::Clerk);
    let rows = list_rows(&office.services, &clerk, batch.id, &[], (0, 10))
        .await
        .unwrap();
    let differences = rows[0].detail["differences"].as_array().unwrap();
    let fine = differences
        .iter()
        .find(|d| d["item"] == "fields.fine")
        .unwrap();
    assert_eq!(
        (fine["old"].as_i64(), fine["new"].as_i64()),
        (Some(100), Some(250))
    );
    assert_eq!(rows[0].detail["gone"][0], "clue_registered");

    office.agrees().await;
    let version = case.header.version;
    let batch = office
        .import(Who::Clerk, "三月.jsonl", &format!("{new}\n"))
        .await;
    assert_eq!(batch.counts.same, 1);
    assert_eq!(office.cases().await[0].header.version, version);
}

async fn nothing_in_a_list_is_first_hand_and_absence_proves_what_was_declared(db: Database) {
    let office = Office::open(db).await;
    let event = r#"{"kind":"decided","on":"2025-04-01","recorded_at":"2025-04-02T08:00:00+08:00"}"#;
    let line = case_line("甲案1", BODY_NAME, event).replace(
        r#""closed""#,
        r#"{"knows":{"decided":{"fields":["fine"]}}}"#,
    );
    office.import(Who::Clerk, "台账.jsonl", &line).await;
    let case = &office.cases().await[0];
    assert!(
        case.timeline
            .events
            .iter()
            .all(|event| event.source == Source::File)
    );
    let header = case.events.last().unwrap();
    assert_eq!(
        header.source_recorded_at.unwrap().timestamp().to_string(),
        "2025-04-02T08:00"
    );
    let origin = case.timeline.events.last().unwrap().origin.clone().unwrap();
    assert_eq!((origin.file.as_str(), origin.row), ("台账.jsonl", 1));
    let Coverage::Kinds(kinds) = &case.header.coverage else {
        panic!("{:?}", case.header.coverage);
    };
    assert_eq!(kinds.keys().collect::<Vec<_>>(), ["decided"]);
}

async fn a_dry_run_writes_outcomes_and_nothing_else(db: Database) {
    let office = Office::open(db).await;
    let list = format!(
        "{}{}",
        case_line("甲案1", BODY_NAME, &two_events(1)),
        case_line("甲案2", "无名局", &two_events(2)),
    );
    let batch = office.accept(Who::Clerk, "台账.jsonl", &list).await.batch;
    let request = office.request(Who::Clerk);
    let dry = dry_run(&office.services, &office.spool, &request, batch.id)
        .await
        .unwrap();
    assert!(dry.is_dry_run);
    assert_eq!((dry.counts.created, dry.counts.waiting), (1, 1));
    for counted in [
        "timeline WHERE kind = 'case'",
        "event WHERE timeline_id LIKE 'case_%'",
        "source_key",
        "case_row",
    ] {
        let sql = format!("SELECT count(*) FROM {counted}");
        assert_eq!(office.number(&sql).await, 0, "{counted}");
    }
    let real = run(&office.services, &office.spool, &request, batch.id)
        .await
        .unwrap();
    assert!(!real.is_dry_run);
    assert_eq!((real.counts.created, real.counts.waiting), (1, 1));
    assert_eq!(office.cases().await.len(), 1);
    // A dry run afterwards does not replace what really happened.
    let after = dry_run(&office.services, &office.spool, &request, batch.id)
        .await
        .unwrap();
    assert_eq!(after, real);
}

const LIST: &str = "行政处罚决定书文号,处罚决定日期,行政相对人名称,处罚机关\n\
    甲〔2025〕1号,2025-03-04,某公司,县市场局\n\
    甲〔2025〕2号,2025-03-05,某店,县市场局\n\
    甲〔2025〕3号,2025-03-06,某厂,甲市市场监督管理局\n";

async fn an_unknown_body_waits_until_somebody_maps_it(db: Database) {
    let office = Office::open(db).await;
    let batch = office.import(Who::Supervisor, "双公示.csv", LIST).await;
    assert_eq!((batch.counts.created, batch.counts.waiting), (1, 2));
    let supervisor = office.request(Who::Supervisor);
    let unknown = list_unknown_bodies(&office.services, &supervisor, batch.id)
        .await
        .unwrap();
    assert_eq!((unknown[0].name.as_str(), unknown[0].rows), ("县市场局", 2));
    assert_eq!(
        office.number("SELECT count(*) FROM body").await,
        2,
        "nothing is created silently"
    );
    let same = run(&office.services, &office.spool, &supervisor, batch.id)
        .await
        .unwrap();
    assert_eq!(same, batch);

    let to = |body: &str| {
        vec![MapBody {
            name: "县市场局".to_owned(),
            body: body.to_owned(),
        }]
    };
    let wrong = map_bodies(&office.services, &supervisor, batch.id, to("body_none")).await;
    assert!(matches!(wrong, Err(ServiceError::Invalid(_))));
    map_bodies(&office.services, &supervisor, batch.id, to(OTHER))
        .await
        .unwrap();
    let done = run(&office.services, &office.spool, &supervisor, batch.id)
        .await
        .unwrap();
    assert_eq!(
        (done.counts.created, done.counts.same, done.counts.waiting),
        (2, 1, 0)
    );
    let of_other = format!("SELECT count(*) FROM case_row WHERE body_id = '{OTHER}'");
    assert_eq!(office.number(&of_other).await, 2);

    let next = LIST
        .replace("2025〕", "2026〕")
        .replace("2025-03", "2026-01");
    let next = office.import(Who::Supervisor, "下一期.csv", &next).await;
    assert_eq!((next.counts.created, next.counts.waiting), (3, 0));
}

async fn a_clerk_brings_in_the_cases_of_his_own_body_only(db: Database) {
    let office = Office::open(db).await;
    let list = format!(
        "{}{}",
        case_line("甲案1", BODY_NAME, &two_events(1)),
        case_line("乙案1", OTHER_NAME, &two_events(2)),
    );
    let batch = office.import(Who::Clerk, "台账.jsonl", &list).await;
    assert_eq!((batch.counts.created, batch.counts.refused), (1, 1));
    // The name of a source is anybody's; the case behind it is not.
    let theirs = case_line("乙案1", OTHER_NAME, &two_events(2));
    office.import(Who::Supervisor, "乙局.jsonl", &theirs).await;
    let taken = case_line("乙案1", BODY_NAME, &two_events(9));
    let taken = office.import(Who::Clerk, "冒用.jsonl", &taken).await;
    assert_eq!((taken.counts.changed, taken.counts.refused), (0, 1));
    let request = office.request(Who::Reviewer);
    let refused = run(&office.services, &office.spool, &request, batch.id).await;
    assert!(
        matches!(
            refused,
            Err(ServiceError::Forbidden | ServiceError::NotFound)
        ),
        "{refused:?}"
    );
    let to_other = vec![MapBody {
        name: "某局".to_owned(),
        body: BODY.to_owned(),
    }];
    let clerk = office.request(Who::Clerk);
    let mapped = map_bodies(&office.services, &clerk, batch.id, to_other).await;
    assert!(matches!(mapped, Err(ServiceError::Forbidden)), "{mapped:?}");
}

async fn corrections_within_a_list_stay_corrections(db: Database) {
    let office = Office::open(db).await;
    let events = r#"{"kind":"decided","on":"2025-04-02","id":"b","corrects":"a"},{"kind":"decided","on":"2025-04-01","id":"a"}"#;
    office
        .import(
            Who::Clerk,
            "台账.jsonl",
            &case_line("甲案1", BODY_NAME, events),
        )
        .await;
    let case = &office.cases().await[0];
    let decided: Vec<_> = case
        .timeline
        .events
        .iter()
        .filter(|e| e.kind == "decided")
        .collect();
    assert_eq!(decided.len(), 2);
    assert_eq!(decided[0].corrects, None);
    assert_eq!(decided[1].corrects.as_deref(), Some(decided[0].id.as_str()));
}

async fn a_row_that_cannot_be_stored_does_not_hold_up_the_others(db: Database) {
    let office = Office::open(db).await;
    // Two hundred thousand characters in several fields: more than the log takes as one content.
    let long = "长".repeat(400_000);
    let wide = format!(r#"{{"kind":"decided","on":"2025-04-01","place":"{long}"}}"#);
    let list = format!(
        "{}{}{}",
        case_line("甲案1", BODY_NAME, &two_events(1)),
        case_line("甲案2", BODY_NAME, &wide),
        case_line("甲案3", BODY_NAME, &two_events(3)),
    );
    let batch = office.import(Who::Clerk, "台账.jsonl", &list).await;
    assert_eq!((batch.counts.created, batch.counts.refused), (2, 1));
}

async fn raw_files_go_when_their_time_is_over(db: Database) {
    let office = Office::open(db).await;
    let list = case_line("甲案1", BODY_NAME, &two_events(1));
    let batch = office.import(Who::Clerk, "台账.jsonl", &list).await;
    let waiting = office
        .accept(Who::Clerk, "没导.jsonl", &format!("{list}\n"))
        .await;
    let system = || office.services.system("sweep");
    let sweep = async || remove_expired_files(&office.services, &office.spool, &system()).await;
    office
        .db
        .clock
        .advance_millis((i64::from(office.services.retention().import_file_days) - 1) * DAY_MILLIS);
    assert_eq!(sweep().await.unwrap(), 0);
    office.db.clock.advance_millis(2 * DAY_MILLIS);
    assert_eq!(sweep().await.unwrap(), 1);
    assert!(!office.spool.has(&batch.of.file_digest));
    assert!(
        office.spool.has(&waiting.batch.of.file_digest),
        "what is not done is kept"
    );
    assert_eq!(sweep().await.unwrap(), 0);
    // A removal that was noted and not done, as after a crash.
    office.keep(&list);
    assert_eq!(sweep().await.unwrap(), 1);
    let receipt = receipt_of(&office, batch.id, ReceiptFormat::Json).await;
    assert!(receipt.contains(r#""created":1"#), "{receipt}");
    let again = office.accept(Who::Clerk, "台账.jsonl", &list).await;
    assert!(!again.is_repeated, "the list can be sent again");
}

async fn details_of_rows_go_when_their_time_is_over(db: Database) {
    let office = Office::open(db).await;
    let list = format!(
        "{}{}",
        case_line("甲案1", BODY_NAME, &two_events(1)),
        case_line(
            "甲案2",
            BODY_NAME,
            r#"{"kind":"case_filed","on":"不是日子"}"#
        ),
    );
    let batch = office.import(Who::Clerk, "台账.jsonl", &list).await;
    assert_eq!((batch.counts.created, batch.counts.refused), (1, 1));
    let newer = case_line("甲案1", BODY_NAME, &two_events(2));
    let newer = office.import(Who::Clerk, "新版.jsonl", &newer).await;
    assert_eq!(newer.counts.changed, 1);
    let told = receipt_of(&office, newer.id, ReceiptFormat::Json).await;
    assert!(told.contains("differences"), "{told}");
    let sweep = async || expire(&office.services, &office.services.system("sweep")).await;
    let days = i64::from(office.services.retention().import_detail_days);
    office.db.clock.advance_millis((days - 1) * DAY_MILLIS);
    work_goes_on(&office.db).await;
    assert_eq!(sweep().await.unwrap().import_details, 0);
    office.db.clock.advance_millis(2 * DAY_MILLIS);
    let mut gone = 0;
    loop {
        let swept = sweep().await.unwrap();
        gone += swept.import_details;
        if !swept.has_more {
            break;
        }
    }
    assert!(gone >= 3, "{gone}");
    let kept = "SELECT COUNT(*) FROM import_row WHERE detail <> '{\"is_expired\":true}'";
    assert_eq!(office.number(kept).await, 0);
    let told = receipt_of(&office, newer.id, ReceiptFormat::Json).await;
    assert!(
        told.contains(r#""changed":1"#) && !told.contains("differences"),
        "{told}"
    );
    let told = receipt_of(&office, batch.id, ReceiptFormat::Csv).await;
    assert!(told.contains("细节保存期满，已抹去"), "{told}");
    let audits = "SELECT COUNT(*) FROM audit WHERE action = 'import.expire_details'";
    assert_eq!(office.number(audits).await, 2);
}

const DAY_MILLIS: i64 = 24 * 3_600 * 1_000;

/// 一个自然人的一案，处处写着他的姓名与号码。
fn line_of_person(label: &str, name: &str, number: &str, body: &str) -> String {
    let line = serde_json::json!({
        "case": label, "procedure": "ordinary_penalty", "body": {"name": body},
        "party": {"kind": "natural", "name": name, "credit_code": number}, "coverage": "closed",
        "events": [{"kind": "case_filed", "on": "2025-03-03", "docs": [format!("证件-{number}")],
            "place": format!("{name}家中"), "fields": {"party_name": name, "party_code": number}}],
    });
    format!("{line}\n")
}

async fn a_row_tells_nobody_a_name_or_a_number_of_a_person(db: Database) {
    const OTHER_PERSON: &str = "欧阳另例";
    const NUMBERS: [&str; 2] = ["000000190001010000", "000000190001010019"];
    let office = Office::open(db).await;
    let labels = [format!("甲案 {PLANTED}"), format!("甲案 {}", NUMBERS[0])];
    let mut batches = Vec::new();
    for (file, name, number) in [
        ("旧版.jsonl", PLANTED, NUMBERS[0]),
        ("新版.jsonl", OTHER_PERSON, NUMBERS[1]),
    ] {
        let rows = labels
            .iter()
            .map(|label| line_of_person(label, name, number, BODY_NAME));
        let strange = line_of_person("甲案", name, number, &format!("没有的局 {number}"));
        let list: String = rows.chain([strange]).collect();
        batches.push(office.import(Who::Clerk, file, &list).await);
    }
    let counts = &batches[1].counts;
    assert_eq!((counts.changed, counts.waiting), (2, 1));
    let mut readers = 0;
    for who in [
        Who::Clerk,
        Who::Head,
        Who::Reviewer,
        Who::Supervisor,
        Who::System,
    ] {
        let request = office.request(who);
        for batch in &batches {
            let rows = list_rows(&office.services, &request, batch.id, &[], (0, 10)).await;
            let Ok(rows) = rows else { continue };
            readers += 1;
            let mut told = format!("{rows:?}");
            for format in [ReceiptFormat::Json, ReceiptFormat::Csv] {
                let write = |piece: &str| {
                    told.push_str(piece);
                    Ok(())
                };
                receipt(&office.services, &request, batch.id, format, write)
                    .await
                    .unwrap();
            }
            for planted in [PLANTED, OTHER_PERSON].iter().chain(&NUMBERS) {
                assert!(!told.contains(planted), "{planted}: {told}");
            }
            assert!(told.contains("甲案 诸***"), "{told}");
        }
    }
    assert!(readers >= 4, "{readers}");
    let clerk = office.request(Who::Clerk);
    let rows = list_rows(&office.services, &clerk, batches[1].id, &[], (0, 1)).await;
    let differences = rows.unwrap()[0].detail["differences"].clone();
    let of = |item: &str| {
        let all = differences.as_array().unwrap().iter();
        let found = all.filter(|one| one["item"] == item);
        let found: Vec<_> = found
            .map(|one| [one["old"].clone(), one["new"].clone()])
            .collect();
        serde_json::json!(found)
    };
    let names = serde_json::json!([["诸***", "欧***"]]);
    assert_eq!(of("fields.party_name"), names, "{differences}");
    assert_eq!(of("facts.party.name"), names, "{differences}");
}
