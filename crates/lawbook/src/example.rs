//! 示例：规则文件里的小时间线与期望的结果，加载之外单独运行。

mod of_rule;

use std::collections::BTreeMap;
use std::sync::Arc;

use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::{Actor, Event, Source};
use mingjing_domain::finding::{Outcome, RuleResult, Severity};
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_domain::value::Value;
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::due::DueAt;

use crate::assess::{Options, assess};
use crate::book::Book;
use crate::cel::types::Type;
use crate::diagnostic::{At, Code, Diagnostic, Sink, nearest, or_nearest};
use crate::forms::{Form, Part};
use crate::lawbook::Lawbook;
use crate::rule::{DecidedBy, Rule, RuleStatus};
use crate::sets::{SetOptions, SetResult, assess_set};
use crate::tree::{Node, NodeKind, Reader};
use crate::vocabulary::Vocabulary;

pub use self::of_rule::Examples;

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

/// 运行全部规则的示例；不成立为 LB12，缺少为 LB13。
pub fn test(lawbook: &Lawbook) -> Vec<Diagnostic> {
    let mut sink = Sink::default();
    for rule in &lawbook.rules {
        missing_examples(rule, &mut sink);
        for example in &rule.examples {
            if let Err((at, reason)) = run(lawbook, rule, example) {
                let message = format!("{} 示例“{}”{reason}", rule.code, example.story.name);
                sink.error(&at, Code::Example, message, None);
            }
        }
    }
    sink.diagnostics
}

/// LB13：每条规则须有违反、恰好合规、无法判定各一例；只作指引的规则除外。
fn missing_examples(rule: &Rule, sink: &mut Sink) {
    let is_pointer = |p: &Part| matches!(p.form, Form::Refers);
    let only_refers = rule.parts.iter().all(is_pointer);
    if only_refers || rule.status != RuleStatus::Stable {
        return;
    }
    for wanted in ["violation", "pass", "undetermined"] {
        if !rule.examples.iter().any(|e| e.expect == wanted) {
            sink.error(
                &rule.at,
                Code::ExampleMissing,
                format!("{} 缺少期望为 {wanted} 的示例", rule.code),
                None,
            );
        }
    }
}

/// 运行一个跨案的示例。
fn run_set(lawbook: &Lawbook, rule: &Rule, example: &Example) -> Result<(), (At, String)> {
    let story = &example.story;
    let fail = |reason: String| Err((story.at.clone(), reason));
    let vocabulary = &lawbook.book.vocabulary;
    let timelines = example.timelines(vocabulary, rule)?;
    for timeline in &timelines {
        if let Err(reason) = story.check(vocabulary, timeline) {
            return fail(reason);
        }
    }
    let options = SetOptions {
        as_of: story.as_of,
        known_at: None,
        keep_all: true,
    };
    let assessment = assess_set(lawbook, &timelines, &options);
    let own = assessment
        .results
        .iter()
        .filter(|r| r.result.code == rule.code && example.is_about(rule, &r.result));
    let own: Vec<&SetResult> = own.collect();
    let results: Vec<&RuleResult> = own.iter().map(|r| &r.result).collect();
    let outcome = overall(&results);
    if outcome.name() != example.expect {
        let (wanted, got) = (&example.expect, outcome.name());
        return fail(format!(
            "期望 {wanted}，得到 {got}{}",
            trace(lawbook, &results)
        ));
    }
    let agreeing = own.iter().filter(|r| r.result.outcome == outcome);
    let reasons: Vec<String> = agreeing
        .map(|r| {
            let details = check_details(example, rule, &r.result);
            details
                .and_then(|()| example.check_set(r))
                .err()
                .unwrap_or_default()
        })
        .collect();
    if !reasons.is_empty() && reasons.iter().all(|r| !r.is_empty()) {
        return fail(format!("{}{}", reasons[0], trace(lawbook, &results)));
    }
    Ok(())
}

impl Example {
    /// 是不是所看的那个部分的结果。
    fn is_about(&self, rule: &Rule, result: &RuleResult) -> bool {
        self.part.as_ref().is_none_or(|id| {
            rule.parts[usize::from(result.part)].id.as_deref() == Some(id.as_str())
                || result.part.to_string() == *id
        })
    }

    fn check_set(&self, result: &SetResult) -> Result<(), String> {
        if let Some(wanted) = &self.counted {
            let mut wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
            wanted.sort_unstable();
            let got: Vec<&str> = result.counted.iter().map(AsRef::as_ref).collect();
            if got != wanted {
                let (wanted, got) = (wanted.join("、"), got.join("、"));
                return Err(format!("期望数了 {wanted}，实际数了 {got}"));
            }
        }
        match (&self.period, &result.period) {
            (Some(wanted), got) if got.as_ref() != Some(wanted) => {
                let got = got.as_deref().unwrap_or("无");
                Err(format!("期望期间 {wanted}，得到 {got}"))
            }
            _ => Ok(()),
        }
    }
}

/// 运行一个示例。
fn run(lawbook: &Lawbook, rule: &Rule, example: &Example) -> Result<(), (At, String)> {
    if !example.cases.is_empty() {
        return run_set(lawbook, rule, example);
    }
    let timeline = example.timeline(&lawbook.book.vocabulary, rule)?;
    let story = &example.story;
    let fail = |reason: String| Err((story.at.clone(), reason));
    if let Err(reason) = story.check(&lawbook.book.vocabulary, &timeline) {
        return fail(reason);
    }
    let options = Options {
        as_of: story.as_of,
        known_at: None,
        keep_all: true,
        skip_duties: false,
    };
    let assessment = assess(lawbook, &timeline, &options);
    let own: Vec<&RuleResult> = assessment
        .results
        .iter()
        .filter(|r| r.code == rule.code)
        .collect();
    let part = |r: &&&RuleResult| example.is_about(rule, r);
    let relevant: Vec<&RuleResult> = own.iter().filter(part).copied().collect();
    let outcome = overall(&relevant);
    if outcome.name() != example.expect {
        return fail(format!(
            "期望 {}，得到 {}{}",
            example.expect,
            outcome.name(),
            trace(lawbook, &relevant)
        ));
    }
    let reasons: Vec<String> = relevant
        .iter()
        .filter(|r| r.outcome == outcome)
        .map(|result| {
            check_details(example, rule, result)
                .err()
                .unwrap_or_default()
        })
        .collect();
    if !reasons.is_empty() && reasons.iter().all(|r| !r.is_empty()) {
        return fail(format!("{}{}", reasons[0], trace(lawbook, &relevant)));
    }
    for (code, expected) in &example.also {
        let others: Vec<&RuleResult> = assessment
            .results
            .iter()
            .filter(|r| r.code.as_ref() == code)
            .collect();
        let got = overall(&others);
        if got.name() != expected {
            return fail(format!(
                "期望 {code} 为 {expected}，得到 {}{}",
                got.name(),
                trace(lawbook, &others)
            ));
        }
    }
    Ok(())
}

/// 全部结果合成一个：有不合规即不合规，其次无法判定、合规、不适用。
pub fn overall(results: &[&RuleResult]) -> Outcome {
    [Outcome::Violation, Outcome::Undetermined, Outcome::Pass]
        .into_iter()
        .find(|o| results.iter().any(|r| r.outcome == *o))
        .unwrap_or(Outcome::NotApplicable)
}

fn check_details(example: &Example, rule: &Rule, result: &RuleResult) -> Result<(), String> {
    if let Some(expected) = &example.severity
        && Severity::parse(expected) != Some(result.severity)
    {
        return Err(format!("期望程度 {expected}，得到 {}", result.severity));
    }
    if let Some(expected) = &example.status {
        let got = result.status.map_or("", |s| s.name());
        if got != expected {
            return Err(format!("期望状态 {expected}，得到 {got}"));
        }
    }
    if let Some(expected) = &example.due {
        let got = match result.detail.due.as_ref().map(|d| d.at) {
            Some(DueAt::Day(day)) => day.to_string(),
            Some(DueAt::Minute(at)) => at.to_string(),
            Some(DueAt::Suspended { .. }) => "suspended".to_owned(),
            None => "无".to_owned(),
        };
        if got != *expected {
            return Err(format!("期望到期 {expected}，得到 {got}"));
        }
    }
    if let Some(expected) = example.late {
        let got = result.detail.late.map(|l| i64::from(l.amount()));
        if got != Some(expected) {
            return Err(format!("期望逾期 {expected}，得到 {got:?}"));
        }
    }
    if let Some(expected) = &example.missing {
        for what in expected {
            if !result.missing.iter().any(|m| m.what.as_ref() == what) {
                let got: Vec<&str> = result.missing.iter().map(|m| m.what.as_ref()).collect();
                return Err(format!("期望缺 {what}，实际缺 {}", got.join("、")));
            }
        }
    }
    if let Some(expected) = &example.marks {
        let mut got: Vec<&str> = result.marks.iter().map(|m| m.name()).collect();
        let mut wanted: Vec<&str> = expected.iter().map(String::as_str).collect();
        got.sort_unstable();
        wanted.sort_unstable();
        if got != wanted {
            return Err(format!(
                "期望标记 {}，得到 {}",
                wanted.join("、"),
                got.join("、")
            ));
        }
    }
    let expects_doubt = rule.decided_by == DecidedBy::Both && result.outcome == Outcome::Violation;
    if expects_doubt && result.status != Some(mingjing_domain::finding::Status::Doubt) {
        return Err("［半］规则的不合规应为疑点".to_owned());
    }
    Ok(())
}

/// 附在错误之后的推算，帮助改示例或规则。
fn trace(lawbook: &Lawbook, results: &[&RuleResult]) -> String {
    let lines: Vec<String> = results
        .iter()
        .map(|r| {
            let missing: Vec<&str> = r.missing.iter().map(|m| m.what.as_ref()).collect();
            let due = r.detail.due.as_ref().map(|d| {
                let words = d
                    .derivation
                    .in_words(&lawbook.calendar, &|tag| format!("扣除{tag}"));
                words.join("")
            });
            format!(
                "［部分{} {} 缺：{} {}］",
                r.part,
                r.outcome.in_chinese(),
                missing.join("、"),
                due.unwrap_or_default()
            )
        })
        .collect();
    if lines.is_empty() {
        String::new()
    } else {
        format!("；推算：{}", lines.join(""))
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
