//! 字段与事实写成 JSON。

use std::collections::BTreeMap;

use mingjing_domain::value::Value;
use serde_json::{Map, Value as Json};

/// 字段写成对象。
pub fn of_fields(fields: &BTreeMap<String, Value>) -> Json {
    let members = fields.iter().map(|(name, value)| {
        let value = serde_json::to_value(value);
        // INVARIANT: a value is made of strings, integers, lists and records.
        (name.clone(), value.unwrap_or(Json::Null))
    });
    Json::Object(members.collect::<Map<_, _>>())
}
