//! 换钥：此后由新钥签，旧钥签不了；凭最初的一把核对得了全部。

use std::collections::BTreeMap;
use std::io;

use mingjing_kernel::id::TimelineId;
use mingjing_ledger::key::SigningKey;
use mingjing_store::bundle::Contents;
use mingjing_store::error::StoreError;
use mingjing_store::log::export::LogRange;
use mingjing_store::log::integrator::{Integrator, Round};
use mingjing_store::tx::{Read, Tx};
use mingjing_testkit::database::{Database, identity, signing_key};
use mingjing_testkit::on_both_engines;
use mingjing_verify::bundle::verify_bundle;
use mingjing_verify::key::TrustedKey;
use mingjing_verify::log::verify_log;
use mingjing_verify::report::{Extent, Report};

use crate::samples::case_of;

on_both_engines! {
    the_key_is_handed_over_and_the_first_one_verifies_everything,
    a_key_that_was_handed_over_signs_nothing_more,
    an_empty_log_has_nothing_to_hand_over,
}

fn other(seed: u8) -> SigningKey {
    SigningKey::generate(identity().suite, &[seed; 32]).unwrap()
}

fn integrator(db: &Database, key: SigningKey, holder: &str) -> Integrator {
    let (store, context) = (db.store.clone(), db.context.clone());
    Integrator::new(store, context, key, holder.to_owned()).unwrap()
}

fn trusted(key: &SigningKey) -> TrustedKey {
    let pem = key.verifying_key().to_pem().unwrap();
    TrustedKey::from_pem(identity().node.as_str(), &pem).unwrap()
}

/// Long enough for a lease to run out.
const LEASE_MILLIS: i64 = 20_000;

async fn hand_over(db: &Database, old: SigningKey, new: SigningKey) -> Result<bool, StoreError> {
    let work = async move |tx: &Tx| {
        let done = tx.hand_over_key("cli", &old, &new).await?;
        Ok::<_, StoreError>(done.is_some())
    };
    db.store.write(&db.context, work).await
}

async fn export(db: &Database) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let done = db.store.export_log(LogRange::default(), |path, bytes| {
        files.insert(path.to_owned(), bytes.to_vec());
        Ok::<_, io::Error>(())
    });
    done.await.unwrap();
    files
}

fn verify(files: &BTreeMap<String, Vec<u8>>, key: &SigningKey, older: Option<&str>) -> Report {
    let read = |path: &str| Ok(files.get(path).cloned());
    verify_log(read, &[trusted(key)], older)
}

async fn grown(db: &Database, key: SigningKey, holder: &str) -> TimelineId {
    let id = case_of(db, 3).await;
    integrator(db, key, holder).drain().await.unwrap();
    db.clock.advance_millis(LEASE_MILLIS);
    id
}

async fn the_key_is_handed_over_and_the_first_one_verifies_everything(db: Database) {
    let (first, second, third) = (signing_key(), other(2), other(3));
    let early = grown(&db, first.clone(), "a").await;
    let before = String::from_utf8(export(&db).await["checkpoint"].clone()).unwrap();
    assert!(hand_over(&db, first.clone(), second.clone()).await.unwrap());
    // Nothing has been signed by the new key yet.
    assert!(verify(&export(&db).await, &first, Some(&before)).is_accepted());
    let key = second.clone();
    let bundle = async move |read: &Read| read.case_bundle(early, Contents::Disclosed, &key).await;
    let bundle = db.store.read(bundle).await.unwrap().to_bytes().unwrap();
    let report = verify_bundle(&bundle, &[trusted(&first)]);
    assert!(
        report.is_accepted() && report.extent == Some(Extent::Whole),
        "the one that took over says what there is: {report}"
    );
    let key = first.clone();
    let bundle = async move |read: &Read| read.case_bundle(early, Contents::Disclosed, &key).await;
    let refused = db.store.read(bundle).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))));
    grown(&db, second.clone(), "b").await;
    assert!(hand_over(&db, second.clone(), third.clone()).await.unwrap());
    let id = grown(&db, third.clone(), "c").await;
    let files = export(&db).await;
    let report = verify(&files, &first, Some(&before));
    assert!(report.is_accepted(), "{report}");
    assert!(report.to_string().contains("第 2 次换钥"), "{report}");
    assert!(verify(&files, &third, None).is_accepted());
    assert!(!verify(&files, &other(9), None).is_accepted());
    // A later checkpoint by the key that was handed over, as if it had been stolen.
    let mut forged = files.clone();
    forged.remove("handover/2");
    assert!(
        !verify(&forged, &first, None).is_accepted(),
        "the chain is cut"
    );
    let handover = String::from_utf8(files["handover/1"].clone()).unwrap();
    for (from, to) in [("handover: 1", "handover: 2"), ("size: 3", "size: 2")] {
        assert!(handover.contains(from), "{handover}");
        let changed = handover.replace(from, to).into_bytes();
        let mut forged = files.clone();
        forged.insert("handover/1".to_owned(), changed);
        assert!(!verify(&forged, &first, None).is_accepted(), "{from}");
    }
    for key in [&first, &second, &third] {
        let key = key.verifying_key();
        let report = db.store.fsck(Some(&key), |_| ()).await.unwrap();
        assert!(report.is_sound(), "{:?}", report.discrepancies);
    }
    let stranger = other(9).verifying_key();
    assert!(
        !db.store
            .fsck(Some(&stranger), |_| ())
            .await
            .unwrap()
            .is_sound()
    );
    let key = third.clone();
    let bundle = async move |read: &Read| read.case_bundle(id, Contents::Withheld, &key).await;
    let bundle = db.store.read(bundle).await.unwrap().to_bytes().unwrap();
    let report = verify_bundle(&bundle, &[trusted(&first)]);
    assert!(report.is_accepted(), "{report}");
    assert!(!verify_bundle(&bundle, &[trusted(&other(9))]).is_accepted());
}

async fn a_key_that_was_handed_over_signs_nothing_more(db: Database) {
    case_of(&db, 3).await;
    let mut old = integrator(&db, signing_key(), "a");
    old.drain().await.unwrap();
    let busy = hand_over(&db, signing_key(), other(2)).await;
    assert!(!busy.unwrap(), "the integrator is at work");
    db.clock.advance_millis(LEASE_MILLIS);
    assert!(hand_over(&db, signing_key(), other(2)).await.unwrap());
    case_of(&db, 3).await;
    // It wakes up, and is refused however often it tries.
    for _ in 0..2 {
        let round = old.round().await;
        assert!(!matches!(round, Ok(Round::Integrated { .. })), "{round:?}");
    }
    let again = hand_over(&db, signing_key(), other(4)).await;
    assert!(again.is_err(), "what it no longer has it cannot give");
    assert_eq!(integrator(&db, other(2), "b").drain().await.unwrap(), 3);
    let refused = db.raw_execute("DELETE FROM key_handover").await;
    assert!(refused.is_err(), "a handover is never removed");
}

async fn an_empty_log_has_nothing_to_hand_over(db: Database) {
    let refused = hand_over(&db, signing_key(), other(2)).await;
    assert!(
        matches!(refused, Err(StoreError::NotFound(_))),
        "{refused:?}"
    );
}
