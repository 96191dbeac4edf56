//! 坏的输入：每一种都有一句中文说清楚，没有一种使程序崩溃。

mod support;

use std::path::Path;

use support::{Ran, Scratch, check, run};

fn refused(ran: &Ran, told: &str) {
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains(told), "要说“{told}”：\n{}", ran.out);
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
}

#[test]
fn a_file_that_is_no_list_is_named_with_a_remedy() {
    let scratch = Scratch::new();
    let cases: [(&str, &[u8], &str); 8] = [
        ("空.csv", b"", "文件是空的"),
        ("空白.jsonl", b"\n\n   \n", "文件是空的"),
        ("文书.pdf", b"%PDF-1.7 ...", "PDF"),
        ("压缩.gz", &[0x1F, 0x8B, 8, 0, 0, 0, 0, 0], "gzip"),
        (
            "网页.xls",
            "<html><table></table></html>".as_bytes(),
            "网页",
        ),
        ("数组.json", b"[{\"case\":\"1\"}]", "JSON 数组"),
        ("半截.xlsx", b"PK\x03\x04 not a workbook", "半截.xlsx"),
        ("无表头.csv", "甲,乙\n1,2\n".as_bytes(), "认不出"),
    ];
    for (name, bytes, told) in cases {
        let path = scratch.write(name, bytes);
        refused(&check(&[&path]), told);
    }
}

#[test]
fn a_missing_file_and_a_folder_are_said_in_chinese() {
    refused(&check(&["没有.csv"]), "文件不存在");
    refused(&check(&["lists"]), "是目录，不是文件");
}

#[test]
fn lines_of_every_broken_kind_are_refused_with_their_number() {
    let lines = [
        r#"{"case":"一","events":[{"kind":"case_filed","on":"1900-01-01"}]}"#,
        r#"{"case":"二","events":[{"kind":"case_filed","on":"2190-01-01"}]}"#,
        r#"{"case":"三","events":[{"kind":"case_filed"}]}"#,
        r#"{"case":"四","events":[{"kind":"case_filed","on":"2025-01-06"}],"envents":[]}"#,
        r#"{"case":"五","events":[{"kind":"case_filed","on":"2025-01-06"}"#,
        r#"["不是对象"]"#,
        r#"{"case":"七","events":[{"kind":"decided","on":"2025-01-06","fields":{"fine":12.5}}]}"#,
        r#"{"case":"八","events":[{"kind":"case_filed","on":"2025-01-06"}]}"#,
        r#"{"case":"八","events":[{"kind":"case_filed","on":"2025-01-07"}]}"#,
    ];
    let ran = run(
        &["check", "--lawbook", "lawbook", "-"],
        lines.join("\n").as_bytes(),
    );
    assert_eq!(ran.code, 2, "{}", ran.out);
    for number in 1..=9 {
        assert!(
            ran.out.contains(&format!("第 {number} 行")),
            "第 {number} 行：\n{}",
            ran.out
        );
    }
    assert!(
        ran.out.contains("读入 9 行：0 案，拒绝 9 行"),
        "{}",
        ran.out
    );
}

#[test]
fn utf16_and_gb18030_are_recognised() {
    let text = "行政相对人名称,行政相对人类别,行政处罚决定书文号,处罚类别,处罚决定日期,处罚机关\n某某公司,法人,甲罚〔2025〕1号,警告,2025年3月1日,甲市市场监督管理局\n";
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let scratch = Scratch::new();
    let path = scratch.write("utf16.csv", utf16);
    let ran = check(&[&path]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("读入 1 行：1 案"), "{}", ran.out);
    // The bundled list is GB18030.
    let demo = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/decisions.csv");
    let bytes = std::fs::read(&demo).unwrap();
    assert!(std::str::from_utf8(&bytes).is_err());
    let ran = check(&[demo.to_str().unwrap()]);
    assert!(ran.out.contains("云安市监罚〔2025〕203号"), "{}", ran.out);
}

#[test]
fn hostile_names_do_not_reach_the_terminal_nor_the_page() {
    let line = r#"{"case":"<script>alert(1)</script>\u001b[31m\u202e=HYPERLINK(\"x\")","coverage":"closed","events":[{"kind":"decided","on":"2025-02-20","fields":{"outcome":"penalty"}}]}"#;
    let scratch = Scratch::new();
    let (list, page) = (scratch.write("恶意.jsonl", line), scratch.path("报告.html"));
    let ran = check(&[&list, "--report", &page]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(
        !ran.out.contains('\u{1b}') && !ran.out.contains('\u{202e}'),
        "{}",
        ran.out
    );
    let page = std::fs::read_to_string(page).unwrap();
    assert!(!page.contains("<script>alert"), "the name is escaped");
    assert!(page.contains("&lt;script&gt;"));
    let json = check(&[&list, "--format", "json"]).out;
    assert!(
        !json.contains('\u{1b}'),
        "control characters are escaped in JSON"
    );
    assert!(
        json.lines()
            .all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok())
    );
}

#[test]
fn a_workbook_over_which_the_decoder_trips_is_only_a_broken_file() {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../interchange/tests/data/old_list.xls");
    let mut bytes = std::fs::read(list).unwrap();
    let past = (bytes.len() / 512) as u32;
    bytes[100..104].copy_from_slice(&past.to_le_bytes());
    let scratch = Scratch::new();
    let ran = check(&[&scratch.write("坏.xls", bytes)]);
    refused(&ran, "Excel 文件损坏");
    assert_eq!(ran.err, "");
}

#[test]
fn numbers_that_the_law_declares_are_never_negative() {
    let line = |name: &str, fields: &str| {
        format!(
            r#"{{"case":"{name}","events":[{{"kind":"decided","on":"2025-02-20","fields":{{{fields}}}}}]}}"#
        )
    };
    let list = [line("甲", r#""fine":-1"#), line("乙", r#""fine":0"#)].join("\n");
    let scratch = Scratch::new();
    let path = scratch.write("负.jsonl", list);
    let ran = support::mingjing(&["check", &path]);
    assert!(
        ran.out
            .contains("第 1 行，第 1 件事的字段 fine，值“-1”：不能是负数"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("1 案，拒绝 1 行"), "{}", ran.out);
    let offset = r#"{"case":"丙","events":[{"kind":"media_captured","on":"2025-02-20","fields":{"clock_offset_seconds":-3}}]}"#;
    let ran = support::mingjing(&["check", &scratch.write("钟.jsonl", offset)]);
    assert!(ran.out.contains("1 案，拒绝 0 行"), "{}", ran.out);
}

#[test]
fn one_list_named_twice_is_refused() {
    let ran = check(&["lists/clean.jsonl", "lists/clean.jsonl"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("写了两次"), "{}", ran.err);
}

#[test]
fn unknown_adapters_and_broken_mappings_list_what_is_possible() {
    let ran = check(&["lists/clean.jsonl", "--adapter", "excel"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("dual_publicity（双公示·行政处罚）"),
        "{}",
        ran.err
    );
    let scratch = Scratch::new();
    let mapping = scratch.write("映射.toml", "format = 1\nnmae = \"错\"\n");
    let ran = check(&["lists/clean.jsonl", "--mapping", &mapping]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("映射.toml") && ran.err.contains('2'),
        "{}",
        ran.err
    );
    let ran = check(&["lists/clean.jsonl", "--mapping", "没有.toml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("文件不存在"), "{}", ran.err);
}

#[test]
fn usage_errors_are_in_chinese_and_exit_with_two() {
    let cases: [(&[&str], &str); 7] = [
        (&["chek"], "是否为 check？"),
        (&["check"], "缺少 <文件>"),
        (&["check", "x", "--fromat", "json"], "没有选项 --fromat"),
        (&["check", "x", "--format", "xml"], "可以是：table、json"),
        (&["check", "x", "--as-of", "昨天"], "或写 today"),
        (&["check", "x", "--why", "一案"], "要给 2 个值"),
        (&["check", "x", "--jobs", "0"], "不可用"),
    ];
    for (args, told) in cases {
        let ran = support::mingjing(args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(ran.err.contains(told), "{args:?}：{}", ran.err);
        assert!(ran.out.is_empty(), "{args:?}");
    }
}
