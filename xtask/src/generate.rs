//! Parts of documents that are written from data, so that they cannot disagree with it.

use anyhow::{Context as _, bail};

use crate::problem::Problem;
use crate::repo::Repo;
use crate::tidy::{layers, requirements};

/// The map of crates, from `docs/layers.toml`.
const MAP: (&str, &str) = ("ARCHITECTURE.md", "crates");
/// The count of states, from the table below it in the same file.
const STATES: (&str, &str) = (requirements::FILE, "states");

pub fn write(repo: &Repo) -> anyhow::Result<()> {
    for (file, text) in fresh(repo)? {
        if repo.read(file)? != text {
            repo.write(file, &text)?;
            println!("已重写 {file}");
        }
    }
    Ok(())
}

pub fn check(repo: &Repo) -> anyhow::Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for (file, text) in fresh(repo)? {
        if repo.read(file)? != text {
            let what = "生成的段落已过时";
            problems.push(Problem::new(
                "generate",
                file,
                what,
                "运行 cargo xtask generate 并提交",
            ));
        }
    }
    Ok(problems)
}

/// Each generated file as it should be.
fn fresh(repo: &Repo) -> anyhow::Result<[(&'static str, String); 2]> {
    let table = layers::Table::parse(&repo.read(layers::FILE)?)?;
    let map = replaced(MAP, &repo.read(MAP.0)?, &crate_map(&table))?;
    let requirements = repo.read(STATES.0)?;
    let states = replaced(STATES, &requirements, &state_counts(&requirements))?;
    Ok([(MAP.0, map), (STATES.0, states)])
}

/// The text with the part between the two markers of that name replaced.
fn replaced((file, name): (&str, &str), text: &str, part: &str) -> anyhow::Result<String> {
    let begin = format!("<!-- generated: {name} -->\n");
    let end = format!("<!-- /generated: {name} -->");
    let at = text
        .find(&begin)
        .with_context(|| format!("{file} 缺 `{}`", begin.trim()))?;
    let after = at + begin.len();
    let Some(length) = text[after..].find(&end) else {
        bail!("{file} 缺 `{end}`")
    };
    Ok(format!(
        "{}\n{part}\n{}",
        &text[..after],
        &text[after + length..]
    ))
}

fn crate_map(table: &layers::Table) -> String {
    let mut out = String::from("| level | crate | holds | may import |\n|---|---|---|---|\n");
    for row in &table.rows {
        let may: Vec<&str> = row.may.iter().map(|m| short(m)).collect();
        let may = match (may.is_empty(), row.is_dev) {
            (false, _) => may.join(", "),
            (true, true) => "nothing of ours; nobody imports it".to_owned(),
            (true, false) => "nothing of ours".to_owned(),
        };
        let pure = if row.is_pure { " *(pure)*" } else { "" };
        let level = if row.is_dev { "dev" } else { &row.level };
        out.push_str(&format!(
            "| {level} | `{}`{pure} | {} | {may} |\n",
            row.folder, row.holds
        ));
    }
    out
}

fn short(name: &str) -> &str {
    name.strip_prefix("mingjing-").unwrap_or(name)
}

fn state_counts(requirements: &str) -> String {
    let rows = requirements::rows(requirements);
    let mut out = String::from("| | 已实现 | 部分 | 未开始 |\n|---|---|---|---|\n");
    for (letter, name) in [("R-", "需求"), ("S-", "系统")] {
        let count = |state: &str| {
            rows.iter()
                .filter(|r| r.number.starts_with(letter) && r.state == state)
                .count()
        };
        let [done, part, open] = ["已实现", "部分", "未开始"].map(count);
        out.push_str(&format!("| {name} | {done} | {part} | {open} |\n"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_marked_part_changes() {
        let text = "a\n<!-- generated: x -->\nold\n<!-- /generated: x -->\nb\n";
        let new = replaced(("f", "x"), text, "new\n").unwrap();
        assert_eq!(
            new,
            "a\n<!-- generated: x -->\n\nnew\n\n<!-- /generated: x -->\nb\n"
        );
        assert_eq!(replaced(("f", "x"), &new, "new\n").unwrap(), new);
    }

    #[test]
    fn a_missing_marker_is_an_error() {
        assert!(replaced(("f", "x"), "", "").is_err());
        assert!(replaced(("f", "x"), "<!-- generated: x -->\n", "").is_err());
    }

    #[test]
    fn states_are_counted_by_series() {
        let text = "| R-001 | t | M | 部分 | `a` |\n| R-002 | t | M | 未开始 | |\n| S-001 | t | M | 未开始 | |\n";
        let counts = state_counts(text);
        assert!(counts.contains("| 需求 | 0 | 1 | 1 |\n| 系统 | 0 | 0 | 1 |"));
    }

    #[test]
    fn the_map_names_levels_and_arrows() {
        let text = "[[crate]]\nname = 'mingjing-a'\nfolder = 'crates/a'\nlevel = '0'\npure = true\nholds = 'h'\n[[crate]]\nname = 'x'\nfolder = 'x'\nlevel = '9'\ndev = true\nholds = 'i'\n[[crate]]\nname = 'b'\nfolder = 'crates/b'\nlevel = '1'\nholds = 'j'\nmay = ['mingjing-a']\n";
        let map = crate_map(&layers::Table::parse(text).unwrap());
        assert!(map.contains("| 0 | `crates/a` *(pure)* | h | nothing of ours |"));
        assert!(map.contains("| dev | `x` | i | nothing of ours; nobody imports it |"));
        assert!(map.contains("| 1 | `crates/b` | j | a |"));
    }
}
