//! 逾期：晚了多少，用期限自己的单位说。

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::calendar::WorkCalendar;
use crate::period::PeriodUnit;

use super::{DueAt, Start};

/// 逾期多少；没有逾期、期间停着的为 0。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lateness {
    /// 工作日数；休息日里完成的可以是逾期而不足一个工作日，数为 0。
    WorkingDays(u32),
    /// 自然日数。
    Days(u32),
    /// 分钟数。
    Minutes(u32),
}

impl Lateness {
    /// 数字，单位见变体。
    pub const fn amount(self) -> u32 {
        match self {
            Lateness::WorkingDays(n) | Lateness::Days(n) | Lateness::Minutes(n) => n,
        }
    }
}

/// 中文写法，如“1 个工作日”“45 日”“16 小时 40 分”。
impl fmt::Display for Lateness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Lateness::WorkingDays(0) => f.write_str("不足 1 个工作日"),
            Lateness::WorkingDays(n) => write!(f, "{n} 个工作日"),
            Lateness::Days(n) => write!(f, "{n} 日"),
            Lateness::Minutes(n) => match (n / 60, n % 60) {
                (0, minutes) => write!(f, "{minutes} 分"),
                (hours, 0) => write!(f, "{hours} 小时"),
                (hours, minutes) => write!(f, "{hours} 小时 {minutes} 分"),
            },
        }
    }
}

/// 逾期多少：以工作日计的期限数工作日，以小时计的数分钟，其余数自然日。
///
/// 到期到分而完成只有日期的，按完成当日零时算，是至少逾期的数。
pub fn lateness(unit: PeriodUnit, due: DueAt, actual: Start, calendar: &WorkCalendar) -> Lateness {
    let positive = |n: i64| u32::try_from(n.max(0)).unwrap_or(u32::MAX);
    match (unit, due) {
        (PeriodUnit::Hours, DueAt::Minute(due)) => {
            let actual = match actual {
                Start::Minute(instant) => Some(instant),
                Start::Day(date) => crate::date::Timestamp::at(date, 0, 0, 0),
            };
            Lateness::Minutes(positive(
                actual.map_or(0, |instant| instant.minutes_since(due)),
            ))
        }
        (PeriodUnit::Hours, _) => Lateness::Minutes(0),
        (PeriodUnit::WorkingDays, due) => {
            let late = due
                .date()
                .map_or(0, |d| calendar.working_days_between(d, actual.date()));
            Lateness::WorkingDays(positive(late.into()))
        }
        (_, due) => {
            let late = due.date().map_or(0, |d| actual.date().days_since(d));
            Lateness::Days(positive(late.into()))
        }
    }
}
