//! 迁移：空库到最新，再来一次什么也不做；结构不符的库不开。

use mingjing_store::config::Location;
use mingjing_store::error::StoreError;
use mingjing_store::store::Store;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

on_both_engines! {
    from_nothing_to_the_newest_and_not_twice,
    what_was_released_is_not_edited,
    a_newer_schema_is_refused,
}

async fn from_nothing_to_the_newest_and_not_twice(db: Database) {
    let config = db.empty_config().unwrap();
    let unmigrated = Store::open(&config).await;
    assert!(matches!(
        unmigrated.err(),
        Some(StoreError::SchemaBehind { found: 0, .. })
    ));
    if let Location::Sqlite(path) = &config.location {
        assert!(!path.exists(), "opening made no file");
    }
    let first = Store::migrate(&config, &db.context).await.unwrap();
    assert_eq!(first.first(), Some(&"0001_timeline"));
    let second = Store::migrate(&config, &db.context).await.unwrap();
    assert!(second.is_empty());
    let store = Store::open(&config).await.unwrap();
    store
        .write(&db.context, async |tx| {
            tx.keep_facts(&[7; 32], "{}").await?;
            tx.keep_facts(&[7; 32], "{}").await
        })
        .await
        .unwrap();
    let body = store.read(async |read| read.get_facts(&[7; 32]).await);
    assert_eq!(body.await.unwrap(), "{}");
    let other = store.read(async |read| read.get_facts(&[8; 32]).await);
    assert!(matches!(other.await, Err(StoreError::NotFound(_))));
    store.close().await;
}

async fn what_was_released_is_not_edited(db: Database) {
    db.raw_execute("UPDATE schema_version SET checksum = 'edited' WHERE version = 2")
        .await
        .unwrap();
    let opened = Store::open(&db.config).await;
    assert!(matches!(opened.err(), Some(StoreError::Corrupt(_))));
    let migrated = Store::migrate(&db.config, &db.context).await;
    assert!(matches!(migrated.err(), Some(StoreError::Corrupt(_))));
}

async fn a_newer_schema_is_refused(db: Database) {
    db.raw_execute(
        "INSERT INTO schema_version (version, name, checksum, applied_at) VALUES (9999, 'later', 'x', 0)",
    )
    .await
    .unwrap();
    let opened = Store::open(&db.config).await;
    assert!(matches!(opened.err(), Some(StoreError::SchemaAhead { .. })));
}
