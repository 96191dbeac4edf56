//! 文字里的个人号码：身份证号、手机号、银行卡号；连着写的、用空格或短横隔开的、全角的都认得。

/// 号码的种类。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberKind {
    /// 手机号，十一位。
    Phone,
    /// 证件号、银行卡号，十五至十九位。
    Long,
}

/// 手机号的位数。
const PHONE_DIGITS: usize = 11;
/// 身份证号的位数。
const ID_DIGITS: usize = 18;
/// 号码至多的位数。
const DIGITS_MAX: usize = 19;
/// 两段之间至多几个间隔的字符，如“ - ”。
const SEPARATORS_MAX: usize = 3;

/// Digits that stand together, in ASCII.
struct Group {
    start: usize,
    end: usize,
    digits: String,
    /// Nothing but separators stands before it and after the group before.
    is_joined: bool,
}

/// 把文字里的每个号码换成 `mask` 给出的；`mask` 得到的号码是半角的，没有间隔。
///
/// Digits that belong together by nothing but their number (a 文号, an amount, a date) are left as they stand: what is
/// written in pieces must look like a number of a person in its pieces, too.
pub fn replace_numbers(text: &str, mask: impl Fn(&str, NumberKind) -> String) -> String {
    let groups = groups(text);
    let mut out = String::with_capacity(text.len());
    let (mut copied, mut at) = (0, 0);
    while let Some(group) = groups.get(at) {
        let Some((count, digits, kind)) = number_at(&groups[at..]) else {
            at += 1;
            continue;
        };
        out.push_str(&text[copied..group.start]);
        out.push_str(&mask(&digits, kind));
        at += count;
        copied = groups[at - 1].end;
    }
    out.push_str(&text[copied..]);
    out
}

/// How many groups from the first on are one number, and which.
fn number_at(groups: &[Group]) -> Option<(usize, String, NumberKind)> {
    let first = groups.first()?;
    let whole = match first.digits.len() {
        PHONE_DIGITS if first.digits.starts_with('1') => Some(NumberKind::Phone),
        13 if first.digits.starts_with("861") => Some(NumberKind::Long),
        15..=DIGITS_MAX => Some(NumberKind::Long),
        _ => None,
    };
    if let Some(kind) = whole {
        return Some((1, first.digits.clone(), kind));
    }
    let mut digits = first.digits.clone();
    let mut found = None;
    for (at, group) in groups.iter().enumerate().skip(1) {
        digits.push_str(&group.digits);
        if !group.is_joined || digits.len() > DIGITS_MAX {
            break;
        }
        let pieces = &groups[..=at];
        let kind = if is_phone(&digits, pieces) {
            NumberKind::Phone
        } else if is_id(&digits) || is_card(&digits, pieces) {
            NumberKind::Long
        } else {
            continue;
        };
        // The longest one: a card of nineteen digits begins as one of sixteen.
        found = Some((at + 1, digits.clone(), kind));
    }
    found
}

fn is_phone(digits: &str, pieces: &[Group]) -> bool {
    let is_mobile = digits.len() == PHONE_DIGITS
        && digits.starts_with('1')
        && matches!(digits.as_bytes()[1], b'3'..=b'9');
    let first = pieces.first().map_or(0, |piece| piece.digits.len());
    let is_spelled = pieces.iter().all(|piece| piece.digits.len() <= 2);
    is_mobile && (matches!(first, 3 | 7) || is_spelled)
}

/// By its day of birth: the seventh to the fourteenth digit.
fn is_id(digits: &str) -> bool {
    let part = |from: usize, to: usize| digits.get(from..to).and_then(|it| it.parse::<u32>().ok());
    let (Some(year), Some(month), Some(day)) = (part(6, 10), part(10, 12), part(12, 14)) else {
        return false;
    };
    digits.len() == ID_DIGITS
        && (1900..2100).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
}

/// In fours, as cards are printed.
fn is_card(digits: &str, pieces: &[Group]) -> bool {
    let Some((last, before)) = pieces.split_last() else {
        return false;
    };
    digits.len() >= 16
        && matches!(digits.as_bytes()[0], b'3'..=b'6' | b'9')
        && last.digits.len() <= 4
        && before.iter().all(|piece| piece.digits.len() == 4)
}

fn groups(text: &str) -> Vec<Group> {
    let mut found: Vec<Group> = Vec::new();
    let mut separators = usize::MAX;
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let Some(digit) = digit_of(c) else {
            separators = match is_separator(c) {
                true => separators.saturating_add(1),
                false => usize::MAX,
            };
            continue;
        };
        let mut digits = String::from(digit);
        let mut end = start + c.len_utf8();
        while let Some((at, digit)) = chars.peek().and_then(|(at, c)| Some((*at, digit_of(*c)?))) {
            digits.push(digit);
            end = at + text[at..].chars().next().map_or(1, char::len_utf8);
            chars.next();
        }
        // The last place of an ID number may be an X, which stands for ten.
        if let Some((at, x)) = chars.peek().copied().filter(|(_, c)| is_x(*c)) {
            let rest = &text[at + x.len_utf8()..];
            if !rest.starts_with(|next: char| next.is_ascii_alphanumeric()) {
                digits.push('X');
                end = at + x.len_utf8();
                chars.next();
            }
        }
        found.push(Group {
            start,
            end,
            digits,
            is_joined: separators <= SEPARATORS_MAX,
        });
        separators = 0;
    }
    found
}

fn digit_of(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        _ => None,
    }
}

const fn is_x(c: char) -> bool {
    matches!(c, 'X' | 'x' | 'Ｘ' | 'ｘ')
}

const fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{a0}' | '\u{3000}' | '\t' | '-' | '－' | '‐' | '‑' | '–' | '—'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        replace_numbers(text, |digits, kind| format!("<{kind:?} {digits}>"))
    }

    #[test]
    fn a_number_is_found_however_it_is_written() {
        for text in [
            "13800138000",
            "138 0013 8000",
            "138-0013-8000",
            "138 - 0013 - 8000",
            "１３８００１３８０００",
            "138　0013　8000",
            "1380013 8000",
            "1 3 8 0 0 1 3 8 0 0 0",
        ] {
            let expected = "电话<Phone 13800138000>，在家";
            assert_eq!(masked(&format!("电话{text}，在家")), expected, "{text}");
        }
        for text in [
            "11010119900307002X",
            "110101 19900307 002X",
            "110101-1990-0307-002x",
            "１１０１０１１９９００３０７００２Ｘ",
        ] {
            let expected = "证号<Long 11010119900307002X>。";
            assert_eq!(masked(&format!("证号{text}。")), expected, "{text}");
        }
        let card = masked("卡 6222 0212 3456 7890 123 的");
        assert_eq!(card, "卡 <Long 6222021234567890123> 的");
        assert_eq!(masked("+86 138 0013 8000"), "+86 <Phone 13800138000>");
    }

    #[test]
    fn what_is_no_number_of_a_person_stays() {
        for text in [
            "罚款20000元，文号（2024）12号",
            "2024-01-01 2024-02-01",
            "2024-01-01 100000元",
            "2021 2022 2023 2024 四年",
            "京监〔2024〕123号，2024-03-01 至 2024-04-01",
            "第 12 345 678 号",
            "",
        ] {
            assert_eq!(masked(text), text);
        }
    }
}
