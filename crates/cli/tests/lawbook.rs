//! 法典的命令：检查、例子、列出、讲解；换用的目录有错时说出文件、行、列。

mod support;

use support::{Scratch, altered, data, expect_file, mingjing};

#[test]
fn the_shipped_law_has_no_error() {
    let ran = mingjing(&["lawbook", "check"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(ran.out.contains("没有错误"), "{}", ran.out);
}

#[test]
fn the_small_law_is_checked_tested_and_listed() {
    let check = mingjing(&["lawbook", "check", "--lawbook", "lawbook"]);
    assert_eq!(check.code, 0);
    assert!(check.out.contains("4 条规则，12 个例子"), "{}", check.out);
    let test = mingjing(&["lawbook", "test", "--lawbook", "lawbook"]);
    assert_eq!(
        (test.code, test.out.as_str()),
        (0, "4 条规则，12 个例子，0 处不符\n")
    );
    let one = mingjing(&["lawbook", "test", "T-SERVE", "--lawbook", "lawbook"]);
    assert_eq!(
        (one.code, one.out.as_str()),
        (0, "1 条规则，3 个例子，0 处不符\n")
    );
    expect_file(
        "list.txt",
        &mingjing(&["lawbook", "list", "--lawbook", "lawbook"]).out,
    );
    let json = mingjing(&[
        "lawbook",
        "list",
        "--lawbook",
        "lawbook",
        "--form",
        "requires",
        "--format",
        "json",
    ]);
    assert_eq!(json.out.lines().count(), 1);
    assert!(
        json.out.contains("\"rule_id\":\"T-NOTICE\""),
        "{}",
        json.out
    );
    expect_file(
        "explain.txt",
        &mingjing(&["lawbook", "explain", "T-DECIDE", "--lawbook", "lawbook"]).out,
    );
}

#[test]
fn a_rule_or_a_filter_that_fits_nothing_lists_the_choices() {
    let ran = mingjing(&["lawbook", "explain", "T-DECIDES", "--lawbook", "lawbook"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("是否为 T-DECIDE？"), "{}", ran.err);
    let ran = mingjing(&["lawbook", "list", "--form", "dead", "--lawbook", "lawbook"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("deadline、near_due、requires"),
        "{}",
        ran.err
    );
}

#[test]
fn an_error_of_a_folder_names_file_line_and_column_in_every_command() {
    let scratch = Scratch::new();
    let root = altered(&scratch, "rules/penalty/decided-late.toml", |text| {
        text.replace("met_by = \"first decided\"", "met_by = \"first decidet\"")
            .replace("处罚法60", "处罚法99")
    });
    let file = format!("{root}/rules/penalty/decided-late.toml");
    let commands: [&[&str]; 3] = [
        &["lawbook", "check"],
        &["lawbook", "test"],
        &["check", "lists/clean.jsonl"],
    ];
    for command in commands {
        let ran = mingjing(&[command, &["--lawbook", &root]].concat());
        assert_eq!(ran.code, 2, "{command:?}");
        let told = format!("{}{}", ran.out, ran.err);
        for code in ["LB03", "LB06"] {
            let line = told
                .lines()
                .find(|line| line.contains(code))
                .unwrap_or_else(|| panic!("{code}：{told}"));
            let place = line
                .split_whitespace()
                .find(|word| word.contains(&file))
                .unwrap();
            let numbers: Vec<&str> = place.rsplit(':').take(2).collect();
            assert!(
                numbers
                    .iter()
                    .all(|n| n.parse::<u32>().is_ok_and(|n| n > 0)),
                "{line}"
            );
        }
        assert!(told.contains("是否为 decided？"), "{told}");
    }
}

#[test]
fn an_example_that_does_not_hold_exits_with_one() {
    let scratch = Scratch::new();
    let root = altered(&scratch, "rules/penalty/decided-late.toml", |text| {
        text.replace("late = 1", "late = 2")
    });
    let ran = mingjing(&["lawbook", "test", "--lawbook", &root]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(
        ran.out.contains("decided-late.toml:") && ran.out.contains("期望逾期 2"),
        "{}",
        ran.out
    );
    assert!(ran.out.ends_with("1 处不符\n"), "{}", ran.out);
}

#[test]
fn a_folder_that_is_no_law_is_said_so() {
    let scratch = Scratch::new();
    scratch.write("空目录/说明.txt", "x");
    let ran = mingjing(&["lawbook", "check", "--lawbook", &scratch.path("空目录")]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("没有法典文件"), "{}", ran.err);
    let ran = mingjing(&["lawbook", "check", "--lawbook", &scratch.path("没有")]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("文件不存在"), "{}", ran.err);
}

#[test]
fn the_version_is_that_of_software_and_law() {
    let ran = mingjing(&["--version"]);
    assert_eq!(ran.code, 0);
    let law = std::fs::read_to_string(data("../../../../lawbook/lawbook.toml")).unwrap();
    let version = law
        .lines()
        .find_map(|l| l.strip_prefix("version = \""))
        .unwrap()
        .trim_end_matches('"');
    assert_eq!(
        ran.out,
        format!("mingjing {}（法典 {version}）\n", env!("CARGO_PKG_VERSION"))
    );
}
