//! Public types of `kernel` and `domain` say their Chinese term in the first line of their doc.

use crate::problem::Problem;
use crate::source::without_trailing_tests;
use crate::tidy::is_chinese;
use crate::tree::Tree;

const FOLDERS: [&str; 2] = ["crates/kernel/src/", "crates/domain/src/"];
const ITEMS: [&str; 5] = [
    "pub struct ",
    "pub enum ",
    "pub trait ",
    "pub type ",
    "pub union ",
];

pub fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in tree.files().filter(|f| f.ends_with(".rs")) {
        if FOLDERS.iter().any(|folder| file.starts_with(folder)) {
            let text = tree.text(file).unwrap_or_default();
            problems.extend(in_source(file, without_trailing_tests(&text)));
        }
    }
    problems
}

fn in_source(file: &str, source: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut first_doc_line: Option<&str> = None;
    // Brackets still open in an attribute that spans lines.
    let mut open: i32 = 0;
    for (number, line) in source.lines().enumerate() {
        let line = line.trim();
        if open > 0 || line.starts_with("#[") {
            open += brackets(line);
        } else if let Some(doc) = line.strip_prefix("///") {
            first_doc_line = first_doc_line.or(Some(doc));
        } else {
            let item = ITEMS.iter().find_map(|item| line.strip_prefix(item));
            let has_term = first_doc_line
                .take()
                .is_some_and(|doc| doc.chars().any(is_chinese));
            if let Some(rest) = item
                && !has_term
            {
                let name = rest
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .next();
                let what = format!(
                    "公开类型 `{}` 的文档首行没有中文术语",
                    name.unwrap_or_default()
                );
                let place = format!("{file}:{}", number + 1);
                let remedy = "首行以术语表里的中文词开头（docs/glossary.md）";
                problems.push(Problem::new("terms", place, what, remedy));
            }
        }
    }
    problems
}

fn brackets(line: &str) -> i32 {
    line.chars().fold(0, |sum, c| match c {
        '[' => sum + 1,
        ']' => sum - 1,
        _ => sum,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::temporary::TempTree;

    fn run(source: &str) -> Vec<String> {
        let t = TempTree::new(&[
            ("crates/domain/src/a.rs", source),
            ("crates/x/src/a.rs", source),
        ]);
        check(&t.tree).into_iter().map(|p| p.place).collect()
    }

    #[test]
    fn a_term_in_the_first_line_passes() {
        let source = "/// 义务。\n///\n/// More.\n#[derive(\n    Debug,\n)]\npub struct Duty;\n\npub(crate) struct Inner;\nstruct Private;\n";
        assert!(run(source).is_empty());
    }

    #[test]
    fn no_doc_and_an_english_first_line_fail() {
        let source = "pub enum A {}\n\n/// Only English.\n/// 义务\npub struct B;\n";
        assert_eq!(
            run(source),
            ["crates/domain/src/a.rs:1", "crates/domain/src/a.rs:5"]
        );
    }

    #[test]
    fn the_doc_of_one_item_does_not_serve_the_next() {
        let source = "/// 义务。\nfn f() {}\npub struct A;\n";
        assert_eq!(run(source), ["crates/domain/src/a.rs:3"]);
    }
}
