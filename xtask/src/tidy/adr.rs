//! Decision records: numbered without gap, each listed in the index, no dead link in the index.

use crate::problem::Problem;
use crate::tree::Tree;

const FOLDER: &str = "docs/adr/";
const INDEX: &str = "docs/adr/README.md";

pub fn check(tree: &Tree) -> Vec<Problem> {
    let index = tree.text(INDEX).unwrap_or_default();
    let mut problems = Vec::new();
    let mut say = |place: &str, what: String, remedy: &str| {
        problems.push(Problem::new("adr", place, what, remedy));
    };
    let names: Vec<&str> = tree
        .files()
        .filter_map(|file| file.strip_prefix(FOLDER))
        .filter(|name| *name != "README.md" && name.ends_with(".md"))
        .collect();
    for (position, name) in names.iter().enumerate() {
        match number(name) {
            None => say(name, "文件名应为 `NNNN-title.md`".to_owned(), "改名"),
            Some(found) if found != position + 1 => {
                let what = format!("编号 {found:04} 重复或跳号，应为 {:04}", position + 1);
                say(name, what, "编号连续；作废的记录不删，写明被谁取代");
            }
            Some(_) => {}
        }
        if !index.contains(&format!("({name})")) {
            say(INDEX, format!("没有列出 {name}"), "在索引表加一行");
        }
    }
    for link in index
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
    {
        if number(link).is_some() && !names.contains(&link) {
            say(INDEX, format!("指向不存在的 {link}"), "改正链接");
        }
    }
    problems
}

fn number(name: &str) -> Option<usize> {
    let (digits, rest) = name.split_at_checked(4)?;
    let is_number = digits.chars().all(|c| c.is_ascii_digit()) && rest.starts_with('-');
    if is_number { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::temporary::TempTree;

    fn run(files: &[(&str, &str)]) -> Vec<String> {
        let t = TempTree::new(files);
        check(&t.tree).into_iter().map(|p| p.what).collect()
    }

    #[test]
    fn numbered_and_listed_records_pass() {
        let index = "| [0001](0001-a.md) | [0002](0002-b.md) |";
        let files = [
            (INDEX, index),
            ("docs/adr/0001-a.md", ""),
            ("docs/adr/0002-b.md", ""),
        ];
        assert!(run(&files).is_empty());
    }

    #[test]
    fn gaps_doubles_and_odd_names_fail() {
        let index = "[a](0001-a.md) [b](0001-b.md) [c](0004-c.md) [d](draft.md)";
        let files = [
            (INDEX, index),
            ("docs/adr/0001-a.md", ""),
            ("docs/adr/0001-b.md", ""),
            ("docs/adr/0004-c.md", ""),
            ("docs/adr/draft.md", ""),
        ];
        let found = run(&files);
        assert_eq!(found.len(), 3, "{found:?}");
    }

    #[test]
    fn an_unlisted_record_and_a_dead_link_fail() {
        let found = run(&[(INDEX, "[x](0002-gone.md)"), ("docs/adr/0001-a.md", "")]);
        assert_eq!(found, ["没有列出 0001-a.md", "指向不存在的 0002-gone.md"]);
    }
}
