//! 计算样例：每例先对到期日，再对发现；样例点到而规则未到的编码须确实还没有。

#[path = "worked_examples/compliant_case.rs"]
mod compliant_case;
#[path = "worked_examples/data.rs"]
mod data;
#[path = "worked_examples/judge.rs"]
mod judge;
mod support;

use data::{Case, Example};
use judge::Judged;
use support::{SHIPPED, SHIPPED_FILES, load_all};

/// The numbers of the catalogue; the others are kept back for acceptance.
const NUMBERS: [u32; 22] = [
    1, 2, 4, 5, 6, 8, 9, 11, 12, 14, 15, 16, 18, 19, 20, 22, 23, 25, 26, 27, 28, 30,
];

/// Judges every case of every file and reports all that `check` objects to.
fn each_case(check: impl Fn(&Case, &Judged<'_>) -> Vec<String>) {
    let mut failures = Vec::new();
    for example in data::examples() {
        for case in &example.cases {
            let replaced = case
                .replace
                .as_ref()
                .map(|r| load_all(&judge::replaced(&SHIPPED_FILES, r)));
            let judged = judge::judge(replaced.as_ref().unwrap_or(&SHIPPED), &example, case);
            let reasons = check(case, &judged);
            failures.extend(
                reasons
                    .into_iter()
                    .map(|r| format!("{}{}：{r}", example.origin, case.variant)),
            );
        }
    }
    assert!(
        failures.is_empty(),
        "{} 处与样例不符：\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn every_due_date_is_as_worked_out() {
    each_case(|case, judged| {
        case.due
            .iter()
            .filter_map(|(key, day)| judged.check_due(key, day).err())
            .collect()
    });
}

#[test]
fn every_finding_is_as_worked_out() {
    each_case(|case, judged| {
        let found = case
            .expect
            .iter()
            .map(|(key, severity)| judged.check_finding(key, severity));
        let silent = case.none.iter().map(|key| judged.check_silent(key));
        let late = case.late.iter().map(|(key, n)| judged.check_late(key, *n));
        let left = case
            .remaining
            .iter()
            .map(|(key, n)| judged.check_remaining(key, *n));
        let limits = case
            .limit
            .iter()
            .map(|(key, fen)| judged.check_limit(key, *fen));
        let marks = case
            .marks
            .iter()
            .map(|(key, names)| judged.check_marks(key, names));
        let all = found
            .chain(silent)
            .chain(late)
            .chain(left)
            .chain(limits)
            .chain(marks);
        all.filter_map(Result::err).collect()
    });
}

#[test]
fn no_example_is_forgotten() {
    let examples = data::examples();
    let origins: Vec<&str> = examples.iter().map(|e| e.origin.as_str()).collect();
    let wanted: Vec<String> = NUMBERS.iter().map(|n| format!("EX{n:02}")).collect();
    assert_eq!(origins, wanted, "样例文件与目录的编号不一致");
    let lawbook = &*SHIPPED;
    for example in &examples {
        assert!(
            !example.cases.is_empty() || !example.later.is_empty(),
            "{} 既没有案件，也没有留给以后的规则",
            example.origin
        );
        for case in &example.cases {
            let known = |key: &&String| lawbook.rule(data::code(key)).is_none();
            let unknown: Vec<&String> = case.keys().filter(known).collect();
            assert!(
                case.keys().next().is_some(),
                "{}{} 什么也没有期望",
                example.origin,
                case.variant
            );
            assert!(
                unknown.is_empty(),
                "{}{}：法典没有 {unknown:?}",
                example.origin,
                case.variant
            );
        }
    }
}

/// A rule or an event that arrives later must be taken out of the `later` list and asserted.
#[test]
fn what_is_left_for_later_is_absent_from_the_lawbook() {
    let lawbook = &*SHIPPED;
    for Example {
        origin,
        later,
        later_events,
        ..
    } in data::examples()
    {
        for code in &later {
            assert!(
                lawbook.rule(code).is_none(),
                "{origin}：{code} 已有规则，请补上断言"
            );
        }
        for kind in &later_events {
            let known = lawbook.book.vocabulary.kind(kind).is_some();
            assert!(!known, "{origin}：事件 {kind} 已有，请写进时间线");
        }
    }
}
