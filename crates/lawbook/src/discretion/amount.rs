//! 金额的写法：固定的数额，或者基数的倍数、比例；十进制，不用浮点，读与写互为反面。

use mingjing_kernel::money::{Fen, Rounding};

/// 一倍，以万分之一计。
const ONCE: i64 = 10_000;
/// 一元、一万元、一亿元，以分计。
const UNITS: [(&str, i64); 3] = [("亿元", 10_000_000_000), ("万元", 1_000_000), ("元", 100)];

/// 金额：数额，或者基数的份额（万分之一）。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// 数额
    Fixed(Fen),
    /// 基数的份额：十倍为 100000，百分之二为 200
    Share(u32),
}

impl Amount {
    /// 读 `5万元`、`2000元`、`4999.99元`、`10倍`、`0.5倍`、`2%`。
    pub fn parse(text: &str) -> Result<Amount, String> {
        let text = text.trim();
        let wrong = || format!("“{text}”不是数额：写作 5万元、2000元、10倍、0.5倍、2%");
        let share = |number: &str, scale: i64| {
            let share = decimal(number, scale).ok_or_else(wrong)?;
            u32::try_from(share).map(Amount::Share).map_err(|_| wrong())
        };
        if let Some(number) = text.strip_suffix('倍') {
            return share(number, ONCE);
        }
        if let Some(number) = text.strip_suffix('%') {
            return share(number, ONCE / 100);
        }
        let unit = UNITS
            .iter()
            .find_map(|(unit, fen)| Some((text.strip_suffix(unit)?, *fen)));
        let (number, scale) = unit.ok_or_else(wrong)?;
        let fen = decimal(number, scale).ok_or_else(wrong)?;
        Ok(Amount::Fixed(Fen(fen)))
    }

    /// 算出数额：份额乘以基数，数额乘以个数；缺基数、个数或溢出的没有。
    pub(crate) fn of(self, base: Option<Fen>, count: Option<i64>, to: Rounding) -> Option<Fen> {
        let one = match self {
            Amount::Fixed(fen) => fen,
            Amount::Share(share) => base?.mul_rate(share, to)?,
        };
        one.checked_mul(count?)
    }

    /// 是不是同一种写法，不知道基数也能比较大小。
    pub(crate) fn order(self, other: Amount) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Amount::Fixed(a), Amount::Fixed(b)) => Some(a.cmp(&b)),
            (Amount::Share(a), Amount::Share(b)) => Some(a.cmp(&b)),
            _ => None,
        }
    }

    /// 法条的写法：`5万元`、`10倍`、`2%`。
    pub fn in_words(self) -> String {
        match self {
            Amount::Fixed(fen) => yuan(fen),
            Amount::Share(share) if i64::from(share) >= ONCE => {
                format!("{}倍", plain(i64::from(share), ONCE))
            }
            Amount::Share(share) => format!("{}%", plain(i64::from(share), ONCE / 100)),
        }
    }
}

/// 数额的短写：整万的写万元，其余写元。
pub fn yuan(fen: Fen) -> String {
    let exact = |(_, scale): &&(&str, i64)| fen.0 % (scale / 100).max(1) == 0 && fen.0 >= *scale;
    let (unit, scale) = UNITS.iter().find(exact).unwrap_or(&("元", 100));
    format!("{}{unit}", plain(fen.0, *scale))
}

/// 准确的十进制乘以单位；有小于最小单位的零头、不是数字的没有。
fn decimal(text: &str, scale: i64) -> Option<i64> {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || (text.contains('.') && !is_digits(fraction)) || text.len() > 18 {
        return None;
    }
    let digits: i64 = format!("{whole}{fraction}").parse().ok()?;
    let parts = 10_i64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let scaled = digits.checked_mul(scale)?;
    (scaled % parts == 0).then_some(scaled / parts)
}

/// 除以单位写成十进制，末尾的零不写。
fn plain(number: i64, scale: i64) -> String {
    let (whole, rest) = (number / scale, (number % scale).abs());
    if rest == 0 {
        return whole.to_string();
    }
    let width = scale.ilog10() as usize;
    let fraction = format!("{rest:0width$}");
    format!("{whole}.{}", fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_to_the_last_fen() {
        let cases = [
            ("5万元", Amount::Fixed(Fen(5_000_000))),
            ("2000元", Amount::Fixed(Fen(200_000))),
            ("1.2万元", Amount::Fixed(Fen(1_200_000))),
            ("4999.99元", Amount::Fixed(Fen(499_999))),
            ("0元", Amount::Fixed(Fen(0))),
            ("1亿元", Amount::Fixed(Fen(10_000_000_000))),
            ("10倍", Amount::Share(100_000)),
            ("1.5倍", Amount::Share(15_000)),
            ("2%", Amount::Share(200)),
            ("0.5%", Amount::Share(50)),
        ];
        for (text, amount) in cases {
            assert_eq!(Amount::parse(text), Ok(amount), "{text}");
            assert_eq!(amount.in_words(), text);
        }
        assert_eq!(Amount::parse("0.5倍"), Ok(Amount::Share(5_000)));
    }

    #[test]
    fn nothing_is_rounded_or_guessed() {
        for text in [
            "5",
            "五万元",
            "5万",
            "1.001元",
            "0.00001倍",
            "-5元",
            "1.万元",
            "",
            "元",
            "5 0元",
        ] {
            assert!(Amount::parse(text).is_err(), "{text}");
        }
    }
}
