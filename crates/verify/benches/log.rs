//! What the log costs: `cargo bench -p mingjing-verify`. One thread; the verifier starts none.
#![allow(clippy::expect_used, reason = "a broken bench should stop")]

use std::collections::HashMap;
use std::num::NonZeroU32;

use divan::{Bencher, black_box};
use mingjing_kernel::moment::Moment;
use mingjing_ledger::canonical::Canonical;
use mingjing_ledger::checkpoint::{Checkpoint, SignedCheckpoint};
use mingjing_ledger::digest::{Digest, Salt};
use mingjing_ledger::entry::{Entry, EventEntry};
use mingjing_ledger::export::LogExport;
use mingjing_ledger::key::SigningKey;
use mingjing_ledger::suite::Suite;
use mingjing_ledger::token::Token;
use mingjing_ledger::tree::frontier::Frontier;
use mingjing_verify::key::TrustedKey;
use mingjing_verify::log::verify_log;

const SUITES: [Suite; 2] = [Suite::Sm, Suite::International];
const BATCH: u32 = 1_000;
const MILLION: u32 = 1_000_000;

fn main() {
    divan::main();
}

fn token(text: &str) -> Token {
    Token::new(text).expect("a sound token")
}

fn entry(n: u32, payload: Digest) -> Entry {
    Entry::Event(EventEntry {
        node: token("demo.mingjing/county"),
        id: token(&format!("evt:0195a1b2-0000-7000-8000-{n:012}")),
        timeline: token(&format!("case:0195a1b2-0000-7000-8000-{:012}", n / 15)),
        seq: NonZeroU32::MIN.saturating_add(n % 15),
        kind: token("investigation_recorded"),
        recorded_at: Moment::from_unix_micros(1_772_415_000_000_000 + i64::from(n))
            .expect("in range"),
        payload,
    })
}

fn key(suite: Suite) -> SigningKey {
    SigningKey::generate(suite, &[7; 32]).expect("a key")
}

fn sign(frontier: &Frontier, suite: Suite) -> SignedCheckpoint {
    let checkpoint = Checkpoint {
        origin: token("demo.mingjing/county"),
        size: frontier.size(),
        root: frontier.root(suite),
        suite,
        time: Moment::from_unix_micros(1_772_415_000_000_000).expect("in range"),
    };
    SignedCheckpoint::sign(checkpoint, &key(suite)).expect("signed")
}

/// What the integrator does for a batch: commitments over 600 bytes, entries, tiles, root and signature.
#[divan::bench(args = SUITES)]
fn integrate_a_thousand_events(bencher: Bencher, suite: Suite) {
    let content = Canonical::Text("案".repeat(200));
    let before = Frontier::new()
        .append(suite, &vec![Digest::new([1; 32]); 12_345])
        .expect("within the limit")
        .frontier;
    bencher.counter(u64::from(BATCH)).bench_local(|| {
        let leaves: Vec<Digest> = (0..BATCH)
            .map(|n| {
                let payload = suite
                    .commit(&Salt::new([9; 32]), &content)
                    .expect("small content");
                entry(n, payload).leaf_hash(suite)
            })
            .collect();
        let appended = before.append(suite, &leaves).expect("within the limit");
        black_box(sign(&appended.frontier, suite))
    });
}

/// The export is held in memory, so that the disk is not measured.
#[divan::bench(args = SUITES, sample_count = 3, sample_size = 1)]
fn verify_a_million_entries(bencher: Bencher, suite: Suite) {
    let mut files: HashMap<String, Vec<u8>> = HashMap::new();
    let mut export = LogExport::new(suite, |path: &str, bytes: &[u8]| {
        files.insert(path.to_owned(), bytes.to_vec());
        Ok::<_, String>(())
    });
    let mut frontier = Frontier::new();
    for n in 0..MILLION {
        let entry = entry(n, Digest::new([3; 32]));
        frontier = frontier
            .append(suite, &[entry.leaf_hash(suite)])
            .expect("within the limit")
            .frontier;
        export.push(&entry).expect("a short entry");
    }
    export
        .finish(&sign(&frontier, suite))
        .expect("the same entries");
    let pem = key(suite).verifying_key().to_pem().expect("a key");
    let trusted = [TrustedKey::from_pem("demo.mingjing/county", &pem).expect("the same key")];
    bencher.counter(u64::from(MILLION)).bench_local(|| {
        let report = verify_log(|path| Ok(files.get(path).cloned()), &trusted, None);
        assert!(report.is_accepted(), "{report}");
    });
}
