//! 金额：数字、万元、大写，以及处罚内容一句话里的几笔钱，各归其类，说不准的拒绝。

use mingjing_kernel::money::Fen;

use crate::error::RowError;
use crate::limits;
use crate::text::half_width_numeric;

/// 一句话里认出的钱，单位为分；没有写到的为 `None`。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Amounts {
    /// 罚款（不含加处罚款）。
    pub fine: Option<i64>,
    /// 没收（违法所得、广告费用等，计得出金额的）。
    pub confiscated: Option<i64>,
    /// 合计（罚没款总额）；写明时用来核对，不重复相加。
    pub total: Option<i64>,
}

/// 单笔金额的写法所用的单位。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 没有写单位时按元
    Yuan,
    /// 没有写单位时按万元
    WanYuan,
}

const REMEDY: &str = "请写成 20000.00 或 20,000.50元 的样子，一格只写一笔。";
const UNITS: [(&str, i64); 9] = [
    ("亿元", 10_000_000_000),
    ("亿", 10_000_000_000),
    ("百万元", 100_000_000),
    ("万元", 1_000_000),
    ("万", 1_000_000),
    ("千元", 100_000),
    ("元", 100),
    ("圆", 100),
    ("块", 100),
];

/// 读一格金额，得分；格里只许有一笔。
pub fn parse(text: &str, unit: Unit) -> Result<i64, RowError> {
    let plain = half_width_numeric(text);
    let plain = plain
        .trim()
        .trim_start_matches("人民币")
        .trim_start_matches(['¥', ' ', ':']);
    let plain = plain.trim_end_matches(['.', '整', '正', ' ', ';']);
    let refuse = |reason: &str| RowError::new(reason, REMEDY).with_value(text);
    if plain.is_empty() {
        return Err(refuse("没有写金额"));
    }
    // Accountants put a negative sum in brackets.
    let unsigned = plain.trim_start_matches(['-', '(', '负']);
    if unsigned.len() < plain.len() && leading_amount(unsigned.trim_start(), unit).is_some() {
        return Err(limits::negative(text));
    }
    let Some((value, rest)) = leading_amount(plain, unit) else {
        return Err(refuse("不是金额"));
    };
    let value = value.ok_or_else(|| refuse("金额不是整分，或大得不合理"))?;
    if !rest.trim().is_empty() {
        return Err(refuse("一格里不止一个金额，或夹有别的文字"));
    }
    Ok(value)
}

/// 读一句处罚内容里的几笔钱：按各笔前面的字归入罚款、没收、合计；归不了类的拒绝。
pub fn parse_sentence(text: &str) -> Result<Amounts, RowError> {
    let plain = half_width_numeric(text);
    let mut amounts = Amounts::default();
    let mut clause_start = 0;
    for (at, end, value) in find_amounts(&plain) {
        let before = &plain[clause_start..at];
        let refuse = |reason: &str| {
            Err(RowError::new(reason, "请把罚款、没收的金额分列填写。").with_value(text))
        };
        let Some(value) = value else {
            return refuse("金额不是整分，或大得不合理");
        };
        let slot = match class_of(before) {
            Class::Fine => &mut amounts.fine,
            Class::Confiscated => &mut amounts.confiscated,
            Class::Total => {
                if amounts.total.replace(value).is_some_and(|old| old != value) {
                    return refuse("写了两个不同的合计");
                }
                clause_start = end;
                continue;
            }
            Class::Other => {
                clause_start = end;
                continue;
            }
            Class::Unknown => return refuse("句中有一笔钱看不出是罚款还是没收"),
        };
        *slot = match slot.unwrap_or(0).checked_add(value) {
            Some(sum) => Some(sum),
            None => return refuse("金额不是整分，或大得不合理"),
        };
        clause_start = end;
    }
    check_total(&amounts, text)?;
    Ok(amounts)
}

fn check_total(amounts: &Amounts, text: &str) -> Result<(), RowError> {
    let parts = amounts.fine.into_iter().chain(amounts.confiscated);
    match (amounts.total, parts.clone().count()) {
        (Some(total), 1..) if parts.sum::<i64>() != total => Err(RowError::new(
            "罚款与没收相加不等于写明的合计",
            "请核对各笔金额，或分列填写。",
        )
        .with_value(text)),
        _ => Ok(()),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Fine,
    Confiscated,
    Total,
    Other,
    Unknown,
}

/// The kind of an amount is told by the last telling word before it; a sum of both kinds (罚没款) is a total.
fn class_of(before: &str) -> Class {
    const WORDS: [(&str, Class); 19] = [
        ("罚没", Class::Total),
        ("没罚", Class::Total),
        ("没款", Class::Total),
        ("合计", Class::Total),
        ("共计", Class::Total),
        ("总计", Class::Total),
        ("加处罚款", Class::Other),
        ("货值", Class::Other),
        ("退还", Class::Other),
        ("退赔", Class::Other),
        ("合同金额", Class::Other),
        ("每日", Class::Other),
        ("注册资本", Class::Other),
        ("罚款", Class::Fine),
        ("没收", Class::Confiscated),
        ("违法所得", Class::Confiscated),
        ("罚金", Class::Unknown),
        ("滞纳金", Class::Other),
        ("处以", Class::Unknown),
    ];
    // 加处罚款 contains 罚款 and ends with it: the longer word, which starts earlier, wins at the same end.
    WORDS
        .iter()
        .filter_map(|(word, class)| {
            before
                .rfind(word)
                .map(|at| (at + word.len(), word.len(), *class))
        })
        .max_by_key(|(end, length, _)| (*end, *length))
        .map_or(Class::Unknown, |(_, _, class)| class)
}

/// 句中每一笔带“元”字的钱：起止字节与分。
fn find_amounts(text: &str) -> Vec<(usize, usize, Option<i64>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let c = rest.chars().next().unwrap_or(' ');
        let starts = c.is_ascii_digit() || is_capital(c);
        if let Some((value, tail)) = starts.then(|| leading_amount(rest, Unit::Yuan)).flatten() {
            let end = text.len() - tail.len();
            // Only what says 元 is money: 第55条, 3楼, 15日 are not.
            if has_unit(&text[at..end]) {
                found.push((at, end, value));
                at = end;
                continue;
            }
        }
        if starts {
            let skip = rest
                .find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.') || is_capital(c)));
            at += skip.unwrap_or(rest.len()).max(c.len_utf8());
        } else {
            at += c.len_utf8();
        }
    }
    found
}

fn has_unit(amount: &str) -> bool {
    amount.contains(['元', '圆', '块'])
}

fn is_capital(c: char) -> bool {
    "零壹贰叁肆伍陆柒捌玖拾佰仟〇一二三四五六七八九十百千两".contains(c)
}

/// 开头的一笔钱（分）与余下的文字；不是钱为 `None`，是钱而不能成整分为 `Some((None, …))`。
fn leading_amount(text: &str, unit: Unit) -> Option<(Option<i64>, &str)> {
    let first = text.chars().next()?;
    if first.is_ascii_digit() {
        leading_digits(text, unit)
    } else {
        leading_capitals(text)
    }
}

fn leading_digits(text: &str, unit: Unit) -> Option<(Option<i64>, &str)> {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | '.')))
        .unwrap_or(text.len());
    let number = text[..end].trim_end_matches([',', '.']);
    let rest = &text[number.len()..];
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.contains(['.', ',']) || !is_grouped(whole) {
        return None;
    }
    let spaced = rest.trim_start();
    let (scale, rest) = match UNITS
        .iter()
        .find_map(|(name, scale)| spaced.strip_prefix(name).map(|r| (*scale, r)))
    {
        Some((scale, rest)) => (scale, rest),
        None => (if unit == Unit::Yuan { 100 } else { 1_000_000 }, rest),
    };
    let value = scaled(&whole.replace(',', ""), fraction, scale);
    // 3元5角: the rest of the same sum.
    let (value, rest) = push_small(value, rest);
    Some((value, rest))
}

fn push_small(mut value: Option<i64>, mut rest: &str) -> (Option<i64>, &str) {
    for (name, scale) in [("角", 10), ("分", 1)] {
        let mut chars = rest.chars();
        if let (Some(digit), true) = (
            chars.next().and_then(|c| c.to_digit(10)),
            chars.as_str().starts_with(name),
        ) {
            value = value.and_then(|v| v.checked_add(i64::from(digit) * scale));
            rest = &rest[1 + name.len()..];
        }
    }
    (value, rest)
}

/// Thousands separators stand every three (or, as some offices write, every four) digits, or not at all.
fn is_grouped(whole: &str) -> bool {
    let groups: Vec<&str> = whole.split(',').collect();
    let all = |width: usize| {
        groups[1..].iter().all(|g| g.len() == width)
            && !groups[0].is_empty()
            && groups[0].len() <= width
    };
    groups.len() == 1 || all(3) || all(4)
}

/// 整数部分与小数部分乘以单位，得整分；除不尽或越界为 `None`。
fn scaled(whole: &str, fraction: &str, scale: i64) -> Option<i64> {
    let fraction = fraction.trim_end_matches('0');
    if whole.len() > 15 || fraction.len() > 12 {
        return None;
    }
    let divisor = 10_i128.pow(u32::try_from(fraction.len()).ok()?);
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let fen = digits * i128::from(scale);
    (fen % divisor == 0)
        .then_some(fen / divisor)
        .and_then(|fen| i64::try_from(fen).ok())
}

fn leading_capitals(text: &str) -> Option<(Option<i64>, &str)> {
    let is_part = |c: char| {
        is_capital(c)
            || matches!(
                c,
                '万' | '萬' | '亿' | '元' | '圆' | '角' | '分' | '整' | '正'
            )
    };
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let words = &text[..end];
    // 元 ends the sum, save for 角 and 分 after it.
    let cut = match words.find(['元', '圆']) {
        None => words.len(),
        Some(at) => {
            let tail = &words[at + 3..];
            let keeps = tail.rfind(['角', '分']).map_or(0, |p| p + 3);
            at + 3 + keeps
        }
    };
    let sum = &words[..cut];
    let rest = text[cut..].trim_start_matches(['整', '正']);
    Some((parse_words(sum)?, rest))
}

/// 大写或小写汉字金额，得分；不成数为 `None`。
fn parse_words(words: &str) -> Option<Option<i64>> {
    if !words.chars().any(is_capital) {
        return None;
    }
    let formal = words
        .replace('萬', "万")
        .replace('圆', "元")
        .replace('〇', "零");
    let whole = if formal.contains('元') {
        formal
    } else {
        format!("{formal}元")
    };
    Fen::parse_capitals(&whole).ok().map(|fen| Some(fen.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cell_one_sum() {
        for (text, fen) in [
            ("12,000.50元", 1_200_050),
            ("1.5万元", 1_500_000),
            ("２００００", 2_000_000),
            ("¥300", 30_000),
            ("壹万元", 1_000_000),
            ("人民币肆万捌仟元整", 4_800_000),
            ("三千元", 300_000),
            ("十万元", 10_000_000),
            ("1,2000元", 1_200_000),
            ("0", 0),
            ("3元5角", 350),
            ("16.63万元", 16_630_000),
            ("5000 元。", 500_000),
        ] {
            assert_eq!(parse(text, Unit::Yuan).unwrap(), fen, "{text}");
        }
        assert_eq!(parse("0.2", Unit::WanYuan).unwrap(), 200_000);
        assert_eq!(parse("0.123456", Unit::WanYuan).unwrap(), 123_456);
        assert_eq!(parse("2000元", Unit::WanYuan).unwrap(), 200_000);
    }

    #[test]
    fn what_is_not_one_sum_is_refused() {
        for (text, reason) in [
            ("", "没有写金额"),
            ("若干", "不是金额"),
            ("1.2.3", "不是金额"),
            ("12,00", "不是金额"),
            ("2000元；没收300元", "不止一个"),
            ("0.001元", "整分"),
            ("99999999999999999999", "整分"),
            ("-5", "负数"),
            ("－５００元", "负数"),
            ("(300)", "负数"),
            ("负壹万元", "负数"),
            ("-", "不是金额"),
        ] {
            let error = parse(text, Unit::Yuan).unwrap_err();
            assert!(error.reason.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn several_sums_in_one_sentence_find_their_kind() {
        let read = |text: &str| parse_sentence(text).unwrap();
        let of = |fine, confiscated, total| Amounts {
            fine,
            confiscated,
            total,
        };
        assert_eq!(
            read("罚款人民币肆万捌仟元。"),
            of(Some(4_800_000), None, None)
        );
        assert_eq!(
            read("1.没收广告费用100.15元2.罚款300.45元"),
            of(Some(30_045), Some(10_015), None)
        );
        assert_eq!(
            read("1、没收广告费用7000元；2、处以罚款21000元；以上共计罚没款28000元。"),
            of(Some(2_100_000), Some(700_000), Some(2_800_000))
        );
        assert_eq!(
            read("没收不合格产品、处罚没款16.63万元"),
            of(None, None, Some(16_630_000))
        );
        assert_eq!(read("依据第55条第三款，警告"), Amounts::default());
        assert_eq!(read("每日加处罚款300元"), Amounts::default());
        assert_eq!(
            read("罚款壹万元，没收违法所得贰仟元"),
            of(Some(1_000_000), Some(200_000), None)
        );
    }

    #[test]
    fn ambiguous_sentences_are_refused() {
        assert!(
            parse_sentence("处5000元")
                .unwrap_err()
                .reason
                .contains("看不出")
        );
        let mismatch = parse_sentence("罚款100元，没收违法所得50元，合计200元").unwrap_err();
        assert!(mismatch.reason.contains("不等于"));
    }
}
