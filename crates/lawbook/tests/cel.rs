//! 条件语言的三值：`data/cel/*.toml` 的每一行在最小法典上求值。
//!
//! Each line is judged by a `must` part, so that what is tested is what the rules get.

mod support;

use std::collections::BTreeMap;

use mingjing_domain::coverage::Coverage;
use mingjing_domain::finding::Outcome;
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_lawbook::assess::{Options, assess};
use mingjing_lawbook::diagnostic::Diagnostic;
use mingjing_lawbook::example::{facts_of, parse_event};
use mingjing_lawbook::load::{Loaded, load};
use serde::Deserialize;
use support::{data_folder, files, minimal_with};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

/// 一行：条件、材料与应得的值，或应报的错误。
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    expr: String,
    /// `e` 是哪个事件；没有则案件级。
    on: Option<String>,
    #[serde(default)]
    by: Vec<String>,
    #[serde(default)]
    events: Vec<String>,
    #[serde(default)]
    facts: BTreeMap<String, toml::Value>,
    coverage: Option<toml::Value>,
    /// true、false、unknown。
    is: Option<String>,
    /// 未知时须列出的缺失。
    #[serde(default)]
    missing: Vec<String>,
    /// 加载时应报的错误的一部分。
    error: Option<String>,
}

/// 最小法典的词汇，加上一条以 `case` 为要求的规则；规则文件之外的都在。
fn with_rule(case: &Case) -> Loaded {
    let by: Vec<String> = case.by.iter().map(|key| format!("'{key}'")).collect();
    let rule = format!(
        "code = 'T'\nname = '试'\nseverity = '提示'\nfrom = '2020-01-01'\ncite = ['甲法5']\nwhat = '试'\nwhy = '试'\n\
         [[part]]\nform = 'must'\non = '{}'\nby = [{}]\nthat = '''{}'''\n",
        case.on.as_deref().unwrap_or("case"),
        by.join(", "),
        case.expr
    );
    load(&minimal_with(&[("rules/t.toml", &rule)]))
}

fn coverage(case: &Case) -> Coverage {
    match &case.coverage {
        None => Coverage::Closed,
        Some(toml::Value::String(text)) if text == "open" => Coverage::Open,
        Some(toml::Value::Array(kinds)) => {
            Coverage::of_kinds(kinds.iter().filter_map(toml::Value::as_str))
        }
        Some(other) => panic!("coverage = {other}"),
    }
}

fn value(node: &toml::Value) -> Value {
    match node {
        toml::Value::String(text) => Value::Text(text.clone()),
        toml::Value::Integer(n) => Value::Int(*n),
        toml::Value::Boolean(b) => Value::Bool(*b),
        toml::Value::Array(items) => Value::List(items.iter().map(value).collect()),
        toml::Value::Table(table) => {
            Value::Record(table.iter().map(|(k, v)| (k.clone(), value(v))).collect())
        }
        other => panic!("{other} 不是事实的值"),
    }
}

/// 求值：真、假，或未知与缺失。
fn evaluate(case: &Case) -> Result<(String, Vec<String>), Vec<Diagnostic>> {
    let loaded = with_rule(case);
    let Some(lawbook) = loaded.lawbook.filter(|_| loaded.diagnostics.is_empty()) else {
        return Err(loaded.diagnostics);
    };
    let vocabulary = &lawbook.book.vocabulary;
    let events = case.events.iter().enumerate().map(|(i, text)| {
        parse_event(vocabulary, text, i).unwrap_or_else(|e| panic!("{text}：{e}"))
    });
    let facts = case
        .facts
        .iter()
        .map(|(k, v)| (k.clone(), value(v)))
        .collect();
    let timeline = Timeline {
        id: "试".to_owned(),
        procedure: None,
        events: events.collect(),
        coverage: coverage(case),
        facts: facts_of(vocabulary, &facts),
    };
    let options = Options {
        as_of: Some(Date::parse_iso("2024-06-28").expect("a date")),
        keep_all: true,
        ..Options::default()
    };
    let assessment = assess(&lawbook, &timeline, &options);
    // With several triggers the last one speaks.
    let Some(result) = assessment.results.last() else {
        panic!("{}：没有结果", case.expr);
    };
    let missing = result.missing.iter().map(|m| m.what.to_string()).collect();
    let word = match result.outcome {
        Outcome::Pass => "true",
        Outcome::Violation => "false",
        Outcome::Undetermined => "unknown",
        Outcome::NotApplicable => "not_applicable",
    };
    Ok((word.to_owned(), missing))
}

fn check(case: &Case) -> Result<(), String> {
    match (evaluate(case), &case.is, &case.error) {
        (Ok((word, missing)), Some(expected), None) => {
            let lacks = case.missing.iter().find(|m| !missing.contains(m));
            if &word != expected {
                Err(format!("应为 {expected}，得到 {word}（缺 {missing:?}）"))
            } else if let Some(lacks) = lacks {
                Err(format!("应缺 {lacks}，只缺 {missing:?}"))
            } else {
                Ok(())
            }
        }
        (Err(found), None, Some(expected)) => {
            if found.iter().any(|d| d.message.contains(expected)) {
                Ok(())
            } else {
                Err(format!("应报“{expected}”，报了 {found:#?}"))
            }
        }
        (Ok((word, _)), None, Some(expected)) => Err(format!("应报“{expected}”，得到 {word}")),
        (Err(found), Some(_), None) => Err(format!("不能加载：{found:#?}")),
        _ => Err("须写 is 或 error 之一".to_owned()),
    }
}

#[test]
fn every_condition_has_its_value() {
    let mut failures = Vec::new();
    for file in files(&data_folder().join("cel")) {
        let cases: Cases =
            toml::from_str(&file.text).unwrap_or_else(|e| panic!("{}：{e}", file.path));
        for case in cases.case {
            if let Err(reason) = check(&case) {
                failures.push(format!("{}：{}\n    {reason}", file.path, case.expr));
            }
        }
    }
    assert!(
        failures.is_empty(),
        "{} 处：\n{}",
        failures.len(),
        failures.join("\n")
    );
}
