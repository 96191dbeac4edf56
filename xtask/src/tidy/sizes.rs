//! File sizes: 800 lines of Rust without the trailing tests, 64 KB for a lawbook file.

use crate::problem::Problem;
use crate::source::without_trailing_tests;
use crate::tree::Tree;

/// Above this nobody reads a file from top to bottom.
const MAX_RUST_LINES: usize = 800;
/// The loader refuses larger lawbook files (LB17); so does the repository.
const MAX_LAWBOOK_BYTES: u64 = 64 * 1024;

pub fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in tree.files() {
        if file.ends_with(".rs") {
            let text = tree.text(file).unwrap_or_default();
            let lines = without_trailing_tests(&text).lines().count();
            if lines > MAX_RUST_LINES {
                let what = format!("{lines} 行，超过 {MAX_RUST_LINES} 行（末尾测试模块不计）");
                problems.push(Problem::new("sizes", file, what, "按用途拆成几个文件"));
            }
        } else if file.starts_with("lawbook/") && tree.size(file) > MAX_LAWBOOK_BYTES {
            let what = format!("{} 字节，超过 {MAX_LAWBOOK_BYTES} 字节", tree.size(file));
            problems.push(Problem::new(
                "sizes",
                file,
                what,
                "一条规则一个文件；清单按领域拆开",
            ));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::temporary::TempTree;

    #[test]
    fn the_limit_itself_passes_and_tests_do_not_count() {
        let full = "// x\n".repeat(MAX_RUST_LINES);
        let tested = format!("{full}#[cfg(test)]\nmod tests {{\n    fn f() {{}}\n}}\n");
        let law = "x".repeat(usize::try_from(MAX_LAWBOOK_BYTES).unwrap());
        let t = TempTree::new(&[("a.rs", &full), ("b.rs", &tested), ("lawbook/c.toml", &law)]);
        assert_eq!(check(&t.tree), []);
    }

    #[test]
    fn one_more_fails() {
        let long = "// x\n".repeat(MAX_RUST_LINES + 1);
        let law = "x".repeat(usize::try_from(MAX_LAWBOOK_BYTES).unwrap() + 1);
        let t = TempTree::new(&[("a.rs", &long), ("lawbook/c.toml", &law), ("d.toml", &law)]);
        let places: Vec<_> = check(&t.tree).into_iter().map(|p| p.place).collect();
        assert_eq!(places, ["a.rs", "lawbook/c.toml"]);
    }
}
