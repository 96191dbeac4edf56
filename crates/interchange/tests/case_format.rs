//! 案件格式：示例、模式、往返、坏行。
#![allow(
    clippy::unwrap_used,
    reason = "a panic is how a test fails, in its aids as well"
)]

mod support;

use std::collections::BTreeSet;

use mingjing_domain::coverage::Coverage;
use mingjing_domain::value::Value;
use mingjing_interchange::case::{ACTOR_KEYS, CASE_KEYS, EVENT_KEYS, KNOWS_KEYS};
use mingjing_interchange::case_writer;
use serde_json::{Value as Json, json};
use support::read_one;

const SCHEMA: &str = include_str!("../../../docs/schema/case.schema.json");
const GUIDE: &str = include_str!("../../../docs/case-format.md");

/// 说明文档里的示例：每个 json 代码块一案。
fn examples() -> Vec<Json> {
    let blocks = GUIDE
        .split("```json\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap());
    blocks
        .map(|block| serde_json::from_str(block).unwrap())
        .collect()
}

fn schema() -> jsonschema::Validator {
    jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap()
}

fn read_json(json: &Json) -> support::Outcome {
    read_one("案.jsonl", format!("{json}\n").as_bytes())
}

#[test]
fn examples_of_the_guide_are_valid_and_are_read() {
    let schema = schema();
    let examples = examples();
    assert!(examples.len() >= 3);
    for example in examples {
        let errors: Vec<String> = schema
            .iter_errors(&example)
            .map(|e| e.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
        let outcome = read_json(&example);
        assert!(outcome.refused.is_empty(), "{:?}", outcome.refused);
        assert_eq!(outcome.only().timeline.id, example["case"]);
    }
}

#[test]
fn schema_and_reader_know_the_same_keys() {
    let schema: Json = serde_json::from_str(SCHEMA).unwrap();
    let keys = |object: &Json| -> BTreeSet<String> {
        assert_eq!(object["additionalProperties"], false);
        object["properties"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    };
    let known = |list: &[&str]| {
        list.iter()
            .map(|k| (*k).to_owned())
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(keys(&schema), known(&CASE_KEYS));
    assert_eq!(keys(&schema["$defs"]["event"]), known(&EVENT_KEYS));
    assert_eq!(keys(&schema["$defs"]["actor"]), known(&ACTOR_KEYS));
    assert_eq!(keys(&schema["$defs"]["knows"]), known(&KNOWS_KEYS));
}

#[test]
fn what_the_reader_refuses_the_schema_refuses_too() {
    let schema = schema();
    let base = json!({"case": "甲1", "events": [{"kind": "decided", "on": "2024-03-01"}]});
    let bad = [
        ("unknown", json!(1)),
        ("format", json!(2)),
        ("case", json!(7)),
        ("events", json!({})),
        ("coverage", json!("half")),
        ("coverage", json!({"knows": {"decided": {"field": []}}})),
        ("body", json!("某局")),
        ("events", json!([{"on": "2024-03-01"}])),
        ("events", json!([{"kind": "decided"}])),
        (
            "events",
            json!([{"kind": "decided", "on": "2024-03-01", "extra": 1}]),
        ),
        (
            "events",
            json!([{"kind": "decided", "on": "2024-03-01", "actors": [{"who": "A"}]}]),
        ),
        (
            "events",
            json!([{"kind": "decided", "on": "2024-03-01", "docs": "a"}]),
        ),
        (
            "events",
            json!([{"kind": "decided", "on": "2024-03-01", "fields": {"fine": 1.5}}]),
        ),
    ];
    assert!(schema.is_valid(&base) && read_json(&base).refused.is_empty());
    for (key, value) in bad {
        let mut case = base.clone();
        case[key] = value;
        assert!(!schema.is_valid(&case), "schema takes {case}");
        let outcome = read_json(&case);
        assert!(outcome.cases.is_empty(), "reader takes {case}");
        assert!(
            outcome.refused[0].starts_with("案.jsonl，第 1 行"),
            "{:?}",
            outcome.refused
        );
    }
}

#[test]
fn bad_lines_are_named_and_good_lines_are_read() {
    let lines = [
        r#"{"case": "1", "events": [{"kind": "decided", "on": "2024-03-01"}]}"#,
        "",
        r#"{"case": "2", "events": [{"kind": "decided", "#,
        r#"{"case": "3", "events": [{"kind": "decided", "on": "2024-02-30"}]}"#,
        r#"{"case": "4", "events": [{"kind": "decided", "on": "2030-01-01"}]}"#,
        r#"{"case": "5", "events": [{"kind": "decided", "on": "2024-03-01", "at": "2024-03-02T10:00"}]}"#,
        r#"{"case": "6", "events": [{"kind": "a", "on": "2024-03-01", "id": "x"}, {"kind": "b", "on": "2024-03-01", "id": "x"}]}"#,
        r#"{"case": "7", "events": [{"kind": "a", "on": "2024-03-01", "corrects": "y"}]}"#,
        r#"[1]"#,
        r#"{"甲": 1}"#,
        r#"{"case": "8", "evnets": [], "events": []}"#,
        r#"{"case": "9", "events": [{"kind": "decided", "on": "2024-03"}]}"#,
    ];
    let outcome = read_one("案.jsonl", lines.join("\n").as_bytes());
    let ids: Vec<&str> = outcome
        .cases
        .iter()
        .map(|c| c.timeline.id.as_str())
        .collect();
    assert_eq!(ids, ["1", "9"]);
    let month = &outcome.cases[1].timeline.events[0];
    assert_eq!(month.occurred_until.unwrap().to_string(), "2024-03-31");
    for (at, (row, reason)) in [
        (3, "没有写完"),
        (4, "历法上没有"),
        (5, "未来"),
        (6, "不是同一天"),
        (7, "标识重复"),
        (8, "不在本案"),
        (9, "不是 JSON 对象"),
        (10, "认不出"),
        (11, "不认识的键"),
    ]
    .into_iter()
    .enumerate()
    {
        let message = &outcome.refused[at];
        assert!(
            message.contains(&format!("第 {row} 行")) && message.contains(reason),
            "{message}"
        );
    }
}

#[test]
fn writing_and_reading_gives_the_same_timeline() {
    for example in examples() {
        let timeline = read_json(&example).only().timeline.clone();
        let again = read_one("案.jsonl", case_writer::to_line(&timeline).as_bytes());
        assert_eq!(again.only().timeline, timeline);
    }
}

#[test]
fn nothing_said_of_coverage_is_open() {
    let outcome = read_json(&json!({"case": "甲1", "events": []}));
    assert_eq!(outcome.only().timeline.coverage, Coverage::Open);
}

#[test]
fn judgments_become_events_facts_or_declared_omissions() {
    let line = json!({
        "court_no": "(2025)川0000行审1号", "court_doc_kind": "非诉执行审查裁定", "agency": "甲县市场监督管理局",
        "decision_no": "甲市监处罚〔2024〕1号", "cause": "虚假宣传", "fine_yuan": 40000,
        "events": [
            {"event": "违法行为", "date": "2023-01-10", "remark": "起"},
            {"event": "违法行为终了", "date": "2023-05-01", "remark": ""},
            {"event": "立案", "date": "2024-01-02", "remark": ""},
            {"event": "听证告知送达", "date": "2024-02-01", "remark": "政府网站公告送达"},
            {"event": "决定作出", "date": "2024-04-01", "remark": ""},
            {"event": "决定送达", "date": "2024-04-10", "remark": "邮寄拒收退回,退回之日视为送达"},
            {"event": "催告作出", "date": "2024-11-01", "remark": ""},
            {"event": "法院立案", "date": "2025-01-02", "remark": ""},
            {"event": "申请强制执行", "date": "2026-01-01", "remark": "原文如此,疑为2025-01-01"}
        ]
    });
    let outcome = read_json(&line);
    let timeline = &outcome.only().timeline;
    let kinds: Vec<&str> = timeline.events.iter().map(|e| e.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "case_filed",
            "served",
            "decided",
            "served",
            "court_accepted"
        ]
    );
    assert_eq!(timeline.events[1].fields["method"], "announcement".into());
    assert_eq!(timeline.events[2].fields["fine"], Value::Int(4_000_000));
    assert!(timeline.events[3].fields.contains_key("returned_on"));
    assert_eq!(timeline.facts.at("body.region"), Some(&"51".into()));
    assert!(timeline.facts.at("case.act_ended_on").is_some());
    assert_eq!(outcome.notes.len(), 2);
    assert!(
        !timeline
            .coverage
            .is_complete("deadline_extended", support::today())
    );

    let mut unknown = line.clone();
    unknown["events"][0]["event"] = "神秘环节".into();
    let outcome = read_json(&unknown);
    assert!(
        outcome.refused[0].contains("没有说明这种事件怎样用"),
        "{:?}",
        outcome.refused
    );
}

#[test]
fn a_publication_date_is_not_a_decision_date() {
    let of = |title: &str| {
        let line = json!({"event_id": "1", "标题": title, "公告日期": "2024-03-05", "处罚类型": "罚款、警告"});
        read_json(&line).only().timeline.clone()
    };
    let own = of("某监管局行政处罚决定书〔2024〕4号（张某）");
    assert_eq!(own.events[0].kind, "decided");
    assert_eq!(own.events[0].occurred_on.to_string(), "2024-01-01");
    assert_eq!(
        own.events[0].occurred_until.unwrap().to_string(),
        "2024-03-05"
    );
    assert_eq!(
        (own.events[1].kind.as_str(), own.events[1].occurred_until),
        ("published", None)
    );
    assert!(of("关于收到《行政处罚事先告知书》的公告").events.is_empty());
    assert_eq!(own.coverage, Coverage::Open);
}
