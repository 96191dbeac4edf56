//! 文字：时刻、日子与代码怎样写给公众看；代码从不光秃秃地出现。

use mingjing_kernel::date::Date;
use mingjing_kernel::moment::Moment;
use mingjing_lawbook::lawbook::Lawbook;

/// 一个时刻或日子：机器读的与人读的。
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct When {
    /// 机器读的，写进 `datetime`。
    pub(crate) machine: String,
    /// 人读的。
    pub(crate) words: String,
}

/// 时刻：到秒，写明是北京时间。
pub(crate) fn moment(at: Moment) -> When {
    let text = at.to_string();
    // Six digits of a second are more than the markup allows.
    let seconds = text.get(..19).unwrap_or(&text);
    When {
        machine: format!("{seconds}Z"),
        words: format!("{}（北京时间）", at.timestamp().in_chinese()),
    }
}

/// 日子。
pub(crate) fn day(on: Date) -> When {
    When {
        machine: on.to_string(),
        words: format!("{}年{}月{}日", on.year(), on.month(), on.day()),
    }
}

/// 一个代码的中文名；代码表里没有的，写代码本身。
pub(crate) fn label(lawbook: &Lawbook, list: &str, code: &str) -> String {
    let vocabulary = &lawbook.book.vocabulary;
    let list = vocabulary.list(list).map(|id| vocabulary.list_of(id));
    let label = list.and_then(|list| list.label(code));
    label.map_or_else(|| code.to_owned(), ToString::to_string)
}

/// 领域的中文名。
pub(crate) fn department(lawbook: &Lawbook, code: &str) -> String {
    let names = &lawbook.book.vocabulary.departments;
    names.get(code).cloned().unwrap_or_else(|| code.to_owned())
}

/// 数字，三位一节。
pub(crate) fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_says_its_zone() {
        let at = Moment::parse("2026-03-02T01:00:05.123456Z").unwrap();
        let when = moment(at);
        assert_eq!(when.machine, "2026-03-02T01:00:05Z");
        assert_eq!(when.words, "2026年3月2日（周一）9时00分05秒（北京时间）");
        assert_eq!(day(Date::new(2026, 3, 2).unwrap()).words, "2026年3月2日");
    }

    #[test]
    fn thousands_are_set_apart() {
        for (count, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(number(count), text);
        }
    }
}
