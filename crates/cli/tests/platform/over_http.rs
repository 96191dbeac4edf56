//! 经接口看命令行导入的：监督的人看得见发现，范围之外的人看不见。

use crate::office::{Desk, Office};
use crate::place::Place;

const CASE: &str = r#"{"case":"云安市监案〔2025〕1号","procedure":"ordinary_penalty","body":{"name":"云安市局"},"party":{"kind":"legal","name":"云安样品商行"},"coverage":"closed","events":[{"kind":"case_filed","on":"2025-03-03"},{"kind":"decided","on":"2025-04-01","decision":"d","fields":{"outcome":"penalty","fine":100000,"doc_no":"1号"}}]}"#;

#[test]
fn what_was_imported_is_found_by_whoever_supervises() {
    let place = Place::with_shipped_law();
    let server = place.serve();
    Office::open(&place, &server);
    place.write("cases.jsonl", CASE);
    place
        .run(&["import", "cases", "cases.jsonl", "--apply"])
        .good();
    let findings = Desk::watch(&server).get("/api/v1/findings?code=P-NOTICE-BEFORE");
    assert_eq!(findings.status, 200, "{findings:?}");
    let found = findings.json["findings"].as_array().unwrap();
    assert_eq!(found.len(), 1, "{findings:?}");
    let cases = Desk::watch(&server).get("/api/v1/cases");
    let number = &cases.json["cases"][0]["number"];
    assert_eq!(number, "云安市监案〔2025〕1号", "{cases:?}");
    // Nobody but the handlers and the supervision: the lead officer has no part in this one.
    let hidden = Desk::lead(&server).get("/api/v1/cases");
    assert_eq!(
        hidden.json["cases"].as_array().map(Vec::len),
        Some(0),
        "{hidden:?}"
    );
    assert_eq!(server.stop(), Some(0));
}
