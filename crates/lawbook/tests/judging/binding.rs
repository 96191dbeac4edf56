//! 约束力：依据约束本机关的才能认定违反；只约束别的领域的至多是疑点，别的地区的不适用，机关不明的说不准。

use std::collections::BTreeMap;

use mingjing_domain::finding::{Force, Mark, Outcome, RuleResult, Severity, Status};
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_lawbook::assess::{Options, assess};
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::prepare::prepare;

use crate::support::{SHIPPED, load_all, minimal_with, rule, timeline};

const MARKET: &str = "short = '乙程序'\nname = '乙程序'\nlevel = 'department_rule'\ndepartments = ['market']\n\
    [[version]]\nfrom = '2020-01-01'\narticles = ['1']\nmark = ['待核']\n";
const LOCAL: &str = "short = '丙条例'\nname = '丙条例'\nlevel = 'local_regulation'\nregions = ['21']\n\
    [[version]]\nfrom = '2020-01-01'\narticles = ['1']\nmark = ['地方']\n";
const NEWER: &str = "short = '丁法'\nname = '丁法'\nlevel = 'law'\n\
    [[version]]\nfrom = '2025-01-01'\narticles = ['1']\n";
const PART: &str = "[[part]]\nform = 'must'\non = 'each decided'\nthat = 'e.fine > 100'\n";
const DECIDED: &str = "2024-03-01 decided outcome=penalty fine=10";

fn lawbook(cite: &str, parts: &str, more: &[(&str, &str)]) -> Lawbook {
    let text = rule("T", parts).replace("['甲法5']", cite).replace(
        "severity = '违规'",
        "severity = '重大违法'\nadvice = ['H4']",
    );
    let mut files = vec![
        ("statutes/market.toml", MARKET),
        ("statutes/local.toml", LOCAL),
        ("statutes/newer.toml", NEWER),
        ("rules/t.toml", &*text),
    ];
    files.extend_from_slice(more);
    load_all(&minimal_with(&files))
}

fn body(mut case: Timeline, department: Option<&str>, region: Option<&str>) -> Timeline {
    let facts = [("department", department), ("region", region)];
    let record: BTreeMap<String, Value> = facts
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), Value::Text(value?.to_owned()))))
        .collect();
    let body = case.facts.values.entry("body".to_owned());
    *body.or_insert(Value::Bool(true)) = Value::Record(record);
    case
}

fn judged(lawbook: &Lawbook, case: &Timeline) -> RuleResult {
    let options = Options {
        keep_all: true,
        ..Options::default()
    };
    let mut results = assess(lawbook, case, &options).results;
    assert_eq!(results.len(), 1, "{results:?}");
    results.remove(0)
}

fn marks(result: &RuleResult) -> Vec<Mark> {
    result.marks.iter().collect()
}

#[test]
fn only_what_binds_the_body_makes_a_violation() {
    let violated = (Status::Violated, Severity::Grave);
    let doubt = (Status::Doubt, Severity::Warning);
    for (cite, department, region, (status, severity), expected) in [
        ("['甲法5']", None, None, violated, vec![]),
        (
            "['乙程序1']",
            Some("market"),
            None,
            violated,
            vec![Mark::Unverified],
        ),
        (
            "['乙程序1']",
            Some("general"),
            None,
            doubt,
            vec![Mark::Unverified],
        ),
        ("['乙程序1']", None, None, doubt, vec![Mark::Unverified]),
        // A verified national article is enough: what else is cited does not weaken it.
        (
            "['甲法5', '乙程序1', '丙条例1']",
            Some("market"),
            Some("210100"),
            violated,
            vec![],
        ),
        (
            "['丙条例1']",
            Some("general"),
            Some("210100"),
            violated,
            vec![Mark::Local],
        ),
        (
            "['丙条例1', '乙程序1']",
            Some("general"),
            Some("210100"),
            violated,
            vec![Mark::Local],
        ),
        (
            "['丙条例1', '乙程序1']",
            Some("general"),
            Some("330100"),
            doubt,
            vec![Mark::Unverified, Mark::Local],
        ),
        // The other one was not yet in force on that day.
        (
            "['乙程序1', '丁法1']",
            Some("general"),
            None,
            doubt,
            vec![Mark::Unverified],
        ),
    ] {
        let lawbook = lawbook(cite, PART, &[]);
        let case = body(timeline(&lawbook, &[DECIDED]), department, region);
        let result = judged(&lawbook, &case);
        let at = format!("{cite} {department:?} {region:?}");
        assert_eq!(result.outcome, Outcome::Violation, "{at}");
        assert_eq!(result.status, Some(status), "{at}");
        assert_eq!(result.severity, severity, "{at}");
        assert_eq!(marks(&result), expected, "{at}");
    }
}

#[test]
fn a_regional_rule_does_not_apply_elsewhere_and_is_undetermined_where_the_region_is_unknown() {
    let lawbook = lawbook("['丙条例1']", PART, &[]);
    let at = |region| judged_all(&lawbook, region);
    assert_eq!(at(Some("330100")), []);
    assert_eq!(
        at(None),
        [(Outcome::Undetermined, vec!["body.region".to_owned()])]
    );
    assert_eq!(at(Some("210100")), [(Outcome::Violation, vec![])]);
}

#[test]
fn a_region_told_in_another_way_is_unknown_and_excludes_nothing() {
    let lawbook = lawbook("['丙条例1']", PART, &[]);
    for region in ["辽宁省", "2101000", "21010O"] {
        let found = judged_all(&lawbook, Some(region));
        assert_eq!(found[0].0, Outcome::Undetermined, "{region}");
    }
    let case = body(timeline(&lawbook, &[DECIDED]), None, Some("辽宁省"));
    let prepared = prepare(&lawbook.book.vocabulary, &case, None, None);
    let told = &prepared.mismatches()[0];
    assert_eq!(told.subject, "body.region");
    assert!(told.message.contains("210300"), "{}", told.message);
}

fn judged_all(lawbook: &Lawbook, region: Option<&str>) -> Vec<(Outcome, Vec<String>)> {
    let case = body(timeline(lawbook, &[DECIDED]), Some("general"), region);
    let results = assess(lawbook, &case, &Options::default()).results;
    let missing = |r: &RuleResult| r.missing.iter().map(|m| m.what.to_string()).collect();
    results.iter().map(|r| (r.outcome, missing(r))).collect()
}

#[test]
fn a_value_whose_basis_does_not_bind_the_body_leaves_a_doubt() {
    let floor = "[parameter.floor]\nname = '下限'\ntype = 'fen'\nprefer = 'department'\nvalues = [\n\
        { from = '2020-01-01', value = 100, cite = ['乙程序1'] },\n\
        { department = 'market', from = '2020-01-01', value = 100, cite = ['乙程序1'] },\n]\n";
    let part = "[[part]]\nform = 'must'\non = 'each decided'\nthat = \"e.fine > param('floor')\"\n";
    let lawbook = lawbook("['甲法5']", part, &[("parameters/floor.toml", floor)]);
    for (department, force, status) in [
        (Some("market"), Force::Binding, Status::Violated),
        (Some("general"), Force::Reference, Status::Doubt),
        (None, Force::Unknown, Status::Doubt),
    ] {
        let case = body(timeline(&lawbook, &[DECIDED]), department, None);
        let result = judged(&lawbook, &case);
        assert_eq!((result.force, result.status), (force, Some(status)));
    }
}

#[test]
fn the_words_say_why_it_is_only_a_doubt_and_ask_for_nothing_grave() {
    for (department, expected) in [
        (Some("general"), "对本机关没有约束力"),
        (None, "不知道本机关的领域"),
    ] {
        let lawbook = lawbook("['乙程序1']", PART, &[]);
        let case = body(timeline(&lawbook, &[DECIDED]), department, None);
        let result = judged(&lawbook, &case);
        let explainer = Explainer::new(&lawbook);
        let words = explainer.case(&case, result.day);
        let text = words.finding(&result).sentences.join("");
        assert!(text.contains(expected), "{text}");
        assert_eq!(words.suggested(&result), ["H1"]);
    }
}

#[test]
fn what_binds_does_not_yield_to_what_does_not() {
    let local = "[[part]]\nform = 'must'\non = 'each decided'\nthat = 'e.fine > 50'\n";
    let other = rule("U", local).replace("['甲法5']", "['乙程序1']");
    let yielding = format!("yields_to = ['U']\n{PART}");
    let lawbook = lawbook("['甲法5']", &yielding, &[("rules/u.toml", &other)]);
    for (department, expected) in [("market", vec!["U"]), ("general", vec!["T", "U"])] {
        let case = body(timeline(&lawbook, &[DECIDED]), Some(department), None);
        let results = assess(&lawbook, &case, &Options::default()).results;
        let codes: Vec<&str> = results.iter().map(|r| r.code.as_ref()).collect();
        assert_eq!(codes, expected, "{department}");
    }
}

/// 随产品交付的规则：没有一条全国依据的，对别的领域不能是违反；补了全国依据的仍是。
#[test]
fn shipped_rules_of_one_department_or_region_accuse_nobody_else() {
    let lawbook = &*SHIPPED;
    for (event, department, region, code, expected) in [
        (
            "2025-04-10 archived one_case_one_file=false in_order=true",
            "emergency_management",
            "210300",
            "P-ARCH-ORDER",
            Some(Status::Doubt),
        ),
        (
            "2025-04-10 archived one_case_one_file=false in_order=true",
            "market_regulation",
            "210300",
            "P-ARCH-ORDER",
            Some(Status::Violated),
        ),
        (
            "2025-06-18T14:30 media_captured case_no=甲 started_at=2025-06-18T14:30 taken_at_place=路 taken_by=A",
            "general",
            "210300",
            "REC-META",
            None,
        ),
        (
            "2025-06-18T14:30 media_captured case_no=甲 started_at=2025-06-18T14:30 taken_at_place=路 taken_by=A",
            "general",
            "130100",
            "REC-META",
            Some(Status::Violated),
        ),
        (
            "2026-05-11 published text=\"电话13800138000\"",
            "general",
            "210300",
            "PUB-MASK",
            Some(Status::Violated),
        ),
    ] {
        let case = body(timeline(lawbook, &[event]), Some(department), Some(region));
        let results = assess(lawbook, &case, &Options::default()).results;
        let found = results.iter().find(|r| r.code.as_ref() == code);
        assert_eq!(
            found.and_then(|r| r.status),
            expected,
            "{code} {department} {region}"
        );
    }
}
