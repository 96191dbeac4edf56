//! 把 `web/dist` 里构建好的网页写进程序：列出文件，生成一张 `include_bytes!` 的表；没有构建过的，表是空的。
//!
//! No npm here: every `cargo check` would drag Node in. `cargo xtask web` builds, this only takes what is there.

use std::fmt::Write as _;
use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let crate_dir = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    // The folder itself is committed (with nothing but an ignore file), so that it can always be watched.
    let dist = crate_dir.join("../../web/dist").canonicalize()?;
    let mut files = Vec::new();
    collect(&dist, &mut files)?;
    files.sort();
    let out = PathBuf::from(variable("OUT_DIR")?);
    let mut table = String::from("&[\n");
    for (number, file) in files.iter().enumerate() {
        let name = relative(&dist, file)?;
        let bytes = match fs::read(file) {
            Ok(bytes) => bytes,
            // Being built anew this moment: the folder is watched, so this runs again.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let tag = tag(&bytes);
        // A copy: the pages may be built anew while the compiler reads.
        let copy = out.join(format!("page-{number}"));
        fs::write(&copy, bytes)?;
        let path = copy.to_str().ok_or_else(|| not_utf8(&copy))?;
        let line = writeln!(
            table,
            "    File {{ name: {name:?}, bytes: include_bytes!({path:?}), tag: {tag:?} }},"
        );
        line.map_err(io::Error::other)?;
    }
    table.push_str("]\n");
    fs::write(out.join("workbench_files.rs"), table)
}

fn variable(name: &str) -> io::Result<String> {
    std::env::var(name).map_err(|error| io::Error::other(format!("{name}: {error}")))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    // A folder is watched so that a new file is noticed.
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if is_hidden {
            continue;
        }
        if path.is_dir() {
            collect(&path, files)?;
        } else {
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

/// For entity tags only: the same bytes give the same tag, which is all they promise.
fn tag(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    format!("{:016x}", hasher.finish())
}
