use std::collections::BTreeMap;
use std::io;

use mingjing_ledger::digest::Digest;
use mingjing_ledger::export::LogExport;
use mingjing_ledger::suite::Suite;
use mingjing_ledger::tree::tile::{TileId, entries_path};
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

/// The entries from that one on, with the tiles above them.
fn export_from(log: &Log, from: u64) -> Files {
    let mut files = Files::new();
    let mut rows = Vec::new();
    let mut above = from;
    for level in 0.. {
        if above == 0 {
            break;
        }
        let (index, width) = (above / 256, usize::try_from(above % 256).unwrap());
        let tile = log.tiles.get(&TileId { level, index });
        let hashes = tile.map_or(&[][..], |bytes| &bytes[..width * 32]);
        let (hashes, _) = hashes.as_chunks::<32>();
        rows.push(hashes.iter().copied().map(Digest::new).collect());
        above = index;
    }
    let write = |path: &str, bytes: &[u8]| {
        files.insert(path.to_owned(), bytes.to_vec());
        Ok::<_, io::Error>(())
    };
    let mut export = LogExport::resume(log.suite, from, rows, write).unwrap();
    for entry in &log.entries[usize::try_from(from).unwrap()..] {
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

#[test]
fn a_range_is_consistent_with_every_checkpoint_from_within_it_and_no_other() {
    for suite in SUITES {
        for (size, from) in [(256, 256), (257, 256), (700, 256), (700, 512), (768, 512)] {
            let files = export_from(&log_of(suite, size), from);
            assert!(!files.contains_key("tile/entries/000"));
            for old in [from as u32, from as u32 + 1, size - 1, size] {
                if u64::from(old) < from || old > size {
                    continue;
                }
                let report = verify(&files, suite, Some(&log_of(suite, old)));
                assert!(report.is_accepted(), "{size} {from} {old} {report}");
                assert!(report.to_string().contains("只由根承诺"), "{report}");
            }
            let before = verify(&files, suite, Some(&log_of(suite, 255)));
            let failure = before.failure.unwrap();
            assert!(failure.why.contains("在这一段之前"), "{failure:?}");
        }
    }
}

#[test]
fn a_range_beyond_two_levels_of_tiles_is_accepted() {
    let (log, all) = repeated(65_536 + 700);
    // What a range of it holds: nothing below its first bundle but the tiles that reach over its beginning.
    let from = 65_536 + 256;
    let is_of_range = |path: &str| {
        !path.starts_with("tile/entries/") && !path.starts_with("tile/0/")
            || ["257", "258"].iter().any(|block| path[5..].contains(block))
    };
    let mut files: Files = all
        .into_iter()
        .filter(|(path, _)| is_of_range(path))
        .collect();
    files.insert("range".to_owned(), format!("{from}\n").into_bytes());
    let report = verify(&files, Suite::Sm, Some(&repeated(from + 3).0));
    assert!(report.is_accepted(), "{report}");
    assert_eq!(
        files
            .keys()
            .filter(|path| path.starts_with("tile/1/"))
            .count(),
        2
    );
    assert_eq!(log.entries.len(), 0);
}

#[test]
fn a_change_of_any_file_of_a_range_is_found() {
    let files = export_from(&log_of(Suite::Sm, 700), 256);
    for (path, bytes) in &files {
        let mut fewer = files.clone();
        fewer.remove(path);
        assert!(!verify(&fewer, Suite::Sm, None).is_accepted(), "{path}");
        for at in (0..bytes.len()).step_by(97) {
            let mut changed = files.clone();
            changed.get_mut(path).unwrap()[at] ^= 0x01;
            let report = verify(&changed, Suite::Sm, None);
            assert!(!report.is_accepted(), "byte {at} of {path}");
        }
    }
    // Another beginning is another claim: it must be that of a bundle, and within the log.
    for range in ["100\n", "1024\n", "256", "-1\n", "\n"] {
        let mut moved = files.clone();
        moved.insert("range".to_owned(), range.as_bytes().to_vec());
        let report = verify(&moved, Suite::Sm, None).to_string();
        assert!(report.contains("文件 range"), "{report}");
    }
}

#[test]
fn a_past_rewritten_before_the_range_is_found_by_the_checkpoint() {
    let mut log = Log::new(Suite::Sm);
    let entries = (1..=600).map(|n| event(if n == 7 { 9_999 } else { n }, Digest::new([3; 32])));
    log.append(entries);
    let files = export_from(&log, 512);
    assert!(verify(&files, Suite::Sm, None).is_accepted());
    let report = verify(&files, Suite::Sm, Some(&log_of(Suite::Sm, 550)));
    let failure = report.failure.unwrap();
    assert!(
        failure.why.contains("旧检查点之前的内容被改过"),
        "{failure:?}"
    );
}
