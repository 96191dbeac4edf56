//! 规则原文：说明文字要用的键与条件文字，从规则文件的源文本取回。
//!
//! Compiled conditions are closures and keep no text; the source that they came from does.

use std::collections::BTreeSet;

use crate::book::Book;
use crate::cel::types::KindId;
use crate::diagnostic::{Sink, SourceFile};
use crate::tree::{self, Node, NodeKind};

/// 一个规则文件的语法树。
pub(super) struct RuleSource {
    root: Option<Node>,
}

impl RuleSource {
    /// 再读一次规则文件；加载时已检查过，不会再有错误。
    pub(super) fn read(file: &SourceFile) -> RuleSource {
        RuleSource {
            root: tree::parse(file, &mut Sink::default()),
        }
    }

    /// 第几个部分。
    pub(super) fn part(&self, number: usize) -> Source<'_> {
        Source {
            node: self.list("part").get(number),
            left_out: &[],
        }
    }

    /// 升级，按书写次序。
    pub(super) fn escalations(&self) -> Vec<Source<'_>> {
        self.list("escalate")
            .iter()
            .map(|node| Source {
                node: Some(node),
                left_out: &[],
            })
            .collect()
    }

    fn list(&self, key: &str) -> &[Node] {
        Source {
            node: self.root.as_ref(),
            left_out: &[],
        }
        .array(key)
    }
}

/// 一张表：按键取文字。
#[derive(Clone, Copy)]
pub(super) struct Source<'s> {
    node: Option<&'s Node>,
    left_out: &'s [&'s str],
}

impl<'s> Source<'s> {
    fn get(&self, key: &str) -> Option<&'s Node> {
        self.node?
            .entries()
            .iter()
            .find(|(name, _, _)| name == key)
            .map(|(_, _, node)| node)
    }

    fn array(&self, key: &str) -> &'s [Node] {
        match self.get(key).map(|node| &node.kind) {
            Some(NodeKind::Array(items)) => items,
            _ => &[],
        }
    }

    /// 取标识时略去几个键。
    pub(super) fn without(mut self, keys: &'s [&'s str]) -> Source<'s> {
        self.left_out = keys;
        self
    }

    /// 文字。
    pub(super) fn text(&self, key: &str) -> Option<&'s str> {
        self.get(key)?.text()
    }

    /// 是否为真。
    pub(super) fn flag(&self, key: &str) -> bool {
        matches!(
            self.get(key).map(|node| &node.kind),
            Some(NodeKind::Bool(true))
        )
    }

    /// 文字的列表。
    pub(super) fn texts(&self, key: &str) -> Vec<&'s str> {
        self.array(key).iter().filter_map(Node::text).collect()
    }

    /// 表的列表。
    pub(super) fn tables(&self, key: &str) -> Vec<Source<'s>> {
        self.array(key)
            .iter()
            .map(|node| Source {
                node: Some(node),
                left_out: &[],
            })
            .collect()
    }

    /// 键上的一张表。
    pub(super) fn table(&self, key: &str) -> Source<'s> {
        Source {
            node: self.get(key),
            left_out: &[],
        }
    }

    /// 全部键名。
    pub(super) fn keys(&self) -> Vec<&'s str> {
        self.node.map_or_else(Vec::new, |node| {
            node.entries()
                .iter()
                .map(|(key, _, _)| key.as_str())
                .collect()
        })
    }

    /// 表中一切文字，连同所用定义的文字。
    fn all_texts(&self, book: &Book) -> Vec<String> {
        let mut texts = Vec::new();
        for (key, _, value) in self.node.map_or(&[][..], Node::entries) {
            if !self.left_out.contains(&key.as_str()) {
                gather(value, &mut texts);
            }
        }
        expand_terms(&mut texts, book);
        texts
    }

    /// 文字中出现的全部标识，用来挑出值得显示的字段。
    pub(super) fn identifiers(&self, book: &Book) -> Mentioned {
        let texts = self.all_texts(book);
        let mut names = BTreeSet::new();
        let mut facts = BTreeSet::new();
        for text in &texts {
            names.extend(
                text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                    .filter(|word| !word.is_empty())
                    .map(str::to_owned),
            );
            facts.extend(facts_in(text, book));
        }
        Mentioned {
            names,
            facts,
            touched: BTreeSet::new(),
            wants_documents: self.flag("document"),
            wants_media: self.flag("media"),
        }
    }
}

/// 条件里提到的名字与事实。
#[derive(Clone, Default)]
pub(super) struct Mentioned {
    /// 标识。
    pub(super) names: BTreeSet<String>,
    /// 事实：范围与字段。
    pub(super) facts: BTreeSet<(String, String)>,
    /// 条件读到的事件字段：这些空白才值得说。
    pub(super) touched: BTreeSet<(KindId, String)>,
    /// 要求附有文书。
    pub(super) wants_documents: bool,
    /// 要求附有音像。
    pub(super) wants_media: bool,
}

impl Mentioned {
    /// 并入另一处提到的。
    pub(super) fn extend(&mut self, other: Mentioned) {
        self.names.extend(other.names);
        self.facts.extend(other.facts);
        self.touched.extend(other.touched);
        self.wants_documents |= other.wants_documents;
        self.wants_media |= other.wants_media;
    }
}

/// 所用定义的文字接在后面，一层层展开。
fn expand_terms(texts: &mut Vec<String>, book: &Book) {
    let mut at = 0;
    let mut seen = BTreeSet::new();
    while at < texts.len() {
        for name in names_after(&texts[at], "term.") {
            if let Some(term) = book.terms.get(&name).filter(|_| seen.insert(name.clone())) {
                texts.extend(term.expression.iter().chain(&term.select).cloned());
            }
        }
        at += 1;
    }
}

/// 一段文字提到的事实：范围与字段。
fn facts_in(text: &str, book: &Book) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    for scope in &book.vocabulary.scopes {
        let fields = names_after(text, &format!("{}.", scope.name));
        facts.extend(
            fields
                .into_iter()
                .map(|field| (scope.name.to_string(), field)),
        );
    }
    facts
}

/// 一个条件提到的事实，连同所用定义提到的，按词汇的次序。
pub(crate) fn facts_of_condition(text: &str, book: &Book) -> BTreeSet<(String, String)> {
    let mut texts = vec![text.to_owned()];
    expand_terms(&mut texts, book);
    texts.iter().flat_map(|text| facts_in(text, book)).collect()
}

fn gather(node: &Node, texts: &mut Vec<String>) {
    match &node.kind {
        NodeKind::Text(text) => texts.push(text.clone()),
        NodeKind::Array(items) => items.iter().for_each(|item| gather(item, texts)),
        NodeKind::Table(entries) => entries.iter().for_each(|(key, _, value)| {
            // `fields = { "proposed_fine=fine" = "no_more" }` names fields in its keys.
            texts.push(key.clone());
            gather(value, texts);
        }),
        NodeKind::Int(_) | NodeKind::Bool(_) | NodeKind::Other(_) => {}
    }
}

/// 前缀之后的标识：`term.x`、`case.y`；前缀须是一个词的开头。
fn names_after(text: &str, prefix: &str) -> Vec<String> {
    text.match_indices(prefix)
        .filter(|(at, _)| {
            !text[..*at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.')
        })
        .map(|(at, _)| {
            text[at + prefix.len()..]
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect()
        })
        .filter(|name: &String| !name.is_empty())
        .collect()
}
