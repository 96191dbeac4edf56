//! 测试共用：法典文件夹的读取，最小法典加一条规则，短写的时间线。
#![allow(
    dead_code,
    reason = "each test target uses its own part of what is shared"
)]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use mingjing_domain::coverage::Coverage;
use mingjing_domain::timeline::Timeline;
use mingjing_lawbook::diagnostic::{Diagnostic, SourceFile};
use mingjing_lawbook::example::{facts_of, parse_event};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::load;

/// 随产品交付的法典所在的目录。
pub(crate) fn shipped_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lawbook")
}

/// 测试数据的目录。
pub(crate) fn data_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

/// 一个目录下的全部 TOML 文件，按路径排列。
pub(crate) fn files(base: &Path) -> Vec<SourceFile> {
    let mut found = Vec::new();
    collect(base, base, &mut found);
    found
}

fn collect(folder: &Path, base: &Path, found: &mut Vec<SourceFile>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder of a lawbook")
        .map(|e| e.expect("entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, base, found);
        } else if path.extension().is_some_and(|e| e == "toml") {
            let relative = path.strip_prefix(base).expect("below").to_string_lossy();
            let text = std::fs::read_to_string(&path).expect("text");
            found.push(SourceFile::new(relative.into_owned(), text));
        }
    }
}

/// 诊断写成一段。
pub(crate) fn report(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|d| format!("{d}\n")).collect()
}

/// 加载；有错误就失败。
pub(crate) fn load_all(files: &[SourceFile]) -> Lawbook {
    let loaded = load::load(files);
    assert!(
        loaded.diagnostics.is_empty(),
        "法典有 {} 个错误：\n{}",
        loaded.diagnostics.len(),
        report(&loaded.diagnostics)
    );
    loaded.lawbook.expect("a lawbook without errors")
}

/// 随产品交付的文件。
pub(crate) static SHIPPED_FILES: LazyLock<Vec<SourceFile>> =
    LazyLock::new(|| files(&shipped_folder()));

/// 随产品交付的法典。
pub(crate) static SHIPPED: LazyLock<Lawbook> = LazyLock::new(|| load_all(&SHIPPED_FILES));

/// 最小法典的文件。
pub(crate) fn minimal_files() -> Vec<SourceFile> {
    files(&data_folder().join("minimal"))
}

/// 最小法典的词汇，没有规则；换上 `changed` 里的文件。
pub(crate) fn minimal_with(changed: &[(&str, &str)]) -> Vec<SourceFile> {
    let mut files = minimal_files();
    files.retain(|f| {
        let path = f.path.as_ref();
        !path.starts_with("rules/")
            && !path.starts_with("procedures/")
            && path != "released.toml"
            && !changed.iter().any(|(p, _)| *p == path)
    });
    files.extend(
        changed
            .iter()
            .map(|(path, text)| SourceFile::new((*path).to_owned(), (*text).to_owned())),
    );
    files
}

/// 一个规则文件：头之后是各部分。
pub(crate) fn rule(code: &str, parts: &str) -> String {
    format!(
        "code = '{code}'\nname = '试'\nseverity = '违规'\nfrom = '2020-01-01'\ncite = ['甲法5']\n\
         what = '试'\nwhy = '试'\n{parts}"
    )
}

/// 短写的时间线，案卷完整。
pub(crate) fn timeline(lawbook: &Lawbook, events: &[&str]) -> Timeline {
    let vocabulary = &lawbook.book.vocabulary;
    let events = events
        .iter()
        .enumerate()
        .map(|(i, text)| parse_event(vocabulary, text, i).expect("an event"));
    Timeline {
        id: "试".to_owned(),
        procedure: None,
        events: events.collect(),
        coverage: Coverage::Closed,
        facts: facts_of(vocabulary, &std::collections::BTreeMap::new()),
    }
}
