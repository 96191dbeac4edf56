//! 案件格式的取值：文字、列表、时刻、任意值从 JSON 对象里取出，取不出的记下路径、原因、办法。

use mingjing_domain::value::Value;
use mingjing_kernel::date::Timestamp;
use serde_json::Value as Json;

use super::{CaseReader, Fields};
use crate::dates::{self, Moment};
use crate::error::RowError;
use crate::{names, place};

impl CaseReader<'_> {
    pub(super) fn error(&mut self, path: &str, value: Option<&Json>, reason: &str, remedy: &str) {
        let error = RowError::new(reason, remedy).in_column(place::in_words(path));
        self.errors.push(match value {
            Some(Json::String(text)) => error.with_value(text),
            Some(other) => error.with_value(&other.to_string()),
            None => error,
        });
    }

    /// Unknown keys are refused: a mistyped key would otherwise be a fact silently lost.
    pub(super) fn check_keys(&mut self, object: &Fields, known: &[&str], path: &str) {
        for key in object.keys().filter(|key| !known.contains(&key.as_str())) {
            let place = if path.is_empty() {
                key.clone()
            } else {
                format!("{path}.{key}")
            };
            self.error(
                &place,
                None,
                "不认识的键",
                &format!("这里可以写：{}。", known.join("、")),
            );
        }
    }

    pub(super) fn check(&mut self, owner: &str, field: &str, value: &Value, path: &str) {
        if let Err(error) = self.limits.check(owner, field, value) {
            self.errors.push(error.in_column(place::in_words(path)));
        }
    }

    pub(super) fn moment(&mut self, text: &str, path: &str) -> Option<Moment> {
        dates::parse_event(text, self.limits.today)
            .map_err(|error| self.errors.push(error.in_column(place::in_words(path))))
            .ok()
    }

    pub(super) fn instant(&mut self, object: &Fields, key: &str, path: &str) -> Option<Timestamp> {
        let text = self.text(object, key, path)?;
        match Timestamp::parse(&text) {
            Ok(at) => Some(at),
            Err(_) => {
                let remedy = "请写成 2024-03-01T10:20 或带时差的 2024-03-01T10:20:00+08:00。";
                self.error(&join(path, key), object.get(key), "不是时刻", remedy);
                None
            }
        }
    }

    pub(super) fn texts(&mut self, object: &Fields, key: &str, path: &str) -> Vec<String> {
        match object.get(key) {
            None | Some(Json::Null) => Vec::new(),
            Some(Json::Array(list)) if list.iter().all(Json::is_string) => list
                .iter()
                .filter_map(Json::as_str)
                .map(str::to_owned)
                .collect(),
            Some(other) => {
                self.error(
                    &join(path, key),
                    Some(other),
                    "须为文字的列表",
                    "请写成 [\"…\", \"…\"]。",
                );
                Vec::new()
            }
        }
    }

    pub(super) fn text(&mut self, object: &Fields, key: &str, path: &str) -> Option<String> {
        match object.get(key) {
            None | Some(Json::Null) => None,
            Some(Json::String(text)) => Some(text.clone()),
            Some(other) => {
                self.error(&join(path, key), Some(other), "须为文字", "请加引号。");
                None
            }
        }
    }

    pub(super) fn required_text(
        &mut self,
        object: &Fields,
        key: &str,
        path: &str,
    ) -> Option<String> {
        let before = self.errors.len();
        let text = self
            .text(object, key, path)
            .filter(|text| !names::folded(text).is_empty());
        if text.is_none() && self.errors.len() == before {
            self.error(&join(path, key), None, "必须填写而空白", "请补填后再读。");
        }
        text
    }

    pub(super) fn value(&mut self, json: &Json, path: &str) -> Option<Value> {
        match json {
            Json::Null => None,
            Json::Bool(yes) => Some(Value::Bool(*yes)),
            Json::Number(number) => match number.as_i64() {
                Some(n) => Some(Value::Int(n)),
                None => {
                    self.error(
                        path,
                        Some(json),
                        "不是整数",
                        "金额以分写整数，费率以万分之一写整数。",
                    );
                    None
                }
            },
            Json::String(text) => Some(Value::Text(text.clone())),
            Json::Array(items) => {
                let values = items
                    .iter()
                    .enumerate()
                    .map(|(at, item)| self.value(item, &format!("{path}[{at}]")));
                Some(Value::List(
                    values.collect::<Vec<_>>().into_iter().flatten().collect(),
                ))
            }
            Json::Object(fields) => {
                let values: Vec<_> = fields
                    .iter()
                    .filter_map(|(name, item)| {
                        Some((name.clone(), self.value(item, &format!("{path}.{name}"))?))
                    })
                    .collect();
                Some(Value::Record(values.into_iter().collect()))
            }
        }
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}
