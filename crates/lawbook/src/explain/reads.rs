//! 一个条件读了什么：哪些事实、什么值，时间线上有没有它问的事。

use mingjing_kernel::date::Date;
use mingjing_kernel::money::Fen;

use super::CaseWords;
pub(crate) use super::source::facts_of_condition;
use super::value::Sense;
use crate::cel::value::Val;
use crate::condition::Condition;
use crate::discretion::amount::yuan;
use crate::vocabulary::{Field, Scope};

/// 条件读到的一样东西。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadText {
    /// 事实的路径，或者事件的种类。
    pub path: String,
    /// 中文名。
    pub label: String,
    /// 值；不知道的没有。
    pub value: Option<String>,
}

impl CaseWords<'_> {
    /// 一个条件读到的各样东西，事实在前，事件在后。
    pub(crate) fn reads(&self, condition: &Condition, on: Date) -> Vec<ReadText> {
        let book = &self.lawbook().book;
        let mentioned = facts_of_condition(&condition.text, book);
        let mut reads = Vec::new();
        for scope in book.vocabulary.scopes.iter().filter(|s| !s.is_keyed) {
            for (place, field) in scope.fields.iter().enumerate() {
                let name = (scope.name.to_string(), field.name.to_string());
                if mentioned.contains(&name) {
                    reads.push(ReadText {
                        path: format!("{}.{}", scope.name, field.name),
                        label: field.label.to_string(),
                        value: self.fact_words(scope, field, place, on),
                    });
                }
            }
        }
        for kind in &condition.deps.kinds {
            let declared = book.vocabulary.kind_of(*kind);
            let days: Vec<String> = self
                .case()
                .of_kind(*kind)
                .iter()
                .map(|place| self.case().events[*place as usize].day.in_chinese())
                .collect();
            let is_complete = self.case().is_complete(*kind, self.case().as_of);
            reads.push(ReadText {
                path: declared.name.to_string(),
                label: declared.label.to_string(),
                value: match (days.is_empty(), is_complete) {
                    (false, _) => Some(days.join("、")),
                    (true, true) => Some("没有".to_owned()),
                    (true, false) => None,
                },
            });
        }
        reads
    }

    /// 一个事实的值写成文字；个人信息遮盖，不知道的没有。
    fn fact_words(&self, scope: &Scope, field: &Field, place: usize, on: Date) -> Option<String> {
        let vocabulary = &self.lawbook().book.vocabulary;
        let id = vocabulary.scope(&scope.name)?;
        let value = self.case().fact(vocabulary, id, None, place, on);
        match (&value, Sense::of_field(&scope.name, field)) {
            (Val::Unknown(_), _) => None,
            _ if field.is_sensitive => Some("（已遮盖）".to_owned()),
            (Val::Int(fen), Sense::Fen) => Some(yuan(Fen(*fen))),
            (value, sense) => self.values().val(value, &sense),
        }
    }
}
