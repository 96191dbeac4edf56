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

const NEEDS: [Need; 2] = [
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

/// Looks for everything, installs what is missing where it may, and lists what is missing still.
pub(crate) fn prepare(repo: &Repo) -> anyhow::Result<Vec<Problem>> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !(need.is_there)()).collect();
    if missing.is_empty() {
        println!("要用的系统程序都在");
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
