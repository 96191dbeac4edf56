//! 随产品交付的法典：加载无误，全部示例成立。
use std::path::{Path, PathBuf};

use mingjing_lawbook::diagnostic::{Diagnostic, SourceFile};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::{example, load};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lawbook")
}

fn files(folder: &Path, found: &mut Vec<SourceFile>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("lawbook folder")
        .map(|e| e.expect("entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "toml") {
            let relative = path
                .strip_prefix(root())
                .expect("below the root")
                .to_string_lossy()
                .into_owned();
            found.push(SourceFile::new(
                relative,
                std::fs::read_to_string(&path).expect("text"),
            ));
        }
    }
}

fn report(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|d| format!("{d}\n")).collect()
}

fn loaded() -> Lawbook {
    let mut sources = Vec::new();
    files(&root(), &mut sources);
    let loaded = load::load(&sources);
    assert!(
        loaded.diagnostics.is_empty(),
        "法典有 {} 个错误：\n{}",
        loaded.diagnostics.len(),
        report(&loaded.diagnostics)
    );
    loaded.lawbook.expect("a lawbook without errors")
}

#[test]
fn the_shipped_lawbook_loads_and_every_example_holds() {
    let failures = example::test(&loaded());
    assert!(
        failures.is_empty(),
        "{} 个示例不成立：\n{}",
        failures.len(),
        report(&failures)
    );
}
