//! 样例的数据文件：一例一个 TOML。

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mingjing_domain::value::Value;
use serde::Deserialize;

/// 一个样例。
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Example {
    /// 编号（`EX02`）。
    pub(crate) origin: String,
    /// 标题。
    #[serde(rename = "title")]
    _title: String,
    /// 样例点到、而规则在以后才有的编码。
    #[serde(default)]
    pub(crate) later: Vec<String>,
    /// 样例写到、而词汇还没有的事件。
    #[serde(default)]
    pub(crate) later_events: Vec<String>,
    /// 各变体。
    #[serde(default, rename = "case")]
    pub(crate) cases: Vec<Case>,
}

/// 一个变体：一条时间线和对它的期望。期望的键为 `编码` 或 `编码/部分`。
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// 变体（`a`）；只有一种时为空。
    #[serde(default)]
    pub(crate) variant: String,
    /// 名称。
    pub(crate) name: String,
    /// 主程序。
    pub(crate) procedure: Option<String>,
    /// 事实。
    #[serde(default)]
    facts: toml::Table,
    /// 短写的事件。
    pub(crate) events: Vec<String>,
    /// 写全了的事件种类；没有这一项为案卷完整。
    pub(crate) coverage: Option<Vec<String>>,
    /// 判断日。
    pub(crate) as_of: Option<String>,
    /// 换掉法典一个文件中的一段。
    pub(crate) replace: Option<Replace>,
    /// 到期日。
    #[serde(default)]
    pub(crate) due: BTreeMap<String, String>,
    /// 发现及其严重程度。
    #[serde(default)]
    pub(crate) expect: BTreeMap<String, String>,
    /// 不得有发现，也不得无法判定。
    #[serde(default)]
    pub(crate) none: Vec<String>,
    /// 迟延。
    #[serde(default)]
    pub(crate) late: BTreeMap<String, i64>,
    /// 临期的剩余天数。
    #[serde(default)]
    pub(crate) remaining: BTreeMap<String, i32>,
    /// 金额限值（分）。
    #[serde(default)]
    pub(crate) limit: BTreeMap<String, i64>,
    /// 必须附有的标记。
    #[serde(default)]
    pub(crate) marks: BTreeMap<String, Vec<String>>,
}

/// 替换：`find` 在文件中须恰好出现一次。
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Replace {
    /// 法典内的路径。
    pub(crate) file: String,
    /// 原文。
    pub(crate) find: String,
    /// 新文。
    pub(crate) with: String,
}

impl Case {
    /// 全部期望的键。
    pub(crate) fn keys(&self) -> impl Iterator<Item = &String> {
        let counts = self
            .late
            .keys()
            .chain(self.remaining.keys())
            .chain(self.limit.keys());
        self.due
            .keys()
            .chain(self.expect.keys())
            .chain(&self.none)
            .chain(self.marks.keys())
            .chain(counts)
    }

    /// 事实，供法典展开简写。
    pub(crate) fn facts(&self) -> BTreeMap<String, Value> {
        self.facts
            .iter()
            .map(|(key, v)| (key.clone(), value(v)))
            .collect()
    }
}

/// 键中的编码。
pub(crate) fn code(key: &str) -> &str {
    key.split_once('/').map_or(key, |(code, _)| code)
}

/// 数据文件夹。
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/worked-examples")
}

/// 全部样例，按编号。
pub(crate) fn examples() -> Vec<Example> {
    let entries = std::fs::read_dir(folder()).expect("the folder of the examples");
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "toml"));
    paths.sort();
    paths
        .iter()
        .filter(|p| !is_beside(p))
        .map(|p| read(p))
        .collect()
}

/// Files that go with an example (`ex26-lock.toml`) are not examples.
fn is_beside(path: &Path) -> bool {
    path.file_stem()
        .is_some_and(|stem| stem.to_string_lossy().contains('-'))
}

/// 读一个数据文件。
pub(crate) fn read<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).expect("a data file");
    toml::from_str(&text).unwrap_or_else(|e| panic!("{}：{e}", path.display()))
}

fn value(given: &toml::Value) -> Value {
    match given {
        toml::Value::String(text) => Value::Text(text.clone()),
        toml::Value::Integer(n) => Value::Int(*n),
        toml::Value::Boolean(yes) => Value::Bool(*yes),
        toml::Value::Array(items) => Value::List(items.iter().map(value).collect()),
        toml::Value::Table(t) => {
            Value::Record(t.iter().map(|(k, v)| (k.clone(), value(v))).collect())
        }
        toml::Value::Float(_) | toml::Value::Datetime(_) => {
            panic!("事实不写小数，日期写作文字：{given}")
        }
    }
}
