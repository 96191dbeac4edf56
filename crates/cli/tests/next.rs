//! 一案走到了哪里，现在可以做什么：给人看的文字、JSON、退出码。

mod support;

use serde_json::Value as Json;
use support::{expect_file, mingjing};

const CASES: &str = "next/cases.jsonl";

#[test]
fn the_state_and_the_next_actions_are_told_in_chinese() {
    let ran = mingjing(&["next", CASES, "听证之前"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    expect_file("next.txt", &ran.out);
}

#[test]
fn json_has_one_line_a_case_with_stable_keys() {
    let ran = mingjing(&["next", CASES, "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("2025-02-30"), "{}", ran.err);
    let lines: Vec<Json> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    let case = &lines[0];
    assert_eq!(case["type"], "next");
    assert_eq!(case["case_id"], "听证之前");
    assert_eq!(case["as_of"], "2025-04-07");
    let main = &case["instances"][0];
    assert_eq!(main["state"], "concluded");
    assert_eq!(main["state_name"], "调查终结");
    assert_eq!(
        (&main["main"], &main["final"]),
        (&true.into(), &false.into())
    );
    let seizure = &case["instances"][1];
    assert_eq!(seizure["instance"], "m1");
    assert_eq!(seizure["steps"][0]["irregular"], true);
    let actions = case["actions"].as_array().unwrap();
    let notice = actions
        .iter()
        .find(|a| a["kind"] == "notice_served")
        .unwrap();
    assert_eq!(notice["to"]["code"], "noticed");
    assert_eq!(notice["who"][0]["code"], "officer");
    assert_eq!(notice["documents"][0]["name"], "行政处罚事先告知书");
    let fields = notice["fields"].as_array().unwrap();
    assert!(
        fields
            .iter()
            .any(|f| f["field"] == "proposed_fine" && f["type"] == "fen")
    );
    let release = actions
        .iter()
        .find(|a| a["kind"] == "measure_released")
        .unwrap();
    assert_eq!(release["duties"][0]["rule_id"], "CM-30D");
    assert_eq!(release["duties"][0]["due_at"], "2025-04-10");
    assert_eq!(release["duties"][0]["remaining_working_days"], 3);
    let recordable = case["recordable"].as_array().unwrap();
    assert!(recordable.iter().any(|r| r["code"] == "paid"));
    assert!(!recordable.iter().any(|r| r["code"] == "decided"));
}

#[test]
fn the_day_of_judgement_moves_what_remains() {
    let ran = mingjing(&["next", CASES, "听证之前", "--as-of", "2025-04-14"]);
    assert!(ran.out.contains("已过 2 个工作日"), "{}", ran.out);
}

#[test]
fn a_case_without_a_known_procedure_says_so() {
    let ran = mingjing(&["next", CASES, "主程序不明"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out.contains("主程序不明：案件没有写 procedure"),
        "{}",
        ran.out
    );
}

#[test]
fn a_case_that_is_not_there_is_an_error_with_the_remedy() {
    let ran = mingjing(&["next", CASES, "没有这一案"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("没有读到案件“没有这一案”"), "{}", ran.err);
    assert!(ran.err.contains("完全相同"), "{}", ran.err);
    assert_eq!(mingjing(&["next", "next/没有.jsonl"]).code, 2);
}
