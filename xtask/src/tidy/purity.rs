//! Pure crates mention no file, network, clock, environment, process or randomness.

use crate::problem::Problem;
use crate::source::{code_only, without_trailing_tests};
use crate::tidy::layers::Table;
use crate::tree::Tree;

/// What a pure crate may not say, and what it does instead.
const IMPURE: [(&str, &str); 15] = [
    ("std::fs", "由调用者递进 `&[u8]` 或 `impl Read`"),
    ("std::net", "由调用者递进数据"),
    ("std::env", "由调用者递进选项"),
    ("std::process", "返回错误，由 cli 结束进程"),
    ("std::thread", "并行由调用者安排"),
    ("SystemTime", "时刻由参数给出"),
    ("Instant::now", "时刻由参数给出"),
    ("Timestamp::now", "时刻由参数给出"),
    ("Zoned::now", "时刻由参数给出"),
    ("RandomState::new", "用有序的表或给定的种子"),
    ("async fn", "纯净包没有 async"),
    (".await", "纯净包没有 async"),
    ("println!", "返回文本，由 cli 打印"),
    ("eprintln!", "返回文本，由 cli 打印"),
    ("File::open", "由调用者递进 `&[u8]` 或 `impl Read`"),
];

/// Modules of `std` that a grouped `use std::{…}` may not name.
const IMPURE_MODULES: [&str; 5] = ["env", "fs", "net", "process", "thread"];

pub fn check(tree: &Tree, table: &Table) -> Vec<Problem> {
    let mut problems = Vec::new();
    for row in table.rows.iter().filter(|row| row.is_pure) {
        let sources = format!("{}/src/", row.folder);
        for file in tree
            .files()
            .filter(|f| f.starts_with(&sources) && f.ends_with(".rs"))
        {
            if file.ends_with("/tests.rs") || file.contains("/tests/") {
                continue;
            }
            let text = tree.text(file).unwrap_or_default();
            problems.extend(in_source(file, &code_only(without_trailing_tests(&text))));
        }
    }
    problems
}

fn in_source(file: &str, code: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (number, line) in code.lines().enumerate() {
        for (word, remedy) in IMPURE {
            if mentions(line, word) {
                let place = format!("{file}:{}", number + 1);
                problems.push(Problem::new(
                    "purity",
                    place,
                    format!("纯净包提到 `{word}`"),
                    remedy,
                ));
            }
        }
    }
    for module in grouped_modules(code) {
        let what = format!("纯净包以 `use std::{{…}}` 引入 `{module}`");
        problems.push(Problem::new(
            "purity",
            file,
            what,
            "由调用者递进数据、时刻与选项",
        ));
    }
    problems
}

/// Whether the word stands in the line and is not the end or the start of a longer name.
fn mentions(line: &str, word: &str) -> bool {
    let in_name = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        let starts_inside =
            word.starts_with(char::is_alphabetic) && in_name(line[..at].chars().next_back());
        let ends_inside =
            word.ends_with(char::is_alphabetic) && in_name(line[at + word.len()..].chars().next());
        !starts_inside && !ends_inside
    })
}

fn grouped_modules(code: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    for (at, opening) in code.match_indices("std::{") {
        let rest = &code[at + opening.len()..];
        let group = &rest[..rest.find(';').unwrap_or(rest.len())];
        let words: Vec<&str> = group
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .collect();
        found.extend(IMPURE_MODULES.iter().filter(|m| words.contains(m)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::temporary::TempTree;

    const TABLE: &str = "[[crate]]\nname = 'a'\nfolder = 'crates/a'\nlevel = '0'\npure = true\nholds = 'x'\n[[crate]]\nname = 'b'\nfolder = 'crates/b'\nlevel = '7'\nholds = 'x'\n";

    fn run(files: &[(&str, &str)]) -> Vec<String> {
        let t = TempTree::new(files);
        let problems = check(&t.tree, &Table::parse(TABLE).unwrap());
        problems
            .into_iter()
            .map(|p| format!("{} {}", p.place, p.what))
            .collect()
    }

    #[test]
    fn comments_strings_tests_and_impure_crates_may_mention_them() {
        let pure = "//! Never std::fs.\nfn f() -> &'static str { \"std::env\" }\n\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n";
        let files = [
            ("crates/a/src/lib.rs", pure),
            ("crates/a/src/tests.rs", "use std::fs;"),
            ("crates/a/build.rs", "use std::fs;"),
            ("crates/a/tests/t.rs", "use std::fs;"),
            ("crates/b/src/main.rs", "use std::fs;"),
        ];
        assert!(run(&files).is_empty());
    }

    #[test]
    fn each_mention_is_reported_with_its_line() {
        let found = run(&[("crates/a/src/x.rs", "\nfn f() { std::fs::read(p); }\n")]);
        assert_eq!(found, ["crates/a/src/x.rs:2 纯净包提到 `std::fs`"]);
        assert_eq!(
            run(&[("crates/a/src/x.rs", "let t = Instant::now();")]).len(),
            1
        );
        assert_eq!(run(&[("crates/a/src/x.rs", "async fn f() {}")]).len(), 1);
    }

    #[test]
    fn a_grouped_import_is_seen_through() {
        let found = run(&[(
            "crates/a/src/x.rs",
            "use std::{\n    fmt,\n    fs::File,\n};\n",
        )]);
        assert_eq!(
            found,
            ["crates/a/src/x.rs 纯净包以 `use std::{…}` 引入 `fs`"]
        );
        assert!(run(&[("crates/a/src/x.rs", "use std::{fmt, io::Read};")]).is_empty());
    }

    #[test]
    fn longer_names_are_not_mistaken() {
        assert!(
            run(&[(
                "crates/a/src/x.rs",
                "use my_std::fsx; struct NoSystemTimeHere;"
            )])
            .is_empty()
        );
    }
}
