//! The changelog has a section for what is not released yet.

use crate::problem::Problem;
use crate::tree::Tree;

const FILE: &str = "CHANGELOG.md";

pub fn check(tree: &Tree) -> Vec<Problem> {
    let text = tree.text(FILE).unwrap_or_default();
    if text
        .lines()
        .any(|line| line.starts_with("## ") && line.contains("未发布"))
    {
        return Vec::new();
    }
    let remedy = "在最上面加 `## 未发布`，写新增、变更、修复、安全、迁移须知";
    vec![Problem::new("changelog", FILE, "没有“未发布”一节", remedy)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::temporary::TempTree;

    #[test]
    fn the_section_is_required() {
        let good = TempTree::new(&[(FILE, "# 更新日志\n\n## 未发布\n")]);
        assert_eq!(check(&good.tree), []);
        let bad = TempTree::new(&[(FILE, "# 更新日志\n\n## 1.0\n\n未发布\n")]);
        assert_eq!(check(&bad.tree).len(), 1);
        let none = TempTree::new(&[]);
        assert_eq!(check(&none.tree).len(), 1);
    }
}
