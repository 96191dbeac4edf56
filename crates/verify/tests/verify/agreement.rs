//! 两份实现互相印证：条目与内容，一个收，另一个也收。

use std::collections::BTreeMap;

use base64ct::{Base64, Encoding as _};
use mingjing_ledger::canonical::Canonical;
use mingjing_ledger::checkpoint::{Checkpoint, SignedCheckpoint};
use mingjing_ledger::digest::Digest;
use mingjing_ledger::entry::Entry;
use mingjing_ledger::suite::Suite;
use mingjing_ledger::tree::frontier::Frontier;
use mingjing_verify::bundle::verify_bundle;
use mingjing_verify::log::verify_log;
use proptest::prelude::*;
use serde_json::Value;

use crate::support::{key, moment, token};
use crate::trusted;

const SM: Suite = Suite::Sm;

/// A checkpoint over one leaf, whatever its bytes.
fn checkpoint(leaf: Digest) -> String {
    let frontier = Frontier::new().append(SM, &[leaf]).unwrap().frontier;
    let checkpoint = Checkpoint {
        origin: token("demo.mingjing/county"),
        size: 1,
        root: frontier.root(SM),
        suite: SM,
        time: moment(0),
    };
    SignedCheckpoint::sign(checkpoint, &key(SM))
        .unwrap()
        .to_text()
}

/// Whether the verifier accepts a log, rightly signed, whose only entry is these bytes.
fn verifier_accepts_entry(entry: &[u8]) -> bool {
    let leaf = SM.leaf_hash(entry);
    let length = u16::try_from(entry.len()).unwrap().to_be_bytes();
    let files = BTreeMap::from([
        ("checkpoint", checkpoint(leaf).into_bytes()),
        ("tile/entries/000.p/1", [&length[..], entry].concat()),
        ("tile/0/000.p/1", leaf.as_bytes().to_vec()),
    ]);
    verify_log(|path| Ok(files.get(path).cloned()), &trusted(SM), None).is_accepted()
}

/// Whether the verifier accepts a bundle, rightly signed, whose only public content is these bytes.
fn verifier_accepts_content(content: &str) -> bool {
    let digest = SM.hash(&[&[3], content.as_bytes()]).to_hex();
    let entry = format!(
        r#"{{"content":"{digest}","id":"pub:1","node":"n","of":"{digest}","recorded_at":"{}","type":"public","v":1}}"#,
        moment(0)
    );
    let note = checkpoint(SM.leaf_hash(entry.as_bytes())).replace('\n', "\\n");
    let fingerprint = key(SM).verifying_key().fingerprint().unwrap();
    let bundle = format!(
        r#"{{"checkpoint":"{note}","fingerprint":"{fingerprint}","format":"mingjing-case-bundle/1","records":[{{"content":{content},"entry":{entry},"index":0,"proof":[],"state":"shown"}}]}}"#
    );
    verify_bundle(bundle.as_bytes(), &trusted(SM)).is_accepted()
}

fn vectors(text: &str, part: &str, member: &str) -> Vec<String> {
    let vectors: Value = serde_json::from_str(text).unwrap();
    let vectors = vectors[part].as_array().unwrap();
    vectors
        .iter()
        .map(|v| v[member].as_str().unwrap().to_owned())
        .collect()
}

const ENTRIES: &str = include_str!("../../../ledger/tests/data/entries.json");
const CANONICAL: &str = include_str!("../../../ledger/tests/data/canonical.json");

#[test]
fn listed_entries_are_accepted_and_refused_by_both() {
    for entry in vectors(ENTRIES, "accepts", "bytes") {
        assert!(verifier_accepts_entry(entry.as_bytes()), "{entry}");
    }
    for entry in vectors(ENTRIES, "refuses", "bytes") {
        assert!(!verifier_accepts_entry(entry.as_bytes()), "{entry}");
    }
}

#[test]
fn listed_contents_are_accepted_and_refused_by_both() {
    for content in vectors(CANONICAL, "accepts", "canonical") {
        assert!(verifier_accepts_content(&content), "{content}");
    }
    for content in vectors(CANONICAL, "refuses_bytes", "text") {
        assert!(!verifier_accepts_content(&content), "{content}");
    }
}

#[test]
fn both_stop_at_thirty_two_levels() {
    for (depth, expected) in [(32, true), (33, false)] {
        let content = ["[".repeat(depth), "]".repeat(depth)].concat();
        assert_eq!(verifier_accepts_content(&content), expected);
        assert_eq!(Canonical::parse(content.as_bytes()).is_ok(), expected);
    }
}

/// A checkpoint of the empty log whose body was changed before it was rightly signed, and how its signature is written.
fn signed(change: impl Fn(&str) -> String, write: impl Fn(&str) -> String) -> String {
    let name = token("demo.mingjing/county");
    let key = key(Suite::International);
    let checkpoint = Checkpoint {
        origin: name.clone(),
        size: 0,
        root: Suite::International.empty_root(),
        suite: Suite::International,
        time: moment(0),
    };
    let body = change(&checkpoint.body());
    let id = key.verifying_key().key_id(&name).unwrap();
    let blob = [&id[..], &key.sign(body.as_bytes()).unwrap()].concat();
    format!(
        "{body}\n— {name} {}\n",
        write(&Base64::encode_string(&blob))
    )
}

fn both_accept(text: &str) -> (bool, bool) {
    let read = |path: &str| Ok((path == "checkpoint").then(|| text.as_bytes().to_vec()));
    let verifier = verify_log(read, &trusted(Suite::International), None);
    let public = key(Suite::International).verifying_key();
    let ours = SignedCheckpoint::parse(text)
        .and_then(|signed| signed.verify(&token("demo.mingjing/county"), &public));
    (ours.is_ok(), verifier.is_accepted())
}

#[test]
fn a_checkpoint_rightly_signed_but_written_otherwise_is_refused_by_both() {
    let same = |text: &str| text.to_owned();
    assert_eq!(both_accept(&signed(same, same)), (true, true));
    for (from, to) in [
        ("\n0\n", "\n+0\n"),
        ("\n0\n", "\n00\n"),
        ("\n0\n", "\n-0\n"),
        ("\n0\n", "\n\n"),
        ("=\n", "\n"),
        ("county", "县"),
        ("suite: ed25519-sha256", "suite: ED25519-SHA256"),
        ("suite: ", "suite:"),
        ("time: ", "time:  "),
        ("000000Z\n", "000000Z\nmore: x\n"),
        ("000000Z\n", "000000Z\r\n"),
        ("000000Z\n", "000000+00:00\n"),
    ] {
        let change = |body: &str| body.replacen(from, to, 1);
        let text = signed(change, same);
        assert_ne!(text, signed(same, same), "{from:?}");
        assert_eq!(both_accept(&text), (false, false), "{from:?} {to:?}");
    }
    for write in [
        |blob: &str| blob.trim_end_matches('=').to_owned(),
        |blob: &str| format!("{blob}="),
        |blob: &str| format!("{blob} "),
        |blob: &str| blob.replace('=', "A"),
        with_spare_bits,
    ] {
        let text = signed(same, write);
        assert_eq!(both_accept(&text), (false, false), "{text}");
    }
}

/// The same bytes to a lax reader: the bits of the last character that carry nothing are set.
fn with_spare_bits(blob: &str) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = blob.trim_end_matches('=');
    let (kept, last) = digits.split_at(digits.len() - 1);
    let next = ALPHABET.find(last).unwrap() + 1;
    format!("{kept}{}=", &ALPHABET[next..=next])
}

/// Pieces that canonical JSON is made of or that it forbids.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\"a\"",
        "\"b\"",
        "\"a\":1",
        "\"b\":[]",
        "0",
        "-",
        "-1",
        "7",
        "1.5",
        "null",
        "true",
        "\\n",
        "\\u0001",
        "\\u000a",
        "\\\\",
        "\n",
        " ",
        "汉",
        "😀",
        "\u{fb33}",
        "9007199254740991",
        "9007199254740992",
        "é",
    ]);
    prop::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_content_is_judged_the_same_by_both(content in pieces()) {
        let ours = Canonical::parse(content.as_bytes()).is_ok();
        prop_assert_eq!(verifier_accepts_content(&content), ours, "{}", content);
    }

    #[test]
    fn any_change_of_an_entry_is_judged_the_same_by_both(which in 0_usize..4, at in any::<prop::sample::Index>(), cut in 0_usize..3, insert in prop::collection::vec(any::<u8>(), 0..3)) {
        let mut bytes = vectors(ENTRIES, "accepts", "bytes")[which].clone().into_bytes();
        let at = at.index(bytes.len());
        let end = (at + cut).min(bytes.len());
        bytes.splice(at..end, insert);
        let ours = Entry::parse(&bytes).is_ok();
        prop_assert_eq!(verifier_accepts_entry(&bytes), ours, "{}", String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_moment_is_judged_the_same_by_both(year in 1890_u32..2210, month in 0_u32..14, day in 0_u32..33, hour in 0_u32..26, minute in 0_u32..62, second in 0_u32..62) {
        let at = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.000000Z");
        let entry = vectors(ENTRIES, "accepts", "bytes")[0].replace("2026-03-02T01:30:00.000000Z", &at);
        prop_assert!(entry.contains(&at));
        let ours = Entry::parse(entry.as_bytes()).is_ok();
        prop_assert_eq!(verifier_accepts_entry(entry.as_bytes()), ours, "{}", at);
    }
}
