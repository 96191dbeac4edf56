use std::collections::BTreeMap;
use std::io;

use mingjing_ledger::digest::Digest;
use mingjing_ledger::export::LogExport;
use mingjing_ledger::suite::Suite;
use mingjing_ledger::tree::tile::entries_path;
use mingjing_verify::log::verify_log;
use mingjing_verify::report::Report;
use proptest::prelude::*;

use crate::support::{Log, SUITES, event};
use crate::trusted;

type Files = BTreeMap<String, Vec<u8>>;

fn log_of(suite: Suite, size: u32) -> Log {
    let mut log = Log::new(suite);
    log.append((1..=size).map(|n| event(n, Digest::new([3; 32]))));
    log
}

fn export(log: &Log) -> Files {
    let mut files = Files::new();
    let mut export = LogExport::new(log.suite, |path: &str, bytes: &[u8]| {
        files.insert(path.to_owned(), bytes.to_vec());
        Ok::<_, io::Error>(())
    });
    for entry in &log.entries {
        export.push(entry).unwrap();
    }
    export.finish(&log.checkpoint()).unwrap();
    files
}

fn verify(files: &Files, suite: Suite, older: Option<&Log>) -> Report {
    let older = older.map(|log| log.checkpoint().to_text());
    let read = |path: &str| Ok(files.get(path).cloned());
    verify_log(read, &trusted(suite), older.as_deref())
}

#[test]
fn logs_of_all_awkward_sizes_are_accepted() {
    for size in [0, 1, 2, 255, 256, 257, 511, 512, 700] {
        for suite in SUITES {
            let report = verify(&export(&log_of(suite, size)), suite, None);
            assert!(report.is_accepted(), "{size} {report}");
        }
    }
}

/// A big log of one entry repeated: what is tested is the tree, and the rest of the work is left out.
fn repeated(size: usize) -> (Log, Files) {
    let entry = event(1, Digest::new([3; 32]));
    let bytes = entry.to_bytes();
    let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();
    let mut log = Log::new(Suite::Sm);
    log.grow(&vec![entry.leaf_hash(Suite::Sm); size]);
    let mut files = Files::from([("checkpoint".to_owned(), log.checkpoint().to_text().into())]);
    for at in (0..size).step_by(256) {
        let width = u16::try_from((size - at).min(256)).unwrap();
        let bundle = [&length[..], &bytes].concat().repeat(usize::from(width));
        files.insert(entries_path(at as u64 / 256, width), bundle);
    }
    for (tile, hashes) in &log.tiles {
        let width = u16::try_from(hashes.len() / 32).unwrap();
        files.insert(tile.path(width), hashes.clone());
    }
    (log, files)
}

#[test]
fn a_log_beyond_two_levels_of_tiles_is_accepted_with_its_past() {
    let (_, files) = repeated(65_536 + 257);
    assert!(files.contains_key("tile/2/000.p/1"));
    let report = verify(&files, Suite::Sm, Some(&repeated(65_537).0));
    assert!(report.is_accepted(), "{report}");
    assert!(
        report.to_string().contains("旧检查点的 65537 条一字未改"),
        "{report}"
    );
}

#[test]
fn no_byte_of_a_small_log_can_be_changed() {
    for suite in SUITES {
        let files = export(&log_of(suite, 4));
        for (path, bytes) in &files {
            for at in 0..bytes.len() {
                for flip in [0x01, 0x20] {
                    let mut changed = files.clone();
                    changed.get_mut(path).unwrap()[at] ^= flip;
                    let report = verify(&changed, suite, None);
                    assert!(!report.is_accepted(), "byte {at} of {path}\n{report}");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_change_of_any_file_is_found(file in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), flip in 1..=u8::MAX) {
        let mut files = export(&log_of(Suite::Sm, 300));
        let path = file.get(&files.keys().cloned().collect::<Vec<_>>()).clone();
        let bytes = files.get_mut(&path).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(!verify(&files, Suite::Sm, None).is_accepted(), "byte {} of {}", at, path);
    }

    #[test]
    fn every_older_checkpoint_is_consistent(old in 0_u32..300, more in 0_u32..300) {
        let files = export(&log_of(Suite::Sm, old + more));
        let report = verify(&files, Suite::Sm, Some(&log_of(Suite::Sm, old)));
        prop_assert!(report.is_accepted(), "{}", report);
    }
}

/// A log whose second entry was changed before it was signed again: sound in itself.
fn rewritten() -> Log {
    let mut log = Log::new(Suite::Sm);
    log.append([1, 99, 3, 4, 5].map(|n| event(n, Digest::new([3; 32]))));
    log
}

#[test]
fn a_rewritten_past_is_found_with_an_older_checkpoint_and_only_with_it() {
    let files = export(&rewritten());
    let alone = verify(&files, Suite::Sm, None);
    assert!(alone.is_accepted(), "{alone}");
    assert!(
        alone.to_string().contains("不能证明以前公布的没有改写"),
        "{alone}"
    );
    for old in 2..=5 {
        let report = verify(&files, Suite::Sm, Some(&log_of(Suite::Sm, old)));
        let failure = report.failure.expect("the second entry is another");
        assert!(
            failure.why.contains("旧检查点之前的内容被改过"),
            "{failure:?}"
        );
    }
}

#[test]
fn a_shorter_log_and_a_checkpoint_of_another_are_refused() {
    let files = export(&log_of(Suite::Sm, 3));
    let shrunk = verify(&files, Suite::Sm, Some(&log_of(Suite::Sm, 4)));
    assert!(shrunk.to_string().contains("条目被删过"), "{shrunk}");
    let keys = [trusted(Suite::Sm), trusted(Suite::International)].concat();
    let other = log_of(Suite::International, 2).checkpoint().to_text();
    let read = |path: &str| Ok(files.get(path).cloned());
    let report = verify_log(read, &keys, Some(&other));
    assert!(
        report.to_string().contains("另一个日志，或用另一套算法"),
        "{report}"
    );
}

#[test]
fn the_first_changed_entry_is_named_by_the_tile() {
    let log = log_of(Suite::Sm, 600);
    let mut files = export(&log);
    let bundle = files.get_mut("tile/entries/001").unwrap();
    let at = bundle.windows(8).position(|w| w == b"\"seq\":29").unwrap();
    bundle[at + 7] = b'8';
    let failure = verify(&files, Suite::Sm, None).failure.unwrap();
    assert!(
        failure
            .index
            .is_some_and(|index| (256..512).contains(&index)),
        "{failure:?}"
    );
    assert!(failure.why.contains("tile/0/001"), "{failure:?}");
}

#[test]
fn missing_cut_and_lengthened_files_are_named() {
    let files = export(&log_of(Suite::Sm, 300));
    for path in files.keys() {
        let mut fewer = files.clone();
        fewer.remove(path);
        let report = verify(&fewer, Suite::Sm, None).to_string();
        assert!(report.contains(&format!("缺文件 {path}")), "{report}");
        for change in [
            |b: &mut Vec<u8>| b.truncate(b.len() - 1),
            |b: &mut Vec<u8>| b.push(0),
        ] {
            let mut changed = files.clone();
            change(changed.get_mut(path).unwrap());
            assert!(!verify(&changed, Suite::Sm, None).is_accepted(), "{path}");
        }
    }
    let unreadable = |_: &str| Err(io::Error::other("坏扇区"));
    let report = verify_log(unreadable, &trusted(Suite::Sm), None).to_string();
    assert!(report.contains("坏扇区"), "{report}");
}
