//! 事件种类：翻页、查找、字段与可选的值。

use serde_json::Value;

use crate::app::{all_pages, get, lawbook};

#[tokio::test]
async fn every_kind_is_listed_with_its_fields() {
    let kinds = all_pages("/api/v1/event_kinds?limit=200", "event_kinds").await;
    let vocabulary = &lawbook().book.vocabulary;
    assert_eq!(kinds.len(), vocabulary.kinds.len());
    let names: Vec<&str> = kinds.iter().map(|k| k["kind"].as_str().unwrap()).collect();
    assert!(names.is_sorted());
    for kind in &kinds {
        let declared = vocabulary.kind_of(vocabulary.kind(kind["kind"].as_str().unwrap()).unwrap());
        assert_eq!(kind["name"], declared.label.as_ref());
        let fields = kind["fields"].as_array().unwrap();
        assert_eq!(fields.len(), declared.fields.len());
        for field in fields {
            let is_code = field["type"].as_str().unwrap().contains("code:");
            assert_eq!(
                is_code,
                !field["choices"].as_array().unwrap().is_empty(),
                "{field}"
            );
        }
    }
}

#[tokio::test]
async fn kinds_are_found_by_name_or_label() {
    let (_, body) = get("/api/v1/event_kinds?q=%E9%80%81%E8%BE%BE&limit=200").await;
    let found = body["event_kinds"].as_array().unwrap();
    assert!(!found.is_empty());
    let says = |kind: &Value| kind["name"].as_str().unwrap().contains("送达");
    assert!(found.iter().all(says));
    let (_, body) = get("/api/v1/event_kinds?q=zzzz").await;
    assert_eq!(body["event_kinds"], Value::Array(Vec::new()));
    assert_eq!(body["meta"]["next"], Value::Null);
    let long = "x".repeat(101);
    let (status, body) = get(&format!("/api/v1/event_kinds?q={long}")).await;
    assert_eq!(
        (status, &body["errors"][0]["pointer"]),
        (422, &"query:q".into())
    );
}
