//! 数据文件：一张表一个 TOML，每例一条时间线。

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use mingjing_domain::coverage::Coverage;
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::{example, load};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// 例子的时间线：自己写事件，或取全流程正例的一段。
#[derive(Deserialize)]
pub(crate) struct Case {
    /// 名称。
    pub(crate) name: String,
    /// 主程序。
    procedure: Option<String>,
    /// 取全流程正例（EX26）：`all` 全部，否则到这种事件之前。
    ex26: Option<String>,
    /// 从正例里去掉的事件种类。
    #[serde(default)]
    drop: Vec<String>,
    /// 事件（正例之外再加的）。
    #[serde(default)]
    events: Vec<String>,
    /// 事实。
    #[serde(default)]
    facts: toml::Table,
    /// 覆盖范围；没有写为案卷完整。
    coverage: Option<Vec<String>>,
}

/// 全流程正例里用到的部分。
#[derive(Deserialize)]
struct Ex26 {
    case: Vec<Ex26Case>,
}

#[derive(Deserialize)]
struct Ex26Case {
    events: Vec<String>,
    facts: toml::Table,
}

static EX26: LazyLock<Ex26Case> = LazyLock::new(|| {
    let path = tests().join("data/worked-examples/ex26.toml");
    let text = std::fs::read_to_string(path).expect("the compliant case");
    let mut ex26: Ex26 = toml::from_str(&text).expect("the compliant case is TOML");
    ex26.case.remove(0)
});

/// 正例里某种事件的全文，第一件。
pub(crate) fn ex26_event(kind: &str) -> String {
    let is_kind = |e: &&String| e.split_whitespace().nth(1) == Some(kind);
    let found = EX26.events.iter().find(is_kind);
    found.unwrap_or_else(|| panic!("正例没有 {kind}")).clone()
}

impl Case {
    /// 建成时间线。
    pub(crate) fn timeline(&self) -> Timeline {
        let vocabulary = &LAWBOOK.book.vocabulary;
        let mut lines: Vec<String> = Vec::new();
        let mut facts = self.facts.clone();
        if let Some(until) = &self.ex26 {
            let kind = |line: &String| line.split_whitespace().nth(1).map(str::to_owned);
            let before = EX26
                .events
                .iter()
                .take_while(|e| kind(e).as_ref() != Some(until));
            let kept = before.filter(|e| !kind(e).is_some_and(|k| self.drop.contains(&k)));
            lines.extend(kept.cloned());
            facts = EX26.facts.clone();
            facts.extend(self.facts.clone());
        }
        lines.extend(self.events.iter().cloned());
        let events = lines.iter().enumerate().map(|(i, line)| {
            example::parse_event(vocabulary, line, i)
                .unwrap_or_else(|e| panic!("{}“{line}”：{e}", self.name))
        });
        let facts: BTreeMap<String, Value> =
            facts.iter().map(|(k, v)| (k.clone(), value(v))).collect();
        Timeline {
            id: self.name.clone(),
            procedure: self.procedure.clone(),
            events: events.collect(),
            coverage: self.coverage.as_ref().map_or(Coverage::Closed, |kinds| {
                Coverage::of_kinds(kinds.iter().map(String::as_str))
            }),
            facts: example::facts_of(vocabulary, &facts),
        }
    }
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

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// 读一张表。
pub(crate) fn read<T: DeserializeOwned>(name: &str) -> Vec<T> {
    #[derive(Deserialize)]
    struct Table<T> {
        case: Vec<T>,
    }
    let path = tests().join("data/procedures").join(name);
    let text = std::fs::read_to_string(&path).expect("a data file");
    let table: Table<T> = toml::from_str(&text).unwrap_or_else(|e| panic!("{name}：{e}"));
    table.case
}

/// 随产品交付的法典。
pub(crate) static LAWBOOK: LazyLock<Lawbook> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lawbook");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    let loaded = load::load(&files);
    assert!(loaded.diagnostics.is_empty(), "{:#?}", loaded.diagnostics);
    loaded.lawbook.expect("a lawbook without errors")
});

fn collect(root: &Path, folder: &Path, found: &mut Vec<SourceFile>) {
    let entries = std::fs::read_dir(folder).expect("a folder of the lawbook");
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|e| e == "toml") {
            let relative = path.strip_prefix(root).expect("below the root");
            let text = std::fs::read_to_string(&path).expect("text");
            found.push(SourceFile::new(
                relative.to_string_lossy().into_owned(),
                text,
            ));
        }
    }
}
