//! 按期的结论：每个主体、每一期，截止日以前做够没有。

use std::collections::BTreeMap;

use mingjing_kernel::date::Date;

use super::found::{Said, int};
use super::{Group, Period, Row};
use crate::cel::value::{Miss, Tri, Val};
use crate::forms::gather::Every;

/// 这件事属于哪一期：写明的年份、日子，否则发生之日。
fn period_of(every: Every, row: &Row) -> Option<i32> {
    match row.cells.get(1) {
        Some(Val::Int(year)) if every == Every::Year => i32::try_from(*year).ok(),
        Some(Val::Date(day)) => Some(every.index(*day)),
        Some(_) => None,
        None => Some(every.index(row.day)),
    }
}

/// 逐期判断；主体出现的那一期不完整，从下一期判起，除非它从第一日就在。
pub(super) fn judge(as_of: Date, every: Every, group: &Group, unclear: Option<&Miss>) -> Vec<Said> {
    let Some(since) = group.since else {
        return Vec::new();
    };
    let mut done: BTreeMap<i32, Vec<&Row>> = BTreeMap::new();
    for row in &group.rows[1] {
        if let Some(index) = period_of(every, row) {
            done.entry(index).or_default().push(row);
        }
    }
    let is_whole = |index: i32| every.start(index).is_some_and(|first| since <= first);
    let periods = group.periods.iter().filter(|(index, _)| is_whole(**index));
    periods
        .filter_map(|(index, period)| {
            let rows = done.get(index).map_or(&[][..], Vec::as_slice);
            let said = of_period(as_of, period, rows, unclear)?;
            Some(Said {
                period: Some(every.name(*index)),
                day: every.end(*index),
                ..said
            })
        })
        .collect()
}

fn of_period(as_of: Date, period: &Period, rows: &[&Row], unclear: Option<&Miss>) -> Option<Said> {
    let all = || rows.iter().copied();
    let due = match &period.due {
        Ok(due) => *due,
        Err(m) => return Some(Said::of(Tri::Unknown(m.clone()), all())),
    };
    let limit = match &period.limit {
        Val::Int(n) => *n,
        // The law sets no limit for this body in this period.
        Val::Unknown(m) if m.iter().all(|m| m.why == super::BLANK) => return None,
        Val::Unknown(m) if as_of > due => return Some(Said::of(Tri::Unknown(m.clone()), all())),
        _ => return None,
    };
    let sum = |rows: &mut dyn Iterator<Item = &&Row>| -> i64 {
        rows.map(|row| int(row, 0).unwrap_or(0))
            .fold(0, i64::saturating_add)
    };
    let in_time = sum(&mut rows.iter().filter(|row| row.day <= due));
    let holds = match (in_time >= limit, as_of > due, unclear) {
        (true, _, _) => Tri::True,
        (false, false, _) => return None,
        (false, true, Some(m)) => Tri::Unknown(m.clone()),
        (false, true, None) => Tri::False,
    };
    let total = sum(&mut rows.iter());
    let is_late = total >= limit && in_time < limit;
    let last = rows.iter().map(|row| row.day).max();
    Some(Said {
        amount: Some((in_time, limit)),
        actual: last.filter(|_| is_late),
        ..Said::of(holds, all())
    })
}
