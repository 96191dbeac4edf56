//! 短写的事件：一行文字读成一件事。

use mingjing_domain::event::{Actor, Event, Source};
use mingjing_domain::value::Value;
use mingjing_kernel::date::{Date, Timestamp};

use crate::cel::types::Type;
use crate::diagnostic::or_nearest;
use crate::vocabulary::Vocabulary;

/// 短写的事件：`2024-12-02T16:20 measure_imposed #m1 @p1 urgent=true rec=2024-12-03T09:00`。
pub fn parse_event(vocabulary: &Vocabulary, text: &str, number: usize) -> Result<Event, String> {
    let words = split_words(text)?;
    let mut words = words.iter();
    let when = words.next().ok_or("空的事件")?;
    let (day, at) = match when.split_once('T') {
        None => (Date::parse_iso(when).map_err(|e| e.to_string())?, None),
        Some((day, _)) => (
            Date::parse_iso(day).map_err(|e| e.to_string())?,
            Some(Timestamp::parse(when).map_err(|e| e.to_string())?),
        ),
    };
    let kind = words.next().ok_or("缺少事件种类")?;
    let id = vocabulary.kind(kind).ok_or_else(|| {
        format!(
            "没有事件 {kind}{}",
            vocabulary
                .nearest_kind(kind)
                .map_or_else(String::new, |hint| format!("，{hint}"))
        )
    })?;
    let declared = &vocabulary.kind_of(id).fields;
    let mut event = Event::new(format!("e{}", number + 1), kind.as_str(), day);
    event.occurred_at = at;
    for word in words {
        if let Some(instance) = word.strip_prefix('#') {
            event.instance = Some(instance.to_owned());
        } else if let Some(party) = word.strip_prefix('@') {
            event.keys.insert("party".to_owned(), party.to_owned());
        } else if let Some((key, value)) = word.split_once('=') {
            let field = declared.iter().find(|f| f.name.as_ref() == key);
            match (field, key) {
                (Some(field), _) => {
                    event
                        .fields
                        .insert(key.to_owned(), field_value(value, &field.ty)?);
                }
                (None, "rec") => {
                    event.recorded_at = Some(Timestamp::parse(value).map_err(|e| e.to_string())?);
                    event.source = Source::FirstHand;
                }
                (None, "id") => event.id = value.to_owned(),
                (None, "corrects") => event.corrects = Some(value.to_owned()),
                (None, "place") => event.place = Some(value.to_owned()),
                (None, "docs") => event.doc_ids = value.split(',').map(str::to_owned).collect(),
                (None, "media") => event.media_ids = value.split(',').map(str::to_owned).collect(),
                (None, "decision" | "goods" | "party") => {
                    event.keys.insert(key.to_owned(), value.to_owned());
                }
                (None, role) if vocabulary.is_role(role) => {
                    event.actors.push(Actor {
                        who: value.to_owned(),
                        role: role.to_owned(),
                    });
                }
                (None, other) => {
                    let known = declared.iter().map(|f| f.name.as_ref());
                    let near = or_nearest(other, known);
                    return Err(format!("{kind} 没有字段 {other}{near}"));
                }
            }
        } else {
            return Err(format!("看不懂 {word}"));
        }
    }
    Ok(event)
}

/// 按空白分开，双引号内与方括号内的空白不分。
fn split_words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quoted, mut depth) = (false, 0i32);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted && depth == 0 => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => {
                if !quoted {
                    depth += i32::from(c == '[') - i32::from(c == ']');
                }
                word.push(c);
            }
        }
    }
    if quoted || depth != 0 {
        return Err("引号或方括号没有闭合".to_owned());
    }
    if !word.is_empty() {
        words.push(word);
    }
    Ok(words)
}

fn field_value(text: &str, ty: &Type) -> Result<Value, String> {
    Ok(match ty {
        Type::Bool => Value::Bool(match text {
            "true" => true,
            "false" => false,
            _ => return Err(format!("{text} 应为 true 或 false")),
        }),
        Type::Int => Value::Int(text.parse().map_err(|_| format!("{text} 不是整数"))?),
        Type::List(inner) => {
            let body = text
                .strip_prefix('[')
                .and_then(|t| t.strip_suffix(']'))
                .unwrap_or(text);
            let items: Result<Vec<Value>, String> = body
                .split(',')
                .map(str::trim)
                .filter(|t| !t.is_empty())
                .map(|t| field_value(t, inner))
                .collect();
            Value::List(items?)
        }
        Type::Date => Value::Date(Date::parse_iso(text).map_err(|e| e.to_string())?),
        Type::Instant => Value::Timestamp(Timestamp::parse(text).map_err(|e| e.to_string())?),
        Type::Period => Value::Period(text.parse().map_err(|_| format!("{text} 不是期限"))?),
        _ => Value::Text(text.to_owned()),
    })
}
