//! 接口文档：合规矩，与提交的一致。

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use mingjing_edge::openapi::{faults, operations};
use mingjing_http::document;
use mingjing_http::route::Tree;
use mingjing_http::table::entries;
use serde_json::Value;

fn generated() -> Value {
    serde_json::from_str(&document::TEXT).unwrap()
}

#[test]
fn the_document_follows_the_rules() {
    assert_eq!(faults(&generated()), Vec::<String>::new());
}

#[test]
fn the_committed_document_is_the_generated_one() {
    let path = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/openapi.json"
    ));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(path, document::TEXT.as_str()).unwrap();
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(
        committed,
        *document::TEXT,
        "docs/openapi.json 已过时：UPDATE_EXPECT=1 重写，差异要看过；已发布的只增不改"
    );
}

#[test]
fn the_document_and_the_table_name_the_same_routes() {
    let document = generated();
    let described: BTreeSet<(String, String, String)> = operations(&document)
        .map(|(path, method, operation)| {
            let id = operation["operationId"].as_str().unwrap();
            (method.to_uppercase(), path.to_owned(), id.to_owned())
        })
        .collect();
    let declared: BTreeSet<(String, String, String)> = entries()
        .into_iter()
        .map(|entry| entry.route)
        .filter(|route| route.tree == Tree::Api)
        .map(|r| {
            (
                r.method.name().to_owned(),
                r.path.to_owned(),
                r.operation_id.to_owned(),
            )
        })
        .collect();
    assert_eq!(described, declared);
}

#[test]
fn every_used_tag_is_described() {
    let document = generated();
    let described: BTreeSet<&str> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    let used: BTreeSet<&str> = operations(&document)
        .flat_map(|(_, _, operation)| operation["tags"].as_array().unwrap())
        .map(|tag| tag.as_str().unwrap())
        .collect();
    assert_eq!(used, described);
}
