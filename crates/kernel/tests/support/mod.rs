//! What the table tests share: the calendars of the lawbook and a reader for small CSV files.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::path::PathBuf;
use std::sync::LazyLock;

use mingjing_kernel::calendar::{CalendarYear, WorkCalendar};

/// The calendars of the lawbook, as an application loads them.
pub(crate) static CALENDAR: LazyLock<WorkCalendar> = LazyLock::new(|| {
    WorkCalendar::from_years(calendar_years()).expect("the lawbook's calendars are sound")
});

pub(crate) fn calendar_years() -> Vec<CalendarYear> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../lawbook/calendars");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("lawbook/calendars exists")
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "toml"))
        .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        })
        .collect()
}

/// Rows of a file under tests/data: `#` comments and the head line skipped, no quoting.
pub(crate) fn rows(file: &str) -> Vec<Vec<String>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(file);
    let text = std::fs::read_to_string(&path).expect("the table exists");
    let rows: Vec<Vec<String>> = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .skip(1)
        .map(|line| line.split(',').map(|cell| cell.trim().to_owned()).collect())
        .collect();
    assert!(!rows.is_empty(), "{file} is empty");
    rows
}
