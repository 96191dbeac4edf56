//! 审计：写下的列得出来，按组织、人、东西、时刻找得到；与所做的事同一事务。

use mingjing_kernel::id::{Id, kind};
use mingjing_store::audit::{AuditFilter, AuditRecord, NewAudit};
use mingjing_store::error::StoreError;
use mingjing_store::log::LogPlace;
use mingjing_store::tx::{Read, Tx};
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

on_both_engines! {
    what_was_done_is_listed_newest_first,
    each_filter_narrows_the_list,
    a_record_goes_with_its_transaction_and_waits_for_the_log,
}

fn record(org: &str, id: &str, is_allowed: bool) -> NewAudit {
    NewAudit {
        action: "case.record_event".to_owned(),
        resource_kind: "case".to_owned(),
        resource_id: Some(id.to_owned()),
        org_path: org.to_owned(),
        is_allowed,
        detail: serde_json::json!({"events": 2, "because": ["role"]}),
    }
}

async fn write(db: &Database, account: Option<Id<kind::Account>>, new: NewAudit) {
    let mut context = db.context.clone();
    context.account = account;
    let audit = async move |tx: &Tx| tx.audit(new.clone()).await;
    db.store.write(&context, audit).await.unwrap();
    db.clock.advance_millis(1_000);
}

async fn list(db: &Database, filter: AuditFilter, limit: u32) -> Vec<AuditRecord> {
    let list = db
        .store
        .read(async move |read: &Read| read.list_audit(&filter, limit).await);
    list.await.unwrap()
}

async fn what_was_done_is_listed_newest_first(db: Database) {
    let account = db.context.new_id();
    write(&db, Some(account), record("/33/3301/", "case_1", true)).await;
    write(&db, None, record("/33/", "case_2", false)).await;
    let first = list(&db, AuditFilter::default(), 1).await;
    assert_eq!(first[0].resource_id.as_deref(), Some("case_2"));
    assert!(!first[0].is_allowed);
    assert_eq!(first[0].account, None);
    let rest = AuditFilter {
        before: Some(first[0].position),
        ..AuditFilter::default()
    };
    let rest = list(&db, rest, 10).await;
    assert_eq!(rest.len(), 1);
    assert_eq!(rest[0].account, Some(account));
    assert_eq!(rest[0].detail, record("", "", true).detail);
    assert_eq!(rest[0].trace_id, db.context.trace_id);
}

async fn each_filter_narrows_the_list(db: Database) {
    let account = db.context.new_id();
    let start = db.context.clock.now();
    write(&db, Some(account), record("/33/3301/", "case_1", true)).await;
    write(&db, None, record("/33/3302/", "case_2", true)).await;
    write(&db, None, record("/34/", "case_3", true)).await;
    let ids = async |filter: AuditFilter| -> Vec<String> {
        let found = list(&db, filter, 10).await;
        found
            .into_iter()
            .filter_map(|record| record.resource_id)
            .collect()
    };
    let none = AuditFilter::default;
    let org = AuditFilter {
        org_prefix: Some("/33/".to_owned()),
        ..none()
    };
    assert_eq!(ids(org).await, ["case_2", "case_1"]);
    let who = AuditFilter {
        account: Some(account),
        ..none()
    };
    assert_eq!(ids(who).await, ["case_1"]);
    let what = AuditFilter {
        resource: Some(("case".to_owned(), "case_3".to_owned())),
        ..none()
    };
    assert_eq!(ids(what).await, ["case_3"]);
    let from = AuditFilter {
        from: Some(start.add_micros(1)),
        ..none()
    };
    assert_eq!(ids(from).await, ["case_3", "case_2"]);
    let until = AuditFilter {
        until: Some(start.add_micros(1)),
        ..none()
    };
    assert_eq!(ids(until).await, ["case_1"]);
}

async fn a_record_goes_with_its_transaction_and_waits_for_the_log(db: Database) {
    let refused = async |tx: &Tx| {
        tx.audit(record("/", "case_1", true)).await?;
        Err::<(), _>(StoreError::NotFound("on purpose".to_owned()))
    };
    assert!(db.store.write(&db.context, refused).await.is_err());
    assert!(list(&db, AuditFilter::default(), 10).await.is_empty());
    write(&db, None, record("/", "case_1", true)).await;
    let position = list(&db, AuditFilter::default(), 1).await[0].position;
    let place = db
        .store
        .read(async move |read: &Read| read.log_place_of_audit(position).await);
    assert!(matches!(place.await.unwrap(), LogPlace::Pending(_)));
}
