//! 每个错误编码都真的会报：位置、说明、提示，一次报全。
//!
//! `data/minimal/` is a lawbook without errors; each case of `data/diagnostics/*.toml` spoils one thing in it.

mod support;

use std::collections::BTreeSet;

use mingjing_lawbook::diagnostic::{Diagnostic, SourceFile};
use mingjing_lawbook::{discretion, example, load};
use serde::Deserialize;
use support::{data_folder, files, minimal_files};

/// 一个用例文件。
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

/// 一处改坏与应报的全部错误。
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    what: String,
    /// 改哪个文件。
    file: String,
    /// 换掉的文字与换成的文字；没有则 `text` 为整个文件。
    replace: Option<[String; 2]>,
    /// 整个文件（新文件或替换）。
    text: Option<String>,
    /// 接在文件末尾的文字。
    append: Option<String>,
    /// 删去文件。
    #[serde(default)]
    remove: bool,
    /// 文字与遍数：改成的文字里的 `@@` 换成它重复那么多遍，用于超限。
    many: Option<(String, usize)>,
    /// 应报的错误，不多不少：`文件:行:列 编码 说明的一部分`，列可写 `*`。
    expect: Vec<String>,
}

/// 加载；没有错误时再跑示例。文件分几份读的，报的错误一样。
fn diagnose(files: &[SourceFile]) -> Vec<Diagnostic> {
    let loaded = load::load(files);
    let in_parts = load::load_parsed(files.chunks(3).map(load::parse));
    assert_eq!(in_parts.diagnostics, loaded.diagnostics);
    match loaded.lawbook {
        Some(lawbook) if loaded.diagnostics.is_empty() => {
            let mut failures = example::test(&lawbook);
            failures.extend(discretion::example::test(&lawbook));
            failures
        }
        _ => loaded.diagnostics,
    }
}

/// 最小法典，加上一个裁量事项与它所需的。
fn with_discretion() -> Vec<SourceFile> {
    let added = files(&data_folder().join("discretion"));
    let mut files = minimal_files();
    files.retain(|f| !added.iter().any(|a| a.path == f.path));
    files.extend(added);
    files
}

fn spoil(case: &Case) -> Vec<SourceFile> {
    let mut files = if case.file.starts_with("discretion/") {
        with_discretion()
    } else {
        minimal_files()
    };
    let old = files
        .iter()
        .find(|f| f.path.as_ref() == case.file)
        .map(|f| f.text.to_string());
    files.retain(|f| f.path.as_ref() != case.file);
    if case.remove {
        return files;
    }
    let mut text = case.text.clone().or(old).unwrap_or_default();
    if let Some([from, to]) = &case.replace {
        assert_eq!(
            text.matches(from.as_str()).count(),
            1,
            "{}：“{from}”须恰好出现一次",
            case.what
        );
        text = text.replace(from.as_str(), to);
    }
    if let Some(tail) = &case.append {
        text.push_str(tail);
    }
    if let Some((once, times)) = &case.many {
        text = text.replace("@@", &once.repeat(*times));
    }
    files.push(SourceFile::new(case.file.as_str(), text));
    files
}

/// `文件:行:列 编码 …一部分…` 是否说的是这条错误。
fn says(expected: &str, found: &Diagnostic) -> bool {
    let mut words = expected.splitn(3, ' ');
    let (place, code, part) = (words.next(), words.next(), words.next().unwrap_or(""));
    let mut place = place.unwrap_or("").split(':');
    let is_number = |text: Option<&str>, number: usize| {
        text.is_some_and(|t| t == "*" || t.parse() == Ok(number))
    };
    place.next() == Some(&found.file)
        && is_number(place.next(), found.line)
        && is_number(place.next(), found.column)
        && code == Some(found.code.name())
        && found.to_string().contains(part)
}

fn cases() -> Vec<(String, Case)> {
    files(&data_folder().join("diagnostics"))
        .iter()
        .flat_map(|file| {
            let cases: Cases =
                toml::from_str(&file.text).unwrap_or_else(|e| panic!("{}：{e}", file.path));
            let path = file.path.to_string();
            cases.case.into_iter().map(move |case| (path.clone(), case))
        })
        .collect()
}

#[test]
fn the_minimal_lawbook_is_without_errors() {
    for files in [minimal_files(), with_discretion()] {
        let found = diagnose(&files);
        assert!(found.is_empty(), "{found:#?}");
    }
}

#[test]
fn every_spoilt_lawbook_is_reported_as_expected() {
    let mut failures = Vec::new();
    for (file, case) in cases() {
        let found = diagnose(&spoil(&case));
        let is_missing = case
            .expect
            .iter()
            .any(|e| !found.iter().any(|d| says(e, d)));
        let is_surplus = found
            .iter()
            .any(|d| !case.expect.iter().any(|e| says(e, d)));
        if is_missing || is_surplus || found.is_empty() {
            let got: Vec<String> = found.iter().map(|d| format!("    {d}")).collect();
            failures.push(format!(
                "{file}“{}”\n  应为\n    {}\n  得到\n{}",
                case.what,
                case.expect.join("\n    "),
                got.join("\n")
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_code_has_a_case() {
    let seen: BTreeSet<String> = cases()
        .iter()
        .flat_map(|(_, case)| case.expect.clone())
        .filter_map(|e| e.split(' ').nth(1).map(str::to_owned))
        .collect();
    let all: BTreeSet<String> = (1..=17).map(|n| format!("LB{n:02}")).collect();
    assert_eq!(seen, all);
}
