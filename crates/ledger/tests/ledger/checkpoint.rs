use mingjing_ledger::checkpoint::{Checkpoint, CheckpointError, MAX_SIGNATURES, SignedCheckpoint};
use mingjing_ledger::digest::Digest;
use mingjing_ledger::key::SigningKey;
use mingjing_ledger::suite::Suite;

use crate::support::{SUITES, key, moment, token};

const NODE: &str = "demo.mingjing/county";
const UPPER: &str = "demo.mingjing/city";

fn signed(suite: Suite) -> SignedCheckpoint {
    let checkpoint = Checkpoint {
        origin: token(NODE),
        size: 1234,
        root: Digest::new([0xfb; 32]),
        suite,
        time: moment(0),
    };
    SignedCheckpoint::sign(checkpoint, &key(suite)).unwrap()
}

fn upper() -> SigningKey {
    SigningKey::generate(Suite::Sm, &[9; 32]).unwrap()
}

#[test]
fn a_signed_checkpoint_survives_its_text_and_verifies() {
    for suite in SUITES {
        let signed = signed(suite);
        let read = SignedCheckpoint::parse(&signed.to_text()).unwrap();
        assert_eq!(read, signed);
        read.verify(&token(NODE), &key(suite).verifying_key())
            .unwrap();
    }
}

#[test]
fn an_upper_platform_countersigns_the_same_text_with_a_suite_of_its_own() {
    let mut signed = signed(Suite::International);
    signed.countersign(token(UPPER), &upper()).unwrap();
    let read = SignedCheckpoint::parse(&signed.to_text()).unwrap();
    read.verify(&token(NODE), &key(Suite::International).verifying_key())
        .unwrap();
    read.verify(&token(UPPER), &upper().verifying_key())
        .unwrap();
    let again = signed.countersign(token(UPPER), &upper());
    assert!(matches!(again, Err(CheckpointError::AlreadySigned { .. })));
}

#[test]
fn a_signature_missing_or_of_another_key_is_said_apart_from_a_false_one() {
    let signed = signed(Suite::Sm);
    let unsigned = signed.verify(&token(UPPER), &upper().verifying_key());
    assert!(matches!(unsigned, Err(CheckpointError::NotSigned { .. })));
    let text = signed.to_text().replace("\n1234\n", "\n1235\n");
    let changed = SignedCheckpoint::parse(&text).unwrap();
    let changed = changed.verify(&token(NODE), &key(Suite::Sm).verifying_key());
    assert!(
        matches!(changed, Err(CheckpointError::Key(_))),
        "{changed:?}"
    );
}

#[test]
fn texts_with_another_writing_are_refused_with_the_line() {
    let text = signed(Suite::Sm).to_text();
    let root = text.lines().nth(2).unwrap().to_owned();
    let line = text.lines().last().unwrap().to_owned();
    for (from, to, says) in [
        (NODE, "某某县", "不能作名号"),
        ("\n1234\n", "\n+1234\n", "第 2 行"),
        ("\n1234\n", "\n01234\n", "第 2 行"),
        ("\n1234\n", "\n\n", "第 "),
        ("\n1234\n", "\n281474976710657\n", "第 2 行"),
        (root.as_str(), "AAAA", "第 3 行"),
        (root.trim_end_matches('='), "", "第 3 行"),
        ("suite: sm2-sm3", "suite: md5", "第 4 行"),
        ("suite: ", "suite:", "第 4 行"),
        ("time: ", "Time: ", "第 5 行"),
        ("000000Z\n", "000000Z\nnote: x\n", "第 6 行"),
        (line.as_str(), "", "第 7 行"),
        ("— ", "- ", "第 7 行"),
        (line.as_str(), "— demo.mingjing/county AAA=", "第 7 行"),
        ("\n\n", "\n", "第 6 行"),
        ("\n\n", "\r\n\r\n", "第 6 行"),
        ("\n— ", "\n\n— ", "第 7 行"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from:?}");
        let error = SignedCheckpoint::parse(&changed)
            .expect_err(from)
            .to_string();
        assert!(error.contains(says), "{from:?}: {error}");
    }
    assert!(SignedCheckpoint::parse(text.trim_end()).is_err());
    assert!(SignedCheckpoint::parse(&text.repeat(100)).is_err());
}

#[test]
fn signatures_have_a_limit() {
    let mut signed = signed(Suite::Sm);
    let sign = |signed: &mut SignedCheckpoint, n: usize| {
        signed.countersign(token(&format!("witness/{n}")), &upper())
    };
    for n in 1..MAX_SIGNATURES {
        sign(&mut signed, n).unwrap();
    }
    assert!(SignedCheckpoint::parse(&signed.to_text()).is_ok());
    assert_eq!(
        sign(&mut signed, 99),
        Err(CheckpointError::TooManySignatures)
    );
    let text = signed.to_text();
    let one_more = format!("{text}{}\n", text.lines().last().unwrap());
    assert_eq!(
        SignedCheckpoint::parse(&one_more),
        Err(CheckpointError::TooManySignatures)
    );
}
