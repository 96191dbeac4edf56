//! 只知大概日期的事件：每一日都试，回答相同才有回答。
//!
//! A row that knows only a month is judged only where every day of it gives one answer. All combinations are
//! tried up to [`COMBINATIONS_MAX`]; beyond that every result resting on a vague day is undetermined.

use std::collections::BTreeMap;

use mingjing_domain::finding::{
    Assessment, EventIndex, Missing, MissingWhy, Outcome, RuleResult, Status,
};
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;

use crate::assess::{Options, assess_exact};
use crate::lawbook::Lawbook;

/// 逐日组合的上限：两件只知月份的事约九百六十种，三件以上不逐一试。
pub const COMBINATIONS_MAX: usize = 1_100;

/// 结果的身份：规则、部分、触发、键。
type Identity = (u32, u16, Option<EventIndex>, BTreeMap<String, String>);

/// 评估含有大概日期的时间线。
pub fn assess(lawbook: &Lawbook, timeline: &Timeline, options: &Options) -> Assessment {
    let vague: Vec<(usize, Date, i32)> = timeline
        .events
        .iter()
        .enumerate()
        .filter_map(|(i, e)| {
            let days = e.occurred_until?.days_since(e.occurred_on) + 1;
            (days > 1).then_some((i, e.occurred_on, days))
        })
        .collect();
    let combinations = vague.iter().try_fold(1usize, |total, (_, _, days)| {
        total
            .checked_mul(*days as usize)
            .filter(|t| *t <= COMBINATIONS_MAX)
    });
    let last = timeline
        .events
        .iter()
        .map(|e| e.occurred_until.unwrap_or(e.occurred_on))
        .max();
    let options = Options {
        as_of: options.as_of.or(last),
        ..*options
    };
    let all = Options {
        keep_all: true,
        ..options
    };
    let mut merged = match combinations {
        Some(count) => try_all(lawbook, timeline, &all, &vague, count),
        None => extremes(lawbook, timeline, &all, &vague),
    };
    if !options.keep_all {
        merged
            .results
            .retain(|r| matches!(r.outcome, Outcome::Violation | Outcome::Undetermined));
    }
    merged
}

/// 把大概日期的事件定在第 `number` 种组合的日子。
fn at_combination(
    timeline: &Timeline,
    vague: &[(usize, Date, i32)],
    mut number: usize,
) -> Timeline {
    let mut exact = timeline.clone();
    for (index, first, days) in vague {
        let offset = (number % *days as usize) as i32;
        number /= *days as usize;
        exact.events[*index].occurred_on = first.add_days(offset);
        exact.events[*index].occurred_until = None;
    }
    exact
}

fn try_all(
    lawbook: &Lawbook,
    timeline: &Timeline,
    options: &Options,
    vague: &[(usize, Date, i32)],
    count: usize,
) -> Assessment {
    let mut first = assess_exact(lawbook, &at_combination(timeline, vague, 0), options);
    let mut seen: BTreeMap<Identity, (RuleResult, usize, bool)> = BTreeMap::new();
    for result in first.results.drain(..) {
        seen.insert(identity(&result), (result, 1, false));
    }
    for number in 1..count {
        let next = assess_exact(lawbook, &at_combination(timeline, vague, number), options);
        for result in next.results {
            match seen.get_mut(&identity(&result)) {
                Some((kept, times, differs)) => {
                    *times += 1;
                    *differs |= kept.outcome != result.outcome || kept.severity != result.severity;
                    // The due day of the mildest lateness is the one that is certain.
                    if kept.detail.due != result.detail.due {
                        kept.detail.due = None;
                        kept.detail.late = None;
                        kept.detail.actual = None;
                    }
                }
                None => {
                    seen.insert(identity(&result), (result, 1, true));
                }
            }
        }
    }
    let results = seen
        .into_values()
        .map(|(result, times, differs)| {
            if differs || times < count {
                unclear(timeline, vague, result)
            } else {
                result
            }
        })
        .collect();
    first.results = results;
    // Duties counted from a vague day have no certain due day.
    first.duties.retain(|d| {
        !vague.iter().any(|(i, _, _)| {
            d.start.0 as usize == *i || d.met_by.is_some_and(|m| m.0 as usize == *i)
        })
    });
    first
}

/// 组合太多：涉及大概日期的结果一律无法判定。
fn extremes(
    lawbook: &Lawbook,
    timeline: &Timeline,
    options: &Options,
    vague: &[(usize, Date, i32)],
) -> Assessment {
    let mut assessment = assess_exact(lawbook, &at_combination(timeline, vague, 0), options);
    assessment.results = assessment
        .results
        .into_iter()
        .map(|r| {
            let touches = r
                .evidence
                .iter()
                .any(|e| vague.iter().any(|(i, _, _)| *i == e.0 as usize));
            if touches && r.outcome != Outcome::NotApplicable {
                unclear(timeline, vague, r)
            } else {
                r
            }
        })
        .collect();
    assessment
}

fn identity(result: &RuleResult) -> Identity {
    (
        result.rule,
        result.part,
        result.trigger,
        result.keys.clone(),
    )
}

fn unclear(
    timeline: &Timeline,
    vague: &[(usize, Date, i32)],
    mut result: RuleResult,
) -> RuleResult {
    result.outcome = Outcome::Undetermined;
    result.status = Some(Status::Undetermined);
    result.missing = vague
        .iter()
        .map(|(i, _, _)| Missing {
            what: format!("{}.occurred_on", timeline.events[*i].kind).into(),
            why: MissingWhy::Imprecise,
        })
        .collect();
    result.missing.sort();
    result.missing.dedup();
    result.detail.due = None;
    result.detail.late = None;
    result
}
