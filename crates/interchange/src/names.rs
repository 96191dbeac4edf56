//! 号码与键的归一：全角半角、括号的样式、空格、看不见的字符不同的，是同一个号码；显示的仍是原来的写法。

use std::borrow::Cow;
use std::collections::HashMap;

use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;

use crate::text::{half_width, is_hidden};

/// 归一写法：用来比较案号、文号，不用来显示。
pub fn folded(text: &str) -> String {
    text.chars().filter_map(fold).collect()
}

/// 比较内容用的写法：同 [`folded`]，但字间的空格算数（多个算一个），因为它可以是分隔。
pub(crate) fn comparable(text: &str) -> Cow<'_, str> {
    // Nearly every cell is already so, and every row of a list comes through here.
    if text.chars().all(|c| fold(c) == Some(c)) {
        return Cow::Borrowed(text);
    }
    let words = text.split_whitespace().map(folded);
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    Cow::Owned(words.join(" "))
}

/// 一个字的归一写法；空白和看不见的没有。
fn fold(c: char) -> Option<char> {
    if c.is_whitespace() || c.is_control() || is_hidden(c) {
        return None;
    }
    Some(match c {
        '〔' | '［' | '[' | '【' | '（' | '﹝' | '〖' => '(',
        '〕' | '］' | ']' | '】' | '）' | '﹞' | '〗' => ')',
        other => half_width(other),
    })
}

/// 一案之内，同一个键的几种写法都改成先出现的那种：事件才能按文号、当事人对上。
pub(crate) fn unify(timeline: &mut Timeline) {
    let mut spellings = Spellings::default();
    for (scope, group) in [("parties", "party"), ("officers", "who")] {
        if let Some(Value::Record(records)) = timeline.facts.values.get(scope) {
            for name in records.keys() {
                spellings.learn(group, name);
            }
        }
    }
    let has_one_event = timeline.events.len() < 2;
    if has_one_event && spellings.0.is_empty() {
        return;
    }
    for event in &mut timeline.events {
        for (group, name) in &mut event.keys {
            spellings.settle(group, name);
        }
        if let Some(instance) = &mut event.instance {
            spellings.settle("instance", instance);
        }
        for actor in &mut event.actors {
            spellings.settle("who", &mut actor.who);
        }
    }
}

/// 每类键里归一写法与先出现的写法。
#[derive(Default)]
struct Spellings(HashMap<String, HashMap<String, String>>);

impl Spellings {
    fn learn(&mut self, group: &str, name: &str) {
        let names = self.0.entry(group.to_owned()).or_default();
        names.entry(folded(name)).or_insert_with(|| name.to_owned());
    }

    fn settle(&mut self, group: &str, name: &mut String) {
        self.learn(group, name);
        if let Some(first) = self.0.get(group).and_then(|names| names.get(&folded(name))) {
            name.clone_from(first);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_number_fold_alike_and_other_numbers_do_not() {
        let number = folded("甲市监罚〔2024〕12号");
        for spelling in [
            "甲市监罚（２０２４）１２号",
            " 甲市监罚[2024] 12号\u{3000}",
            "甲市监罚【2024】12号\u{200b}",
            "\u{202d}甲市监罚﹝2024﹞12号\u{202c}\u{7}",
        ] {
            assert_eq!(folded(spelling), number, "{spelling:?}");
        }
        for other in [
            "甲市监罚〔2024〕13号",
            "乙市监罚〔2024〕12号",
            "甲市监罚202412号",
        ] {
            assert_ne!(folded(other), number, "{other}");
        }
    }

    #[test]
    fn a_blank_between_words_counts_when_contents_are_compared() {
        assert_eq!(comparable("罚款\u{3000} 警告 "), "罚款 警告");
        assert_ne!(comparable("罚款 警告"), comparable("罚款警告"));
        assert!(matches!(comparable("某某商行"), Cow::Borrowed(_)));
    }
}
