//! The demo: the sample list checked by the real binary, with a report to open.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};

use crate::metadata;
use crate::repo::Repo;

const CASES: &str = "demo/cases.jsonl";
/// Built with optimised crates of ours, so that the first run is fast and so is the build.
const PROFILE: &str = "demo";

pub fn run(repo: &Repo) -> anyhow::Result<ExitCode> {
    if !repo.root().join(CASES).is_file() {
        bail!("缺演示清单 {CASES}");
    }
    let binary = build(repo)?;
    let report = binary.with_file_name("report.html");
    // A report of an earlier run must not pass for this one's.
    if report.is_file() {
        std::fs::remove_file(&report)
            .with_context(|| format!("无法删去旧报告 {}", report.display()))?;
    }
    let mut check = std::process::Command::new(&binary);
    check
        .args(["check", CASES, "--report"])
        .arg(&report)
        .current_dir(repo.root());
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
        "\n报告已写好，用浏览器打开即可：{}（网页服务尚未开始，演示到此结束）",
        report.display()
    );
    Ok(ExitCode::SUCCESS)
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

fn build(repo: &Repo) -> anyhow::Result<PathBuf> {
    println!("构建 mingjing（{PROFILE} 配置）；首次约需几分钟 …");
    let args = ["build", "--package", "mingjing-cli", "--profile", PROFILE];
    let status = repo.status(&mut repo.cargo(&args))?;
    if !status.success() {
        bail!("构建失败，重复：cargo {}", args.join(" "));
    }
    let name = format!("mingjing{}", std::env::consts::EXE_SUFFIX);
    Ok(metadata::target_directory(repo)?.join(PROFILE).join(name))
}
