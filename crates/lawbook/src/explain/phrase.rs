//! 条件的中文写法：把条件的语法树读成一句话，名字换成词汇里的中文名。

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::cel::ast::{Binary, Expr, Spanned};
use crate::cel::parser;
use crate::cel::types::KindId;
use crate::lawbook::Lawbook;

use super::noun::Noun;
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

    // ---- 成立与否 ----

    pub(super) fn truth(&self, tree: &Spanned, holds: bool) -> String {
        match &tree.expr {
            Expr::Bool(b) => if *b == holds {
                "恒成立"
            } else {
                "恒不成立"
            }
            .to_owned(),
            Expr::Not(inner) => self.truth(inner, !holds),
            Expr::Binary(op @ (Binary::And | Binary::Or), left, right) => {
                self.joined(*op, left, right, holds)
            }
            Expr::Binary(op, left, right) => self.comparison(*op, left, right, holds),
            Expr::Cond(c, yes, no) => format!(
                "（{}时，{}；否则，{}）",
                self.truth(c, true),
                self.truth(yes, holds),
                self.truth(no, holds)
            ),
            Expr::Call(name, arguments) if name == "has" => {
                let what = arguments
                    .first()
                    .map_or_else(|| AS_WRITTEN.to_owned(), |a| self.present(a));
                format!("{}{what}", if holds { "有" } else { "没有" })
            }
            Expr::Call(name, arguments) => self.call_truth(name, arguments, holds),
            Expr::Method(base, name, arguments) => self.method_truth(base, name, arguments, holds),
            Expr::Field(base, field) => self.flag(base, field, holds),
            _ => {
                let noun = self.noun(tree);
                format!("{}为{}", noun.words, if holds { "是" } else { "否" })
            }
        }
    }

    fn joined(&self, op: Binary, left: &Spanned, right: &Spanned, holds: bool) -> String {
        // De Morgan: the negation of a conjunction is told clause by clause as well.
        let is_and = (op == Binary::And) == holds;
        let side = |tree: &Spanned| {
            let words = self.truth(tree, holds);
            let mixes = matches!(&tree.expr, Expr::Binary(inner @ (Binary::And | Binary::Or), ..) if *inner != op);
            if mixes {
                format!("（{words}）")
            } else {
                words
            }
        };
        format!(
            "{}{}{}",
            side(left),
            if is_and { "，且" } else { "，或者" },
            side(right)
        )
    }

    fn flag(&self, base: &Spanned, field: &str, holds: bool) -> String {
        if let Expr::Name(name) = &base.expr
            && name == "term"
        {
            let label = self
                .lawbook
                .book
                .terms
                .get(field)
                .map_or(AS_WRITTEN, |t| t.label.as_ref());
            return format!("“{label}”{}", if holds { "成立" } else { "不成立" });
        }
        let noun = self.field(base, field);
        format!("{}为{}", noun.words, if holds { "是" } else { "否" })
    }

    /// `has(…)` 里的东西。
    fn present(&self, tree: &Spanned) -> String {
        let noun = self.noun(tree);
        match noun.sense {
            Sense::Event(_) => format!("{}的记录", noun.words.trim_start_matches("首次")),
            _ => noun.words,
        }
    }

    fn comparison(&self, op: Binary, left: &Spanned, right: &Spanned, holds: bool) -> String {
        if op == Binary::In {
            return self.membership(left, right, holds);
        }
        let op = if holds { op } else { opposite(op) };
        if let Some(words) = self.count_words(op, left, right) {
            return words;
        }
        let (a, b) = (self.noun(left), self.noun(right));
        let sense = if is_plain(&a.sense) {
            &b.sense
        } else {
            &a.sense
        };
        let side = |tree: &Spanned, noun: Noun| {
            let own = if is_plain(&noun.sense) {
                sense
            } else {
                &noun.sense
            };
            self.literal(tree, sense)
                .unwrap_or_else(|| self.with_value(tree, noun.words, own))
        };
        let (x, y) = (side(left, a.clone()), side(right, b.clone()));
        let dates = matches!(sense, Sense::Date | Sense::Instant);
        let words = match (op, dates) {
            (Binary::Eq, true) => return format!("{x}与{y}为同一日"),
            (Binary::Ne, true) => return format!("{x}与{y}不是同一日"),
            (Binary::Le, true) => "不晚于",
            (Binary::Lt, true) => "早于",
            (Binary::Ge, true) => "不早于",
            (Binary::Gt, true) => "晚于",
            (Binary::Eq, false) if is_amount(sense) => "等于",
            (Binary::Ne, false) if is_amount(sense) => "不等于",
            (Binary::Eq, false) => "为",
            (Binary::Ne, false) => "不是",
            (Binary::Le, false) => "不超过",
            (Binary::Lt, false) => "少于",
            (Binary::Ge, false) => "不少于",
            (Binary::Gt, false) => "超过",
            _ => "与",
        };
        format!("{x}{words}{y}")
    }

    /// `size(x) > 0`、`x > 0` 这类与零的比较。
    fn count_words(&self, op: Binary, left: &Spanned, right: &Spanned) -> Option<String> {
        if right.expr != Expr::Int(0) {
            return None;
        }
        let sized = match &left.expr {
            Expr::Call(name, arguments) if name == "size" => arguments.first(),
            _ => None,
        };
        let noun = self.noun(sized.unwrap_or(left));
        let noun = match sized {
            Some(_) => noun.words,
            None => self.with_value(left, noun.words, &noun.sense),
        };
        match (op, sized.is_some()) {
            (Binary::Gt | Binary::Ne, true) => Some(format!("有{noun}")),
            (Binary::Eq | Binary::Le, true) => Some(format!("没有{noun}")),
            (Binary::Gt, false) => Some(format!("{noun}大于零")),
            (Binary::Le, false) => Some(format!("{noun}不大于零")),
            (Binary::Eq, false) => Some(format!("{noun}为零")),
            (Binary::Ne, false) => Some(format!("{noun}不为零")),
            _ => None,
        }
    }

    fn membership(&self, left: &Spanned, right: &Spanned, holds: bool) -> String {
        let (mut member, list) = (self.noun(left), self.noun(right));
        member.words = self.with_value(left, member.words.clone(), &member.sense);
        let not = if holds { "" } else { "不" };
        if let Expr::List(items) = &right.expr {
            let words: Vec<String> = items
                .iter()
                .map(|item| {
                    self.literal(item, &member.sense)
                        .unwrap_or_else(|| self.noun(item).words)
                })
                .collect();
            let is = if holds { "为" } else { "不是" };
            return match words.split_last() {
                None => format!("{}{not}在空的名单之内", member.words),
                Some((last, [])) => format!("{}{is}{last}", member.words),
                Some((last, rest)) => format!("{}{is}{}或{last}", member.words, rest.join("、")),
            };
        }
        if let Some(words) = self.literal(left, &list.sense.element()) {
            let has = if holds { "含有" } else { "不含" };
            return format!("{}{has}{words}", list.words);
        }
        format!("{}{not}在{}之列", member.words, list.words)
    }

    fn call_truth(&self, name: &str, arguments: &[Spanned], holds: bool) -> String {
        let word = |i: usize| {
            arguments
                .get(i)
                .map_or_else(|| AS_WRITTEN.to_owned(), |a| self.noun(a).words)
        };
        let not = if holds { "" } else { "不" };
        match name {
            "card_valid" => {
                format!(
                    "{}在{}当日{}",
                    word(0),
                    word(1),
                    if holds {
                        "证件有效"
                    } else {
                        "证件不是有效状态"
                    }
                )
            }
            "disjoint" => format!(
                "{}与{}{}",
                word(0),
                word(1),
                if holds {
                    "没有相同的人"
                } else {
                    "有相同的人"
                }
            ),
            "is_working_day" => format!("{}{not}是工作日", word(0)),
            "cite_valid" => format!(
                "{}在{}当日{}",
                word(0),
                word(1),
                if holds { "有效" } else { "无效" }
            ),
            "cite_article_in" => format!("{}{not}属于{}所列条文", word(0), word(1)),
            _ => {
                let call = Spanned {
                    at: 0,
                    expr: Expr::Call(name.to_owned(), arguments.to_vec()),
                };
                format!(
                    "{}为{}",
                    self.noun(&call).words,
                    if holds { "是" } else { "否" }
                )
            }
        }
    }

    pub(super) fn method_truth(
        &self,
        base: &Spanned,
        name: &str,
        arguments: &[Spanned],
        holds: bool,
    ) -> String {
        let list = self.noun(base);
        if let ("exists" | "all" | "exists_one", [variable, body]) = (name, arguments) {
            let inner = self.with_local(variable, &list.sense);
            return match (name, holds) {
                ("exists", true) => {
                    format!("{}中有一项符合（{}）", list.words, inner.truth(body, true))
                }
                ("exists", false) => format!(
                    "{}中没有一项符合（{}）",
                    list.words,
                    inner.truth(body, true)
                ),
                ("all", true) => format!(
                    "{}中每一项都符合（{}）",
                    list.words,
                    inner.truth(body, true)
                ),
                ("all", false) => format!(
                    "{}中有一项不符合（{}）",
                    list.words,
                    inner.truth(body, true)
                ),
                (_, true) => format!(
                    "{}中恰有一项符合（{}）",
                    list.words,
                    inner.truth(body, true)
                ),
                (_, false) => format!(
                    "{}中不是恰有一项符合（{}）",
                    list.words,
                    inner.truth(body, true)
                ),
            };
        }
        let argument = arguments
            .first()
            .map_or_else(|| AS_WRITTEN.to_owned(), |a| self.noun(a).words);
        let not = if holds { "" } else { "不" };
        match name {
            "startsWith" => format!("{}{not}以{argument}开头", list.words),
            "endsWith" => format!("{}{not}以{argument}结尾", list.words),
            "contains" => format!("{}{not}含有{argument}", list.words),
            _ => format!("{AS_WRITTEN}{not}成立"),
        }
    }

    pub(super) fn with_local(&self, variable: &Spanned, list: &Sense) -> Phrases<'a> {
        let mut inner = self.clone();
        if let Expr::Name(name) = &variable.expr {
            inner.locals.push((name.clone(), list.element()));
        }
        inner
    }
}

fn is_plain(sense: &Sense) -> bool {
    matches!(
        sense,
        Sense::Count | Sense::Text | Sense::Other | Sense::Bool
    )
}

fn is_amount(sense: &Sense) -> bool {
    matches!(
        sense,
        Sense::Fen | Sense::Rate | Sense::Count | Sense::Measured(_) | Sense::Period
    )
}

fn opposite(op: Binary) -> Binary {
    match op {
        Binary::Eq => Binary::Ne,
        Binary::Ne => Binary::Eq,
        Binary::Lt => Binary::Ge,
        Binary::Ge => Binary::Lt,
        Binary::Gt => Binary::Le,
        Binary::Le => Binary::Gt,
        other => other,
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
