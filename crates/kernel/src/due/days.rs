//! 推算的逐日对照：起算日到到期日的每一天，计不计入、为什么；供日历上逐日核对。

use crate::calendar::{DayKind, WorkCalendar};
use crate::date::Date;
use crate::period::PeriodUnit;

use super::DueAt;
use super::derivation::Derivation;

/// 一天计不计入。
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counting {
    /// 起算之日，当日不计。
    Start,
    /// 计入。
    Counted,
    /// 不是工作日，以工作日计的期限不计。
    DayOff,
    /// 在扣除期间之内，不计；各段的编号。
    Excluded(Vec<u16>),
    /// 已经数满，末日不是工作日，顺延经过的日子。
    Rolled,
}

/// 推算里的一天。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedDay<'c> {
    /// 日期。
    pub date: Date,
    /// 日历上是什么日子。
    pub kind: DayKind<'c>,
    /// 计不计入。
    pub counting: Counting,
}

impl Derivation {
    /// 起算日到到期日的每一天，至多 `most` 天；停着的到最后计入的那一天，以时刻计的没有。
    pub fn days<'c>(&self, calendar: &'c WorkCalendar, most: usize) -> Vec<CountedDay<'c>> {
        let last = match self.due {
            DueAt::Day(due) => due,
            DueAt::Suspended { since } => since,
            DueAt::Minute(_) => return Vec::new(),
        };
        let first = self.start.date();
        let dates = (0..)
            .map_while(|n| first.checked_add_days(n))
            .take_while(|date| *date <= last);
        let days = dates.take(most).map(|date| CountedDay {
            date,
            kind: calendar.day(date),
            counting: self.counting(date, calendar),
        });
        days.collect()
    }

    fn counting(&self, date: Date, calendar: &WorkCalendar) -> Counting {
        if date == self.start.date() {
            return Counting::Start;
        }
        if self.roll.is_some_and(|roll| date > roll.from) {
            return Counting::Rolled;
        }
        let holds = |after: Date, through: Option<Date>| {
            date > after && through.is_none_or(|through| date <= through)
        };
        let span = self.spans.iter().find(|s| holds(s.after, s.through));
        if let Some(span) = span {
            return Counting::Excluded(span.tags.clone());
        }
        let segment = self.segments.iter().find(|s| date <= s.last);
        let unit = segment.map_or(self.unit(), |segment| segment.period.unit());
        if unit == PeriodUnit::WorkingDays && !calendar.is_working(date) {
            Counting::DayOff
        } else {
            Counting::Counted
        }
    }
}
