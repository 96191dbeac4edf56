//! 统一社会信用代码（GB 32100）。

use std::fmt;

use serde::Serialize;

use super::{CodeError, check_characters};

const NAME: &str = "统一社会信用代码";
/// The characters of GB 32100 by value: digits and capitals without I, O, S, V, Z.
const CHARSET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const WEIGHTS: [u32; 17] = [
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
];

/// 统一社会信用代码，18 位（GB 32100）。
///
/// 早年试点发出的代码有校验位不合的，故校验位不合只提示（`check_ok` 为假），不拒收。
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditCode {
    text: [u8; 18],
    check_ok: bool,
}

impl CreditCode {
    /// 校验字符集和位数；小写字母转大写，首尾空白略去。
    pub fn parse(text: &str) -> Result<CreditCode, CodeError> {
        let upper = text.trim().to_ascii_uppercase();
        let found = upper.chars().count();
        let length = CodeError::Length {
            code: NAME,
            expected: "18",
            found,
        };
        if found != 18 {
            return Err(length);
        }
        // The division segment is digits; the rest is of the standard's alphabet.
        check_characters(NAME, &upper, |at, b| {
            if (2..8).contains(&at) {
                b.is_ascii_digit()
            } else {
                value(b).is_some()
            }
        })?;
        let bytes: [u8; 18] = upper.as_bytes().try_into().map_err(|_| length)?;
        let check_ok = check_character(&bytes) == Some(bytes[17]);
        Ok(CreditCode {
            text: bytes,
            check_ok,
        })
    }

    /// 校验位是否相符；不符的应提示核对，不应拒收。
    pub fn check_ok(&self) -> bool {
        self.check_ok
    }

    /// 代码原文，18 位。
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text).expect("parse admits ASCII only")
    }

    /// 登记管理部门代码，第 1 位（如 1 机构编制、5 民政、9 市场监管）。
    pub fn authority(&self) -> char {
        char::from(self.text[0])
    }

    /// 登记机关行政区划代码，第 3 至 8 位。
    pub fn division(&self) -> &str {
        &self.as_str()[2..8]
    }

    /// 主体标识码（组织机构代码），第 9 至 17 位。
    pub fn organization(&self) -> &str {
        &self.as_str()[8..17]
    }
}

fn value(b: u8) -> Option<u32> {
    CHARSET.iter().position(|c| *c == b).map(|at| at as u32)
}

fn check_character(bytes: &[u8; 18]) -> Option<u8> {
    let sum = bytes
        .iter()
        .zip(WEIGHTS)
        .map(|(b, weight)| value(*b).map(|v| v * weight))
        .sum::<Option<u32>>()?;
    Some(CHARSET[((31 - sum % 31) % 31) as usize])
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for CreditCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
