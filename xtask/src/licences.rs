//! Licences, sources and banned packages of everything a build uses, from `cargo metadata`.

use anyhow::Context as _;
use toml::Table;

use crate::metadata::{self, Package};
use crate::problem::Problem;
use crate::repo::Repo;
use crate::spdx::Expression;

const POLICY: &str = "xtask/deny.toml";

/// 许可政策：允许的许可、例外、来源与禁用的包。
#[derive(Debug, Default)]
struct Policy {
    licences: Vec<String>,
    exceptions: Vec<String>,
    sources: Vec<String>,
    bans: Vec<(String, String)>,
}

pub fn check(repo: &Repo) -> anyhow::Result<Vec<Problem>> {
    let policy = Policy::parse(&repo.read(POLICY)?)?;
    Ok(judge(&policy, &metadata::resolved(repo)?))
}

impl Policy {
    fn parse(text: &str) -> anyhow::Result<Self> {
        let table: Table = text
            .parse()
            .with_context(|| format!("{POLICY} 不是合法的 TOML"))?;
        let mut bans = Vec::new();
        for ban in table
            .get("ban")
            .and_then(|b| b.as_array())
            .into_iter()
            .flatten()
        {
            let field = |key: &str| {
                let value = ban.get(key).and_then(|v| v.as_str());
                value
                    .map(str::to_owned)
                    .with_context(|| format!("{POLICY} 的 [[ban]] 缺 {key}"))
            };
            bans.push((field("name")?, field("reason")?));
        }
        Ok(Self {
            licences: strings(&table, "allow"),
            exceptions: strings(&table, "allow_exceptions"),
            sources: strings(&table, "sources"),
            bans,
        })
    }
}

/// The strings of an array in a table; an absent key is an empty list.
pub fn strings(table: &Table, key: &str) -> Vec<String> {
    let list = table.get(key).and_then(|v| v.as_array());
    list.into_iter()
        .flatten()
        .filter_map(|v| v.as_str())
        .map(str::to_owned)
        .collect()
}

fn judge(policy: &Policy, packages: &[Package]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for package in packages {
        let place = format!("{} {}", package.name, package.version);
        let mut say = |what: String, remedy: &str| {
            problems.push(Problem::new("licences", place.clone(), what, remedy));
        };
        if let Some(source) = &package.source
            && !policy.sources.contains(source)
        {
            say(
                format!("来源 `{source}` 不在名单"),
                "改用默认注册表里的版本",
            );
        }
        if let Some((_, reason)) = policy.bans.iter().find(|(name, _)| *name == package.name) {
            say(
                format!("禁用的包（{reason}）"),
                "用 cargo tree -i 找到引入者，换掉或关掉它的特性",
            );
        }
        match package.licence.as_deref().map(Expression::parse) {
            None => say("没有写许可表达式".to_owned(), "换一个写明许可的包"),
            Some(Err(error)) => say(format!("许可表达式无法解析：{error}"), "核对该包的许可"),
            Some(Ok(e)) if e.allowed_by(&policy.licences, &policy.exceptions) => {}
            Some(Ok(_)) => {
                let licence = package.licence.as_deref().unwrap_or_default();
                say(
                    format!("许可 `{licence}` 不被允许"),
                    "换一个包；确需允许的，在 xtask/deny.toml 写明理由",
                );
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Policy {
        Policy::parse(
            "allow = ['MIT']\nsources = ['registry+main']\n[[ban]]\nname = 'bad'\nreason = '理由'\n",
        )
        .unwrap()
    }

    fn package(name: &str, licence: Option<&str>, source: Option<&str>) -> Package {
        Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: licence.map(str::to_owned),
            source: source.map(str::to_owned),
            dependencies: Vec::new(),
        }
    }

    #[test]
    fn permitted_packages_pass() {
        let packages = [
            package("a", Some("MIT OR GPL-3.0-only"), Some("registry+main")),
            package("ours", Some("MIT"), None),
        ];
        assert_eq!(judge(&policy(), &packages), []);
    }

    #[test]
    fn licence_source_and_ban_are_each_reported() {
        let packages = [
            package("a", Some("GPL-3.0-only"), Some("registry+main")),
            package("b", None, Some("registry+main")),
            package("c", Some("MIT"), Some("git+elsewhere")),
            package("bad", Some("MIT"), Some("registry+main")),
            package("d", Some("MIT AND"), Some("registry+main")),
        ];
        let problems = judge(&policy(), &packages);
        let places: Vec<_> = problems.iter().map(|p| p.place.as_str()).collect();
        assert_eq!(
            places,
            ["a 1.0.0", "b 1.0.0", "c 1.0.0", "bad 1.0.0", "d 1.0.0"]
        );
    }

    #[test]
    fn a_ban_without_reason_is_refused() {
        assert!(Policy::parse("[[ban]]\nname = 'x'\n").is_err());
    }

    #[test]
    fn the_committed_policy_is_read() {
        let policy = Policy::parse(include_str!("../deny.toml")).unwrap();
        assert!(policy.licences.contains(&"Apache-2.0".to_owned()));
        assert!(!policy.bans.is_empty());
        assert_eq!(policy.sources.len(), 1);
    }
}
