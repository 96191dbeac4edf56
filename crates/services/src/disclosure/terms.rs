//! 检索词：由公开的内容推出，机关、区划、领域、事项各一词，文字是相邻两字。

use std::collections::BTreeSet;

use serde_json::Value as Json;

/// 每一条都有的一词。
pub(crate) const ALL: &str = "*";
/// A record has at most so many terms: what is shown is short, and a text gone astray must not fill the index.
const TERMS_MAX: usize = 600;

pub(crate) fn of_body(id: &str) -> String {
    format!("b:{id}")
}

pub(crate) fn of_region(code: &str) -> String {
    format!("r:{code}")
}

pub(crate) fn of_department(code: &str) -> String {
    format!("d:{code}")
}

pub(crate) fn of_item(code: &str) -> String {
    format!("i:{code}")
}

pub(crate) fn of_style(name: &str) -> String {
    format!("s:{name}")
}

/// What is looked for, cut into phrases at everything that is no letter and no digit, and folded.
pub(crate) fn phrases(text: &str) -> Vec<String> {
    let mut phrases = Vec::new();
    let mut phrase = String::new();
    for c in text.chars().map(folded).chain([' ']) {
        if c.is_alphanumeric() || c == '*' {
            phrase.extend(c.to_lowercase());
        } else if !phrase.is_empty() {
            phrases.push(std::mem::take(&mut phrase));
        }
    }
    phrases
}

/// Pairs of neighbouring characters; a phrase of one character has none.
pub(crate) fn pairs(phrase: &str) -> impl Iterator<Item = String> + '_ {
    let next = phrase.chars().skip(1);
    phrase
        .chars()
        .zip(next)
        .map(|(first, second)| format!("g:{first}{second}"))
}

/// The text that a search is checked against: what is shown, folded, its phrases apart.
pub fn search_text(content: &Json) -> String {
    let mut texts: Vec<&str> = Vec::new();
    texts.extend(content.pointer("/body/name").and_then(Json::as_str));
    let fields = content.get("fields").and_then(Json::as_array);
    let words = fields.into_iter().flatten();
    texts.extend(words.filter_map(|field| field.get("text").and_then(Json::as_str)));
    let all: Vec<String> = texts.into_iter().flat_map(phrases).collect();
    all.join(" ")
}

/// The terms of a content.
pub fn terms_of(content: &Json) -> Vec<String> {
    let text = |pointer: &str| content.pointer(pointer).and_then(Json::as_str);
    let mut terms = BTreeSet::from([ALL.to_owned()]);
    terms.extend(text("/body/id").map(of_body));
    terms.extend(text("/department").map(of_department));
    terms.extend(text("/item").map(of_item));
    terms.extend(text("/style").map(of_style));
    if let Some(region) = text("/region") {
        // A region holds what lies below it: a province has the first two digits, a city four.
        let levels = [2, 4, 6, 9]
            .into_iter()
            .filter_map(|length| region.get(..length));
        terms.extend(levels.map(of_region));
    }
    for phrase in search_text(content).split(' ') {
        terms.extend(pairs(phrase));
    }
    terms.into_iter().take(TERMS_MAX).collect()
}

/// Full-width letters and digits as their half-width ones.
fn folded(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_looked_for_is_folded_as_what_is_shown() {
        assert_eq!(phrases("（甲）ＡＢ1 号，罚款"), ["甲", "ab1", "号", "罚款"]);
        assert_eq!(pairs("罚款额").collect::<Vec<_>>(), ["g:罚款", "g:款额"]);
        assert_eq!(pairs("罚").count(), 0);
    }

    #[test]
    fn a_region_is_found_by_what_holds_it() {
        let content = json!({
            "region": "410100", "department": "housing", "body": { "id": "body_1", "name": "甲局" },
            "fields": [{ "text": "罚1号" }, { "text": "张*" }],
        });
        let terms = terms_of(&content);
        for expected in [
            "*",
            "r:41",
            "r:4101",
            "r:410100",
            "d:housing",
            "b:body_1",
            "g:甲局",
            "g:罚1",
            "g:张*",
        ] {
            assert!(
                terms.iter().any(|term| term == expected),
                "{expected}: {terms:?}"
            );
        }
        assert_eq!(search_text(&content), "甲局 罚1号 张*");
    }
}
