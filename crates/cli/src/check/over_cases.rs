//! 跨案的发现：一行一条，说出是哪一组、哪一期、数了哪些案件；JSON 一行一个对象。

use mingjing_domain::coverage::Coverage;
use mingjing_domain::finding::Status;
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::sets::{SetAssessment, SetResult};
use serde_json::{Value as Json, json};

/// 一条发现里列出的案件数；其余只计数。
const CASES_SHOWN: usize = 5;

/// 表里的各行，重的在前；无法判定的只计数。
pub(crate) fn lines(explainer: &Explainer<'_>, assessment: &SetAssessment) -> Vec<String> {
    let is_told = |r: &&SetResult| r.result.status.is_some_and(|s| s != Status::Undetermined);
    let mut told: Vec<&SetResult> = assessment.results.iter().filter(is_told).collect();
    told.sort_by_key(|r| std::cmp::Reverse(r.result.severity));
    told.into_iter()
        .map(|r| line(explainer, assessment, r))
        .collect()
}

/// 无法判定的条数。
pub(crate) fn undetermined(assessment: &SetAssessment) -> usize {
    let results = assessment.results.iter();
    let is_open = |r: &&SetResult| r.result.status == Some(Status::Undetermined);
    results.filter(is_open).count()
}

fn line(explainer: &Explainer<'_>, assessment: &SetAssessment, found: &SetResult) -> String {
    let result = &found.result;
    let status = result.status.map_or("", Status::name);
    let mut text = format!(
        "{} {} {} {}",
        result.severity,
        status,
        result.code,
        headline(explainer, assessment, found)
    );
    let keys: Vec<&str> = result.keys.values().map(String::as_str).collect();
    let about = keys.into_iter().chain(found.period.as_deref());
    let about: Vec<&str> = about.filter(|it| !it.is_empty()).collect();
    text.push_str(&format!("（{}）", about.join("，")));
    let shown: Vec<&str> = found
        .counted
        .iter()
        .take(CASES_SHOWN)
        .map(AsRef::as_ref)
        .collect();
    let rest = found.counted.len().saturating_sub(CASES_SHOWN);
    text.push_str(&format!(
        "；数了 {} 案：{}",
        found.counted.len(),
        shown.join("、")
    ));
    if rest > 0 {
        text.push_str(" 等");
    }
    if !found.not_counted.is_empty() {
        text.push_str(&format!("；{} 案没有数成", found.not_counted.len()));
    }
    text
}

fn headline(explainer: &Explainer<'_>, assessment: &SetAssessment, found: &SetResult) -> String {
    let timeline = Timeline {
        id: String::new(),
        procedure: None,
        events: Vec::new(),
        coverage: Coverage::Open,
        facts: Facts::default(),
    };
    explainer
        .case(&timeline, assessment.as_of)
        .headline(&found.result)
}

/// JSON 的行；含义见 `docs/cli.md`。
pub(crate) fn json(
    explainer: &Explainer<'_>,
    assessment: &SetAssessment,
    found: &SetResult,
) -> Json {
    let result = &found.result;
    let missing = |list: &[mingjing_domain::finding::Missing]| -> Vec<String> {
        list.iter().map(|m| explainer.missing(m)).collect()
    };
    json!({
        "type": "over_cases",
        "rule_id": result.code.as_ref(),
        "part": result.part,
        "keys": result.keys,
        "period": found.period,
        "status": result.status.map(Status::name),
        "severity": result.severity.name(),
        "headline": headline(explainer, assessment, found),
        "as_of": assessment.as_of.to_string(),
        "marks": result.marks.iter().map(|m| m.name()).collect::<Vec<_>>(),
        "missing": missing(&result.missing),
        "counted": found.counted.iter().map(AsRef::<str>::as_ref).collect::<Vec<_>>(),
        "not_counted": found.not_counted.iter().map(|it| json!({
            "case_id": it.case.as_ref(),
            "missing": missing(&it.missing),
        })).collect::<Vec<_>>(),
    })
}
