//! 时刻：系统记录和以小时计的期限所用，按北京时间显示。

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Date, DateError, digits};

/// 东八区：北京时间与世界协调时相差的秒数。
///
/// Asia/Shanghai is taken as the constant +08:00. That is exact since 1991-09-15, the end of the last summer time;
/// an instant of the summers of 1986–1991 would be told one hour early.
const SHANGHAI_OFFSET: i64 = 8 * 3_600;
const SECONDS_A_DAY: i64 = 86_400;

/// 时刻：1970-01-01T00:00:00Z 起的秒数，按北京时间显示，范围同 [`Date`]。
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 最早的时刻：1900-01-01 零时。
    pub const MIN: Timestamp = Timestamp(Date::MIN.0 as i64 * SECONDS_A_DAY - SHANGHAI_OFFSET);
    /// 最晚的时刻：2199-12-31 最后一秒。
    pub const MAX: Timestamp =
        Timestamp((Date::MAX.0 as i64 + 1) * SECONDS_A_DAY - SHANGHAI_OFFSET - 1);

    /// 解析带时差的 RFC 3339 写法，或不带时差的 `2025-06-02T16:20[:00]`（视为北京时间）；不足一秒的部分舍去。
    pub fn parse(text: &str) -> Result<Timestamp, DateError> {
        let form = || DateError::TimestampForm {
            text: text.to_owned(),
        };
        let (day, time) = text
            .split_at_checked(10)
            .filter(|(_, rest)| rest.starts_with(['T', 't', ' ']))
            .ok_or_else(form)?;
        let (clock, offset) = split_offset(&time[1..]).ok_or_else(form)?;
        let date = Date::parse_iso(day).map_err(|error| match error {
            DateError::DateForm { .. } => form(),
            DateError::OutOfRange { .. } => DateError::OutOfRange {
                text: text.to_owned(),
            },
            _ => DateError::NotOnCalendar {
                text: text.to_owned(),
            },
        })?;
        let [hour, minute, second] = clock_fields(clock).ok_or_else(form)?;
        let local =
            Timestamp::at(date, hour, minute, second).ok_or_else(|| DateError::NotOnCalendar {
                text: text.to_owned(),
            })?;
        let seconds = local.0 + SHANGHAI_OFFSET - offset.unwrap_or(SHANGHAI_OFFSET);
        Timestamp::from_unix_seconds(seconds).ok_or_else(|| DateError::OutOfRange {
            text: text.to_owned(),
        })
    }

    /// 某日某时某分某秒（北京时间）；时 0–23、分秒 0–59，否则 `None`。
    pub fn at(date: Date, hour: u8, minute: u8, second: u8) -> Option<Timestamp> {
        let is_clock = hour < 24 && minute < 60 && second < 60;
        is_clock.then(|| {
            let seconds = i64::from(hour) * 3_600 + i64::from(minute) * 60 + i64::from(second);
            Timestamp(i64::from(date.0) * SECONDS_A_DAY - SHANGHAI_OFFSET + seconds)
        })
    }

    /// 某日二十四时，即次日零时；2199-12-31 取其最后一秒。
    pub fn end_of_day(date: Date) -> Timestamp {
        Timestamp(i64::from(date.0 + 1) * SECONDS_A_DAY - SHANGHAI_OFFSET).min(Timestamp::MAX)
    }

    /// 由 1970-01-01T00:00:00Z 起的秒数构成；超出 1900–2199 年的为 `None`。
    pub fn from_unix_seconds(seconds: i64) -> Option<Timestamp> {
        (Timestamp::MIN.0..=Timestamp::MAX.0)
            .contains(&seconds)
            .then_some(Timestamp(seconds))
    }

    /// 1970-01-01T00:00:00Z 起的秒数。
    pub const fn unix_seconds(self) -> i64 {
        self.0
    }

    /// 北京时间的日期。
    pub fn date(self) -> Date {
        Date((self.0 + SHANGHAI_OFFSET).div_euclid(SECONDS_A_DAY) as i32)
    }

    /// 北京时间当日零时起的分钟数，0 至 1439。
    pub fn minute_of_day(self) -> u16 {
        (self.second_of_day() / 60) as u16
    }

    fn second_of_day(self) -> i64 {
        (self.0 + SHANGHAI_OFFSET).rem_euclid(SECONDS_A_DAY)
    }

    /// 加（减）若干分钟；越界停在两端。
    pub fn add_minutes(self, minutes: i64) -> Timestamp {
        let seconds = self.0.saturating_add(minutes.saturating_mul(60));
        Timestamp(seconds.clamp(Timestamp::MIN.0, Timestamp::MAX.0))
    }

    /// 距另一时刻的整分钟数：`self − earlier`，可为负，不足一分钟的舍去。
    pub const fn minutes_since(self, earlier: Timestamp) -> i64 {
        (self.0 - earlier.0) / 60
    }

    /// 中文写法，如“2025年6月2日（周一）16时20分”。
    pub fn in_chinese(self) -> String {
        let second = self.second_of_day();
        let date = self.date().in_chinese();
        let clock = format!("{date}{}时{:02}分", second / 3_600, second / 60 % 60);
        if second % 60 == 0 {
            clock
        } else {
            format!("{clock}{:02}秒", second % 60)
        }
    }
}

/// Splits `16:20:00+08:00` into the clock and the offset in seconds.
fn split_offset(time: &str) -> Option<(&str, Option<i64>)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock, Some(0)));
    }
    let Some(sign) = time.find(['+', '-']) else {
        return Some((time, None));
    };
    let (clock, offset) = time.split_at(sign);
    let bytes = offset.as_bytes();
    if bytes.len() != 6 || bytes[3] != b':' {
        return None;
    }
    let (hours, minutes) = (digits(&bytes[1..3])?, digits(&bytes[4..6])?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let seconds = i64::from(hours) * 3_600 + i64::from(minutes) * 60;
    Some((
        clock,
        Some(if bytes[0] == b'-' { -seconds } else { seconds }),
    ))
}

/// Reads `16:20`, `16:20:05` or `16:20:05.123`; the fraction is dropped.
fn clock_fields(clock: &str) -> Option<[u8; 3]> {
    let (clock, fraction) = match clock.split_once('.') {
        Some((clock, fraction)) if clock.len() == 8 => (clock, Some(fraction)),
        Some(_) => return None,
        None => (clock, None),
    };
    if fraction.is_some_and(|f| f.is_empty() || !f.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let bytes = clock.as_bytes();
    let with_seconds = match bytes.len() {
        5 => false,
        8 if bytes[5] == b':' => true,
        _ => return None,
    };
    if bytes[2] != b':' {
        return None;
    }
    let second = if with_seconds {
        digits(&bytes[6..8])?
    } else {
        0
    };
    Some([
        digits(&bytes[0..2])? as u8,
        digits(&bytes[3..5])? as u8,
        second as u8,
    ])
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.second_of_day();
        write!(
            f,
            "{}T{:02}:{:02}",
            self.date(),
            second / 3_600,
            second / 60 % 60
        )?;
        if second % 60 == 0 {
            Ok(())
        } else {
            write!(f, ":{:02}", second % 60)
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Timestamp::parse(text)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let second = self.second_of_day();
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        serializer.collect_str(&format_args!(
            "{}T{hour:02}:{minute:02}:{second:02}+08:00",
            self.date()
        ))
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Timestamp::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl TryFrom<jiff::Timestamp> for Timestamp {
    type Error = DateError;

    fn try_from(instant: jiff::Timestamp) -> Result<Self, Self::Error> {
        Timestamp::from_unix_seconds(instant.as_second()).ok_or_else(|| DateError::OutOfRange {
            text: instant.to_string(),
        })
    }
}
