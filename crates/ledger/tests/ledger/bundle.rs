use mingjing_ledger::bundle::{BundleError, CaseBundle, Disclosure, Record};
use mingjing_ledger::canonical::Canonical;
use mingjing_ledger::digest::Salt;
use mingjing_ledger::key::SigningKey;
use mingjing_ledger::suite::Suite;

use crate::support::{SUITES, case, json, key, whole_case};

/// The case with its records changed.
fn with(change: impl FnOnce(&mut Vec<Record>)) -> Result<CaseBundle, BundleError> {
    let (_, bundle) = case(Suite::Sm);
    let mut records = bundle.records().to_vec();
    change(&mut records);
    CaseBundle::new(
        bundle.checkpoint().clone(),
        bundle.fingerprint().to_owned(),
        records,
    )
}

#[test]
fn a_bundle_survives_its_file_which_is_canonical() {
    for suite in SUITES {
        let (_, bundle) = case(suite);
        let bytes = bundle.to_bytes().unwrap();
        assert_eq!(CaseBundle::parse(&bytes).unwrap(), bundle);
        assert_eq!(Canonical::parse(&bytes).unwrap().to_bytes().unwrap(), bytes);
        let whole = whole_case(suite);
        let bytes = whole.to_bytes().unwrap();
        assert_eq!(CaseBundle::parse(&bytes).unwrap(), whole);
        let own = key(suite).verifying_key();
        assert_eq!(whole.extent().unwrap().verify(&own), Ok(()));
        let other = SigningKey::generate(suite, &[8; 32]).unwrap();
        assert!(
            whole
                .extent()
                .unwrap()
                .verify(&other.verifying_key())
                .is_err()
        );
    }
}

#[test]
fn records_are_put_in_the_order_of_the_log() {
    let bundle = with(|records| records.reverse()).unwrap();
    let indexes: Vec<u64> = bundle.records().iter().map(|r| r.index).collect();
    assert_eq!(indexes, [270, 271, 272, 273, 274]);
}

#[test]
fn a_bundle_that_would_not_verify_is_not_made() {
    let salted = |text: &str| Disclosure::Salted {
        content: json(text),
        salt: Salt::new([2; 32]),
    };
    let wrong = with(|records| records[1].disclosure = salted(r#"{"party":"另一家"}"#));
    assert_eq!(wrong, Err(BundleError::WrongContent { position: 1 }));
    let unsalted = with(|records| records[1].disclosure = records[2].disclosure.clone());
    assert_eq!(unsalted, Err(BundleError::WrongDisclosure { position: 1 }));
    let nothing = with(|records| records[1].disclosure = Disclosure::Nothing);
    assert_eq!(nothing, Err(BundleError::WrongDisclosure { position: 1 }));
    let moved = with(|records| records[1].index = 200);
    assert!(matches!(moved, Err(BundleError::Tree(_))), "{moved:?}");
    let twice = with(|records| records.push(records[0].clone()));
    assert_eq!(twice, Err(BundleError::Order { position: 1 }));
    assert_eq!(with(Vec::clear), Err(BundleError::Empty));
}

#[test]
fn erased_needs_the_erasure_entry_in_the_bundle() {
    let without = with(|records| records.truncate(4));
    assert_eq!(without, Err(BundleError::WrongDisclosure { position: 0 }));
    let not_erased = with(|records| records[1].disclosure = Disclosure::Erased);
    assert_eq!(
        not_erased,
        Err(BundleError::WrongDisclosure { position: 1 })
    );
}

#[test]
fn files_with_other_members_are_refused() {
    let (_, bundle) = case(Suite::Sm);
    let text = String::from_utf8(bundle.to_bytes().unwrap()).unwrap();
    for (from, to) in [
        (
            "\"format\":\"mingjing-case-bundle/1\"",
            "\"format\":\"mingjing-case-bundle/2\"",
        ),
        ("\"format\":", "\"for\":1,\"format\":"),
        ("\"state\":\"withheld\"", "\"state\":\"shown\""),
        ("\"state\":\"withheld\"", "\"state\":\"lost\""),
        ("\"index\":273,", "\"index\":-273,"),
        ("\"index\":273,", ""),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        assert!(CaseBundle::parse(changed.as_bytes()).is_err(), "{from}");
    }
}
