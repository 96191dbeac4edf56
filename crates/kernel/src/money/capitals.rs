//! 大写金额：写出与读入。

use super::Fen;

const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
const YI: u64 = 100_000_000;
const WAN: u64 = 10_000;

/// Writes an amount; amounts that end at 元 or 角 take 整.
pub(super) fn write(amount: Fen) -> String {
    let total = amount.0.unsigned_abs();
    let (yuan, jiao, fen) = (total / 100, total / 10 % 10, total % 10);
    let mut text = String::new();
    if amount.0 < 0 {
        text.push('负');
    }
    if yuan > 0 || total == 0 {
        push_number(&mut text, yuan);
        text.push('元');
    }
    if jiao > 0 {
        // A zero in the 元 place is spoken before 角: 壹仟陆佰捌拾元零叁角贰分.
        if yuan > 0 && yuan % 10 == 0 {
            text.push('零');
        }
        text.push_str(DIGITS[jiao as usize]);
        text.push('角');
    }
    if fen > 0 {
        if yuan > 0 && jiao == 0 {
            text.push('零');
        }
        text.push_str(DIGITS[fen as usize]);
        text.push('分');
    } else {
        text.push('整');
    }
    text
}

fn push_number(text: &mut String, n: u64) {
    if n == 0 {
        text.push_str(DIGITS[0]);
        return;
    }
    let mut rest = n;
    for (unit, name) in [(YI, '亿'), (WAN, '万')] {
        if rest >= unit {
            push_number(text, rest / unit);
            text.push(name);
            rest %= unit;
            if rest > 0 && rest < unit / 10 {
                text.push_str(DIGITS[0]);
            }
        }
    }
    let (mut has_written, mut owes_zero) = (false, false);
    for (unit, name) in [(1_000, "仟"), (100, "佰"), (10, "拾"), (1, "")] {
        let digit = (rest / unit % 10) as usize;
        if digit == 0 {
            owes_zero = has_written;
            continue;
        }
        if owes_zero {
            text.push_str(DIGITS[0]);
        }
        text.push_str(DIGITS[digit]);
        text.push_str(name);
        (has_written, owes_zero) = (true, false);
    }
}

/// Reads an amount in capitals or ordinary Chinese digits, `None` if it is not one or too large.
pub(super) fn read(text: &str) -> Option<Fen> {
    let body: String = text.trim().chars().map(plain).collect();
    let body = body.strip_prefix("人民币").unwrap_or(&body);
    let body = body.trim_start_matches([':', '：', ' ']);
    let (is_negative, body) = match body.strip_prefix('负') {
        Some(rest) => (true, rest),
        None => (false, body),
    };
    let (is_whole, body) = match body.strip_suffix('整') {
        Some(rest) => (true, rest),
        None => (false, body),
    };
    let (yuan, cents) = match body.split_once('元') {
        Some((yuan, cents)) => (number(yuan)?, cents),
        None => (0, body),
    };
    if cents.is_empty() && !body.ends_with('元') {
        return None;
    }
    let cents = cents_of(cents)?;
    if is_whole && cents % 10 != 0 {
        return None;
    }
    let total = yuan.checked_mul(100)?.checked_add(cents)?;
    let signed = if is_negative {
        -i128::from(total)
    } else {
        i128::from(total)
    };
    i64::try_from(signed).ok().map(Fen)
}

/// One way of writing each digit and unit.
fn plain(c: char) -> char {
    match c {
        '〇' | '○' => '零',
        '壹' | '弌' => '一',
        '贰' | '貳' | '两' | '兩' => '二',
        '叁' | '參' | '叄' => '三',
        '肆' => '四',
        '伍' => '五',
        '陆' | '陸' => '六',
        '柒' => '七',
        '捌' => '八',
        '玖' => '九',
        '拾' => '十',
        '佰' => '百',
        '仟' => '千',
        '萬' => '万',
        '億' => '亿',
        '圆' | '圓' => '元',
        '正' => '整',
        '負' => '负',
        other => other,
    }
}

fn digit(c: char) -> Option<u64> {
    "零一二三四五六七八九"
        .chars()
        .position(|d| d == c)
        .map(|at| at as u64)
}

/// The part after 元: `五角`, `五角三分`, `零三分`; empty is zero.
fn cents_of(text: &str) -> Option<u64> {
    let text = text.strip_prefix('零').unwrap_or(text);
    let (jiao, rest) = match text.split_once('角') {
        Some((jiao, rest)) => (one_digit(jiao)? * 10, rest),
        None => (0, text),
    };
    let rest = rest
        .strip_prefix('零')
        .filter(|rest| !rest.is_empty())
        .unwrap_or(rest);
    match rest.strip_suffix('分') {
        Some(fen) => Some(jiao + one_digit(fen)?),
        None => rest.is_empty().then_some(jiao),
    }
}

fn one_digit(text: &str) -> Option<u64> {
    let mut chars = text.chars();
    chars
        .next()
        .and_then(digit)
        .filter(|_| chars.next().is_none())
}

/// A number with 亿 and 万; the last 亿 splits it, so that 亿亿 reads as it is written.
fn number(text: &str) -> Option<u64> {
    if let Some((high, low)) = text.rsplit_once('亿') {
        return joined(high, low, YI);
    }
    match text.rsplit_once('万') {
        Some((high, low)) if !high.contains('万') => joined(high, low, WAN),
        Some(_) => None,
        None => below_wan(text),
    }
}

fn joined(high: &str, low: &str, unit: u64) -> Option<u64> {
    let high = number(high)?;
    let low = if low.is_empty() {
        0
    } else {
        number(low.strip_prefix('零').unwrap_or(low))?
    };
    if high == 0 || low >= unit {
        return None;
    }
    high.checked_mul(unit)?.checked_add(low)
}

/// `四千八百`, `十五`, `三百零五`, `零`: units descend, 零 stands only for a gap.
fn below_wan(text: &str) -> Option<u64> {
    let chars: Vec<char> = text.chars().collect();
    if chars.as_slice() == ['零'] {
        return Some(0);
    }
    let (mut sum, mut ceiling, mut at) = (0u64, 10_000u64, 0);
    let mut has_gap = true;
    while at < chars.len() {
        if chars[at] == '零' && at > 0 {
            at += 1;
        }
        let (value, width) = match digit(*chars.get(at)?) {
            Some(0) => return None,
            Some(value) => (value, 1),
            // A bare 十 may only lead: 十五.
            None if at == 0 && chars[0] == '十' => (1, 0),
            None => return None,
        };
        let unit = match chars.get(at + width) {
            Some('千') => 1_000,
            Some('百') => 100,
            Some('十') => 10,
            Some(_) => return None,
            None => 1,
        };
        if unit >= ceiling {
            return None;
        }
        has_gap &= unit == 1;
        sum += value * unit;
        ceiling = unit;
        at += width + usize::from(unit > 1);
    }
    (!chars.is_empty() && (sum > 0 || has_gap)).then_some(sum)
}
