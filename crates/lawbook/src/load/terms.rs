//! 定义：具名的条件、取值与选择器。

use std::collections::BTreeMap;

use super::Files;
use crate::book::{Book, Term};
use crate::cel::compile::{Env, compile_text};
use crate::diagnostic::{Code, Sink};
use crate::marks::read_marks;
use crate::selector::Selector;
use crate::tree::Reader;

/// 读 `[term.<名>]`。
pub(super) fn read(book: &mut Book, reader: &Reader<'_>, sink: &mut Sink) {
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
        let citations = super::citations(&book.statutes, &reader, sink);
        let own = read_marks(&reader, "mark", sink);
        reader.text("note", sink);
        let given = [is.is_some(), value.is_some(), select.is_some()];
        if given.into_iter().filter(|b| *b).count() != 1 {
            let message = "定义须有且只有 is、value、select 之一";
            sink.error(&reader.here(), Code::Key, message, None);
        }
        let key = ["is", "value", "select"]
            .into_iter()
            .find(|k| reader.get(k).is_some());
        let term = Term {
            label,
            expression: is.or(value).map(str::to_owned),
            select,
            basis: book.statutes.basis(own, &citations),
            at: reader.at_key(key.unwrap_or("name")),
        };
        let here = reader.here();
        reader.finish(sink);
        if book.terms.insert(name.clone(), term).is_some() {
            sink.error(&here, Code::Duplicate, format!("定义 {name} 重复"), None);
        }
    }
}

/// 定义的名字之前所写的。
const TERM: &str = "term.";

/// 定义互相引用成环（LB08）；没有人用的定义也要能编译，否则第一个使用者才发现写错。
pub(super) fn check(files: &Files, book: &Book, sink: &mut Sink) {
    let mut state: BTreeMap<&str, bool> = BTreeMap::new();
    for name in book.terms.keys() {
        visit(book, name, &mut state, sink);
    }
    let used = files.mentioned(TERM);
    for (name, term) in &book.terms {
        if used.contains(name.as_str()) {
            continue;
        }
        let mut env = Env::new(book);
        let result = match (&term.expression, &term.select) {
            (Some(source), _) => compile_text(&mut env, source).err(),
            (None, Some(source)) => Selector::parse(&mut env, source).err(),
            (None, None) => None,
        };
        if let Some(e) = result {
            let message = format!("定义 {name}：{}", e.message);
            sink.error(&term.at.inside(e.at), e.code, message, e.hint);
        }
    }
}

/// 深度优先：`false` 在路上，`true` 看完。
fn visit<'b>(book: &'b Book, name: &'b str, state: &mut BTreeMap<&'b str, bool>, sink: &mut Sink) {
    if state.contains_key(name) {
        return;
    }
    state.insert(name, false);
    for next in mentioned(book, name) {
        if state.get(next) == Some(&false) {
            let at = &book.terms[name].at;
            let message = format!("定义 term.{name} 经过 term.{next} 又回到自己");
            let hint = Some("定义之间不得循环引用".into());
            sink.error(at, Code::Cycle, message, hint);
        } else {
            visit(book, next, state, sink);
        }
    }
    state.insert(name, true);
}

/// 一个定义的文字里提到的其他定义。
fn mentioned<'b>(book: &'b Book, name: &str) -> Vec<&'b str> {
    let term = &book.terms[name];
    let Some(text) = term.expression.as_deref().or(term.select.as_deref()) else {
        return Vec::new();
    };
    text.match_indices(TERM)
        .filter_map(|(i, word)| {
            let rest = &text[i + word.len()..];
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            book.terms
                .get_key_value(&rest[..end])
                .map(|(k, _)| k.as_str())
        })
        .collect()
}
