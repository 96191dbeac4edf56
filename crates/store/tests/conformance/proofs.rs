//! 证明：从库里的瓦片算出的证明，用 ledger 的核对函数核得过；导出的一串文件自成一体。

use std::collections::BTreeMap;
use std::convert::Infallible;

use mingjing_ledger::checkpoint::SignedCheckpoint;
use mingjing_ledger::suite::Suite;
use mingjing_ledger::tree::verify;
use mingjing_store::error::StoreError;
use mingjing_store::log::export::LogRange;
use mingjing_store::log::integrator::Integrator;
use mingjing_store::tx::{Read, Tx};
use mingjing_testkit::database::{Database, signing_key};
use mingjing_testkit::on_both_engines;
use mingjing_verify::key::TrustedKey;
use mingjing_verify::log::verify_log;

use crate::samples::{event, new_case};

on_both_engines! {
    every_entry_is_proven_to_be_in_the_log,
    every_tree_is_proven_to_continue_the_older_ones,
    a_size_that_the_log_has_not_reached_is_not_found,
    the_export_holds_each_file_once_and_ends_with_the_checkpoint,
    an_empty_log_has_nothing_to_export,
    the_independent_verifier_accepts_the_export,
}

/// More than a tile of entries, in two rounds.
async fn fill(db: &Database, counts: &[u32]) {
    let (store, context) = (db.store.clone(), db.context.clone());
    let mut integrator = Integrator::new(store, context, signing_key(), "a".to_owned()).unwrap();
    for count in counts.iter().copied() {
        let create = async move |tx: &Tx| {
            let new = (0..count).map(|_| (new_case(), vec![event("file", 1)]));
            tx.create_with_events(new.collect()).await
        };
        db.store.write_bulk(&db.context, create).await.unwrap();
        integrator.drain().await.unwrap();
    }
}

async fn every_entry_is_proven_to_be_in_the_log(db: Database) {
    fill(&db, &[250, 20]).await;
    let proven = db.store.read(async |read: &Read| {
        for size in [2, 250, 256, 257, 270] {
            let root = read.root_at(size).await?;
            for index in [0, 1, size / 2, size - 1] {
                let entry = &read.log_entries(index, 1).await?[0];
                let proof = read.inclusion_proof(index, size).await?;
                verify::inclusion(Suite::Sm, &entry.leaf, (index, size), &proof, &root)
                    .map_err(|error| StoreError::Corrupt(format!("{index} in {size}: {error}")))?;
            }
        }
        Ok::<_, StoreError>(())
    });
    proven.await.unwrap();
}

async fn every_tree_is_proven_to_continue_the_older_ones(db: Database) {
    fill(&db, &[100, 170]).await;
    let proven = db.store.read(async |read: &Read| {
        for (old, new) in [(1, 270), (100, 270), (255, 256), (256, 257), (270, 270)] {
            let proof = read.consistency_proof(old, new).await?;
            let roots = (read.root_at(old).await?, read.root_at(new).await?);
            verify::consistency(Suite::Sm, (old, &roots.0), (new, &roots.1), &proof)
                .map_err(|error| StoreError::Corrupt(format!("{old} to {new}: {error}")))?;
        }
        Ok::<_, StoreError>(())
    });
    proven.await.unwrap();
}

async fn a_size_that_the_log_has_not_reached_is_not_found(db: Database) {
    fill(&db, &[3]).await;
    let read = db.store.read(async |read: &Read| {
        let refused = [
            read.inclusion_proof(0, 4).await.err(),
            read.inclusion_proof(3, 3).await.err(),
            read.consistency_proof(1, 4).await.err(),
            read.consistency_proof(3, 2).await.err(),
            read.root_at(4).await.err(),
        ];
        Ok::<_, StoreError>(refused)
    });
    for error in read.await.unwrap() {
        assert!(matches!(error, Some(StoreError::NotFound(_))), "{error:?}");
    }
}

async fn the_export_holds_each_file_once_and_ends_with_the_checkpoint(db: Database) {
    fill(&db, &[200, 100]).await;
    let mut files = BTreeMap::new();
    let mut last = String::new();
    let exported = db.store.export_log(LogRange::default(), |path, bytes| {
        assert!(
            files.insert(path.to_owned(), bytes.to_vec()).is_none(),
            "{path}"
        );
        last = path.to_owned();
        Ok::<_, Infallible>(())
    });
    let checkpoint = exported.await.unwrap();
    assert_eq!(last, "checkpoint");
    let text = String::from_utf8(files["checkpoint"].clone()).unwrap();
    assert_eq!(SignedCheckpoint::parse(&text).unwrap(), checkpoint);
    assert_eq!(checkpoint.checkpoint().size, 300);
    let paths: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        paths,
        [
            "checkpoint",
            "tile/0/000",
            "tile/0/001.p/44",
            "tile/1/000.p/1",
            "tile/entries/000",
            "tile/entries/001.p/44"
        ]
    );
}

async fn an_empty_log_has_nothing_to_export(db: Database) {
    let exported = db
        .store
        .export_log(LogRange::default(), |_, _| Ok::<_, Infallible>(()));
    assert!(matches!(exported.await, Err(StoreError::NotFound(_))));
}

async fn the_independent_verifier_accepts_the_export(db: Database) {
    fill(&db, &[300]).await;
    let mut files = BTreeMap::new();
    let older = db
        .store
        .export_log(LogRange::default(), |_, _| Ok::<_, Infallible>(()));
    let older = older.await.unwrap().to_text();
    fill(&db, &[10, 20]).await;
    let exported = db.store.export_log(LogRange::default(), |path, bytes| {
        files.insert(path.to_owned(), bytes.to_vec());
        Ok::<_, Infallible>(())
    });
    exported.await.unwrap();
    let pem = signing_key().verifying_key().to_pem().unwrap();
    let trusted = [TrustedKey::from_pem("test.node", &pem).unwrap()];
    let read = |path: &str| Ok(files.get(path).cloned());
    let report = verify_log(read, &trusted, Some(&older));
    assert!(report.is_accepted(), "{report}");
    files.get_mut("tile/entries/001.p/74").unwrap()[100] ^= 1;
    let read = |path: &str| Ok(files.get(path).cloned());
    assert!(!verify_log(read, &trusted, None).is_accepted());
}
