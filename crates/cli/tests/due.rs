//! 到期日：表里的每一行，推算的文字，读不懂的参数。

mod support;

use serde_json::Value as Json;
use support::{data, expect_file, mingjing};

#[test]
fn every_row_of_the_table_holds() {
    let table = std::fs::read_to_string(data("due.tsv")).unwrap();
    let mut rows = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let [start, period, excluded, due] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("四栏：{line}");
        };
        let mut args = vec!["due", start, period, "--format", "json"];
        if !excluded.is_empty() {
            args.extend(["--exclude", excluded]);
        }
        let ran = mingjing(&args);
        assert_eq!(ran.code, 0, "{line}：{}", ran.err);
        let answer: Json = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(answer["due_at"], due, "{line}");
        rows += 1;
    }
    assert!(rows >= 30, "{rows}");
}

#[test]
fn the_derivation_is_told_in_words() {
    let ran = mingjing(&[
        "due",
        "2024-11-11",
        "CD(90)",
        "--exclude",
        "2024-12-10..2024-12-30:鉴定",
        "--extend",
        "CD(30)@2025-01-20",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    expect_file("due-words.txt", &ran.out);
    let ran = mingjing(&["due", "2025-06-02", "HR(24)", "--hours-from", "16:20"]);
    assert!(
        ran.out.contains("2025年6月3日（周二）16时20分"),
        "{}",
        ran.out
    );
    let ran = mingjing(&["due", "2025-06-02T16:20", "HR(24)"]);
    assert!(
        ran.out.contains("2025年6月3日（周二）16时20分"),
        "{}",
        ran.out
    );
    let ran = mingjing(&[
        "due",
        "2025-06-02",
        "CD(90)",
        "--exclude",
        "2025-07-01..:中止调查",
    ]);
    assert!(ran.out.contains("停止计算"), "{}", ran.out);
    let ran = mingjing(&["due", "2026-12-20", "WD(30)"]);
    assert!(ran.out.contains("（暂定）"), "{}", ran.out);
    let ran = mingjing(&[
        "due",
        "2024-11-11",
        "CD(90)",
        "--extend",
        "CD(30)@2025-03-01",
    ]);
    assert!(
        ran.out.contains("无效") && ran.out.starts_with("到期：2025年2月10日"),
        "{}",
        ran.out
    );
}

#[test]
fn what_cannot_be_understood_is_refused_with_a_remedy() {
    let cases: [(&[&str], &str); 9] = [
        (&["2024-02-30", "CD(9)"], "在历法上不存在"),
        (&["2024-02-20", "九十日"], "请写成 WD(7)"),
        (&["2024-02-20", "BWD(7)"], "倒计"),
        (&["2024-02-20", "HR(24)"], "时刻"),
        (
            &["2024-02-20", "CD(9)", "--hours-from", "10:00"],
            "只用于以小时计",
        ),
        (
            &["2024-02-20", "CD(9)", "--exclude", "2024-03-01"],
            "看不懂",
        ),
        (
            &["2024-02-20", "CD(9)", "--exclude", "2024-03-01..2024-02-25"],
            "早于起日",
        ),
        (&["2024-02-20", "CD(9)", "--extend", "CD(30)"], "看不懂"),
        (
            &["2024-02-20", "HR(9)", "--extend", "CD(30)@2024-02-20"],
            "小时",
        ),
    ];
    for (args, told) in cases {
        let ran = mingjing(&[&["due"], args].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}");
        assert!(ran.err.contains(told), "{args:?}：{}", ran.err);
    }
}
