//! 机构树：在按日期分段的状态之上铺路径；上级改了代码、并入别处，下级的路径在那一天跟着变（R-001）。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_policy::grant::Term;
use mingjing_policy::org::{OrgPath, OrgPathError};
use mingjing_store::org_node::{OrgKind, OrgNode};

/// How many mergers in a row are followed; a longer chain is a circle.
const SUCCESSIONS_MAX: u8 = 16;

/// 在哪里：路径与领域。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// 路径。
    pub path: OrgPath,
    /// 领域；区划没有。
    pub department: Option<String>,
}

/// 这一段时间里，一个节点的位置怎样变：首尾相接的几段。
///
/// After the end of a node its successor stands for it; without one its last path does, so that nothing below a node
/// that was abolished falls out of everybody's sight.
pub fn places_of<'a>(
    id: TimelineId,
    term: Term,
    rows: &impl Fn(TimelineId) -> &'a [OrgNode],
) -> Vec<(Term, Place)> {
    let mut found = Vec::new();
    follow(id, term, rows, SUCCESSIONS_MAX, &mut found);
    let mut merged: Vec<(Term, Place)> = Vec::new();
    for (term, place) in found {
        match merged.last_mut() {
            Some((last, same)) if *same == place && last.to == Some(term.from) => last.to = term.to,
            _ => merged.push((term, place)),
        }
    }
    merged
}

fn follow<'a>(
    id: TimelineId,
    term: Term,
    rows: &impl Fn(TimelineId) -> &'a [OrgNode],
    left: u8,
    found: &mut Vec<(Term, Place)>,
) {
    let rows_of = rows(id);
    let Some((first, last)) = rows_of.first().zip(rows_of.last()) else {
        found.push((term, nowhere()));
        return;
    };
    let mut at = term.from;
    let is_over = |at: Date| term.to.is_some_and(|to| to <= at);
    for (number, row) in rows_of.iter().enumerate() {
        let is_last = number + 1 == rows_of.len();
        // Until the next row: between two rows of one node there is no gap, and before the first one it has to serve.
        let until = match (is_last, row.term.to) {
            (false, _) => rows_of.get(number + 1).map(|next| next.term.from),
            (true, to) => to,
        };
        if until.is_some_and(|until| until <= at) {
            continue;
        }
        let to = match (until, term.to) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        found.push((Term { from: at, to }, place(row)));
        match to {
            None => return,
            Some(to) => at = to,
        }
        if is_over(at) {
            return;
        }
    }
    let rest = Term {
        from: at,
        to: term.to,
    };
    match last.successor.filter(|_| left > 0) {
        Some(successor) => follow(successor, rest, rows, left - 1, found),
        None => found.push((rest, place(last))),
    }
    debug_assert!(first.term.from <= last.term.from);
}

fn place(node: &OrgNode) -> Place {
    Place {
        path: node.path.clone(),
        department: node.department.clone(),
    }
}

/// 全平台：没有上级、没有机关的在这里。
pub(crate) fn nowhere() -> Place {
    Place {
        path: OrgPath::root(),
        department: None,
    }
}

/// 在自己的各段之上铺路径；`rows` 是上级（及承继者）已经铺好的行。
pub fn lay<'a>(
    own: &[OrgNode],
    rows: &impl Fn(TimelineId) -> &'a [OrgNode],
) -> Result<Vec<OrgNode>, OrgPathError> {
    let mut laid = Vec::new();
    for node in own {
        let above = match node.parent {
            None => vec![(node.term, nowhere())],
            Some(parent) => places_of(parent, node.term, rows),
        };
        for (term, above) in above {
            laid.push(OrgNode {
                path: above.path.child(&segment(node))?,
                term,
                ..node.clone()
            });
        }
    }
    Ok(laid)
}

/// 自己的各段：只因上级而分开的并回去。
pub fn own_spans(rows: &[OrgNode]) -> Vec<OrgNode> {
    let mut own: Vec<OrgNode> = Vec::new();
    for row in rows {
        let is_same = |last: &OrgNode| {
            let continued = OrgNode {
                path: last.path.clone(),
                term: last.term,
                ..row.clone()
            };
            *last == continued && last.term.to == Some(row.term.from)
        };
        match own.last_mut() {
            Some(last) if is_same(last) => last.term.to = row.term.to,
            _ => own.push(row.clone()),
        }
    }
    own
}

/// 上级与承继者之中有没有它自己：接成圈的树不成其为树，圈里的也推不出来。
pub fn is_below<'a>(
    id: TimelineId,
    ancestor: TimelineId,
    rows: &impl Fn(TimelineId) -> &'a [OrgNode],
) -> bool {
    let mut waiting = vec![id];
    let mut seen = Vec::new();
    while let Some(at) = waiting.pop() {
        if at == ancestor {
            return true;
        }
        if seen.contains(&at) {
            continue;
        }
        seen.push(at);
        waiting.extend(
            rows(at)
                .iter()
                .flat_map(|row| [row.parent, row.successor])
                .flatten(),
        );
    }
    false
}

/// 监督这个机构的区划：所在的区划及其各上级，由上至下（R-002：同级与上级监督）。
pub fn supervising_divisions(org: &OrgPath) -> Vec<OrgPath> {
    let mut above = vec![OrgPath::root()];
    for segment in org.division().segments() {
        let next = above.last().and_then(|path| path.child(segment).ok());
        above.extend(next);
    }
    above.remove(0);
    above
}

/// The segment of a node in paths: the code of a division (six digits, a town nine), or `b-` and the id of a body.
fn segment(node: &OrgNode) -> String {
    match node.kind {
        OrgKind::Division => node.code.clone(),
        OrgKind::Body => format!("b-{:032x}", node.id.bits()),
    }
}
