//! 成立与否的读法：条件读成“……为……”“没有……”这样的话。

use super::{AS_WRITTEN, Phrases};
use crate::cel::ast::{Binary, Expr, Spanned};
use crate::explain::noun::Noun;
use crate::explain::value::Sense;

impl Phrases<'_> {
    pub(in crate::explain) fn truth(&self, tree: &Spanned, holds: bool) -> String {
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

    pub(in crate::explain) fn method_truth(
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
