//! 只知大概日期的事件：读到它的规则逐日试，回答相同才有回答；没有读到的照常判断。
//!
//! The rules are sorted by the vague events they can read (known when the lawbook is loaded). Each lot is tried on
//! every combination of the days of those events and of no others; beyond [`COMBINATIONS_MAX`] the lot is undetermined.

use std::collections::BTreeMap;

use mingjing_domain::finding::{
    Assessment, Duty, EventIndex, Missing, MissingWhy, Outcome, RuleResult, Severity, Status,
};
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;

use crate::assess::{Only, Options, assess_exact};
use crate::lawbook::{Lawbook, RuleSet};
use crate::rule::{Rule, RuleStatus};

/// 一组规则逐日组合的上限：两件只知月份的事约九百六十种，三件以上不逐一试。
pub const COMBINATIONS_MAX: usize = 1_100;

/// 一件只知大概日期的事：序号、第一日、日数。
#[derive(Debug, Clone, Copy)]
struct Vague {
    index: usize,
    first: Date,
    days: i32,
}

/// 结果的身份：规则、部分、触发、键。
type Identity = (u32, u16, Option<EventIndex>, BTreeMap<String, String>);

/// 一次的回答；没有结果同于不适用。
type Answer = (Outcome, Option<Severity>);

const NOTHING: Answer = (Outcome::NotApplicable, None);

/// 评估含有大概日期的时间线；`code` 为只评估的一条规则。
pub fn assess(
    lawbook: &Lawbook,
    timeline: &Timeline,
    options: &Options,
    code: Option<&str>,
) -> Assessment {
    let vague: Vec<Vague> = timeline
        .events
        .iter()
        .enumerate()
        .filter_map(vague)
        .collect();
    let last_day = |e: &mingjing_domain::event::Event| e.occurred_until.unwrap_or(e.occurred_on);
    let options = Options {
        as_of: options.as_of.or(timeline.events.iter().map(last_day).max()),
        ..*options
    };
    let mut merged = Assessment {
        as_of: options
            .as_of
            .unwrap_or_else(|| lawbook.calendar.coverage().1),
        lawbook: lawbook.version.clone(),
        results: Vec::new(),
        duties: Vec::new(),
        not_judged: 0,
    };
    for (read, wanted) in lots(lawbook, timeline, &options, &vague, code) {
        let lot = Lot {
            lawbook,
            timeline,
            options: Options {
                keep_all: true,
                ..options
            },
            only: Only::new(lawbook, wanted),
            vague: read,
        };
        lot.judge(&mut merged);
    }
    merged.results.sort_by_key(|r| (r.rule, r.part));
    if !options.keep_all {
        merged
            .results
            .retain(|r| matches!(r.outcome, Outcome::Violation | Outcome::Undetermined));
    }
    let place = |d: &Duty| {
        let names = lawbook.book.duties.iter();
        names
            .enumerate()
            .find(|(_, n)| n.rule == d.rule as usize && n.part == usize::from(d.part))
            .map(|(i, _)| i)
    };
    merged.duties.sort_by_key(place);
    merged
}

fn vague((index, event): (usize, &mingjing_domain::event::Event)) -> Option<Vague> {
    let days = event.occurred_until?.days_since(event.occurred_on) + 1;
    (days > 1).then_some(Vague {
        index,
        first: event.occurred_on,
        days,
    })
}

/// 按所读的大概日期把规则分成几组。
fn lots(
    lawbook: &Lawbook,
    timeline: &Timeline,
    options: &Options,
    vague: &[Vague],
    code: Option<&str>,
) -> Vec<(Vec<Vague>, RuleSet)> {
    let vocabulary = &lawbook.book.vocabulary;
    let mut lots: BTreeMap<Vec<usize>, (Vec<Vague>, RuleSet)> = BTreeMap::new();
    for (i, rule) in lawbook.rules.iter().enumerate() {
        let is_silent = rule.status == RuleStatus::Trial && !options.keep_all;
        if is_silent || code.is_some_and(|c| c != rule.code.as_ref()) {
            continue;
        }
        let reads = &lawbook.reads[i];
        let is_placed_by_all = is_placed_by_a_vague_day(rule, timeline);
        let read: Vec<Vague> = vague
            .iter()
            .filter(|v| {
                let kind = vocabulary.kind(&timeline.events[v.index].kind);
                is_placed_by_all || kind.is_some_and(|k| reads.has(k))
            })
            .copied()
            .collect();
        lots.entry(read.iter().map(|v| v.index).collect())
            .or_insert_with(|| (read, RuleSet::none(lawbook)))
            .1
            .insert(i);
    }
    lots.into_values().collect()
}

/// 整案一次的部分以最后一件事之日看规则施行与否：那一日可能在施行日、失效日的两边。
fn is_placed_by_a_vague_day(rule: &Rule, timeline: &Timeline) -> bool {
    let latest =
        |last: fn(&mingjing_domain::event::Event) -> Date| timeline.events.iter().map(last).max();
    let (Some(from), Some(until)) = (
        latest(|e| e.occurred_on),
        latest(|e| e.occurred_until.unwrap_or(e.occurred_on)),
    ) else {
        return false;
    };
    let is_between = |day: Date| from < day && day <= until;
    rule.parts.iter().any(|p| p.triggers.is_empty())
        && (is_between(rule.from) || rule.to.is_some_and(is_between))
}

/// 读同样几件大概日期的一组规则。
struct Lot<'a> {
    lawbook: &'a Lawbook,
    timeline: &'a Timeline,
    options: Options,
    only: Only,
    vague: Vec<Vague>,
}

/// 一个身份在各种组合里的回答。
struct Tried {
    result: RuleResult,
    answers: Vec<Answer>,
}

impl Lot<'_> {
    fn judge(&self, merged: &mut Assessment) {
        let total = self.vague.iter().try_fold(1usize, |total, v| {
            total
                .checked_mul(v.days as usize)
                .filter(|t| *t <= COMBINATIONS_MAX)
        });
        match total {
            Some(1) => {
                let exact = self.at(self.timeline.clone());
                merged.results.extend(exact.results);
                merged.duties.extend(exact.duties);
                merged.not_judged += exact.not_judged;
            }
            Some(total) => self.try_all(total, merged),
            None => self.try_corners(merged),
        }
    }

    fn at(&self, timeline: Timeline) -> Assessment {
        assess_exact(self.lawbook, &timeline, &self.options, Some(&self.only))
    }

    /// 把各件定在离第一日若干日的日子。
    fn placed(&self, offset: impl Fn(usize, &Vague) -> i32) -> Timeline {
        let mut exact = self.timeline.clone();
        for (i, v) in self.vague.iter().enumerate() {
            let event = &mut exact.events[v.index];
            event.occurred_on = v.first.add_days(offset(i, v));
            event.occurred_until = None;
        }
        exact
    }

    /// 第 `number` 种组合：第一件的日子变得最快。
    fn at_combination(&self, number: usize) -> Assessment {
        let mut strides = Vec::with_capacity(self.vague.len());
        let mut rest = number;
        for v in &self.vague {
            strides.push((rest % v.days as usize) as i32);
            rest /= v.days as usize;
        }
        self.at(self.placed(|i, _| strides[i]))
    }

    fn try_all(&self, total: usize, merged: &mut Assessment) {
        let mut tried: BTreeMap<Identity, Tried> = BTreeMap::new();
        let mut duties: Vec<Duty> = Vec::new();
        for number in 0..total {
            let exact = self.at_combination(number);
            if number == 0 {
                duties = exact.duties;
                merged.not_judged += exact.not_judged;
            } else {
                // Only what every day gives alike is certain.
                duties.retain(|d| exact.duties.contains(d));
            }
            take(&mut tried, exact.results, number, total);
        }
        merged.duties.extend(duties);
        merged.results.extend(tried.into_values().map(|t| {
            let deciding = self.deciding(&t.answers);
            if deciding.is_empty() {
                t.result
            } else {
                self.unclear(t.result, &deciding)
            }
        }));
    }

    /// 哪几件的日子变了，回答就变。
    fn deciding(&self, answers: &[Answer]) -> Vec<Vague> {
        let mut stride = 1;
        let mut deciding = Vec::new();
        for v in &self.vague {
            let days = v.days as usize;
            let changes = (0..answers.len())
                .filter(|n| n / stride % days + 1 < days)
                .any(|n| answers[n] != answers[n + stride]);
            if changes {
                deciding.push(*v);
            }
            stride *= days;
        }
        deciding
    }

    /// 组合太多：各件都取首日或末日来试，处处不适用的仍是不适用，其余说不清。
    fn try_corners(&self, merged: &mut Assessment) {
        let total = 1usize
            .checked_shl(self.vague.len() as u32)
            .filter(|t| *t <= COMBINATIONS_MAX);
        let total = total.unwrap_or(2);
        let mut tried: BTreeMap<Identity, Tried> = BTreeMap::new();
        for number in 0..total {
            let is_last = |i: usize| match total {
                2 => number == 1,
                _ => number >> i & 1 == 1,
            };
            let timeline = self.placed(|i, v| if is_last(i) { v.days - 1 } else { 0 });
            let exact = self.at(timeline);
            if number == 0 {
                merged.not_judged += exact.not_judged;
            }
            take(&mut tried, exact.results, number, total);
        }
        merged.results.extend(tried.into_values().map(|t| {
            let never_applies = t
                .answers
                .iter()
                .all(|(outcome, _)| *outcome == Outcome::NotApplicable);
            if never_applies {
                t.result
            } else {
                self.unclear(t.result, &self.vague)
            }
        }));
    }

    fn unclear(&self, mut result: RuleResult, deciding: &[Vague]) -> RuleResult {
        result.outcome = Outcome::Undetermined;
        result.status = Some(Status::Undetermined);
        result.missing = deciding
            .iter()
            .map(|v| Missing {
                what: format!("{}.occurred_on", self.timeline.events[v.index].kind).into(),
                why: MissingWhy::Imprecise,
            })
            .collect();
        result.missing.sort();
        result.missing.dedup();
        result.detail.due = None;
        result.detail.late = None;
        result.detail.actual = None;
        result
    }
}

/// 记下一种组合的结果；同一身份取最重的。
fn take(
    tried: &mut BTreeMap<Identity, Tried>,
    results: Vec<RuleResult>,
    number: usize,
    total: usize,
) {
    for (identity, result) in worst_by_identity(results) {
        let answer = match result.outcome {
            Outcome::NotApplicable => NOTHING,
            outcome => (outcome, Some(result.severity)),
        };
        match tried.get_mut(&identity) {
            Some(kept) => {
                kept.answers[number] = answer;
                // One day on which the law does not bind the body is enough to leave it a doubt.
                if result.force > kept.result.force {
                    kept.result.force = result.force;
                    kept.result.status = result.status;
                }
                let (kept, new) = (&mut kept.result.detail, &result.detail);
                // Days that differ from one combination to the next are not certain.
                if kept.due != new.due || kept.late != new.late || kept.actual != new.actual {
                    kept.due = None;
                    kept.late = None;
                    kept.actual = None;
                }
            }
            None => {
                let mut answers = vec![NOTHING; total];
                answers[number] = answer;
                tried.insert(identity, Tried { result, answers });
            }
        }
    }
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
        let identity = (
            result.rule,
            result.part,
            result.trigger,
            result.keys.clone(),
        );
        match worst.get(&identity) {
            Some(kept) if rank(kept) >= rank(&result) => {}
            _ => {
                worst.insert(identity, result);
            }
        }
    }
    worst
}
