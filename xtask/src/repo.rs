//! The checkout: its root, its files, and commands run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use anyhow::{Context as _, bail};

use crate::tree::Tree;

/// 本仓库的检出目录。
#[derive(Debug)]
pub struct Repo {
    root: PathBuf,
}

impl Repo {
    /// The folder above the manifest that cargo runs, else the nearest one with `docs/layers.toml`.
    pub fn find() -> anyhow::Result<Self> {
        let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
            Some(manifest) => PathBuf::from(manifest),
            None => std::env::current_dir().context("无法取得当前目录")?,
        };
        for folder in start.ancestors() {
            if folder.join("docs/layers.toml").is_file() && folder.join("Cargo.toml").is_file() {
                return Ok(Self {
                    root: folder.to_owned(),
                });
            }
        }
        bail!(
            "在 {} 及其上级找不到仓库根目录（应含 docs/layers.toml）",
            start.display()
        )
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn tree(&self) -> anyhow::Result<Tree> {
        Tree::of_repository(&self.root)
    }

    /// The text of a file that must be there.
    pub fn read(&self, path: &str) -> anyhow::Result<String> {
        std::fs::read_to_string(self.root.join(path)).with_context(|| format!("无法读取 {path}"))
    }

    pub fn write(&self, path: &str, text: &str) -> anyhow::Result<()> {
        std::fs::write(self.root.join(path), text).with_context(|| format!("无法写入 {path}"))
    }

    /// Cargo of the toolchain that runs us, started at the root.
    pub fn cargo(&self, args: &[&str]) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(args).current_dir(&self.root);
        command
    }

    /// Runs a command with our own output and returns how it ended.
    pub fn status(&self, command: &mut Command) -> anyhow::Result<ExitStatus> {
        command
            .status()
            .with_context(|| format!("无法启动 {:?}", command.get_program()))
    }
}
