//! 换法典之前先看后果：比较、试算、试行；退出码与各种输出。

mod support;

use std::io::{Cursor, Read as _};

use support::{Scratch, altered, mingjing};

const RULE: &str = "rules/penalty/decided-late.toml";

/// 决定期限缩短的一份。
fn shorter(scratch: &Scratch) -> String {
    altered(scratch, RULE, |text| {
        let shorter = text.replace("CD(90)", "CD(30)");
        assert_ne!(text, shorter, "小法典的期限");
        shorter
    })
}

#[test]
fn the_same_law_twice_is_no_difference() {
    let ran = mingjing(&["lawbook", "diff", "lawbook", "lawbook"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("写的一样"), "{}", ran.out);
    let ran = mingjing(&[
        "lawbook",
        "simulate",
        "lists/cases.jsonl",
        "--base",
        "lawbook",
        "--lawbook",
        "lawbook",
    ]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("会变的 0 案"), "{}", ran.out);
}

#[test]
fn what_changed_is_told_in_words_and_as_json() {
    let scratch = Scratch::new();
    let root = shorter(&scratch);
    let ran = mingjing(&["lawbook", "diff", "lawbook", &root]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    for words in [
        "规则改动 1 项",
        "改动 规则 T-DECIDE",
        "CD(90) → CD(30)",
        "影响 ",
    ] {
        assert!(ran.out.contains(words), "{words}：{}", ran.out);
    }
    let ran = mingjing(&["lawbook", "diff", "lawbook", &root, "--format", "json"]);
    let lines: Vec<serde_json::Value> = ran
        .out
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(lines[0]["key"], "T-DECIDE");
    assert_eq!(lines[0]["change"], "changed");
    assert_eq!(lines[0]["edits"][0]["after"], "CD(30)");
    let summary = lines.last().unwrap();
    assert_eq!(summary["counts"]["rule"]["changed"], 1);
    assert_eq!(summary["all_rules_affected"], false);
}

#[test]
fn an_unusable_book_of_either_side_is_said_so() {
    let scratch = Scratch::new();
    let root = altered(&scratch, RULE, |text| text.replace("处罚法60", "处罚法99"));
    for pair in [["lawbook", root.as_str()], [root.as_str(), "lawbook"]] {
        let ran = mingjing(&["lawbook", "diff", pair[0], pair[1]]);
        assert_eq!(ran.code, 2, "{pair:?}");
        assert!(ran.err.contains("LB06"), "{}", ran.err);
    }
}

#[test]
fn a_simulation_says_which_cases_change_and_into_what() {
    let scratch = Scratch::new();
    let root = shorter(&scratch);
    let simulate = [
        "lawbook",
        "simulate",
        "lists/cases.jsonl",
        "--base",
        "lawbook",
        "--lawbook",
        &root,
    ];
    let ran = mingjing(&simulate);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    for words in ["按规则：", "T-DECIDE", "→"] {
        assert!(ran.out.contains(words), "{words}：{}", ran.out);
    }
    // One thread or several: the same lines in the same order, and the counts are those of the lines.
    let json =
        |jobs: &str| mingjing(&[&simulate[..], &["--format", "json", "--jobs", jobs]].concat());
    let (one, several) = (json("1"), json("3"));
    assert_eq!(one.out, several.out);
    let lines: Vec<serde_json::Value> = one
        .out
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let (summary, cases) = lines.split_last().unwrap();
    assert_eq!(summary["changed_cases"], cases.len());
    let told: usize = cases
        .iter()
        .map(|c| c["changes"].as_array().unwrap().len())
        .sum();
    assert_eq!(summary["changes"], told);
    assert!(
        cases
            .iter()
            .any(|c| c["changes"][0]["rule_id"] == "T-DECIDE"),
        "{cases:?}"
    );
    let report = scratch.path("试算.xlsx");
    let ran = mingjing(&[&simulate[..], &["--report", &report]].concat());
    assert_eq!(ran.code, 1, "{}", ran.err);
    let mut bytes = Vec::new();
    std::fs::File::open(&report)
        .unwrap()
        .read_to_end(&mut bytes)
        .unwrap();
    assert!(Cursor::new(bytes).get_ref().starts_with(b"PK"));
    let ran = mingjing(&[&simulate[..], &["--report", &scratch.path("试算.html")]].concat());
    assert_eq!(ran.code, 2, "{}", ran.err);
}

/// A rule on trial is not among the findings and leaves the exit code alone; asked for, it is listed apart.
#[test]
fn a_rule_on_trial_is_listed_apart_and_only_when_asked_for() {
    let scratch = Scratch::new();
    let trial = "status = \"trial\"\ntrial = { from = \"2020-01-01\", until = \"2199-01-01\", reason = \"试\" }\nwhat = ";
    let root = altered(&scratch, RULE, |text| text.replacen("what = ", trial, 1));
    // What speaks of the duty of a rule on trial goes with it.
    let near = std::path::Path::new(&root).join("rules/penalty/decision-near.toml");
    std::fs::remove_file(near).unwrap();
    let list = ["check", "lists/cases.jsonl", "--lawbook", &root];
    let plain = mingjing(&list);
    assert!(!plain.out.contains("T-DECIDE"), "{}", plain.out);
    let heard = mingjing(&[&list[..], &["--trial"]].concat());
    assert_eq!(heard.code, plain.code);
    assert!(heard.out.contains("试行的规则会说的"), "{}", heard.out);
    assert!(heard.out.contains("T-DECIDE"), "{}", heard.out);
    let json = mingjing(&[&list[..], &["--trial", "--format", "json"]].concat());
    let is_count = |line: &&str| line.contains("\"type\":\"trial_count\"");
    assert_eq!(json.out.lines().filter(is_count).count(), 1, "{}", json.out);
    let counted = mingjing(&[
        "lawbook",
        "simulate",
        "lists/cases.jsonl",
        "--base",
        &root,
        "--lawbook",
        &root,
    ]);
    assert_eq!(counted.code, 0, "{}{}", counted.out, counted.err);
    assert!(
        counted.out.contains("试行的规则会说的（不算变化）"),
        "{}",
        counted.out
    );
}

#[test]
fn the_catalogue_is_written_page_by_page() {
    let scratch = Scratch::new();
    let to = scratch.path("目录");
    let ran = mingjing(&["lawbook", "catalogue", &to, "--lawbook", "lawbook"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let index = std::fs::read_to_string(format!("{to}/rules/README.md")).unwrap();
    assert!(index.contains("[T-DECIDE](penalty.md#T-DECIDE)"), "{index}");
    let page = std::fs::read_to_string(format!("{to}/rules/penalty.md")).unwrap();
    assert!(page.contains("## T-DECIDE 九十日内决定"), "{page}");
    // The law that comes with the program has procedures.
    let to = scratch.path("随程序的");
    let ran = mingjing(&["lawbook", "catalogue", &to]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let page = std::fs::read_to_string(format!("{to}/procedures/ordinary_penalty.md")).unwrap();
    assert!(page.contains("](ordinary_penalty.svg)"), "{page}");
    let drawing = std::fs::read_to_string(format!("{to}/procedures/ordinary_penalty.svg")).unwrap();
    assert!(drawing.starts_with("<svg "), "{drawing}");
}
