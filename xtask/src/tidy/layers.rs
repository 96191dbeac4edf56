//! The direction of dependencies: `docs/layers.toml` against `cargo metadata`.

use anyhow::{Context as _, bail};

use crate::licences::strings;
use crate::metadata::{Kind, Package};
use crate::problem::Problem;

pub const FILE: &str = "docs/layers.toml";

/// 层级表。
#[derive(Debug, Default)]
pub struct Table {
    pub rows: Vec<Row>,
    impure_dependencies: Vec<String>,
    /// A third-party package and the only crates of ours that may depend on it, in tests too.
    reserved: Vec<(String, Vec<String>)>,
}

/// 一个包在层级表里的一行。
#[derive(Debug)]
pub struct Row {
    pub name: String,
    pub folder: String,
    /// Compared as text: `0 < 1 < 2 < 2b < 3`.
    pub level: String,
    pub is_pure: bool,
    /// No floating point.
    pub is_exact: bool,
    pub is_dev: bool,
    pub holds: String,
    pub may: Vec<String>,
}

impl Table {
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let table: toml::Table = text
            .parse()
            .with_context(|| format!("{FILE} 不是合法的 TOML"))?;
        let mut rows = Vec::new();
        for value in table
            .get("crate")
            .and_then(|c| c.as_array())
            .into_iter()
            .flatten()
        {
            let row = value
                .as_table()
                .with_context(|| format!("{FILE} 的 crate 应为表"))?;
            rows.push(Row::parse(row)?);
        }
        if rows.is_empty() {
            bail!("{FILE} 没有一行 [[crate]]");
        }
        Ok(Self {
            rows,
            impure_dependencies: strings(&table, "impure_dependencies"),
            reserved: reserved(&table),
        })
    }

    fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.name == name)
    }
}

impl Row {
    fn parse(row: &toml::Table) -> anyhow::Result<Self> {
        let text = |key: &str| {
            let value = row.get(key).and_then(|v| v.as_str()).map(str::to_owned);
            value.with_context(|| format!("{FILE} 的一行 [[crate]] 缺 {key}"))
        };
        let flag = |key: &str| row.get(key).and_then(|v| v.as_bool()).unwrap_or(false);
        Ok(Self {
            name: text("name")?,
            folder: text("folder")?,
            level: text("level")?,
            is_pure: flag("pure"),
            is_exact: flag("exact"),
            is_dev: flag("dev"),
            holds: text("holds")?,
            may: strings(row, "may"),
        })
    }
}

fn reserved(table: &toml::Table) -> Vec<(String, Vec<String>)> {
    let reserved = table
        .get("reserved_dependencies")
        .and_then(|r| r.as_table());
    let names = |reserved: &toml::Table| {
        let keys = reserved.keys();
        keys.map(|key| (key.clone(), strings(reserved, key)))
            .collect()
    };
    reserved.map(names).unwrap_or_default()
}

pub fn check(table: &Table, packages: &[Package]) -> Vec<Problem> {
    let mut problems = table_problems(table, packages);
    for package in packages {
        match table.row(&package.name) {
            Some(row) => {
                problems.extend(arrow_problems(table, row, package));
                problems.extend(reserved_problems(table, row, package));
            }
            None => problems.push(Problem::new(
                "layers",
                FILE,
                format!("包 `{}` 没有一行", package.name),
                "补一行（层级、职责、可依赖谁），并在 ARCHITECTURE.md 说明它为何单独成包",
            )),
        }
    }
    problems
}

/// The table itself: no stale rows, no arrow upwards written into it.
fn table_problems(table: &Table, packages: &[Package]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for row in &table.rows {
        if !packages.iter().any(|p| p.name == row.name) {
            let what = format!("`{}` 在工作区里不存在", row.name);
            problems.push(Problem::new("layers", FILE, what, "删去这一行"));
        }
        for target in &row.may {
            let upwards = table
                .row(target)
                .is_none_or(|t| t.level > row.level || t.is_dev);
            if upwards {
                let what = format!(
                    "`{}`（第 {} 层）的 may 指向更高或不存在的 `{target}`",
                    row.name, row.level
                );
                problems.push(Problem::new(
                    "layers",
                    FILE,
                    what,
                    "箭头只许向下；把共用的部分移到低层",
                ));
            }
        }
    }
    problems
}

fn arrow_problems(table: &Table, row: &Row, package: &Package) -> Vec<Problem> {
    let mut problems = Vec::new();
    let counted = package.dependencies.iter().filter(|d| d.kind != Kind::Dev);
    for dependency in counted {
        let target = &dependency.name;
        let place = format!("{}/Cargo.toml", row.folder);
        if dependency.is_ours && table.row(target).is_some_and(|t| t.is_dev) {
            let what = format!("`{}` 依赖了只供开发的 `{target}`", row.name);
            problems.push(Problem::new(
                "layers",
                place,
                what,
                "移到 [dev-dependencies]",
            ));
        } else if dependency.is_ours && !row.may.contains(target) {
            let allowed = if row.may.is_empty() {
                "无".to_owned()
            } else {
                row.may.join("、")
            };
            let what = format!(
                "`{}`（第 {} 层）不得依赖 `{target}`；允许的只有：{allowed}",
                row.name, row.level
            );
            let remedy = "把共用的部分移到低层；确需新边的，先写 ADR 再改 docs/layers.toml";
            problems.push(Problem::new("layers", place, what, remedy));
        } else if !dependency.is_ours && row.is_pure && table.impure_dependencies.contains(target) {
            let what = format!("纯净包 `{}` 依赖了 `{target}`", row.name);
            problems.push(Problem::new(
                "layers",
                place,
                what,
                "由调用者把数据、时刻递进来",
            ));
        }
    }
    problems
}

fn reserved_problems(table: &Table, row: &Row, package: &Package) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (target, owners) in &table.reserved {
        let depends = package.dependencies.iter().any(|d| d.name == *target);
        if depends && !owners.contains(&package.name) {
            problems.push(Problem::new(
                "layers",
                format!("{}/Cargo.toml", row.folder),
                format!(
                    "`{}` 依赖了 `{target}`；只有 {} 可以",
                    row.name,
                    owners.join("、")
                ),
                "经由拥有它的那个包去做",
            ));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Dependency;

    const TABLE: &str = r#"
impure_dependencies = ["tokio"]
[reserved_dependencies]
sea-orm = ["high"]
[[crate]]
name = "low"
folder = "crates/low"
level = "0"
pure = true
holds = "x"
may = []
[[crate]]
name = "high"
folder = "crates/high"
level = "2b"
holds = "x"
may = ["low"]
[[crate]]
name = "tool"
folder = "tool"
level = "9"
dev = true
holds = "x"
"#;

    fn package(name: &str, dependencies: &[(&str, Kind, bool)]) -> Package {
        let dependencies = dependencies.iter().map(|(name, kind, is_ours)| Dependency {
            name: (*name).to_owned(),
            kind: *kind,
            is_ours: *is_ours,
        });
        Package {
            name: name.to_owned(),
            dependencies: dependencies.collect(),
            ..Package::default()
        }
    }

    fn run(low: &[(&str, Kind, bool)], high: &[(&str, Kind, bool)]) -> Vec<String> {
        let packages = [
            package("low", low),
            package("high", high),
            package("tool", &[]),
        ];
        let problems = check(&Table::parse(TABLE).unwrap(), &packages);
        problems.into_iter().map(|p| p.what).collect()
    }

    #[test]
    fn arrows_downwards_and_dev_arrows_pass() {
        let low = [
            ("high", Kind::Dev, true),
            ("tool", Kind::Dev, true),
            ("serde", Kind::Normal, false),
        ];
        let high = [("low", Kind::Normal, true), ("tokio", Kind::Normal, false)];
        assert!(run(&low, &high).is_empty());
    }

    #[test]
    fn an_arrow_upwards_names_both_and_the_allowed_list() {
        let found = run(&[("high", Kind::Normal, true)], &[]);
        assert_eq!(found, ["`low`（第 0 层）不得依赖 `high`；允许的只有：无"]);
        let found = run(&[("high", Kind::Build, true)], &[]);
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn dev_crates_stay_in_dev_dependencies() {
        let found = run(&[], &[("tool", Kind::Normal, true)]);
        assert_eq!(found, ["`high` 依赖了只供开发的 `tool`"]);
    }

    #[test]
    fn a_pure_crate_takes_no_impure_dependency() {
        assert_eq!(
            run(&[("tokio", Kind::Normal, false)], &[]),
            ["纯净包 `low` 依赖了 `tokio`"]
        );
    }

    #[test]
    fn a_reserved_dependency_stays_with_its_owner_in_tests_too() {
        let sea = ("sea-orm", Kind::Dev, false);
        assert_eq!(
            run(&[sea], &[sea]),
            ["`low` 依赖了 `sea-orm`；只有 high 可以"]
        );
    }

    #[test]
    fn a_crate_without_row_and_a_row_without_crate_fail() {
        let packages = [
            package("low", &[]),
            package("new", &[]),
            package("tool", &[]),
        ];
        let problems = check(&Table::parse(TABLE).unwrap(), &packages);
        let found: Vec<_> = problems.iter().map(|p| p.what.as_str()).collect();
        assert_eq!(found, ["`high` 在工作区里不存在", "包 `new` 没有一行"]);
    }

    #[test]
    fn the_table_itself_may_not_point_upwards() {
        let text = TABLE.replace("may = []", "may = [\"high\"]");
        let packages = [
            package("low", &[]),
            package("high", &[]),
            package("tool", &[]),
        ];
        let problems = check(&Table::parse(&text).unwrap(), &packages);
        assert_eq!(problems.len(), 1);
        assert!(problems[0].what.contains("更高或不存在的 `high`"));
    }
}
