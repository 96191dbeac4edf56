//! 条件的中文写法：把条件的语法树读成一句话，名字换成词汇里的中文名。

mod truth;

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::cel::ast::{Binary, Expr, Spanned};
use crate::cel::parser;
use crate::cel::types::KindId;
use crate::lawbook::Lawbook;

use super::value::{Sense, Values};

/// 读不懂的部分：不露出标识，请人看规则原文。
pub(super) const AS_WRITTEN: &str = "规则原文所写的条件";

/// 参数取值的写法，由调用者按案件与日期给出。
pub(super) type ParameterWords<'a> = &'a dyn Fn(&str) -> Option<String>;

/// 比较的一边在本案的值，由调用者求得。
pub(super) type Observed<'a> = &'a dyn Fn(&Spanned, &Sense) -> Option<String>;

/// 读到的事件字段。
pub(super) type Touched = RefCell<BTreeSet<(KindId, String)>>;

/// 一处条件的读法：名字各指什么。
#[derive(Clone)]
pub(super) struct Phrases<'a> {
    pub(super) lawbook: &'a Lawbook,
    pub(super) parameters: Option<ParameterWords<'a>>,
    /// 具名事件：名字、叫法、种类。
    pub(super) slots: Vec<(&'static str, String, Vec<KindId>)>,
    pub(super) locals: Vec<(String, Sense)>,
    pub(super) item: Option<Vec<KindId>>,
    pub(super) depth: usize,
    /// 读到的事件字段，供挑选值得显示的空白。
    pub(super) touched: Option<&'a Touched>,
    /// 比较时在名称之后写出本案的值。
    pub(super) observed: Option<Observed<'a>>,
}

impl<'a> Phrases<'a> {
    /// 没有具名事件的读法。
    pub(super) fn new(lawbook: &'a Lawbook, parameters: Option<ParameterWords<'a>>) -> Self {
        Phrases {
            lawbook,
            parameters,
            slots: Vec::new(),
            locals: Vec::new(),
            item: None,
            depth: 0,
            touched: None,
            observed: None,
        }
    }

    /// 比较的两边写出本案的值。
    #[must_use]
    pub(super) fn observing(mut self, observed: Observed<'a>) -> Self {
        self.observed = Some(observed);
        self
    }

    /// 名称连同本案的值；列表里的每一项各不相同，不写。
    fn with_value(&self, tree: &Spanned, words: String, sense: &Sense) -> String {
        let is_bound = !self.locals.is_empty() || self.item.is_some();
        match self
            .observed
            .filter(|_| !is_bound)
            .and_then(|look| look(tree, sense))
        {
            Some(value) => format!("{words}（{value}）"),
            None => words,
        }
    }

    /// 边读边记下读到的事件字段。
    #[must_use]
    pub(super) fn recording(mut self, touched: &'a Touched) -> Self {
        self.touched = Some(touched);
        self
    }

    /// 加一个具名事件。
    #[must_use]
    pub(super) fn slot(mut self, name: &'static str, kinds: &[KindId]) -> Self {
        let words = format!("该{}", self.kinds_in_words(kinds));
        self.slots.retain(|(n, _, _)| *n != name);
        self.slots.push((name, words, kinds.to_vec()));
        self
    }

    /// 代码表的含义；没有这张表的按文字写。
    pub(super) fn codes(&self, list: &str) -> Sense {
        self.lawbook
            .book
            .vocabulary
            .list(list)
            .map_or(Sense::Text, Sense::Code)
    }

    pub(super) fn values(&self) -> Values<'a> {
        Values {
            vocabulary: &self.lawbook.book.vocabulary,
        }
    }

    /// 种类的名称：一种写名称，几种写“甲、乙或丙”，太多写前几种。
    pub(super) fn kinds_in_words(&self, kinds: &[KindId]) -> String {
        const SHOWN_MAX: usize = 4;
        let mut labels: Vec<&str> = kinds
            .iter()
            .map(|k| self.lawbook.book.vocabulary.kind_of(*k).label.as_ref())
            .collect();
        labels.dedup();
        match labels.split_last() {
            None => "事件".to_owned(),
            Some((last, [])) => format!("“{last}”"),
            Some((last, rest)) if labels.len() <= SHOWN_MAX => {
                format!("“{}”或“{last}”", rest.join("”“"))
            }
            Some(_) => format!("“{}”等环节", labels[..SHOWN_MAX].join("”“")),
        }
    }

    /// 条件文字读成一句话。
    pub(super) fn sentence(&self, source: &str) -> String {
        parser::parse(source).map_or_else(|_| AS_WRITTEN.to_owned(), |tree| self.truth(&tree, true))
    }

    /// 条件分成的各项（最外层的“且”），各附成立与不成立的两种读法。
    pub(super) fn clauses(&self, source: &str) -> Vec<(Spanned, String, String)> {
        let Ok(tree) = parser::parse(source) else {
            return Vec::new();
        };
        let mut parts = Vec::new();
        flatten(&tree, &mut parts);
        parts
            .into_iter()
            .map(|part| {
                (
                    part.clone(),
                    self.truth(part, true),
                    self.truth(part, false),
                )
            })
            .collect()
    }

    /// 表达式的名称与含义，如“该处罚决定的罚款数额”。
    pub(super) fn value(&self, source: &str) -> (String, Sense) {
        match parser::parse(source) {
            Ok(tree) => {
                let noun = self.noun(&tree);
                (noun.words, noun.sense)
            }
            Err(_) => (AS_WRITTEN.to_owned(), Sense::Other),
        }
    }

    /// 选择器读成名词，如“处罚决定”（决定结果为给予处罚）；不说“首次”“最后一次”。
    pub(super) fn selector_bare(&self, source: &str) -> String {
        self.selected(split_pick(source).1).0
    }

    /// 选择器涉及的种类。
    pub(super) fn selector_kinds(&self, source: &str) -> Vec<KindId> {
        self.selected(split_pick(source).1).1
    }

    /// 某种事件的字段的中文名。
    pub(super) fn field_label(&self, kind: KindId, field: &str) -> Option<String> {
        let declared = &self.lawbook.book.vocabulary.kind_of(kind).fields;
        declared
            .iter()
            .find(|f| f.name.as_ref() == field)
            .map(|f| f.label.to_string())
    }

    /// 任何一种事件的同名字段的中文名。
    pub(super) fn any_field_label(&self, field: &str) -> String {
        let vocabulary = &self.lawbook.book.vocabulary;
        let mut fields = vocabulary.kinds.iter().flat_map(|k| &k.fields);
        let found = fields
            .find(|f| f.name.as_ref() == field)
            .map(|f| f.label.to_string());
        found
            .or_else(|| super::noun::envelope_label(field).map(str::to_owned))
            .unwrap_or_else(|| "一项内容".to_owned())
    }

    pub(super) fn selected(&self, body: &str) -> (String, Vec<KindId>) {
        let body = body.trim().trim_matches('\'');
        if body == "*" {
            return ("任何环节".to_owned(), Vec::new());
        }
        if let Some(name) = body.strip_prefix("term.") {
            return match self.lawbook.book.terms.get(name) {
                Some(term) => {
                    let kinds = term
                        .select
                        .as_deref()
                        .map_or_else(Vec::new, |s| self.selected(s).1);
                    (format!("“{}”", term.label), kinds)
                }
                None => (AS_WRITTEN.to_owned(), Vec::new()),
            };
        }
        if let Some(rest) = body.strip_prefix("derived.") {
            let end = rest.find('[').unwrap_or(rest.len());
            let id = self.lawbook.book.derived_ids.get(rest[..end].trim());
            let kind = id.and_then(|id| self.lawbook.book.derived_kinds.get(*id));
            return match kind {
                Some(kind) => self.selected(&format!("{kind}{}", &rest[end..])),
                None => (AS_WRITTEN.to_owned(), Vec::new()),
            };
        }
        let mut words = Vec::new();
        let mut kinds = Vec::new();
        for part in split_alternatives(body) {
            let (name, condition) = match part.find('[') {
                Some(open) => (
                    &part[..open],
                    part[open + 1..].trim_end().strip_suffix(']').unwrap_or(""),
                ),
                None => (part, ""),
            };
            let Some(kind) = self.lawbook.book.vocabulary.kind(name.trim()) else {
                continue;
            };
            kinds.push(kind);
            let label = &self.lawbook.book.vocabulary.kind_of(kind).label;
            if condition.is_empty() {
                words.push(format!("“{label}”"));
            } else {
                let inner = Phrases {
                    item: Some(vec![kind]),
                    ..self.clone()
                };
                words.push(format!("“{label}”（{}）", inner.sentence(condition)));
            }
        }
        let joined = match words.split_last() {
            None => AS_WRITTEN.to_owned(),
            Some((last, [])) => last.clone(),
            Some((last, rest)) => format!("{}或{last}", rest.join("、")),
        };
        (joined, kinds)
    }

    pub(super) fn with_local(&self, variable: &Spanned, list: &Sense) -> Phrases<'a> {
        let mut inner = self.clone();
        if let Expr::Name(name) = &variable.expr {
            inner.locals.push((name.clone(), list.element()));
        }
        inner
    }
}

fn flatten<'t>(tree: &'t Spanned, parts: &mut Vec<&'t Spanned>) {
    match &tree.expr {
        Expr::Binary(Binary::And, left, right) => {
            flatten(left, parts);
            flatten(right, parts);
        }
        _ => parts.push(tree),
    }
}

pub(super) fn split_pick(source: &str) -> (&'static str, &str) {
    let bare = source.trim();
    for (word, chinese) in [("first ", "首次"), ("last ", "最后一次"), ("each ", "")] {
        if let Some(body) = bare.strip_prefix(word) {
            return (chinese, body.trim());
        }
    }
    ("", bare)
}

/// 在括号与引号之外按 `|` 分开。
fn split_alternatives(body: &str) -> Vec<&str> {
    let (mut depth, mut quote, mut start) = (0i32, None, 0usize);
    let mut parts = Vec::new();
    for (i, c) in body.char_indices() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '[' | '(') => depth += 1,
            (None, ']' | ')') => depth -= 1,
            (None, '|') if depth == 0 => {
                parts.push(&body[start..i]);
                start = i + 1;
            }
            (None, _) => {}
        }
    }
    parts.push(&body[start..]);
    parts
}
