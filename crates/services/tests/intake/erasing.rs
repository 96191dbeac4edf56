//! 依法清除：两个人，一处不留，证明仍在，再来的名单写不回去。

use std::path::Path;

use mingjing_kernel::id::{Id, kind};
use mingjing_services::bundle::bundle;
use mingjing_services::erasure::approve::approve_erasure;
use mingjing_services::erasure::request::{RequestErasure, request_erasure};
use mingjing_services::error::ServiceError;
use mingjing_store::config::Location;
use mingjing_testkit::database::{Database, signing_key};
use mingjing_testkit::on_both_engines;
use mingjing_verify::bundle::verify_bundle;
use mingjing_verify::key::TrustedKey;

use crate::office::{BODY_NAME, Office, PLANTED, Who, case_line, two_events};

on_both_engines! {
    an_erased_name_stands_nowhere_and_the_proofs_hold,
    nobody_approves_his_own_request,
    what_was_erased_does_not_come_back_with_the_next_list,
}

async fn imported(office: &Office) -> Id<kind::Case> {
    // The first version named somebody else: histories and differences hold names too.
    let first = case_line("甲案1", BODY_NAME, &two_events(1))
        .replace(r#""doc_no":"1号""#, &format!(r#""doc_no":"{PLANTED}号""#));
    office.import(Who::Clerk, "一月.jsonl", &first).await;
    let second = case_line("甲案1", BODY_NAME, &two_events(2));
    let bad = case_line(
        "甲案2",
        BODY_NAME,
        &format!(r#"{{"kind":"decided","on":"{PLANTED}"}}"#),
    );
    office
        .import(Who::Clerk, "二月.jsonl", &format!("{second}{bad}"))
        .await;
    Id::try_from(office.cases().await[0].header.id).unwrap()
}

fn everything(case: Id<kind::Case>) -> RequestErasure {
    RequestErasure {
        case,
        events: Vec::new(),
        extent: "personal_data".to_owned(),
        basis: "personal_information_protection_law/47".to_owned(),
        reason: "当事人申请，保存期限届满".to_owned(),
    }
}

fn is_in_folder(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return false;
    };
    entries.map(|entry| entry.unwrap().path()).any(|path| {
        let name = PLANTED.as_bytes();
        if path.is_dir() {
            return is_in_folder(&path);
        }
        let bytes = std::fs::read(&path).unwrap();
        bytes.windows(name.len()).any(|window| window == name)
    })
}

/// Whether the name stands in any file of SQLite, any row of PostgreSQL, or any file kept aside.
async fn is_anywhere(office: &Office) -> bool {
    if is_in_folder(office.folder.path()) {
        return true;
    }
    match &office.db.config.location {
        Location::Sqlite(path) => is_in_folder(path.parent().unwrap()),
        Location::Postgres(_) => {
            let hex: String = PLANTED.bytes().map(|byte| format!("{byte:02x}")).collect();
            // Every row of every table as text; bytes are written in hexadecimal there.
            let sql = format!(
                "SELECT count(*) FROM (SELECT (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %I t \
                 WHERE t::text LIKE ''%%{PLANTED}%%'' OR t::text LIKE ''%%{hex}%%''', table_name), false, true, '')))[1]::text::bigint AS n \
                 FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE') f WHERE n > 0"
            );
            office.number(&sql).await > 0
        }
    }
}

async fn an_erased_name_stands_nowhere_and_the_proofs_hold(db: Database) {
    let office = Office::open(db).await;
    let case = imported(&office).await;
    office.integrate().await;
    assert!(is_anywhere(&office).await, "the name was there to be found");
    let reviewer = office.request(Who::Reviewer);
    let asked = request_erasure(&office.services, &reviewer, everything(case))
        .await
        .unwrap();
    assert!(is_anywhere(&office).await, "asking changes nothing");
    let head = office.request(Who::Head);
    let erased = approve_erasure(&office.services, &office.spool, &head, asked.id)
        .await
        .unwrap();
    assert!(erased.is_scrubbed);
    assert_eq!(erased.files_removed, 2);
    assert_eq!(
        erased.request.erased_count, 4,
        "both versions of the decision with the rest"
    );
    assert!(!is_anywhere(&office).await);

    office.integrate().await;
    assert!(office.db.store.fsck(None, |_| ()).await.unwrap().is_sound());
    let key = signing_key().verifying_key();
    let bytes = bundle(&office.services, &head, case, "复议机关调卷", &key)
        .await
        .unwrap();
    let pem = key.to_pem().unwrap();
    let report = verify_bundle(&bytes, &[TrustedKey::from_pem("test.node", &pem).unwrap()]);
    assert!(report.is_accepted(), "{report}");
    assert!(
        report.proven.iter().any(|line| line.contains("已清除")),
        "{report}"
    );
    let case = office.load(case.into()).await;
    assert_eq!(
        case.timeline
            .events
            .iter()
            .filter(|e| e.kind == "erasure")
            .count(),
        asked.of.targets.len()
    );
    assert_eq!(
        office
            .number("SELECT count(*) FROM case_row WHERE party_masked IS NOT NULL")
            .await,
        0
    );
}

async fn nobody_approves_his_own_request(db: Database) {
    let office = Office::open(db).await;
    let case = imported(&office).await;
    let head = office.request(Who::Head);
    let asked = request_erasure(&office.services, &head, everything(case))
        .await
        .unwrap();
    let own = approve_erasure(&office.services, &office.spool, &head, asked.id).await;
    assert!(matches!(own, Err(ServiceError::Forbidden)), "{own:?}");
    let clerk = office.request(Who::Clerk);
    let forbidden = request_erasure(&office.services, &clerk, everything(case)).await;
    assert!(matches!(
        forbidden,
        Err(ServiceError::Forbidden | ServiceError::NotFound)
    ));
    assert!(is_anywhere(&office).await);
}

async fn what_was_erased_does_not_come_back_with_the_next_list(db: Database) {
    let office = Office::open(db).await;
    let case = imported(&office).await;
    let reviewer = office.request(Who::Reviewer);
    let asked = request_erasure(&office.services, &reviewer, everything(case))
        .await
        .unwrap();
    let head = office.request(Who::Head);
    approve_erasure(&office.services, &office.spool, &head, asked.id)
        .await
        .unwrap();
    let version = office.load(case.into()).await.header.version;
    let served = format!(
        r#"{},{{"kind":"served","on":"2025-04-03","decision":"d1"}}"#,
        two_events(3)
    );
    let batch = office
        .import(
            Who::Clerk,
            "三月.jsonl",
            &case_line("甲案1", BODY_NAME, &served),
        )
        .await;
    assert_eq!((batch.counts.changed, batch.counts.created), (1, 0));
    let after = office.load(case.into()).await;
    assert_eq!(
        after.header.version,
        version + 1,
        "only what is new is written"
    );
    assert_eq!(after.timeline.events.last().unwrap().kind, "served");
}
