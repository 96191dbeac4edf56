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
    for number in 0..count {
        let results = if number == 0 {
            std::mem::take(&mut first.results)
        } else {
            assess_exact(lawbook, &at_combination(timeline, vague, number), options).results
        };
        for (identity, result) in worst_by_identity(results) {
            match seen.get_mut(&identity) {
                Some((kept, times, differs)) => {
                    *times += 1;
                    *differs |= kept.outcome != result.outcome || kept.severity != result.severity;
                    // Days that differ from one combination to the next are not certain.
                    if kept.detail.due != result.detail.due
                        || kept.detail.late != result.detail.late
                    {
                        kept.detail.due = None;
                        kept.detail.late = None;
                        kept.detail.actual = None;
                    }
                }
                None => {
                    seen.insert(identity, (result, 1, number > 0));
                }
            }
        }
    }
    first.results = seen
        .into_values()
        .map(|(result, times, differs)| {
            if differs || times < count {
                unclear(timeline, vague, result)
            } else {
                result
            }
        })
        .collect();
    drop_vague_duties(&mut first, vague);
    first
}

/// 一种组合里同一身份只算一次，取最重的。
fn worst_by_identity(results: Vec<RuleResult>) -> BTreeMap<Identity, RuleResult> {
    let rank = |r: &RuleResult| match r.outcome {
        Outcome::Violation => 3,
        Outcome::Undetermined => 2,
        Outcome::Pass => 1,
        Outcome::NotApplicable => 0,
    };
    let mut worst: BTreeMap<Identity, RuleResult> = BTreeMap::new();
    for result in results {
        match worst.get(&identity(&result)) {
            Some(kept) if rank(kept) >= rank(&result) => {}
            _ => {
                worst.insert(identity(&result), result);
            }
        }
    }
    worst
}

/// 从大概日期起算或以它完成的义务没有确定的到期日。
fn drop_vague_duties(assessment: &mut Assessment, vague: &[(usize, Date, i32)]) {
    let is_vague = |event: EventIndex| vague.iter().any(|(i, _, _)| *i == event.0 as usize);
    assessment
        .duties
        .retain(|d| !is_vague(d.start) && !d.met_by.is_some_and(is_vague));
}

/// 组合太多：涉及大概日期的结果一律无法判定。
fn extremes(
    lawbook: &Lawbook,
    timeline: &Timeline,
    options: &Options,
    vague: &[(usize, Date, i32)],
) -> Assessment {
    let mut assessment = assess_exact(lawbook, &at_combination(timeline, vague, 0), options);
    // Conditions may read any event: beyond the limit nothing that was found can stand.
    assessment.results = assessment
        .results
        .into_iter()
        .map(|r| {
            if r.outcome == Outcome::NotApplicable {
                r
            } else {
                unclear(timeline, vague, r)
            }
        })
        .collect();
    drop_vague_duties(&mut assessment, vague);
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
