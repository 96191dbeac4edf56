//! 守卫：事件头、审计、日志、检查点改不得、删不得；内容只能整个抹去一次。

use mingjing_store::audit::NewAudit;
use mingjing_store::error::StoreError;
use mingjing_store::log::integrator::Integrator;
use mingjing_store::store::Store;
use mingjing_store::tx::Tx;
use mingjing_testkit::database::{Database, signing_key};
use mingjing_testkit::on_both_engines;

use crate::samples::case_of;

on_both_engines! {
    what_is_append_only_refuses_update_and_delete,
    a_payload_can_only_be_blanked_as_a_whole_and_once,
    the_role_of_the_application_cannot_change_history_or_schema,
}

/// One row in each of the guarded tables.
async fn fill(db: &Database) {
    case_of(db, 1).await;
    let audit = async |tx: &Tx| {
        let new = NewAudit {
            action: "case.read".to_owned(),
            resource_kind: "case".to_owned(),
            resource_id: None,
            org_path: "/".to_owned(),
            is_allowed: true,
            detail: serde_json::json!({}),
        };
        tx.audit(new).await
    };
    db.store.write(&db.context, audit).await.unwrap();
    let integrator = Integrator::new(
        db.store.clone(),
        db.context.clone(),
        signing_key(),
        "a".to_owned(),
    );
    assert_eq!(integrator.unwrap().drain().await.unwrap(), 2);
}

async fn what_is_append_only_refuses_update_and_delete(db: Database) {
    fill(&db).await;
    for (table, column) in [
        ("event", "nature"),
        ("audit", "action"),
        ("log_entry", "type"),
        ("checkpoint", "note"),
    ] {
        let count = format!("SELECT COUNT(*) FROM {table}");
        assert!(db.raw_number(&count).await.unwrap() > 0, "{table}");
        let update = format!("UPDATE {table} SET {column} = 'x'");
        let refused = db.raw_execute(&update).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{table}: {refused}");
        let delete = format!("DELETE FROM {table}");
        let refused = db.raw_execute(&delete).await.unwrap_err().to_string();
        assert!(
            refused.contains("append-only") || refused.contains("FOREIGN KEY"),
            "{table}: {refused}"
        );
    }
}

async fn a_payload_can_only_be_blanked_as_a_whole_and_once(db: Database) {
    fill(&db).await;
    for refused in [
        "DELETE FROM event_payload",
        "UPDATE event_payload SET body = salt",
        "UPDATE event_payload SET body = NULL",
        "UPDATE event_payload SET body = NULL, salt = NULL",
        "UPDATE event_payload SET erased_at = 1",
        "UPDATE event_payload SET body = NULL, erased_at = 1",
    ] {
        let error = db.raw_execute(refused).await.unwrap_err().to_string();
        assert!(error.contains("may only be erased"), "{refused}: {error}");
    }
    let erase = "UPDATE event_payload SET body = NULL, salt = NULL, erased_at = 1";
    assert_eq!(db.raw_execute(erase).await.unwrap(), 1);
    let again = "UPDATE event_payload SET erased_at = 2";
    assert!(db.raw_execute(again).await.is_err());
    let kept = db
        .store
        .write(&db.context, async |_: &Tx| Ok::<_, StoreError>(()));
    kept.await.unwrap();
}

async fn the_role_of_the_application_cannot_change_history_or_schema(db: Database) {
    Store::grant_roles(&db.config).await.unwrap();
    if db.is_sqlite() {
        // SQLite has no roles: there the triggers and the rights of the file stand alone.
        return;
    }
    fill(&db).await;
    Store::grant_roles(&db.config).await.unwrap();
    let as_app = async |sql: &str| {
        db.raw_execute(&format!("SET ROLE mingjing_app; {sql}"))
            .await
    };
    for refused in [
        "UPDATE event SET nature = 'x'",
        "DELETE FROM event",
        "UPDATE audit SET action = 'x'",
        "DELETE FROM log_entry",
        "UPDATE checkpoint SET note = 'x'",
        "DELETE FROM event_payload",
        "UPDATE event_payload SET position = 9",
        "DROP TABLE lease",
        "CREATE TABLE mine (a int)",
        "ALTER TABLE event DISABLE TRIGGER ALL",
        "UPDATE schema_version SET checksum = 'x'",
    ] {
        let error = as_app(refused).await.unwrap_err().to_string();
        assert!(
            error.contains("permission denied") || error.contains("must be owner"),
            "{refused}: {error}"
        );
    }
    for allowed in [
        "INSERT INTO lease (name, holder, fence, expires_at) VALUES ('x', 'y', 1, 0)",
        "UPDATE lease SET fence = 2",
        "UPDATE event_payload SET salt = NULL, body = NULL, erased_at = 1",
    ] {
        as_app(allowed).await.unwrap();
    }
    let as_reader = async |sql: &str| {
        db.raw_execute(&format!("SET ROLE mingjing_reader; {sql}"))
            .await
    };
    as_reader("SELECT 1 FROM case_row").await.unwrap();
    assert!(as_reader("SELECT 1 FROM session").await.is_err());
    assert!(as_reader("DELETE FROM lease").await.is_err());
}
