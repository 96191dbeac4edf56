//! 加载：任何字节、任何改坏的文件都不崩溃，每个错误都有位置；任何条件文本都不崩溃。

use mingjing_lawbook::cel::compile::{Env, compile_text};
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::load;
use mingjing_lawbook::selector::Selector;
use proptest::prelude::*;

use super::generate::{LAWBOOK, MINIMAL, cases};
use crate::support::SHIPPED_FILES;

/// 文件可以放的地方。
const PATHS: [&str; 12] = [
    "lawbook.toml",
    "codes.toml",
    "released.toml",
    "calendars/2024.toml",
    "events/case.toml",
    "facts/case.toml",
    "statutes/law.toml",
    "parameters/limits.toml",
    "terms/penalty.toml",
    "derived/service.toml",
    "procedures/ordinary.toml",
    "rules/limit.toml",
];

fn load_with(path: &str, text: &str) -> Result<(), TestCaseError> {
    let mut files: Vec<SourceFile> = MINIMAL
        .iter()
        .filter(|f| f.path.as_ref() != path)
        .cloned()
        .collect();
    files.push(SourceFile::new(path, text));
    for diagnostic in load::load(&files).diagnostics {
        prop_assert!(diagnostic.line >= 1 && diagnostic.column >= 1);
        prop_assert!(!diagnostic.file.is_empty() && !diagnostic.message.is_empty());
        let lines = files
            .iter()
            .find(|f| f.path == diagnostic.file)
            .map_or(1, |f| f.text.lines().count() + 1);
        prop_assert!(diagnostic.line <= lines, "{}", diagnostic);
    }
    Ok(())
}

/// 一处改动。
#[derive(Debug, Clone)]
enum Change {
    Truncate(u16),
    Flip(u16, u8),
    DeleteLine(u16),
    DoubleLine(u16),
    SwapLines(u16, u16),
    Insert(u16, String),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        any::<u16>().prop_map(Change::Truncate),
        (any::<u16>(), any::<u8>()).prop_map(|(at, to)| Change::Flip(at, to)),
        any::<u16>().prop_map(Change::DeleteLine),
        any::<u16>().prop_map(Change::DoubleLine),
        (any::<u16>(), any::<u16>()).prop_map(|(a, b)| Change::SwapLines(a, b)),
        (
            any::<u16>(),
            "[\\[\\](){}'\"=.,|!&a-z0-9一二年月 \n-]{0,12}"
        )
            .prop_map(|(at, text)| Change::Insert(at, text)),
    ]
}

fn apply(text: &str, change: &Change) -> String {
    let position = |at: u16| usize::from(at).checked_rem(text.len()).unwrap_or(0);
    let mut lines: Vec<&str> = text.lines().collect();
    let line = |at: u16| {
        usize::from(at)
            .checked_rem(text.lines().count())
            .unwrap_or(0)
    };
    match change {
        Change::Truncate(at) => {
            String::from_utf8_lossy(&text.as_bytes()[..position(*at)]).into_owned()
        }
        Change::Flip(at, to) => {
            let mut bytes = text.as_bytes().to_vec();
            if let Some(byte) = bytes.get_mut(position(*at)) {
                *byte = *to;
            }
            String::from_utf8_lossy(&bytes).into_owned()
        }
        Change::Insert(at, more) => {
            let mut at = position(*at);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            format!("{}{more}{}", &text[..at], &text[at..])
        }
        Change::DeleteLine(_) | Change::DoubleLine(_) | Change::SwapLines(..)
            if lines.is_empty() =>
        {
            String::new()
        }
        Change::DeleteLine(at) => {
            lines.remove(line(*at));
            lines.join("\n")
        }
        Change::DoubleLine(at) => {
            lines.insert(line(*at), lines[line(*at)]);
            lines.join("\n")
        }
        Change::SwapLines(a, b) => {
            lines.swap(line(*a), line(*b));
            lines.join("\n")
        }
    }
}

/// 条件语言的词。
const WORDS: [&str; 58] = [
    "e",
    ".",
    "(",
    ")",
    "[",
    "]",
    ",",
    "&&",
    "||",
    "!",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "+",
    "-",
    "*",
    "?",
    ":",
    "in",
    "true",
    "false",
    "'",
    "\"",
    "'penalty'",
    "0",
    "1",
    "9223372036854775807",
    "first",
    "last",
    "all",
    "has",
    "size",
    "param",
    "'penalty_decision_limit'",
    "due",
    "'P-TIME-90D'",
    "derived",
    "term",
    "case",
    "party",
    "officers",
    "decided",
    "served",
    "fine",
    "occurred_on",
    "exists",
    "filter",
    "map",
    "x",
    "days",
    "date",
    "'2024-02-29'",
    "actors",
    "|",
    "officer",
];

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn random_bytes_are_refused_with_a_place(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        path in proptest::sample::select(PATHS.to_vec()),
    ) {
        load_with(path, &String::from_utf8_lossy(&bytes))?;
    }

    #[test]
    fn mutated_files_are_refused_with_a_place(
        number in any::<u16>(),
        changes in proptest::collection::vec(change(), 1..6),
    ) {
        let file = &MINIMAL[usize::from(number) % MINIMAL.len()];
        let mut text = file.text.to_string();
        for change in &changes {
            text = apply(&text, change);
        }
        load_with(&file.path, &text)?;
    }

    #[test]
    fn mutated_shipped_files_are_refused_with_a_place(
        number in any::<u16>(),
        changes in proptest::collection::vec(change(), 1..6),
    ) {
        let file = &SHIPPED_FILES[usize::from(number) % SHIPPED_FILES.len()];
        let mut text = file.text.to_string();
        for change in &changes {
            text = apply(&text, change);
        }
        load_with(&file.path, &text)?;
    }

    #[test]
    fn any_text_is_compiled_or_refused(source in "\\PC{0,80}") {
        let mut env = Env::new(&LAWBOOK.book);
        if let Err(error) = compile_text(&mut env, &source) {
            prop_assert!(error.at <= source.len(), "{:?} in {:?}", error, source);
        }
        let _ = Selector::parse(&mut env, &source);
    }

    #[test]
    fn any_row_of_words_is_compiled_or_refused(
        words in proptest::collection::vec(proptest::sample::select(WORDS.to_vec()), 0..60),
        is_spaced in any::<bool>(),
    ) {
        let source = words.join(if is_spaced { " " } else { "" });
        let mut env = Env::new(&LAWBOOK.book);
        if let Err(error) = compile_text(&mut env, &source) {
            prop_assert!(error.at <= source.len(), "{:?} in {:?}", error, source);
            prop_assert!(!error.message.is_empty());
        }
        let _ = Selector::parse(&mut env, &source);
    }
}

#[test]
fn long_chains_are_refused_and_do_not_exhaust_the_stack() {
    let mut env = Env::new(&LAWBOOK.book);
    let chains = [
        "1 + ".repeat(60_000) + "1 > 0",
        "case".to_owned() + &".x".repeat(60_000),
        "!".repeat(60_000) + "true",
        "(".repeat(60_000),
        "[".repeat(60_000),
        "true ? ".repeat(60_000),
        "true ? true : ".repeat(60_000) + "true",
        "case".to_owned() + &"[0]".repeat(60_000),
        "all(decided".to_owned() + &"[all(decided".repeat(60_000),
        "first(".repeat(60_000) + &")".repeat(60_000),
        "-".repeat(60_000) + "1",
        "[1].map(x, ".repeat(20_000) + "1" + &")".repeat(20_000),
    ];
    for source in chains {
        let error = compile_text(&mut env, &source).err();
        assert!(error.is_some(), "{}…", &source[..20]);
        let _ = Selector::parse(&mut env, &source);
    }
    let types = [
        "list<".repeat(10_000) + "text",
        "decided[".repeat(10_000),
        "'".repeat(10_001),
    ];
    for source in types {
        assert!(
            Selector::parse(&mut env, &source).is_err(),
            "{}…",
            &source[..20]
        );
    }
}
