//! Every direct third-party dependency has a line in `docs/dependencies.md`, and no line is stale.

use std::collections::BTreeSet;

use crate::metadata::Package;
use crate::problem::Problem;
use crate::tidy::cells;
use crate::tree::Tree;

const FILE: &str = "docs/dependencies.md";

pub fn check(tree: &Tree, packages: &[Package]) -> Vec<Problem> {
    let text = tree.text(FILE).unwrap_or_default();
    let listed: Vec<Vec<&str>> = text
        .lines()
        .filter_map(cells)
        .filter(|c| c.len() >= 3)
        .collect();
    let used: BTreeSet<&str> = packages
        .iter()
        .flat_map(|p| &p.dependencies)
        .filter(|d| !d.is_ours)
        .map(|d| d.name.as_str())
        .collect();
    let mut problems = Vec::new();
    for name in &used {
        let row = listed
            .iter()
            .find(|cells| cells[0].trim_matches('`') == *name);
        let what = match row {
            None => format!("直接依赖 `{name}` 没有一行"),
            Some(cells) if cells[1..].iter().any(|c| c.is_empty()) => {
                format!("`{name}` 一行没有写全")
            }
            Some(_) => continue,
        };
        problems.push(Problem::new(
            "dependencies",
            FILE,
            what,
            "写明用来做什么、以什么可以替换",
        ));
    }
    let names = listed
        .iter()
        .filter_map(|c| c[0].strip_prefix('`')?.strip_suffix('`'));
    for name in names.filter(|name| !used.contains(name)) {
        let what = format!("`{name}` 已不是直接依赖");
        problems.push(Problem::new("dependencies", FILE, what, "删去这一行"));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::{Dependency, Kind};
    use crate::tree::temporary::TempTree;

    fn run(text: &str) -> Vec<String> {
        let t = TempTree::new(&[(FILE, text)]);
        let dependency = |name: &str, is_ours| Dependency {
            name: name.to_owned(),
            kind: Kind::Dev,
            is_ours,
        };
        let packages = [Package {
            dependencies: vec![dependency("serde", false), dependency("ours", true)],
            ..Package::default()
        }];
        check(&t.tree, &packages)
            .into_iter()
            .map(|p| p.what)
            .collect()
    }

    #[test]
    fn a_listed_dependency_passes() {
        assert!(
            run("| 包 | 用途 | 替换 |\n|---|---|---|\n| `serde` | 序列化 | 手写 |\n").is_empty()
        );
    }

    #[test]
    fn missing_incomplete_and_stale_lines_fail() {
        assert_eq!(run(""), ["直接依赖 `serde` 没有一行"]);
        assert_eq!(run("| `serde` | 序列化 | |\n"), ["`serde` 一行没有写全"]);
        assert_eq!(
            run("| `serde` | a | b |\n| `rand` | a | b |\n"),
            ["`rand` 已不是直接依赖"]
        );
    }
}
