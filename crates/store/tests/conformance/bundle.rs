//! 案卷包：从库里做出来的，独立的核对器认得；不附内容的看不见内容；抹去的带着清除条目。

use mingjing_kernel::id::TimelineId;
use mingjing_ledger::bundle::{CaseBundle, Disclosure};
use mingjing_store::bundle::Contents;
use mingjing_store::error::StoreError;
use mingjing_store::log::integrator::Integrator;
use mingjing_store::tx::{Read, Tx};
use mingjing_testkit::database::{Database, signing_key};
use mingjing_testkit::on_both_engines;
use mingjing_verify::bundle::verify_bundle;
use mingjing_verify::key::TrustedKey;
use mingjing_verify::report::{Extent, Report};
use serde_json::{Value, json};

use crate::samples::{PLANTED_NAME, case_of, event, full_event, new_case};

on_both_engines! {
    a_bundle_is_accepted_by_the_independent_verifier,
    a_bundle_without_contents_shows_none,
    an_erased_event_comes_with_its_erasure,
    an_event_that_was_cut_out_is_missed,
    a_case_that_is_not_in_the_log_has_no_bundle,
}

async fn integrate(db: &Database) {
    let (store, context) = (db.store.clone(), db.context.clone());
    let integrator = Integrator::new(store, context, signing_key(), "a".to_owned());
    integrator.unwrap().drain().await.unwrap();
}

/// A case among others, in the log.
async fn case_in_log(db: &Database) -> TimelineId {
    case_of(db, 2).await;
    let write = async |tx: &Tx| {
        let id = tx.create_timeline(&new_case()).await?;
        tx.append(id, 0, vec![full_event(), event("file", 3)])
            .await?;
        Ok::<_, StoreError>(id)
    };
    let id = db.store.write(&db.context, write).await.unwrap();
    case_of(db, 1).await;
    integrate(db).await;
    id
}

async fn bundle(
    db: &Database,
    id: TimelineId,
    contents: Contents,
) -> Result<CaseBundle, StoreError> {
    let key = signing_key();
    let read = db
        .store
        .read(async move |read: &Read| read.case_bundle(id, contents, &key).await);
    read.await
}

fn verified(bytes: &[u8]) -> Report {
    let pem = signing_key().verifying_key().to_pem().unwrap();
    let trusted = [TrustedKey::from_pem("test.node", &pem).unwrap()];
    verify_bundle(bytes, &trusted)
}

fn extent_of(bundle: &CaseBundle) -> Option<Extent> {
    let report = verified(&bundle.to_bytes().unwrap());
    assert!(report.is_accepted(), "{report}");
    report.extent
}

async fn a_bundle_is_accepted_by_the_independent_verifier(db: Database) {
    let id = case_in_log(&db).await;
    let bundle = bundle(&db, id, Contents::Disclosed).await.unwrap();
    let indexes: Vec<u64> = bundle.records().iter().map(|record| record.index).collect();
    assert_eq!(indexes, [2, 3]);
    assert_eq!(extent_of(&bundle), Some(Extent::Whole));
    let text = String::from_utf8(bundle.to_bytes().unwrap()).unwrap();
    assert!(text.contains(PLANTED_NAME));
}

async fn a_bundle_without_contents_shows_none(db: Database) {
    let id = case_in_log(&db).await;
    let bundle = bundle(&db, id, Contents::Withheld).await.unwrap();
    let without = Extent::Excerpt {
        missing: 0,
        withheld: 2,
    };
    assert_eq!(extent_of(&bundle), Some(without));
    let text = String::from_utf8(bundle.to_bytes().unwrap()).unwrap();
    assert!(!text.contains(PLANTED_NAME));
}

async fn an_erased_event_comes_with_its_erasure(db: Database) {
    let id = case_in_log(&db).await;
    let basis = "personal_information_protection_law/47";
    let erase = async move |tx: &Tx| tx.erase_payload(id, 1, basis).await;
    db.store.write(&db.context, erase).await.unwrap();
    let early = bundle(&db, id, Contents::Disclosed).await;
    assert!(matches!(early, Err(StoreError::Unavailable(_))));
    integrate(&db).await;
    let bundle = bundle(&db, id, Contents::Disclosed).await.unwrap();
    let disclosed: Vec<&Disclosure> = bundle.records().iter().map(|r| &r.disclosure).collect();
    assert!(matches!(
        disclosed.as_slice(),
        [
            Disclosure::Erased,
            Disclosure::Salted { .. },
            Disclosure::Nothing
        ]
    ));
    assert_eq!(extent_of(&bundle), Some(Extent::Whole));
}

/// Whoever holds the file can change all of it but what is signed and what is in the log.
async fn an_event_that_was_cut_out_is_missed(db: Database) {
    let id = case_in_log(&db).await;
    let bundle = bundle(&db, id, Contents::Disclosed).await.unwrap();
    let whole: Value = serde_json::from_slice(&bundle.to_bytes().unwrap()).unwrap();
    let cut = |at: usize| {
        let mut file = whole.clone();
        file["records"].as_array_mut().unwrap().remove(at);
        file
    };
    let bytes = |file: &Value| serde_json::to_vec(file).unwrap();
    assert!(verified(&bytes(&whole)).is_accepted());
    for at in [0, 1] {
        let report = verified(&bytes(&cut(at)));
        assert!(!report.is_accepted(), "{report}");
        assert!(report.to_string().contains("有人删去了它"), "{report}");
        // The declaration says two, and cannot be made to say one.
        let mut edited = cut(at);
        let text = edited["extent"].as_str().unwrap().to_owned();
        edited["extent"] = text.replace("events: 2", "events: 1").into();
        assert!(!verified(&bytes(&edited)).is_accepted());
        // Said to be missing, it is an excerpt for all to see.
        let mut declared = cut(at);
        declared["missing"] = json!([{ "reason": "涉及商业秘密", "seq": at + 1 }]);
        let report = verified(&bytes(&declared));
        let excerpt = Extent::Excerpt {
            missing: 1,
            withheld: 0,
        };
        assert!(
            report.is_accepted() && report.extent == Some(excerpt),
            "{report}"
        );
        assert!(report.to_string().contains("不是整案"), "{report}");
        assert!(report.to_string().contains("涉及商业秘密"), "{report}");
    }
    // Rewritten as a file of the old format: the middle is seen, the end is said not to be known.
    let old = |mut file: Value| {
        let members = file.as_object_mut().unwrap();
        for member in ["extent", "handovers", "missing"] {
            members.remove(member);
        }
        members.insert("format".to_owned(), "mingjing-case-bundle/1".into());
        verified(&bytes(&file))
    };
    assert!(!old(cut(0)).is_accepted());
    for file in [cut(1), whole.clone()] {
        let report = old(file);
        assert!(report.is_accepted(), "{report}");
        assert_eq!(report.extent, Some(Extent::Undeclared));
        assert!(report.to_string().contains("不知道是不是整案"), "{report}");
    }
}

async fn a_case_that_is_not_in_the_log_has_no_bundle(db: Database) {
    let id = case_of(&db, 1).await;
    let none = bundle(&db, id, Contents::Disclosed).await;
    assert!(matches!(none, Err(StoreError::NotFound(_))));
    integrate(&db).await;
    let later = case_of(&db, 1).await;
    let none = bundle(&db, later, Contents::Disclosed).await;
    assert!(matches!(none, Err(StoreError::NotFound(_))));
}
