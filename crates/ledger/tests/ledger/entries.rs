use mingjing_kernel::moment::Moment;
use mingjing_ledger::digest::{Digest, Salt};
use mingjing_ledger::entry::Entry;
use mingjing_ledger::suite::Suite;
use serde_json::Value;

use crate::support::json;

fn vectors(part: &str) -> Vec<Value> {
    let text = include_str!("../data/entries.json");
    let vectors: Value = serde_json::from_str(text).unwrap();
    vectors[part].as_array().unwrap().clone()
}

#[test]
fn every_kind_of_entry_has_the_listed_bytes_and_leaf_hashes() {
    let vectors = vectors("accepts");
    assert_eq!(vectors.len(), 4, "one for each kind");
    for vector in vectors {
        let bytes = vector["bytes"].as_str().unwrap();
        let entry = Entry::parse(bytes.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(entry.to_bytes()).unwrap(), bytes);
        assert_eq!(entry.leaf_hash(Suite::Sm).to_hex(), vector["sm3"]);
        assert_eq!(
            entry.leaf_hash(Suite::International).to_hex(),
            vector["sha256"]
        );
    }
}

#[test]
fn malformed_entries_are_refused_with_what_is_wrong() {
    for vector in vectors("refuses") {
        let error = Entry::parse(vector["bytes"].as_str().unwrap().as_bytes());
        let error = error
            .expect_err(vector["name"].as_str().unwrap())
            .to_string();
        assert!(
            error.contains(vector["says"].as_str().unwrap()),
            "{vector} {error}"
        );
    }
}

#[test]
fn a_commitment_depends_on_every_part_and_tells_nothing_without_the_salt() {
    let content = json(r#"{"party":"某某"}"#);
    let (a, b) = (Salt::new([1; 32]), Salt::new([2; 32]));
    for suite in crate::support::SUITES {
        let committed = suite.commit(&a, &content).unwrap();
        assert_ne!(committed, suite.commit(&b, &content).unwrap());
        assert_ne!(
            committed,
            suite.commit(&a, &json(r#"{"party":"某甲"}"#)).unwrap()
        );
        let bytes = content.to_bytes().unwrap();
        let by_hand = suite.hash(&[&[2], a.as_bytes(), &bytes]);
        assert_eq!(committed, by_hand);
        assert_eq!(
            suite.public_digest(&content).unwrap(),
            suite.hash(&[&[3], &bytes])
        );
    }
}

#[test]
fn moments_are_written_to_the_microsecond_and_bounded() {
    for (micros, text) in [
        (0, "1970-01-01T00:00:00.000000Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (1_772_415_000_000_001, "2026-03-02T01:30:00.000001Z"),
    ] {
        let moment = Moment::from_unix_micros(micros).unwrap();
        assert_eq!(moment.to_string(), text);
        assert_eq!(Moment::parse(text), Ok(moment));
    }
    assert_eq!(Moment::from_unix_micros(i64::MAX), None);
    assert_eq!(Moment::from_unix_micros(i64::MIN), None);
}

#[test]
fn a_salt_does_not_print_itself() {
    assert_eq!(format!("{:?}", Salt::new([1; 32])), "Salt(***)");
    assert_eq!(
        Digest::from_hex(&"0f".repeat(32)).unwrap(),
        Digest::new([15; 32])
    );
}
