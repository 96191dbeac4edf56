//! 归并：同一案里原因相同的发现说的是同一件事，放在一起，说一次原因。

use std::collections::BTreeMap;

use mingjing_lawbook::explain::Cause;

/// 一个发现归在哪一组；独自一组的没有原因可说。
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    /// 第几组，按组内第一个发现的次序。
    pub(super) group: usize,
    /// 共同的原因。
    pub(super) cause: Option<String>,
}

/// 各个发现的原因分成组：有一个原因相同就在一组。
pub(super) fn group(causes: &[&[Cause]]) -> Vec<Placed> {
    let mut root: Vec<usize> = (0..causes.len()).collect();
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, own) in causes.iter().enumerate() {
        for cause in *own {
            let other = *first.entry(&cause.key).or_insert(at);
            let (a, b) = (find(&root, at), find(&root, other));
            root[a.max(b)] = a.min(b);
        }
    }
    let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
    let roots: Vec<usize> = (0..causes.len()).map(|at| find(&root, at)).collect();
    roots
        .iter()
        .map(|r| {
            let next = numbers.len();
            let group = *numbers.entry(*r).or_insert(next);
            let members: Vec<&[Cause]> = roots
                .iter()
                .zip(causes)
                .filter(|(other, _)| *other == r)
                .map(|(_, own)| *own)
                .collect();
            Placed {
                group,
                cause: (members.len() > 1).then(|| shared(&members)).flatten(),
            }
        })
        .collect()
}

fn find(root: &[usize], mut at: usize) -> usize {
    while root[at] != at {
        at = root[at];
    }
    at
}

/// 组内最多的发现所共有的原因；一样多的取先说的。
fn shared(members: &[&[Cause]]) -> Option<String> {
    let mut best: Option<(usize, &Cause)> = None;
    for cause in members.iter().flat_map(|own| own.iter()) {
        let holders = members
            .iter()
            .filter(|own| own.iter().any(|c| c.key == cause.key))
            .count();
        if best.is_none_or(|(most, _)| holders > most) {
            best = Some((holders, cause));
        }
    }
    best.filter(|(holders, _)| *holders > 1)
        .map(|(_, cause)| cause.label.clone())
}
