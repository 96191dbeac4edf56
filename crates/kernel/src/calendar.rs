//! 工作日历：国务院办公厅历年放假通知排出来的工作日与休息日。

use serde::Deserialize;
use thiserror::Error;

use crate::date::Date;

/// 一年的放假安排：一份通知。
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarYear {
    /// 年份。
    pub year: i16,
    /// 通知文号，如“国办发明电〔2024〕12号”。
    pub notice: String,
    /// 各个节日；文件里写作 `[[holiday]]`。
    #[serde(rename = "holiday", default)]
    pub holidays: Vec<Holiday>,
}

/// 一个节日的放假与调休上班。
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// 节日名称，如“国庆节、中秋节”。
    pub name: String,
    /// 放假的每一天；文件里可写区间 `2025-01-28..2025-02-04`（含两端）。
    #[serde(deserialize_with = "days_or_ranges")]
    pub off: Vec<Date>,
    /// 调休上班的周末。
    #[serde(default, deserialize_with = "days_or_ranges")]
    pub work: Vec<Date>,
    /// 事后改动这个节日的通知文号。
    #[serde(default)]
    pub notice: Option<String>,
}

/// Reads a list of days and inclusive ranges; a range longer than a quarter is a slip of the pen.
fn days_or_ranges<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Date>, D::Error> {
    use serde::de::Error;
    let mut days = Vec::new();
    for text in Vec::<String>::deserialize(deserializer)? {
        let (first, last) = text.split_once("..").unwrap_or((&text, &text));
        let first = Date::parse_iso(first).map_err(D::Error::custom)?;
        let last = Date::parse_iso(last).map_err(D::Error::custom)?;
        if !(0..92).contains(&last.days_since(first)) {
            return Err(D::Error::custom(format!(
                "区间“{text}”首尾颠倒或过长，请核对"
            )));
        }
        days.extend((0..=last.days_since(first)).map(|n| first.add_days(n)));
    }
    Ok(days)
}

/// 放假安排不能成为日历的原因。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CalendarError {
    /// 一年也没有。
    #[error("没有任何一年的放假安排，请至少提供一年")]
    Empty,
    /// 年份超出日期的范围。
    #[error("{year} 年超出 1900 年至 2199 年的范围")]
    YearOutOfRange {
        /// 年份。
        year: i16,
    },
    /// 年份断开或重复。
    #[error("{before} 年之后应为 {} 年，却是 {found} 年：年份须逐年相连、不重复", before + 1)]
    NotContiguous {
        /// 前一份的年份。
        before: i16,
        /// 实际的下一份。
        found: i16,
    },
    /// 同一天安排了两次。
    #[error("{date} 在“{first}”和“{second}”中各安排了一次，请只留一处")]
    NamedTwice {
        /// 日期。
        date: Date,
        /// 先出现的节日。
        first: String,
        /// 后出现的节日。
        second: String,
    },
    /// 调休上班的不是周末。
    #[error("“{name}”调休上班的 {date} 是{}，不是周末，请核对通知", date.weekday().in_chinese())]
    WorkOnWeekday {
        /// 日期。
        date: Date,
        /// 节日。
        name: String,
    },
    /// 安排的日子离该年太远。
    #[error("{year} 年“{name}”安排了 {date}，不在该年或与其相邻的一个月内，请核对年份")]
    FarFromYear {
        /// 通知的年份。
        year: i16,
        /// 日期。
        date: Date,
        /// 节日。
        name: String,
    },
    /// 通知文号为空。
    #[error("{year} 年的放假安排没有写通知文号")]
    NoNotice {
        /// 年份。
        year: i16,
    },
}

/// 一天的性质。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind<'a> {
    /// 平常的工作日。
    Workday,
    /// 调休上班的周末。
    MakeUpWorkday {
        /// 节日。
        name: &'a str,
        /// 通知文号。
        notice: &'a str,
    },
    /// 周六、周日。
    Weekend,
    /// 通知安排的放假日。
    Holiday {
        /// 节日。
        name: &'a str,
        /// 通知文号。
        notice: &'a str,
    },
    /// 放假安排尚未公布的年份里，日期固定的法定节假日。
    FixedHoliday {
        /// 节日。
        name: &'static str,
    },
    /// 早于日历，不知道是不是工作日。
    Before,
}

/// The statutory holidays whose day does not depend on the moon (全国年节及纪念日放假办法第二条), with the first year of each.
/// They only fill years whose notice is not out; a published year is read from its notice alone.
const FIXED_HOLIDAYS: [(i8, i8, i16, &str); 6] = [
    (1, 1, 1900, "元旦"),
    (5, 1, 1900, "劳动节"),
    (5, 2, 2025, "劳动节"),
    (10, 1, 1900, "国庆节"),
    (10, 2, 1900, "国庆节"),
    (10, 3, 1900, "国庆节"),
];

fn fixed_holiday(date: Date) -> Option<&'static str> {
    let (year, month, day) = (date.year(), date.month(), date.day());
    FIXED_HOLIDAYS
        .iter()
        .find(|(m, d, since, _)| (*m, *d) == (month, day) && year >= *since)
        .map(|(.., name)| *name)
}

/// A day that a notice names.
#[derive(Debug, Clone)]
struct NamedDay {
    date: Date,
    is_off: bool,
    /// Index into `labels`.
    label: u16,
}

/// 工作日历：由各年通知构成；最后一份通知之后的日子暂按周末和固定日期的法定节假日推算。
#[derive(Debug, Clone)]
pub struct WorkCalendar {
    first: Date,
    last: Date,
    named: Vec<NamedDay>,
    /// (holiday, notice).
    labels: Vec<(String, String)>,
    /// `counts[i]`: working days in `first ..= first + i`, up to the end of 2199.
    counts: Vec<u32>,
    /// Day numbers of all working days in order.
    working: Vec<i32>,
}

impl WorkCalendar {
    /// 由各年放假安排构成；年份须相连，顺序不拘，一天只能安排一次，调休上班日须为周末。
    ///
    /// 一天归安排它的通知，哪怕落在相邻年份（如 2022-12-31 归 2023 年的通知）。
    pub fn from_years(mut years: Vec<CalendarYear>) -> Result<WorkCalendar, CalendarError> {
        years.sort_by_key(|year| year.year);
        let (first, last) = check_years(&years)?;
        let mut labels = Vec::new();
        let mut named = Vec::new();
        for year in years {
            for holiday in year.holidays {
                check_days(year.year, &holiday)?;
                // A few holidays a year over at most 300 years: the index fits.
                let label = labels.len() as u16;
                let day = |is_off| {
                    move |&date: &Date| NamedDay {
                        date,
                        is_off,
                        label,
                    }
                };
                named.extend(holiday.off.iter().map(day(true)));
                named.extend(holiday.work.iter().map(day(false)));
                labels.push((
                    holiday.name,
                    holiday.notice.unwrap_or_else(|| year.notice.clone()),
                ));
            }
        }
        named.sort_by_key(|day| day.date);
        if let Some([a, b]) = named.array_windows().find(|[a, b]| a.date == b.date) {
            let name = |day: &NamedDay| labels[usize::from(day.label)].0.clone();
            return Err(CalendarError::NamedTwice {
                date: a.date,
                first: name(a),
                second: name(b),
            });
        }
        let mut calendar = WorkCalendar {
            first,
            last,
            named,
            labels,
            counts: Vec::new(),
            working: Vec::new(),
        };
        calendar.count_working_days();
        Ok(calendar)
    }

    fn count_working_days(&mut self) {
        let mut named = self
            .named
            .iter()
            .filter(|day| day.date >= self.first)
            .peekable();
        for number in self.first.day_number()..=Date::MAX.day_number() {
            let date = Date::MIN.add_days(number - Date::MIN.day_number());
            let is_working = match named.next_if(|day| day.date == date) {
                Some(day) => !day.is_off,
                None if date.weekday().is_weekend() => false,
                None => date <= self.last || fixed_holiday(date).is_none(),
            };
            if is_working {
                self.working.push(number);
            }
            self.counts.push(self.working.len() as u32);
        }
    }

    /// 覆盖范围：第一年的首日和最后一年的末日。
    pub fn coverage(&self) -> (Date, Date) {
        (self.first, self.last)
    }

    /// 某日是否不早于日历（此后每天都有答案，覆盖范围之后的是暂定的）。
    pub fn knows(&self, date: Date) -> bool {
        date >= self.first
    }

    /// 某日的性质及其依据。
    pub fn day(&self, date: Date) -> DayKind<'_> {
        if date < self.first {
            return DayKind::Before;
        }
        if let Ok(at) = self.named.binary_search_by_key(&date, |day| day.date) {
            let day = &self.named[at];
            let (name, notice) = &self.labels[usize::from(day.label)];
            return if day.is_off {
                DayKind::Holiday { name, notice }
            } else {
                DayKind::MakeUpWorkday { name, notice }
            };
        }
        match fixed_holiday(date) {
            Some(name) if date > self.last => DayKind::FixedHoliday { name },
            _ if date.weekday().is_weekend() => DayKind::Weekend,
            _ => DayKind::Workday,
        }
    }

    /// 某日是否工作日；早于日历的一律为否，先以 [`WorkCalendar::knows`] 判断。
    pub fn is_working(&self, date: Date) -> bool {
        let before = date
            .checked_add_days(-1)
            .map_or(0, |day| self.count_through(day));
        self.count_through(date) > before
    }

    /// 到期日前还有几个工作日，今天不算、到期日算；已过的为负，日历不知道的没有。
    pub fn remaining_working_days(&self, today: Date, due: Date) -> Option<i32> {
        if due >= today {
            self.known_working_days_between(today, due)
        } else {
            self.known_working_days_between(due, today).map(|n| -n)
        }
    }

    /// 某日是否只能暂定：放假安排尚未公布。
    pub fn is_provisional(&self, date: Date) -> bool {
        date > self.last
    }

    /// 某日之后的第 `n` 个工作日；`n` 为 0、牵涉日历之前的日子或越过 2199 年的为 `None`。
    pub fn nth_working_day(&self, after: Date, n: u32) -> Option<Date> {
        if n == 0 || after < self.first.add_days(-1) {
            return None;
        }
        let index = self.count_through(after) as usize + n as usize - 1;
        self.working
            .get(index)
            .and_then(|number| Date::from_day_number(*number))
    }

    /// 某日或其后的第一个工作日；早于日历或越过 2199 年的为 `None`。
    pub fn roll_forward(&self, date: Date) -> Option<Date> {
        if date < self.first {
            return None;
        }
        let before = date
            .checked_add_days(-1)
            .map_or(0, |day| self.count_through(day));
        self.working
            .get(before as usize)
            .and_then(|number| Date::from_day_number(*number))
    }

    /// 某日之前（不含当日）的最后一个工作日；在日历里找不到的为 `None`。
    pub fn previous_working_day(&self, date: Date) -> Option<Date> {
        let count = self.count_through(date.checked_add_days(-1)?) as usize;
        count
            .checked_sub(1)
            .and_then(|at| Date::from_day_number(self.working[at]))
    }

    /// `(after, through]` 里的工作日数；`through` 在前的取负数。日历之前的日子不计入，先以 [`WorkCalendar::knows`] 判断。
    pub fn working_days_between(&self, after: Date, through: Date) -> i32 {
        self.count_through(through) as i32 - self.count_through(after) as i32
    }

    /// 同 [`WorkCalendar::working_days_between`]，牵涉日历之前的日子的为 `None`。
    pub fn known_working_days_between(&self, after: Date, through: Date) -> Option<i32> {
        let is_known = after == through || after.min(through) >= self.first.add_days(-1);
        is_known.then(|| self.working_days_between(after, through))
    }

    /// Working days from the first covered day through `date`.
    fn count_through(&self, date: Date) -> u32 {
        let offset = date.days_since(self.first);
        usize::try_from(offset).map_or(0, |at| self.counts[at])
    }
}

fn check_years(years: &[CalendarYear]) -> Result<(Date, Date), CalendarError> {
    let (Some(oldest), Some(newest)) = (years.first(), years.last()) else {
        return Err(CalendarError::Empty);
    };
    if let Some([a, b]) = years
        .array_windows()
        .find(|[a, b]| a.year.checked_add(1) != Some(b.year))
    {
        return Err(CalendarError::NotContiguous {
            before: a.year,
            found: b.year,
        });
    }
    if let Some(year) = years.iter().find(|year| year.notice.trim().is_empty()) {
        return Err(CalendarError::NoNotice { year: year.year });
    }
    let out_of_range = |year| move || CalendarError::YearOutOfRange { year };
    let first = Date::new(oldest.year, 1, 1).ok_or_else(out_of_range(oldest.year))?;
    let last = Date::new(newest.year, 12, 31).ok_or_else(out_of_range(newest.year))?;
    Ok((first, last))
}

fn check_days(year: i16, holiday: &Holiday) -> Result<(), CalendarError> {
    let name = || holiday.name.clone();
    for &date in holiday.off.iter().chain(&holiday.work) {
        let nearest = (date.add_days(-31).year(), date.add_days(31).year());
        if year < nearest.0 || year > nearest.1 {
            return Err(CalendarError::FarFromYear {
                year,
                date,
                name: name(),
            });
        }
    }
    match holiday
        .work
        .iter()
        .find(|date| !date.weekday().is_weekend())
    {
        Some(&date) => Err(CalendarError::WorkOnWeekday { date, name: name() }),
        None => Ok(()),
    }
}
