//! 启动与空闲：从运行到说已启动多久，空闲时占多少内存。

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

/// What is allocated at the start has settled by then.
const SETTLE: Duration = Duration::from_secs(5);

pub(crate) fn run(program: &Path, folder: &Path) -> anyhow::Result<()> {
    for what in ["第一次（建库、生成密钥）", "再一次"] {
        let started = Instant::now();
        let mut child = Command::new(program)
            .args(["serve", "--migrate"])
            .env("MINGJING_SERVER_LISTEN", "127.0.0.1:0")
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let out = child.stdout.take().context("stdout")?;
        let mut lines = BufReader::new(out).lines();
        let is_up = lines.any(|line| line.is_ok_and(|line| line.starts_with("明镜已启动")));
        ensure!(is_up, "没有启动起来");
        let took = started.elapsed().as_secs_f64();
        settle();
        let memory = resident(child.id())?;
        child.kill()?;
        child.wait()?;
        println!("启动，{what}：{took:.2} 秒；空闲 5 秒后驻留内存 {memory}");
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "idle is what is measured")]
fn settle() {
    std::thread::sleep(SETTLE);
}

fn resident(process: u32) -> anyhow::Result<String> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    Ok(line.context("no VmRSS")?.trim().to_owned())
}
