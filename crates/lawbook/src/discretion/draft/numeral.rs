//! 表里的数：阿拉伯数字、中文数字，连同元、万元、倍、百分之几。

use super::super::amount::Amount;

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// 由开头读一个数额，连同余下的文字；不是数额的没有。
pub(super) fn amount(text: &str) -> Option<(Amount, &str)> {
    if let Some(rest) = text.strip_prefix("百分之") {
        let (number, rest) = number(rest)?;
        return Some((Amount::parse(&format!("{number}%")).ok()?, rest));
    }
    let (number, rest) = number(text)?;
    for unit in ["亿元", "万元", "元", "倍", "%"] {
        if let Some(rest) = rest.strip_prefix(unit) {
            return Some((Amount::parse(&format!("{number}{unit}")).ok()?, rest));
        }
    }
    None
}

/// 一个数的十进制写法与余下的文字。
fn number(text: &str) -> Option<(String, &str)> {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))
        .unwrap_or(text.len());
    if end > 0 {
        return Some((text[..end].replace(',', ""), &text[end..]));
    }
    let end = text.find(|c| !is_chinese_digit(c)).unwrap_or(text.len());
    // “二十万元”: the sign of ten thousand belongs to the number or to the unit, with the same result.
    let value = chinese(&text[..end])?;
    Some((value.to_string(), &text[end..]))
}

fn is_chinese_digit(c: char) -> bool {
    DIGITS.contains(&c) || matches!(c, '〇' | '两' | '十' | '百' | '千' | '万' | '亿')
}

/// 中文数字：`二千`、`一万五千`、`二十万`。
pub(super) fn chinese(text: &str) -> Option<i64> {
    let (mut total, mut section, mut digit) = (0_i64, 0_i64, None::<i64>);
    if text.is_empty() {
        return None;
    }
    for c in text.chars() {
        let place = DIGITS.iter().position(|d| *d == c);
        match (place, c) {
            (Some(n), _) => digit = i64::try_from(n).ok(),
            (None, '〇') => digit = Some(0),
            (None, '两') => digit = Some(2),
            (None, '十' | '百' | '千') => {
                let scale = match c {
                    '十' => 10,
                    '百' => 100,
                    _ => 1_000,
                };
                section = section.checked_add(digit.take().unwrap_or(1).checked_mul(scale)?)?;
            }
            (None, '万' | '亿') => {
                let scale = if c == '万' { 10_000 } else { 100_000_000 };
                let own = section.checked_add(digit.take().unwrap_or(0))?;
                total = total.checked_add(own)?.checked_mul(scale)?;
                section = 0;
            }
            _ => return None,
        }
    }
    total.checked_add(section)?.checked_add(digit.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_tables_are_read_whole() {
        let cases = [
            ("二千元以上", "2000元", "以上"),
            ("二万元", "2万元", ""),
            ("十万元以下", "10万元", "以下"),
            ("一万五千元", "1.5万元", ""),
            ("5万元以上", "5万元", "以上"),
            ("1,000元", "1000元", ""),
            ("百分之二以上", "2%", "以上"),
            ("0.5%以上", "0.5%", "以上"),
            ("十倍以上", "10倍", "以上"),
            ("1.5倍", "1.5倍", ""),
        ];
        for (text, wanted, rest) in cases {
            let (amount, left) = amount(text).expect(text);
            assert_eq!((amount.in_words().as_str(), left), (wanted, rest), "{text}");
        }
        for text in ["罚款", "五", "元", "很多元", ""] {
            assert!(amount(text).is_none(), "{text}");
        }
    }
}
