//! 说明文字：规则示例里的每个发现都写得出来，写出来的是中文，挑出的若干份逐字核对。

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use mingjing_domain::finding::{Assessment, Outcome};
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_lawbook::assess::{Options, assess};
use mingjing_lawbook::explain::{Explainer, FindingText};
use mingjing_lawbook::lawbook::Lawbook;
use support::SHIPPED;

/// 一个示例的时间线与评估；`keep_all` 时合规与不适用的也在内。
struct Judged {
    code: String,
    example: String,
    timeline: Timeline,
    assessment: Assessment,
}

fn judged(lawbook: &Lawbook, keep_all: bool) -> Vec<Judged> {
    let mut list = Vec::new();
    for rule in &lawbook.rules {
        for example in &rule.examples {
            let timeline = example
                .timeline(&lawbook.book.vocabulary, rule)
                .expect("a readable example");
            let options = Options {
                as_of: example.story.as_of,
                known_at: None,
                keep_all,
                skip_duties: false,
            };
            let mut assessment = assess(lawbook, &timeline, &options);
            assessment.results.retain(|r| r.code == rule.code);
            list.push(Judged {
                code: rule.code.to_string(),
                example: example.story.name.to_string(),
                timeline,
                assessment,
            });
        }
    }
    list
}

fn printed(text: &FindingText) -> String {
    let mut out = format!("要点：{}\n", text.headline);
    let groups = [
        ("说明", &text.sentences),
        ("依据", &text.article),
        ("参照", &text.reference),
        ("事实", &text.facts),
        ("对照", &text.checks),
        ("推算", &text.derivation),
        ("参数", &text.parameters),
        ("缺少", &text.missing),
        ("标记", &text.marks),
        ("建议", &text.advice),
    ];
    for (title, lines) in groups {
        for line in lines {
            writeln!(out, "{title}：{line}").expect("writing to a string");
        }
    }
    for cause in &text.causes {
        writeln!(out, "原因：{}", cause.label).expect("writing to a string");
    }
    writeln!(out, "怎么办：{}", text.remedy).expect("writing to a string");
    out
}

/// 文中像标识的英文：含下划线的词，或者三个以上小写字母的词。
fn identifiers(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.' || c == '-'))
        .filter(|word| {
            let lower = word.chars().filter(char::is_ascii_lowercase).count();
            (word.contains('_') && lower > 0) || lower >= 3
        })
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_result_of_every_example_reads_as_chinese() {
    let lawbook = &*SHIPPED;
    let explainer = Explainer::new(lawbook);
    let mut faults = BTreeSet::new();
    let mut seen = 0;
    for judged in judged(lawbook, true) {
        let words = explainer.case(&judged.timeline, judged.assessment.as_of);
        // What an example writes as a value (a name, a path) is not ours to translate.
        let given: String = judged
            .timeline
            .events
            .iter()
            .map(|e| format!("{:?}{:?}{:?}{:?}", e.fields, e.actors, e.keys, e.place))
            .chain([format!(
                "{:?}{:?}",
                judged.timeline.facts, judged.timeline.procedure
            )])
            .collect();
        for result in &judged.assessment.results {
            seen += 1;
            let text = words.finding(result);
            let at = format!("{}（{}）", judged.code, judged.example);
            let cited = text.article.len() + text.reference.len();
            let is_whole = cited > 0
                && !text.headline.is_empty()
                && !text.facts.is_empty()
                && !text.sentences.is_empty();
            if !is_whole {
                faults.insert(format!("{at}：有空的段落"));
            }
            if (result.outcome == Outcome::Undetermined) == text.missing.is_empty() {
                faults.insert(format!("{at}：无法判定与缺什么不相称"));
            }
            if (result.outcome == Outcome::Violation) == text.advice.is_empty() {
                faults.insert(format!("{at}：不合规与建议不相称"));
            }
            for word in identifiers(&printed(&text))
                .iter()
                .filter(|w| !given.contains(w.as_str()))
            {
                faults.insert(format!("{at}：露出 {word}"));
            }
            if printed(&text).contains("规则原文所写的条件") {
                faults.insert(format!("{at}：有读不懂的条件"));
            }
        }
    }
    assert!(seen > lawbook.rules.len(), "示例的结果只有 {seen} 个");
    let list: Vec<String> = faults.into_iter().collect();
    assert!(list.is_empty(), "{} 处：\n{}", list.len(), list.join("\n"));
}

/// 逐字核对的份数之外，另取的每种形式至少一份。
const SNAPSHOTS: &str = "tests/data/findings.txt";

/// 挑出的发现：每种形式的第一个不合规，连同无法判定、临期、疑点各几份。
fn chosen(lawbook: &Lawbook) -> String {
    let explainer = Explainer::new(lawbook);
    let mut seen: BTreeSet<(String, &'static str)> = BTreeSet::new();
    let mut out = String::new();
    for judged in judged(lawbook, false) {
        let words = explainer.case(&judged.timeline, judged.assessment.as_of);
        for result in &judged.assessment.results {
            let part = &lawbook.rules[result.rule as usize].parts[usize::from(result.part)];
            let status = result.status.map_or("", |s| s.name());
            if seen.insert((part.form_name.to_string(), status)) {
                writeln!(
                    out,
                    "## {} {}（{}，{status}）",
                    judged.code, judged.example, part.form_name
                )
                .expect("writing to a string");
                writeln!(out, "{}", printed(&words.finding(result))).expect("writing to a string");
            }
        }
    }
    out
}

#[test]
fn one_finding_of_each_form_and_status_reads_as_reviewed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SNAPSHOTS);
    let now = chosen(&SHIPPED);
    if std::env::var_os("MINGJING_ACCEPT").is_some() {
        std::fs::write(&path, &now).expect("a writable snapshot");
    }
    let reviewed = std::fs::read_to_string(&path).expect("the reviewed texts");
    let difference = reviewed
        .lines()
        .zip(now.lines())
        .enumerate()
        .find(|(_, (a, b))| a != b);
    if let Some((line, (old, new))) = difference {
        panic!(
            "{SNAPSHOTS} 第 {} 行不同：\n核对过的：{old}\n现在的：{new}\n（核对后以 MINGJING_ACCEPT=1 重写）",
            line + 1
        );
    }
    assert_eq!(
        reviewed.lines().count(),
        now.lines().count(),
        "{SNAPSHOTS} 的行数不同"
    );
}

/// 一条规则的第一个不合规的示例；机关的领域、地区由调用者定。
fn first_violation(
    lawbook: &Lawbook,
    code: &str,
    (department, region): (Option<&str>, Option<&str>),
) -> FindingText {
    let rule = lawbook.rule(code).expect("a known code");
    let example = rule
        .examples
        .iter()
        .find(|e| e.expect == "violation")
        .expect("a violation");
    let mut timeline = example
        .timeline(&lawbook.book.vocabulary, rule)
        .expect("readable");
    for (path, value) in [("body.department", department), ("body.region", region)] {
        if let Some(value) = value {
            timeline.facts.set(path, Value::Text(value.to_owned()));
        }
    }
    let options = Options {
        as_of: example.story.as_of,
        ..Options::default()
    };
    let assessment = assess(lawbook, &timeline, &options);
    let result = assessment
        .results
        .iter()
        .find(|r| r.code.as_ref() == code && r.outcome == Outcome::Violation)
        .expect("the violation");
    let explainer = Explainer::new(lawbook);
    explainer.case(&timeline, assessment.as_of).finding(result)
}

fn has(lines: &[String], wanted: &str) -> bool {
    lines.iter().any(|line| line.contains(wanted))
}

#[test]
fn only_what_binds_the_body_is_cited_and_the_rest_is_for_reference() {
    let lawbook = &*SHIPPED;
    let (law, market, transport) = (
        "行政处罚法》（2021年修订）第42条",
        "市场监督管理行政处罚程序规定",
        "交通运输行政执法程序规定",
    );
    let text = first_violation(lawbook, "OFF-TWO", (Some("market_regulation"), None));
    assert!(
        has(&text.article, law) && has(&text.article, market),
        "{text:?}"
    );
    assert!(!has(&text.article, transport) && has(&text.reference, transport));
    let text = first_violation(lawbook, "OFF-TWO", (Some("transport"), None));
    assert!(has(&text.article, transport) && has(&text.reference, market));
    // An unknown department is bound by nothing that only some are bound by.
    let text = first_violation(lawbook, "OFF-TWO", (None, None));
    assert_eq!(text.article.len(), 1, "{:?}", text.article);
    assert_eq!(text.reference.len(), 2);
    for (region, binds) in [("130102", true), ("210102", false)] {
        let text = first_violation(lawbook, "PUB-7WD", (None, Some(region)));
        assert_eq!(has(&text.article, "河北省三项制度"), binds, "{region}");
        assert_eq!(has(&text.reference, "河北省三项制度"), !binds, "{region}");
    }
    // A basis of another department's rules is said to be one.
    let text = first_violation(lawbook, "P-EV-SIGN", (Some("urban_management"), None));
    assert!(
        has(&text.parameters, "不直接约束本机关"),
        "{:?}",
        text.parameters
    );
}

#[test]
fn registrations_ages_and_spans_that_decide_are_shown() {
    let lawbook = &*SHIPPED;
    let nobody = (None, None);
    let card = first_violation(lawbook, "OFF-CERT", nobody);
    assert!(
        has(
            &card.facts,
            "人员 B 的“证件状态”：2020年1月1日（周三）起至2025年3月3日（周一）前为有效"
        ),
        "{:?}",
        card.facts
    );
    assert!(
        has(
            &card.checks,
            "不合要求的是 B：2025年3月3日（周一）“证件状态”为过期"
        ),
        "{:?}",
        card.checks
    );
    let age = first_violation(lawbook, "P-AGE-14", nobody);
    assert!(
        has(&age.checks, "13 岁") && has(&age.checks, "14 岁"),
        "{:?}",
        age.checks
    );
    assert!(has(&age.facts, "（月、日已遮盖）"), "{:?}", age.facts);
    let media = first_violation(lawbook, "REC-FULL", nobody);
    assert!(
        has(&media.derivation, "减去音像的并集") && has(&media.derivation, "行为自"),
        "{:?}",
        media.derivation
    );
    let review = first_violation(lawbook, "P-LREV-REQ", nobody);
    assert!(
        has(&review.checks, "适用·其中：成立") && has(&review.facts, "材料里没有"),
        "{review:?}"
    );
    let notice = first_violation(lawbook, "P-HEAR-NOTICE-7D", nobody);
    assert!(
        has(&notice.derivation, "通知之日与活动之日都不算"),
        "{:?}",
        notice.derivation
    );
}

#[test]
fn a_parameter_is_told_with_unit_span_and_article() {
    let lawbook = &*SHIPPED;
    let text = first_violation(lawbook, "OFF-TWO", (None, None));
    assert!(
        has(
            &text.parameters,
            "现场执法最少人数：2 人（一般取值，2021年7月15日起适用，依据《中华人民共和国行政处罚法》"
        ),
        "{:?}",
        text.parameters
    );
}

#[test]
fn findings_of_one_cause_share_its_key() {
    let lawbook = &*SHIPPED;
    let keys = |code: &str| -> BTreeSet<String> {
        let text = first_violation(lawbook, code, (None, None));
        text.causes.into_iter().map(|c| c.key).collect()
    };
    assert!(keys("OFF-CERT").contains("person/officers/card/B"));
    // A refused extension and the overrun it did not cure are the same duty.
    assert!(
        keys("P-TIME-EXT")
            .iter()
            .any(|k| k.starts_with("duty/P-TIME-90D/")),
        "{:?}",
        keys("P-TIME-EXT")
    );
    assert!(keys("OFF-TWO").is_disjoint(&keys("P-TIME-90D")));
}

#[test]
fn every_undetermined_rule_is_named_with_what_it_lacks() {
    let lawbook = &*SHIPPED;
    let explainer = Explainer::new(lawbook);
    for judged in judged(lawbook, false) {
        let Some(folded) = explainer.fold_undetermined(&judged.assessment.results) else {
            continue;
        };
        assert_eq!(folded.by_rule.len(), folded.rules, "{}", judged.code);
        for rule in &folded.by_rule {
            assert!(
                !rule.name.is_empty() && !rule.lacks.is_empty(),
                "{}：{rule:?}",
                judged.code
            );
        }
    }
}

#[test]
fn every_rule_is_explained_in_chinese() {
    let lawbook = &*SHIPPED;
    let explainer = Explainer::new(lawbook);
    let mut faults = Vec::new();
    for rule in &lawbook.rules {
        let given: String = rule
            .examples
            .iter()
            .flat_map(|e| e.timeline(&lawbook.book.vocabulary, rule))
            .flat_map(|t| t.events)
            .map(|e| format!("{:?}{:?}{:?}{:?}", e.fields, e.actors, e.keys, e.place))
            .collect();
        let text = explainer
            .rule(&rule.code)
            .expect("a known code")
            .to_string();
        if text.contains("规则原文所写的条件") {
            faults.push(format!("{}：有读不懂的条件", rule.code));
        }
        for word in identifiers(&text)
            .into_iter()
            .filter(|w| !given.contains(w.as_str()))
        {
            faults.push(format!("{}：露出 {word}", rule.code));
        }
    }
    assert!(
        faults.is_empty(),
        "{} 处：\n{}",
        faults.len(),
        faults.join("\n")
    );
    let unknown = explainer.rule("P-TIME-90").expect_err("no such rule");
    assert_eq!(
        unknown.to_string(),
        "法典没有编码为 P-TIME-90 的规则；是否为 P-TIME-90D？"
    );
}

#[test]
fn why_answers_for_every_rule_on_any_case() {
    let lawbook = &*SHIPPED;
    let explainer = Explainer::new(lawbook);
    let all = judged(lawbook, true);
    // One closed case, one open list, one of each tenth rule: enough kinds of silence and of answers.
    for judged in all.iter().step_by(97) {
        let words = explainer.case(&judged.timeline, judged.assessment.as_of);
        for rule in lawbook.rules.iter().step_by(7) {
            let why = words.why(&rule.code).expect("a known code");
            let printed = why.to_string();
            assert!(
                !why.answer.is_empty() && !why.parts.is_empty(),
                "{} 没有回答",
                rule.code
            );
            assert!(
                !printed.contains("规则原文所写的条件"),
                "{}：{printed}",
                rule.code
            );
        }
    }
}

#[test]
fn why_tells_what_would_trigger_a_silent_rule() {
    let lawbook = &*SHIPPED;
    let explainer = Explainer::new(lawbook);
    let rule = lawbook.rule("P-TIME-90D").expect("the rule");
    let mut timeline = rule.examples[0]
        .timeline(&lawbook.book.vocabulary, rule)
        .expect("readable");
    let as_of = timeline.events.last().expect("an event").occurred_on;
    let judged = explainer
        .case(&timeline, as_of)
        .why("P-TIME-90D")
        .expect("known")
        .to_string();
    assert!(
        judged.contains("应有") && judged.contains("推算："),
        "{judged}"
    );
    timeline.events.clear();
    let silent = explainer
        .case(&timeline, as_of)
        .why("P-TIME-90D")
        .expect("known");
    assert_eq!(silent.answer, "没有判：没有触发它的事");
    assert!(
        silent.to_string().contains("时间线上没有“立案批准”"),
        "{silent}"
    );
    timeline.procedure = Some("summary_penalty".to_owned());
    let other = explainer
        .case(&timeline, as_of)
        .why("P-TIME-90D")
        .expect("known");
    assert!(
        other.answer.contains("只用于") && other.answer.contains("简易程序"),
        "{}",
        other.answer
    );
}

#[test]
fn names_and_numbers_of_persons_are_masked() {
    use mingjing_lawbook::explain::value::{mask_numbers, party_name};
    let cases = [
        ("张三丰", Some("natural"), "张**"),
        (
            "云安市好味餐饮有限公司",
            Some("legal"),
            "云安市好味餐饮有限公司",
        ),
        ("李四", None, "李*"),
        ("王五行", None, "王**"),
        ("阿不都·买买提江店", None, "阿********"),
        (
            "云安市好味餐饮店",
            Some("individual_business"),
            "云安市好味餐饮店",
        ),
        ("赵六", Some("individual_business"), "赵*"),
        ("王小明<script>", None, "王**********"),
    ];
    for (name, kind, shown) in cases {
        assert_eq!(party_name(name, kind), shown, "{name}（{kind:?}）");
    }
    assert_eq!(
        mask_numbers("电话13800138000，证号11010119900307002X。"),
        "电话138****8000，证号11**************2X。"
    );
    assert_eq!(
        mask_numbers("罚款20000元，文号（2024）12号"),
        "罚款20000元，文号（2024）12号"
    );
}
