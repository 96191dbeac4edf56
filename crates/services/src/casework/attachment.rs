//! 附件的名字：不许查看个人信息的人，只见其中法典用过的词（说得出是什么文书）、数字与后缀，其余遮盖。
//!
//! Whoever takes a statement calls the file by the name of the person, who need not be a party: no list of known names
//! holds him. So it is the other way round: what the lawbook itself has a word for is shown.

use mingjing_lawbook::vocabulary::Vocabulary;

/// The name of a file as it may be seen.
pub(super) fn mask(vocabulary: &Vocabulary, name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut masked = String::with_capacity(name.len());
    let mut at = 0;
    while at < chars.len() {
        let run = chars[at..].iter().take_while(|c| is_word(**c)).count();
        if run == 0 {
            masked.push(chars[at]);
            at += 1;
            continue;
        }
        match vocabulary.words().longest(&chars[at..at + run]) {
            0 => {
                masked.push('*');
                at += 1;
            }
            length => {
                masked.extend(&chars[at..at + length]);
                at += length;
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
