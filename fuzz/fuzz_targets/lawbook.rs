//! What the lawbook targets share: the minimal lawbook of the tests and the shipped one.

use std::path::Path;
use std::sync::LazyLock;

use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::load;

fn collect(folder: &Path, base: &Path, found: &mut Vec<SourceFile>) {
    let entries = std::fs::read_dir(folder).expect("folder");
    let mut paths: Vec<_> = entries.map(|e| e.expect("entry").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, base, found);
        } else if path.extension().is_some_and(|e| e == "toml") {
            let relative = path.strip_prefix(base).expect("below").to_string_lossy();
            let text = std::fs::read_to_string(&path).expect("text");
            found.push(SourceFile::new(relative.into_owned(), text));
        }
    }
}

pub fn files(folder: &str) -> Vec<SourceFile> {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    collect(&base, &base, &mut found);
    found
}

#[allow(dead_code, reason = "not every target needs it")]
pub static MINIMAL: LazyLock<Vec<SourceFile>> =
    LazyLock::new(|| files("../crates/lawbook/tests/data/minimal"));

#[allow(dead_code, reason = "not every target needs it")]
pub static SHIPPED: LazyLock<Lawbook> =
    LazyLock::new(|| load::load(&files("../lawbook")).lawbook.expect("the shipped lawbook"));
