//! 示例：规则文件里的小时间线与期望的结果，加载之外单独运行。

mod of_rule;
mod run;
mod written;

use std::collections::BTreeMap;
use std::sync::Arc;

use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::Event;
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;

use crate::book::Book;
use crate::diagnostic::{At, Code, Sink, nearest};
use crate::rule::Rule;
use crate::tree::{Node, NodeKind, Reader};
use crate::vocabulary::Vocabulary;

pub use self::of_rule::Examples;
pub use self::run::{overall, test};
pub use self::written::parse_event;

/// 示例里的事：名称、时间线与判断日；规则与评分表的示例共用。
pub struct Story {
    /// 名称。
    pub name: Arc<str>,
    /// 程序。
    pub procedure: Option<String>,
    /// 事实（未整理）。
    facts: Vec<(String, Value)>,
    /// 事件文字与位置。
    events: Vec<(String, At)>,
    coverage: Coverage,
    /// 判断日；缺省为最后一件事之日。
    pub as_of: Option<Date>,
    /// 位置。
    pub(crate) at: At,
}

/// 示例。
pub struct Example {
    /// 示例里的事。
    pub story: Story,
    /// 跨案的：一批时间线，各有自己的事件、事实与覆盖范围；共同的事实写在 `story` 里。
    cases: Vec<ExampleCase>,
    /// 期望数了哪些案件、哪一期。
    counted: Option<Vec<String>>,
    period: Option<String>,
    /// 出处（`EX02`）。
    pub origin: Option<Arc<str>>,
    /// 期望的结果。
    pub expect: String,
    also: Vec<(String, String)>,
    part: Option<String>,
    severity: Option<String>,
    status: Option<String>,
    due: Option<String>,
    late: Option<i64>,
    missing: Option<Vec<String>>,
    marks: Option<Vec<String>>,
}

/// 跨案示例里的一案。
struct ExampleCase {
    id: String,
    facts: Vec<(String, Value)>,
    events: Vec<(String, At)>,
    coverage: Coverage,
}

impl ExampleCase {
    fn read(book: Option<&Book>, reader: &Reader<'_>, sink: &mut Sink) -> Option<ExampleCase> {
        Some(ExampleCase {
            id: reader.text_required("id", sink)?.to_owned(),
            facts: facts(reader, sink),
            events: events(reader, sink),
            coverage: coverage(book, reader, sink)?,
        })
    }
}

fn facts(reader: &Reader<'_>, sink: &mut Sink) -> Vec<(String, Value)> {
    let table = reader.table("facts", sink);
    table.map(|t| table_values(t.all())).unwrap_or_default()
}

fn events(reader: &Reader<'_>, sink: &mut Sink) -> Vec<(String, At)> {
    let texts = reader.texts("events", sink).into_iter();
    texts.map(|(t, n)| (t.to_owned(), reader.at(n))).collect()
}

/// 结果名。
pub const OUTCOMES: [&str; 4] = ["pass", "violation", "undetermined", "not_applicable"];

impl Story {
    /// 读示例里的事。
    pub(crate) fn read(book: Option<&Book>, reader: &Reader<'_>, sink: &mut Sink) -> Option<Story> {
        let name = reader.text_required("name", sink)?;
        let mut facts = facts(reader, sink);
        if let Some(rows) = reader.get("rows") {
            facts.push(("rows".to_owned(), value(rows)));
        }
        let events = events(reader, sink);
        let coverage = coverage(book, reader, sink)?;
        let as_of = reader
            .get("as_of")
            .and_then(|_| crate::load::date(reader, "as_of", sink));
        Some(Story {
            name: name.into(),
            procedure: reader.text("procedure", sink).map(str::to_owned),
            facts,
            events,
            coverage,
            as_of,
            at: reader.here(),
        })
    }

    /// 建成时间线；没有写程序的用 `procedure`。
    pub fn timeline(
        &self,
        vocabulary: &Vocabulary,
        procedure: Option<&str>,
    ) -> Result<Timeline, (At, String)> {
        Ok(Timeline {
            id: self.name.to_string(),
            procedure: self
                .procedure
                .clone()
                .or_else(|| procedure.map(str::to_owned)),
            events: timed(vocabulary, &self.events)?,
            coverage: self.coverage.clone(),
            facts: self.facts_with(vocabulary, &[]),
        })
    }

    /// 共同的事实，加上一案自己的。
    fn facts_with(&self, vocabulary: &Vocabulary, own: &[(String, Value)]) -> Facts {
        let mut facts = Facts::default();
        for (key, value) in self.facts.iter().chain(own) {
            set_fact(vocabulary, &mut facts, key, value);
        }
        facts
    }

    /// 时间线合不合词汇；不合的说出第一处。
    pub(crate) fn check(&self, vocabulary: &Vocabulary, timeline: &Timeline) -> Result<(), String> {
        let case = crate::prepare::prepare(vocabulary, timeline, self.as_of, None);
        match case.mismatches().first() {
            None => Ok(()),
            Some(mismatch) => Err(format!(
                "的数据不合词汇：{} {}",
                mismatch.subject, mismatch.message
            )),
        }
    }
}

impl Example {
    /// 读 `[[example]]`；没有给出书的，是查过的再读一遍，不再查名字。
    fn read(book: Option<&Book>, reader: Reader<'_>, sink: &mut Sink) -> Option<Example> {
        let expect = reader.text_required("expect", sink)?;
        if !OUTCOMES.contains(&expect) {
            let hint = Some(OUTCOMES.join("、"));
            let message = format!("expect 不能是 {expect}");
            sink.error(&reader.at_key("expect"), Code::Type, message, hint);
            return None;
        }
        let story = Story::read(book, &reader, sink)?;
        let mut cases = Vec::new();
        for case in reader.tables("cases", sink) {
            cases.extend(ExampleCase::read(book, &case, sink));
            case.finish(sink);
        }
        let also = also(book, &reader, sink);
        let list = |key: &'static str, sink: &mut Sink| {
            reader.get(key).map(|_| {
                reader
                    .texts(key, sink)
                    .into_iter()
                    .map(|(t, _)| t.to_owned())
                    .collect()
            })
        };
        let owned = |t: Option<&str>| t.map(str::to_owned);
        let example = Example {
            story,
            origin: reader.text("origin", sink).map(Arc::from),
            cases,
            counted: list("counted", sink),
            period: owned(reader.text("period", sink)),
            expect: expect.to_owned(),
            also,
            part: owned(reader.text("part", sink)),
            severity: owned(reader.text("severity", sink)),
            status: owned(reader.text("status", sink)),
            due: owned(reader.text("due", sink)),
            late: reader.int("late", sink),
            missing: list("missing", sink),
            marks: list("marks", sink),
        };
        reader.text("say", sink);
        reader.finish(sink);
        Some(example)
    }

    /// 建成时间线；没有写程序的用规则所限的第一个。
    pub fn timeline(&self, vocabulary: &Vocabulary, rule: &Rule) -> Result<Timeline, (At, String)> {
        let first = rule.procedures.first().map(AsRef::as_ref);
        self.story.timeline(vocabulary, first)
    }

    /// 跨案的一批时间线；不是跨案的没有。
    pub fn timelines(
        &self,
        vocabulary: &Vocabulary,
        rule: &Rule,
    ) -> Result<Vec<Timeline>, (At, String)> {
        let first = rule.procedures.first().map(|p| p.to_string());
        let cases = self.cases.iter().map(|case| {
            Ok(Timeline {
                id: case.id.clone(),
                procedure: self.story.procedure.clone().or(first.clone()),
                events: timed(vocabulary, &case.events)?,
                coverage: case.coverage.clone(),
                facts: self.story.facts_with(vocabulary, &case.facts),
            })
        });
        cases.collect()
    }
}

fn timed(vocabulary: &Vocabulary, texts: &[(String, At)]) -> Result<Vec<Event>, (At, String)> {
    let events = texts.iter().enumerate().map(|(i, (text, at))| {
        let event = parse_event(vocabulary, text, i);
        event.map_err(|reason| (at.clone(), format!("“{text}”：{reason}")))
    });
    events.collect()
}

/// `also`：同一时间线上别的规则期望的结果。
fn also(book: Option<&Book>, reader: &Reader<'_>, sink: &mut Sink) -> Vec<(String, String)> {
    let Some(table) = reader.table("also", sink) else {
        return Vec::new();
    };
    let mut list = Vec::new();
    for (code, _, node) in table.all() {
        if let Some(book) = book.filter(|book| !book.rules.contains_key(code)) {
            let hint = nearest(code, book.rules.keys().map(String::as_str));
            let message = format!("没有规则 {code}");
            sink.error(&table.at(node), Code::Name, message, hint);
        }
        match node.text() {
            Some(outcome) if OUTCOMES.contains(&outcome) => {
                list.push((code.clone(), outcome.to_owned()));
            }
            _ => {
                let hint = Some(OUTCOMES.join("、"));
                let message = format!("also.{code} 应为结果名");
                sink.error(&table.at(node), Code::Type, message, hint);
            }
        }
    }
    list
}

/// `coverage`：closed、open 或完整的种类。
fn coverage(book: Option<&Book>, reader: &Reader<'_>, sink: &mut Sink) -> Option<Coverage> {
    match reader.get("coverage").map(|n| &n.kind) {
        None => Some(Coverage::Closed),
        Some(NodeKind::Text(t)) if t == "closed" => Some(Coverage::Closed),
        Some(NodeKind::Text(t)) if t == "open" => Some(Coverage::Open),
        Some(NodeKind::Array(_)) => {
            let kinds = reader.texts("coverage", sink);
            for (kind, node) in &kinds {
                if let Some(book) = book.filter(|book| book.vocabulary.kind(kind).is_none()) {
                    let hint = book.vocabulary.nearest_kind(kind);
                    let message = format!("没有事件 {kind}");
                    sink.error(&reader.at(node), Code::Event, message, hint);
                }
            }
            Some(Coverage::of_kinds(kinds.into_iter().map(|(kind, _)| kind)))
        }
        Some(_) => {
            let message = "coverage 应为 closed、open 或种类列表";
            sink.error(&reader.at_key("coverage"), Code::Type, message, None);
            None
        }
    }
}

fn value(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Text(t) => Value::Text(t.clone()),
        NodeKind::Int(n) => Value::Int(*n),
        NodeKind::Bool(b) => Value::Bool(*b),
        NodeKind::Array(items) => Value::List(items.iter().map(value).collect()),
        NodeKind::Table(entries) => Value::Record(
            entries
                .iter()
                .map(|(k, _, v)| (k.clone(), value(v)))
                .collect(),
        ),
        NodeKind::Other(name) => Value::Text((*name).to_owned()),
    }
}

fn table_values(entries: &[(String, std::ops::Range<usize>, Node)]) -> Vec<(String, Value)> {
    entries
        .iter()
        .map(|(k, _, v)| (k.clone(), value(v)))
        .collect()
}

/// 写入事实，展开简写：`department`、`region`、`party = "legal"`、`cards = {A = "valid"}`。
fn set_fact(vocabulary: &Vocabulary, facts: &mut Facts, key: &str, value: &Value) {
    match (key, value) {
        ("department", _) => facts.set("body.department", value.clone()),
        ("region", _) => facts.set("body.region", value.clone()),
        ("party", Value::Text(_)) => facts.set("party.kind", value.clone()),
        ("cards", Value::Record(cards)) => {
            for (who, state) in cards {
                facts.set(&format!("officers.{who}.card"), state.clone());
            }
        }
        (scope, Value::Record(fields))
            if vocabulary.scope(scope).is_some() || scope == "parties" =>
        {
            for (field, inner) in fields {
                match inner {
                    // One level deeper for keyed scopes: officers.A.card, parties.p1.kind.
                    Value::Record(deeper) => {
                        for (name, v) in deeper {
                            facts.set(&format!("{scope}.{field}.{name}"), v.clone());
                        }
                    }
                    other => facts.set(&format!("{scope}.{field}"), other.clone()),
                }
            }
        }
        _ => facts.set(key, value.clone()),
    }
}

/// 示例的事实，供其他测试重用。
pub fn facts_of(vocabulary: &Vocabulary, pairs: &BTreeMap<String, Value>) -> Facts {
    let mut facts = Facts::default();
    for (key, value) in pairs {
        set_fact(vocabulary, &mut facts, key, value);
    }
    facts
}
