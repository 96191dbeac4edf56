//! 公民身份号码（GB 11643）。

use std::fmt;

use crate::date::Date;
use crate::sensitive::mask_id;

use super::{CodeError, check_characters};

const NAME: &str = "公民身份号码";
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK: &[u8; 11] = b"10X98765432";

/// 号码的形式。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CitizenIdForm {
    /// 现行的 18 位。
    Eighteen,
    /// 旧的 15 位，没有校验位，出生年份省去世纪。
    Fifteen,
}

/// 性别：顺序码奇数为男，偶数为女。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    /// 男。
    Male,
    /// 女。
    Female,
}

impl Sex {
    /// 中文。
    pub const fn in_chinese(self) -> &'static str {
        match self {
            Sex::Male => "男",
            Sex::Female => "女",
        }
    }
}

/// 公民身份号码，18 位或旧 15 位；`Display` 和 `Debug` 都遮盖，原文只经 [`CitizenId::reveal`] 取出。
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CitizenId {
    text: String,
    birth: Date,
    check_ok: bool,
}

impl CitizenId {
    /// 校验位数、字符和出生日期；校验位不合的收下而 `check_ok` 为假。小写 x 转大写，首尾空白略去。
    pub fn parse(text: &str) -> Result<CitizenId, CodeError> {
        let upper = text.trim().to_ascii_uppercase();
        let found = upper.chars().count();
        if found != 18 && found != 15 {
            return Err(CodeError::Length {
                code: NAME,
                expected: "18（旧号 15）",
                found,
            });
        }
        check_characters(NAME, &upper, |at, b| {
            b.is_ascii_digit() || (at == 17 && b == b'X')
        })?;
        let birth = if found == 18 {
            birth_date(&upper[6..10], &upper[10..14])
        } else {
            // The fifteen digits were issued until 1999, to people born in the twentieth century.
            birth_date(&format!("19{}", &upper[6..8]), &upper[8..12])
        };
        let birth = birth.ok_or(CodeError::BirthDate { code: NAME })?;
        let check_ok = found == 15 || check_character(upper.as_bytes()) == upper.as_bytes()[17];
        Ok(CitizenId {
            text: upper,
            birth,
            check_ok,
        })
    }

    /// 校验位是否相符；旧 15 位没有校验位，恒为真。
    pub fn check_ok(&self) -> bool {
        self.check_ok
    }

    /// 形式。
    pub fn form(&self) -> CitizenIdForm {
        if self.text.len() == 18 {
            CitizenIdForm::Eighteen
        } else {
            CitizenIdForm::Fifteen
        }
    }

    /// 出生日期。
    pub fn birth_date(&self) -> Date {
        self.birth
    }

    /// 性别。
    pub fn sex(&self) -> Sex {
        let at = if self.text.len() == 18 { 16 } else { 14 };
        if (self.text.as_bytes()[at] - b'0') % 2 == 1 {
            Sex::Male
        } else {
            Sex::Female
        }
    }

    /// 地址码，前 6 位。
    pub fn division(&self) -> &str {
        &self.text[..6]
    }

    /// 换成 18 位：旧号补上世纪和校验位，现行的不变。
    #[must_use]
    pub fn to_eighteen(&self) -> CitizenId {
        if self.text.len() == 18 {
            return self.clone();
        }
        let mut text = format!("{}19{}", &self.text[..6], &self.text[6..]);
        text.push(char::from(check_character(text.as_bytes())));
        CitizenId {
            text,
            birth: self.birth,
            check_ok: true,
        }
    }

    /// 取出原文；`reason` 不得为空白，写明为何要看，由有访问日志的一层记录。
    pub fn reveal(&self, reason: &str) -> &str {
        debug_assert!(!reason.trim().is_empty(), "revealing needs a reason");
        &self.text
    }

    /// 遮盖的写法，留前两位和后两位。
    pub fn masked(&self) -> String {
        mask_id(&self.text)
    }
}

fn birth_date(year: &str, month_day: &str) -> Option<Date> {
    Date::parse_iso(&format!("{year}-{}-{}", &month_day[..2], &month_day[2..])).ok()
}

fn check_character(digits: &[u8]) -> u8 {
    let sum: u32 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(b, weight)| u32::from(b.wrapping_sub(b'0')) * weight)
        .sum();
    CHECK[(sum % 11) as usize]
}

impl fmt::Display for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Debug for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}
