//! 附件的名字：不许查看个人信息的人，只见其中法典用过的词（说得出是什么文书）、数字与后缀，其余遮盖。
//!
//! Whoever takes a statement calls the file by the name of the person, who need not be a party: no list of known names
//! holds him. So it is the other way round: what the lawbook itself has a word for is shown.

use mingjing_lawbook::vocabulary::Vocabulary;

/// A shorter word is a character, and every character stands somewhere in the lawbook.
const WORD_CHARS_MIN: usize = 2;

/// The name of a file as it may be seen.
pub(super) fn mask(vocabulary: &Vocabulary, name: &str) -> String {
    if name.is_ascii() {
        return name.to_owned();
    }
    let labels = labels(vocabulary);
    let chars: Vec<char> = name.chars().collect();
    let mut masked = String::with_capacity(name.len());
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        let run = rest.iter().take_while(|c| is_word(**c)).count();
        if run == 0 {
            masked.push(chars[at]);
            at += 1;
            continue;
        }
        let known = (WORD_CHARS_MIN..=run).rev().find(|length| {
            let word: String = rest[..*length].iter().collect();
            labels.contains(&word)
        });
        match known {
            Some(length) => {
                masked.extend(&rest[..length]);
                at += length;
            }
            None => {
                masked.push('*');
                at += 1;
            }
        }
    }
    masked
}

const fn is_word(c: char) -> bool {
    !c.is_ascii()
        && !matches!(
            c,
            '·' | '（' | '）' | '《' | '》' | '〔' | '〕' | '、' | '—'
        )
}

/// What the lawbook calls events, their fields and the codes, one a line.
fn labels(vocabulary: &Vocabulary) -> String {
    let mut text = String::new();
    let mut put = |label: &str| {
        text.push_str(label);
        text.push('\n');
    };
    for kind in &vocabulary.kinds {
        put(&kind.label);
        kind.fields.iter().for_each(|field| put(&field.label));
    }
    let codes = vocabulary.lists.iter().flat_map(|list| &list.codes);
    codes.for_each(|(_, label)| put(label));
    text
}
