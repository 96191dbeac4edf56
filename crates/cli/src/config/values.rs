//! 各项的值从哪里来：缺省、文件、环境变量，后者压过前者；全部毛病一次说完。

use std::collections::BTreeMap;

use mingjing_lawbook::diagnostic::or_nearest;
use toml::Value;

use crate::config::setting::{Field, Setting};
use crate::config::{FILE_VARIABLE, PREFIX, SECTIONS};

/// 一项的值从哪里来。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// 缺省
    Default,
    /// 配置文件
    File,
    /// 环境变量
    Environment,
}

impl Origin {
    /// 给人看的名称。
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Origin::Default => "缺省",
            Origin::File => "文件",
            Origin::Environment => "环境变量",
        }
    }
}

/// 全部各项的值，与读的过程中的毛病。
#[derive(Debug)]
pub(crate) struct Values {
    values: BTreeMap<(&'static str, &'static str), (Value, Origin)>,
    faults: Vec<String>,
}

/// 环境变量的名称。
pub(crate) fn variable(field: &Field) -> String {
    format!("{PREFIX}{}_{}", field.section, field.name).to_uppercase()
}

impl Values {
    /// 缺省之上是文件，文件之上是环境变量；不认识的名称记作毛病。
    pub(crate) fn gather(file: toml::Table, environment: &BTreeMap<String, String>) -> Self {
        let mut values = Values {
            values: BTreeMap::new(),
            faults: Vec::new(),
        };
        for field in fields() {
            let value = default(field);
            values.put(field, value, Origin::Default);
        }
        values.take_file(file);
        values.take_environment(environment);
        values
    }

    fn put(&mut self, field: &Field, value: Value, origin: Origin) {
        let key = (field.section, field.name);
        self.values.insert(key, (value, origin));
    }

    fn take_file(&mut self, file: toml::Table) {
        for (key, value) in file {
            let Some(section) = SECTIONS.iter().find(|section| section.key == key) else {
                let known = SECTIONS.iter().map(|section| section.key);
                self.unknown(&format!("节 [{key}]"), &or_nearest(&key, known));
                continue;
            };
            let Value::Table(table) = value else {
                self.faults.push(format!("{key} 应是一节，写作 [{key}]"));
                continue;
            };
            for (name, value) in table {
                match section.fields.iter().find(|field| field.name == name) {
                    Some(field) => self.put(field, value, Origin::File),
                    None => {
                        let known = section.fields.iter().map(|field| field.name);
                        self.unknown(&format!("{key}.{name}"), &or_nearest(&name, known));
                    }
                }
            }
        }
    }

    fn take_environment(&mut self, environment: &BTreeMap<String, String>) {
        let known: BTreeMap<String, &Field> = fields().map(|f| (variable(f), f)).collect();
        for (name, text) in environment {
            if !name.starts_with(PREFIX) || name == FILE_VARIABLE {
                continue;
            }
            match known.get(name) {
                Some(field) => self.put(field, (field.from_env)(text), Origin::Environment),
                None => {
                    let near = or_nearest(name, known.keys().map(String::as_str));
                    self.unknown(&format!("环境变量 {name}"), &near);
                }
            }
        }
    }

    fn unknown(&mut self, what: &str, nearest: &str) {
        self.faults.push(format!("没有 {what} 这一项{nearest}"));
    }

    /// 一项；读不成的记作毛病。
    pub(crate) fn read<T: Setting>(&mut self, section: &str, name: &str) -> Option<T> {
        let found = self
            .values
            .iter()
            .find(|((s, n), _)| *s == section && *n == name);
        let (_, (value, origin)) = found?;
        match T::read(value) {
            Ok(value) => Some(value),
            Err(why) => {
                let origin = origin.label();
                self.faults
                    .push(format!("{section}.{name}（{origin}）：{why}"));
                None
            }
        }
    }

    /// 一项的值与来处，给人看：秘密本来就只写了在哪里。
    pub(crate) fn shown(&self, field: &Field) -> (String, Origin) {
        match self.values.get(&(field.section, field.name)) {
            Some((value, origin)) => (value.to_string(), *origin),
            None => (field.default.to_owned(), Origin::Default),
        }
    }

    pub(crate) fn fault(&mut self, fault: String) {
        self.faults.push(fault);
    }

    pub(crate) fn faults(&self) -> &[String] {
        &self.faults
    }
}

fn fields() -> impl Iterator<Item = &'static Field> {
    SECTIONS.iter().flat_map(|section| section.fields)
}

fn default(field: &Field) -> Value {
    let line = format!("value = {}", field.default);
    let table = line.parse::<toml::Table>().ok();
    let value = table.and_then(|mut table| table.remove("value"));
    // INVARIANT: defaults are TOML; the test of the page reads them all.
    value.unwrap_or_else(|| Value::String(field.default.to_owned()))
}
