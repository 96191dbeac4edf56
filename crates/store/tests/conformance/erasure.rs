//! 抹去：内容从库里与文件里消失，头、条目与证明都在。

use mingjing_ledger::entry::Entry;
use mingjing_ledger::suite::Suite;
use mingjing_ledger::tree::verify;
use mingjing_store::config::Location;
use mingjing_store::error::StoreError;
use mingjing_store::log::integrator::Integrator;
use mingjing_store::tx::{Read, Tx};
use mingjing_testkit::database::{Database, signing_key};
use mingjing_testkit::on_both_engines;

use crate::samples::{PLANTED_NAME, case_of, full_event, new_case};

on_both_engines! {
    what_is_erased_leaves_header_entry_and_proof,
    erasing_twice_is_erasing_once,
    an_event_that_waits_for_the_log_can_be_erased,
    a_name_that_was_erased_stands_in_no_file,
}

const BASIS: &str = "personal_information_protection_law/47";

fn integrator(db: &Database) -> Integrator {
    let (store, context) = (db.store.clone(), db.context.clone());
    Integrator::new(store, context, signing_key(), "a".to_owned()).unwrap()
}

async fn planted(db: &Database) -> mingjing_kernel::id::TimelineId {
    let write = async |tx: &Tx| {
        let id = tx.create_timeline(&new_case()).await?;
        tx.append(id, 0, vec![full_event()]).await?;
        Ok::<_, StoreError>(id)
    };
    db.store.write(&db.context, write).await.unwrap()
}

async fn what_is_erased_leaves_header_entry_and_proof(db: Database) {
    let id = planted(&db).await;
    let mut integrator = integrator(&db);
    integrator.drain().await.unwrap();
    let erase = async move |tx: &Tx| tx.erase_payload(id, 1, BASIS).await;
    let erasure = db.store.write(&db.context, erase).await.unwrap().unwrap();
    integrator.drain().await.unwrap();
    let read = db.store.read(async move |read: &Read| {
        let loaded = read.load_timeline(id).await?;
        let entries = read.log_entries(0, 10).await?;
        let proof = read.inclusion_proof(0, 2).await?;
        let root = read.root_at(2).await?;
        Ok::<_, StoreError>((loaded, entries, proof, root))
    });
    let (loaded, entries, proof, root) = read.await.unwrap();
    let event = &loaded.timeline.events[0];
    assert_eq!(event.kind, "decide");
    assert_eq!(event.occurred_on, full_event().event.occurred_on);
    assert!(event.fields.is_empty() && event.actors.is_empty() && event.place.is_none());
    assert!(loaded.events[0].erased_at.is_some());
    verify::inclusion(Suite::Sm, &entries[0].leaf, (0, 2), &proof, &root).unwrap();
    let Entry::Erasure(entry) = &entries[1].entry else {
        panic!("{:?}", entries[1].entry);
    };
    assert_eq!(entry.of, entries[0].leaf);
    assert_eq!(entry.basis.as_str(), BASIS);
    assert_eq!(entry.id.as_str(), erasure.to_string());
    assert!(db.store.fsck(None, |_| ()).await.unwrap().is_sound());
}

async fn erasing_twice_is_erasing_once(db: Database) {
    let id = case_of(&db, 1).await;
    let erase = async move |tx: &Tx| tx.erase_payload(id, 1, BASIS).await;
    assert!(db.store.write(&db.context, erase).await.unwrap().is_some());
    let erase = async move |tx: &Tx| tx.erase_payload(id, 1, BASIS).await;
    assert!(db.store.write(&db.context, erase).await.unwrap().is_none());
    let erase = async move |tx: &Tx| tx.erase_payload(id, 2, BASIS).await;
    let missing = db.store.write(&db.context, erase).await;
    assert!(matches!(missing, Err(StoreError::NotFound(_))));
    assert_eq!(integrator(&db).drain().await.unwrap(), 2);
}

async fn an_event_that_waits_for_the_log_can_be_erased(db: Database) {
    let id = case_of(&db, 1).await;
    let erase = async move |tx: &Tx| tx.erase_payload(id, 1, BASIS).await;
    db.store.write(&db.context, erase).await.unwrap();
    assert!(db.store.fsck(None, |_| ()).await.unwrap().is_sound());
    integrator(&db).drain().await.unwrap();
    assert!(db.store.fsck(None, |_| ()).await.unwrap().is_sound());
}

async fn a_name_that_was_erased_stands_in_no_file(db: Database) {
    let Location::Sqlite(path) = db.config.location.clone() else {
        // The server's files are not ours to read; what can be asked is whether any row still says it.
        return;
    };
    let folder = path.parent().unwrap();
    let id = planted(&db).await;
    case_of(&db, 3).await;
    db.store.scrub().await.unwrap();
    assert!(is_in_files(folder), "the name was there to be found");
    let erase = async move |tx: &Tx| tx.erase_payload(id, 1, BASIS).await;
    db.store.write(&db.context, erase).await.unwrap();
    integrator(&db).drain().await.unwrap();
    db.store.scrub().await.unwrap();
    assert!(!is_in_files(folder));
}

fn is_in_files(folder: &std::path::Path) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let name = PLANTED_NAME.as_bytes();
        bytes.windows(name.len()).any(|window| window == name)
    })
}
