//! 写作指南的例子：`examples/local-regulation` 照指南的步骤拼到随程序带的法典上，检查无误，例子全部成立。

mod support;

use std::path::{Path, PathBuf};

use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::example;
use mingjing_lawbook::rule::RuleStatus;
use serde::Deserialize;
use support::{SHIPPED_FILES, files, load_all, report};

/// 要改的已有文件。
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edits {
    edit: Vec<Edit>,
}

/// 把 `find`（恰有一处）换成 `with`。
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    file: String,
    find: String,
    with: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/local-regulation")
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}：{e}", path.display()))
}

/// 拼好的法典：新文件盖上去，已有的文件照 `edits.toml` 改。
fn assembled() -> Vec<SourceFile> {
    let added = files(&folder().join("lawbook"));
    let mut all = SHIPPED_FILES.clone();
    for file in &added {
        let is_new = all.iter().all(|f| f.path != file.path);
        assert!(is_new, "{} 与随程序带的文件重名", file.path);
    }
    all.extend(added);
    let edits: Edits = toml::from_str(&text(&folder().join("edits.toml"))).expect("edits.toml");
    for Edit { file, find, with } in edits.edit {
        let known = all.iter_mut().find(|f| f.path.as_ref() == file);
        let known = known.unwrap_or_else(|| panic!("法典没有 {file}"));
        let count = known.text.matches(&find).count();
        assert_eq!(count, 1, "{file} 中应恰有一处 {find}");
        *known = SourceFile::new(file, known.text.replace(&find, &with));
    }
    all
}

#[test]
fn the_example_of_the_guide_loads_and_its_examples_hold() {
    let lawbook = load_all(&assembled());
    let failures = example::test(&lawbook);
    assert!(
        failures.is_empty(),
        "{} 个示例不成立：\n{}",
        failures.len(),
        report(&failures)
    );
    let own = |code: &str| lawbook.rule(code).map(|r| r.status);
    for code in ["YX-FEEDBACK", "YX-CALM", "YX-GUIDE", "YX-TEAM", "YX-FORM"] {
        assert_eq!(own(code), Some(RuleStatus::Stable), "{code}");
    }
    assert_eq!(own("YX-QUIET"), Some(RuleStatus::Trial));
}

/// The guide quotes the files: a quotation that no longer stands in them is told.
#[test]
fn what_the_guide_quotes_stands_in_the_files() {
    let guide = text(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/lawbook-guide.md"));
    let assembled = assembled();
    let mut quoted = 0;
    for block in guide.split("```toml\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default();
        let lines = || block.lines().map(str::trim).filter(|l| !l.is_empty());
        let holds = |f: &SourceFile| lines().all(|l| f.text.lines().any(|t| t.trim() == l));
        assert!(
            assembled.iter().any(holds),
            "指南引的这一段不在任何一个文件里：\n{block}"
        );
        quoted += 1;
    }
    assert!(quoted >= 6, "指南只引了 {quoted} 段");
}
