//! What `cargo metadata` says about the workspace and its dependencies.

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::repo::Repo;

/// 一个包。
#[derive(Debug, Clone, Default)]
pub struct Package {
    pub name: String,
    pub version: String,
    pub licence: Option<String>,
    /// `None` for a package of this workspace.
    pub source: Option<String>,
    pub dependencies: Vec<Dependency>,
}

/// 一条依赖声明。
#[derive(Debug, Clone)]
pub struct Dependency {
    pub name: String,
    pub kind: Kind,
    pub is_ours: bool,
}

/// 依赖种类。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Normal,
    Build,
    Dev,
}

/// The packages of the workspace only; reads manifests, needs no network.
pub fn workspace(repo: &Repo) -> anyhow::Result<Vec<Package>> {
    packages(&run(repo, &["--no-deps"])?)
}

/// Every package that a build for this machine would use.
pub fn resolved(repo: &Repo) -> anyhow::Result<Vec<Package>> {
    let host = host_triple()?;
    packages(&run(repo, &["--filter-platform", &host])?)
}

/// The folder that cargo builds into.
pub fn target_directory(repo: &Repo) -> anyhow::Result<std::path::PathBuf> {
    let value = run(repo, &["--no-deps"])?;
    let path = value["target_directory"]
        .as_str()
        .context("cargo metadata 没有 target_directory")?;
    Ok(path.into())
}

fn run(repo: &Repo, extra: &[&str]) -> anyhow::Result<Value> {
    let mut args = vec!["metadata", "--format-version", "1"];
    args.extend(extra);
    let output = repo
        .cargo(&args)
        .output()
        .context("无法启动 cargo metadata")?;
    if !output.status.success() {
        bail!(
            "cargo metadata 失败：{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    serde_json::from_slice(&output.stdout).context("cargo metadata 的输出不是 JSON")
}

fn host_triple() -> anyhow::Result<String> {
    let output = std::process::Command::new("rustc")
        .arg("-vV")
        .output()
        .context("无法启动 rustc")?;
    let text = String::from_utf8(output.stdout).context("rustc -vV 的输出不是 UTF-8")?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc -vV 没有 host 一行")?.to_owned())
}

fn packages(value: &Value) -> anyhow::Result<Vec<Package>> {
    let list = value["packages"]
        .as_array()
        .context("cargo metadata 没有 packages")?;
    Ok(list.iter().map(package).collect())
}

fn package(value: &Value) -> Package {
    let text = |key: &str| value[key].as_str().map(str::to_owned);
    let dependencies = value["dependencies"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    Package {
        name: text("name").unwrap_or_default(),
        version: text("version").unwrap_or_default(),
        licence: text("license"),
        source: text("source"),
        dependencies: dependencies.iter().map(dependency).collect(),
    }
}

fn dependency(value: &Value) -> Dependency {
    Dependency {
        name: value["name"].as_str().unwrap_or_default().to_owned(),
        kind: match value["kind"].as_str() {
            Some("dev") => Kind::Dev,
            Some("build") => Kind::Build,
            _ => Kind::Normal,
        },
        is_ours: value["source"].is_null(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_sources_are_read() {
        let value = serde_json::json!({ "packages": [{
            "name": "a", "version": "1.0.0", "license": "MIT", "source": null,
            "dependencies": [
                { "name": "b", "kind": null, "source": null },
                { "name": "c", "kind": "dev", "source": "registry+x" },
                { "name": "d", "kind": "build", "source": "registry+x" } ] }] });
        let read = packages(&value).unwrap();
        let kinds: Vec<_> = read[0]
            .dependencies
            .iter()
            .map(|d| (d.kind, d.is_ours))
            .collect();
        assert_eq!(
            kinds,
            [
                (Kind::Normal, true),
                (Kind::Dev, false),
                (Kind::Build, false)
            ]
        );
        assert_eq!(read[0].source, None);
    }
}
