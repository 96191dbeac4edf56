//! 名单再来：命令行与接口是同一套；同一份什么也不变，新版的一行说出差别；导出的也相同。

use serde_json::Value;

use crate::office::{Desk, Office, Told};
use crate::place::{Place, until};

/// More than two pages of an export.
const CASES: u32 = 230;
const SOURCE: &str = "甲局台账";

/// The list, with the fine of one case as given.
fn list(cases: u32, (changed, fine): (u32, u32)) -> String {
    let line = |n: u32| {
        let fine = if n == changed { fine } else { 100 };
        format!(
            r#"{{"case":"第{n}号","coverage":"closed","events":[{{"kind":"case_filed","on":"2025-01-06"}},{{"kind":"decided","on":"2025-02-20","fields":{{"outcome":"penalty","fine":{fine}}}}}]}}"#
        ) + "\n"
    };
    (1..=cases).map(line).collect()
}

fn import(place: &Place, file: &str, more: &[&str]) -> Value {
    let args = [
        "import", "cases", file, "--apply", "--source", SOURCE, "--format", "json",
    ];
    let done = place.run(&[&args[..], more].concat());
    assert_eq!(done.code, Some(0), "{done:?}");
    done.json()
}

fn events(place: &Place) -> u64 {
    let found = place.run(&["fsck", "--format", "json"]).json();
    found["events"].as_u64().unwrap()
}

fn counts(batch: &Value) -> [u64; 3] {
    ["created", "changed", "same"].map(|name| batch["counts"][name].as_u64().unwrap())
}

/// Starts a batch that was accepted, and waits for its end.
fn run(desk: &mut Desk, accepted: &Told) -> Value {
    let id = accepted.json["import"]["id"].as_str().unwrap();
    let path = format!("/api/v1/imports/{id}");
    let started = desk.post(&format!("{path}/run"), &Value::Null, &[]);
    assert_eq!(started.status, 202, "{started:?}");
    let mut batch = Value::Null;
    until("the import", || {
        batch = desk.get(&path).json["import"].clone();
        batch["state"] == "finished"
    });
    batch
}

#[test]
fn the_same_list_changes_nothing_and_a_newer_row_shows_its_difference() {
    let place = Place::with_shipped_law();
    let server = place.serve();
    Office::open(&place, &server);
    let before = events(&place);
    place.write("old.jsonl", list(3, (0, 0)));
    let first = import(&place, "old.jsonl", &[]);
    assert_eq!(counts(&first), [3, 0, 0]);
    let known = events(&place);
    assert_eq!(known, before + 9);

    let again = import(&place, "old.jsonl", &[]);
    assert_eq!(again, first, "the same batch, with nothing done to it");
    place.write("same.jsonl", list(3, (0, 0)) + "\n");
    assert_eq!(counts(&import(&place, "same.jsonl", &[])), [0, 0, 3]);
    assert_eq!(events(&place), known, "the same rows of another file");

    let newer = list(3, (2, 250));
    place.write("newer.jsonl", &newer);
    let changed = import(&place, "newer.jsonl", &["--receipt", "receipt.jsonl"]);
    assert_eq!(counts(&changed), [0, 1, 2]);
    let receipt = std::fs::read_to_string(place.path("receipt.jsonl")).unwrap();
    let rows = receipt
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let rows: Vec<Value> = rows
        .filter(|row: &Value| row["outcome"] == "changed")
        .collect();
    assert_eq!(fines(&rows), [[100, 250]], "{receipt}");
    assert_eq!(events(&place), known + 1);

    let mut desk = Desk::watch(&server);
    let repeated = desk.send_list(SOURCE, "/", ("newer.jsonl", &newer));
    assert_eq!(repeated.status, 200, "{repeated:?}");
    assert_eq!(repeated.json["import"]["id"], changed["batch"]);
    assert_eq!(counts(&run(&mut desk, &repeated)), [0, 1, 2]);
    assert_eq!(
        events(&place),
        known + 1,
        "what the command line did is done"
    );

    let newest = list(3, (2, 300));
    let accepted = desk.send_list(SOURCE, "/", ("newest.jsonl", &newest));
    assert_eq!(accepted.status, 201, "{accepted:?}");
    let batch = run(&mut desk, &accepted);
    assert_eq!(counts(&batch), [0, 1, 2]);
    let id = batch["id"].as_str().unwrap();
    let rows = desk.get(&format!("/api/v1/imports/{id}/rows?outcome=changed"));
    let rows = rows.json["rows"].as_array().unwrap().clone();
    assert_eq!(fines(&rows), [[250, 300]], "{rows:?}");
    assert_eq!(events(&place), known + 2);
    assert_eq!(server.stop(), Some(0));
    place.require_sound();
}

/// The fine before and after, of each row.
fn fines(rows: &[Value]) -> Vec<[u64; 2]> {
    let of = |row: &Value| {
        let all = row["detail"]["differences"].as_array().unwrap();
        let fine = all.iter().find(|one| one["item"] == "fields.fine").unwrap();
        ["old", "new"].map(|side| fine[side].as_u64().unwrap())
    };
    rows.iter().map(of).collect()
}

#[test]
fn an_export_over_several_pages_is_the_same_by_either_way() {
    let place = Place::with_shipped_law();
    let server = place.serve();
    Office::open(&place, &server);
    place.write("cases.jsonl", list(CASES, (0, 0)));
    import(&place, "cases.jsonl", &[]);
    let mut desk = Desk::watch(&server);
    for reason in [None, Some("核对两种导出")] {
        let mut args = vec!["export", "cases"];
        args.extend(reason.iter().flat_map(|reason| ["--reveal", *reason]));
        let by_command = place.run(&args).good();
        assert_eq!(by_command.lines().count(), CASES as usize);
        let body = serde_json::json!({ "format": "case_lines", "reveal": reason });
        let by_http = desk.post("/api/v1/exports/cases", &body, &[]);
        assert_eq!(by_http.status, 200, "{by_http:?}");
        assert!(by_http.text == by_command, "{reason:?}");
    }
    assert_eq!(server.stop(), Some(0));
}
