//! 受影响的规则：改了的规则自己，以及一路经参数、定义、推定、义务与让位引用到所改之处的。
//!
//! It errs on the side of too many: what is not known to be without influence counts as a change of every rule.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diff::compare::{cites, is_judged_by};
use crate::diff::item::{Item, Items, Kind};
use crate::diff::{Change, Difference};
use crate::lawbook::Lawbook;

/// 结论可能不同的规则。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affected {
    /// 说不准只影响几条的（事件、事实、日历、程序变了）：全部。
    pub is_all: bool,
    /// 旧的一份里的。
    pub before: BTreeSet<Arc<str>>,
    /// 新的一份里的。
    pub after: BTreeSet<Arc<str>>,
}

impl Affected {
    /// 没有一条规则的结论会不同。
    pub fn is_empty(&self) -> bool {
        self.before.is_empty() && self.after.is_empty()
    }
}

/// What another item's text says to refer to an item, by kind.
const LEADS: [(&str, Kind); 10] = [
    ("term.", Kind::Term),
    ("derived.", Kind::Derived),
    ("derived('", Kind::Derived),
    ("derived(\"", Kind::Derived),
    ("param:", Kind::Parameter),
    ("param('", Kind::Parameter),
    ("param(\"", Kind::Parameter),
    ("due('", Kind::Rule),
    ("state('", Kind::Rule),
    ("rule('", Kind::Rule),
];

/// 两份法典里结论可能不同的规则。
pub(super) fn of(
    differences: &[Difference],
    (old, new): (&Items<'_>, &Items<'_>),
    (before, after): (&Lawbook, &Lawbook),
) -> Affected {
    let told = differences
        .iter()
        .filter(|d| d.change != Change::Reworded && is_judged_by(d.kind));
    let told: Vec<&Difference> = told.collect();
    let is_all = told.iter().any(|d| !is_followed(d.kind));
    let codes = |lawbook: &Lawbook, items: &Items<'_>| -> BTreeSet<Arc<str>> {
        if is_all {
            return lawbook.rules.iter().map(|rule| rule.code.clone()).collect();
        }
        let reached = reached(&told, items);
        let rules = reached.into_iter().filter(|(kind, _)| *kind == Kind::Rule);
        rules.map(|(_, key)| Arc::from(key)).collect()
    };
    Affected {
        is_all,
        before: codes(before, old),
        after: codes(after, new),
    }
}

/// Kinds whose users can be found by name; a statute is found by who cites it.
fn is_followed(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Rule | Kind::Parameter | Kind::Term | Kind::Derived | Kind::Statute
    )
}

/// 一项变化影响的规则；影响全部的说不出几条，为空。
pub(super) fn rules_of(
    difference: &Difference,
    (old, new): (&Items<'_>, &Items<'_>),
) -> Vec<Arc<str>> {
    if difference.change == Change::Reworded || !is_followed(difference.kind) {
        return Vec::new();
    }
    let mut codes: BTreeSet<String> = BTreeSet::new();
    for items in [old, new] {
        let reached = reached(&[difference], items);
        let rules = reached.into_iter().filter(|(kind, _)| *kind == Kind::Rule);
        codes.extend(rules.map(|(_, key)| key));
    }
    codes.into_iter().map(Arc::from).collect()
}

/// Everything in `items` that refers, by however many steps, to what has changed.
fn reached(changed: &[&Difference], items: &Items<'_>) -> BTreeSet<(Kind, String)> {
    let users = users(items);
    let mut waiting: Vec<(Kind, String)> =
        changed.iter().map(|d| (d.kind, d.key.clone())).collect();
    let mut reached: BTreeSet<(Kind, String)> = BTreeSet::new();
    let own: BTreeSet<(Kind, String)> = waiting.iter().cloned().collect();
    while let Some(item) = waiting.pop() {
        for user in users.get(&item).into_iter().flatten() {
            if reached.insert(user.clone()) {
                waiting.push(user.clone());
            }
        }
    }
    reached.extend(own.into_iter().filter(|key| items.contains_key(key)));
    reached
}

/// Of each item, which items refer to it.
fn users(items: &Items<'_>) -> BTreeMap<(Kind, String), BTreeSet<(Kind, String)>> {
    let mut users: BTreeMap<(Kind, String), BTreeSet<(Kind, String)>> = BTreeMap::new();
    let statutes: Vec<&str> = items
        .keys()
        .filter(|(kind, _)| *kind == Kind::Statute)
        .map(|(_, key)| key.as_str())
        .collect();
    for (own, item) in items {
        if own.0 != Kind::Rule && !matches!(own.0, Kind::Parameter | Kind::Term | Kind::Derived) {
            continue;
        }
        for used in mentioned(item, items) {
            users.entry(used).or_default().insert(own.clone());
        }
        for cited in cites(&item.node) {
            let short = statutes
                .iter()
                .filter(|short| cited.starts_with(**short))
                .max_by_key(|short| short.len());
            if let Some(short) = short {
                let statute = (Kind::Statute, (*short).to_owned());
                users.entry(statute).or_default().insert(own.clone());
            }
        }
    }
    users
}

fn mentioned(item: &Item<'_>, items: &Items<'_>) -> BTreeSet<(Kind, String)> {
    let mut names = BTreeSet::new();
    for text in item.strings() {
        // A key that holds nothing but a code (`duty`, `yields_to`) refers to that rule.
        let rule = (Kind::Rule, text.to_owned());
        if items.contains_key(&rule) {
            names.insert(rule);
        }
        for (lead, kind) in LEADS {
            for (at, _) in text.match_indices(lead) {
                let rest = &text[at + lead.len()..];
                let is_of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
                let end = rest.find(|c: char| !is_of_name(c)).unwrap_or(rest.len());
                names.insert((kind, rest[..end].to_owned()));
            }
        }
    }
    names
}
