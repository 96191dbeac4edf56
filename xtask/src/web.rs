//! The workbench's pages: packages installed when the lock changed, built when anything changed, checked in CI.
//! Node does the work, this decides what is needed; nothing of it happens in a `build.rs`.

use std::hash::{DefaultHasher, Hasher as _};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::repo::Repo;

const FOLDER: &str = "web";
const DOCUMENT: &str = "docs/openapi.json";
/// What the installed packages and the built pages were made from; both folders are not in git.
const INSTALLED: &str = "web/node_modules/.mingjing-lock";
const BUILT: &str = "web/dist/.mingjing-built";
/// Not what the pages are made from: installed, built, generated, or tests in the browser and what they leave.
const NOT_SOURCES: [&str; 5] = ["node_modules", "dist", "schema.d.ts", "e2e", "test-results"];
/// The oldest of each line that the build tool runs on; later lines all do.
const NODE_MIN: [(u32, u32); 2] = [(20, 19), (22, 12)];

/// Installs and builds what is not up to date.
pub(crate) fn build(repo: &Repo) -> anyhow::Result<()> {
    install(repo)?;
    let sources = sources(repo)?;
    if holds(repo, BUILT, &sources) && repo.root().join("web/dist/index.html").is_file() {
        println!("工作台没有变动，不必重新构建");
        return Ok(());
    }
    npm(repo, &["run", "build"])?;
    repo.write(BUILT, &sources)
}

/// Lint and format, types, unit tests, the build and its size.
pub(crate) fn check(repo: &Repo) -> anyhow::Result<Vec<Command>> {
    install(repo)?;
    let run = |script: &str| npm_command(repo, &["run", "--silent", script]);
    Ok(vec![run("gen:api"), run("check")])
}

/// After the build: no page is too heavy.
pub(crate) fn budget(repo: &Repo) -> Command {
    npm_command(repo, &["run", "--silent", "budget"])
}

/// The tests in the browser, on that binary.
pub(crate) fn browser(repo: &Repo, binary: &Path) -> Command {
    let mut command = npm_command(repo, &["run", "--silent", "browser"]);
    command.env("E2E_BINARY", binary);
    command
}

fn install(repo: &Repo) -> anyhow::Result<()> {
    node_is_there()?;
    let lock = hash(&[
        repo.read("web/package-lock.json")?.as_bytes(),
        repo.read("web/package.json")?.as_bytes(),
    ]);
    if holds(repo, INSTALLED, &lock) {
        return Ok(());
    }
    println!("安装网页的依赖（npm ci）…");
    npm(repo, &["ci", "--no-audit", "--no-fund"])?;
    repo.write(INSTALLED, &lock)
}

fn node_is_there() -> anyhow::Result<()> {
    let asked = Command::new("node").arg("--version").output();
    let told = asked
        .ok()
        .map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned());
    match told {
        Some(version) if is_new_enough(&version) => Ok(()),
        Some(version) => {
            bail!("Node {version} 太旧：请装 20.19 或更新的版本（https://nodejs.org）")
        }
        None => bail!("没有 Node：请装 20.19 或更新的版本（https://nodejs.org），连同 npm"),
    }
}

/// `v20.19.0` → yes.
fn is_new_enough(version: &str) -> bool {
    let mut parts = version
        .trim_start_matches('v')
        .split('.')
        .map(str::parse::<u32>);
    let (Some(Ok(major)), Some(Ok(minor))) = (parts.next(), parts.next()) else {
        return false;
    };
    let newest = NODE_MIN[NODE_MIN.len() - 1].0;
    major > newest
        || NODE_MIN
            .iter()
            .any(|&(line, least)| major == line && minor >= least)
}

fn npm_command(repo: &Repo, arguments: &[&str]) -> Command {
    let name = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut command = Command::new(name);
    command
        .args(arguments)
        .current_dir(repo.root().join(FOLDER))
        .env("NO_COLOR", "1")
        // The browser is the system's: none is fetched.
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .stdin(Stdio::null());
    command
}

fn npm(repo: &Repo, arguments: &[&str]) -> anyhow::Result<()> {
    let status = repo.status(&mut npm_command(repo, arguments))?;
    if !status.success() {
        bail!("没有成功：在 {FOLDER}/ 里运行 npm {}", arguments.join(" "));
    }
    Ok(())
}

fn holds(repo: &Repo, stamp: &str, expected: &str) -> bool {
    std::fs::read_to_string(repo.root().join(stamp)).is_ok_and(|held| held == expected)
}

/// One hash over the interface document and every source, with its name.
fn sources(repo: &Repo) -> anyhow::Result<String> {
    let mut files = Vec::new();
    collect(&repo.root().join(FOLDER), &mut files)?;
    files.sort();
    let mut parts = vec![repo.read(DOCUMENT)?.into_bytes()];
    for file in files {
        parts.push(file.as_os_str().as_encoded_bytes().to_vec());
        parts.push(std::fs::read(&file).with_context(|| format!("无法读取 {}", file.display()))?);
    }
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    Ok(hash(&parts))
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) -> anyhow::Result<()> {
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("无法读取 {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        if NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// Tells apart what changed, against nobody's will: no cryptographic hash is needed.
fn hash(parts: &[&[u8]]) -> String {
    let mut hasher = DefaultHasher::new();
    for part in parts {
        hasher.write_usize(part.len());
        hasher.write(part);
    }
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_is_new_enough_from_the_least_of_its_line() {
        for (version, expected) in [
            ("v20.19.0", true),
            ("v20.18.3", false),
            ("v21.7.0", false),
            ("v22.12.0", true),
            ("v22.11.0", false),
            ("v23.0.0", true),
            ("v18.20.0", false),
            ("", false),
        ] {
            assert_eq!(is_new_enough(version), expected, "{version}");
        }
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(hash(&[b"ab", b"c"]), hash(&[b"a", b"bc"]));
    }
}
