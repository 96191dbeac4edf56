//! 推算过程：到期日怎样得来，作为数据保存，文字由它生成。

use serde::Serialize;

use crate::calendar::WorkCalendar;
use crate::date::Date;
use crate::period::{Period, PeriodUnit};

use super::spans::{Removed, Run, unite};
use super::{
    Counted, Due, DueAt, DueError, Extension, PeriodPlan, Start, count, is_provisional, roll,
};

/// 合并后的一段扣除期间 `(after, through]`。
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitedSpan {
    /// 最后一个仍计入的日子。
    pub after: Date,
    /// 最后一个不计入的日子；`None` 为尚未终了。
    pub through: Option<Date>,
    /// 落在期限之内、因而不计入的自然日数；期限未定时算到已知之处，为 0。
    pub days: u32,
    /// 其中的工作日数；只在以工作日计的期限里有意义，其余为 0。
    pub working_days: u32,
    /// 组成它的各段的编号，升序不重复。
    pub tags: Vec<u16>,
}

/// 一项延期的认定结果。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExtensionOutcome {
    /// 有效。
    Valid,
    /// 批准早于期限的起算日，无效：还没有期限可以延长。
    Early {
        /// 期限的起算日。
        start: Date,
    },
    /// 批准晚于当时的到期日，无效。
    Late {
        /// 当时的到期日。
        due_then: Date,
    },
    /// 调用者查明条件不成立，无效。
    Refused,
}

/// 一项延期及其认定。
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExtensionStep {
    /// 增加的期限。
    pub add: Period,
    /// 批准之日。
    pub approved: Date,
    /// 调用者给的编号。
    pub tag: u16,
    /// 当时的到期日；期间停着或无从得知的为 `None`。
    pub due_then: Option<Date>,
    /// 单位与原期限不同，自未顺延的末日起接着数〔口径〕。
    pub is_chained: bool,
    /// 认定结果。
    pub outcome: ExtensionOutcome,
}

/// 一次连续计数：自 `from` 之后数满 `period`，数到 `last`。单位不同的延期另起一次。
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Segment {
    /// 合计的期限。
    pub period: Period,
    /// 起点，当日不计。
    pub from: Date,
    /// 末日，未顺延。
    pub last: Date,
    /// 没有对应日，取了月末。
    pub is_clamped: bool,
}

/// 顺延：末日不是工作日，移到其后第一个工作日。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Roll {
    /// 原来的末日。
    pub from: Date,
    /// 顺延到的日子。
    pub to: Date,
}

/// 推算过程；`in_words` 把它写成法官能读的句子。
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Derivation {
    /// 起算点，当日不计。
    pub start: Start,
    /// 基本期限。
    pub base: Period,
    /// 合并后的扣除期间，只列与这段期限有关的。
    pub spans: Vec<UnitedSpan>,
    /// 延期，按批准先后。
    pub extensions: Vec<ExtensionStep>,
    /// 各次计数；期间停着时，停着的那一次不在内。
    pub segments: Vec<Segment>,
    /// 末日的顺延。
    pub roll: Option<Roll>,
    /// 所依据的放假安排尚未公布。
    pub provisional: bool,
    /// 结果。
    pub due: DueAt,
}

impl Derivation {
    /// 未顺延的末日；期间停着的为 `None`。
    pub fn unrolled(&self) -> Option<Date> {
        match self.due {
            DueAt::Suspended { .. } => None,
            _ => self.segments.last().map(|segment| segment.last),
        }
    }

    /// 最后一次计数的单位，逾期以它计；没有单位不同的延期时就是基本期限的单位。
    pub fn unit(&self) -> PeriodUnit {
        self.segments
            .last()
            .map_or(self.base, |segment| segment.period)
            .unit()
    }

    /// 是否有单位不同、接着数的延期〔口径〕。
    pub fn is_chained(&self) -> bool {
        self.extensions
            .iter()
            .any(|e| e.is_chained && e.outcome == ExtensionOutcome::Valid)
    }

    /// 某段扣除是否移动了到期日：有不计入的日子，或钟因它停着。
    pub fn uses_span(&self, tag: u16) -> bool {
        self.spans
            .iter()
            .any(|span| (span.days > 0 || span.through.is_none()) && span.tags.contains(&tag))
    }
}

/// Extensions in the order of approval; those of one day keep the caller's order.
pub(super) fn in_order(extensions: &[Extension]) -> Vec<Extension> {
    let mut sorted = extensions.to_vec();
    sorted.sort_by_key(|extension| extension.approved);
    sorted
}

/// Where a run of counts stands.
struct Stage {
    segments: Vec<Segment>,
    /// The clock stands since this day.
    suspended: Option<Date>,
}

impl Stage {
    /// The unrolled last day, `None` while the clock stands.
    fn last(&self) -> Option<Date> {
        if self.suspended.is_some() {
            None
        } else {
            self.segments.last().map(|s| s.last)
        }
    }
}

struct Counter<'a> {
    start: Date,
    base: Period,
    closed: &'a [(Date, Date)],
    /// The last counted day before the first open run.
    open_after: Option<Date>,
    calendar: &'a WorkCalendar,
}

impl Counter<'_> {
    /// Counts the periods one after another.
    fn run(&self, periods: &[Period]) -> Result<Stage, DueError> {
        let removed = Removed::from(self.closed);
        let mut stage = Stage {
            segments: Vec::with_capacity(periods.len()),
            suspended: None,
        };
        let mut from = self.start;
        for &period in periods {
            let Counted { last, is_clamped } = match count(from, period, &removed, self.calendar) {
                // What cannot be counted within the range stands all the same while the clock does.
                Err(DueError::TooFar { .. }) if self.open_after.is_some() => {
                    stage.suspended = self.open_after;
                    break;
                }
                counted => counted?,
            };
            if let Some(after) = self.open_after.filter(|after| last > *after) {
                stage.suspended = Some(after);
                break;
            }
            stage.segments.push(Segment {
                period,
                from,
                last,
                is_clamped,
            });
            from = last;
        }
        Ok(stage)
    }

    /// Whether the last day rolls: as the last period says, but never where the base does not.
    fn rolls(&self, periods: &[Period]) -> bool {
        let is_fixed_end = matches!(
            self.base,
            Period::CalendarDays { roll: false, .. }
                | Period::Months { roll: false, .. }
                | Period::Years { roll: false, .. }
        );
        !is_fixed_end && periods.last().is_some_and(|period| period.rolls())
    }

    fn judge(&self, extension: &Extension, periods: &[Period]) -> Result<ExtensionStep, DueError> {
        let last = self.run(periods)?.last();
        let rolled = last
            .map(|last| roll(last, self.rolls(periods), self.calendar))
            .transpose();
        let outcome = match last {
            _ if extension.refused => ExtensionOutcome::Refused,
            _ if extension.approved < self.start => ExtensionOutcome::Early { start: self.start },
            Some(last) if extension.approved > last => match rolled.clone()? {
                Some(due_then) if extension.approved > due_then => {
                    ExtensionOutcome::Late { due_then }
                }
                _ => ExtensionOutcome::Valid,
            },
            // Approved in time, or while the clock stood.
            _ => ExtensionOutcome::Valid,
        };
        let unit = periods.last().map(|period| period.unit());
        Ok(ExtensionStep {
            add: extension.add,
            approved: extension.approved,
            tag: extension.tag,
            due_then: rolled.ok().flatten(),
            is_chained: unit != Some(extension.add.unit()),
            outcome,
        })
    }
}

/// Due day of a plan that is not in hours.
pub(super) fn due_by_days(
    start: Start,
    plan: &PeriodPlan<'_>,
    calendar: &WorkCalendar,
) -> Result<Due, DueError> {
    let runs = unite(plan.excluded);
    let closed: Vec<(Date, Date)> = runs
        .iter()
        .filter_map(|run| run.through.map(|through| (run.after.add_days(1), through)))
        .collect();
    let counter = Counter {
        start: start.date(),
        base: plan.base,
        closed: &closed,
        open_after: runs
            .iter()
            .find(|run| run.through.is_none())
            .map(|run| run.after),
        calendar,
    };
    let mut periods = vec![plan.base];
    let mut extensions = Vec::with_capacity(plan.extensions.len());
    for extension in in_order(plan.extensions) {
        let step = counter.judge(&extension, &periods)?;
        if step.outcome == ExtensionOutcome::Valid {
            lengthen(&mut periods, &extension, counter.start)?;
        }
        extensions.push(step);
    }
    let stage = counter.run(&periods)?;
    let (at, rolled) = match (stage.suspended, stage.last()) {
        (None, Some(last)) => {
            let due = roll(last, counter.rolls(&periods), calendar)?;
            (
                DueAt::Day(due),
                (due != last).then_some(Roll {
                    from: last,
                    to: due,
                }),
            )
        }
        (since, _) => (
            DueAt::Suspended {
                since: since.unwrap_or(counter.start),
            },
            None,
        ),
    };
    let provisional = match at {
        DueAt::Day(due) => {
            let reads = |s: &Segment| is_provisional(s.period.with_roll(false), s.last, calendar);
            stage.segments.iter().any(reads)
                || (counter.rolls(&periods) && calendar.is_provisional(due))
        }
        _ => false,
    };
    let derivation = Derivation {
        start,
        base: plan.base,
        spans: relevant_spans(runs, &stage, &counter),
        extensions,
        segments: stage.segments,
        roll: rolled,
        provisional,
        due: at,
    };
    Ok(Due {
        at,
        provisional,
        derivation,
    })
}

/// Adds an extension to the last count if it has the same unit, else begins a further count.
fn lengthen(periods: &mut Vec<Period>, extension: &Extension, start: Date) -> Result<(), DueError> {
    let too_far = DueError::TooFar {
        start,
        period: extension.add,
    };
    match periods.last_mut() {
        Some(last) if last.unit() == extension.add.unit() => {
            *last = last.add(extension.add).ok_or(too_far)?;
        }
        _ => periods.push(extension.add),
    }
    Ok(())
}

/// The runs that lie in the counted time, with the days they took from it; an open run only while it holds the clock.
fn relevant_spans(runs: Vec<Run>, stage: &Stage, counter: &Counter<'_>) -> Vec<UnitedSpan> {
    let last = stage.last();
    let counts_working_days = stage
        .segments
        .iter()
        .any(|s| s.period.unit() == PeriodUnit::WorkingDays);
    let window = |run: &Run| -> Option<(Date, Date)> {
        let after = run.after.max(counter.start);
        let through = match (run.through, last) {
            (Some(through), Some(last)) => through.min(last),
            (Some(through), None) => through,
            (None, _) => return stage.suspended.map(|_| (after, after)),
        };
        (through > after).then_some((after, through))
    };
    runs.into_iter()
        .filter_map(|run| {
            let (after, through) = window(&run)?;
            let working_days = counter.calendar.working_days_between(after, through);
            Some(UnitedSpan {
                after: run.after,
                through: run.through,
                days: through.days_since(after).cast_unsigned(),
                working_days: if counts_working_days {
                    working_days.cast_unsigned()
                } else {
                    0
                },
                tags: run.tags,
            })
        })
        .collect()
}
