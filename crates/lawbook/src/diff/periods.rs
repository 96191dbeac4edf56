//! 影响的期间：在哪些日子里，变了之后与原来不同。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_kernel::date::Date;

use crate::diff::compare::Edit;
use crate::diff::is_before;
use crate::diff::item::Item;
use crate::lawbook::Lawbook;
use crate::parameters::{Parameter, Setting};

/// 一段日子，含首日，不含末日；没有首日的自始，没有末日的至今。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// 起（含）。
    pub from: Option<Date>,
    /// 止（不含）。
    pub to: Option<Date>,
}

/// 一段日子里的不同。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impact {
    /// 哪一段日子。
    pub span: Span,
    /// 只对哪些机关、事项：领域、地区、事项的名称；都适用的为空。
    pub scope: String,
    /// 原来的值与依据；原来没有的为空。
    pub before: Option<String>,
    /// 现在的值与依据；现在没有的为空。
    pub after: Option<String>,
}

/// 一项的期间：起止之外还改了别的，是两份所及的日子；只改了起止的，是一份有而另一份没有的日子。
pub(super) fn of_item(
    old: Option<&Item<'_>>,
    new: Option<&Item<'_>>,
    edits: &[Edit],
) -> Vec<Impact> {
    let span = |item: &Item<'_>| {
        Some(Span {
            from: Some(item.day("from")?),
            to: item.day("to"),
        })
    };
    let (old, new) = (old.and_then(span), new.and_then(span));
    let is_of_term = |edit: &Edit| edit.place == "from" || edit.place == "to";
    let is_moved_only = edits.iter().all(|e| e.is_wording || is_of_term(e)) && !edits.is_empty();
    let spans = match (old, new) {
        (Some(old), Some(new)) if is_moved_only => [minus(old, new), minus(new, old)].concat(),
        (Some(old), Some(new)) => union(old, new),
        (one, other) => one.or(other).into_iter().collect(),
    };
    let plain = |span| Impact {
        span,
        scope: String::new(),
        before: None,
        after: None,
    };
    spans.into_iter().map(plain).collect()
}

fn is_empty(span: Span) -> bool {
    matches!((span.from, span.to), (Some(from), Some(to)) if from >= to)
}

/// The days of `a` that are not in `b`.
fn minus(a: Span, b: Span) -> Vec<Span> {
    let mut list = Vec::new();
    let before = Span {
        from: a.from,
        to: if is_before(a.to, b.from) {
            a.to
        } else {
            b.from
        },
    };
    if b.from.is_some() {
        list.push(before);
    }
    if let Some(end) = b.to {
        list.push(Span {
            from: a.from.max(Some(end)),
            to: a.to,
        });
    }
    list.retain(|span| !is_empty(*span));
    list
}

fn union(a: Span, b: Span) -> Vec<Span> {
    let (first, second) = if a.from <= b.from { (a, b) } else { (b, a) };
    if is_before(first.to, second.from) {
        return vec![first, second];
    }
    let to = if is_before(first.to, second.to) {
        second.to
    } else {
        first.to
    };
    vec![Span {
        from: first.from,
        to,
    }]
}

/// Whom a value binds: department, region, item.
type Scope = [Option<String>; 3];

/// 一个参数的期间：同一范围里，哪些日子的值、依据或标记不同。
pub(super) fn of_parameter(name: &str, before: &Lawbook, after: &Lawbook) -> Vec<Impact> {
    let find = |lawbook: &Lawbook| -> Option<Parameter> {
        let id = lawbook.book.parameters.find(name)?;
        Some(lawbook.book.parameters.get(id).clone())
    };
    let (old, new) = (find(before), find(after));
    let (old, new) = (by_scope(old.as_ref()), by_scope(new.as_ref()));
    let scopes: BTreeSet<&Scope> = old.keys().chain(new.keys()).collect();
    let mut impacts = Vec::new();
    for scope in scopes {
        let none = Vec::new();
        let a = old.get(scope).unwrap_or(&none);
        let b = new.get(scope).unwrap_or(&none);
        let words = in_words(scope, after);
        impacts.extend(of_settings(a, b).into_iter().map(|impact| Impact {
            scope: words.clone(),
            ..impact
        }));
    }
    impacts
}

fn by_scope(parameter: Option<&Parameter>) -> BTreeMap<Scope, Vec<&Setting>> {
    let mut scopes: BTreeMap<Scope, Vec<&Setting>> = BTreeMap::new();
    for setting in parameter.into_iter().flat_map(|p| &p.settings) {
        let scope = [&setting.department, &setting.region, &setting.item];
        let scope = scope.map(|name| name.as_ref().map(ToString::to_string));
        scopes.entry(scope).or_default().push(setting);
    }
    scopes
}

fn in_words([department, region, item]: &Scope, lawbook: &Lawbook) -> String {
    let vocabulary = &lawbook.book.vocabulary;
    let of = |names: &BTreeMap<String, String>, code: &Option<String>| {
        let code = code.as_ref()?;
        Some(names.get(code).unwrap_or(code).clone())
    };
    let words = [
        of(&vocabulary.departments, department),
        of(&vocabulary.regions, region),
        item.as_ref().map(|item| format!("事项 {item}")),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join("、")
}

/// Between two neighbouring days on which something begins or ends, nothing changes.
fn of_settings(old: &[&Setting], new: &[&Setting]) -> Vec<Impact> {
    let all = || old.iter().chain(new);
    let mut days: BTreeSet<Date> = all().map(|s| s.from).collect();
    days.extend(all().filter_map(|s| s.to));
    let days: Vec<Date> = days.into_iter().collect();
    let mut impacts: Vec<Impact> = Vec::new();
    for (i, day) in days.iter().enumerate() {
        let (before, after) = (said(old, *day), said(new, *day));
        if before == after {
            continue;
        }
        let to = days.get(i + 1).copied();
        match impacts.last_mut() {
            Some(last)
                if last.span.to == Some(*day)
                    && (&last.before, &last.after) == (&before, &after) =>
            {
                last.span.to = to;
            }
            _ => impacts.push(Impact {
                span: Span {
                    from: Some(*day),
                    to,
                },
                scope: String::new(),
                before,
                after,
            }),
        }
    }
    impacts
}

fn said(settings: &[&Setting], day: Date) -> Option<String> {
    let setting = settings
        .iter()
        .find(|s| s.from <= day && s.to.is_none_or(|to| day < to))?;
    let mut text = setting.text.trim().trim_matches('"').to_owned();
    text = match text.as_str() {
        "none" => "不设限".to_owned(),
        "unknown" => "待核".to_owned(),
        _ => text.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    let marks: Vec<&str> = setting.marks.iter().map(|mark| mark.name()).collect();
    if !setting.citations.is_empty() {
        text.push_str(&format!("（{}）", setting.citations.join("、")));
    }
    for mark in marks {
        text.push_str(&format!("〔{mark}〕"));
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, to: Option<&str>) -> Span {
        let day = |text: &str| Date::parse_iso(text).expect("a date");
        Span {
            from: Some(day(from)),
            to: to.map(day),
        }
    }

    #[test]
    fn days_of_one_and_not_of_the_other() {
        let whole = span("2021-07-15", None);
        let until = span("2021-07-15", Some("2026-01-01"));
        assert_eq!(minus(whole, until), [span("2026-01-01", None)]);
        assert_eq!(minus(until, whole), []);
        let later = span("2023-01-01", Some("2024-01-01"));
        assert_eq!(
            minus(whole, later),
            [
                span("2021-07-15", Some("2023-01-01")),
                span("2024-01-01", None)
            ]
        );
        assert_eq!(minus(later, span("2025-01-01", None)), [later]);
    }

    #[test]
    fn days_of_either() {
        let early = span("2020-01-01", Some("2021-01-01"));
        let late = span("2022-01-01", None);
        assert_eq!(union(late, early), [early, late]);
        let long = span("2020-06-01", None);
        assert_eq!(union(early, long), [span("2020-01-01", None)]);
    }
}
