//! 到期日：期限从起算日数到哪一天，扣除、延期、顺延之后，连同推算过程。
//!
//! The rules of counting (民法典第二百零一条至第二百零三条 and the choices of the lawbook's preface):
//! the start day never counts; excluded days are united before anything is counted; the roll to a
//! working day happens once, at the very end; an extension lengthens the total from the original start.

mod days;
mod derivation;
mod hours;
mod lateness;
mod spans;
mod words;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use days::{CountedDay, Counting};
pub use derivation::{Derivation, ExtensionOutcome, ExtensionStep, Roll, Segment, UnitedSpan};
pub use lateness::{Lateness, lateness};

use crate::calendar::WorkCalendar;
use crate::date::{Date, Timestamp};
use crate::period::{Period, PeriodUnit};
use spans::Removed;

/// 起算点（也用来表示实际完成的时点）：一天，或精确到分的一刻。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// 只知道日期。
    Day(Date),
    /// 知道到分。
    Minute(Timestamp),
}

impl Start {
    /// 所在的日期。
    pub fn date(self) -> Date {
        match self {
            Start::Day(date) => date,
            Start::Minute(instant) => instant.date(),
        }
    }
}

/// 扣除期间 `(after, through]`：`after` 之后到 `through`（含）的每一天不计入。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// 起始事件之日，当日仍计入。
    pub after: Date,
    /// 终了事件之日，当日不计入；`None` 为尚未终了，钟停着。
    pub through: Option<Date>,
    /// 调用者给的编号，推算过程里以它称呼这段期间。
    pub tag: u16,
}

/// 延期：批准增加的期限。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Extension {
    /// 增加的期限。
    pub add: Period,
    /// 批准之日。
    pub approved: Date,
    /// 调用者已查明有一项条件不成立：只记入推算过程，不增加期限。
    pub refused: bool,
    /// 调用者给的编号。
    pub tag: u16,
}

/// 期限方案：基本期限、扣除期间、延期。
#[derive(Debug, Clone, Copy)]
pub struct PeriodPlan<'a> {
    /// 基本期限。
    pub base: Period,
    /// 扣除期间，可重叠，次序不拘。
    pub excluded: &'a [Span],
    /// 延期，次序不拘，按批准日先后认定。
    pub extensions: &'a [Extension],
}

impl PeriodPlan<'_> {
    /// 没有扣除也没有延期的方案。
    pub const fn plain(base: Period) -> PeriodPlan<'static> {
        PeriodPlan {
            base,
            excluded: &[],
            extensions: &[],
        }
    }
}

/// 到期：某日 24 时，某一刻，或期间停着、到期日未定。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueAt {
    /// 当日 24 时届满。
    Day(Date),
    /// 此刻届满。
    Minute(Timestamp),
    /// 一段扣除期间尚未终了，自此日之后停止计算。
    Suspended {
        /// 最后一个计入的日子。
        since: Date,
    },
}

impl DueAt {
    /// 到期所在的日期；停着的没有。
    pub fn date(self) -> Option<Date> {
        match self {
            DueAt::Day(date) => Some(date),
            DueAt::Minute(instant) => Some(instant.date()),
            DueAt::Suspended { .. } => None,
        }
    }

    /// 数据里的写法，如“2025-02-10”；停着的没有。
    pub fn text(self) -> Option<String> {
        match self {
            DueAt::Day(day) => Some(day.to_string()),
            DueAt::Minute(at) => Some(at.to_string()),
            DueAt::Suspended { .. } => None,
        }
    }

    /// 中文写法，如“2025年2月10日（周一）”“2025年6月2日（周一）16时20分”。
    pub fn in_chinese(self) -> String {
        match self {
            DueAt::Day(date) => date.in_chinese(),
            DueAt::Minute(instant) => instant.in_chinese(),
            DueAt::Suspended { since } => format!("未定（{}之后停止计算）", since.in_chinese()),
        }
    }
}

/// 到期日及其推算过程。
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// 何时到期。
    pub at: DueAt,
    /// 所依据的放假安排尚未公布，只能预警，不能据以认定违反。
    pub provisional: bool,
    /// 推算过程。
    pub derivation: Derivation,
}

/// 到期日无法推算的原因。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DueError {
    /// 需要日历之前的日子。
    #[error("推算需要知道{}是不是工作日，日历自{}开始：请补充更早年份的放假安排", date.in_chinese(), first.in_chinese())]
    BeforeCalendar {
        /// 需要的日子。
        date: Date,
        /// 日历的首日。
        first: Date,
    },
    /// 到期日越过 2199 年。
    #[error("自{}起算{}，越过 2199 年：请核对起算日和期限", start.in_chinese(), period.in_chinese())]
    TooFar {
        /// 起算日。
        start: Date,
        /// 期限。
        period: Period,
    },
    /// 以小时计的期限没有起算时刻。
    #[error("{}须从具体时刻起算，而起算事件只有日期{}：请补记到分", period.in_chinese(), start.in_chinese())]
    HoursNeedMinute {
        /// 起算日。
        start: Date,
        /// 期限。
        period: Period,
    },
    /// 以小时计的期限不得扣除。
    #[error("{}以小时连续计算，不得扣除期间：请删去扣除", period.in_chinese())]
    ExclusionWithHours {
        /// 期限。
        period: Period,
    },
    /// 固定日期不得扣除。
    #[error("固定日期{}不因扣除期间移动：请删去扣除", period.in_chinese())]
    ExclusionWithFixedDate {
        /// 期限。
        period: Period,
    },
    /// 小时与日、月、年不能相接。
    #[error("期限{}不能以{}延长：小时与日、月、年不能相接", base.in_chinese(), add.in_chinese())]
    HoursMixed {
        /// 原来的期限。
        base: Period,
        /// 增加的期限。
        add: Period,
    },
    /// 倒计的期限没有到期日。
    #[error("{}是倒计的期限，应按两个日子之间的间隔判断，没有到期日", period.in_chinese())]
    BackwardPeriod {
        /// 期限。
        period: Period,
    },
    /// 不是倒计的期限。
    #[error("{}不是倒计的期限，应推算到期日，不按间隔判断", period.in_chinese())]
    NotBackwardPeriod {
        /// 期限。
        period: Period,
    },
    /// 固定日期在历法上不存在。
    #[error("固定日期 {period} 在历法上不存在：请核对月、日")]
    NoSuchFixedDate {
        /// 期限。
        period: Period,
    },
}

/// 推算到期日，连同推算过程。
///
/// 延期按批准日先后逐一认定：批准不晚于当时的到期日（含扣除、先前有效的延期和顺延）才有效；单位不同的延期
/// 自未顺延的末日起接着数，顺延与否从后者，但基本期限不顺延的始终不顺延〔口径〕。
/// 未终了的扣除期间：不算它时末日（未顺延）不晚于其起始日的，到期日照旧，否则钟停着。
pub fn due(start: Start, plan: &PeriodPlan<'_>, calendar: &WorkCalendar) -> Result<Due, DueError> {
    check_plan(plan)?;
    match plan.base.unit() {
        PeriodUnit::Hours => hours::due_hours(start, plan),
        _ => derivation::due_by_days(start, plan, calendar),
    }
}

/// 没有扣除和延期的到期日；第二项为真是暂定的。不分配内存，供大批计算。
pub fn due_day(
    start: Date,
    base: Period,
    calendar: &WorkCalendar,
) -> Result<(Date, bool), DueError> {
    if base.unit() == PeriodUnit::Hours {
        return Err(DueError::HoursNeedMinute {
            start,
            period: base,
        });
    }
    let counted = count(start, base, &Removed::NONE, calendar)?;
    let rolled = roll(counted.last, base.rolls(), calendar)?;
    Ok((rolled, is_provisional(base, rolled, calendar)))
}

fn check_plan(plan: &PeriodPlan<'_>) -> Result<(), DueError> {
    let base = plan.base;
    let backward = std::iter::once(base)
        .chain(plan.extensions.iter().map(|extension| extension.add))
        .find(|period| is_backward(*period));
    if let Some(period) = backward {
        return Err(DueError::BackwardPeriod { period });
    }
    let is_hours = |period: Period| period.unit() == PeriodUnit::Hours;
    if let Some(extension) = plan
        .extensions
        .iter()
        .find(|extension| is_hours(extension.add) != is_hours(base))
    {
        return Err(DueError::HoursMixed {
            base,
            add: extension.add,
        });
    }
    match base.unit() {
        PeriodUnit::Hours if !plan.excluded.is_empty() => {
            Err(DueError::ExclusionWithHours { period: base })
        }
        PeriodUnit::FixedDate if !plan.excluded.is_empty() => {
            Err(DueError::ExclusionWithFixedDate { period: base })
        }
        _ => Ok(()),
    }
}

/// Whether a period is counted backwards from an act.
pub(crate) fn is_backward(period: Period) -> bool {
    matches!(
        period.unit(),
        PeriodUnit::WorkingDaysBefore | PeriodUnit::CalendarDaysBefore
    )
}

/// The last day of a period before any roll, and whether it was moved to a month's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Counted {
    last: Date,
    is_clamped: bool,
}

/// Counts one period from the day after `start`, leaving out the removed days.
fn count(
    start: Date,
    period: Period,
    removed: &Removed<'_>,
    calendar: &WorkCalendar,
) -> Result<Counted, DueError> {
    let too_far = || DueError::TooFar { start, period };
    let plain = |last| Counted {
        last,
        is_clamped: false,
    };
    match period {
        Period::WorkingDays { n } => {
            count_working_days(start, n, period, removed, calendar).map(plain)
        }
        Period::CalendarDays { n, .. } => removed
            .nth_day_left(start, n.into())
            .map(plain)
            .ok_or_else(too_far),
        Period::Months { n, .. } | Period::Years { n, .. } => {
            let factor = if period.unit() == PeriodUnit::Years {
                12
            } else {
                1
            };
            let (day, is_clamped) = start
                .checked_add_months(i32::from(n) * factor)
                .ok_or_else(too_far)?;
            // One more day for each removed day, again for the days newly covered: the k-th day left.
            let inside = removed.days_in(start, day);
            let last = removed.nth_day_left(day, inside).ok_or_else(too_far)?;
            Ok(Counted { last, is_clamped })
        }
        Period::FixedDate { month, day } => next_fixed_date(start, month, day, period).map(plain),
        Period::Hours { .. } => Err(DueError::HoursNeedMinute { start, period }),
        Period::WorkingDaysBefore { .. } | Period::CalendarDaysBefore { .. } => {
            Err(DueError::BackwardPeriod { period })
        }
    }
}

fn count_working_days(
    start: Date,
    n: u16,
    period: Period,
    removed: &Removed<'_>,
    calendar: &WorkCalendar,
) -> Result<Date, DueError> {
    let (first, _) = calendar.coverage();
    let mut cursor = start;
    let mut left = u32::from(n);
    if left == 0 {
        return Ok(start);
    }
    for (from, through) in removed.after(start) {
        let gap_end = from.add_days(-1);
        if gap_end > cursor {
            ensure_known(cursor.add_days(1), first)?;
            // Not negative: the gap ends after the cursor.
            let inside = calendar.working_days_between(cursor, gap_end) as u32;
            if inside >= left {
                break;
            }
            left -= inside;
        }
        cursor = through;
    }
    ensure_known(cursor.add_days(1), first)?;
    calendar
        .nth_working_day(cursor, left)
        .ok_or(DueError::TooFar { start, period })
}

fn ensure_known(date: Date, first: Date) -> Result<(), DueError> {
    if date < first {
        Err(DueError::BeforeCalendar { date, first })
    } else {
        Ok(())
    }
}

fn next_fixed_date(start: Date, month: u8, day: u8, period: Period) -> Result<Date, DueError> {
    let no_such = DueError::NoSuchFixedDate { period };
    let (Ok(m), Ok(d)) = (i8::try_from(month), i8::try_from(day)) else {
        return Err(no_such);
    };
    let Some(in_leap_year) = Date::new(2000, m, d) else {
        return Err(no_such);
    };
    let months = (i32::from(start.year()) - 2000) * 12;
    let this_year = in_leap_year.add_months(months).0;
    if this_year > start {
        return Ok(this_year);
    }
    let next_year = in_leap_year.checked_add_months(months + 12);
    next_year
        .map(|(date, _)| date)
        .ok_or(DueError::TooFar { start, period })
}

/// Rolls a last day to the next working day, if the period rolls at all.
fn roll(last: Date, rolls: bool, calendar: &WorkCalendar) -> Result<Date, DueError> {
    if !rolls {
        return Ok(last);
    }
    let (first, _) = calendar.coverage();
    ensure_known(last, first)?;
    calendar.roll_forward(last).ok_or(DueError::TooFar {
        start: last,
        period: Period::WorkingDays { n: 1 },
    })
}

/// A due day is provisional when it was read from days whose notice is not out.
fn is_provisional(period: Period, due: Date, calendar: &WorkCalendar) -> bool {
    let reads_calendar = period.rolls() || period.unit() == PeriodUnit::WorkingDays;
    reads_calendar && calendar.is_provisional(due)
}
