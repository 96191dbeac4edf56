//! 证照号码：统一社会信用代码、公民身份号码、行政区划代码；先校验，后使用。

mod citizen_id;
mod credit_code;
mod division;

pub use citizen_id::{CitizenId, CitizenIdForm, Sex};
pub use credit_code::CreditCode;
pub use division::{DivisionCode, DivisionLevel};

use thiserror::Error;

/// 号码不成立的原因；不写出原文，号码本身可能是敏感的。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CodeError {
    /// 位数不对。
    #[error("{code}应为 {expected} 位，实为 {found} 位，请核对")]
    Length {
        /// 号码的名称。
        code: &'static str,
        /// 应有的位数。
        expected: &'static str,
        /// 实有的位数。
        found: usize,
    },
    /// 有不该有的字符。
    #[error("{code}第 {at} 位的字符不合标准，请核对")]
    Character {
        /// 号码的名称。
        code: &'static str,
        /// 第几位，从 1 起。
        at: usize,
    },
    /// 出生日期不存在，或早于 1900 年。
    #[error("{code}中的出生日期在历法上不存在或早于 1900 年，请核对")]
    BirthDate {
        /// 号码的名称。
        code: &'static str,
    },
    /// 行政区划段不成立。
    #[error("{code}的上级段为零而下级段不为零，请核对")]
    Gap {
        /// 号码的名称。
        code: &'static str,
    },
}

/// Refuses the first character that `is_allowed` refuses.
fn check_characters(
    code: &'static str,
    text: &str,
    is_allowed: impl Fn(usize, u8) -> bool,
) -> Result<(), CodeError> {
    match text
        .bytes()
        .enumerate()
        .find(|(at, b)| !is_allowed(*at, *b))
    {
        Some((at, _)) => Err(CodeError::Character { code, at: at + 1 }),
        None => Ok(()),
    }
}
