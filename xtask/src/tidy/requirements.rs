//! `docs/requirements.md` holds every number once, with a state and, where something exists, a place.

use std::collections::BTreeMap;

use crate::problem::Problem;
use crate::tidy::cells;
use crate::tree::Tree;

pub const FILE: &str = "docs/requirements.md";
/// Letters and highest numbers of the two series.
const SERIES: [(char, u32); 2] = [('R', 260), ('S', 103)];
const DONE: &str = "已实现";
const PART: &str = "部分";
const OPEN: &str = "未开始";

/// 对照表的一行。
#[derive(Debug, PartialEq, Eq)]
pub struct Row<'a> {
    pub number: &'a str,
    pub state: &'a str,
    pub shown: &'a str,
    line: usize,
}

/// The rows `| R-001 | 标题 | 模块 | 状态 | 见 |` of the table.
pub fn rows(text: &str) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some(cells) = cells(line) else { continue };
        if let [number, _, _, state, shown] = cells[..]
            && SERIES
                .iter()
                .any(|(letter, _)| number.starts_with(&format!("{letter}-")))
        {
            rows.push(Row {
                number,
                state,
                shown,
                line: index + 1,
            });
        }
    }
    rows
}

pub fn check(tree: &Tree) -> Vec<Problem> {
    let text = tree.text(FILE).unwrap_or_default();
    let rows = rows(&text);
    let mut problems = number_problems(&rows);
    for row in &rows {
        problems.extend(row_problem(tree, row));
    }
    problems
}

fn number_problems(rows: &[Row<'_>]) -> Vec<Problem> {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for (letter, last) in SERIES {
        counts.extend((1..=last).map(|n| (format!("{letter}-{n:03}"), 0)));
    }
    let mut problems = Vec::new();
    for row in rows {
        match counts.get_mut(row.number) {
            Some(count) => *count += 1,
            None => {
                let what = format!("没有 {} 这个编号", row.number);
                problems.push(Problem::new("requirements", FILE, what, "改正编号"));
            }
        }
    }
    for (number, count) in counts.iter().filter(|(_, count)| **count != 1) {
        let what = format!("{number} 出现 {count} 次");
        problems.push(Problem::new("requirements", FILE, what, "每个编号恰好一行"));
    }
    problems
}

fn row_problem(tree: &Tree, row: &Row<'_>) -> Option<Problem> {
    let place = format!("{FILE}:{}", row.line);
    let say = |what: String, remedy| Some(Problem::new("requirements", place, what, remedy));
    match row.state {
        OPEN => None,
        DONE | PART => {
            let paths: Vec<&str> = row.shown.split('`').skip(1).step_by(2).collect();
            if paths.is_empty() {
                return say(
                    format!("{} 状态为{}，却没有指出在哪里", row.number, row.state),
                    "在“见”一栏用反引号写文件或目录",
                );
            }
            let missing = paths.into_iter().find(|path| !tree.exists(path))?;
            say(format!("{} 指向不存在的 {missing}", row.number), "改正路径")
        }
        other => say(
            format!(
                "{} 的状态 `{other}` 不在 已实现、部分、未开始 之内",
                row.number
            ),
            "三者取其一",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::temporary::TempTree;

    fn table(replace: &[(&str, &str)]) -> String {
        let mut text = String::from("| 编号 | 标题 | 模块 | 状态 | 见 |\n|---|---|---|---|---|\n");
        for (letter, last) in SERIES {
            for n in 1..=last {
                let number = format!("{letter}-{n:03}");
                let line = format!("| {number} | 标题 | M01 | 未开始 | |\n");
                let found = replace.iter().find(|(key, _)| *key == number);
                text.push_str(found.map_or(line.as_str(), |(_, instead)| instead));
            }
        }
        text
    }

    fn run(replace: &[(&str, &str)]) -> Vec<String> {
        let t = TempTree::new(&[(FILE, &table(replace)), ("crates/a/x.rs", "")]);
        check(&t.tree).into_iter().map(|p| p.what).collect()
    }

    #[test]
    fn a_complete_table_passes() {
        let row = "| R-007 | 标题 | M01 | 部分 | `crates/a` |\n";
        assert!(run(&[("R-007", row)]).is_empty());
    }

    #[test]
    fn missing_double_and_unknown_numbers_fail() {
        let found = run(&[
            ("R-001", ""),
            (
                "S-103",
                "| S-102 | t | M | 未开始 | |\n| S-104 | t | M | 未开始 | |\n",
            ),
        ]);
        assert_eq!(
            found,
            [
                "没有 S-104 这个编号",
                "R-001 出现 0 次",
                "S-102 出现 2 次",
                "S-103 出现 0 次"
            ]
        );
    }

    #[test]
    fn states_need_a_place_that_exists() {
        let found = run(&[
            ("R-001", "| R-001 | t | M | 部分 | |\n"),
            ("R-002", "| R-002 | t | M | 已实现 | `crates/b` |\n"),
            ("R-003", "| R-003 | t | M | 大概 | |\n"),
        ]);
        assert_eq!(found.len(), 3);
        assert!(found[1].contains("crates/b"));
    }
}
