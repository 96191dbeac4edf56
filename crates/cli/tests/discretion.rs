//! 裁量的命令：算一个事项、列出、由表起草；给人看的文字、JSON、退出码，金额不猜单位。

mod support;

use serde_json::Value as Json;
use support::{Scratch, expect_file, mingjing};

const ON: [&str; 2] = ["--on", "2025-03-03"];

fn reckon(args: &[&str]) -> support::Ran {
    mingjing(&[&["discretion"], args, &ON].concat())
}

#[test]
fn a_whole_result_is_told_in_chinese() {
    let ran = reckon(&[
        "food_without_licence",
        "--facts",
        "goods_value=5000元",
        "factors=removed_harm",
        "factors_evidenced=是",
        "discretion.is_minor=否",
        "party.kind=legal",
        "情节都有证据=是",
    ]);
    assert_eq!(ran.code, 1, "{}\n{}", ran.out, ran.err);
    expect_file("discretion.txt", &ran.out);
    let ran = reckon(&[
        "sz_outdoor_vending",
        "--region",
        "440306",
        "--facts",
        "prior_penalties=0",
        "wide_influence=否",
        "factors=",
    ]);
    assert_eq!(ran.code, 1, "{}\n{}", ran.out, ran.err);
    let said = "阶次：还定不下来，可能是情节较轻、情节严重";
    assert!(ran.out.contains(said), "{}", ran.out);
}

#[test]
fn json_tells_every_condition_and_the_facts_for_the_rules() {
    let ran = reckon(&[
        "sz_facility_occupation",
        "--facts",
        "act.prior_penalties=1",
        "places=3",
        "--format",
        "json",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let told: Json = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(told["type"], "discretion");
    assert_eq!(told["verdict"], "penalize");
    let fine = &told["ranges"][0];
    assert_eq!(fine["statutory"]["least"], 1_500_000);
    assert_eq!(fine["statutory"]["most"], 6_000_000);
    assert_eq!(fine["proposal"]["least"], 3_000_000);
    assert_eq!(fine["proposal"]["most"], 3_000_000);
    assert_eq!(told["tiers"][1]["is_candidate"], true);
    let test = &told["tiers"][1]["tests"][0];
    assert_eq!(test["state"], "met");
    assert_eq!(test["reads"][0]["path"], "act.prior_penalties");
    assert_eq!(test["reads"][0]["value"], "1 次");
    assert_eq!(told["facts"]["discretion.computed_step"], "情节较重");
    assert_eq!(told["facts"]["discretion.step_min"], 3_000_000);
}

#[test]
fn what_lacks_is_named_and_the_exit_code_says_so() {
    let ran = reckon(&["medical_fund_fraud", "--format", "json"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let told: Json = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(told["missing"][0], "act.defrauded");
    assert!(told["ranges"][0]["proposal"].is_null());
}

#[test]
fn nothing_is_guessed() {
    let refused = [
        (
            vec!["food_without_license"],
            "是否为 food_without_licence？",
        ),
        (
            vec!["food_without_licence", "--facts", "goods_value=5000"],
            "写明单位",
        ),
        (
            vec!["food_without_licence", "--facts", "goods_values=5000元"],
            "是否为 goods_value？",
        ),
        (
            vec!["food_without_licence", "--facts", "is_minor=也许"],
            "应为 是 或 否",
        ),
        (
            vec!["food_without_licence", "--facts", "factors=nice"],
            "可以是",
        ),
        (
            vec!["food_without_licence", "--department", "health"],
            "属于市场监管",
        ),
        (
            vec!["sz_outdoor_vending", "--region", "31"],
            "只在深圳市施行",
        ),
        (
            vec!["food_without_licence", "--facts", "没有这个文件.jsonl"],
            "一案也没有读成",
        ),
    ];
    for (args, said) in refused {
        let ran = reckon(&args);
        assert_eq!(ran.code, 2, "{args:?}\n{}", ran.out);
        assert!(ran.err.contains(said), "{args:?}\n{}", ran.err);
    }
    let ran = mingjing(&["discretion", "false_publicity", "--on", "2026-01-01"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("2019年4月23日"), "{}", ran.err);
}

#[test]
fn a_case_file_gives_facts_and_events() {
    let scratch = Scratch::new();
    let case = r#"{"case":"甲","body":{"department":"market_regulation"},"facts":{"case":{"act_on":"2025-03-03"},"discretion":{"goods_value":500000,"factors":["removed_harm"],"factors_evidenced":true}},"events":[{"kind":"collective_discussed","on":"2025-03-20"}]}"#;
    let path = scratch.write("case.jsonl", case);
    let ran = mingjing(&[
        "discretion",
        "food_without_licence",
        "--facts",
        &path,
        "--format",
        "json",
    ]);
    assert!(ran.code < 2, "{}", ran.err);
    let told: Json = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(told["on"], "2025年3月3日（周一）");
    assert_eq!(told["ranges"][0]["proposal"]["most"], 6_500_000);
    assert_eq!(told["ranges"][0]["mitigated_below"], 5_000_000);
    let procedure = &told["needs"][1];
    assert_eq!(procedure["state"], "met", "{procedure}");
    let two = format!("{case}\n{}", case.replace("甲", "乙"));
    let path = scratch.write("two.jsonl", two);
    let ran = mingjing(&["discretion", "food_without_licence", "--facts", &path]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--case"), "{}", ran.err);
    let told = mingjing(&[
        "discretion",
        "food_without_licence",
        "--facts",
        &path,
        "goods_value=2万元",
        "--case",
        "乙",
        "--format",
        "json",
    ]);
    let told: Json = serde_json::from_str(&told.out).unwrap();
    assert_eq!(told["ranges"][1]["statutory"]["least"], 20_000_000);
}

#[test]
fn items_are_listed_with_what_they_ask() {
    let ran = mingjing(&[
        "discretion",
        "list",
        "--department",
        "transport",
        "--format",
        "json",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let item: Json = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(item["item"], "goods_transport_without_licence");
    assert_eq!(item["asks"][0]["path"], "act.illegal_gains");
    assert_eq!(item["asks"][0]["type"], "fen");
    let table = mingjing(&["discretion", "list"]);
    assert!(
        table.out.contains("goods_transport_without_licence"),
        "{}",
        table.out
    );
    assert_eq!(
        mingjing(&["discretion", "list", "--department", "space"]).code,
        2
    );
}

const TABLE: &str = "违法行为,法规,条款,法定幅度,阶次,适用情形,裁量幅度\n\
    乱扔,《某条例》,13,处五百元以上一千元以下罚款,较轻,第一次被处罚的。,处五百元罚款\n\
    ,,,,严重,影响恶劣的。,处一千元罚款\n\
    乱倒,《某条例》,14,责令改正,,,\n";

#[test]
fn a_table_is_tried_first_and_written_only_when_asked() {
    let scratch = Scratch::new();
    let table = scratch.write("基准.csv", TABLE);
    let ran = mingjing(&["discretion", "import", &table]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(
        ran.out.starts_with(
            "3 行，起草 2 个事项；数额读懂 2 行，数额与情形都读懂 1 行；要补的 3 处\n"
        ),
        "{}",
        ran.out
    );
    for said in [
        "第 3 行 乱扔：适用情形要写成条件",
        "第 4 行 乱倒：法定幅度看不懂",
    ] {
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    let out = scratch.path("草稿");
    let args = [
        "discretion",
        "import",
        &table,
        "--out",
        &out,
        "--department",
        "urban_management",
    ];
    assert_eq!(mingjing(&args).code, 1);
    let draft = std::fs::read_to_string(format!("{out}/draft_001.toml")).unwrap();
    for said in ["that = \"act.prior_penalties == 0\"", "that = \"待填\""] {
        assert!(draft.contains(said), "{draft}");
    }
    let again = mingjing(&args);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("不覆盖"), "{}", again.err);
    let json = scratch.write(
        "基准.json",
        r#"{"items":[{"id":"x_1","act":"乱扔","range":"处五百元以上一千元以下罚款","tiers":[{"level":"较轻","condition":"第一次被处罚的。","penalty":"处五百元罚款。"}]}]}"#,
    );
    let ran = mingjing(&["discretion", "import", &json]);
    assert!(ran.out.contains("数额与情形都读懂 1 行"), "{}", ran.out);
    let none = scratch.write("无.csv", "甲,乙\n1,2\n");
    assert_eq!(mingjing(&["discretion", "import", &none]).code, 2);
}
