//! 遮盖：声明为敏感的字段、以姓名作的键，不经查看的手续只见遮盖之后的。

use mingjing_domain::event::Event;
use mingjing_domain::value::Value;
use mingjing_kernel::sensitive::{mask_id, mask_name};
use mingjing_lawbook::vocabulary::{Field, Vocabulary};

use crate::assessment::facts::STATED;

/// Whether personal data is shown as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    Masked,
    Revealed,
}

/// Masks what the declarations call sensitive. An event of a kind that the lawbook does not know is masked wholly.
pub(crate) fn event(vocabulary: &Vocabulary, event: &mut Event, sight: Sight) {
    if sight == Sight::Revealed {
        return;
    }
    let declared = vocabulary
        .kind(&event.kind)
        .map(|id| vocabulary.kind_of(id));
    for (name, value) in &mut event.fields {
        let field = declared.and_then(|kind| kind.fields.iter().find(|f| f.name.as_ref() == name));
        if event.kind == STATED {
            *value = facts_text(vocabulary, value);
        } else if field.is_none_or(|field| field.is_sensitive) {
            mask(value);
        }
    }
    for value in event.keys.values_mut().chain(&mut event.instance) {
        // A key is a code, unless a list of old put the name of a person in its place.
        if !value.is_ascii() {
            *value = mask_name(value);
        }
    }
}

/// Stated facts by scope: each field by its declaration.
pub(crate) fn facts(vocabulary: &Vocabulary, facts: &mut mingjing_domain::timeline::Facts) {
    for (scope, value) in &mut facts.values {
        // `parties` holds one record of `party` for each key.
        let (name, is_plural) = match scope.as_str() {
            "parties" => ("party", true),
            other => (other, false),
        };
        let declared = vocabulary.scope(name).map(|id| vocabulary.scope_of(id));
        let fields = declared.map_or(&[][..], |scope| scope.fields.as_slice());
        let is_keyed = is_plural || declared.is_some_and(|scope| scope.is_keyed);
        match value {
            Value::Record(records) if is_keyed => {
                records.values_mut().for_each(|one| record(fields, one));
            }
            other => record(fields, other),
        }
    }
}

fn record(fields: &[Field], value: &mut Value) {
    let Value::Record(members) = value else {
        mask(value);
        return;
    };
    for (name, value) in members {
        let declared = fields.iter().find(|field| field.name.as_ref() == name);
        if declared.is_none_or(|field| field.is_sensitive) {
            mask(value);
        }
    }
}

fn facts_text(vocabulary: &Vocabulary, value: &Value) -> Value {
    use crate::assessment::facts::{json_of_facts, record_of};
    let Value::Text(text) = value else {
        return Value::Text("***".to_owned());
    };
    match serde_json::from_str(text) {
        Ok(serde_json::Value::Object(scopes)) => {
            let mut stated = mingjing_domain::timeline::Facts {
                values: record_of(scopes),
            };
            facts(vocabulary, &mut stated);
            Value::Text(json_of_facts(&stated).to_string())
        }
        Ok(_) | Err(_) => Value::Text("***".to_owned()),
    }
}

/// A name by its first character, a number by its ends, anything else not at all.
fn mask(value: &mut Value) {
    *value = match &*value {
        Value::Text(text) if text.is_ascii() => Value::Text(mask_id(text)),
        Value::Text(text) => Value::Text(mask_name(text)),
        Value::List(items) => Value::List(
            items
                .iter()
                .cloned()
                .map(|mut item| {
                    mask(&mut item);
                    item
                })
                .collect(),
        ),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Date(_)
        | Value::Timestamp(_)
        | Value::Period(_)
        | Value::Record(_) => Value::Text("***".to_owned()),
    };
}
