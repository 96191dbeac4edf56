//! 先看后果：两份法典之间变了什么，哪些案件会变，试行的规则会说什么。

mod support;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use mingjing_domain::finding::Outcome;
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;
use mingjing_lawbook::assess::{Options, assess, assess_trial};
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::diff::{Affected, Change, Comparison, Edition, Kind, Span, compare};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::prepare::prepare;
use mingjing_lawbook::simulate::{Simulation, Turn};
use support::{SHIPPED, SHIPPED_FILES, load_all, minimal_with, rule, timeline};

fn day(text: &str) -> Date {
    Date::parse_iso(text).expect("a date")
}

/// 随程序带的一份，一个文件里恰有一处换了。
fn changed(file: &str, find: &str, with: &str) -> Vec<SourceFile> {
    let mut files = SHIPPED_FILES.clone();
    let one = files
        .iter_mut()
        .find(|f| f.path.as_ref() == file)
        .unwrap_or_else(|| panic!("法典没有 {file}"));
    assert_eq!(
        one.text.matches(find).count(),
        1,
        "{file} 中应恰有一处 {find}"
    );
    *one = SourceFile::new(file.to_owned(), one.text.replace(find, with));
    files
}

fn compared(files: &[SourceFile]) -> (Lawbook, Comparison) {
    let lawbook = load_all(files);
    let before = Edition {
        lawbook: &SHIPPED,
        files: &SHIPPED_FILES,
    };
    let comparison = compare(
        before,
        Edition {
            lawbook: &lawbook,
            files,
        },
    );
    (lawbook, comparison)
}

/// 各规则的例子，作为案件，连同是哪条规则的。
static EXAMPLES: LazyLock<Vec<(&str, Timeline)>> = LazyLock::new(|| {
    let vocabulary = &SHIPPED.book.vocabulary;
    let examples = SHIPPED.rules.iter().flat_map(|rule| {
        let read = |e: &mingjing_lawbook::example::Example| e.timeline(vocabulary, rule).ok();
        let of_rule = rule.examples.iter().filter_map(read);
        of_rule
            .map(|timeline| (rule.code.as_ref(), timeline))
            .collect::<Vec<_>>()
    });
    examples.collect()
});
/// Judging everything takes long; of the rules that are not affected every so many examples will do.
const EVERY: usize = 15;

const CUSTOMS: [&str; 3] = [
    "parameters/penalty.toml",
    r#"{ department = "customs", from = "2021-07-15", value = "MO(6)", cite = ["海关程序76"] }"#,
    r#"{ department = "customs", from = "2021-07-15", value = "MO(3)", cite = ["海关程序76"] }"#,
];

#[test]
fn the_same_law_written_in_another_order_is_no_change() {
    let mut files = changed(
        "rules/penalty/decision-after-limit.toml",
        "name = \"九十日内决定\"\nseverity = \"违规\"\n",
        "severity = \"违规\" # 说明\nname = \"九十日内决定\"\n",
    );
    files.reverse();
    let (_, comparison) = compared(&files);
    assert_eq!(comparison.differences, []);
    assert!(comparison.affected.is_empty());
}

#[test]
fn a_period_that_changed_is_told_with_its_days_article_and_rules() {
    let [file, find, with] = CUSTOMS;
    let (_, comparison) = compared(&changed(file, find, with));
    let [difference] = &comparison.differences[..] else {
        panic!("{:?}", comparison.differences);
    };
    assert_eq!(
        (difference.kind, difference.change, difference.key.as_str()),
        (Kind::Parameter, Change::Changed, "penalty_decision_limit")
    );
    let [impact] = &difference.impacts[..] else {
        panic!("{:?}", difference.impacts);
    };
    let since = Span {
        from: Some(day("2021-07-15")),
        to: None,
    };
    assert_eq!((impact.span, impact.scope.as_str()), (since, "海关"));
    assert_eq!(impact.before.as_deref(), Some("MO(6)（海关程序76）"));
    assert_eq!(impact.after.as_deref(), Some("MO(3)（海关程序76）"));
    let has = |code: &str| difference.rules.iter().any(|c| c.as_ref() == code);
    assert!(has("P-TIME-90D"), "{:?}", difference.rules);
    assert!(!comparison.affected.is_all);
    assert!(comparison.affected.after.contains("P-TIME-90D"));
    assert!(comparison.affected.after.len() < SHIPPED.rules.len() / 2);
}

#[test]
fn an_end_given_to_a_rule_touches_only_the_days_after_it() {
    let (_, comparison) = compared(&changed(
        "rules/penalty/decision-after-limit.toml",
        "from = \"2021-07-15\"\nprocedures",
        "from = \"2021-07-15\"\nto = \"2026-08-01\"\nprocedures",
    ));
    let [difference] = &comparison.differences[..] else {
        panic!("{:?}", comparison.differences);
    };
    let until = Span {
        from: Some(day("2026-08-01")),
        to: None,
    };
    let spans: Vec<Span> = difference.impacts.iter().map(|i| i.span).collect();
    assert_eq!(spans, [until]);
    assert_eq!(difference.edits[0].after.as_deref(), Some("2026-08-01"));
}

#[test]
fn other_words_and_examples_change_no_conclusion() {
    let (_, comparison) = compared(&changed(
        "rules/penalty/decision-after-limit.toml",
        "why = \"久拖不决使当事人长期处于不确定状态\"",
        "why = \"久拖不决，当事人无所适从\"",
    ));
    let changes: Vec<Change> = comparison.differences.iter().map(|d| d.change).collect();
    assert_eq!(changes, [Change::Reworded]);
    assert!(comparison.affected.is_empty());
}

#[test]
fn a_rule_that_is_new_and_one_that_is_gone() {
    let none: [(&str, &str); 0] = [];
    let text = rule(
        "T-NEW",
        "[[part]]\nform = 'must'\non = 'decided'\nthat = 'has(e.fine)'\n",
    );
    let (old, new) = (
        minimal_with(&none),
        minimal_with(&[("rules/new.toml", &text)]),
    );
    let (a, b) = (load_all(&old), load_all(&new));
    let (old, new) = (
        Edition {
            lawbook: &a,
            files: &old,
        },
        Edition {
            lawbook: &b,
            files: &new,
        },
    );
    for (from, to, change) in [(old, new, Change::Added), (new, old, Change::Removed)] {
        let comparison = compare(from, to);
        let [difference] = &comparison.differences[..] else {
            panic!("{:?}", comparison.differences);
        };
        assert_eq!(
            (difference.change, difference.key.as_str()),
            (change, "T-NEW")
        );
        assert_eq!(difference.impacts[0].span.from, Some(day("2020-01-01")));
    }
    // The rule that comes is found in the case; the one that goes no longer is.
    let case = timeline(&b, &["2024-03-01 decided outcome=penalty"]);
    let turns = |from: Edition<'_>, to: Edition<'_>| -> Vec<Turn> {
        let affected = compare(from, to).affected;
        let simulation = Simulation::new(from.lawbook, to.lawbook, &affected);
        simulation
            .case(&case, None)
            .turned
            .iter()
            .map(|t| t.turn)
            .collect()
    };
    assert_eq!(turns(old, new), [Turn::Appears]);
    assert_eq!(turns(new, old), [Turn::Vanishes]);
}

/// What the texts say a parameter is used by covers what the compiled rules read.
#[test]
fn every_rule_that_reads_a_changed_parameter_is_among_the_affected() {
    for name in [
        "penalty_decision_limit",
        "announcement_days",
        "officers_min",
    ] {
        let readers: Vec<_> = SHIPPED
            .rules
            .iter()
            .filter(|rule| rule.parameter_names().contains(&name))
            .collect();
        let mut files = SHIPPED_FILES.clone();
        let head = format!("[parameter.{name}]\n");
        let Some(file) = files.iter_mut().find(|f| f.text.contains(&head)) else {
            continue;
        };
        let (lead, rest) = file.text.split_once(&head).expect("the parameter");
        let rest = rest.replacen("mark = [\"口径\"]", "mark = [\"待核\"]", 1);
        let rest = rest.replacen("from = \"20", "note = \"试\", from = \"20", 1);
        let rest = rest.replacen("from = \"2021-07-15\"", "from = \"2021-07-14\"", 1);
        *file = SourceFile::new(file.path.clone(), format!("{lead}{head}{rest}"));
        let (_, comparison) = compared(&files);
        for reader in readers {
            let is_told = comparison.differences.is_empty()
                || comparison.affected.is_all
                || comparison.affected.after.contains(&reader.code)
                || comparison
                    .differences
                    .iter()
                    .all(|d| d.change == Change::Reworded);
            assert!(is_told, "{name}：{}", reader.code);
        }
    }
}

/// Judging only what may differ finds exactly what judging everything finds.
#[test]
fn judging_only_the_affected_rules_misses_nothing() {
    let editions = [
        CUSTOMS,
        [
            "rules/penalty/decision-after-limit.toml",
            "severity = \"违规\"\nfrom",
            "severity = \"预警\"\nfrom",
        ],
        [
            "terms/enforcement.toml",
            "is = \"has(e.enforcer) ? e.enforcer == 'authority' :",
            "is = \"has(e.enforcer) ? e.enforcer != 'authority' :",
        ],
        [
            "parameters/penalty.toml",
            "{ from = \"2021-07-15\", value = \"CD(90)\", cite = [\"处罚法60\"] },\n",
            "{ from = \"2021-07-15\", value = \"CD(60)\", cite = [\"处罚法60\"] },\n",
        ],
    ];
    let mut turned = 0;
    let is_of_use = |affected: &Affected, number: usize, code: &str| {
        number.is_multiple_of(EVERY) || affected.after.contains(code)
    };
    for [file, find, with] in editions {
        let known = SHIPPED_FILES.iter().find(|f| f.path.as_ref() == file);
        if known.is_none_or(|f| f.text.matches(find).count() != 1) {
            panic!("{file} 里没有恰好一处 {find}");
        }
        let (after, comparison) = compared(&changed(file, find, with));
        let codes = |lawbook: &Lawbook| lawbook.rules.iter().map(|r| r.code.clone()).collect();
        let all = Affected {
            is_all: true,
            before: codes(&SHIPPED),
            after: codes(&after),
        };
        let some = Simulation::new(&SHIPPED, &after, &comparison.affected);
        let every = Simulation::new(&SHIPPED, &after, &all);
        for (number, (code, timeline)) in EXAMPLES.iter().enumerate() {
            if !is_of_use(&comparison.affected, number, code) {
                continue;
            }
            let (some, every) = (some.case(timeline, None), every.case(timeline, None));
            assert_eq!(some, every, "{}", timeline.id);
            turned += some.turned.len();
        }
    }
    assert!(turned > 20, "{turned}");
}

#[test]
fn a_longer_period_makes_findings_vanish_and_due_dates_move() {
    let (after, comparison) = compared(&changed(
        "parameters/penalty.toml",
        "{ from = \"2021-07-15\", value = \"CD(90)\", cite = [\"处罚法60\"] },\n",
        "{ from = \"2021-07-15\", value = \"CD(120)\", cite = [\"处罚法60\"] },\n",
    ));
    let simulation = Simulation::new(&SHIPPED, &after, &comparison.affected);
    let mut counts: BTreeMap<Turn, usize> = BTreeMap::new();
    for (_, timeline) in EXAMPLES.iter() {
        for turned in simulation.case(timeline, None).turned {
            *counts.entry(turned.turn).or_default() += 1;
        }
    }
    for turn in [Turn::Vanishes, Turn::Due] {
        assert!(counts.contains_key(&turn), "{counts:?}");
    }
    assert!(!counts.contains_key(&Turn::Appears), "{counts:?}");
}

/// On trial a rule says nothing among the findings; apart it says what it would, on the days of its trial.
#[test]
fn a_rule_on_trial_disturbs_nobody_and_is_heard_apart() {
    let parts = "status = 'trial'\n\
                 trial = { from = '2024-01-01', until = '2024-07-01', reason = '看看会说出多少' }\n\
                 [[part]]\nform = 'must'\non = 'decided'\nthat = 'has(e.fine)'\n";
    let text = rule("T-TRIAL", parts);
    let lawbook = load_all(&minimal_with(&[("rules/trial.toml", &text)]));
    let case = timeline(&lawbook, &["2024-03-01 decided outcome=penalty"]);
    let heard = |as_of: &str| -> Vec<Outcome> {
        let as_of = Some(day(as_of));
        let options = Options {
            as_of,
            ..Options::default()
        };
        assert_eq!(assess(&lawbook, &case, &options).results, []);
        let prepared = prepare(&lawbook.book.vocabulary, &case, as_of, None);
        let results = assess_trial(&lawbook, &prepared, &options);
        results.iter().map(|r| r.outcome).collect()
    };
    assert_eq!(heard("2024-03-01"), [Outcome::Violation]);
    assert_eq!(heard("2024-06-30"), [Outcome::Violation]);
    assert_eq!(heard("2024-07-01"), []);
    let affected = Affected {
        is_all: false,
        before: [].into(),
        after: [].into(),
    };
    let simulated = Simulation::new(&lawbook, &lawbook, &affected).case(&case, None);
    assert_eq!(simulated.turned, []);
    assert_eq!(simulated.on_trial.len(), 1);
}
