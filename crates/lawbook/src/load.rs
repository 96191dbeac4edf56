//! 加载：读全部文件，检查全部内容，报告全部错误。

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mingjing_kernel::calendar::{CalendarYear, Holiday, WorkCalendar};
use mingjing_kernel::date::Date;

use crate::book::{Book, DutyName, Term};
use crate::cel::compile::Deps;
use crate::derived::{self, Derived};
use crate::diagnostic::{At, Code, Diagnostic, Sink, SourceFile};
use crate::lawbook::Lawbook;
use crate::procedure;
use crate::rule::{self, Rule};
use crate::tree::{self, Node, Reader};
use crate::vocabulary::labels;

/// 加载的结果：法典（能建立时）与全部错误。
pub struct Loaded {
    /// 法典；有错误的规则不在其中。
    pub lawbook: Option<Lawbook>,
    /// 错误。
    pub diagnostics: Vec<Diagnostic>,
}

/// 加载法典。没有错误才可用于评估。
pub fn load(files: &[SourceFile]) -> Loaded {
    let mut sink = Sink::default();
    let parsed: Vec<(SourceFile, Node)> = files
        .iter()
        .filter(|f| f.path.ends_with(".toml") && !f.path.starts_with("catalogue/"))
        .filter_map(|f| Some((f.clone(), tree::parse(f, &mut sink)?)))
        .collect();
    let files = Files(parsed);
    let mut book = Book::default();
    let version = read_head(&files, &mut book, &mut sink);
    files.each("facts/", &mut sink, |r, sink| {
        book.vocabulary.read_facts(r, sink)
    });
    files.each("events/", &mut sink, |r, sink| {
        book.vocabulary.read_events(r, sink)
    });
    let calendar = read_calendars(&files, &mut sink);
    files.each("statutes/", &mut sink, |r, sink| {
        book.statutes.read(r, sink)
    });
    let vocabulary = std::mem::take(&mut book.vocabulary);
    files.each("parameters/", &mut sink, |r, sink| {
        book.parameters.read(&vocabulary, r, sink)
    });
    book.vocabulary = vocabulary;
    files.each("terms/", &mut sink, |r, sink| {
        read_terms(&mut book, r, sink)
    });
    register_derived(&files, &mut book, &mut sink);
    register_rules(&files, &mut book, &mut sink);
    let derived = read_derived(&files, &book, &mut sink);
    let rules = read_rules(&files, &book, &mut sink);
    let mut procedures = Vec::new();
    files.each("procedures/", &mut sink, |r, sink| {
        procedures.extend(procedure::read(&book, r, sink))
    });
    check_procedures(&rules, &procedures, &mut sink);
    check_cycles(&book, &derived, &rules, &mut sink);
    let complete = derived.len() == book.derived_ids.len() && rules.len() == book.rules.len();
    let lawbook = match (calendar, version) {
        (Some(calendar), Some(version)) if complete => {
            let mut lawbook = Lawbook {
                version,
                book,
                calendar,
                derived,
                rules,
                procedures,
                by_kind: Vec::new(),
                always: Vec::new(),
            };
            lawbook.attach_duties();
            lawbook.index();
            Some(lawbook)
        }
        _ => None,
    };
    let mut diagnostics = sink.diagnostics;
    diagnostics.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    diagnostics.dedup();
    Loaded {
        lawbook,
        diagnostics,
    }
}

impl Lawbook {
    fn attach_duties(&mut self) {
        for (id, duty) in self.book.duties.iter().enumerate() {
            if let Some(part) = self.rules[duty.rule].parts.get_mut(duty.part) {
                part.duty = Some(id);
            }
        }
    }
}

struct Files(Vec<(SourceFile, Node)>);

impl Files {
    fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a (SourceFile, Node)> {
        self.0
            .iter()
            .filter(move |(file, _)| file.path.starts_with(prefix))
    }

    fn each(&self, prefix: &str, sink: &mut Sink, mut f: impl FnMut(&Reader<'_>, &mut Sink)) {
        for (file, node) in self.under(prefix) {
            if let Some(reader) = Reader::new(file, node, sink) {
                f(&reader, sink);
                reader.finish(sink);
            }
        }
    }

    fn one(&self, path: &str, sink: &mut Sink) -> Option<Reader<'_>> {
        match self.0.iter().find(|(file, _)| file.path.as_ref() == path) {
            Some((file, node)) => Reader::new(file, node, sink),
            None => {
                let at = At {
                    file: SourceFile::new(path, ""),
                    span: 0..0,
                };
                sink.error(&at, Code::Key, format!("缺少文件 {path}"), None);
                None
            }
        }
    }
}

/// 读日期键（加引号的 YYYY-MM-DD）。
pub(crate) fn date(reader: &Reader<'_>, key: &str, sink: &mut Sink) -> Option<Date> {
    let text = reader.text_required(key, sink)?;
    match Date::parse_iso(text) {
        Ok(date) => Some(date),
        Err(e) => {
            let at = reader
                .get(key)
                .map_or_else(|| reader.here(), |n| reader.at(n));
            sink.error(
                &at,
                Code::Type,
                format!("{key} 不是日期：{e}"),
                Some("写作 \"2021-07-15\"".into()),
            );
            None
        }
    }
}

fn read_head(files: &Files, book: &mut Book, sink: &mut Sink) -> Option<Arc<str>> {
    if let Some(reader) = files.one("codes.toml", sink) {
        book.vocabulary.read_codes(&reader, sink);
    }
    let reader = files.one("lawbook.toml", sink)?;
    let version = reader.text_required("version", sink).map(Arc::from);
    if reader.int("format", sink) != Some(1) {
        sink.error(&reader.here(), Code::Type, "format 应为 1", None);
    }
    let pairs = |key: &str, sink: &mut Sink| -> BTreeMap<String, String> {
        reader.table(key, sink).map_or_else(BTreeMap::new, |t| {
            t.all()
                .iter()
                .filter_map(|(k, _, v)| Some((k.clone(), v.text()?.to_owned())))
                .collect()
        })
    };
    book.vocabulary.departments = pairs("departments", sink);
    book.vocabulary.regions = pairs("regions", sink);
    if let Some(roles) = reader.get("roles") {
        book.vocabulary.add_list("role", labels(roles));
    }
    reader.text("note", sink);
    reader.finish(sink);
    version
}

fn read_calendars(files: &Files, sink: &mut Sink) -> Option<WorkCalendar> {
    let mut years = Vec::new();
    let mut last = None;
    files.each("calendars/", sink, |reader, sink| {
        last = Some(reader.here());
        let Some(year) = reader.int("year", sink).and_then(|y| i16::try_from(y).ok()) else {
            sink.error(&reader.here(), Code::Key, "缺少 year", None);
            return;
        };
        let notice = reader
            .text_required("notice", sink)
            .unwrap_or("")
            .to_owned();
        let mut holidays = Vec::new();
        for holiday in reader.tables("holiday", sink) {
            holidays.push(Holiday {
                name: holiday.text_required("name", sink).unwrap_or("").to_owned(),
                off: days(&holiday, "off", sink),
                work: days(&holiday, "work", sink),
                notice: holiday.text("notice", sink).map(str::to_owned),
            });
            holiday.finish(sink);
        }
        years.push(CalendarYear {
            year,
            notice,
            holidays,
        });
    });
    match WorkCalendar::from_years(years) {
        Ok(calendar) => Some(calendar),
        Err(e) => {
            let at = last.unwrap_or(At {
                file: SourceFile::new("calendars/", ""),
                span: 0..0,
            });
            sink.error(&at, Code::Calendar, e.to_string(), None);
            None
        }
    }
}

/// 日期或 `起..止`（含两端）的列表。
fn days(reader: &Reader<'_>, key: &str, sink: &mut Sink) -> Vec<Date> {
    let mut list = Vec::new();
    for (text, node) in reader.texts(key, sink) {
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        match (Date::parse_iso(first), Date::parse_iso(last)) {
            (Ok(a), Ok(b)) if a <= b && b.days_since(a) < 60 => {
                list.extend((0..=b.days_since(a)).map(|i| a.add_days(i)));
            }
            _ => sink.error(
                &reader.at(node),
                Code::Type,
                format!("不是日期或日期段：{text}"),
                None,
            ),
        }
    }
    list
}

fn read_terms(book: &mut Book, reader: &Reader<'_>, sink: &mut Sink) {
    let Some(terms) = reader.table("term", sink) else {
        return;
    };
    for (name, _, node) in terms.all() {
        let Some(reader) = Reader::new(terms.file, node, sink) else {
            continue;
        };
        let label = reader.text_required("name", sink).unwrap_or(name).into();
        let is = reader.text("is", sink);
        let value = reader.text("value", sink);
        let select = reader.text("select", sink).map(str::to_owned);
        reader.texts("cite", sink);
        reader.texts("mark", sink);
        reader.text("note", sink);
        if [is.is_some(), value.is_some(), select.is_some()]
            .into_iter()
            .filter(|b| *b)
            .count()
            != 1
        {
            sink.error(
                &reader.here(),
                Code::Key,
                "定义须有且只有 is、value、select 之一",
                None,
            );
        }
        let term = Term {
            label,
            expression: is.or(value).map(str::to_owned),
            select,
        };
        let here = reader.here();
        reader.finish(sink);
        if book.terms.insert(name.clone(), term).is_some() {
            sink.error(&here, Code::Duplicate, format!("定义 {name} 重复"), None);
        }
    }
}

fn register_derived(files: &Files, book: &mut Book, sink: &mut Sink) {
    files.each("derived/", sink, |reader, sink| {
        let Some(table) = reader.table("derived", sink) else {
            return;
        };
        for (name, span, node) in table.all() {
            let each = node
                .entries()
                .iter()
                .find(|(k, _, _)| k == "each")
                .and_then(|(_, _, n)| n.text());
            let at = At {
                file: table.file.clone(),
                span: span.clone(),
            };
            match each {
                Some(each) if book.vocabulary.kind(each).is_some() => {
                    book.derived_ids
                        .insert(name.clone(), book.derived_kinds.len());
                    book.derived_kinds.push(each.to_owned());
                }
                Some(each) => {
                    let hint = book.vocabulary.nearest_kind(each);
                    sink.error(&at, Code::Event, format!("没有事件 {each}"), hint);
                }
                None => sink.error(&at, Code::Key, "缺少 each", None),
            }
        }
    });
}

fn register_rules(files: &Files, book: &mut Book, sink: &mut Sink) {
    for (file, node) in files.under("rules/") {
        let Some(stub) = rule::stub(node) else {
            continue;
        };
        let index = book.rules.len();
        if book.rules.insert(stub.code.clone(), index).is_some() {
            let at = At {
                file: file.clone(),
                span: node.span.clone(),
            };
            sink.error(
                &at,
                Code::Duplicate,
                format!("编码 {} 重复", stub.code),
                None,
            );
            continue;
        }
        let code: Arc<str> = stub.code.as_str().into();
        for (part, (id, form)) in stub.parts.iter().enumerate() {
            if form == "deadline" {
                let id = id.as_deref().map(Arc::from);
                book.duties.push(DutyName {
                    code: code.clone(),
                    id,
                    rule: index,
                    part,
                });
            }
        }
    }
}

fn read_derived(files: &Files, book: &Book, sink: &mut Sink) -> Vec<Derived> {
    let mut list: BTreeMap<usize, Derived> = BTreeMap::new();
    files.each("derived/", sink, |reader, sink| {
        let Some(table) = reader.table("derived", sink) else {
            return;
        };
        for (name, _, node) in table.all() {
            let Some(reader) = Reader::new(table.file, node, sink) else {
                continue;
            };
            if let (Some(id), Some(derived)) = (
                book.derived_ids.get(name),
                derived::read(book, name, &reader, sink),
            ) {
                list.insert(*id, derived);
            }
            reader.finish(sink);
        }
    });
    list.into_values().collect()
}

fn read_rules(files: &Files, book: &Book, sink: &mut Sink) -> Vec<Rule> {
    let mut seen = BTreeSet::new();
    let mut rules = Vec::new();
    for (file, node) in files.under("rules/") {
        let Some(reader) = Reader::new(file, node, sink) else {
            continue;
        };
        let code = rule::stub(node).map(|s| s.code);
        if code.is_some_and(|code| !seen.insert(code)) {
            continue;
        }
        let before = sink.diagnostics.len();
        let read = rule::read(book, reader, sink);
        // A part that failed would shift the numbering of duties; such a rule is only reported.
        if sink.diagnostics.len() == before
            || read
                .as_ref()
                .is_some_and(|r| r.parts.len() == stub_parts(node))
        {
            rules.extend(read);
        }
    }
    rules
}

fn stub_parts(node: &Node) -> usize {
    rule::stub(node).map_or(0, |s| s.parts.len())
}

/// LB11：规则限定的程序须存在，触发的种类须在其中出现过（程序表为空时不查）。
fn check_procedures(rules: &[Rule], procedures: &[procedure::Procedure], sink: &mut Sink) {
    for rule in rules {
        for name in &rule.procedures {
            if !procedures.iter().any(|p| p.name == *name) {
                let message = format!("规则限定的程序 {name} 不存在，规则永不触发");
                sink.error(&rule.at, Code::DeadRule, message, None);
            }
        }
    }
}

/// LB08：推定与义务不得成环。
fn check_cycles(book: &Book, derived: &[Derived], rules: &[Rule], sink: &mut Sink) {
    let duty_deps: Vec<Option<&Deps>> = book
        .duties
        .iter()
        .map(|d| {
            rules
                .iter()
                .find(|r| r.code == d.code)
                .and_then(|r| r.parts.get(d.part))
                .map(|p| &p.deps)
        })
        .collect();
    let count = book.duties.len();
    let edges = |node: usize| -> Vec<usize> {
        let deps = if node < count {
            duty_deps[node]
        } else {
            derived.get(node - count).map(|d| &d.deps)
        };
        deps.map_or_else(Vec::new, |d| {
            d.duties
                .iter()
                .copied()
                .chain(d.derived.iter().map(|i| i + count))
                .collect()
        })
    };
    let mut state = vec![0u8; count + derived.len()];
    for root in 0..state.len() {
        if let Some(node) = find_cycle(root, &edges, &mut state) {
            let (name, at) = match book.duties.get(node) {
                Some(duty) => (
                    duty.code.to_string(),
                    rules
                        .iter()
                        .find(|r| r.code == duty.code)
                        .map(|r| r.at.clone()),
                ),
                None => (format!("derived.{}", derived[node - count].name), None),
            };
            let at = at.unwrap_or(At {
                file: SourceFile::new("derived/", ""),
                span: 0..0,
            });
            sink.error(
                &at,
                Code::Cycle,
                format!("{name} 的期限经过推定日期又回到自己"),
                None,
            );
        }
    }
}

/// 深度优先找环；0 未看、1 在路上、2 看完。
fn find_cycle(root: usize, edges: &dyn Fn(usize) -> Vec<usize>, state: &mut [u8]) -> Option<usize> {
    let mut stack: Vec<(usize, Vec<usize>)> = Vec::new();
    if state[root] == 0 {
        state[root] = 1;
        stack.push((root, edges(root)));
    }
    let mut found = None;
    while let Some((node, list)) = stack.last_mut() {
        match list.pop() {
            Some(next) if state[next] == 1 => found = Some(next),
            Some(next) if state[next] == 0 => {
                state[next] = 1;
                stack.push((next, edges(next)));
            }
            Some(_) => {}
            None => {
                state[*node] = 2;
                stack.pop();
            }
        }
    }
    found
}
