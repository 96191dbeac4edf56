//! 检查清单：表、JSON、退出码、各个选项。

mod support;

use serde_json::Value as Json;
use support::{Scratch, check, expect_file, mingjing, run};

#[test]
fn the_table_tells_findings_by_severity_and_then_the_totals() {
    let ran = check(&["lists/cases.jsonl"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    expect_file("cases.txt", &ran.out);
}

#[test]
fn json_lines_have_stable_keys_and_end_with_a_summary() {
    let ran = check(&["lists/cases.jsonl", "--format", "json"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    expect_file("cases.json", &ran.out);
    let last: Json = serde_json::from_str(ran.out.lines().last().unwrap()).unwrap();
    assert_eq!(last["type"], "summary");
    assert_eq!((&last["rows"], &last["cases"]), (&10.into(), &8.into()));
}

#[test]
fn exit_codes_say_clean_found_and_unreadable() {
    assert_eq!(check(&["lists/clean.jsonl"]).code, 0);
    // Near due and undetermined are told, and are no findings.
    let near = check(&["lists/near.jsonl"]);
    assert_eq!(near.code, 0);
    assert!(
        near.out.contains("临期") && near.out.contains("无法判定"),
        "{}",
        near.out
    );
    assert_eq!(check(&["lists/cases.jsonl"]).code, 1);
    assert_eq!(check(&["lists/没有这个文件.jsonl"]).code, 2);
    // One list that cannot be read does not hide the other.
    let both = check(&["lists/clean.jsonl", "lists/没有这个文件.jsonl"]);
    assert_eq!(both.code, 0);
    assert!(both.out.contains("文件不存在"), "{}", both.out);
}

#[test]
fn the_day_of_judgement_is_an_option_and_never_the_clock() {
    assert_eq!(
        check(&["lists/near.jsonl", "--as-of", "2025-04-07"]).code,
        0
    );
    let late = check(&["lists/near.jsonl", "--as-of", "2025-04-08"]);
    assert_eq!(late.code, 1);
    assert!(late.out.contains("T-DECIDE"), "{}", late.out);
    assert_eq!(check(&["lists/near.jsonl", "--as-of", "today"]).code, 1);
}

#[test]
fn coverage_can_be_set_for_the_whole_list() {
    let closed = check(&["lists/near.jsonl", "--coverage", "closed"]);
    assert_eq!(
        closed.code, 1,
        "a closed file without a notice: {}",
        closed.out
    );
    let open = check(&[
        "lists/cases.jsonl",
        "--coverage",
        "open",
        "--format",
        "json",
    ]);
    let violated = open
        .out
        .lines()
        .filter(|l| l.contains("\"status\":\"违反\"") && l.contains("T-NOTICE"));
    assert_eq!(violated.count(), 0, "{}", open.out);
}

#[test]
fn stdin_is_read_by_a_dash_and_gives_the_same_answer() {
    let bytes = std::fs::read(support::data("lists/cases.jsonl")).unwrap();
    let ran = run(&["check", "--lawbook", "lawbook", "-"], &bytes);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let from_file = check(&["lists/cases.jsonl"])
        .out
        .replace("lists/cases.jsonl", "标准输入");
    assert_eq!(ran.out, from_file);
}

#[test]
fn the_answer_does_not_depend_on_the_number_of_threads() {
    let mut list = String::new();
    for number in 0..2_000 {
        let day = 1 + number % 28;
        list.push_str(&format!(
            "{{\"case\":\"案{number}\",\"coverage\":\"closed\",\"events\":[{{\"kind\":\"case_filed\",\"on\":\"2025-01-06\"}},{{\"kind\":\"notice_served\",\"on\":\"2025-03-10\"}},{{\"kind\":\"decided\",\"on\":\"2025-04-{day:02}\",\"fields\":{{\"outcome\":\"penalty\"}}}}]}}\n"
        ));
    }
    let answers: Vec<String> = ["1", "3", "8"]
        .into_iter()
        .map(|jobs| {
            let args = [
                "check",
                "--lawbook",
                "lawbook",
                "-",
                "--format",
                "json",
                "--jobs",
                jobs,
            ];
            run(&args, list.as_bytes()).out
        })
        .collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(
        answers[0]
            .lines()
            .filter(|line| line.contains("\"type\":\"case\""))
            .count(),
        2_000
    );
}

#[test]
fn two_thousand_rows_of_csv_are_all_accounted_for() {
    let mut csv = String::from(
        "行政相对人名称,行政相对人类别,行政处罚决定书文号,处罚类别,处罚决定日期,处罚机关\n",
    );
    for number in 0..2_000 {
        let day = if number % 100 == 99 {
            40
        } else {
            1 + number % 28
        };
        csv.push_str(&format!("某某{number}公司,法人,甲罚〔2025〕{number}号,警告,2025-03-{day:02},甲市市场监督管理局\n"));
    }
    let scratch = Scratch::new();
    let path = scratch.write("二千行.csv", csv);
    let ran = check(&[&path, "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let last: Json = serde_json::from_str(ran.out.lines().last().unwrap()).unwrap();
    let count = |key: &str| last[key].as_u64().unwrap();
    assert_eq!(
        (count("rows"), count("cases"), count("refused")),
        (2_000, 1_980, 20)
    );
}

#[test]
fn why_explains_one_rule_of_one_case() {
    let ran = check(&["lists/cases.jsonl", "--why", "逾期决定", "T-DECIDE"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    expect_file("why-violated.txt", &ran.out);
    let ran = check(&["lists/cases.jsonl", "--why", "合规", "T-DECIDE"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    expect_file("why-passed.txt", &ran.out);
    let ran = check(&["lists/cases.jsonl", "--why", "只知决定", "T-DECIDE"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    expect_file("why-not-triggered.txt", &ran.out);
}

#[test]
fn why_of_an_unknown_rule_or_case_says_what_to_do() {
    let ran = check(&["lists/cases.jsonl", "--why", "合规", "T-DECIDED"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("是否为 T-DECIDE？"), "{}", ran.err);
    let ran = check(&["lists/cases.jsonl", "--why", "没有此案", "T-DECIDE"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("没有读到案件“没有此案”") && ran.err.contains("第 8 行"),
        "{}",
        ran.err
    );
}

#[test]
fn reports_are_written_in_the_format_of_their_extension() {
    let scratch = Scratch::new();
    let (html, xlsx) = (scratch.path("报告.html"), scratch.path("报告.xlsx"));
    let ran = check(&["lists/cases.jsonl", "--report", &html, "--report", &xlsx]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let page = std::fs::read_to_string(html).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") || page.starts_with("<!doctype html>"));
    for told in ["逾期决定", "送达存疑", "2025-02-30", "lists/cases.jsonl"] {
        assert!(page.contains(told), "{told}");
    }
    assert!(std::fs::read(xlsx).unwrap().starts_with(b"PK"));
}

#[test]
fn a_report_that_cannot_be_written_is_said_before_the_work() {
    let ran = check(&["lists/cases.jsonl", "--report", "报告.pdf"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains(".html 或 .xlsx"), "{}", ran.err);
    let ran = check(&["lists/cases.jsonl", "--report", "没有这个目录/报告.html"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("目录不存在"), "{}", ran.err);
}

#[test]
fn department_and_region_fill_only_what_the_list_leaves_open() {
    let ran = check(&["lists/clean.jsonl", "--department", "nothing"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("market_regulation（市场监管）"),
        "{}",
        ran.err
    );
    assert_eq!(check(&["lists/clean.jsonl", "--region", "1301"]).code, 0);
    assert_eq!(check(&["lists/clean.jsonl", "--region", "河北"]).code, 2);
}

#[test]
fn the_bundled_lists_are_read_under_the_shipped_law() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo");
    let cases = root.join("cases.jsonl");
    let ran = mingjing(&["check", cases.to_str().unwrap(), "--format", "json"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let last: Json = serde_json::from_str(ran.out.lines().last().unwrap()).unwrap();
    assert_eq!(last["rows"], 60);
    assert_eq!(
        (&last["refused"], &last["repeated"]),
        (&1.into(), &1.into())
    );
    for severity in ["重大违法", "违规", "预警", "提示"] {
        let of = &last["findings"][severity];
        assert!(
            of["violated"].as_u64().unwrap() + of["doubt"].as_u64().unwrap() > 0,
            "{severity}"
        );
    }
    for told in [
        "\"status\":\"疑点\"",
        "\"status\":\"临期\"",
        "\"status\":\"无法判定\"",
        "\"state\":\"暂定\"",
        "\"state\":\"中止计算\"",
    ] {
        assert!(ran.out.contains(told), "{told}");
    }
    let faultless = "云安市监案〔2025〕1号";
    let accused = ran
        .out
        .lines()
        .filter_map(|line| serde_json::from_str::<Json>(line).ok())
        .filter(|line| {
            line["type"] == "finding"
                && line["case_id"] == faultless
                && line["status"] != "无法判定"
                && line["severity"] != "提示"
        });
    assert_eq!(accused.count(), 0, "the faultless case stays faultless");
    let decisions = root.join("decisions.csv");
    let ran = mingjing(&["check", decisions.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(
        ran.out.contains("读入 10 行：6 案，拒绝 3 行，重复 1 行"),
        "{}",
        ran.out
    );
}

#[test]
fn a_report_takes_the_place_of_the_old_one_only_when_it_is_whole() {
    let scratch = Scratch::new();
    let report = scratch.path("报告.html");
    std::fs::write(&report, "旧").unwrap();
    let kept = scratch.path("另一个名字.html");
    std::fs::hard_link(&report, &kept).unwrap();
    check(&["lists/cases.jsonl", "--report", &report]);
    assert!(
        std::fs::read_to_string(&report)
            .unwrap()
            .ends_with("</html>\n")
    );
    // The old file was not written over: it would have been half written for a while.
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), "旧");
    let left = std::fs::read_dir(std::path::Path::new(&report).parent().unwrap())
        .unwrap()
        .count();
    assert_eq!(left, 2, "no temporary file stays behind");
}

#[test]
fn events_after_the_day_of_judgement_are_counted_and_nothing_looks_clean_for_it() {
    let ran = check(&["lists/clean.jsonl", "--as-of", "1950-01-01"]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("到判断日还没有一件事"), "{}", ran.out);
    let ran = check(&["lists/clean.jsonl"]);
    assert!(!ran.out.contains("判断日之后"), "{}", ran.out);
}
