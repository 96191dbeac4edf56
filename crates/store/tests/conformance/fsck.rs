//! 自查：好的库处处相符；绕过守卫改动的，逐处点名。

use mingjing_ledger::key::SigningKey;
use mingjing_ledger::suite::Suite;
use mingjing_store::audit::NewAudit;
use mingjing_store::fsck::notice::Notice;
use mingjing_store::fsck::{Discrepancy, FsckReport};
use mingjing_store::log::integrator::Integrator;
use mingjing_store::tx::Tx;
use mingjing_testkit::database::{Database, signing_key};
use mingjing_testkit::on_both_engines;

use crate::samples::{case_of, full_event, new_case};

on_both_engines! {
    a_sound_store_is_sound,
    each_tampering_is_named,
    a_missing_event_is_named,
    a_forged_signature_is_named,
    entries_nobody_integrates_and_checkpoints_of_the_future_are_noticed,
}

async fn fill(db: &Database) {
    let write = async |tx: &Tx| {
        let id = tx.create_timeline(&new_case()).await?;
        tx.append(id, 0, vec![full_event()]).await?;
        let new = NewAudit {
            action: "case.create".to_owned(),
            resource_kind: "case".to_owned(),
            resource_id: Some(id.to_string()),
            org_path: "/33/".to_owned(),
            is_allowed: true,
            detail: serde_json::json!({"n": 1}),
        };
        tx.audit(new).await
    };
    db.store.write(&db.context, write).await.unwrap();
    let (store, context) = (db.store.clone(), db.context.clone());
    let integrator = Integrator::new(store, context, signing_key(), "a".to_owned());
    integrator.unwrap().drain().await.unwrap();
    case_of(db, 2).await;
}

async fn fsck(db: &Database) -> FsckReport {
    let key = signing_key().verifying_key();
    db.store.fsck(Some(&key), |_| ()).await.unwrap()
}

/// Changes a row behind the triggers' back, as somebody with the file in his hands could.
async fn tamper(db: &Database, table: &str, sql: &str) {
    if db.is_sqlite() {
        let guards: [String; 3] = [
            format!("DROP TRIGGER IF EXISTS {table}_refuses_update"),
            format!("DROP TRIGGER IF EXISTS {table}_refuses_delete"),
            format!("DROP TRIGGER IF EXISTS {table}_allows_erasure"),
        ];
        db.raw_execute(&guards.join(";")).await.unwrap();
    } else {
        let disable = format!("ALTER TABLE {table} DISABLE TRIGGER ALL");
        db.raw_execute(&disable).await.unwrap();
    }
    assert!(db.raw_execute(sql).await.unwrap() > 0, "{sql}");
}

async fn a_sound_store_is_sound(db: Database) {
    assert!(fsck(&db).await.is_sound());
    fill(&db).await;
    let mut last = 0;
    let report = db.store.fsck(None, |seen| last = seen).await.unwrap();
    assert!(report.is_sound(), "{:?}", report.discrepancies);
    assert_eq!((report.entries, report.events, report.audits), (2, 3, 1));
    assert_eq!((report.pending, report.checkpoints), (2, 1));
    assert_eq!(last, 6);
}

async fn each_tampering_is_named(db: Database) {
    fill(&db).await;
    let mut known = 0;
    for (table, sql, expected) in [
        (
            "event",
            "UPDATE event SET kind = 'filed' WHERE position = 1",
            "事件",
        ),
        (
            "event_payload",
            "UPDATE event_payload SET salt = body WHERE position = 2",
            "盐",
        ),
        ("audit", "UPDATE audit SET org_path = '/34/'", "审计"),
        (
            "timeline",
            "UPDATE timeline SET version = 9 WHERE version = 1",
            "版本是 9",
        ),
        ("log_tile", "UPDATE log_tile SET hashes = 'x'", "瓦片"),
        ("checkpoint", "UPDATE checkpoint SET note = 'x'", "检查点"),
        (
            "log_entry",
            "UPDATE log_entry SET leaf_hash = bytes WHERE log_index = 1",
            "叶散列",
        ),
    ] {
        let sql = match (table, db.is_sqlite()) {
            ("log_tile", true) => "UPDATE log_tile SET hashes = x'00'",
            _ => sql,
        };
        tamper(&db, table, sql).await;
        let report = fsck(&db).await;
        assert!(report.discrepancy_count > known, "{sql}");
        known = report.discrepancy_count;
        let said = report
            .discrepancies
            .iter()
            .any(|d| d.to_string().contains(expected));
        assert!(said, "{sql}: {:?}", report.discrepancies);
    }
}

async fn a_missing_event_is_named(db: Database) {
    fill(&db).await;
    tamper(
        &db,
        "event_payload",
        "DELETE FROM event_payload WHERE position = 1",
    )
    .await;
    tamper(&db, "event", "DELETE FROM event WHERE position = 1").await;
    let report = fsck(&db).await;
    let gone = |d: &Discrepancy| {
        matches!(
            d,
            Discrepancy::RowGone {
                index: 0,
                position: 1,
                ..
            }
        )
    };
    assert!(
        report.discrepancies.iter().any(gone),
        "{:?}",
        report.discrepancies
    );
    let short = |d: &Discrepancy| matches!(d, Discrepancy::TimelineVersion { count: 0, .. });
    assert!(
        report.discrepancies.iter().any(short),
        "{:?}",
        report.discrepancies
    );
}

async fn a_forged_signature_is_named(db: Database) {
    fill(&db).await;
    let other = SigningKey::generate(Suite::Sm, &[8; 32])
        .unwrap()
        .verifying_key();
    let report = db.store.fsck(Some(&other), |_| ()).await.unwrap();
    assert!(matches!(
        report.discrepancies.as_slice(),
        [Discrepancy::Checkpoint { size: 2, .. }]
    ));
}

async fn entries_nobody_integrates_and_checkpoints_of_the_future_are_noticed(db: Database) {
    let notices = async || db.store.notices(db.context.clock.now()).await.unwrap();
    assert_eq!(notices().await, []);
    // Leaves two entries waiting.
    fill(&db).await;
    assert_eq!(notices().await, []);
    db.clock.advance_millis(16_000);
    let since = db.context.clock.now().add_micros(-16_000_000);
    assert_eq!(notices().await, [Notice::StalePending { count: 2, since }]);
    // Now the clock that made them was an hour fast.
    db.clock.advance_millis(-3_600_000);
    let found = notices().await;
    let waiting = |notice: &Notice| matches!(notice, Notice::StalePending { count: 2, .. });
    let future = |notice: &Notice| matches!(notice, Notice::FutureCheckpoints { count: 1, .. });
    assert!(waiting(&found[0]) && future(&found[1]), "{found:?}");
    assert!(fsck(&db).await.is_sound(), "a notice is no discrepancy");
}
