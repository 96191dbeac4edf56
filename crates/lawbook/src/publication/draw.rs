//! 画出公开稿：由决定与当事人的类别，得出给公众看的各项、遮盖了什么、没有登什么。

use std::sync::Arc;

use mingjing_domain::event::Event;
use mingjing_domain::value::Value;
use mingjing_kernel::codes::{CitizenId, CreditCode};
use mingjing_kernel::sensitive::mask_name;

use super::{Publication, Showing, field};
use crate::explain::value::{Sense, Values, mask_numbers};
use crate::lawbook::Lawbook;

/// 当事人：类别与姓名、名称，材料里写了几种就有几种。
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Party {
    /// 类别；材料没有写的没有。
    pub kind: Option<String>,
    /// 姓名、名称。
    pub names: Vec<String>,
}

/// 公开稿里的一项。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnField {
    /// 字段。
    pub field: Arc<str>,
    /// 中文名。
    pub label: Arc<str>,
    /// 值，已遮盖；不登的没有。
    pub value: Option<Value>,
    /// 值的中文写法；不登的没有。
    pub words: Option<String>,
    /// 与决定所写的不同：遮盖了，或没有登。
    pub is_masked: bool,
    /// 遮盖的理由。
    pub why: Option<&'static str>,
    /// 遮盖的依据。
    pub cite: Vec<Arc<str>>,
}

/// 公开稿。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// 出现的与因遮盖而不登的，按样式的次序；决定没有写的不在其中。
    pub fields: Vec<DrawnField>,
    /// 决定写了而样式没有列的字段，只有中文名。
    pub left_out: Vec<Arc<str>>,
}

impl Drawn {
    /// 公开稿的全文：一项一行。
    pub fn text(&self) -> String {
        let lines = self.fields.iter().filter_map(|field| {
            let words = field.words.as_ref()?;
            Some(format!("{}：{words}", field.label))
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

impl Publication {
    /// 由决定画出公开稿。`party` 是这份决定的当事人。
    pub fn draw(&self, lawbook: &Lawbook, decision: &Event, parties: &[Party]) -> Drawn {
        let vocabulary = &lawbook.book.vocabulary;
        let declared = vocabulary.kind_of(self.on);
        let values = Values { vocabulary };
        let persons = self.persons(decision, parties);
        // Several parties of different kinds: as for a person, unless all of them may be named.
        let is_named = !parties.is_empty() && parties.iter().all(|party| self.may_name(party));
        let fields = self.shown.iter().filter_map(|shown| {
            let field = field(declared, &shown.field)?;
            let value = decision.fields.get(shown.field.as_ref())?;
            let (masked, why) = masked(shown.how, value, is_named, &persons);
            let words = masked.as_ref().map(|masked| match masked {
                Value::Text(text)
                    if matches!(shown.how, Showing::Name | Showing::Code | Showing::Text) =>
                {
                    text.clone()
                }
                other => values.value(other, &Sense::of_field(&declared.name, field)),
            });
            let is_masked = masked.as_ref() != Some(value);
            Some(DrawnField {
                field: field.name.clone(),
                label: field.label.clone(),
                value: masked,
                words,
                is_masked,
                why: why.filter(|_| is_masked),
                cite: if is_masked {
                    shown.cite.clone()
                } else {
                    Vec::new()
                },
            })
        });
        let is_shown = |name: &str| self.shown.iter().any(|shown| shown.field.as_ref() == name);
        let left_out = declared.fields.iter().filter(|field| {
            decision.fields.contains_key(field.name.as_ref()) && !is_shown(&field.name)
        });
        Drawn {
            fields: fields.collect(),
            left_out: left_out.map(|field| field.label.clone()).collect(),
        }
    }

    /// 给公众看的文字：遮盖号码与这份决定里自然人的姓名。撤下的理由也要过这一关。
    pub fn mask_text(&self, text: &str, decision: &Event, parties: &[Party]) -> String {
        masked_text(text, &self.persons(decision, parties))
    }

    fn may_name(&self, party: &Party) -> bool {
        let kind = party.kind.as_deref();
        kind.is_some_and(|kind| self.named.iter().any(|named| named.as_ref() == kind))
    }

    /// Names that must not stand in a text: those of parties that may not be named, longest first.
    fn persons(&self, decision: &Event, parties: &[Party]) -> Vec<String> {
        let are_named = !parties.is_empty() && parties.iter().all(|party| self.may_name(party));
        let hidden = parties.iter().filter(|party| !self.may_name(party));
        let mut names: Vec<String> = hidden.flat_map(|party| party.names.clone()).collect();
        if !are_named {
            let named = self.shown.iter().filter(|shown| shown.how == Showing::Name);
            names.extend(named.filter_map(
                |shown| match decision.fields.get(shown.field.as_ref()) {
                    Some(Value::Text(name)) => Some(name.trim().to_owned()),
                    Some(_) | None => None,
                },
            ));
        }
        // One character is no name: it would tear holes into every text.
        names.retain(|name| name.chars().count() > 1);
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names.dedup();
        names
    }
}

const OF_PERSON: &str = "自然人的姓名只登姓氏；类别没有写明的，按自然人";
const CODE_OF_PERSON: &str =
    "自然人的证件号码不登；类别没有写明、又不是有效的统一社会信用代码的，也不登";
const IN_TEXT: &str = "文字里的证件号码、电话、账号与自然人的姓名遮盖";

fn masked(
    how: Showing,
    value: &Value,
    is_named: bool,
    persons: &[String],
) -> (Option<Value>, Option<&'static str>) {
    match (how, value) {
        (Showing::Whole, _) => (Some(value.clone()), None),
        (Showing::Name, Value::Text(name)) if is_named => {
            (Some(Value::Text(mask_numbers(name))), Some(IN_TEXT))
        }
        (Showing::Name, Value::Text(name)) => (Some(Value::Text(mask_name(name))), Some(OF_PERSON)),
        (Showing::Code, Value::Text(code)) if is_named && is_of_organisation(code) => {
            (Some(value.clone()), None)
        }
        (Showing::Text, Value::Text(text)) => {
            (Some(Value::Text(masked_text(text, persons))), Some(IN_TEXT))
        }
        // What is not text where a name, a code or a text was meant cannot be masked.
        (Showing::Name, _) => (None, Some(OF_PERSON)),
        (Showing::Code, _) => (None, Some(CODE_OF_PERSON)),
        (Showing::Text, _) => (None, Some(IN_TEXT)),
    }
}

/// A unified social credit code with a right check character, that is no citizen id: whoever mistook one field for the
/// other must not have published a person's number.
fn is_of_organisation(code: &str) -> bool {
    let is_right = CreditCode::parse(code).is_ok_and(|code| code.check_ok());
    is_right && CitizenId::parse(code).is_err()
}

fn masked_text(text: &str, persons: &[String]) -> String {
    let mut text = mask_numbers(text);
    for name in persons {
        text = text.replace(name.as_str(), &mask_name(name));
    }
    text
}
