//! Module names without a noun are refused: they attract everything and own nothing.

use crate::problem::Problem;
use crate::tree::Tree;

const BANNED: [&str; 9] = [
    "util", "utils", "common", "helper", "helpers", "misc", "manager", "shared", "stuff",
];

pub fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in tree.files().filter(|f| f.ends_with(".rs")) {
        // `src/utils.rs`, `src/utils/x.rs`, `crates/utils/src/lib.rs`.
        let parts = file.trim_end_matches(".rs").split('/');
        let mut names: Vec<&str> = parts.filter(|part| BANNED.contains(part)).collect();
        let text = tree.text(file).unwrap_or_default();
        names.extend(
            text.lines()
                .filter_map(inline_module)
                .filter(|n| BANNED.contains(n)),
        );
        for name in names {
            let remedy = "辅助函数跟着它的名词走；没有名词的移到 kernel";
            problems.push(Problem::new(
                "names",
                file,
                format!("模块名 `{name}` 不可用"),
                remedy,
            ));
        }
    }
    problems
}

/// The name of `mod name {` (a module with its own file is judged by the file).
fn inline_module(line: &str) -> Option<&str> {
    let line = line.trim();
    let at = line
        .find("mod ")
        .filter(|at| *at == 0 || line.starts_with("pub"))?;
    line[at + 4..].strip_suffix('{').map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::temporary::TempTree;

    #[test]
    fn names_with_a_noun_pass() {
        let t = TempTree::new(&[
            ("crates/a/src/calendar.rs", "mod tests {\n}\n"),
            ("misc/a.md", ""),
        ]);
        assert_eq!(check(&t.tree), []);
    }

    #[test]
    fn files_folders_and_inline_modules_are_judged() {
        let t = TempTree::new(&[
            ("crates/a/src/utils.rs", ""),
            ("crates/b/src/common/x.rs", ""),
            ("crates/c/src/lib.rs", "pub(crate) mod helpers {\n}\n"),
        ]);
        let places: Vec<_> = check(&t.tree).into_iter().map(|p| p.place).collect();
        assert_eq!(places.len(), 3);
    }
}
