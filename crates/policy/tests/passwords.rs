//! 口令的规定：一行一例（`tests/data/passwords.txt`）。

use std::collections::BTreeSet;

use mingjing_policy::password::{PasswordFlaw, PasswordRules, banned_passwords, check_password};

const ABOUT: [&str; 4] = ["wang.xiaoming", "王小明", "13800001234", " "];

fn name(flaw: &PasswordFlaw) -> &'static str {
    match flaw {
        PasswordFlaw::TooShort { .. } => "TooShort",
        PasswordFlaw::TooLong { .. } => "TooLong",
        PasswordFlaw::ControlCharacter => "ControlCharacter",
        PasswordFlaw::AboutPerson => "AboutPerson",
        PasswordFlaw::Banned => "Banned",
        PasswordFlaw::Monotonous => "Monotonous",
    }
}

fn check(password: &str) -> String {
    match check_password(password, &ABOUT, &PasswordRules::default()) {
        Ok(()) => "成立".to_owned(),
        Err(flaws) => {
            for flaw in &flaws {
                let is_silent = password.is_empty() || !flaw.to_string().contains(password);
                assert!(is_silent, "报错里有口令：{flaw}");
            }
            flaws.iter().map(name).collect::<Vec<_>>().join(",")
        }
    }
}

#[test]
fn passwords_are_taken_or_refused_as_listed() {
    let text = include_str!("data/passwords.txt");
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (password, expected) = line.rsplit_once('|').expect("两格");
        assert_eq!(check(password.trim()), expected.trim(), "{line}");
    }
}

#[test]
fn a_password_without_end_is_refused_before_anything_is_computed() {
    assert_eq!(check(&"Hx7$".repeat(32)), "成立");
    assert_eq!(check(&format!("{}x", "Hx7$".repeat(32))), "TooLong");
    assert_eq!(check("Hx7$kQ2p\u{0}mwv"), "ControlCharacter");
}

#[test]
fn the_rules_are_the_office_s_to_tighten() {
    let strict = PasswordRules {
        length_min: 20,
        mixed_length_min: 16,
        ..PasswordRules::default()
    };
    assert!(check_password("correct-horse-ba", &[], &strict).is_err());
    assert!(check_password("Correct-horse-ba", &[], &strict).is_ok());
}

#[test]
fn every_line_of_the_banned_list_is_refused_and_stands_once() {
    let all: Vec<&str> = banned_passwords().collect();
    let different: BTreeSet<&&str> = all.iter().collect();
    assert_eq!(different.len(), all.len());
    assert!(all.len() > 90);
    for banned in all {
        assert!(check(banned).contains("Banned"), "{banned}");
    }
}
