//! The demo: the sample list checked, then a platform with a believable jurisdiction; with `--once` it ends by itself.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, bail};

use crate::repo::Repo;
use crate::{metadata, web};

const CASES: &str = "demo/cases.jsonl";
/// Ready soon after a clone: only what is hot is optimised.
const PROFILE: &str = "demo";
/// In the target folder: removed with everything else that was built.
const WORLD: &str = "world";

/// Builds, checks the sample list and hands over to `mingjing demo`: until it is stopped, or once.
pub fn run(repo: &Repo, options: &[&str]) -> anyhow::Result<ExitCode> {
    let is_once = options.contains(&"--once");
    if !repo.root().join(CASES).is_file() {
        bail!("缺演示清单 {CASES}");
    }
    let binary = build(repo)?;
    check_sample(repo, &binary, is_once)?;
    let mut demo = Command::new(&binary);
    demo.args(["demo", "--data"])
        .arg(binary.with_file_name(WORLD))
        .args(options)
        .current_dir(repo.root());
    // Run once, it shows that a world can be made; one made earlier would not.
    if is_once && !options.contains(&"--reset") {
        demo.arg("--reset");
    }
    let status = repo.status(&mut demo)?;
    Ok(match status.success() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Checks the sample list; before a platform is served its findings stay in the report, they would push the accounts away.
fn check_sample(repo: &Repo, binary: &Path, is_told: bool) -> anyhow::Result<()> {
    let report = binary.with_file_name("report.html");
    // A report of an earlier run must not pass for this one's.
    if report.is_file() {
        std::fs::remove_file(&report)
            .with_context(|| format!("无法删去旧报告 {}", report.display()))?;
    }
    let mut check = Command::new(binary);
    check
        .args(["check", CASES, "--report"])
        .arg(&report)
        .current_dir(repo.root());
    if !is_told {
        check.stdout(Stdio::null());
    }
    let status = repo.status(&mut check)?;
    // 0: nothing found; 1: findings, which is what the sample list is for; 2: could not read it.
    match status.code() {
        Some(0 | 1) => {}
        _ => bail!("mingjing check 没有完成（{status}）"),
    }
    if !report.is_file() {
        bail!("mingjing check 没有写出报告 {}", report.display());
    }
    println!(
        "\n一、清单检查：{CASES} 已检查，报告用浏览器打开：{}\n二、平台：",
        report.display()
    );
    Ok(())
}

/// Runs the real lists of a folder; their rows stay where they are, only results are kept.
pub fn real_data(repo: &Repo, path: &str) -> anyhow::Result<ExitCode> {
    let folder = std::path::absolute(path).with_context(|| format!("路径 `{path}` 不可用"))?;
    if !folder.is_dir() {
        bail!("`{path}` 不是目录；请给出存放真实清单的目录");
    }
    let package = [
        "run",
        "--package",
        "mingjing-cli",
        "--profile",
        PROFILE,
        "--",
        "real-data",
    ];
    let status = repo.status(repo.cargo(&package).arg(folder))?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The program while the pages are made beside it, then once more with the pages in it: Node waits for nobody's compiler.
fn build(repo: &Repo) -> anyhow::Result<PathBuf> {
    println!("构建 mingjing（{PROFILE} 配置）与工作台的网页；首次约需十分钟，之后几秒 …");
    std::thread::scope(|scope| {
        let pages = scope.spawn(|| web::build(repo));
        compile(repo)?;
        match pages.join() {
            Ok(built) => built.context("工作台的网页没有构建成"),
            Err(_) => bail!("构建网页的线程中断了"),
        }
    })?;
    compile(repo)?;
    let name = format!("mingjing{}", std::env::consts::EXE_SUFFIX);
    Ok(metadata::target_directory(repo)?.join(PROFILE).join(name))
}

fn compile(repo: &Repo) -> anyhow::Result<()> {
    let args = ["build", "--package", "mingjing-cli", "--profile", PROFILE];
    let status = repo.status(&mut repo.cargo(&args))?;
    if !status.success() {
        bail!("构建失败，重复：cargo {}", args.join(" "));
    }
    Ok(())
}
