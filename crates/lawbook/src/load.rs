//! 加载：读全部文件，检查全部内容，报告全部错误。

mod calendars;
mod checks;
mod discretion;
mod released;
pub mod schema;
mod terms;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use mingjing_kernel::date::Date;

use crate::book::{Book, DutyName};
use crate::cel::compile::{Env, Test, compile_test};
use crate::cel::types::KindId;
use crate::context::Slot;
use crate::derived::{self, Derived};
use crate::diagnostic::{At, Code, Diagnostic, Sink, SourceFile, nearest};
use crate::lawbook::Lawbook;
use crate::plan::Plan;
use crate::procedure::{self, Procedure};
use crate::publication::{self, Publication};
use crate::rule::{self, Rule};
use crate::sheet::read as sheet;
use crate::sheet::{Sheet, Veto};
use crate::statutes::Statutes;
use crate::tree::{self, Node, NodeKind, Reader};
use crate::vocabulary::{Kind, labels};

/// 加载的结果：法典（能建立时）与全部错误。
pub struct Loaded {
    /// 法典；有错误的规则不在其中。
    pub lawbook: Option<Lawbook>,
    /// 错误。
    pub diagnostics: Vec<Diagnostic>,
}

/// 读成了树的一些文件，与其间的错误。一个文件的树与别的文件无关：几份可以同时读，由 [`load_parsed`] 合成法典。
pub struct Parsed {
    files: Files,
    sink: Sink,
}

/// 把一些文件读成树：加载一部法典的功夫，一半以上在这里。
pub fn parse(files: &[SourceFile]) -> Parsed {
    let mut sink = Sink::default();
    let files = Files::parse(files, &mut sink);
    Parsed { files, sink }
}

/// 加载法典。没有错误才可用于评估。
pub fn load(files: &[SourceFile]) -> Loaded {
    load_parsed([parse(files)])
}

/// 由读好的各份加载法典；各份的先后就是文件的先后。
pub fn load_parsed(parts: impl IntoIterator<Item = Parsed>) -> Loaded {
    let mut files = Files::default();
    let mut sink = Sink::default();
    for mut part in parts {
        files.parsed.append(&mut part.files.parsed);
        files.failed.append(&mut part.files.failed);
        sink.diagnostics.append(&mut part.sink.diagnostics);
    }
    let lawbook = read(&mut files, &mut sink);
    let mut diagnostics = sink.diagnostics;
    diagnostics.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    diagnostics.dedup();
    Loaded {
        lawbook,
        diagnostics,
    }
}

/// 由读好的树建立法典。
fn read(files: &mut Files, sink: &mut Sink) -> Option<Lawbook> {
    files.check_folders(sink);
    let mut book = Book::default();
    let version = read_head(files, &mut book, sink);
    read_words(files, &mut book, sink);
    let calendar = calendars::read(files, sink);
    register_derived(files, &mut book, sink);
    register_rules(files, &mut book, sink);
    let derived = read_derived(files, &book, sink);
    let rules = read_rules(files, &book, sink);
    let procedures = read_procedures(files, &book, sink);
    let publications = read_publications(files, &book, sink);
    let openings = read_openings(&book, sink);
    let (vetoes, sheets) = read_sheets(files, &book, (&rules, &procedures), sink);
    let (discretion_general, discretion) = discretion::read(files, &book, sink);
    checks::procedures(&book, &rules, &procedures, sink);
    checks::cycles(&book, &derived, &rules, sink);
    if let Some(reader) = files.optional(released::PATH, sink) {
        released::check(&book, &reader, sink);
        reader.finish(sink);
    }
    let complete = derived.len() == book.derived_ids.len() && rules.len() == book.rules.len();
    match (calendar, version) {
        (Some(calendar), Some(version)) if complete => {
            let mut lawbook = Lawbook {
                version,
                book,
                calendar,
                derived,
                rules,
                procedures,
                publications,
                openings,
                set_parts: Vec::new(),
                vetoes,
                sheets,
                discretion,
                discretion_general,
                plan: Plan::default(),
                reads: Vec::new(),
            };
            lawbook.attach_duties();
            lawbook.index();
            Some(lawbook)
        }
        _ => None,
    }
}

/// 规则用到的词：事实、事件、法规、参数、定义。
fn read_words(files: &Files, book: &mut Book, sink: &mut Sink) {
    files.each("facts/", sink, |r, sink| {
        book.vocabulary.read_facts(r, sink)
    });
    files.each("events/", sink, |r, sink| {
        book.vocabulary.read_events(r, sink)
    });
    let vocabulary = std::mem::take(&mut book.vocabulary);
    files.each("statutes/", sink, |r, sink| {
        book.statutes.read(&vocabulary, r, sink)
    });
    files.each("parameters/", sink, |r, sink| {
        book.parameters.read(&vocabulary, &book.statutes, r, sink)
    });
    book.vocabulary = vocabulary;
    files.each("terms/", sink, |r, sink| terms::read(book, r, sink));
    terms::check(files, book, sink);
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

/// 法典的文件夹。
const FOLDERS: [&str; 12] = [
    "calendars",
    "derived",
    "discretion",
    "events",
    "facts",
    "parameters",
    "procedures",
    "publications",
    "rules",
    "sheets",
    "statutes",
    "terms",
];
/// 法典根下的文件。
const FILES: [&str; 3] = ["lawbook.toml", "codes.toml", released::PATH];

/// 全部文件及其内容。
#[derive(Default)]
struct Files {
    parsed: Vec<(SourceFile, Node)>,
    /// 有文件而读不出的：已各自报错，不再说缺少。
    failed: BTreeSet<Arc<str>>,
}

impl Files {
    fn parse(files: &[SourceFile], sink: &mut Sink) -> Files {
        let mut parsed = Vec::new();
        let mut failed = BTreeSet::new();
        for file in files {
            if !file.path.ends_with(".toml") || file.path.starts_with("catalogue/") {
                continue;
            }
            match tree::parse(file, sink) {
                Some(node) => parsed.push((file.clone(), node)),
                None => {
                    failed.insert(file.path.clone());
                }
            }
        }
        Files { parsed, failed }
    }

    fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a (SourceFile, Node)> {
        self.parsed
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

    /// 各文件里写在 `lead` 之后的标识；自己的表头不算用到。
    fn mentioned(&self, lead: &str) -> HashSet<&str> {
        let mut names = HashSet::new();
        for (file, _) in &self.parsed {
            let text: &str = &file.text;
            for (at, _) in text.match_indices(lead) {
                let rest = &text[at + lead.len()..];
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                if !text[..at].ends_with('[') {
                    names.insert(&rest[..end.unwrap_or(rest.len())]);
                }
            }
        }
        names
    }

    fn optional(&self, path: &str, sink: &mut Sink) -> Option<Reader<'_>> {
        let (file, node) = self
            .parsed
            .iter()
            .find(|(file, _)| file.path.as_ref() == path)?;
        Reader::new(file, node, sink)
    }

    /// 放错地方的文件不会被读到，等于没有写。
    fn check_folders(&self, sink: &mut Sink) {
        for (file, _) in &self.parsed {
            let (folder, known) = match file.path.split_once('/') {
                Some((folder, _)) => (folder, FOLDERS.contains(&folder)),
                None => (file.path.as_ref(), FILES.contains(&file.path.as_ref())),
            };
            if !known {
                let at = At {
                    file: file.clone(),
                    span: 0..0,
                };
                let hint = nearest(folder, FOLDERS.into_iter().chain(FILES));
                let message = format!("法典没有这样的文件或文件夹 {folder}，其中的内容不会被读到");
                sink.error(&at, Code::Key, message, hint);
            }
        }
    }

    fn one(&self, path: &str, sink: &mut Sink) -> Option<Reader<'_>> {
        match self
            .parsed
            .iter()
            .find(|(file, _)| file.path.as_ref() == path)
        {
            Some((file, node)) => Reader::new(file, node, sink),
            None if self.failed.contains(path) => None,
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

/// 一个文件顶层某个键的位置；没有则为 `at`。
fn key_at(at: &At, key: &str) -> At {
    // The tree has been dropped after reading; an error is worth reading the file again.
    let tree = tree::parse(&at.file, &mut Sink::default());
    let entries = tree.as_ref().map_or(&[][..], Node::entries);
    let entry = entries.iter().find(|(k, _, _)| k == key);
    entry.map_or_else(
        || at.clone(),
        |(_, _, node)| At {
            file: at.file.clone(),
            span: node.span.clone(),
        },
    )
}

/// 读日期键（加引号的 YYYY-MM-DD）。
pub(crate) fn date(reader: &Reader<'_>, key: &'static str, sink: &mut Sink) -> Option<Date> {
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
        sink.error(&reader.at_key("format"), Code::Type, "format 应为 1", None);
    }
    book.vocabulary.departments = pairs(&reader, "departments", sink);
    book.vocabulary.regions = pairs(&reader, "regions", sink);
    book.vocabulary.areas = pairs(&reader, "areas", sink);
    if let Some(roles) = reader.table("roles", sink) {
        book.vocabulary.add_list("role", labels(&roles, sink));
    }
    reader.text("note", sink);
    reader.finish(sink);
    version
}

/// 代码 = "中文名" 的表，按代码排列。
fn pairs(reader: &Reader<'_>, key: &'static str, sink: &mut Sink) -> BTreeMap<String, String> {
    reader.table(key, sink).map_or_else(BTreeMap::new, |table| {
        let labels = labels(&table, sink);
        labels
            .iter()
            .map(|(k, v)| (k.to_string(), v.to_string()))
            .collect()
    })
}

/// 引用须在法规库里（LB06）；参数、定义、推定日期没有自己的施行期间，只查存在。
pub(crate) fn citations(
    statutes: &Statutes,
    reader: &Reader<'_>,
    sink: &mut Sink,
) -> Vec<Arc<str>> {
    let list = reader.texts("cite", sink);
    for (text, node) in &list {
        if let Err(reason) = statutes.check_listed(text) {
            sink.error(
                &reader.at(node),
                Code::Citation,
                reason,
                Some("补充 statutes/ 或改引用".into()),
            );
        }
    }
    list.into_iter().map(|(text, _)| Arc::from(text)).collect()
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
        if book.rules.insert(stub.code.to_owned(), index).is_some() {
            let at = At {
                file: file.clone(),
                span: stub.span.clone(),
            };
            sink.error(
                &at,
                Code::Duplicate,
                format!("编码 {} 重复", stub.code),
                Some("一个编码一个文件".into()),
            );
            continue;
        }
        let code: Arc<str> = stub.code.into();
        for (part, (id, form)) in stub.parts.iter().enumerate() {
            if *form == "deadline" {
                let id = id.map(Arc::from);
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

fn read_procedures(files: &Files, book: &Book, sink: &mut Sink) -> Vec<Procedure> {
    let mut procedures = Vec::new();
    files.each("procedures/", sink, |r, sink| {
        procedures.extend(procedure::read(book, r, sink))
    });
    procedures
}

fn read_publications(files: &Files, book: &Book, sink: &mut Sink) -> Vec<Publication> {
    let mut publications = Vec::new();
    files.each("publications/", sink, |r, sink| {
        publications.extend(publication::read(book, r, sink))
    });
    publications
}

/// 各种事件开启实例的条件，`e` 为该事件。
fn read_openings(book: &Book, sink: &mut Sink) -> Vec<Option<Test>> {
    let kinds = book.vocabulary.kinds.iter().enumerate();
    let condition = |(i, kind): (usize, &Kind)| {
        let (text, at) = kind.opens_when.as_ref()?;
        let mut env = Env::new(book).slot("e", Slot::E, Arc::from([KindId(i as u16)]));
        compile_test(&mut env, text, at, sink)
    };
    kinds.map(condition).collect()
}

/// 评分表：先读否决项，各表点到它们。
fn read_sheets(
    files: &Files,
    book: &Book,
    (rules, procedures): (&[Rule], &[Procedure]),
    sink: &mut Sink,
) -> (Vec<Veto>, Vec<Sheet>) {
    let shelf = sheet::Shelf {
        book,
        rules,
        procedures,
    };
    let mut vetoes = Vec::new();
    if let Some(reader) = files.optional(sheet::VETOES, sink) {
        vetoes = sheet::vetoes(&shelf, &reader, sink);
        reader.finish(sink);
    }
    let mut sheets = Vec::new();
    for (file, node) in files.under("sheets/") {
        if file.path.as_ref() == sheet::VETOES {
            continue;
        }
        if let Some(reader) = Reader::new(file, node, sink) {
            sheets.extend(sheet::sheet(&shelf, &vetoes, &reader, sink));
            reader.finish(sink);
        }
    }
    sheet::check_overlaps(&sheets, sink);
    (vetoes, sheets)
}

/// 读各条规则；读完一条就放下它的树，后面的用得着那块地方。
fn read_rules(files: &mut Files, book: &Book, sink: &mut Sink) -> Vec<Rule> {
    let mut seen = HashSet::new();
    let mut rules = Vec::new();
    for (file, node) in &mut files.parsed {
        if !file.path.starts_with("rules/") {
            continue;
        }
        rules.extend(read_rule(file, node, book, &mut seen, sink));
        // Whoever asks what was read of the trees (the schema) needs them to the end.
        if sink.asked.is_none() {
            node.kind = NodeKind::Other("读过");
        }
    }
    rules
}

fn read_rule(
    file: &SourceFile,
    node: &Node,
    book: &Book,
    seen: &mut HashSet<String>,
    sink: &mut Sink,
) -> Option<Rule> {
    let reader = Reader::new(file, node, sink)?;
    let stub = rule::stub(node);
    if stub
        .as_ref()
        .is_some_and(|stub| !seen.insert(stub.code.to_owned()))
    {
        return None;
    }
    let before = sink.diagnostics.len();
    let rule = rule::read(book, reader, sink)?;
    // A part that failed would shift the numbering of duties; such a rule is only reported.
    let parts = stub.map_or(0, |stub| stub.parts.len());
    (sink.diagnostics.len() == before || rule.parts.len() == parts).then_some(rule)
}
