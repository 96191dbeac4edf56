use std::collections::BTreeMap;

use mingjing_ledger::digest::Digest;
use mingjing_ledger::export::{ExportError, LogExport};
use mingjing_ledger::suite::Suite;

use crate::support::{Log, event};

fn log_of(size: u32) -> Log {
    let mut log = Log::new(Suite::Sm);
    log.append((1..=size).map(|n| event(n, Digest::new([3; 32]))));
    log
}

fn export(log: &Log) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut export = LogExport::new(log.suite, |path: &str, bytes: &[u8]| {
        let before = files.insert(path.to_owned(), bytes.to_vec());
        assert_eq!(before, None, "{path} written twice");
        Ok::<_, String>(())
    });
    for entry in &log.entries {
        export.push(entry).unwrap();
    }
    export.finish(&log.checkpoint()).unwrap();
    files
}

#[test]
fn an_export_holds_the_tiles_of_the_store_the_entries_and_the_checkpoint() {
    let log = log_of(513);
    let files = export(&log);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let expected = [
        "checkpoint",
        "tile/0/000",
        "tile/0/001",
        "tile/0/002.p/1",
        "tile/1/000.p/2",
        "tile/entries/000",
        "tile/entries/001",
        "tile/entries/002.p/1",
    ];
    assert_eq!(names, expected);
    for (tile, bytes) in &log.tiles {
        let width = u16::try_from(bytes.len() / 32).unwrap();
        assert_eq!(&files[&tile.path(width)], bytes);
    }
    let last = log.entries[512].to_bytes();
    let length = u16::try_from(last.len()).unwrap().to_be_bytes();
    assert_eq!(files["tile/entries/002.p/1"], [&length[..], &last].concat());
}

#[test]
fn full_tiles_leave_no_partial_ones_behind() {
    let names: Vec<String> = export(&log_of(256)).into_keys().collect();
    assert_eq!(
        names,
        [
            "checkpoint",
            "tile/0/000",
            "tile/1/000.p/1",
            "tile/entries/000"
        ]
    );
}

#[test]
fn entries_that_are_not_those_of_the_checkpoint_leave_no_checkpoint() {
    let log = log_of(3);
    let mut written = Vec::new();
    let mut export = LogExport::new(log.suite, |path: &str, _: &[u8]| {
        written.push(path.to_owned());
        Ok::<_, String>(())
    });
    export.push(&log.entries[0]).unwrap();
    let error = export.finish(&log.checkpoint());
    assert!(matches!(
        error,
        Err(ExportError::NotTheCheckpoint { written: 1, .. })
    ));
    assert!(!written.contains(&"checkpoint".to_owned()));
}

#[test]
fn a_failing_writer_is_named_with_its_path() {
    let log = log_of(1);
    let mut export = LogExport::new(log.suite, |_: &str, _: &[u8]| Err("磁盘已满"));
    export.push(&log.entries[0]).unwrap();
    let error = export.finish(&log.checkpoint()).unwrap_err().to_string();
    assert!(
        error.contains("tile/entries/000.p/1") && error.contains("磁盘已满"),
        "{error}"
    );
}
