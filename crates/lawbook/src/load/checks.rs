//! 全书读完之后的检查：规则能否触发、推定与义务有没有环。

use std::collections::{BTreeSet, HashMap};

use crate::book::Book;
use crate::cel::compile::Deps;
use crate::cel::types::KindId;
use crate::derived::Derived;
use crate::diagnostic::{At, Code, Sink, SourceFile, nearest};
use crate::procedure::Procedure;
use crate::rule::Rule;

/// LB11：规则限定的程序须存在，触发的种类须在这些程序（及其中开启的子程序）里出现。
pub(super) fn procedures(book: &Book, rules: &[Rule], procedures: &[Procedure], sink: &mut Sink) {
    let sides = procedures.iter().filter(|p| {
        let opens = |k: &crate::vocabulary::Kind| k.opens.as_ref() == Some(&p.name);
        book.vocabulary.kinds.iter().any(opens)
    });
    let kinds_of =
        |p: &Procedure| -> BTreeSet<KindId> { p.transitions.iter().map(|t| t.on).collect() };
    let of_sides: BTreeSet<KindId> = sides.flat_map(kinds_of).collect();
    let by_name: HashMap<&str, BTreeSet<KindId>> = procedures
        .iter()
        .map(|p| (p.name.as_ref(), kinds_of(p)))
        .collect();
    for rule in rules.iter().filter(|r| !r.procedures.is_empty()) {
        let at = || super::key_at(&rule.at, "procedures");
        let mut own = Vec::with_capacity(rule.procedures.len());
        for name in &rule.procedures {
            match by_name.get(name.as_ref()) {
                Some(kinds) => own.push(kinds),
                None => {
                    let hint = nearest(name, procedures.iter().map(|p| p.name.as_ref()));
                    let message = format!("规则限定的程序 {name} 不存在，规则永不触发");
                    sink.error(&at(), Code::DeadRule, message, hint);
                }
            }
        }
        let is_known = own.len() == rule.procedures.len();
        let occurs =
            |kind: &KindId| of_sides.contains(kind) || own.iter().any(|kinds| kinds.contains(kind));
        let can_fire = rule
            .parts
            .iter()
            .any(|part| part.triggers.is_empty() || part.triggers.iter().any(occurs));
        if is_known && !can_fire {
            let message = "触发的事件都不在规则限定的程序里，规则永不触发";
            let hint = Some("改 procedures，或把事件写进程序的状态表".into());
            sink.error(&at(), Code::DeadRule, message, hint);
        }
    }
}

/// LB08：推定与义务不得成环。
pub(super) fn cycles(book: &Book, derived: &[Derived], rules: &[Rule], sink: &mut Sink) {
    let by_code: HashMap<&str, &Rule> = rules.iter().map(|r| (r.code.as_ref(), r)).collect();
    let duty_deps: Vec<Option<&Deps>> = book
        .duties
        .iter()
        .map(|d| {
            let rule = by_code.get(d.code.as_ref())?;
            rule.parts.get(d.part).map(|p| &p.deps)
        })
        .collect();
    let count = book.duties.len();
    let edges = |node: usize| -> Vec<usize> {
        let deps = if node < count {
            duty_deps[node]
        } else {
            derived.get(node - count).map(|d| &d.deps)
        };
        deps.map_or_else(Vec::new, |d| {
            d.duties
                .iter()
                .copied()
                .chain(d.derived.iter().map(|i| i + count))
                .collect()
        })
    };
    let mut state = vec![0u8; count + derived.len()];
    for root in 0..state.len() {
        if let Some(node) = find_cycle(root, &edges, &mut state) {
            let (name, at) = match book.duties.get(node) {
                Some(duty) => (
                    duty.code.to_string(),
                    rules
                        .iter()
                        .find(|r| r.code == duty.code)
                        .map(|r| r.at.clone()),
                ),
                None => (format!("derived.{}", derived[node - count].name), None),
            };
            let at = at.unwrap_or(At {
                file: SourceFile::new("derived/", ""),
                span: 0..0,
            });
            sink.error(
                &at,
                Code::Cycle,
                format!("{name} 的期限经过推定日期又回到自己"),
                None,
            );
        }
    }
}

/// 深度优先找环；0 未看、1 在路上、2 看完。
fn find_cycle(root: usize, edges: &dyn Fn(usize) -> Vec<usize>, state: &mut [u8]) -> Option<usize> {
    let mut stack: Vec<(usize, Vec<usize>)> = Vec::new();
    if state[root] == 0 {
        state[root] = 1;
        stack.push((root, edges(root)));
    }
    let mut found = None;
    while let Some((node, list)) = stack.last_mut() {
        match list.pop() {
            Some(next) if state[next] == 1 => found = Some(next),
            Some(next) if state[next] == 0 => {
                state[next] = 1;
                stack.push((next, edges(next)));
            }
            Some(_) => {}
            None => {
                state[*node] = 2;
                stack.pop();
            }
        }
    }
    found
}
