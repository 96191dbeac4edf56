//! 金额：以分为单位的整数，不用浮点；大写金额的写与读。

mod capitals;

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// 金额，单位为分；最大约九十二万万亿元，运算溢出为 `None`。
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Fen(pub i64);

/// 舍入方式；对负数按绝对值舍入，符号不变。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// 不足一分的舍去。
    Down,
    /// 不足一分的进为一分。
    Up,
    /// 四舍五入。
    HalfUp,
}

/// 金额读不出的原因。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// 不是数字金额。
    #[error("“{text}”不是金额，请写成 20000、20,000.50 的样子，单位为元")]
    Form {
        /// 原文。
        text: String,
    },
    /// 分以下还有数字。
    #[error("“{text}”精确到分以下，请核对小数位")]
    TooFine {
        /// 原文。
        text: String,
    },
    /// 过大。
    #[error("“{text}”过大，请核对位数")]
    TooLarge {
        /// 原文。
        text: String,
    },
    /// 不是大写金额。
    #[error("“{text}”不是大写金额，请写成“肆万捌仟元整”的样子")]
    Capitals {
        /// 原文。
        text: String,
    },
}

const PER_YUAN: i64 = 100;

impl Fen {
    /// 零。
    pub const ZERO: Fen = Fen(0);

    /// 由整元构成；溢出为 `None`。
    pub const fn from_yuan(yuan: i64) -> Option<Fen> {
        match yuan.checked_mul(PER_YUAN) {
            Some(fen) => Some(Fen(fen)),
            None => None,
        }
    }

    /// 相加。
    #[must_use]
    pub const fn checked_add(self, other: Fen) -> Option<Fen> {
        match self.0.checked_add(other.0) {
            Some(fen) => Some(Fen(fen)),
            None => None,
        }
    }

    /// 相减。
    #[must_use]
    pub const fn checked_sub(self, other: Fen) -> Option<Fen> {
        match self.0.checked_sub(other.0) {
            Some(fen) => Some(Fen(fen)),
            None => None,
        }
    }

    /// 乘以整数，如每日加处额乘以日数。
    #[must_use]
    pub const fn checked_mul(self, times: i64) -> Option<Fen> {
        match self.0.checked_mul(times) {
            Some(fen) => Some(Fen(fen)),
            None => None,
        }
    }

    /// 求和；溢出为 `None`。
    pub fn checked_sum(amounts: impl IntoIterator<Item = Fen>) -> Option<Fen> {
        amounts.into_iter().try_fold(Fen::ZERO, Fen::checked_add)
    }

    /// 乘以万分率，如百分之三为 300；不足一分的按 `rounding` 处理。
    #[must_use]
    pub fn mul_rate(self, rate_per_10k: u32, rounding: Rounding) -> Option<Fen> {
        const SCALE: i128 = 10_000;
        let product = i128::from(self.0) * i128::from(rate_per_10k);
        let (whole, rest) = (product / SCALE, (product % SCALE).abs());
        let is_away = match rounding {
            Rounding::Down => false,
            Rounding::Up => rest > 0,
            Rounding::HalfUp => rest * 2 >= SCALE,
        };
        let fen = if is_away {
            whole + product.signum()
        } else {
            whole
        };
        i64::try_from(fen).ok().map(Fen)
    }

    /// 读数字金额，单位为元：`20000`、`20,000.50`、`20 000`；可带前缀 `￥` 或后缀 `元`，分节须三位一节，小数至多两位。
    pub fn parse_yuan(text: &str) -> Result<Fen, MoneyError> {
        let form = || MoneyError::Form {
            text: text.to_owned(),
        };
        let body = text.trim();
        let (is_negative, body) = match body.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, body),
        };
        let body = body.strip_prefix(['￥', '¥']).unwrap_or(body).trim_start();
        let body = body.strip_suffix('元').unwrap_or(body).trim_end();
        let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
        let is_fraction = fraction.bytes().all(|b| b.is_ascii_digit())
            && (body.contains('.') != fraction.is_empty());
        let whole = grouped_digits(whole)
            .filter(|_| is_fraction)
            .ok_or_else(form)?;
        let (cents, beyond) = fraction.split_at(fraction.len().min(2));
        if beyond.bytes().any(|b| b != b'0') {
            return Err(MoneyError::TooFine {
                text: text.to_owned(),
            });
        }
        let sign = if is_negative { "-" } else { "" };
        format!("{sign}{whole}{cents:0<2}")
            .parse()
            .map(Fen)
            .map_err(|_| MoneyError::TooLarge {
                text: text.to_owned(),
            })
    }

    /// 大写金额，如“壹万贰仟元整”“负叁元零伍分”，写法从《正确填写票据和结算凭证的基本规定》：到元、角为止的加“整”。
    pub fn in_capitals(self) -> String {
        capitals::write(self)
    }

    /// 读大写金额，如“肆万捌仟元整”；也认“人民币”前缀、“正”、小写汉字数字（四万八千元、两万元）。
    pub fn parse_capitals(text: &str) -> Result<Fen, MoneyError> {
        capitals::read(text).ok_or_else(|| MoneyError::Capitals {
            text: text.to_owned(),
        })
    }
}

/// The digits of `20,000` or `20 000`: three to a group, one separator throughout.
fn grouped_digits(text: &str) -> Option<String> {
    let separator = text.chars().find(|c| !c.is_ascii_digit());
    let Some(separator) = separator else {
        return (!text.is_empty()).then(|| text.to_owned());
    };
    if !matches!(separator, ',' | ' ' | '\u{a0}' | '\u{202f}' | '，') {
        return None;
    }
    let groups: Vec<&str> = text.split(separator).collect();
    let is_group = |(at, group): (usize, &&str)| {
        let is_length = if at == 0 {
            (1..=3).contains(&group.len())
        } else {
            group.len() == 3
        };
        is_length && group.bytes().all(|b| b.is_ascii_digit())
    };
    groups
        .iter()
        .enumerate()
        .all(is_group)
        .then(|| groups.concat())
}

/// 数字写法，如“20,000.00 元”。
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let amount = self.0.unsigned_abs();
        let (yuan, cents) = ((amount / 100).to_string(), amount % 100);
        if self.0 < 0 {
            f.write_str("-")?;
        }
        for (at, digit) in yuan.chars().enumerate() {
            if at > 0 && (yuan.len() - at).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        write!(f, ".{cents:02} 元")
    }
}
