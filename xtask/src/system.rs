//! What the tests need from the system besides Rust: looked for, and installed where the system's own package manager
//! may do so. Nothing is installed silently: every command is printed before it runs.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::problem::Problem;
use crate::repo::Repo;

/// 系统里要有的一件东西。
struct Need {
    /// What it is for, told when it is missing.
    what: &'static str,
    /// Debian's package.
    package: &'static str,
    is_there: fn() -> bool,
}

const FOR_TESTS: [Need; 2] = [
    Need {
        what: "PostgreSQL 的服务器程序（存储的测试在两种库上各跑一遍）",
        package: "postgresql",
        is_there: has_postgres_server,
    },
    Need {
        what: "openssl 命令（签名与外面的实现互相核对）",
        package: "openssl",
        is_there: has_openssl,
    },
];

const FOR_BROWSER: [Need; 2] = [
    Need {
        what: "浏览器 Chromium（浏览器测试）",
        package: "chromium",
        is_there: has_chromium,
    },
    Need {
        what: "中文字体（浏览器里量得出字的大小与对比）",
        package: "fonts-noto-cjk",
        is_there: has_chinese_font,
    },
];

/// Everything that the steps need.
pub(crate) fn prepare(repo: &Repo) -> anyhow::Result<Vec<Problem>> {
    let mut problems = prepare_all(repo, &FOR_TESTS)?;
    problems.extend(prepare_for_browser(repo)?);
    Ok(problems)
}

/// What the tests in the browser need: the step may be done alone.
pub(crate) fn prepare_for_browser(repo: &Repo) -> anyhow::Result<Vec<Problem>> {
    prepare_all(repo, &FOR_BROWSER)
}

/// Looks for all of them, installs what is missing where it may, and lists what is missing still.
fn prepare_all(repo: &Repo, needs: &[Need]) -> anyhow::Result<Vec<Problem>> {
    let missing: Vec<&Need> = needs.iter().filter(|need| !(need.is_there)()).collect();
    if missing.is_empty() {
        let packages: Vec<&str> = needs.iter().map(|need| need.package).collect();
        println!("要用的系统程序都在：{}", packages.join("、"));
        return Ok(Vec::new());
    }
    if can_install() {
        let packages: Vec<&str> = missing.iter().map(|need| need.package).collect();
        let install = ["install", "-y", "--no-install-recommends"];
        for arguments in [vec!["update"], [&install[..], &packages[..]].concat()] {
            println!("缺系统程序，运行：apt-get {}", arguments.join(" "));
            let mut apt = Command::new("apt-get");
            apt.args(&arguments)
                .env("DEBIAN_FRONTEND", "noninteractive")
                .stdin(Stdio::null());
            // A failed update may still leave an index that serves; what counts is looked at below.
            repo.status(&mut apt)?;
        }
    }
    let still = missing.into_iter().filter(|need| !(need.is_there)());
    Ok(still.map(problem).collect())
}

fn problem(need: &Need) -> Problem {
    Problem::new(
        "system",
        need.package,
        format!("没有 {}", need.what),
        format!("安装它（Debian：apt-get install {}）", need.package),
    )
}

/// Root on a system with apt.
fn can_install() -> bool {
    let id = Command::new("id").arg("-u").output();
    let is_root = id.is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    is_root && Path::new("/usr/bin/apt-get").is_file()
}

/// Debian keeps the server's programs outside `PATH`, a folder for each version.
fn has_postgres_server() -> bool {
    std::fs::read_dir("/usr/lib/postgresql").is_ok_and(|mut versions| {
        versions.any(|entry| entry.is_ok_and(|e| e.path().join("bin/initdb").is_file()))
    })
}

fn has_openssl() -> bool {
    let mut version = Command::new("openssl");
    version
        .arg("version")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    version.status().is_ok_and(|status| status.success())
}

/// The place that `web/e2e/playwright.config.ts` looks at.
fn has_chromium() -> bool {
    std::env::var_os("E2E_CHROMIUM").is_some() || Path::new("/usr/bin/chromium").is_file()
}

/// Any font will do that has the characters; without one every word is a row of boxes.
fn has_chinese_font() -> bool {
    if Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").is_file() {
        return true;
    }
    let listed = Command::new("fc-list").arg(":lang=zh-cn").output();
    listed.is_ok_and(|output| !output.stdout.trim_ascii().is_empty())
}
