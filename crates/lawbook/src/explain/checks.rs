//! 逐项对照：适用条件、例外与要求的每一项，连同当时读到的值、成立与否，以及不符合的是谁、是哪一件。
//!
//! Nothing here is written for a rule: what a condition reads is found in its syntax tree and evaluated again.

use mingjing_domain::finding::Outcome;

use crate::cel::ast::{Binary, Expr, Spanned};
use crate::cel::parser;
use crate::cel::types::KindId;
use crate::cel::value::{Tri, Val};

use super::CaseWords;
use super::clause::{Place, verdict};
use super::observed::View;
use super::phrase::{AS_WRITTEN, Phrases};
use super::value::Sense;

/// 定义逐层展开的层数：再深的读的人跟不上，名称与事实已经列出。
const DEPTH_MAX: usize = 3;
/// 列出的不符合者。
const ITEMS_MAX: usize = 8;

/// 对照所需的一切：形式的部分、触发种类、在哪里求值、怎样读。
struct Look<'l> {
    kinds: &'l [KindId],
    place: &'l Place,
    phrases: Phrases<'l>,
}

impl CaseWords<'_> {
    /// 各项条件逐项对照的各行。
    pub(super) fn checks(&self, view: &View<'_>) -> Vec<String> {
        let form = view.part.form_name.as_ref();
        let place = self.place(view.result);
        let kinds = &view.part.triggers;
        let observe = |tree: &Spanned, sense: &Sense| self.observed(tree, sense, kinds, &place);
        let look = Look {
            kinds,
            place: &place,
            phrases: view.phrases.clone().observing(&observe),
        };
        let mut lines = Vec::new();
        let heads = [("when", "适用"), ("unless", "例外"), ("that", "要求")];
        for (key, head) in heads {
            // These read an event that the result does not name.
            let needs_act =
                (form == "requires" && key == "that") || (form == "wait" && key == "unless");
            let Some(text) = view.source.text(key).filter(|_| !needs_act) else {
                continue;
            };
            let head = match (form, key) {
                ("forbids", "when") => "禁止的情形",
                _ => head,
            };
            let Ok(tree) = parser::parse(text) else {
                continue;
            };
            self.compare(&look, &tree, head, 0, &mut lines);
        }
        let rule = &self.lawbook().rules[view.result.rule as usize];
        let sources = self
            .explainer
            .source(view.result.rule as usize)
            .escalations();
        for (escalation, source) in rule.escalations.iter().zip(sources) {
            let holds = view.result.outcome == Outcome::Violation
                && matches!(self.escalates(escalation, view.result), Tri::True);
            let tree = source.text("when").filter(|_| holds).map(parser::parse);
            if let Some(Ok(tree)) = tree {
                self.compare(&look, &tree, "程度改变", 0, &mut lines);
            }
        }
        if matches!(
            view.result.outcome,
            Outcome::Violation | Outcome::Undetermined
        ) {
            lines.extend(self.people_failing(view));
        }
        lines
    }

    /// 一项条件：拆开、对照；选择与定义只跟进这一案走到的那一支。
    fn compare(
        &self,
        look: &Look<'_>,
        tree: &Spanned,
        head: &str,
        depth: usize,
        lines: &mut Vec<String>,
    ) {
        match &tree.expr {
            Expr::Binary(Binary::And, left, right) => {
                // What keeps an exception or an alternative from holding is what fails in it.
                let only_failing = (head.starts_with("例外") || head.ends_with("之一"))
                    && matches!(
                        self.evaluate(tree, look.kinds, look.place),
                        Some(Tri::False)
                    );
                for side in [left, right] {
                    let fails = || {
                        matches!(
                            self.evaluate(side, look.kinds, look.place),
                            Some(Tri::False)
                        )
                    };
                    if !only_failing || fails() {
                        self.compare(look, side, head, depth, lines);
                    }
                }
                return;
            }
            Expr::Binary(Binary::Or, ..) => {
                let mut sides = Vec::new();
                alternatives(tree, &mut sides);
                let holds = self.evaluate(tree, look.kinds, look.place);
                let decisive: Vec<&Spanned> = match holds {
                    // One side that holds settles it; of several that fail, each must be seen to fail.
                    Some(Tri::True) => sides
                        .into_iter()
                        .filter(|s| {
                            matches!(self.evaluate(s, look.kinds, look.place), Some(Tri::True))
                        })
                        .take(1)
                        .collect(),
                    Some(Tri::False | Tri::Unknown(_)) => sides,
                    None => Vec::new(),
                };
                let head = if decisive.len() > 1 && !head.ends_with("之一") {
                    format!("{head}·之一")
                } else {
                    head.to_owned()
                };
                for side in decisive {
                    self.compare(look, side, &head, depth, lines);
                }
                return;
            }
            Expr::Cond(condition, yes, no) => {
                let chosen = match self.evaluate(condition, look.kinds, look.place) {
                    Some(Tri::True) => Some(yes),
                    Some(Tri::False) => Some(no),
                    Some(Tri::Unknown(_)) | None => None,
                };
                if let Some(chosen) = chosen {
                    self.compare(look, chosen, head, depth, lines);
                    return;
                }
            }
            _ => {}
        }
        let Some(holds) = self.evaluate(tree, look.kinds, look.place) else {
            return;
        };
        let words = look.phrases.truth(tree, true);
        let line = format!("〔{head}：{}〕{words}", verdict(Some(&holds)));
        // A field that only other kinds of trigger have cannot be named here.
        if !words.contains(AS_WRITTEN) && !lines.contains(&line) {
            lines.push(line);
        }
        if let Some(term) = self.term_of(tree).filter(|_| depth < DEPTH_MAX) {
            self.compare(look, &term, &format!("{head}·其中"), depth + 1, lines);
        }
        lines.extend(self.witnesses(look, tree, &holds));
    }

    /// `term.x` 展开后的语法树。
    fn term_of(&self, tree: &Spanned) -> Option<Spanned> {
        let Expr::Field(base, name) = &tree.expr else {
            return None;
        };
        if base.expr != Expr::Name("term".to_owned()) {
            return None;
        }
        let term = self.lawbook().book.terms.get(name)?;
        parser::parse(term.expression.as_deref()?).ok()
    }

    /// “每一项都”“有一项”的条件：不符合（符合）的是哪几项。
    fn witnesses(&self, look: &Look<'_>, tree: &Spanned, holds: &Tri) -> Option<String> {
        let Expr::Method(base, name, arguments) = &tree.expr else {
            return None;
        };
        let [variable, body] = arguments.as_slice() else {
            return None;
        };
        let (label, wanted) = match (name.as_str(), holds) {
            ("all", Tri::False) => ("不符合的", negated(body)),
            ("exists", Tri::True) => ("符合的", body.clone()),
            _ => return None,
        };
        let list = self.filtered(base, variable, wanted, look.kinds, look.place)?;
        // Persons are told with what is registered of them.
        let is_of_people = matches!(
            self.value_of(base, look.kinds, look.place),
            Some(Val::List(l)) if l.items.iter().all(|v| matches!(v, Val::Actor(_) | Val::Text(_)))
        );
        (!list.is_empty() && !is_of_people).then(|| format!("{label}：{}。", list.join("、")))
    }

    /// 列表中合乎条件的各项，写成文字。
    pub(super) fn filtered(
        &self,
        base: &Spanned,
        variable: &Spanned,
        condition: Spanned,
        kinds: &[KindId],
        place: &Place,
    ) -> Option<Vec<String>> {
        let filter = Spanned {
            at: 0,
            expr: Expr::Method(
                Box::new(base.clone()),
                "filter".to_owned(),
                vec![variable.clone(), condition],
            ),
        };
        match self.value_of(&filter, kinds, place)? {
            Val::List(list) => Some(self.items(&list.items)),
            _ => None,
        }
    }

    /// 列表的各项：人写名，事件写日期与名称。
    pub(super) fn items(&self, items: &[Val]) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        for item in items.iter().take(ITEMS_MAX) {
            let word = match item {
                Val::Event(p) => Some(self.event_brief(self.case().events[*p as usize].event)),
                Val::Actor(actor) => Some(actor.0.to_string()),
                other => self.values().val(other, &Sense::Text),
            };
            words.extend(word.filter(|w| !words.contains(w)));
        }
        words
    }

    /// 比较的一边在本案的值；字面、参数自己会说。
    fn observed(
        &self,
        tree: &Spanned,
        sense: &Sense,
        kinds: &[KindId],
        place: &Place,
    ) -> Option<String> {
        if matches!(&tree.expr, Expr::Call(name, _) if name == "param" || name == "date") {
            return None;
        }
        let value = self.value_of(tree, kinds, place)?;
        let words = self.values().val(&value, sense)?;
        let Expr::Call(name, arguments) = &tree.expr else {
            return Some(words);
        };
        let listed = match (name.as_str(), arguments.first()) {
            ("size", Some(list)) => match self.value_of(list, kinds, place) {
                Some(Val::List(list)) => self.items(&list.items),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        };
        Some(match listed.as_slice() {
            [] => words,
            items => format!("{words}：{}", items.join("、")),
        })
    }
}

fn alternatives<'t>(tree: &'t Spanned, sides: &mut Vec<&'t Spanned>) {
    match &tree.expr {
        Expr::Binary(Binary::Or, left, right) => {
            alternatives(left, sides);
            alternatives(right, sides);
        }
        _ => sides.push(tree),
    }
}

/// 条件的反面。
pub(super) fn negated(tree: &Spanned) -> Spanned {
    Spanned {
        at: tree.at,
        expr: Expr::Not(Box::new(tree.clone())),
    }
}
