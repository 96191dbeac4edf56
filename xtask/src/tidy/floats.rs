//! Crates marked `exact` have no floating point: money, dates and thresholds are integers.

use crate::problem::Problem;
use crate::source::{code_only, without_trailing_tests};
use crate::tidy::layers::Table;
use crate::tree::Tree;

pub fn check(tree: &Tree, table: &Table) -> Vec<Problem> {
    let mut problems = Vec::new();
    for row in table.rows.iter().filter(|row| row.is_exact) {
        let sources = format!("{}/src/", row.folder);
        for file in tree
            .files()
            .filter(|f| f.starts_with(&sources) && f.ends_with(".rs"))
        {
            let text = tree.text(file).unwrap_or_default();
            let code = code_only(without_trailing_tests(&text));
            for (number, _) in code.lines().enumerate().filter(|(_, line)| has_float(line)) {
                let place = format!("{file}:{}", number + 1);
                let remedy = "金额用分（Fen），比例用万分之几，日期用天数，都是整数";
                problems.push(Problem::new("floats", place, "出现浮点类型", remedy));
            }
        }
    }
    problems
}

fn has_float(line: &str) -> bool {
    line.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|word| matches!(word, "f32" | "f64"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::temporary::TempTree;

    const TABLE: &str = "[[crate]]\nname = 'a'\nfolder = 'a'\nlevel = '0'\nexact = true\nholds = 'x'\n[[crate]]\nname = 'b'\nfolder = 'b'\nlevel = '1'\nholds = 'x'\n";

    #[test]
    fn only_exact_crates_are_judged_and_longer_names_pass() {
        let files = [
            ("a/src/x.rs", "fn of64() {} // f64\n"),
            ("b/src/x.rs", "fn g(x: f64) {}\n"),
        ];
        let t = TempTree::new(&files);
        assert_eq!(check(&t.tree, &Table::parse(TABLE).unwrap()), []);
    }

    #[test]
    fn a_float_is_reported_by_line() {
        let t = TempTree::new(&[("a/src/x.rs", "\nfn f(x: Option<f64>) {}\n")]);
        let found = check(&t.tree, &Table::parse(TABLE).unwrap());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].place, "a/src/x.rs:2");
    }
}
