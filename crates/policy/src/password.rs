//! 口令的规定：多长、几类字符、不可用的。口令的存储与核对不在这里。

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Passwords that are tried first by whoever guesses; one a line, `#` begins a comment.
const BANNED: &str = include_str!("../data/banned-passwords.txt");
/// A word about the person shorter than this is in too many innocent passwords.
const ABOUT_LENGTH_MIN: usize = 3;
/// What is left of `a123456` without its digits is no word that anybody recognises.
const STEM_LENGTH_MIN: usize = 4;

/// 口令的规定。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordRules {
    /// 不论字符种类，至少这么长。
    pub length_min: usize,
    /// 字符有三类的，至少这么长。
    pub mixed_length_min: usize,
    /// 至多这么长；摘要的运算随长度增加，不能由人随便加长。
    pub length_max: usize,
}

impl Default for PasswordRules {
    /// 至少十二个字符，或三类字符八个；GB/T 22239-2019 8.1.4.1 要求有复杂度而没有定数，这是我们的。
    fn default() -> Self {
        PasswordRules {
            length_min: 12,
            mixed_length_min: 8,
            length_max: 128,
        }
    }
}

/// 口令哪里不合规定；从不含口令本身。
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PasswordFlaw {
    /// 太短。
    #[error(
        "口令太短：至少 {length_min} 个字符，或大写、小写、数字、符号之中三类至少 {mixed_length_min} 个"
    )]
    TooShort {
        /// 不论种类的最短。
        length_min: usize,
        /// 三类字符的最短。
        mixed_length_min: usize,
    },
    /// 太长。
    #[error("口令太长：至多 {length_max} 个字符")]
    TooLong {
        /// 最长。
        length_max: usize,
    },
    /// 有控制字符。
    #[error("口令里有看不见的控制字符，请去掉")]
    ControlCharacter,
    /// 含有账号名、姓名或电话。
    #[error("口令里含有账号名、姓名或电话，请换一个")]
    AboutPerson,
    /// 常见口令。
    #[error("这是常见口令，最先被人试到，请换一个")]
    Banned,
    /// 变化太少。
    #[error("口令只是重复或顺着排的字符，请换一个")]
    Monotonous,
}

/// 核对口令；`about` 是账号名、姓名、姓名拼音、电话等不可含有的字。
pub fn check_password(
    password: &str,
    about: &[&str],
    rules: &PasswordRules,
) -> Result<(), Vec<PasswordFlaw>> {
    let mut flaws = Vec::new();
    let length = password.chars().count();
    let is_mixed = count_classes(password) >= 3;
    if length > rules.length_max {
        // Nothing more is computed over a text of any length.
        return Err(vec![PasswordFlaw::TooLong {
            length_max: rules.length_max,
        }]);
    }
    if length < rules.length_min && !(is_mixed && length >= rules.mixed_length_min) {
        flaws.push(PasswordFlaw::TooShort {
            length_min: rules.length_min,
            mixed_length_min: rules.mixed_length_min,
        });
    }
    if password.chars().any(char::is_control) {
        flaws.push(PasswordFlaw::ControlCharacter);
    }
    let plain = plain(password);
    let backwards: String = plain.chars().rev().collect();
    let mentions = |word: &&&str| {
        let word = self::plain(word.trim());
        let is_long = word.chars().count() >= ABOUT_LENGTH_MIN || !word.is_ascii();
        is_long && !word.is_empty() && (plain.contains(&word) || backwards.contains(&word))
    };
    if about.iter().any(|word| mentions(&word)) {
        flaws.push(PasswordFlaw::AboutPerson);
    }
    if is_banned(&plain) {
        flaws.push(PasswordFlaw::Banned);
    }
    if is_monotonous(password) {
        flaws.push(PasswordFlaw::Monotonous);
    }
    if flaws.is_empty() { Ok(()) } else { Err(flaws) }
}

/// 不可用的常见口令，按名单的次序。
pub fn banned_passwords() -> impl Iterator<Item = &'static str> {
    BANNED
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Upper case, lower case, digits, and everything else (Chinese characters among it).
fn count_classes(password: &str) -> usize {
    let classes: [fn(char) -> bool; 4] = [
        |c| c.is_ascii_uppercase(),
        |c| c.is_ascii_lowercase(),
        |c| c.is_ascii_digit(),
        |c| !c.is_ascii_alphanumeric(),
    ];
    classes
        .iter()
        .filter(|is_of| password.chars().any(is_of))
        .count()
}

/// Lower case, and the usual disguises taken off: `P@ssw0rd` is `password`.
fn plain(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            '@' => 'a',
            '0' => 'o',
            '$' => 's',
            '!' => '1',
            other => other,
        })
        .collect()
}

fn is_banned(plain_password: &str) -> bool {
    // `password2026!` is still `password`: years and counts at the end hide nothing.
    let is_tail = |c: char| c.is_ascii_digit() || c == 'o' || !c.is_alphanumeric();
    let stem = plain_password.trim_end_matches(is_tail);
    banned_passwords().any(|banned| {
        let banned = plain(banned);
        let banned_stem = banned.trim_end_matches(is_tail);
        let is_word = banned_stem.chars().count() >= STEM_LENGTH_MIN;
        banned == plain_password || (is_word && banned_stem == stem)
    })
}

/// Fewer than four different characters, or one run up or down the character table.
fn is_monotonous(password: &str) -> bool {
    let characters: Vec<u32> = password.chars().map(u32::from).collect();
    let mut different = characters.clone();
    different.sort_unstable();
    different.dedup();
    let is_run = |step: fn(u32) -> Option<u32>| {
        characters
            .windows(2)
            .all(|pair| step(pair[0]) == Some(pair[1]))
    };
    different.len() < 4 || is_run(|c| c.checked_add(1)) || is_run(|c| c.checked_sub(1))
}
