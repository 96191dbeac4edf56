//! Repository rules as code. Each module holds one rule and its tests.

pub mod adr;
pub mod changelog;
pub mod dependencies;
pub mod floats;
pub mod layers;
pub mod links;
pub mod names;
pub mod purity;
pub mod requirements;
pub mod sizes;
pub mod terms;
pub mod words;

use crate::metadata;
use crate::problem::Problem;
use crate::repo::Repo;

/// Runs every rule and returns all problems, not only the first.
pub fn check(repo: &Repo) -> anyhow::Result<Vec<Problem>> {
    let tree = repo.tree()?;
    let table = layers::Table::parse(&repo.read(layers::FILE)?)?;
    let packages = metadata::workspace(repo)?;
    let mut problems = layers::check(&table, &packages);
    problems.extend(purity::check(&tree, &table));
    problems.extend(floats::check(&tree, &table));
    problems.extend(sizes::check(&tree));
    problems.extend(words::check(&tree));
    problems.extend(names::check(&tree));
    problems.extend(adr::check(&tree));
    problems.extend(links::check(&tree));
    problems.extend(requirements::check(&tree));
    problems.extend(dependencies::check(&tree, &packages));
    problems.extend(terms::check(&tree));
    problems.extend(changelog::check(&tree));
    Ok(problems)
}

/// A Chinese character of the unified block, which is where our terms are.
fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// The cells of a markdown table row, trimmed; `None` for other lines.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(str::trim).collect())
}
