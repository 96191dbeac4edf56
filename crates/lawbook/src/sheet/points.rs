//! 分值：整数，以百分之一分计，不用浮点。

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};

/// 一分是多少个单位。
const SCALE: i64 = 100;

/// 分值，以百分之一分计：评分标准里有 0.5 分、0.25 分。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Points(i64);

impl Points {
    /// 零分。
    pub const ZERO: Points = Points(0);
    /// 一项、一张表的分值上限：再大的是写错了，也免得乘法溢出。
    pub const MAX: Points = Points(10_000 * SCALE);

    /// 由文字解析：`3`、`0.5`、`0.25`；小数至多两位，不带正负号。
    pub fn parse(text: &str) -> Option<Points> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let is_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        let is_short = whole.len() <= 5 && part.len() <= 2;
        if whole.is_empty() || !is_short || !is_digits(whole) || !is_digits(part) {
            return None;
        }
        if text.ends_with('.') {
            return None;
        }
        let hundredths = match part.len() {
            0 => 0,
            1 => part.parse::<i64>().ok()? * 10,
            _ => part.parse().ok()?,
        };
        let points = Points(whole.parse::<i64>().ok()? * SCALE + hundredths);
        (points <= Points::MAX).then_some(points)
    }

    /// 乘以次数。
    #[must_use]
    pub fn times(self, count: usize) -> Points {
        Points(
            self.0
                .saturating_mul(i64::try_from(count).unwrap_or(i64::MAX)),
        )
    }

    /// 折算：本数在 `base` 里占的份额，以 `full` 为满分，四舍五入到十分之一分；没有基数的没有得分。
    pub fn share(self, base: Points, full: Points) -> Option<Score> {
        if base.0 <= 0 {
            return None;
        }
        let tenths = i128::from(self.0) * i128::from(full.0) * 10;
        let divisor = i128::from(base.0) * i128::from(SCALE);
        let rounded = (tenths * 2 + divisor) / (divisor * 2);
        i64::try_from(rounded).ok().map(Score)
    }

    /// 写成数字文字，没有多余的零。
    pub fn in_digits(self) -> String {
        let (whole, part) = (self.0 / SCALE, (self.0 % SCALE).abs());
        match part {
            0 => whole.to_string(),
            p if p % 10 == 0 => format!("{whole}.{}", p / 10),
            p => format!("{whole}.{p:02}"),
        }
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_digits())
    }
}

impl Add for Points {
    type Output = Points;
    fn add(self, other: Points) -> Points {
        Points(self.0.saturating_add(other.0))
    }
}

impl Sub for Points {
    type Output = Points;
    fn sub(self, other: Points) -> Points {
        Points(self.0.saturating_sub(other.0))
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Points>>(points: I) -> Points {
        points.fold(Points::ZERO, Add::add)
    }
}

/// 得分：折算之后，以十分之一分计。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Score(i64);

impl Score {
    /// 零分。
    pub const ZERO: Score = Score(0);

    /// 不低于这么多分。
    pub fn is_at_least(self, points: Points) -> bool {
        self.0 * (SCALE / 10) >= points.0
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0 / 10, (self.0 % 10).abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_and_written_alike() {
        for text in ["0", "3", "0.5", "0.25", "100", "12.05"] {
            assert_eq!(
                Points::parse(text).map(|p| p.in_digits()).as_deref(),
                Some(text)
            );
        }
        for text in ["", ".5", "1.", "1.255", "-1", "a", "1e3", "999999", "１"] {
            assert_eq!(Points::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_share_is_rounded_half_up_to_a_tenth() {
        let points = |text| Points::parse(text).expect("points");
        let full = points("100");
        let share = |own, base| points(own).share(points(base), full).map(|s| s.to_string());
        assert_eq!(share("90.5", "96").as_deref(), Some("94.3"));
        assert_eq!(share("88", "100").as_deref(), Some("88.0"));
        assert_eq!(share("0", "96").as_deref(), Some("0.0"));
        assert_eq!(share("1", "16").as_deref(), Some("6.3"));
        assert_eq!(share("1", "0"), None);
    }
}
