//! 期限：法律给出的一段时间，及其文字写法。

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::numeral::{chinese_count, chinese_number};

/// 期限的单位；不同单位的期限不能直接比长短。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PeriodUnit {
    /// 工作日。
    WorkingDays,
    /// 自然日。
    CalendarDays,
    /// 小时。
    Hours,
    /// 月。
    Months,
    /// 年。
    Years,
    /// 倒计的工作日。
    WorkingDaysBefore,
    /// 倒计的自然日。
    CalendarDaysBefore,
    /// 固定日期。
    FixedDate,
}

/// 期限：长度、单位、末日遇休息日是否顺延。
///
/// `roll` 为真表示末日不是工作日的顺延到其后第一个工作日。文字写法 `WD(7) CD(30) CD!(30) HR(24) MO(6) YR(2) BWD(7) BCD(30) FIX(01-31)`，`!` 为不顺延。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Period {
    /// 若干个工作日，调休上班的周末计入。
    WorkingDays {
        /// 个数。
        n: u16,
    },
    /// 若干自然日。
    CalendarDays {
        /// 日数。
        n: u16,
        /// 末日是否顺延。
        roll: bool,
    },
    /// 若干小时，从起算的那一分钟连续计算，节假日不扣除。
    Hours {
        /// 小时数。
        n: u16,
    },
    /// 若干月，到期月的对应日，没有的取月末。
    Months {
        /// 月数。
        n: u16,
        /// 末日是否顺延。
        roll: bool,
    },
    /// 若干年，到期年的对应日，没有的取月末。
    Years {
        /// 年数。
        n: u16,
        /// 末日是否顺延。
        roll: bool,
    },
    /// 某日的若干个工作日之前，两头都不算。
    WorkingDaysBefore {
        /// 个数。
        n: u16,
    },
    /// 某日的若干自然日之前，两头都不算。
    CalendarDaysBefore {
        /// 日数。
        n: u16,
    },
    /// 起算之后第一个固定的月、日，不顺延。
    FixedDate {
        /// 月，1 至 12。
        month: u8,
        /// 日，1 至该月最多的天数（2 月为 29，平年取 28）。
        day: u8,
    },
}

/// 期限写法不成立的原因。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PeriodError {
    /// 不是任何一种写法。
    #[error(
        "“{text}”不是期限，请写成 WD(7)、CD(30)、CD!(30)、HR(24)、MO(6)、YR(2)、BWD(7)、BCD(30) 或 FIX(01-31) 的样子"
    )]
    Form {
        /// 原文。
        text: String,
    },
    /// 数字不合。
    #[error("期限“{text}”里的数须为 1 至 65535 的整数，不带前导零")]
    Number {
        /// 原文。
        text: String,
    },
    /// 固定日期不存在。
    #[error("期限“{text}”里的月、日在历法上不存在，请写成 FIX(01-31) 的样子")]
    FixedDate {
        /// 原文。
        text: String,
    },
}

impl Period {
    /// 单位。
    pub const fn unit(self) -> PeriodUnit {
        match self {
            Period::WorkingDays { .. } => PeriodUnit::WorkingDays,
            Period::CalendarDays { .. } => PeriodUnit::CalendarDays,
            Period::Hours { .. } => PeriodUnit::Hours,
            Period::Months { .. } => PeriodUnit::Months,
            Period::Years { .. } => PeriodUnit::Years,
            Period::WorkingDaysBefore { .. } => PeriodUnit::WorkingDaysBefore,
            Period::CalendarDaysBefore { .. } => PeriodUnit::CalendarDaysBefore,
            Period::FixedDate { .. } => PeriodUnit::FixedDate,
        }
    }

    /// 长度的数字；固定日期没有。
    pub const fn length(self) -> Option<u16> {
        match self {
            Period::WorkingDays { n }
            | Period::CalendarDays { n, .. }
            | Period::Hours { n }
            | Period::Months { n, .. }
            | Period::Years { n, .. }
            | Period::WorkingDaysBefore { n }
            | Period::CalendarDaysBefore { n } => Some(n),
            Period::FixedDate { .. } => None,
        }
    }

    /// 末日是否可能顺延：自然日、月、年而未写 `!` 的。
    pub const fn rolls(self) -> bool {
        match self {
            Period::CalendarDays { roll, .. }
            | Period::Months { roll, .. }
            | Period::Years { roll, .. } => roll,
            _ => false,
        }
    }

    /// 改变末日是否顺延；对没有顺延之说的单位不起作用。
    #[must_use]
    pub const fn with_roll(self, roll: bool) -> Period {
        match self {
            Period::CalendarDays { n, .. } => Period::CalendarDays { n, roll },
            Period::Months { n, .. } => Period::Months { n, roll },
            Period::Years { n, .. } => Period::Years { n, roll },
            other => other,
        }
    }

    /// 同一单位的比长短，不看是否顺延；单位不同或为固定日期的无从比较，为 `None`。
    pub fn partial_cmp_same_unit(&self, other: &Period) -> Option<Ordering> {
        if self.unit() != other.unit() {
            return None;
        }
        match (self.length(), other.length()) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => (self == other).then_some(Ordering::Equal),
        }
    }

    /// 同一单位的相加，顺延与否从前者；单位不同、固定日期或溢出的为 `None`。
    #[must_use]
    #[allow(
        clippy::should_implement_trait,
        reason = "adding may fail, so it cannot be the operator"
    )]
    pub fn add(self, other: Period) -> Option<Period> {
        if self.unit() != other.unit() {
            return None;
        }
        let n = self.length()?.checked_add(other.length()?)?;
        Some(match self {
            Period::WorkingDays { .. } => Period::WorkingDays { n },
            Period::CalendarDays { roll, .. } => Period::CalendarDays { n, roll },
            Period::Hours { .. } => Period::Hours { n },
            Period::Months { roll, .. } => Period::Months { n, roll },
            Period::Years { roll, .. } => Period::Years { n, roll },
            Period::WorkingDaysBefore { .. } => Period::WorkingDaysBefore { n },
            Period::CalendarDaysBefore { .. } => Period::CalendarDaysBefore { n },
            Period::FixedDate { .. } => return None,
        })
    }

    /// 中文写法，如“七个工作日”“三十日（末日不顺延）”。
    pub fn in_chinese(self) -> String {
        let length = match self {
            Period::WorkingDays { n } => format!("{}个工作日", chinese_count(n.into())),
            Period::CalendarDays { n, .. } => format!("{}日", chinese_number(n.into())),
            Period::Hours { n } => format!("{}小时", chinese_count(n.into())),
            Period::Months { n, .. } => format!("{}个月", chinese_count(n.into())),
            Period::Years { n, .. } => format!("{}年", chinese_count(n.into())),
            Period::WorkingDaysBefore { n } => format!("{}个工作日前", chinese_count(n.into())),
            Period::CalendarDaysBefore { n } => format!("{}日前", chinese_number(n.into())),
            Period::FixedDate { month, day } => {
                format!(
                    "{}月{}日前",
                    chinese_number(month.into()),
                    chinese_number(day.into())
                )
            }
        };
        let may_roll = matches!(
            self.unit(),
            PeriodUnit::CalendarDays | PeriodUnit::Months | PeriodUnit::Years
        );
        if may_roll && !self.rolls() {
            format!("{length}（末日不顺延）")
        } else {
            length
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = |roll: bool| if roll { "" } else { "!" };
        match *self {
            Period::WorkingDays { n } => write!(f, "WD({n})"),
            Period::CalendarDays { n, roll } => write!(f, "CD{}({n})", mark(roll)),
            Period::Hours { n } => write!(f, "HR({n})"),
            Period::Months { n, roll } => write!(f, "MO{}({n})", mark(roll)),
            Period::Years { n, roll } => write!(f, "YR{}({n})", mark(roll)),
            Period::WorkingDaysBefore { n } => write!(f, "BWD({n})"),
            Period::CalendarDaysBefore { n } => write!(f, "BCD({n})"),
            Period::FixedDate { month, day } => write!(f, "FIX({month:02}-{day:02})"),
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let form = || PeriodError::Form {
            text: text.to_owned(),
        };
        let (name, rest) = text.split_once('(').ok_or_else(form)?;
        let inner = rest.strip_suffix(')').ok_or_else(form)?;
        let n = || {
            let is_plain = inner.bytes().all(|b| b.is_ascii_digit()) && !inner.starts_with('0');
            let value = if is_plain {
                inner.parse::<u16>().ok()
            } else {
                None
            };
            value.ok_or_else(|| PeriodError::Number {
                text: text.to_owned(),
            })
        };
        Ok(match name {
            "WD" => Period::WorkingDays { n: n()? },
            "CD" => Period::CalendarDays {
                n: n()?,
                roll: true,
            },
            "CD!" => Period::CalendarDays {
                n: n()?,
                roll: false,
            },
            "HR" => Period::Hours { n: n()? },
            "MO" => Period::Months {
                n: n()?,
                roll: true,
            },
            "MO!" => Period::Months {
                n: n()?,
                roll: false,
            },
            "YR" => Period::Years {
                n: n()?,
                roll: true,
            },
            "YR!" => Period::Years {
                n: n()?,
                roll: false,
            },
            "BWD" => Period::WorkingDaysBefore { n: n()? },
            "BCD" => Period::CalendarDaysBefore { n: n()? },
            "FIX" => fixed_date(inner).ok_or_else(|| PeriodError::FixedDate {
                text: text.to_owned(),
            })?,
            _ => return Err(form()),
        })
    }
}

/// Reads `01-31`; 02-29 is a day of the leap years, hence the leap year to check against.
fn fixed_date(text: &str) -> Option<Period> {
    let date: crate::date::Date = format!("2000-{text}").parse().ok()?;
    Some(Period::FixedDate {
        month: date.month() as u8,
        day: date.day() as u8,
    })
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}
