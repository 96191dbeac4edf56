//! 记录时刻：协调世界时，到微秒，只有一种写法。

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::date::{Date, Timestamp};

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;
/// Length of `2026-03-01T08:00:00.000000Z`.
const TEXT_BYTES: usize = 27;

// The days of Date, told in UTC.
const MIN_MICROS: i64 = Date::MIN.day_number() as i64 * MICROS_PER_DAY;
const MAX_MICROS: i64 = (Date::MAX.day_number() as i64 + 1) * MICROS_PER_DAY - 1;

/// 时刻写法不对的原因。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("“{text}”不是记录时刻，请写成 2026-03-01T08:00:00.000000Z 的样子（协调世界时，六位小数）")]
pub struct MomentError {
    /// 原文，过长的只留开头。
    pub text: String,
}

/// 记录时刻：1970-01-01T00:00:00Z 起的微秒数。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// 由微秒数构成；不在 1900 年至 2199 年之内的为 `None`。
    pub fn from_unix_micros(micros: i64) -> Option<Self> {
        (MIN_MICROS..=MAX_MICROS)
            .contains(&micros)
            .then_some(Self(micros))
    }

    /// 微秒数。
    pub const fn unix_micros(self) -> i64 {
        self.0
    }

    /// 毫秒数，舍去不足一毫秒的部分；1970 年以前为 0（标识里的时刻不为负）。
    pub fn unix_millis(self) -> u64 {
        u64::try_from(self.0.div_euclid(1_000)).unwrap_or(0)
    }

    /// 加若干微秒；越出 1900 年至 2199 年的停在两端。
    pub fn add_micros(self, micros: i64) -> Self {
        let sum = self.0.saturating_add(micros);
        Self(sum.clamp(MIN_MICROS, MAX_MICROS))
    }

    /// 所在的整秒，不足一秒的部分舍去；2199 年最后八小时在北京已是次年，取 [`Timestamp::MAX`]。
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_unix_seconds(self.0.div_euclid(MICROS_PER_SECOND)).unwrap_or(Timestamp::MAX)
    }

    /// 读唯一的写法；闰秒（60 秒）不收。
    pub fn parse(text: &str) -> Result<Self, MomentError> {
        read(text).ok_or_else(|| MomentError {
            text: text.chars().take(TEXT_BYTES * 2).collect(),
        })
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Moment::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = i32::try_from(self.0.div_euclid(MICROS_PER_DAY))
            .ok()
            .and_then(Date::from_day_number)
            .expect("a Moment is made only within the range of Date");
        let micros = self.0.rem_euclid(MICROS_PER_DAY);
        let seconds = micros / MICROS_PER_SECOND;
        write!(
            f,
            "{day}T{:02}:{:02}:{:02}.{:06}Z",
            seconds / 3_600,
            seconds / 60 % 60,
            seconds % 60,
            micros % MICROS_PER_SECOND
        )
    }
}

fn read(text: &str) -> Option<Moment> {
    let bytes = text.as_bytes();
    let marks = [(10, b'T'), (13, b':'), (16, b':'), (19, b'.'), (26, b'Z')];
    if bytes.len() != TEXT_BYTES || marks.iter().any(|&(at, mark)| bytes[at] != mark) {
        return None;
    }
    let day = Date::parse_iso(text.get(..10)?).ok()?;
    let (hour, minute, second) = (
        digits(&bytes[11..13])?,
        digits(&bytes[14..16])?,
        digits(&bytes[17..19])?,
    );
    let micros = digits(&bytes[20..26])?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = (hour * 60 + minute) * 60 + second;
    let days = i64::from(day.day_number()) * MICROS_PER_DAY;
    Moment::from_unix_micros(days + seconds * MICROS_PER_SECOND + micros)
}

fn digits(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0, |sum, b| {
        b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0'))
    })
}
