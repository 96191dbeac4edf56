//! 系统的 openssl 命令：与外面的实现互相核对。

use std::path::Path;
use std::process::Command;

/// Runs `openssl` in the folder; whether it said yes.
pub(crate) fn run(folder: &Path, args: &[&str]) -> bool {
    let output = Command::new("openssl")
        .args(args)
        .current_dir(folder)
        .output();
    let output = output.unwrap_or_else(|e| {
        panic!("运行不了 openssl（{e}）：请安装 OpenSSL 3（Debian：apt-get install openssl）")
    });
    output.status.success()
}
