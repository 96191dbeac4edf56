//! 人：条件读了哪些人的哪项登记，当日是什么，谁不合要求。

use std::collections::BTreeSet;

use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;

use crate::cel::ast::{Binary, Expr, Spanned};
use crate::cel::parser;
use crate::cel::value::Val;
use crate::vocabulary::{Field, Scope};

use super::CaseWords;
use super::checks::negated;
use super::clause::Place;
use super::observed::View;
use super::value::Sense;

/// 读到的一项登记：谁、哪个范围的哪个字段，是否因它而不合要求。
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PersonRead {
    pub(super) scope: String,
    pub(super) field: String,
    pub(super) who: String,
    pub(super) fails: bool,
}

/// 条件里问一个人的一处：问谁（表达式）、问什么。
struct Asked<'t> {
    who: &'t Spanned,
    scope: String,
    field: String,
}

impl CaseWords<'_> {
    /// 条件读到的各人的登记。
    pub(super) fn people_read(&self, view: &View<'_>) -> Vec<PersonRead> {
        let place = self.place(view.result);
        let mut reads = BTreeSet::new();
        for key in ["when", "unless", "that"] {
            let needs_act = view.part.form_name.as_ref() == "requires" && key == "that";
            if let Some(tree) = view
                .source
                .text(key)
                .filter(|_| !needs_act)
                .and_then(|text| parser::parse(text).ok())
            {
                self.gather(&tree, view, &place, &mut reads);
            }
        }
        // The same registration may be read in two clauses; one that fails tells more.
        let mut list: Vec<PersonRead> = reads.into_iter().collect();
        let failing: BTreeSet<(String, String)> = list
            .iter()
            .filter(|r| r.fails)
            .map(|r| (r.field.clone(), r.who.clone()))
            .collect();
        list.retain(|r| r.fails || !failing.contains(&(r.field.clone(), r.who.clone())));
        list
    }

    fn gather(
        &self,
        tree: &Spanned,
        view: &View<'_>,
        place: &Place,
        reads: &mut BTreeSet<PersonRead>,
    ) {
        if let Expr::Method(base, name, arguments) = &tree.expr
            && let ("all" | "exists" | "exists_one" | "filter", [variable, body]) =
                (name.as_str(), arguments.as_slice())
        {
            let mut conjuncts = Vec::new();
            conditions(body, &mut conjuncts);
            for conjunct in conjuncts {
                self.gather_item(base, variable, conjunct, view, place, reads);
            }
        }
        if let Some(asked) = self.asked(tree) {
            let kinds = &view.part.triggers;
            if let Some(Val::Text(who)) = self.value_of(asked.who, kinds, place) {
                let holds = self.evaluate(tree, kinds, place);
                reads.insert(PersonRead {
                    scope: asked.scope,
                    field: asked.field,
                    who: who.to_string(),
                    fails: matches!(holds, Some(crate::cel::value::Tri::False)),
                });
            }
        }
        each_child(tree, &mut |child| self.gather(child, view, place, reads));
    }

    /// 宏里的一项条件：列表里的人逐个问过，不合的单列。
    fn gather_item(
        &self,
        base: &Spanned,
        variable: &Spanned,
        conjunct: &Spanned,
        view: &View<'_>,
        place: &Place,
        reads: &mut BTreeSet<PersonRead>,
    ) {
        let mut found = Vec::new();
        self.find_asked(conjunct, &mut found);
        let Some(asked) = found.into_iter().find(|a| names(a.who, variable)) else {
            return;
        };
        let kinds = &view.part.triggers;
        let everyone = self.value_of(base, kinds, place);
        let everyone = match everyone {
            Some(Val::List(list)) => self.people(&list.items),
            _ => return,
        };
        let failing = self
            .filtered(base, variable, negated(conjunct), kinds, place)
            .unwrap_or_default();
        for who in everyone {
            reads.insert(PersonRead {
                scope: asked.scope.clone(),
                field: asked.field.clone(),
                fails: failing.contains(&who),
                who,
            });
        }
    }

    fn people(&self, items: &[Val]) -> Vec<String> {
        items
            .iter()
            .filter_map(|item| match item {
                Val::Actor(actor) => Some(actor.0.to_string()),
                Val::Text(who) => Some(who.to_string()),
                _ => None,
            })
            .collect()
    }

    fn find_asked<'t>(&self, tree: &'t Spanned, found: &mut Vec<Asked<'t>>) {
        found.extend(self.asked(tree));
        each_child(tree, &mut |child| self.find_asked(child, found));
    }

    /// `card_valid(谁, …)`、`officer(谁).字段`。
    fn asked<'t>(&self, tree: &'t Spanned) -> Option<Asked<'t>> {
        let (call, field) = match &tree.expr {
            Expr::Call(name, _) if name == "card_valid" => (tree, "card"),
            Expr::Field(base, field) => (base.as_ref(), field.as_str()),
            _ => return None,
        };
        let Expr::Call(name, arguments) = &call.expr else {
            return None;
        };
        let scopes = &self.lawbook().book.vocabulary.scopes;
        let wanted = if name == "card_valid" {
            "officers"
        } else {
            name
        };
        let scope = scopes.iter().find(|s| {
            s.is_keyed && (s.name.as_ref() == wanted || s.name.trim_end_matches('s') == wanted)
        })?;
        Some(Asked {
            who: arguments.first()?,
            scope: scope.name.to_string(),
            field: field.to_owned(),
        })
    }

    /// 各人登记的各行，写明当日的值。
    pub(super) fn people_lines(&self, view: &View<'_>) -> Vec<String> {
        let reads = self.people_read(view);
        reads
            .iter()
            .filter_map(|read| {
                let (scope, field) = self.declared(read)?;
                Some(format!(
                    "{} {} 的“{}”：{}",
                    scope.label,
                    read.who,
                    field.label,
                    self.registered(scope, field, &read.who, view.result.day)
                ))
            })
            .collect()
    }

    /// 不合要求的人，一人一行。
    pub(super) fn people_failing(&self, view: &View<'_>) -> Vec<String> {
        let day = view.result.day;
        self.people_read(view)
            .iter()
            .filter(|read| read.fails)
            .filter_map(|read| {
                let (scope, field) = self.declared(read)?;
                Some(format!(
                    "不合要求的是 {}：{}“{}”为{}。",
                    read.who,
                    day.in_chinese(),
                    field.label,
                    self.on_day(scope, field, &read.who, day)
                ))
            })
            .collect()
    }

    pub(super) fn declared(&self, read: &PersonRead) -> Option<(&Scope, &Field)> {
        let scopes = &self.lawbook().book.vocabulary.scopes;
        let scope = scopes.iter().find(|s| s.name.as_ref() == read.scope)?;
        let field = scope
            .fields
            .iter()
            .find(|f| f.name.as_ref() == read.field)?;
        Some((scope, field))
    }

    fn raw(&self, scope: &Scope, field: &Field, who: &str) -> Option<&Value> {
        let path = format!("{}.{who}.{}", scope.name, field.name);
        self.case().timeline.facts.at(&path)
    }

    /// 某日的值。
    pub(super) fn on_day(&self, scope: &Scope, field: &Field, who: &str, day: Date) -> String {
        let sense = Sense::of_field(&scope.name, field);
        match self.raw(scope, field, who) {
            None => "不明".to_owned(),
            Some(Value::List(spans)) if is_dated(field, spans) => spans
                .iter()
                .find(|span| self.covers_day(span, day))
                .and_then(|span| span.at("value"))
                .map_or_else(|| "不明".to_owned(), |v| self.values().value(v, &sense)),
            Some(value) => self.values().value(value, &sense),
        }
    }

    fn covers_day(&self, span: &Value, day: Date) -> bool {
        let bound = |key: &str| match span.at(key) {
            Some(Value::Date(day)) => Some(*day),
            Some(Value::Text(text)) => Date::parse_iso(text).ok(),
            _ => None,
        };
        bound("from").is_none_or(|from| from <= day) && bound("to").is_none_or(|to| day < to)
    }

    /// 登记的全文：随日期不同的逐段列出，并写明当日。
    fn registered(&self, scope: &Scope, field: &Field, who: &str, day: Date) -> String {
        let sense = Sense::of_field(&scope.name, field);
        match self.raw(scope, field, who) {
            None => "材料没有给出".to_owned(),
            Some(Value::List(spans)) if is_dated(field, spans) => {
                format!(
                    "{}；{}当日为{}",
                    self.values().dated(spans, &sense),
                    day.in_chinese(),
                    self.on_day(scope, field, who, day)
                )
            }
            Some(value) => {
                let words = self.values().value(value, &sense);
                if field.is_dated {
                    format!("{words}（材料没有写起止日期，视为一直如此）")
                } else {
                    words
                }
            }
        }
    }
}

pub(super) fn is_dated(field: &Field, spans: &[Value]) -> bool {
    field.is_dated && !spans.is_empty() && spans.iter().all(|s| matches!(s, Value::Record(_)))
}

fn conditions<'t>(tree: &'t Spanned, parts: &mut Vec<&'t Spanned>) {
    match &tree.expr {
        Expr::Binary(Binary::And, left, right) => {
            conditions(left, parts);
            conditions(right, parts);
        }
        _ => parts.push(tree),
    }
}

/// 表达式里有没有这个局部名字。
fn names(tree: &Spanned, variable: &Spanned) -> bool {
    if tree.expr == variable.expr {
        return true;
    }
    let mut found = false;
    each_child(tree, &mut |child| found |= names(child, variable));
    found
}

/// 直接的子表达式。
pub(super) fn each_child<'t>(tree: &'t Spanned, look: &mut dyn FnMut(&'t Spanned)) {
    match &tree.expr {
        Expr::Bool(_) | Expr::Int(_) | Expr::Text(_) | Expr::Name(_) | Expr::Select(..) => {}
        Expr::List(items) | Expr::Call(_, items) => items.iter().for_each(look),
        Expr::Field(base, _) | Expr::Not(base) | Expr::Neg(base) => look(base),
        Expr::Index(left, right) | Expr::Binary(_, left, right) => {
            look(left);
            look(right);
        }
        Expr::Cond(condition, yes, no) => {
            look(condition);
            look(yes);
            look(no);
        }
        Expr::Method(base, _, arguments) => {
            look(base);
            arguments.iter().for_each(look);
        }
    }
}
