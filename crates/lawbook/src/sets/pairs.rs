//! 重叠与对账的结论。

use std::collections::BTreeMap;
use std::sync::Arc;

use mingjing_domain::finding;
use mingjing_kernel::date::Timestamp;

use super::fold::written;
use super::found::{Said, Telling, int, limit};
use super::{Group, Row};
use crate::cel::value::{Miss, Tri, Val};
use crate::forms::gather::ReconcileJudge;

/// 一段：起止（分）与地点。
struct Span<'r> {
    row: &'r Row,
    told: finding::Span,
    from: i64,
    to: i64,
    place: Option<&'r Val>,
}

/// 时刻；日子作起点的从那一日零时起，作终点的算到那一日终了。
fn instant(value: &Val, is_end: bool) -> Option<Timestamp> {
    match value {
        Val::Instant(at) => Some(*at),
        Val::Date(day) if is_end => Some(Timestamp::end_of_day(*day)),
        Val::Date(day) => Some(Timestamp::end_of_day(day.add_days(-1))),
        _ => None,
    }
}

fn minute(at: Timestamp) -> i64 {
    at.unix_seconds().div_euclid(60)
}

/// 重叠：同一组里两段时间相交（或相隔来不及往返），地点不同；没有写地点的，相交即是。
pub(super) fn overlap(telling: &Telling<'_>, gap: Option<usize>, group: &Group) -> Vec<Said> {
    let gap = match limit(group, gap) {
        Ok(gap) => gap.unwrap_or(0),
        Err(m) => return vec![Said::of(Tri::Unknown(m), &group.rows[0])],
    };
    let now = minute(Timestamp::end_of_day(telling.as_of));
    let mut spans: Vec<Span<'_>> = group.rows[0]
        .iter()
        .filter_map(|row| {
            let from = instant(&row.cells[0], false)?;
            let to = row.cells.get(1).and_then(|value| instant(value, true));
            Some(Span {
                row,
                told: finding::Span { from, to },
                from: minute(from),
                // What has not ended is still going on.
                to: to.map_or(now, minute),
                place: row.cells.get(2),
            })
        })
        .collect();
    spans.sort_by_key(|span| span.from);
    let mut said = Vec::new();
    for (i, first) in spans.iter().enumerate() {
        let near = spans[i + 1..].iter();
        for second in near.take_while(|second| second.from < first.to.saturating_add(gap)) {
            let holds = match (first.place, second.place) {
                (Some(Val::Unknown(m)), _) | (_, Some(Val::Unknown(m))) => Tri::Unknown(m.clone()),
                (Some(a), Some(b)) => match (a.equal(b), second.from < first.to) {
                    // In one place nobody has to travel; two entries of the same hour are one visit.
                    (Tri::True, _) => continue,
                    (_, _) => Tri::False,
                },
                _ if second.from < first.to => Tri::False,
                _ => continue,
            };
            let named = |row: &Row| {
                let event = row.event.as_deref().unwrap_or("");
                format!("{}#{event}", telling.name(row.case))
            };
            said.push(Said {
                keys: vec![("first", named(first.row)), ("second", named(second.row))],
                spans: Some([first.told, second.told]),
                ..Said::of(holds, [first.row, second.row])
            });
        }
    }
    said
}

/// 一个键在两边的合计。
#[derive(Default)]
struct Pair<'r> {
    sums: [i64; 2],
    rows: [Vec<&'r Row>; 2],
}

/// 对账：按键对上，报一边独有的，或者合计不等的。
pub(super) fn reconcile(
    judge: ReconcileJudge,
    tolerance: Option<usize>,
    group: &Group,
    unclear: Option<&Miss>,
) -> Vec<Said> {
    let tolerance = match limit(group, tolerance) {
        Ok(rate) => rate.unwrap_or(0),
        Err(m) => return vec![Said::of(Tri::Unknown(m), &group.rows[0])],
    };
    let mut pairs: BTreeMap<Arc<str>, Pair<'_>> = BTreeMap::new();
    for (side, rows) in group.rows.iter().enumerate() {
        for row in rows {
            let Some(key) = row.cells.first().and_then(written) else {
                continue;
            };
            let pair = pairs.entry(key).or_default();
            pair.sums[side] = pair.sums[side].saturating_add(int(row, 1).unwrap_or(0));
            pair.rows[side].push(row);
        }
    }
    let mut said = Vec::new();
    for (key, pair) in &pairs {
        let (left, right) = (pair.rows[0].len(), pair.rows[1].len());
        let is_wrong = match judge {
            ReconcileJudge::LeftOnly => right == 0,
            ReconcileJudge::RightOnly => left == 0,
            ReconcileJudge::Both => left == 0 || right == 0,
            ReconcileJudge::Amount => is_off(pair.sums, tolerance),
        };
        if is_wrong {
            let amount = match judge {
                ReconcileJudge::Amount => (pair.sums[0], pair.sums[1]),
                _ => (left as i64, right as i64),
            };
            // What the other side does not show may be in what could not be counted.
            let holds = unclear.map_or(Tri::False, |m| Tri::Unknown(m.clone()));
            said.push(Said {
                keys: vec![("key", key.to_string())],
                amount: Some(amount),
                ..Said::of(holds, pair.rows.iter().flatten().copied())
            });
        }
    }
    said
}

/// 差额超过左边的万分之几。
fn is_off([left, right]: [i64; 2], tolerance: i64) -> bool {
    let difference = (i128::from(left) - i128::from(right)).abs();
    difference * 10_000 > i128::from(left).abs() * i128::from(tolerance)
}
