//! 把法典的全部 TOML 文件写进程序：列出文件，生成一张 `include_str!` 的表，文件一改就重新构建。

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let crate_dir = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let root = crate_dir.join("../../lawbook").canonicalize()?;
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut table = String::from("&[\n");
    for file in &files {
        let name = relative(&root, file)?;
        let path = file.to_str().ok_or_else(|| not_utf8(file))?;
        let written = writeln!(table, "    ({name:?}, include_str!({path:?})),");
        written.map_err(io::Error::other)?;
    }
    table.push_str("]\n");
    let out = PathBuf::from(variable("OUT_DIR")?);
    fs::write(out.join("lawbook_files.rs"), table)?;
    println!(
        "cargo::rustc-env=EMBEDDED_LAWBOOK_VERSION={}",
        version(&root)?
    );
    Ok(())
}

fn variable(name: &str) -> io::Result<String> {
    std::env::var(name).map_err(|error| io::Error::other(format!("{name}: {error}")))
}

/// The files of the law; the planning catalogue is not part of it.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    // A folder is watched so that a new file is noticed.
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "catalogue") {
                collect(&path, files)?;
            }
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            println!("cargo::rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}

fn relative(root: &Path, file: &Path) -> io::Result<String> {
    let inner = file.strip_prefix(root).map_err(io::Error::other)?;
    let parts: Option<Vec<&str>> = inner.iter().map(|part| part.to_str()).collect();
    Ok(parts.ok_or_else(|| not_utf8(file))?.join("/"))
}

fn not_utf8(path: &Path) -> io::Error {
    io::Error::other(format!("file name is not UTF-8: {}", path.display()))
}

/// The version of the law stands on a line of its own in `lawbook.toml`.
fn version(root: &Path) -> io::Result<String> {
    let head = fs::read_to_string(root.join("lawbook.toml"))?;
    head.lines()
        .find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .map(str::to_owned)
        .ok_or_else(|| io::Error::other("lawbook.toml has no line `version = \"…\"`"))
}
