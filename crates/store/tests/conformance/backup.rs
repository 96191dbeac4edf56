//! 备份：写入继续，存出来的是完整、自洽的库。

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use mingjing_store::config::Location;
use mingjing_store::error::StoreError;
use mingjing_store::log::integrator::Integrator;
use mingjing_store::store::Store;
use mingjing_testkit::database::{Database, signing_key};
use mingjing_testkit::on_both_engines;

use crate::samples::case_of;

on_both_engines! {
    a_copy_made_while_writing_is_sound,
    a_file_that_exists_is_not_overwritten,
}

async fn a_copy_made_while_writing_is_sound(db: Database) {
    let Location::Sqlite(path) = db.config.location.clone() else {
        let refused = db.store.back_up_to("unused".as_ref()).await;
        assert!(matches!(refused, Err(StoreError::Internal(_))));
        return;
    };
    for _ in 0..50 {
        case_of(&db, 5).await;
    }
    let (store, context) = (db.store.clone(), db.context.clone());
    let integrator = Integrator::new(store, context, signing_key(), "a".to_owned());
    integrator.unwrap().drain().await.unwrap();
    let is_done = Arc::new(AtomicBool::new(false));
    let copy = path.with_file_name("copy.db");
    let copying = {
        let (store, copy, is_done) = (db.store.clone(), copy.clone(), is_done.clone());
        tokio::spawn(async move {
            store.back_up_to(&copy).await.unwrap();
            is_done.store(true, Ordering::SeqCst);
        })
    };
    let mut written = 0;
    while !is_done.load(Ordering::SeqCst) || written == 0 {
        case_of(&db, 1).await;
        written += 1;
    }
    copying.await.unwrap();
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&copy).unwrap());
    assert_eq!(mode & 0o077, 0, "nobody else may read it");
    let mut config = db.config.clone();
    config.location = Location::Sqlite(copy);
    let restored = Store::open(&config).await.unwrap();
    let report = restored.fsck(None, |_| ()).await.unwrap();
    assert!(report.is_sound(), "{:?}", report.discrepancies);
    assert_eq!(report.entries, 250);
    assert!(report.events >= 250);
}

async fn a_file_that_exists_is_not_overwritten(db: Database) {
    let Location::Sqlite(path) = db.config.location.clone() else {
        return;
    };
    let refused = db.store.back_up_to(&path).await;
    assert!(matches!(refused, Err(StoreError::Duplicate(_))));
}
