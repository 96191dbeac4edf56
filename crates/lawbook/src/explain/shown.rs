//! 事件的字段、案件的事实写成人读的样子：名称与值；遮盖由调用者先做好，这里原样写出。

use std::collections::BTreeMap;

use mingjing_domain::timeline::Facts;
use mingjing_domain::value::Value;

use crate::vocabulary::{Field, Vocabulary};

use super::people::is_dated;
use super::value::{Sense, Values};

/// 一项：名称与值。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownField {
    /// 标识。
    pub code: String,
    /// 名称；法典不认识的为标识本身。
    pub name: String,
    /// 值。
    pub text: String,
}

/// 一个范围的事实。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownScope {
    /// 标识。
    pub code: String,
    /// 名称；法典不认识的为标识本身。
    pub name: String,
    /// 按对象分写的，是哪一个：人员的代号、当事人的键。
    pub key: Option<String>,
    /// 各项，按声明的次序。
    pub fields: Vec<ShownField>,
}

/// 一件事的各字段，按声明的次序。
pub fn event_fields(
    vocabulary: &Vocabulary,
    kind: &str,
    fields: &BTreeMap<String, Value>,
) -> Vec<ShownField> {
    let declared = vocabulary.kind(kind).map(|id| vocabulary.kind_of(id));
    let declared = declared.map_or(&[][..], |kind| kind.fields.as_slice());
    of_record(vocabulary, kind, declared, fields)
}

/// 一案的事实，一个范围（一个对象）一份。
pub fn facts(vocabulary: &Vocabulary, facts: &Facts) -> Vec<ShownScope> {
    let mut shown = Vec::new();
    for (code, value) in &facts.values {
        let told = vocabulary.told_under(code);
        let declared = told.map(|(scope, _)| scope);
        let declared_as = declared.map_or(code.as_str(), |scope| scope.name.as_ref());
        let name = declared.map_or_else(|| code.clone(), |scope| scope.label.to_string());
        let fields = declared.map_or(&[][..], |scope| scope.fields.as_slice());
        let scope = |key: Option<&String>, members: &BTreeMap<String, Value>| ShownScope {
            code: code.clone(),
            name: name.clone(),
            key: key.cloned(),
            fields: of_record(vocabulary, declared_as, fields, members),
        };
        let Value::Record(members) = value else {
            continue;
        };
        if told.is_some_and(|(_, is_keyed)| is_keyed) {
            shown.extend(members.iter().filter_map(|(key, one)| match one {
                Value::Record(one) => Some(scope(Some(key), one)),
                _ => None,
            }));
        } else {
            shown.push(scope(None, members));
        }
    }
    shown
}

fn of_record(
    vocabulary: &Vocabulary,
    owner: &str,
    declared: &[Field],
    members: &BTreeMap<String, Value>,
) -> Vec<ShownField> {
    let place = |name: &str| declared.iter().position(|f| f.name.as_ref() == name);
    let mut shown: Vec<(Option<usize>, ShownField)> = members
        .iter()
        .map(|(code, value)| {
            let at = place(code);
            let field = at.map(|at| &declared[at]);
            let sense = field.map_or(Sense::Other, |field| Sense::of_field(owner, field));
            let values = Values { vocabulary };
            let text = match value {
                Value::List(spans) if field.is_some_and(|field| is_dated(field, spans)) => {
                    values.dated(spans, &sense)
                }
                value => whole(&values, value, &sense),
            };
            let one = ShownField {
                code: code.clone(),
                name: field.map_or_else(|| code.clone(), |field| field.label.to_string()),
                text,
            };
            (at, one)
        })
        .collect();
    shown.sort_by_key(|(at, _)| (at.is_none(), *at));
    shown.into_iter().map(|(_, one)| one).collect()
}

/// Running text is written out: what findings shorten is here the thing itself.
fn whole(values: &Values<'_>, value: &Value, sense: &Sense) -> String {
    match (value, sense) {
        (Value::Text(text), Sense::Text) => text.clone(),
        (Value::List(items), sense) if !items.is_empty() => {
            let element = sense.element();
            let words: Vec<String> = items.iter().map(|v| whole(values, v, &element)).collect();
            words.join("、")
        }
        _ => values.value(value, sense),
    }
}
