//! 行政区划代码（GB/T 2260、GB/T 10114 与统计用区划代码）。

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{CodeError, check_characters};

const NAME: &str = "行政区划代码";

/// 区划层级。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DivisionLevel {
    /// 省级，2 位。
    Province,
    /// 地级，4 位。
    City,
    /// 县级，6 位。
    County,
    /// 乡级，9 位。
    Town,
    /// 村级，12 位。
    Village,
}

impl DivisionLevel {
    const ALL: [DivisionLevel; 5] = [
        DivisionLevel::Province,
        DivisionLevel::City,
        DivisionLevel::County,
        DivisionLevel::Town,
        DivisionLevel::Village,
    ];

    /// 有效位数。
    pub const fn digits(self) -> usize {
        match self {
            DivisionLevel::Province => 2,
            DivisionLevel::City => 4,
            DivisionLevel::County => 6,
            DivisionLevel::Town => 9,
            DivisionLevel::Village => 12,
        }
    }

    /// 中文名。
    pub const fn in_chinese(self) -> &'static str {
        match self {
            DivisionLevel::Province => "省级",
            DivisionLevel::City => "地级",
            DivisionLevel::County => "县级",
            DivisionLevel::Town => "乡级",
            DivisionLevel::Village => "村级",
        }
    }
}

/// 行政区划代码：2、4、6、9、12 位；末尾补零的（如 `370000`）与短写（`37`）是同一个。
///
/// 直辖市的市辖区段（如 `1101`）按地级处理；不查名录，已撤销的代码同样成立。
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DivisionCode {
    /// ASCII digits of the level, then zeros.
    digits: [u8; 12],
    level: DivisionLevel,
}

impl DivisionCode {
    /// 校验位数、字符，确定层级。
    pub fn parse(text: &str) -> Result<DivisionCode, CodeError> {
        let text = text.trim();
        let found = text.chars().count();
        if !DivisionLevel::ALL
            .iter()
            .any(|level| level.digits() == found)
        {
            return Err(CodeError::Length {
                code: NAME,
                expected: "2、4、6、9 或 12",
                found,
            });
        }
        check_characters(NAME, text, |_, b| b.is_ascii_digit())?;
        let mut digits = [b'0'; 12];
        digits[..found].copy_from_slice(text.as_bytes());
        // A code stands at the shortest level that loses no digit.
        let is_rest_zero =
            |level: &&DivisionLevel| digits[level.digits()..].iter().all(|d| *d == b'0');
        let level = DivisionLevel::ALL
            .iter()
            .find(is_rest_zero)
            .copied()
            .unwrap_or(DivisionLevel::Village);
        let code = DivisionCode { digits, level };
        if digits[0] == b'0' {
            return Err(CodeError::Character { code: NAME, at: 1 });
        }
        let has_gap = level > DivisionLevel::City && &digits[2..4] == b"00";
        if has_gap {
            Err(CodeError::Gap { code: NAME })
        } else {
            Ok(code)
        }
    }

    /// 层级。
    pub fn level(&self) -> DivisionLevel {
        self.level
    }

    /// 有效位，不带补零，如 `37`、`3701`、`370102`。
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.digits[..self.level.digits()]).expect("parse admits digits only")
    }

    /// 六位写法，乡级以下取其县级六位，如 `370000`。
    pub fn six_digits(&self) -> &str {
        std::str::from_utf8(&self.digits[..6]).expect("parse admits digits only")
    }

    /// 是否包含另一区划：相同，或为其上级。
    pub fn contains(&self, other: &DivisionCode) -> bool {
        let len = self.level.digits();
        self.level <= other.level && self.digits[..len] == other.digits[..len]
    }

    /// 上一级；省级没有。
    #[must_use]
    pub fn parent(&self) -> Option<DivisionCode> {
        let at = DivisionLevel::ALL
            .iter()
            .position(|level| *level == self.level)?;
        let level = *DivisionLevel::ALL.get(at.checked_sub(1)?)?;
        let mut digits = [b'0'; 12];
        digits[..level.digits()].copy_from_slice(&self.digits[..level.digits()]);
        // The towns of a 地级市 without districts (441900003) have no county segment and belong to the city.
        let is_empty_segment = digits[level.digits() - 2..level.digits()] == *b"00";
        let parent = DivisionCode { digits, level };
        if is_empty_segment && level > DivisionLevel::Province {
            parent.parent()
        } else {
            Some(parent)
        }
    }
}

impl fmt::Display for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for DivisionCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        DivisionCode::parse(text)
    }
}

impl Serialize for DivisionCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for DivisionCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        DivisionCode::parse(&text).map_err(serde::de::Error::custom)
    }
}
