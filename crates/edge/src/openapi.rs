//! 接口文档的核对：操作、标签、参数、问题答复与引用，一处不合一句话。

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::problem::MEDIA_TYPE;

/// 问题答复的模式。
pub const PROBLEM_SCHEMA: &str = "#/components/schemas/Problem";
/// 一个路径下可以有的方法。
pub const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// 核对一份生成的文档；没有问题的为空。
pub fn faults(document: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    if !document["openapi"]
        .as_str()
        .unwrap_or("")
        .starts_with("3.1")
    {
        faults.push("文档不是 OpenAPI 3.1".to_owned());
    }
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(document) {
        let place = format!("{} {path}", method.to_uppercase());
        let mut say = |what: String| faults.push(format!("{place}：{what}"));
        let id = operation["operationId"].as_str().unwrap_or("");
        if !is_verb_resource(id) {
            say(format!("操作标识 {id:?} 应为 verb_resource"));
        }
        if !ids.insert(id.to_owned()) {
            say(format!("操作标识 {id} 重复"));
        }
        if !has_chinese(&operation["summary"]) {
            say("没有中文的摘要".to_owned());
        }
        let tags = operation["tags"].as_array();
        if !tags.is_some_and(|tags| !tags.is_empty() && tags.iter().all(has_chinese)) {
            say("标签应为中文，至少一个".to_owned());
        }
        parameters(path, id, operation, &mut say);
        responses(operation, &mut say);
    }
    references(document, document, &mut faults);
    faults
}

/// 文档里的全部操作：路径、方法、内容。
pub fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Map<String, Value>)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let entries = item.as_object().into_iter().flatten();
        entries
            .filter(|(method, _)| METHODS.contains(&method.as_str()))
            .filter_map(|(method, op)| Some((path.as_str(), method.as_str(), op.as_object()?)))
    })
}

fn is_verb_resource(id: &str) -> bool {
    let mut words = id.split('_');
    let is_word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase());
    id.contains('_') && words.all(is_word)
}

fn has_chinese(value: &Value) -> bool {
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    value
        .as_str()
        .is_some_and(|text| text.chars().any(is_chinese))
}

fn parameters(path: &str, id: &str, operation: &Map<String, Value>, say: &mut impl FnMut(String)) {
    let in_template: BTreeSet<&str> = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| name.trim_start_matches('*'))
        .collect();
    let declared = operation.get("parameters").and_then(Value::as_array);
    let mut in_path = BTreeSet::new();
    let mut in_query = BTreeSet::new();
    for parameter in declared.into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or("");
        match parameter["in"].as_str() {
            Some("path") => {
                in_path.insert(name);
            }
            Some("query") => {
                in_query.insert(name);
            }
            Some("header") => {}
            other => say(format!("参数 {name} 的位置 {other:?} 不对")),
        }
        if !has_chinese(&parameter["description"]) {
            say(format!("参数 {name} 没有中文说明"));
        }
    }
    for name in in_path.difference(&in_template) {
        say(format!("参数 {name} 写成了路径参数，应为查询参数"));
    }
    for name in in_template.difference(&in_path) {
        say(format!("路径参数 {name} 没有说明"));
    }
    if id.starts_with("list_") && !(in_query.contains("limit") && in_query.contains("cursor")) {
        say("列表没有 limit 与 cursor".to_owned());
    }
}

fn responses(operation: &Map<String, Value>, say: &mut impl FnMut(String)) {
    let responses = operation.get("responses").and_then(Value::as_object);
    let mut has_success = false;
    for (status, response) in responses.into_iter().flatten() {
        let is_problem = status.starts_with('4') || status.starts_with('5');
        has_success |= status.starts_with('2');
        let schema = &response["content"][MEDIA_TYPE]["schema"]["$ref"];
        if is_problem && schema != PROBLEM_SCHEMA {
            say(format!("答复 {status} 没有写成问题答复"));
        }
        if response["description"].as_str().unwrap_or("").is_empty() {
            say(format!("答复 {status} 没有说明"));
        }
    }
    if !has_success {
        say("没有写办成时的答复".to_owned());
    }
    let has = |status: &str| responses.is_some_and(|r| r.contains_key(status));
    if !has("500") {
        say("没有写 500".to_owned());
    }
}

fn references(document: &Value, value: &Value, faults: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            if let Some(target) = entries.get("$ref").and_then(Value::as_str) {
                let found = target.strip_prefix('#').and_then(|p| document.pointer(p));
                if found.is_none() {
                    faults.push(format!("引用的 {target} 不存在"));
                }
            }
            entries
                .values()
                .for_each(|v| references(document, v, faults));
        }
        Value::Array(items) => items.iter().for_each(|v| references(document, v, faults)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn good() -> Value {
        let problem = json!({"description": "问题", "content": {MEDIA_TYPE: {"schema": {"$ref": PROBLEM_SCHEMA}}}});
        let parameter =
            |name: &str, place: &str| json!({"name": name, "in": place, "description": "说明"});
        json!({
            "openapi": "3.1.0",
            "paths": {"/rules/{code}": {"get": {
                "operationId": "get_rule", "summary": "一条规则", "tags": ["法典"],
                "parameters": [parameter("code", "path"), parameter("region", "query")],
                "responses": {"200": {"description": "规则"}, "404": problem, "500": problem},
            }}},
            "components": {"schemas": {"Problem": {}}},
        })
    }

    fn check(change: impl FnOnce(&mut Value), expected: &str) {
        let mut document = good();
        change(&mut document["paths"]["/rules/{code}"]["get"]);
        let found = faults(&document);
        assert!(
            found.iter().any(|f| f.contains(expected)),
            "{expected}: {found:?}"
        );
    }

    #[test]
    fn a_document_by_the_rules_passes() {
        assert_eq!(faults(&good()), Vec::<String>::new());
    }

    #[test]
    fn each_departure_is_told() {
        check(|op| op["operationId"] = json!("getRule"), "verb_resource");
        check(
            |op| op["operationId"] = json!("list_rules"),
            "limit 与 cursor",
        );
        check(|op| op["summary"] = json!("a rule"), "中文的摘要");
        check(|op| op["tags"] = json!(["rules"]), "标签应为中文");
        check(|op| op["tags"] = json!([]), "标签应为中文");
        check(
            |op| op["parameters"][1]["in"] = json!("path"),
            "应为查询参数",
        );
        check(|op| op["parameters"] = json!([]), "路径参数 code 没有说明");
        check(
            |op| op["parameters"][0]["description"] = json!(""),
            "没有中文说明",
        );
        check(
            |op| op["responses"]["404"] = json!({"description": "x"}),
            "没有写成问题答复",
        );
        check(
            |op| {
                op["responses"].as_object_mut().unwrap().remove("500");
            },
            "没有写 500",
        );
        check(
            |op| {
                op["responses"].as_object_mut().unwrap().remove("200");
            },
            "办成时的答复",
        );
        check(
            |op| op["responses"]["200"]["content"] = json!({"$ref": "#/components/schemas/Gone"}),
            "不存在",
        );
    }

    #[test]
    fn operation_ids_are_unique() {
        let mut document = good();
        document["paths"]["/b/{code}"] = document["paths"]["/rules/{code}"].clone();
        assert!(faults(&document).iter().any(|f| f.contains("重复")));
    }
}
