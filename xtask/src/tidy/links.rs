//! Relative links of the documents lead to files that exist.

use crate::problem::Problem;
use crate::tree::Tree;

pub fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in tree.files().filter(|f| f.ends_with(".md")) {
        let text = tree.text(file).unwrap_or_default();
        for (number, line) in text.lines().enumerate() {
            for target in targets(line).filter(|target| !leads_somewhere(tree, file, target)) {
                let place = format!("{file}:{}", number + 1);
                let what = format!("链接 `{target}` 指向不存在的文件");
                problems.push(Problem::new("links", place, what, "改正路径，或删去链接"));
            }
        }
    }
    problems
}

/// The targets of `[text](target)` that are paths of ours, without their anchors.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#', ' ']).next())
        .filter(|target| !target.is_empty() && !target.contains(':'))
}

fn leads_somewhere(tree: &Tree, file: &str, target: &str) -> bool {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                if parts.pop().is_none() {
                    return false;
                }
            }
            name => parts.push(name),
        }
    }
    tree.exists(&parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::temporary::TempTree;

    #[test]
    fn links_to_files_folders_anchors_and_other_sites_pass() {
        let text = "[a](../a.md#part) [b](./b/) [c](https://example.org/x) [d](#here)\n";
        let t = TempTree::new(&[("docs/x.md", text), ("a.md", ""), ("docs/b/c.md", "")]);
        assert_eq!(check(&t.tree), []);
    }

    #[test]
    fn dead_links_are_reported_by_line() {
        let t = TempTree::new(&[("docs/x.md", "\n[a](a.md) and [b](../../b.md)\n")]);
        let found: Vec<_> = check(&t.tree)
            .into_iter()
            .map(|p| (p.place, p.what))
            .collect();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].0, "docs/x.md:2");
    }
}
