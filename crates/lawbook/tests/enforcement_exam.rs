//! 资格考试题库里可由机器核对的题：回答它的示例都在法典里，答案与来源的一致或者说明为什么不一致。
//!
//! The examples themselves are run by `lawbook.rs`; here the list in `docs/real-data` is held to them.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use mingjing_lawbook::lawbook::Lawbook;
use serde::Deserialize;
use support::SHIPPED;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exam {
    question: Vec<Question>,
}

/// 一题：只有行键、考什么、答案，没有题目的文字。
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    key: String,
    about: String,
    /// 回答它的示例：`编码 示例名`。
    #[serde(default)]
    shows: Vec<String>,
    /// 法典能判的选项；没有写的是全部。
    judged: Option<String>,
    ours: Option<String>,
    source: String,
    verdict: String,
    note: Option<String>,
}

fn exam() -> Exam {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/real-data/enforcement-exam.toml");
    let text = std::fs::read_to_string(&path).expect("the list of the questions");
    toml::from_str(&text).expect("enforcement-exam.toml")
}

/// 选项的字母，或者“对”“错”；只看能判的。
fn letters(answer: &str, judged: Option<&str>) -> BTreeSet<char> {
    let is_judged = |c: &char| judged.is_none_or(|j| j.contains(*c));
    answer.chars().filter(is_judged).collect()
}

/// 这一题说得不对的地方。
fn flaws(lawbook: &Lawbook, q: &Question) -> Vec<String> {
    let mut found = Vec::new();
    if q.about.is_empty() {
        found.push("没有写考什么".to_owned());
    }
    for show in &q.shows {
        let (code, name) = show.split_once(' ').unwrap_or((show, ""));
        let rule = lawbook.rule(code);
        let is_there =
            rule.is_some_and(|r| r.examples.iter().any(|e| e.story.name.as_ref() == name));
        if !is_there {
            found.push(format!("没有示例“{show}”"));
        }
    }
    let judged = q.judged.as_deref();
    let agrees = q
        .ours
        .as_deref()
        .map(|ours| letters(ours, judged) == letters(&q.source, judged));
    let fits = match q.verdict.as_str() {
        "一致" => agrees == Some(true) && !q.shows.is_empty(),
        "旧法" | "来源有误" => agrees == Some(false) && q.note.is_some(),
        "没有规则" => agrees.is_none() && q.shows.is_empty() && q.note.is_some(),
        _ => false,
    };
    if !fits {
        found.push(format!("结果“{}”与答案不符", q.verdict));
    }
    found
        .into_iter()
        .map(|f| format!("{}：{f}", q.key))
        .collect()
}

#[test]
fn every_answer_rests_on_an_example_of_the_lawbook() {
    let exam = exam();
    let lawbook = &*SHIPPED;
    let keys: BTreeSet<&str> = exam.question.iter().map(|q| q.key.as_str()).collect();
    assert_eq!(keys.len(), exam.question.len(), "行键有重复");
    let found: Vec<String> = exam
        .question
        .iter()
        .flat_map(|q| flaws(lawbook, q))
        .collect();
    assert!(found.is_empty(), "题目与法典不符：\n{}", found.join("\n"));
}

/// The counts told in `docs/real-data.md`.
#[test]
fn the_page_tells_the_counts() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for q in exam().question {
        *counts.entry(q.verdict).or_default() += 1;
    }
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/real-data.md");
    let page = std::fs::read_to_string(page).expect("docs/real-data.md");
    for (verdict, count) in counts {
        let told = format!("| {verdict} | {count} |");
        assert!(page.contains(&told), "docs/real-data.md 应有“{told}”");
    }
}
