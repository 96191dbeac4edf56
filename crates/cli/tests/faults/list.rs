//! 一份名单，与导入它的两种样子：一口气的、断了再来的。

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Child;

use serde_json::Value;

use crate::place::{Place, Ran};

/// Rows of the list; one in three has a finding.
pub(crate) const ROWS: u64 = 240;
/// What the list says of a row, and its registration.
const EVENTS_PER_ROW: u64 = 3;

pub(crate) const IMPORT: [&str; 6] = [
    "import",
    "cases",
    "list.jsonl",
    "--apply",
    "--format",
    "json",
];

/// 写下名单。
pub(crate) fn write(place: &Place) {
    let line = |n: u64| {
        let decided = match n % 3 {
            0 => "2025-09-01",
            _ => "2025-02-20",
        };
        format!(
            r#"{{"case":"第{n}号","coverage":"closed","events":[{{"kind":"case_filed","on":"2025-01-06"}},{{"kind":"decided","on":"{decided}","fields":{{"outcome":"penalty"}}}}]}}"#
        ) + "\n"
    };
    place.write("list.jsonl", (1..=ROWS).map(line).collect::<String>());
}

/// 导入之后的样子：与在哪里断过无关。
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    counts: Value,
    events: Value,
    timelines: Value,
    findings: BTreeMap<String, usize>,
}

/// 做完导入，自查，数一遍。
#[track_caller]
pub(crate) fn finish(place: &Place) -> Outcome {
    let done = place.run(&IMPORT);
    assert_eq!(done.code, Some(0), "{done:?}");
    outcome(place, done)
}

#[track_caller]
pub(crate) fn outcome(place: &Place, done: Ran) -> Outcome {
    let found = place.require_sound();
    let rebuilt = place
        .run(&["rebuild", "--verify", "--format", "json"])
        .json();
    let mut findings = BTreeMap::new();
    for line in place.run(&["export", "findings"]).good().lines().skip(1) {
        let rule = line.split(',').nth(2).unwrap_or_default();
        *findings.entry(rule.to_owned()).or_default() += 1;
    }
    Outcome {
        counts: done.json()["counts"].clone(),
        events: found["events"].clone(),
        timelines: rebuilt["timelines"].clone(),
        findings,
    }
}

/// 没有出事的样子。
pub(crate) fn undisturbed() -> Outcome {
    let place = Place::new();
    write(&place);
    place.run(&["migrate"]).good();
    let outcome = finish(&place);
    assert_eq!(outcome.events, ROWS * EVENTS_PER_ROW);
    assert!(!outcome.findings.is_empty());
    outcome
}

/// 正在导入的：它的回执一行一段。
pub(crate) struct Importing {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
    /// 答应过的行数。
    pub(crate) rows: u64,
    /// 第一段从哪一行起。
    pub(crate) first: Option<u64>,
}

impl Importing {
    pub(crate) fn start(mut command: std::process::Command) -> Self {
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Importing {
            child,
            out,
            rows: 0,
            first: None,
        }
    }

    /// 下一张回执；没有了为假。
    pub(crate) fn receipt(&mut self) -> bool {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        // The last line of one that was killed may be torn: what is not whole was not said.
        let Ok(told) = serde_json::from_str::<Value>(&line) else {
            return false;
        };
        let Some(first) = told["first_row"].as_u64() else {
            return false;
        };
        self.first.get_or_insert(first);
        self.rows = first + told["rows"].as_u64().unwrap();
        true
    }

    /// 杀掉，把它说过的都听完。
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        while self.receipt() {}
        self.child.wait().unwrap();
    }

    /// 等它自己停。
    pub(crate) fn end(mut self) -> (u64, Ran) {
        while self.receipt() {}
        let mut err = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut err).unwrap();
        let ran = Ran {
            code: self.child.wait().unwrap().code(),
            out: String::new(),
            err,
        };
        (self.rows, ran)
    }
}

/// 答应过的行都在。
#[track_caller]
pub(crate) fn require_kept(place: &Place, rows: u64) {
    let found = place.run(&["fsck", "--format", "json"]);
    assert_eq!(found.code, Some(0), "{found:?}");
    let events = found.json()["events"].as_u64().unwrap();
    assert!(
        events >= rows * EVENTS_PER_ROW,
        "{rows} rows were acknowledged, {events} events are there"
    );
}
