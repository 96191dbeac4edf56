//! 换钥的声明：两把都签才算，一字不改，接得上才接。

use mingjing_ledger::checkpoint::Checkpoint;
use mingjing_ledger::digest::Digest;
use mingjing_ledger::handover::{HandoverError, KeyChain, SignedHandover};
use mingjing_ledger::key::SigningKey;
use mingjing_ledger::suite::Suite;

use crate::support::{SUITES, moment, token};

fn key(suite: Suite, seed: u8) -> SigningKey {
    SigningKey::generate(suite, &[seed; 32]).unwrap()
}

fn at(suite: Suite, size: u64) -> Checkpoint {
    Checkpoint {
        origin: token("demo.mingjing/county"),
        size,
        root: Digest::new([9; 32]),
        suite,
        time: moment(1),
    }
}

#[test]
fn a_handover_comes_back_from_its_text_and_no_byte_may_change() {
    for suite in SUITES {
        let signed = SignedHandover::sign(at(suite, 12), 1, &key(suite, 1), &key(suite, 2));
        let text = signed.unwrap().to_text().unwrap();
        let back = SignedHandover::parse(&text).unwrap();
        assert_eq!(back.to_text().unwrap(), text);
        assert_eq!((back.handover().number, back.handover().at.size), (1, 12));
        for place in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[place] ^= 1;
            let changed = String::from_utf8(bytes);
            let is_refused = changed.is_ok_and(|it| SignedHandover::parse(&it).is_err());
            // The dash of a signature line is three bytes: a change of one is no text any more.
            assert!(is_refused || !text.is_char_boundary(place) || text[place..].starts_with('—'));
        }
        let swapped: Vec<&str> = text.lines().collect();
        let [body @ .., old, new] = &swapped[..] else {
            panic!("too short");
        };
        let swapped = format!("{}\n{new}\n{old}\n", body.join("\n"));
        assert!(SignedHandover::parse(&swapped).is_err());
    }
}

#[test]
fn a_key_is_not_handed_over_to_itself() {
    let key = key(Suite::Sm, 1);
    let same = SignedHandover::sign(at(Suite::Sm, 1), 1, &key, &key);
    assert_eq!(same.unwrap_err(), HandoverError::SameKey);
}

#[test]
fn each_key_signs_its_stretch_and_the_chain_has_no_gap() {
    let suite = Suite::International;
    let keys = [1, 2, 3].map(|seed| key(suite, seed));
    let sign = |size, number, old: usize, new: usize| {
        SignedHandover::sign(at(suite, size), number, &keys[old], &keys[new]).unwrap()
    };
    let (first, second) = (sign(10, 1, 0, 1), sign(20, 2, 1, 2));
    let chain = KeyChain::of(&[first.clone(), second.clone()])
        .unwrap()
        .unwrap();
    let print = |key: &SigningKey| key.verifying_key().fingerprint().unwrap();
    for (size, expected) in [(0, 0), (10, 0), (11, 1), (20, 1), (21, 2), (9_999, 2)] {
        let found = chain.key_for(size).fingerprint().unwrap();
        assert_eq!(found, print(&keys[expected]), "{size}");
    }
    assert!(KeyChain::of(&[]).unwrap().is_none());
    let order = KeyChain::of(std::slice::from_ref(&second)).unwrap_err();
    assert_eq!(
        order,
        HandoverError::Order {
            number: 2,
            after: 0
        }
    );
    let shrunk = KeyChain::of(&[first.clone(), sign(9, 2, 1, 2)]).unwrap_err();
    assert_eq!(
        shrunk,
        HandoverError::Order {
            number: 2,
            after: 1
        }
    );
    let other = KeyChain::of(&[first, sign(20, 2, 0, 2)]).unwrap_err();
    assert_eq!(other, HandoverError::OtherKey { number: 2 });
}
