//! 民用日期与时刻：法律按日期计算，系统按时刻记录，两者不暗中互换。

mod instant;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

pub use instant::Timestamp;

/// 日期、时刻不能成立的原因。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DateError {
    /// 写法不对。
    #[error("“{text}”不是日期，请写成 2025-02-10 的样子")]
    DateForm {
        /// 原文。
        text: String,
    },
    /// 写法不对。
    #[error("“{text}”不是时刻，请写成 2025-06-02T16:20 或 2025-06-02T16:20:00+08:00 的样子")]
    TimestampForm {
        /// 原文。
        text: String,
    },
    /// 历法上没有这一天或这一刻。
    #[error("“{text}”在历法上不存在，请核对年、月、日、时、分")]
    NotOnCalendar {
        /// 原文。
        text: String,
    },
    /// 超出范围。
    #[error("“{text}”超出 1900 年至 2199 年的范围，请核对年份")]
    OutOfRange {
        /// 原文。
        text: String,
    },
}

/// 星期。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    /// 周一。
    Monday,
    /// 周二。
    Tuesday,
    /// 周三。
    Wednesday,
    /// 周四。
    Thursday,
    /// 周五。
    Friday,
    /// 周六。
    Saturday,
    /// 周日。
    Sunday,
}

impl Weekday {
    /// 周末：周六或周日。
    pub const fn is_weekend(self) -> bool {
        matches!(self, Weekday::Saturday | Weekday::Sunday)
    }

    /// 中文名，如“周一”。
    pub const fn in_chinese(self) -> &'static str {
        match self {
            Weekday::Monday => "周一",
            Weekday::Tuesday => "周二",
            Weekday::Wednesday => "周三",
            Weekday::Thursday => "周四",
            Weekday::Friday => "周五",
            Weekday::Saturday => "周六",
            Weekday::Sunday => "周日",
        }
    }
}

/// 民用日期：没有时区的一天，1900-01-01 至 2199-12-31。
///
/// Stored as the number of days since 1970-01-01, so that comparing and adding days is integer arithmetic.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

/// Days since 1970-01-01 of a Gregorian date (years counted from March, so that the leap day is the last).
const fn days_from_civil(year: i32, month: i32, day: i32) -> i32 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let shifted = (month + 9) % 12;
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`]: (year, month, day).
const fn civil_from_days(days: i32) -> (i32, i32, i32) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

const fn is_leap(year: i32) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

const fn days_in_month(year: i32, month: i32) -> i32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Date {
    /// 最早的一天：1900-01-01。
    pub const MIN: Date = Date(days_from_civil(1900, 1, 1));
    /// 最晚的一天：2199-12-31。
    pub const MAX: Date = Date(days_from_civil(2199, 12, 31));

    /// 由年、月、日构成；历法上不存在或超出 1900–2199 年的为 `None`。
    pub const fn new(y: i16, m: i8, d: i8) -> Option<Date> {
        let (year, month, day) = (y as i32, m as i32, d as i32);
        let in_range = year >= 1900 && year <= 2199 && month >= 1 && month <= 12;
        if !in_range || day < 1 || day > days_in_month(year, month) {
            return None;
        }
        Some(Date(days_from_civil(year, month, day)))
    }

    /// 解析 ISO 写法 `2025-02-10`，位数须齐。
    pub fn parse_iso(text: &str) -> Result<Date, DateError> {
        let bytes = text.as_bytes();
        let shape = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
        let fields = shape.then(|| {
            (
                digits(&bytes[0..4]),
                digits(&bytes[5..7]),
                digits(&bytes[8..10]),
            )
        });
        let Some((Some(year), Some(month), Some(day))) = fields else {
            return Err(DateError::DateForm {
                text: text.to_owned(),
            });
        };
        if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
            return Err(DateError::NotOnCalendar {
                text: text.to_owned(),
            });
        }
        Date::from_day_number(days_from_civil(year, month, day)).ok_or_else(|| {
            DateError::OutOfRange {
                text: text.to_owned(),
            }
        })
    }

    /// 日序：1970-01-01 起的天数，当日为 0。
    pub const fn day_number(self) -> i32 {
        self.0
    }

    /// 由日序构成；超出 1900–2199 年的为 `None`。
    pub const fn from_day_number(days: i32) -> Option<Date> {
        if days < Date::MIN.0 || days > Date::MAX.0 {
            None
        } else {
            Some(Date(days))
        }
    }

    /// 年。
    pub const fn year(self) -> i16 {
        civil_from_days(self.0).0 as i16
    }

    /// 月，1 至 12。
    pub const fn month(self) -> i8 {
        civil_from_days(self.0).1 as i8
    }

    /// 日，1 至 31。
    pub const fn day(self) -> i8 {
        civil_from_days(self.0).2 as i8
    }

    /// 星期。
    pub const fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        match (self.0 + 3).rem_euclid(7) {
            0 => Weekday::Monday,
            1 => Weekday::Tuesday,
            2 => Weekday::Wednesday,
            3 => Weekday::Thursday,
            4 => Weekday::Friday,
            5 => Weekday::Saturday,
            _ => Weekday::Sunday,
        }
    }

    /// 加（减）若干天；越出 1900–2199 年的停在两端。
    pub const fn add_days(self, days: i32) -> Date {
        let sum = self.0.saturating_add(days);
        if sum < Date::MIN.0 {
            Date::MIN
        } else if sum > Date::MAX.0 {
            Date::MAX
        } else {
            Date(sum)
        }
    }

    /// 加（减）若干天；越出 1900–2199 年的为 `None`。
    pub const fn checked_add_days(self, days: i32) -> Option<Date> {
        match self.0.checked_add(days) {
            Some(sum) => Date::from_day_number(sum),
            None => None,
        }
    }

    /// 距另一日的天数：`self − earlier`，可为负。
    pub const fn days_since(self, earlier: Date) -> i32 {
        self.0 - earlier.0
    }

    /// 加（减）若干月的对应日；没有对应日的取月末，第二项为真（民法典第二百零二条）；越界停在两端。
    pub const fn add_months(self, months: i32) -> (Date, bool) {
        match self.checked_add_months(months) {
            Some(result) => result,
            None if months < 0 => (Date::MIN, false),
            None => (Date::MAX, false),
        }
    }

    /// 同 [`Date::add_months`]，越出 1900–2199 年的为 `None`。
    pub const fn checked_add_months(self, months: i32) -> Option<(Date, bool)> {
        let (year, month, day) = civil_from_days(self.0);
        let Some(index) = (year * 12 + month - 1).checked_add(months) else {
            return None;
        };
        let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
        if year < 1900 || year > 2199 {
            return None;
        }
        let end = days_in_month(year, month);
        let is_clamped = day > end;
        let day = if is_clamped { end } else { day };
        Some((Date(days_from_civil(year, month, day)), is_clamped))
    }

    /// 中文写法，如“2025年2月10日（周一）”。
    pub fn in_chinese(self) -> String {
        let (year, month, day) = civil_from_days(self.0);
        format!(
            "{year}年{month}月{day}日（{}）",
            self.weekday().in_chinese()
        )
    }
}

/// The value of a run of ASCII digits, `None` if there is anything else.
fn digits(bytes: &[u8]) -> Option<i32> {
    bytes.iter().try_fold(0i32, |sum, b| {
        b.is_ascii_digit().then(|| sum * 10 + i32::from(b - b'0'))
    })
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.0);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Date::parse_iso(text)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Date::parse_iso(&text).map_err(serde::de::Error::custom)
    }
}

impl From<Date> for jiff::civil::Date {
    fn from(date: Date) -> Self {
        let (year, month, day) = civil_from_days(date.0);
        // Every day of 1900–2199 is a day of jiff's −9999–9999.
        jiff::civil::date(year as i16, month as i8, day as i8)
    }
}

impl TryFrom<jiff::civil::Date> for Date {
    type Error = DateError;

    fn try_from(date: jiff::civil::Date) -> Result<Self, Self::Error> {
        Date::new(date.year(), date.month(), date.day()).ok_or_else(|| DateError::OutOfRange {
            text: date.to_string(),
        })
    }
}
