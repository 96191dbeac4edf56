//! 次数、离群、编号的结论。

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fold::written;
use super::found::{Said, Telling, int, limit};
use super::{Group, Row};
use crate::cel::value::{Miss, Tri, Val};
use crate::forms::gather::{CountLimits, Method, OutlierLimits, SequenceJudge};
use crate::forms::sets::most;

/// 次数：滚动窗口或日历期间内最多几件（几个不同的值）。
pub(super) fn count(limits: &CountLimits, group: &Group, unclear: Option<&Miss>) -> Vec<Said> {
    let mut by_period: BTreeMap<Option<i32>, Vec<&Row>> = BTreeMap::new();
    for row in &group.rows[0] {
        let period = limits.every.map(|every| every.index(row.day));
        by_period.entry(period).or_default().push(row);
    }
    by_period
        .into_iter()
        .map(|(period, rows)| {
            let said = count_rows(limits, group, &rows, unclear);
            let name = |every: crate::forms::gather::Every| period.map(|index| every.name(index));
            Said {
                period: limits.every.and_then(name),
                ..said
            }
        })
        .collect()
}

fn count_rows(limits: &CountLimits, group: &Group, rows: &[&Row], unclear: Option<&Miss>) -> Said {
    let known = || {
        Ok((
            limit(group, limits.window)?,
            limit(group, limits.at_most)?,
            limit(group, limits.at_least)?,
            limit(group, limits.near)?,
        ))
    };
    let all = || rows.iter().copied();
    let (window, at_most, at_least, near) = match known() {
        Ok(known) => known,
        Err(m) => return Said::of(Tri::Unknown(m), all()),
    };
    let dated: Vec<(i32, Option<Arc<str>>)> = rows
        .iter()
        .map(|row| {
            let value = row.cells.first().filter(|_| limits.is_distinct);
            (row.day.day_number(), value.and_then(written))
        })
        .collect();
    let count = most(&dated, window) as i64;
    let possible = || unclear.map_or(Tri::True, |m| Tri::Unknown(m.clone()));
    // What is not counted can only add: too many stays too many, enough stays enough.
    let below = at_most.map_or(Tri::True, |n| match count <= n {
        true => possible(),
        false => Tri::False,
    });
    let above = at_least.map_or(Tri::True, |n| match (count >= n, unclear) {
        (true, _) => Tri::True,
        (false, Some(m)) => Tri::Unknown(m.clone()),
        (false, None) => Tri::False,
    });
    let holds = below.and(|| above);
    let bound = at_most.or(at_least).unwrap_or_default();
    let is_near = !matches!(holds, Tri::False) && near.is_some_and(|near| count >= near);
    Said {
        amount: Some((count, bound)),
        is_near,
        ..Said::of(if is_near { Tri::False } else { holds }, all())
    }
}

/// 离群：样本不足的不说。
pub(super) fn outlier(telling: &Telling<'_>, limits: &OutlierLimits, group: &Group) -> Vec<Said> {
    let known = || {
        Ok((
            limit(group, limits.window)?,
            limit(group, Some(limits.min_n))?,
            limit(group, Some(limits.limit))?,
        ))
    };
    let (window, min_n, bound) = match known() {
        Ok((window, Some(min_n), Some(bound))) => (window, min_n, bound),
        Ok(_) => return Vec::new(),
        Err(m) => return vec![Said::of(Tri::Unknown(m), &group.rows[0])],
    };
    let is_recent = |row: &&Row| {
        let age = i64::from(telling.as_of.days_since(row.day));
        window.is_none_or(|window| age < window)
    };
    let sample: Vec<(&Row, i64)> = group.rows[0]
        .iter()
        .filter(is_recent)
        .filter_map(|row| Some((row, int(row, 0)?)))
        .collect();
    match limits.method {
        Method::ModifiedZ if sample.len() as i64 >= min_n => {
            modified_z(telling, &sample, (bound, limits.is_explained))
        }
        Method::ModifiedZ => Vec::new(),
        Method::MedianRatio => median_ratio(&sample, min_n, bound),
    }
}

/// 中位数的两倍：个数为偶数时是中间两个之和。
fn twice_median(values: &mut [i128]) -> i128 {
    values.sort_unstable();
    let n = values.len();
    match n {
        0 => 0,
        _ if n.is_multiple_of(2) => values[n / 2 - 1] + values[n / 2],
        _ => values[n / 2] * 2,
    }
}

/// 0.6745 ×（值 − 中位数）÷ MAD，MAD 为零时（值 − 中位数）÷（1.253314 × 平均绝对离差），大于界限的。
///
/// One that has been explained stays in the sample, and is not reported.
fn modified_z(
    telling: &Telling<'_>,
    sample: &[(&Row, i64)],
    (bound, is_explained): (i64, bool),
) -> Vec<Said> {
    let mut values: Vec<i128> = sample.iter().map(|(_, v)| i128::from(*v)).collect();
    let median = twice_median(&mut values);
    // Everything is doubled (values) or quadrupled (the deviation of deviations), so that halves stay whole.
    let mut deviations: Vec<i128> = values.iter().map(|v| (2 * v - median).abs()).collect();
    let sum: i128 = deviations.iter().sum();
    let mad = twice_median(&mut deviations);
    let (n, bound) = (sample.len() as i128, i128::from(bound));
    let is_out = |value: i64| {
        let deviation = (2 * i128::from(value) - median).abs();
        match mad {
            0 => deviation * n * 1_000_000 * 10_000 > bound * 1_253_314 * sum,
            mad => deviation * 2 * 6_745 > bound * mad,
        }
    };
    let holds = |row: &Row| match row.cells.get(1) {
        Some(Val::Bool(true)) if is_explained => Tri::True,
        Some(Val::Unknown(m)) if is_explained => Tri::Unknown(m.clone()),
        _ => Tri::False,
    };
    let out = sample.iter().filter(|(_, value)| is_out(*value));
    out.map(|(row, value)| Said {
        keys: vec![("case", telling.name(row.case).to_string())],
        amount: Some((*value, (median / 2) as i64)),
        day: Some(row.day),
        ..Said::of(holds(row), sample.iter().map(|(row, _)| *row))
    })
    .collect()
}

/// 样本：行与值。
type Sample<'r> = Vec<(&'r Row, i64)>;

/// 两方的中位数相比，大的超过小的若干倍；样本各须足够。
fn median_ratio(sample: &[(&Row, i64)], min_n: i64, bound: i64) -> Vec<Said> {
    let mut sides: BTreeMap<Arc<str>, Sample<'_>> = BTreeMap::new();
    for (row, value) in sample {
        if let Some(side) = row.cells.get(1).and_then(written) {
            sides.entry(side).or_default().push((row, *value));
        }
    }
    sides.retain(|_, rows| rows.len() as i64 >= min_n);
    let medians: Vec<(&Arc<str>, i128, &Sample<'_>)> = sides
        .iter()
        .map(|(side, rows)| {
            let mut values: Vec<i128> = rows.iter().map(|(_, v)| i128::from(*v)).collect();
            (side, twice_median(&mut values), rows)
        })
        .collect();
    let mut said = Vec::new();
    for (high, over, high_rows) in &medians {
        for (low, under, low_rows) in &medians {
            if *over * 10_000 > i128::from(bound) * *under && over > under {
                let rows = high_rows.iter().chain(low_rows.iter()).map(|(row, _)| *row);
                said.push(Said {
                    keys: vec![("high", high.to_string()), ("low", low.to_string())],
                    amount: Some(((over / 2) as i64, (under / 2) as i64)),
                    ..Said::of(Tri::False, rows)
                });
            }
        }
    }
    said
}

/// 编号拆成系列与最后一段数字：示市监处罚〔2025〕12号 是“示市监处罚〔2025〕号”的 12。
fn split_number(text: &str) -> Option<(String, u64)> {
    let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let start = text[..end]
        .rfind(|c: char| !c.is_ascii_digit())
        .map_or(0, |i| {
            i + text[i..].chars().next().map_or(1, char::len_utf8)
        });
    let number = text[start..end].parse().ok()?;
    Some((format!("{}{}", &text[..start], &text[end..]), number))
}

fn number_of(row: &Row) -> Option<(String, u64)> {
    split_number(&written(row.cells.first()?)?)
}

/// 编号：一组之内按系列，查缺号、重号、逆序。
pub(super) fn sequence(judge: SequenceJudge, group: &Group, unclear: Option<&Miss>) -> Vec<Said> {
    let mut series: BTreeMap<String, BTreeMap<u64, Vec<&Row>>> = BTreeMap::new();
    for row in &group.rows[0] {
        if let Some((name, number)) = number_of(row) {
            let numbers = series.entry(name).or_default();
            numbers.entry(number).or_default().push(row);
        }
    }
    let voided: BTreeSet<(String, u64)> = group.rows[1].iter().filter_map(number_of).collect();
    let mut said = Vec::new();
    for (name, numbers) in &series {
        match judge {
            SequenceJudge::Gap => said.extend(gaps(name, numbers, &voided, unclear)),
            SequenceJudge::Dup => said.extend(repeated(name, numbers)),
            SequenceJudge::Order => said.extend(reversed(name, numbers)),
        }
    }
    said
}

/// 列出的缺号至多几个。
const LISTED_MAX: usize = 20;

fn gaps(
    name: &str,
    numbers: &BTreeMap<u64, Vec<&Row>>,
    voided: &BTreeSet<(String, u64)>,
    unclear: Option<&Miss>,
) -> Option<Said> {
    let (first, last) = (*numbers.keys().next()?, *numbers.keys().next_back()?);
    let mut lacking: Vec<Arc<str>> = Vec::new();
    let mut total: i64 = 0;
    let mut previous = first;
    for number in numbers.keys().copied().chain([last]) {
        // A number far off is another series or a slip: what lies between is counted, not walked through for ever.
        for lost in previous.saturating_add(1)..number {
            if !voided.contains(&(name.to_owned(), lost)) {
                total += 1;
                if lacking.len() < LISTED_MAX {
                    lacking.push(lost.to_string().into());
                }
            }
            if lost - previous > 100_000 {
                break;
            }
        }
        previous = number;
    }
    (total > 0).then(|| Said {
        keys: vec![("series", name.to_owned())],
        amount: Some((total, 0)),
        lacking,
        ..Said::of(
            unclear.map_or(Tri::False, |m| Tri::Unknown(m.clone())),
            numbers.values().flatten().copied(),
        )
    })
}

fn repeated<'a>(
    name: &'a str,
    numbers: &'a BTreeMap<u64, Vec<&'a Row>>,
) -> impl Iterator<Item = Said> + 'a {
    numbers.iter().filter_map(move |(number, rows)| {
        let cases: BTreeSet<u32> = rows.iter().map(|row| row.case).collect();
        (cases.len() > 1).then(|| Said {
            keys: vec![("series", name.to_owned()), ("number", number.to_string())],
            amount: Some((cases.len() as i64, 1)),
            ..Said::of(Tri::False, rows.iter().copied())
        })
    })
}

/// 号大而日早：与号小的里面最晚的一日比，同日不论。
fn reversed(name: &str, numbers: &BTreeMap<u64, Vec<&Row>>) -> Vec<Said> {
    let mut latest: Option<&Row> = None;
    let mut said = Vec::new();
    for (number, rows) in numbers {
        let Some(row) = rows.iter().copied().min_by_key(|row| row.day) else {
            continue;
        };
        match latest {
            Some(before) if row.day < before.day => said.push(Said {
                keys: vec![("series", name.to_owned()), ("number", number.to_string())],
                actual: Some(row.day),
                ..Said::of(Tri::False, [before, row])
            }),
            _ => latest = Some(row),
        }
    }
    said
}
