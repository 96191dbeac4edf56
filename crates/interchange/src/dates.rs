//! 日期：机关名单里各种写法的日期，读成一日、一刻或一月，读不准的拒绝。

use mingjing_kernel::date::{Date, Timestamp};

use crate::error::RowError;
use crate::text::half_width_numeric;

/// 写着的日期，按它说到的精度。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// 到日
    Day(Date),
    /// 到分
    Minute(Timestamp),
    /// 只到月：首日与末日（含）
    Month {
        /// 首日。
        first: Date,
        /// 末日。
        last: Date,
    },
}

impl Moment {
    /// 可能的第一日。
    pub fn first(self) -> Date {
        match self {
            Moment::Day(day) => day,
            Moment::Minute(at) => at.date(),
            Moment::Month { first, .. } => first,
        }
    }

    /// 可能的最后一日；到日、到分的与第一日相同。
    pub fn last(self) -> Date {
        match self {
            Moment::Day(day) => day,
            Moment::Minute(at) => at.date(),
            Moment::Month { last, .. } => last,
        }
    }
}

/// Excel 的起算：1900 制（第 60 日是并不存在的 1900-02-29）或 1904 制。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExcelEpoch {
    /// 1900 制
    From1900,
    /// 1904 制
    From1904,
}

/// 新中国成立之日：此前的事件日期必是笔误。
pub const EARLIEST: (i16, i8, i8) = (1949, 10, 1);

const REMEDY: &str = "请写成 2024-03-01、2024年3月1日 或 20240301 的样子。";

/// 读日期文字；不问是否在未来。
pub fn parse(text: &str) -> Result<Moment, RowError> {
    let plain = half_width_numeric(&chinese_digits(text));
    let plain = plain.trim().trim_end_matches(['.', ',']).trim();
    if plain.is_empty() {
        return Err(RowError::new("没有写日期", REMEDY));
    }
    let refuse = |reason: &str| Err(RowError::new(reason, REMEDY).with_value(text));
    let (day_text, clock_text) = split_clock(plain);
    let Some(numbers) = numbers_of(day_text) else {
        return refuse("不是日期");
    };
    let day = match numbers.as_slice() {
        [(y, 4), (m, 1..=2), (d, 1..=2)] => (*y, *m, Some(*d)),
        [(y, 4), (m, 1..=2)] => (*y, *m, None),
        [(whole, 8)] => (whole / 10_000, whole / 100 % 100, Some(whole % 100)),
        [(_, 4)] => return refuse("只写了年，不知道是哪一日"),
        [(_, 6)] => return refuse("六位数字可以是年月，也可以是两位年份的年月日，不能猜"),
        [(_, 1..=2), (_, 1..=2), (_, 4 | 2)] | [(_, 2), (_, 1..=2), (_, 1..=2)] => {
            return refuse("年份不在最前或不足四位，年月日的次序不能猜");
        }
        [(_, 5)] => return refuse("像 Excel 的日期序列号，但这一格不是数字格"),
        _ => return refuse("不是日期"),
    };
    let Some(moment) = moment_of(day) else {
        return refuse("历法上没有这一天");
    };
    match (clock_text, moment) {
        (None, moment) => Ok(moment),
        (Some(clock), Moment::Day(date)) => match clock_of(clock) {
            // Midnight sharp is what programs write when they know only the day.
            Some((0, 0, _)) => Ok(moment),
            Some((24, 0, _)) => Ok(moment),
            Some((h, m, s)) => match Timestamp::at(date, h, m, s) {
                Some(at) => Ok(Moment::Minute(at)),
                None => refuse("没有这个时刻"),
            },
            None => refuse("日期后面的时刻看不懂"),
        },
        (Some(_), _) => refuse("只写到月，却带有时刻"),
    }
}

/// 读事件的日期：另查不早于 1949-10-01、不晚于 `today`（只到月的，看其首日）。
pub fn parse_event(text: &str, today: Date) -> Result<Moment, RowError> {
    check_event(parse(text)?, today).map_err(|error| error.with_value(text))
}

/// 事件日期的界限：1949-10-01 至 `today`；本月只到月的，末日截到 `today`。
pub fn check_event(moment: Moment, today: Date) -> Result<Moment, RowError> {
    let (y, m, d) = EARLIEST;
    let earliest = Date::new(y, m, d).unwrap_or(Date::MIN);
    if moment.last() < earliest {
        return Err(RowError::new("日期早于 1949-10-01", "请核对年份是否写错。"));
    }
    if moment.first() > today {
        return Err(RowError::new(
            format!("日期在未来（今天是 {today}）"),
            "已经发生的事不会在未来，请核对年份是否写错。",
        ));
    }
    Ok(match moment {
        Moment::Month { first, last } => Moment::Month {
            first,
            last: last.min(today),
        },
        Moment::Day(_) | Moment::Minute(_) => moment,
    })
}

/// Excel 序列号的日期；整数部分是日，小数部分是时刻（舍入到分）。
pub fn from_excel(serial: f64, epoch: ExcelEpoch) -> Result<Moment, RowError> {
    let refuse = |reason: &str| {
        Err(RowError::new(reason, "请把这一格设成日期格式后重新填写。")
            .with_value(&serial.to_string()))
    };
    if !serial.is_finite() || !(0.0..110_000.0).contains(&serial) {
        return refuse("不是 Excel 的日期序列号");
    }
    // The fraction is a share of the day; half a second of slack undoes the rounding of binary fractions.
    let minutes_in_all = (serial * 1_440.0 + 1.0 / 120.0).floor() as i64;
    let (days, minute) = (
        minutes_in_all.div_euclid(1_440),
        minutes_in_all.rem_euclid(1_440),
    );
    // In the 1900 system serial 1 is 1900-01-01 and 60 a day that never was: after it everything is one day later.
    let base = match (epoch, days) {
        (ExcelEpoch::From1904, _) => Date::new(1904, 1, 1).map(|base| (base, 0)),
        (ExcelEpoch::From1900, 0) => return refuse("序列号 0 不是日期"),
        (ExcelEpoch::From1900, 60) => return refuse("Excel 的 1900-02-29 并不存在"),
        (ExcelEpoch::From1900, 1..60) => Date::new(1900, 1, 1).map(|base| (base, 1)),
        (ExcelEpoch::From1900, _) => Date::new(1900, 3, 1).map(|base| (base, 61)),
    };
    let date = base.map(|(base, number)| base.add_days(days as i32 - number));
    let Some(date) = date else {
        return refuse("不是 Excel 的日期序列号");
    };
    if minute == 0 {
        return Ok(Moment::Day(date));
    }
    match Timestamp::at(date, (minute / 60) as u8, (minute % 60) as u8, 0) {
        Some(at) => Ok(Moment::Minute(at)),
        None => refuse("不是 Excel 的日期序列号"),
    }
}

/// 日期写回文字：到日、到分、到月，`parse` 能读回。
pub fn to_text(moment: Moment) -> String {
    match moment {
        Moment::Day(day) => day.to_string(),
        Moment::Minute(at) => at.to_string(),
        Moment::Month { first, .. } => format!("{:04}-{:02}", first.year(), first.month()),
    }
}

fn moment_of((y, m, d): (u32, u32, Option<u32>)) -> Option<Moment> {
    let year = i16::try_from(y).ok()?;
    let month = i8::try_from(m).ok()?;
    match d {
        Some(d) => Date::new(year, month, i8::try_from(d).ok()?).map(Moment::Day),
        None => {
            let first = Date::new(year, month, 1)?;
            let last = (28..=31).rev().find_map(|d| Date::new(year, month, d))?;
            Some(Moment::Month { first, last })
        }
    }
}

/// 数字的游程与位数；除数字外只许有年月日号和分隔符。
fn numbers_of(text: &str) -> Option<Vec<(u32, usize)>> {
    let mut numbers = Vec::new();
    let mut run: Option<(u32, usize)> = None;
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10) {
            let (value, width) = run.unwrap_or((0, 0));
            if width >= 8 {
                return None;
            }
            run = Some((value * 10 + digit, width + 1));
        } else if matches!(c, '年' | '月' | '日' | '号' | '-' | '.' | '/' | ' ') {
            numbers.extend(run.take());
        } else {
            return None;
        }
    }
    numbers.extend(run);
    (!numbers.is_empty() && numbers.len() <= 3).then_some(numbers)
}

/// 日期与时刻分开：`2024-03-01 10:20`、`2024-03-01T10:20:00`、`2024年3月1日10时20分`。
fn split_clock(text: &str) -> (&str, Option<&str>) {
    let boundary = text
        .find(['T', 't'])
        .map(|at| (at, at + 1))
        .or_else(|| {
            text.find('日')
                .filter(|at| at + '日'.len_utf8() < text.len())
                .map(|at| (at + 3, at + 3))
        })
        .or_else(|| {
            let colon = text.find(':')?;
            let space = text[..colon].rfind(' ')?;
            Some((space, space + 1))
        });
    match boundary {
        Some((end, start)) if !text[start..].trim().is_empty() => {
            (text[..end].trim(), Some(text[start..].trim()))
        }
        Some((end, _)) => (text[..end].trim(), None),
        None => (text, None),
    }
}

fn clock_of(text: &str) -> Option<(u8, u8, u8)> {
    let text = text.trim_end_matches("+08:00").trim();
    let text = match text.split_once('.') {
        Some((whole, fraction)) if fraction.chars().all(|c| c.is_ascii_digit()) => whole,
        Some(_) => return None,
        None => text,
    };
    let normal = text.replace(['时', '点', '分'], ":").replace('秒', "");
    let parts: Vec<&str> = normal
        .trim_end_matches(':')
        .split(':')
        .map(str::trim)
        .collect();
    let number = |part: &&str| {
        (part.len() <= 2 && !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()))
            .then(|| part.parse::<u8>().ok())
            .flatten()
    };
    let values: Option<Vec<u8>> = parts.iter().map(number).collect();
    match values?.as_slice() {
        [h, m, s] => Some((*h, *m, *s)),
        [h, m] => Some((*h, *m, 0)),
        [h] if text.ends_with(['时', '点']) => Some((*h, 0, 0)),
        _ => None,
    }
}

/// 汉字数字的日期转成阿拉伯数字：二〇二四年三月十一日 → 2024年3月11日。
fn chinese_digits(text: &str) -> String {
    let digit = |c: char| {
        "〇一二三四五六七八九"
            .chars()
            .position(|d| d == c)
            .or(match c {
                '零' | '○' | 'Ｏ' => Some(0),
                _ => None,
            })
    };
    if !text.chars().any(|c| digit(c).is_some() || c == '十') {
        return text.to_owned();
    }
    let mut out = String::new();
    let chars: Vec<char> = text.chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        let next_digit = chars.get(i + 1).and_then(|n| digit(*n)).is_some();
        let after_digit = i > 0 && digit(chars[i - 1]).is_some();
        match (digit(c), c) {
            (Some(d), _) => out.push_str(&d.to_string()),
            // 十一 → 11, 二十 → 20, 二十一 → 21, 十 → 10
            (None, '十') => match (after_digit, next_digit) {
                (false, true) => out.push('1'),
                (false, false) => out.push_str("10"),
                (true, true) => {}
                (true, false) => out.push('0'),
            },
            (None, other) => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Moment {
        Moment::Day(Date::parse_iso(text).unwrap())
    }

    #[test]
    fn a_day_is_read_however_it_is_written() {
        for text in [
            "2024-03-01",
            "2024年3月1日",
            "2024.3.1",
            "2024/3/1",
            "20240301",
            "2024 - 03 - 01",
            "二〇二四年三月一日",
            "二零二四年三月一日",
            "２０２４年３月１日",
            "2024年03月01日。",
            "2024-03-01 00:00:00",
            "2024-03-01T00:00",
            "2024年3月1号",
            "2024.03.01.",
        ] {
            assert_eq!(parse(text).unwrap(), day("2024-03-01"), "{text}");
        }
        assert_eq!(parse("二〇二三年十月二十一日").unwrap(), day("2023-10-21"));
        assert_eq!(parse("二〇二三年十二月三十日").unwrap(), day("2023-12-30"));
        assert_eq!(parse("二〇二三年十一月十日").unwrap(), day("2023-11-10"));
    }

    #[test]
    fn minutes_and_months_keep_their_precision() {
        let minute = Moment::Minute(Timestamp::parse("2024-03-01T10:20").unwrap());
        for text in [
            "2024-03-01 10:20",
            "2024-03-01T10:20:00",
            "2024年3月1日10时20分",
            "2024/3/1 10：20",
            "2024-03-01T10:20:00+08:00",
        ] {
            assert_eq!(parse(text).unwrap(), minute, "{text}");
        }
        let Moment::Month { first, last } = parse("2024年2月").unwrap() else {
            panic!("not a month")
        };
        assert_eq!(
            (first.to_string(), last.to_string()),
            ("2024-02-01".into(), "2024-02-29".into())
        );
        assert_eq!(parse("2025-01").unwrap().last().to_string(), "2025-01-31");
    }

    #[test]
    fn what_cannot_be_known_is_refused_with_a_reason() {
        for (text, reason) in [
            ("2024", "只写了年"),
            ("2024年", "只写了年"),
            ("202403", "不能猜"),
            ("01/03/2024", "次序不能猜"),
            ("24-3-1", "次序不能猜"),
            ("2024-02-30", "历法上没有"),
            ("45352", "序列号"),
            ("昨天", "不是日期"),
            ("", "没有写日期"),
            ("2024-13", "历法上没有"),
            ("2024-03-01 25:00", "没有这个时刻"),
            ("2024年3月1日前后", "看不懂"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.reason.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn events_lie_between_1949_and_today() {
        let today = Date::parse_iso("2026-03-10").unwrap();
        assert!(
            parse_event("1949-09-30", today)
                .unwrap_err()
                .reason
                .contains("1949")
        );
        assert!(parse_event("1949-10-01", today).is_ok());
        assert!(parse_event("2026-03-10", today).is_ok());
        assert!(
            parse_event("2026-03-11", today)
                .unwrap_err()
                .reason
                .contains("未来")
        );
        assert_eq!(parse_event("2026-03", today).unwrap().last(), today);
        assert!(parse_event("2026-04", today).is_err());
    }

    #[test]
    fn serials_follow_both_systems_and_the_day_that_never_was() {
        let of = |s: f64, e| from_excel(s, e).map(to_text);
        assert_eq!(of(1.0, ExcelEpoch::From1900).unwrap(), "1900-01-01");
        assert_eq!(of(59.0, ExcelEpoch::From1900).unwrap(), "1900-02-28");
        assert!(
            of(60.0, ExcelEpoch::From1900)
                .unwrap_err()
                .reason
                .contains("不存在")
        );
        assert_eq!(of(61.0, ExcelEpoch::From1900).unwrap(), "1900-03-01");
        assert_eq!(of(45352.0, ExcelEpoch::From1900).unwrap(), "2024-03-01");
        assert_eq!(of(43890.0, ExcelEpoch::From1904).unwrap(), "2024-03-01");
        assert_eq!(
            of(45352.0 + 620.0 / 1440.0, ExcelEpoch::From1900).unwrap(),
            "2024-03-01T10:20"
        );
        assert!(of(f64::NAN, ExcelEpoch::From1900).is_err());
        assert!(of(-3.0, ExcelEpoch::From1904).is_err());
    }
}
