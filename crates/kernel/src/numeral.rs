//! 中文数字：期限和期间在文字里的写法。

const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

/// 中文小写数字，如 120 为“一百二十”、15 为“十五”、10005 为“一万零五”；到亿以上仍可读。
pub fn chinese_number(n: u32) -> String {
    let mut text = String::new();
    let mut rest = n;
    for (unit, name) in [(100_000_000, "亿"), (10_000, "万")] {
        if rest >= unit {
            text.push_str(&chinese_number(rest / unit));
            text.push_str(name);
            rest %= unit;
            if rest > 0 && rest < unit / 10 {
                text.push_str(DIGITS[0]);
            }
        }
    }
    push_below_ten_thousand(&mut text, rest);
    text
}

/// 数量词前的数：2 作“两”，其余同 [`chinese_number`]。
pub fn chinese_count(n: u32) -> String {
    if n == 2 {
        "两".to_owned()
    } else {
        chinese_number(n)
    }
}

fn push_below_ten_thousand(text: &mut String, n: u32) {
    if n == 0 {
        if text.is_empty() {
            text.push_str(DIGITS[0]);
        }
        return;
    }
    // 十五, but 一百一十五 and 一万零一十五: the bare 十 stands only at the very front.
    let is_front = text.is_empty();
    let (mut has_written, mut owes_zero) = (false, false);
    for (unit, name) in [(1_000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = (n / unit % 10) as usize;
        if digit == 0 {
            owes_zero = has_written;
            continue;
        }
        if owes_zero {
            text.push_str(DIGITS[0]);
        }
        if !(unit == 10 && digit == 1 && is_front && !has_written) {
            text.push_str(DIGITS[digit]);
        }
        text.push_str(name);
        (has_written, owes_zero) = (true, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_written_in_statutes() {
        for (n, text) in [
            (0, "零"),
            (1, "一"),
            (10, "十"),
            (15, "十五"),
            (20, "二十"),
            (90, "九十"),
            (101, "一百零一"),
            (115, "一百一十五"),
            (120, "一百二十"),
            (1_005, "一千零五"),
            (1_050, "一千零五十"),
            (10_000, "一万"),
            (10_015, "一万零一十五"),
            (65_535, "六万五千五百三十五"),
            (100_000, "十万"),
            (100_000_001, "一亿零一"),
        ] {
            assert_eq!(chinese_number(n), text);
        }
        assert_eq!(chinese_count(2), "两");
        assert_eq!(chinese_count(12), "十二");
    }
}
