//! 映射文件：TOML 文字读成映射；内置适配器也写成这样的文件，错误说到文件、行、原因、办法。
//!
//! Format in `docs/mapping.md`.

use std::collections::BTreeMap;

use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use serde::Deserialize;

use crate::mapping::{
    ColumnName, Condition, CoverageRule, EventRule, KindRule, Mapping, Other, Reading, Source,
};

/// 映射文件的格式号。
pub const FORMAT: i64 = 1;

/// 映射文件的错误：文件、行、原因、办法。
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}，第 {line} 行：{reason}。{hint}")]
pub struct MappingError {
    /// 文件名。
    pub file: String,
    /// 行号，从 1 起。
    pub line: usize,
    /// 原因。
    pub reason: String,
    /// 办法。
    pub hint: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMapping {
    format: toml::Spanned<i64>,
    name: toml::Spanned<String>,
    case: toml::Spanned<Columns>,
    #[serde(default)]
    detect: Option<toml::Spanned<Columns>>,
    #[serde(default)]
    columns: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    procedure: Option<toml::Spanned<RawSource>>,
    #[serde(default)]
    facts: BTreeMap<toml::Spanned<String>, toml::Spanned<RawSource>>,
    #[serde(default)]
    event: Vec<toml::Spanned<RawEvent>>,
    coverage: toml::Spanned<RawCoverage>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Columns {
    One(String),
    Many(Vec<String>),
}

impl Columns {
    fn list(&self) -> Vec<String> {
        match self {
            Columns::One(name) => vec![name.clone()],
            Columns::Many(names) => names.clone(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSource {
    #[serde(default)]
    column: Option<Columns>,
    #[serde(default)]
    value: Option<toml::Value>,
    #[serde(default, rename = "as")]
    reading: Option<Reading>,
    #[serde(default)]
    values: BTreeMap<String, toml::Value>,
    #[serde(default)]
    other: Other,
    #[serde(default)]
    split: Option<String>,
    #[serde(default)]
    required: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEvent {
    kind: toml::Spanned<String>,
    on: toml::Spanned<RawSource>,
    #[serde(default)]
    when: Vec<RawCondition>,
    #[serde(default)]
    keys: BTreeMap<toml::Spanned<String>, toml::Spanned<RawSource>>,
    #[serde(default)]
    instance: Option<toml::Spanned<RawSource>>,
    #[serde(default)]
    place: Option<toml::Spanned<RawSource>>,
    #[serde(default)]
    actors: BTreeMap<toml::Spanned<String>, toml::Spanned<RawSource>>,
    #[serde(default)]
    fields: BTreeMap<toml::Spanned<String>, toml::Spanned<RawSource>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCondition {
    column: Columns,
    #[serde(default)]
    is: Vec<String>,
    #[serde(default)]
    not: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum RawCoverage {
    Whole(String),
    Kinds(BTreeMap<String, RawKind>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawKind {
    #[serde(default = "yes")]
    complete: bool,
    #[serde(default)]
    fields: Vec<String>,
    #[serde(default)]
    until: Option<String>,
}

fn yes() -> bool {
    true
}

/// 映射文件的解析者：记着文件名、原文与列的别名。
struct Parser<'a> {
    file: &'a str,
    text: &'a str,
    aliases: BTreeMap<String, Vec<String>>,
}

impl Mapping {
    /// 解析映射文件。
    pub fn parse(text: &str, file: &str) -> Result<Mapping, MappingError> {
        let mut parser = Parser {
            file,
            text,
            aliases: BTreeMap::new(),
        };
        let raw: RawMapping = toml::from_str(text).map_err(|error| parser.of_toml(&error))?;
        parser.aliases = raw.columns.clone();
        parser.mapping(raw)
    }
}

impl Parser<'_> {
    fn error(&self, at: usize, reason: impl Into<String>, hint: impl Into<String>) -> MappingError {
        let line = self
            .text
            .get(..at)
            .map_or(1, |before| before.matches('\n').count() + 1);
        MappingError {
            file: self.file.to_owned(),
            line,
            reason: reason.into(),
            hint: hint.into(),
        }
    }

    /// 把 TOML 库的英文错误换成中文的原因与办法。
    fn of_toml(&self, error: &toml::de::Error) -> MappingError {
        let at = error.span().map_or(0, |span| span.start);
        let message = error.message();
        let quoted = message.split('`').nth(1).unwrap_or_default();
        let known: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
        let (reason, hint) = if message.starts_with("unknown field") {
            (
                format!("不认识的键“{quoted}”"),
                format!("这里可以写：{}。", known.join("、")),
            )
        } else if message.starts_with("unknown variant") {
            (
                format!("不认识的取值“{quoted}”"),
                format!("可以写：{}。", known.join("、")),
            )
        } else if message.starts_with("missing field") {
            (
                format!("缺少“{quoted}”"),
                "请补上这一项，写法见 docs/mapping.md。".to_owned(),
            )
        } else if message.starts_with("duplicate key") {
            ("同一个键写了两次".to_owned(), "请删去一个。".to_owned())
        } else if message.starts_with("invalid type") || message.contains("did not match") {
            (
                "值的类型不对".to_owned(),
                "文字要加引号，列表用方括号，写法见 docs/mapping.md。".to_owned(),
            )
        } else {
            (
                "不是合法的 TOML".to_owned(),
                "请检查引号、方括号、等号是否成对、完整。".to_owned(),
            )
        };
        self.error(at, reason, hint)
    }

    fn mapping(&self, raw: RawMapping) -> Result<Mapping, MappingError> {
        if *raw.format.get_ref() != FORMAT {
            return Err(self.error(
                raw.format.span().start,
                "不认识的格式号",
                format!("请写 format = {FORMAT}。"),
            ));
        }
        if raw.name.get_ref().trim().is_empty() {
            return Err(self.error(raw.name.span().start, "名称是空的", "请写这份名单叫什么。"));
        }
        let case = raw.case.get_ref().list();
        if case.is_empty() {
            return Err(self.error(
                raw.case.span().start,
                "没有说案件标识在哪一列",
                "请写 case = \"案号\" 或 case = [\"机关\", \"文号\"]。",
            ));
        }
        let detect = raw
            .detect
            .as_ref()
            .map(|d| d.get_ref().list())
            .unwrap_or_else(|| case.clone());
        let coverage = self.coverage(&raw.coverage)?;
        let events = raw
            .event
            .iter()
            .map(|event| self.event(event))
            .collect::<Result<Vec<_>, _>>()?;
        self.check_coverage(&coverage, &events, raw.coverage.span().start)?;
        Ok(Mapping {
            name: raw.name.get_ref().trim().to_owned(),
            detect: detect.iter().map(|name| self.columns(name)).collect(),
            case: case.iter().map(|name| self.key_source(name)).collect(),
            procedure: raw
                .procedure
                .as_ref()
                .map(|s| self.source(s, Reading::Text))
                .transpose()?,
            facts: self.named(&raw.facts, true)?,
            events,
            coverage,
        })
    }

    fn columns(&self, name: &str) -> Vec<ColumnName> {
        match self.aliases.get(name) {
            Some(names) => names.iter().map(|name| ColumnName::new(name)).collect(),
            None => vec![ColumnName::new(name)],
        }
    }

    fn key_source(&self, name: &str) -> Source {
        Source {
            columns: self.columns(name),
            constant: None,
            reading: Reading::Text,
            values: BTreeMap::new(),
            other: Other::Keep,
            split: Vec::new(),
            is_required: true,
        }
    }

    fn named(
        &self,
        raw: &BTreeMap<toml::Spanned<String>, toml::Spanned<RawSource>>,
        is_path: bool,
    ) -> Result<Vec<(String, Source)>, MappingError> {
        raw.iter()
            .map(|(name, source)| {
                let parts = name.get_ref().split('.').count();
                if !is_identifier_path(name.get_ref())
                    || (is_path && parts < 2)
                    || (!is_path && parts != 1)
                {
                    let hint = if is_path {
                        "请写成 body.department 的样子（范围.字段）。"
                    } else {
                        "请用小写英文、数字、下划线，名称见事件词表。"
                    };
                    return Err(self.error(
                        name.span().start,
                        format!("“{}”不是合法的名称", name.get_ref()),
                        hint,
                    ));
                }
                Ok((name.get_ref().clone(), self.source(source, Reading::Text)?))
            })
            .collect()
    }

    fn event(&self, raw: &toml::Spanned<RawEvent>) -> Result<EventRule, MappingError> {
        let event = raw.get_ref();
        if !is_identifier_path(event.kind.get_ref()) || event.kind.get_ref().contains('.') {
            return Err(self.error(
                event.kind.span().start,
                format!("“{}”不是事件种类", event.kind.get_ref()),
                "请写事件词表里的英文标识，如 decided、served。",
            ));
        }
        let on = self.source(&event.on, Reading::Date)?;
        if on.columns.is_empty() || !matches!(on.reading, Reading::Date | Reading::Instant) {
            return Err(self.error(
                event.on.span().start,
                "事件的日期须来自一列",
                "请写 on = { column = \"决定日期\" }。",
            ));
        }
        let one = |source: &Option<toml::Spanned<RawSource>>| {
            source
                .as_ref()
                .map(|s| self.source(s, Reading::Text))
                .transpose()
        };
        Ok(EventRule {
            kind: event.kind.get_ref().clone(),
            on,
            when: event
                .when
                .iter()
                .map(|c| Condition {
                    column: c
                        .column
                        .list()
                        .iter()
                        .flat_map(|name| self.columns(name))
                        .collect(),
                    is: c.is.clone(),
                    not: c.not.clone(),
                })
                .collect(),
            keys: self.keys(&event.keys)?,
            instance: one(&event.instance)?,
            place: one(&event.place)?,
            actors: self.named(&event.actors, false)?,
            fields: self.named(&event.fields, false)?,
        })
    }

    fn keys(
        &self,
        raw: &BTreeMap<toml::Spanned<String>, toml::Spanned<RawSource>>,
    ) -> Result<Vec<(String, Source)>, MappingError> {
        const KEYS: [&str; 3] = ["party", "decision", "goods"];
        for name in raw.keys() {
            if !KEYS.contains(&name.get_ref().as_str()) {
                return Err(self.error(
                    name.span().start,
                    format!("“{}”不是键", name.get_ref()),
                    "键只有 party、decision、goods；程序实例写 instance。",
                ));
            }
        }
        self.named(raw, false)
    }

    fn source(
        &self,
        raw: &toml::Spanned<RawSource>,
        default: Reading,
    ) -> Result<Source, MappingError> {
        let source = raw.get_ref();
        let at = raw.span().start;
        let columns: Vec<ColumnName> = source
            .column
            .as_ref()
            .map(|c| {
                c.list()
                    .iter()
                    .flat_map(|name| self.columns(name))
                    .collect()
            })
            .unwrap_or_default();
        let constant = source.value.as_ref().map(value_of).transpose();
        let Ok(constant) = constant else {
            return Err(self.error(at, "常数不能是小数或日期", "金额以分写整数，日期请取自列。"));
        };
        if columns.is_empty() == constant.is_none() {
            return Err(self.error(
                at,
                "要么写 column（取自列），要么写 value（常数）",
                "两者须有一个，也只能有一个。",
            ));
        }
        if columns.iter().any(|name| name.normal.is_empty()) {
            return Err(self.error(at, "列名是空的", "请写表头上的列名。"));
        }
        let values = source
            .values
            .iter()
            .map(|(k, v)| Ok((k.clone(), value_of(v)?)))
            .collect::<Result<_, ()>>();
        let Ok(values) = values else {
            return Err(self.error(
                at,
                "译出的值不能是小数或日期",
                "请写文字、整数或 true/false。",
            ));
        };
        let split = source
            .split
            .as_deref()
            .unwrap_or("、,，;；/ ")
            .chars()
            .collect();
        Ok(Source {
            columns,
            constant,
            reading: source.reading.unwrap_or(default),
            values,
            other: source.other,
            split,
            is_required: source.required,
        })
    }

    fn coverage(&self, raw: &toml::Spanned<RawCoverage>) -> Result<CoverageRule, MappingError> {
        let at = raw.span().start;
        match raw.get_ref() {
            RawCoverage::Whole(word) if word == "closed" => Ok(CoverageRule::Closed),
            RawCoverage::Whole(word) if word == "open" => Ok(CoverageRule::Open),
            RawCoverage::Whole(word) => Err(self.error(
                at,
                format!("不认识的覆盖范围“{word}”"),
                "请写 \"closed\"、\"open\"，或 [coverage.事件种类]。",
            )),
            RawCoverage::Kinds(kinds) => kinds
                .iter()
                .map(|(kind, rule)| {
                    let until = rule.until.as_deref().map(Date::parse_iso).transpose();
                    let Ok(until) = until else {
                        return Err(self.error(
                            at,
                            format!("{kind} 的 until 不是日期"),
                            "请写成 \"2024-12-31\"。",
                        ));
                    };
                    Ok((
                        kind.clone(),
                        KindRule {
                            is_complete: rule.complete,
                            fields: rule.fields.clone(),
                            until,
                        },
                    ))
                })
                .collect::<Result<_, _>>()
                .map(CoverageRule::Kinds),
        }
    }

    /// What is declared as known must also be mapped: else every blank would prove something.
    fn check_coverage(
        &self,
        coverage: &CoverageRule,
        events: &[EventRule],
        at: usize,
    ) -> Result<(), MappingError> {
        let CoverageRule::Kinds(kinds) = coverage else {
            return Ok(());
        };
        for (kind, rule) in kinds {
            let of_kind: Vec<&EventRule> = events.iter().filter(|e| e.kind == *kind).collect();
            if of_kind.is_empty() {
                return Err(self.error(
                    at,
                    format!("覆盖范围里的 {kind} 没有对应的 [[event]]"),
                    "没有取自任何列的事件，不能声明为写全了。",
                ));
            }
            for field in &rule.fields {
                if !of_kind
                    .iter()
                    .any(|e| e.fields.iter().any(|(name, _)| name == field))
                {
                    return Err(self.error(
                        at,
                        format!("覆盖范围里的 {kind}.{field} 没有取自任何列"),
                        "请补上字段的来源，或从 fields 里去掉。",
                    ));
                }
            }
        }
        Ok(())
    }
}

fn is_identifier_path(name: &str) -> bool {
    !name.is_empty()
        && name.split('.').all(|part| {
            part.starts_with(|c: char| c.is_ascii_lowercase())
                && part
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        })
}

fn value_of(value: &toml::Value) -> Result<Value, ()> {
    match value {
        toml::Value::String(text) => Ok(Value::Text(text.clone())),
        toml::Value::Integer(n) => Ok(Value::Int(*n)),
        toml::Value::Boolean(yes) => Ok(Value::Bool(*yes)),
        toml::Value::Array(items) => items
            .iter()
            .map(value_of)
            .collect::<Result<_, _>>()
            .map(Value::List),
        toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => Err(()),
    }
}
