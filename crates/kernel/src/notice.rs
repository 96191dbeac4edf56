//! 倒计的期限：通知与活动之间隔了多少日子。

use crate::calendar::WorkCalendar;
use crate::date::Date;
use crate::due::DueError;
use crate::period::{Period, PeriodUnit};

/// 通知与活动之间的间隔，两头都不算。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeGap {
    /// 完整的工作日数（倒计自然日的为自然日数）；通知不早于活动的为 0。
    pub full_between: i32,
    /// 活动当日是否工作日（倒计自然日的恒为真）。
    pub act_day_is_working: bool,
    /// 通知之日早于活动之日。
    pub notice_comes_first: bool,
}

/// 间隔够不够（行政处罚法第六十四条第二项：举行听证的七个工作日前）。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BwdOutcome {
    /// 够。
    Enough,
    /// 把活动当日算进去才够〔口径〕。
    OnlyWithActDay,
    /// 不够。
    TooFew,
}

impl NoticeGap {
    /// 对照所要求的个数。
    pub fn outcome(&self, n: u16) -> BwdOutcome {
        let needed = i32::from(n);
        let with_act_day = self.full_between + i32::from(self.act_day_is_working);
        match () {
            () if !self.notice_comes_first => BwdOutcome::TooFew,
            () if self.full_between >= needed => BwdOutcome::Enough,
            () if with_act_day >= needed => BwdOutcome::OnlyWithActDay,
            () => BwdOutcome::TooFew,
        }
    }
}

/// 通知之日与活动之日之间的完整工作日，两头都不算。
pub fn notice_gap(notice: Date, act: Date, calendar: &WorkCalendar) -> Result<NoticeGap, DueError> {
    let (first, _) = calendar.coverage();
    let earliest = notice.add_days(1).min(act);
    if earliest < first {
        return Err(DueError::BeforeCalendar {
            date: earliest,
            first,
        });
    }
    let full_between = if notice < act {
        calendar.working_days_between(notice, act.add_days(-1))
    } else {
        0
    };
    Ok(NoticeGap {
        full_between,
        act_day_is_working: calendar.is_working(act),
        notice_comes_first: notice < act,
    })
}

/// 通知之日与活动之日之间的自然日，两头都不算；不需要日历。
pub fn calendar_day_gap(notice: Date, act: Date) -> NoticeGap {
    NoticeGap {
        full_between: (act.days_since(notice) - 1).max(0),
        act_day_is_working: true,
        notice_comes_first: notice < act,
    }
}

/// 按 `BWD(n)` 或 `BCD(n)` 判断间隔够不够。
pub fn judge_notice(
    period: Period,
    notice: Date,
    act: Date,
    calendar: &WorkCalendar,
) -> Result<BwdOutcome, DueError> {
    match period {
        Period::WorkingDaysBefore { n } => Ok(notice_gap(notice, act, calendar)?.outcome(n)),
        Period::CalendarDaysBefore { n } => Ok(calendar_day_gap(notice, act).outcome(n)),
        _ => Err(DueError::NotBackwardPeriod { period }),
    }
}

/// 最迟哪一日通知才够；第二项为真是暂定的（牵涉放假安排未公布的日子）。
pub fn latest_notice(
    period: Period,
    act: Date,
    calendar: &WorkCalendar,
) -> Result<(Date, bool), DueError> {
    let too_far = DueError::TooFar { start: act, period };
    match period.unit() {
        PeriodUnit::WorkingDaysBefore => {
            let (first, _) = calendar.coverage();
            let before = DueError::BeforeCalendar {
                date: first.add_days(-1),
                first,
            };
            let mut day = act;
            // The n-th working day before the act must lie wholly between: the notice comes the day before it.
            for _ in 0..period.length().unwrap_or(0) {
                day = calendar
                    .previous_working_day(day)
                    .ok_or_else(|| before.clone())?;
            }
            let notice = day.checked_add_days(-1).ok_or(too_far)?;
            Ok((notice, calendar.is_provisional(act.add_days(-1))))
        }
        PeriodUnit::CalendarDaysBefore => {
            let n = i32::from(period.length().unwrap_or(0));
            act.checked_add_days(-n - 1)
                .map(|notice| (notice, false))
                .ok_or(too_far)
        }
        _ => Err(DueError::NotBackwardPeriod { period }),
    }
}
