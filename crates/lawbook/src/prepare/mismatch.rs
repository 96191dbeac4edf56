//! 数据与词汇不符之处：要说给人听时才逐项查。

use std::collections::BTreeMap;

use mingjing_domain::value::Value;

use super::{Case, fact_value, is_region_code, plain_text, shown, type_value};
use crate::vocabulary::{Field, Vocabulary, plural};

/// 数据与词汇不符：哪条事件或事实、哪个字段、什么原因。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// 事件标识或事实路径。
    pub subject: String,
    /// 说明与改法。
    pub message: String,
}

impl Case<'_> {
    /// 数据与词汇不符之处；这些值按未知处理。
    pub fn mismatches(&self) -> Vec<Mismatch> {
        let mut check = Check {
            vocabulary: self.vocabulary,
            found: Vec::new(),
        };
        check.events(self);
        check.facts(self);
        check.found
    }
}

struct Check<'v> {
    vocabulary: &'v Vocabulary,
    found: Vec<Mismatch>,
}

impl Check<'_> {
    fn tell(&mut self, subject: &str, message: String) {
        self.found.push(Mismatch {
            subject: subject.to_owned(),
            message,
        });
    }

    fn events(&mut self, case: &Case<'_>) {
        let (list, of_corrections) = shown(case.timeline, case.known_at);
        self.found.extend(of_corrections);
        let vocabulary = self.vocabulary;
        for event in list.iter().map(|shown| &case.timeline.events[shown.index]) {
            let Some(kind) = vocabulary.kind(&event.kind) else {
                let near = vocabulary.nearest_kind(&event.kind).unwrap_or_default();
                let message = format!("不认识的事件种类 {}{near}，这条事件未参与判断", event.kind);
                self.tell(&event.id, message);
                continue;
            };
            let declared = &vocabulary.kind_of(kind).fields;
            for (name, value) in &event.fields {
                let message = match declared.iter().find(|f| f.name.as_ref() == name) {
                    None => format!("事件 {} 没有字段 {name}，已忽略", event.kind),
                    Some(field) => match type_value(vocabulary, value, &field.ty) {
                        Ok(_) => continue,
                        Err(reason) => format!("{} 的字段 {name}：{reason}", event.kind),
                    },
                };
                self.tell(&event.id, message);
            }
        }
    }

    fn facts(&mut self, case: &Case<'_>) {
        let given = &case.timeline.facts;
        let record = |name: &str| match given.values.get(name) {
            Some(Value::Record(record)) => Some(record),
            _ => None,
        };
        for scope in &self.vocabulary.scopes {
            if let Some(record) = record(&scope.name) {
                if scope.is_keyed {
                    self.keyed(&scope.name, &scope.fields, record);
                } else {
                    self.record(&scope.name, &scope.fields, record);
                }
            }
            if let Some(by) = &scope.by {
                let plural = plural(by);
                if let Some(record) = record(&plural) {
                    self.keyed(&plural, &scope.fields, record);
                }
            }
        }
        let departments = &self.vocabulary.departments;
        if let Some(own) = plain_text(given, "body.department")
            && !departments.contains_key(own.as_ref())
        {
            let known: Vec<&str> = departments.keys().map(String::as_str).collect();
            let message = format!(
                "法典没有部门“{own}”，按不知道处理；已知的有 {}",
                known.join("、")
            );
            self.tell("body.department", message);
        }
        if let Some(code) = plain_text(given, "body.region")
            && !is_region_code(&code)
        {
            let message =
                format!("“{code}”不是行政区划代码，按不知道处理；请写 2、4 或 6 位数字，如 210300");
            self.tell("body.region", message);
        }
    }

    fn keyed(&mut self, path: &str, fields: &[Field], record: &BTreeMap<String, Value>) {
        for (key, value) in record {
            let path = format!("{path}.{key}");
            match value {
                Value::Record(inner) => self.record(&path, fields, inner),
                _ => self.tell(&path, "应为一组字段".to_owned()),
            }
        }
    }

    fn record(&mut self, path: &str, fields: &[Field], record: &BTreeMap<String, Value>) {
        for (name, value) in record {
            let path = format!("{path}.{name}");
            match fields.iter().find(|f| f.name.as_ref() == name) {
                None => self.tell(&path, "不认识的事实，已忽略".to_owned()),
                Some(field) => {
                    if let Err(reason) = fact_value(self.vocabulary, field, value) {
                        self.tell(&path, reason);
                    }
                }
            }
        }
    }
}
