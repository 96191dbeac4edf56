//! 遮盖：声明为敏感的字段、以姓名作的键、随手写的话里的姓名与号码，不经查看的手续只见遮盖之后的；
//! 不许查看个人信息的人，地点只见到区划，附件只见说得出文书种类的那几个字。

use mingjing_domain::event::Event;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::sensitive::{mask_id, mask_name};
use mingjing_lawbook::vocabulary::{Field, Vocabulary};
use mingjing_policy::actor::Actor;
use mingjing_policy::decision::decide;
use mingjing_policy::permission::Action;
use mingjing_policy::resource::Resource;

use crate::assessment::facts::STATED;
use crate::casework::attachment;
use crate::casework::free_text::Names;

/// How much of the personal data is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    /// To whoever may not have it revealed: nor where somebody lives, nor what else a file is called.
    Withheld,
    /// To whoever may have it revealed, and has not.
    Masked,
    Revealed,
}

impl Sight {
    /// What the actor sees of this case without having anything revealed.
    pub(crate) fn of(actor: &Actor, case: &Resource, on: Date) -> Sight {
        match decide(actor, Action::RevealPersonal, case, on).allowed {
            true => Sight::Masked,
            false => Sight::Withheld,
        }
    }
}

/// Masks what the declarations call sensitive, and what is personal in the texts that they do not. An event of a kind
/// that the lawbook does not know is masked wholly.
pub(crate) fn event(vocabulary: &Vocabulary, names: &Names, event: &mut Event, sight: Sight) {
    if sight == Sight::Revealed {
        return;
    }
    let declared = vocabulary
        .kind(&event.kind)
        .map(|id| vocabulary.kind_of(id));
    for (name, value) in &mut event.fields {
        let field = declared.and_then(|kind| kind.fields.iter().find(|f| f.name.as_ref() == name));
        if event.kind == STATED {
            *value = facts_text(vocabulary, names, value);
        } else if field.is_none_or(|field| field.is_sensitive) {
            mask(value);
        } else {
            texts(names, value);
        }
    }
    for value in event.keys.values_mut().chain(&mut event.instance) {
        *value = key(names, value);
    }
    let is_withheld = sight == Sight::Withheld;
    if let Some(text) = &mut event.place {
        *text = match is_withheld {
            true => names.mask_place(text),
            false => names.mask_in(text),
        };
    }
    for text in event.actors.iter_mut().map(|actor| &mut actor.who) {
        *text = match is_withheld {
            true => key(names, text),
            false => names.mask_in(text),
        };
    }
    for text in event.doc_ids.iter_mut().chain(&mut event.media_ids) {
        *text = names.mask_in(text);
        if is_withheld {
            *text = attachment::mask(vocabulary, text);
        }
    }
}

/// A key is a code, unless a list of old put the name or the number of a person in its place.
pub(crate) fn key(names: &Names, key: &str) -> String {
    if key.is_ascii() || is_card_number(key) {
        names.mask_in(key)
    } else {
        mask_name(key)
    }
}

/// The number of an officer's card: the province or the city, then digits. Who acted in office is no secret, and whether
/// two of them did could not be seen otherwise.
fn is_card_number(text: &str) -> bool {
    /// Fewer digits tell two people of one name apart; more are those of a telephone or of a citizen.
    const DIGITS: std::ops::RangeInclusive<usize> = 5..=10;
    let digits = text.trim_start_matches(|c: char| !c.is_ascii());
    let place = text.chars().count() - digits.len();
    place <= 2 && DIGITS.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Stated facts by scope: each field by its declaration.
pub(crate) fn facts(
    vocabulary: &Vocabulary,
    names: &Names,
    facts: &mut mingjing_domain::timeline::Facts,
) {
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
                *records = std::mem::take(records)
                    .into_iter()
                    .map(|(of, mut one)| {
                        record(names, fields, &mut one);
                        (key(names, &of), one)
                    })
                    .collect();
            }
            other => record(names, fields, other),
        }
    }
}

fn record(names: &Names, fields: &[Field], value: &mut Value) {
    let Value::Record(members) = value else {
        mask(value);
        return;
    };
    for (name, value) in members {
        let declared = fields.iter().find(|field| field.name.as_ref() == name);
        if declared.is_none_or(|field| field.is_sensitive) {
            mask(value);
        } else {
            texts(names, value);
        }
    }
}

/// The texts of a value that is not sensitive as such.
fn texts(names: &Names, value: &mut Value) {
    match value {
        Value::Text(text) => *text = names.mask_in(text),
        Value::List(items) => items.iter_mut().for_each(|item| texts(names, item)),
        Value::Record(members) => members.values_mut().for_each(|one| texts(names, one)),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Date(_)
        | Value::Timestamp(_)
        | Value::Period(_) => {}
    }
}

fn facts_text(vocabulary: &Vocabulary, names: &Names, value: &Value) -> Value {
    use crate::assessment::facts::{json_of_facts, record_of};
    let Value::Text(text) = value else {
        return Value::Text("***".to_owned());
    };
    match serde_json::from_str(text) {
        Ok(serde_json::Value::Object(scopes)) => {
            let mut stated = mingjing_domain::timeline::Facts {
                values: record_of(scopes),
            };
            facts(vocabulary, names, &mut stated);
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

#[cfg(test)]
mod tests {
    use super::key;
    use crate::casework::free_text::Names;

    #[test]
    fn an_officer_is_told_by_the_card_and_a_person_by_one_character() {
        let names = Names::default();
        for (text, seen) in [
            ("演013007", "演013007"),
            ("粤穗0123456", "粤穗0123456"),
            ("p1", "p1"),
            ("张三", "张*"),
            ("张三2", "张**"),
            ("张13800138000", "张***********"),
            ("欧阳某某12345", "欧********"),
        ] {
            assert_eq!(key(&names, text), seen, "{text}");
        }
    }
}
