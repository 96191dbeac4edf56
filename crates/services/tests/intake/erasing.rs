//! 依法清除：两个人，一处不留，证明仍在，再来的名单写不回去。

use std::path::Path;

use mingjing_kernel::id::{Id, kind};
use mingjing_services::bundle::bundle;
use mingjing_services::erasure::approve::approve_erasure;
use mingjing_services::erasure::request::{RequestErasure, request_erasure};
use mingjing_services::error::ServiceError;
use mingjing_store::config::Location;
use mingjing_store::idempotency::Reply;
use mingjing_store::tx::Tx;
use mingjing_testkit::database::{Database, on_postgres, signing_key};
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
    // Some name the file after the person that it is about.
    let name = format!("{PLANTED}.jsonl");
    let list = format!("{second}{bad}");
    office.import(Who::Clerk, &name, &list).await;
    let case = Id::try_from(office.cases().await[0].header.id).unwrap();
    answered(office, case).await;
    case
}

/// A kept answer that shows the name, as the answer to a request about the case may.
async fn answered(office: &Office, case: Id<kind::Case>) {
    let reply = Reply {
        request_digest: [0; 32],
        status: 200,
        body: format!(r#"{{"case":"{case}","party":"{PLANTED}"}}"#).into_bytes(),
    };
    let account = Who::Clerk.account();
    let keep = async move |tx: &Tx| tx.keep_reply(account, "key-of-a-test", &reply).await;
    office
        .db
        .store
        .write(&office.db.context, keep)
        .await
        .unwrap();
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

/// A folder of a server that runs may lose a file while one looks; what is gone holds nothing.
fn is_in_folder(folder: &Path, name: &str) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return false;
    };
    entries.map(|entry| entry.unwrap().path()).any(|path| {
        if path.is_dir() {
            return is_in_folder(&path, name);
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        bytes
            .windows(name.len())
            .any(|window| window == name.as_bytes())
    })
}

/// Whether the name stands in any file of SQLite, any row of PostgreSQL, or any file kept aside.
async fn is_anywhere(office: &Office) -> bool {
    if is_in_folder(office.folder.path(), PLANTED) {
        return true;
    }
    match &office.db.config.location {
        Location::Sqlite(path) => is_in_folder(path.parent().unwrap(), PLANTED),
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
    office.agrees().await;
    let key = signing_key();
    let bytes = bundle(&office.services, &head, case, "复议机关调卷", &key)
        .await
        .unwrap();
    let pem = key.verifying_key().to_pem().unwrap();
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

/// Another name than that of the other tests: the write-ahead log belongs to the whole server.
const ON_DISK: &str = "公孙落盘";

#[test]
fn postgres_rewritten_and_checkpointed_holds_the_name_in_no_file() {
    on_postgres(async |db| {
        let office = Office::open(db).await;
        let list = case_line("甲案1", BODY_NAME, &two_events(1)).replace(PLANTED, ON_DISK);
        office.import(Who::Clerk, "一月.jsonl", &list).await;
        office.integrate().await;
        let case = Id::try_from(office.cases().await[0].header.id).unwrap();
        let [tables, log] = office.db.postgres_folders().await.unwrap();
        let run = async |sql: &str| {
            office.db.raw_execute(sql).await.unwrap();
        };
        run("CHECKPOINT").await;
        assert!(
            is_in_folder(&tables, ON_DISK),
            "the name was there to be found"
        );
        assert!(is_in_folder(&log, ON_DISK), "and in the write-ahead log");
        let reviewer = office.request(Who::Reviewer);
        let asked = request_erasure(&office.services, &reviewer, everything(case));
        let asked = asked.await.unwrap();
        let head = office.request(Who::Head);
        approve_erasure(&office.services, &office.spool, &head, asked.id)
            .await
            .unwrap();
        // What docs/retention.md has the operator do: tables written anew, old segments of the log not used again.
        run("ALTER SYSTEM SET wal_recycle = off").await;
        run("SELECT pg_reload_conf()").await;
        run("VACUUM FULL").await;
        for _ in 0..2 {
            run("SELECT pg_switch_wal()").await;
            run("CHECKPOINT").await;
        }
        assert!(!is_in_folder(&tables, ON_DISK));
        assert!(!is_in_folder(&log, ON_DISK));
    });
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
