//! 评分表：示例成立，源表的每一行都有项目，一份案卷整张算分的快照。

mod support;

use std::collections::BTreeSet;

use mingjing_lawbook::sheet::example;
use support::{SHIPPED, report};

#[test]
fn every_example_of_every_sheet_holds() {
    let failures = example::test(&SHIPPED);
    assert!(failures.is_empty(), "{}", report(&failures));
}

/// 评分标准的各行：表、编号的起讫。
#[test]
fn every_row_of_the_standard_has_an_item() {
    let codes = |prefix: &str, rows: &[&str]| -> BTreeSet<String> {
        rows.iter().map(|row| format!("{prefix}{row}")).collect()
    };
    let wanted = [
        (
            "penalty_ordinary",
            codes(
                "P",
                &[
                    "101", "102", "103", "201", "202", "203", "301", "302", "303", "304", "305",
                    "306", "307", "401", "402", "403", "404", "501", "502", "503", "601", "602",
                    "603", "604", "605", "701", "702", "703", "801", "802", "901", "902", "903",
                ],
            ),
        ),
        (
            "penalty_summary",
            codes("S", &["101", "102", "103", "104", "105", "106"]),
        ),
        (
            "license",
            codes(
                "L",
                &[
                    "101", "102", "201", "202", "203", "301", "302", "303", "401", "402", "501",
                    "502", "601", "602", "701",
                ],
            ),
        ),
        (
            "coercive_measure",
            codes(
                "M",
                &[
                    "101", "201", "202", "301", "302", "303", "401", "402", "501", "601", "602",
                ],
            ),
        ),
        (
            "coercive_execution",
            codes(
                "E",
                &[
                    "101", "201", "202", "301", "302", "401", "402", "501", "601", "602",
                ],
            ),
        ),
    ];
    for (sheet, rows) in &wanted {
        let sheet = SHIPPED.sheet(sheet).expect("a sheet");
        let own: BTreeSet<String> = sheet.items.iter().map(|i| i.code.to_string()).collect();
        assert_eq!(&own, rows, "{}", sheet.name);
    }
    let vetoes: Vec<String> = SHIPPED.vetoes.iter().map(|v| v.code.to_string()).collect();
    let all: Vec<String> = (1..=23).map(|n| format!("V{n:02}")).collect();
    assert_eq!(vetoes, all);
    for (place, veto) in SHIPPED.vetoes.iter().enumerate() {
        let is_used = SHIPPED.sheets.iter().any(|s| s.vetoes.contains(&place));
        assert!(is_used, "没有表用到 {}", veto.code);
    }
}
