//! 裁量：事项的示例成立；从轻、从重与阶次不合时取哪一段；事项按日期与地区选；起草的草稿不会悄悄生效。

mod support;

use std::collections::BTreeMap;

use mingjing_domain::coverage::Coverage;
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_lawbook::cel::value::Tri;
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::discretion::Item;
use mingjing_lawbook::discretion::amount::yuan;
use mingjing_lawbook::discretion::choose::{NoItem, Setting};
use mingjing_lawbook::discretion::draft::{Frame, TableRow, draft};
use mingjing_lawbook::discretion::example;
use mingjing_lawbook::discretion::reckon::{Interval, Lean, Reckoning, Verdict, reckon};
use mingjing_lawbook::discretion::words::interval;
use mingjing_lawbook::example::facts_of;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::load;
use mingjing_lawbook::prepare::prepare;
use support::{SHIPPED, SHIPPED_FILES, load_all, report};

fn day(text: &str) -> Date {
    Date::parse_iso(text).expect("a day")
}

/// 某日，机关在某地，不知道什么领域。
fn at<'t>(on: &str, region: Option<&'t str>) -> Setting<'t> {
    Setting {
        day: day(on),
        region,
        department: None,
    }
}

/// 只有事实、材料不完整的时间线。
fn timeline(lawbook: &Lawbook, facts: &[(&str, Value)]) -> Timeline {
    let facts: BTreeMap<String, Value> = facts
        .iter()
        .map(|(path, value)| ((*path).to_owned(), value.clone()))
        .collect();
    let mut timeline = Timeline {
        id: "试".to_owned(),
        procedure: None,
        events: Vec::new(),
        coverage: Coverage::Open,
        facts: facts_of(&lawbook.book.vocabulary, &BTreeMap::new()),
    };
    for (path, value) in facts {
        timeline.facts.set(&path, value);
    }
    timeline
}

fn computed<T>(
    lawbook: &Lawbook,
    item: &Item,
    facts: &[(&str, Value)],
    on: &str,
    look: impl FnOnce(&Reckoning<'_>) -> T,
) -> T {
    let timeline = timeline(lawbook, facts);
    let day = day(on);
    let case = prepare(&lawbook.book.vocabulary, &timeline, Some(day), None);
    look(&reckon(lawbook, item, &case, day))
}

fn proposal(reckoning: &Reckoning<'_>) -> String {
    let fines: Vec<String> = reckoning
        .fines()
        .filter_map(|fine| fine.proposal.and_then(Interval::known))
        .map(interval)
        .collect();
    fines.join("；")
}

fn texts(codes: &[&str]) -> Value {
    Value::List(codes.iter().map(|code| Value::from(*code)).collect())
}

#[test]
fn every_example_of_every_item_holds() {
    let failures = example::test(&SHIPPED);
    assert!(failures.is_empty(), "{}", report(&failures));
}

#[test]
fn there_are_enough_items_over_enough_departments() {
    let departments: std::collections::BTreeSet<_> = SHIPPED
        .discretion
        .iter()
        .flat_map(|item| &item.departments)
        .collect();
    assert!(
        SHIPPED.discretion.len() >= 8,
        "{}",
        SHIPPED.discretion.len()
    );
    assert!(departments.len() >= 3, "{departments:?}");
    let local = SHIPPED.discretion.iter().filter(|i| !i.regions.is_empty());
    for item in local {
        let names: Vec<_> = item.marks.iter().map(|m| m.name()).collect();
        assert!(names.contains(&"地方"), "{} 没有标明〔地方〕", item.code);
    }
}

/// 幅度二万至二十万，较轻二至五万、一般五至十二万、较重十二至二十万；EX25 的基准。
const BENCHMARK: &str = r#"
code = "ex25"
name = "试"
from = "2021-07-15"
departments = ["market_regulation", "health"]
cite = ["处罚法34"]
[[range]]
id = "fine"
kind = "fine"
least = "2万元"
most = "20万元"
[[tier]]
name = "较轻"
all = [{ say = "第一次", that = "act.prior_penalties == 0" }]
amounts = [{ range = "fine", least = "2万元", most = "5万元" }]
[[tier]]
name = "一般"
amounts = [{ range = "fine", least = "5万元", most = "12万元" }]
[[tier]]
name = "较重"
any = [
  { say = "第三次以上", that = "act.prior_penalties >= 2" },
  { say = "威胁工作人员", that = "act.obstructed_staff" },
]
amounts = [{ range = "fine", least = "12万元", most = "20万元" }]
"#;

fn with_benchmark() -> Lawbook {
    let mut files = SHIPPED_FILES.clone();
    files.push(SourceFile::new("discretion/ex25.toml", BENCHMARK));
    load_all(&files)
}

#[test]
fn lighter_and_heavier_meet_the_tier_where_they_can() {
    let lawbook = with_benchmark();
    let item = lawbook
        .discretion_item("ex25", at("2025-03-03", None))
        .expect("the item");
    let told = |department: &str, prior: i64, factors: &[&str]| {
        let facts = [
            ("body.department", Value::from(department)),
            ("act.prior_penalties", Value::Int(prior)),
            ("act.obstructed_staff", Value::Bool(false)),
            ("discretion.factors", texts(factors)),
        ];
        computed(&lawbook, item, &facts, "2025-03-03", |r| {
            let fine = r.fines().next().expect("a fine");
            let below = fine.below.map_or_else(|| "没有".to_owned(), yuan);
            (proposal(r), fine.is_off_tier, below, r.lean)
        })
    };
    let market = "market_regulation";
    let said =
        |text: &str, off: bool, below: &str, lean| (text.to_owned(), off, below.to_owned(), lean);
    // The lower thirty per cent is 2 to 7.4, the upper one 14.6 to 20 (EX25 e, f).
    assert_eq!(
        told(market, 1, &[]),
        said("5万元至12万元", false, "没有", Lean::None)
    );
    assert_eq!(
        told(market, 1, &["removed_harm"]),
        said("5万元至7.4万元", false, "2万元", Lean::Lighter)
    );
    assert_eq!(
        told(market, 0, &["removed_harm"]),
        said("2万元至5万元", false, "2万元", Lean::Lighter)
    );
    assert_eq!(
        told(market, 2, &["removed_harm"]),
        said("12万元至20万元", true, "2万元", Lean::Lighter)
    );
    assert_eq!(
        told(market, 1, &["emergency"]),
        said("5万元至12万元", true, "没有", Lean::Heavier)
    );
    assert_eq!(
        told(market, 2, &["emergency"]),
        said("14.6万元至20万元", false, "没有", Lean::Heavier)
    );
    assert_eq!(
        told(market, 1, &["removed_harm", "emergency"]),
        said("5万元至12万元", false, "2万元", Lean::Mixed)
    );
    // Health has no such rule: the tier stays what it is.
    assert_eq!(
        told("health", 1, &["removed_harm"]),
        said("5万元至12万元", false, "2万元", Lean::Lighter)
    );
    assert_eq!(
        told("health", 1, &["emergency"]),
        said("5万元至12万元", false, "没有", Lean::Heavier)
    );
}

#[test]
fn what_is_not_known_keeps_the_heavier_tiers_open() {
    let lawbook = with_benchmark();
    let item = lawbook
        .discretion_item("ex25", at("2025-03-03", None))
        .expect("the item");
    let told = |facts: &[(&str, Value)]| {
        computed(&lawbook, item, facts, "2025-03-03", |r| {
            let candidates = r.tiers.iter().filter(|t| t.is_candidate);
            let names: Vec<String> = candidates.map(|t| t.tier.name.to_string()).collect();
            let missing: Vec<String> = r.missing.iter().map(|m| m.what.to_string()).collect();
            (names.join("、"), proposal(r), missing.join("、"))
        })
    };
    let said = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    assert_eq!(
        told(&[("act.prior_penalties", Value::Int(0))]),
        said("较轻、较重", "2万元至20万元", "act.obstructed_staff")
    );
    assert_eq!(
        told(&[("act.obstructed_staff", Value::Bool(true))]),
        said("较重", "12万元至20万元", "")
    );
    assert_eq!(
        told(&[]),
        said(
            "较轻、一般、较重",
            "2万元至20万元",
            "act.prior_penalties、act.obstructed_staff"
        )
    );
}

#[test]
fn an_act_of_minor_weight_is_not_penalized_and_a_first_offence_may_be_let_off() {
    let item = SHIPPED
        .discretion_item("food_purchase_unchecked", at("2025-03-03", None))
        .expect("the item");
    let verdict =
        |facts: &[(&str, Value)]| computed(&SHIPPED, item, facts, "2025-03-03", |r| r.verdict);
    let yes = || Value::Bool(true);
    let minor = [
        ("discretion.is_minor", yes()),
        ("discretion.corrected_in_time", yes()),
        ("discretion.harmless", yes()),
    ];
    assert_eq!(verdict(&minor), Verdict::MustNot);
    assert_eq!(verdict(&minor[..2]), Verdict::Penalize);
    let first = [
        ("discretion.on_first_offence_list", yes()),
        ("discretion.is_first_offence", yes()),
        ("discretion.slight_harm", yes()),
        ("discretion.corrected_in_time", yes()),
    ];
    assert_eq!(verdict(&first), Verdict::MayNot);
    assert_eq!(verdict(&first[1..]), Verdict::Penalize);
}

#[test]
fn mitigation_names_the_procedure_that_it_needs() {
    let item = SHIPPED
        .discretion_item("food_without_licence", at("2025-03-03", None))
        .expect("the item");
    let facts = [
        ("discretion.goods_value", Value::Int(500_000)),
        ("discretion.factors", texts(&["removed_harm"])),
        ("discretion.factors_evidenced", Value::Bool(true)),
        ("discretion.mitigation_in_benchmark", Value::Bool(true)),
    ];
    computed(&SHIPPED, item, &facts, "2025-03-03", |r| {
        let needs: Vec<(String, bool)> = r
            .needs
            .iter()
            .map(|n| (n.need.name.to_string(), matches!(n.seen.state, Tri::True)))
            .collect();
        assert_eq!(
            needs,
            [
                ("情节有证据".to_owned(), true),
                ("减轻的程序".to_owned(), true),
                ("必经法制审核的，审核已经同意".to_owned(), false),
            ]
        );
        let fine = r.fines().next().expect("a fine");
        let least = fine.proposal.and_then(|p| p.least);
        assert_eq!(least, fine.statutory.and_then(|s| s.least));
    });
    computed(&SHIPPED, item, &facts[..1], "2025-03-03", |r| {
        assert!(r.needs.is_empty());
    });
}

#[test]
fn items_are_chosen_by_day_and_place() {
    let found = |code: &str, on: &str, region: Option<&str>| {
        SHIPPED
            .discretion_item(code, at(on, region))
            .map(|item| item.code.to_string())
    };
    assert_eq!(found("nothing", "2025-03-03", None), Err(NoItem::Unknown));
    assert_eq!(
        found("food_without_licence", "2021-04-28", None),
        Err(NoItem::NotInForce)
    );
    assert_eq!(
        found("false_publicity", "2025-10-15", None),
        Err(NoItem::NotInForce)
    );
    assert!(found("false_publicity", "2025-10-14", None).is_ok());
    assert!(found("sz_outdoor_vending", "2024-03-03", Some("440306")).is_ok());
    assert!(found("sz_outdoor_vending", "2024-03-03", None).is_ok());
    assert_eq!(
        found("sz_outdoor_vending", "2024-03-03", Some("440100")),
        Err(NoItem::Elsewhere)
    );
}

#[test]
fn items_are_those_of_the_department() {
    let of = |department| Setting {
        department: Some(department),
        ..at("2025-03-03", Some("440306"))
    };
    let found = SHIPPED.discretion_item("food_without_licence", of("ecology"));
    assert_eq!(found.err(), Some(NoItem::OtherDepartment));
    let said =
        NoItem::OtherDepartment.in_words(&SHIPPED, "food_without_licence", day("2025-03-03"));
    assert!(said.contains("属于市场监管"), "{said}");
    let all = SHIPPED.discretion_items(of("market_regulation"));
    assert!(all.iter().any(|item| *item.code == *"food_without_licence"));
    assert!(all.iter().all(|item| item.suits(Some("market_regulation"))));
    assert!(
        all.len()
            < SHIPPED
                .discretion_items(at("2025-03-03", Some("440306")))
                .len()
    );
}

#[test]
fn a_local_benchmark_goes_before_the_national_one() {
    let local = BENCHMARK.replacen(
        "name = \"试\"",
        "name = \"深圳的\"\nregions = [\"4403\"]",
        1,
    );
    let mut files = SHIPPED_FILES.clone();
    files.push(SourceFile::new("discretion/ex25.toml", BENCHMARK));
    files.push(SourceFile::new("discretion/ex25_sz.toml", local));
    let lawbook = load_all(&files);
    let name = |region: &str| {
        let item = lawbook.discretion_item("ex25", at("2025-03-03", Some(region)));
        item.map(|item| item.name.to_string())
    };
    assert_eq!(name("440306"), Ok("深圳的".to_owned()));
    assert_eq!(name("110000"), Ok("试".to_owned()));
}

#[test]
fn the_answers_serve_the_rules_of_discretion() {
    let lawbook = with_benchmark();
    let item = lawbook
        .discretion_item("ex25", at("2025-03-03", None))
        .expect("the item");
    let facts = [
        ("act.prior_penalties", Value::Int(1)),
        ("act.obstructed_staff", Value::Bool(false)),
    ];
    let told = computed(&lawbook, item, &facts, "2025-03-03", |r| r.facts());
    assert_eq!(
        told,
        [
            ("discretion.fine_min", Value::Int(2_000_000)),
            ("discretion.fine_max", Value::Int(20_000_000)),
            ("discretion.step_min", Value::Int(5_000_000)),
            ("discretion.step_max", Value::Int(12_000_000)),
            ("discretion.computed_step", Value::from("一般")),
        ]
    );
}

fn row(level: &str, condition: &str, penalty: &str) -> TableRow {
    TableRow {
        place: format!("第 {level} 行"),
        code: "sz_1".to_owned(),
        act: "不履行“责任”".to_owned(),
        law: "《某条例》".to_owned(),
        article: "13".to_owned(),
        range: "处二千元以上二万元以下罚款".to_owned(),
        level: level.to_owned(),
        condition: condition.to_owned(),
        penalty: penalty.to_owned(),
    }
}

#[test]
fn a_draft_that_is_complete_loads_and_one_that_is_not_says_where() {
    let rows = [
        row("较轻", "第一次被处罚的。", "处二千元罚款。"),
        row("严重", "第三次及以上被处罚的。", "处二万元罚款。"),
    ];
    let frame = Frame {
        from: Some("2023-12-15".to_owned()),
        department: Some("urban_management".to_owned()),
        region: Some("4403".to_owned()),
        cite: Some("深圳市容条例".to_owned()),
    };
    let made = draft(&rows, &frame);
    assert_eq!((made.rows, made.amounts, made.complete), (2, 2, 2));
    assert!(made.troubles.is_empty(), "{:?}", made.troubles);
    let item = &made.items[0];
    let mut files = SHIPPED_FILES.clone();
    let path = format!("discretion/{}.toml", item.code);
    files.push(SourceFile::new(path, item.text.clone()));
    let lawbook = load_all(&files);
    let loaded = lawbook
        .discretion
        .iter()
        .find(|i| i.code.as_ref() == "sz_1");
    assert_eq!(loaded.map(|i| i.tiers.len()), Some(2));

    let open = [
        row("较轻", "造成一定影响的", "处二千元罚款。"),
        row("严重", "第三次及以上被处罚的。", "处三万元罚款。"),
        row("特别严重", "其他", "从严处理"),
    ];
    let made = draft(&open, &Frame::default());
    let said: Vec<&str> = made.troubles.iter().map(|t| t.message.as_str()).collect();
    assert_eq!(
        said,
        [
            "适用情形要写成条件，补 that",
            "裁量幅度不在法定幅度以内，请核对原表",
            "裁量幅度看不懂，这一档没有起草",
        ]
    );
    assert_eq!((made.amounts, made.complete), (2, 0));
    let mut files = SHIPPED_FILES.clone();
    files.push(SourceFile::new(
        "discretion/sz_1.toml",
        made.items[0].text.clone(),
    ));
    let found = load::load(&files).diagnostics;
    assert!(
        found
            .iter()
            .all(|d| d.file.as_ref() == "discretion/sz_1.toml"),
        "{}",
        report(&found)
    );
    assert!(found.len() >= 4, "{}", report(&found));
}
