//! 填报的事实与法典的声明核对：范围、字段、类型。没有声明的不收，免得写了而谁也不看。

use std::collections::BTreeMap;

use mingjing_domain::timeline::Facts;
use mingjing_domain::value::Value;

use crate::cel::value::Val;
use crate::diagnostic::nearest;
use crate::prepare::{FactValue, fact_value};
use crate::vocabulary::{Scope, Vocabulary, plural};

/// 一处不合声明的事实。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactFault {
    /// 在哪里：范围、（对象、）字段。
    pub path: Vec<String>,
    /// 没有声明，或类型不合。
    pub kind: FactFaultKind,
    /// 说明，连同怎样改。
    pub message: String,
}

/// 怎样不合。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactFaultKind {
    /// 法典没有声明。
    Unknown,
    /// 类型不合。
    WrongType,
    /// 不得为负的数写成了负的。
    OutOfRange,
}

/// 核对填报的事实，列出每一处不合声明的，按次序。
pub fn fact_faults(vocabulary: &Vocabulary, facts: &Facts) -> Vec<FactFault> {
    let mut check = Check {
        vocabulary,
        faults: Vec::new(),
    };
    for (name, value) in &facts.values {
        check.scope(name, value);
    }
    check.faults
}

struct Check<'a> {
    vocabulary: &'a Vocabulary,
    faults: Vec<FactFault>,
}

impl Check<'_> {
    fn fault(&mut self, path: &[&str], kind: FactFaultKind, message: String) {
        self.faults.push(FactFault {
            path: path.iter().map(|part| (*part).to_owned()).collect(),
            kind,
            message,
        });
    }

    fn scope(&mut self, name: &str, value: &Value) {
        let vocabulary = self.vocabulary;
        let Some((scope, is_keyed)) = vocabulary.told_under(name) else {
            let plurals = vocabulary.scopes.iter().filter_map(|s| s.by.as_deref());
            let plurals: Vec<_> = plurals.map(plural).collect();
            let names = vocabulary.scopes.iter().map(|s| s.name.as_ref());
            let near = nearest(name, names.chain(plurals.iter().map(AsRef::as_ref)));
            let near = near.unwrap_or_default();
            let message = format!("法典没有这个事实范围；{near}");
            return self.fault(&[name], FactFaultKind::Unknown, message);
        };
        let Value::Record(record) = value else {
            let message = format!("“{}”应为对象，如 {{\"字段\": 值}}", scope.label);
            return self.fault(&[name], FactFaultKind::WrongType, message);
        };
        if !is_keyed {
            return self.fields(&[name], scope, record);
        }
        for (key, value) in record {
            match value {
                Value::Record(record) => self.fields(&[name, key], scope, record),
                _ => {
                    let message = format!("“{}”逐个写，各为一个对象", scope.label);
                    self.fault(&[name, key], FactFaultKind::WrongType, message);
                }
            }
        }
    }

    fn fields(&mut self, at: &[&str], scope: &Scope, record: &BTreeMap<String, Value>) {
        for (name, value) in record {
            let path = [at, &[name.as_str()]].concat();
            let known = scope.fields.iter().find(|f| f.name.as_ref() == name);
            let Some(field) = known else {
                let names = scope.fields.iter().map(|f| f.name.as_ref());
                let near = nearest(name, names).unwrap_or_default();
                let message = format!("“{}”没有这个字段；{near}", scope.label);
                self.fault(&path, FactFaultKind::Unknown, message);
                continue;
            };
            match fact_value(self.vocabulary, field, value) {
                Err(reason) => {
                    let message = format!("“{}”{reason}", field.label);
                    self.fault(&path, FactFaultKind::WrongType, message);
                }
                Ok(fact) if !field.is_signed && is_negative(&fact) => {
                    let message = format!("“{}”不能是负的", field.label);
                    self.fault(&path, FactFaultKind::OutOfRange, message);
                }
                Ok(_) => {}
            }
        }
    }
}

fn is_negative(fact: &FactValue) -> bool {
    let is_below = |value: &Val| matches!(value, Val::Int(n) if *n < 0);
    match fact {
        FactValue::Plain(value) => is_below(value),
        FactValue::Dated(spans) => spans.iter().any(|(_, _, value)| is_below(value)),
    }
}
