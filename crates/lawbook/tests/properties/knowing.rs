//! 知道得少，只会少说不合规：覆盖范围放开，不会多出不合规，无法判定也不会变成不合规。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_domain::coverage::{Coverage, KindCoverage};
use mingjing_domain::finding::{EventIndex, Outcome};
use mingjing_domain::timeline::Timeline;
use mingjing_lawbook::assess::{Options, assess};
use proptest::prelude::*;

use super::generate::{EXAMPLES, LAWBOOK, cases, coverage, judged_on, timeline};

/// 不合规的身份：编码、部分、触发、键。
type Identity = (String, u16, Option<EventIndex>, BTreeMap<String, String>);

/// 全部不合规；让位于别条的规则除外（那一条说不清了，本条自然说出来）。
fn violations(timeline: &Timeline, days_after: i32) -> BTreeSet<Identity> {
    let options = Options {
        as_of: Some(judged_on(timeline, days_after)),
        skip_duties: true,
        ..Options::default()
    };
    assess(&LAWBOOK, timeline, &options)
        .results
        .into_iter()
        .filter(|r| r.outcome == Outcome::Violation)
        .filter(|r| LAWBOOK.rules[r.rule as usize].yields_to.is_empty())
        .map(|r| (r.code.to_string(), r.part, r.trigger, r.keys))
        .collect()
}

fn with_coverage(timeline: &Timeline, coverage: Coverage) -> Timeline {
    Timeline {
        coverage,
        ..timeline.clone()
    }
}

/// 全部种类都写全的覆盖范围，除去 `left_out` 这一种。
fn all_but(left_out: &str) -> Coverage {
    let kinds = LAWBOOK.book.vocabulary.kinds.iter();
    Coverage::of_kinds(kinds.map(|k| k.name.as_ref()).filter(|k| *k != left_out))
}

/// 全部种类都写全，`kind` 不带字段 `field`。
fn without_field(kind: &str, field: &str) -> Coverage {
    let Coverage::Kinds(mut kinds) = all_but("") else {
        unreachable!("of_kinds lists kinds");
    };
    let vocabulary = &LAWBOOK.book.vocabulary;
    let declared = &vocabulary
        .kind_of(vocabulary.kind(kind).expect("a kind"))
        .fields;
    let fields = declared
        .iter()
        .map(|f| f.name.to_string())
        .chain(["actors".to_owned()])
        .filter(|f| f != field);
    let coverage = KindCoverage {
        until: None,
        fields: Some(fields.collect()),
        is_complete: true,
    };
    kinds.insert(kind.to_owned(), coverage);
    Coverage::Kinds(kinds)
}

fn surplus(known: &BTreeSet<Identity>, less: &BTreeSet<Identity>) -> Vec<Identity> {
    less.difference(known).cloned().collect()
}

/// 示例在最后一件事之后多少天判断：不少期限已过，不少还没有过。
const DAYS_AFTER: i32 = 60;

#[test]
fn every_example_says_less_when_less_is_known() {
    let mut failures = Vec::new();
    for example in EXAMPLES.iter() {
        let closed = with_coverage(example, Coverage::Closed);
        let known = violations(&closed, DAYS_AFTER);
        let mut check = |coverage: Coverage, what: &str| {
            let less = violations(&with_coverage(example, coverage), DAYS_AFTER);
            for (code, part, _, keys) in surplus(&known, &less) {
                failures.push(format!(
                    "{} 放开{what}：多出 {code}/{part} {keys:?}",
                    example.id
                ));
            }
        };
        check(Coverage::Open, "全部");
        check(example.coverage.clone(), "到示例的范围");
        let kinds: BTreeSet<&str> = example.events.iter().map(|e| e.kind.as_str()).collect();
        for kind in kinds {
            check(all_but(kind), kind);
        }
    }
    assert!(
        failures.is_empty(),
        "{} 处：\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn every_example_says_less_when_a_cell_is_taken_away() {
    let mut failures = BTreeSet::new();
    for example in EXAMPLES.iter() {
        let known = violations(&with_coverage(example, Coverage::Closed), DAYS_AFTER);
        for (i, event) in example.events.iter().enumerate() {
            // A blank procedure is answered by the timeline's own, which is not taken away.
            for field in event.fields.keys().filter(|f| *f != "procedure") {
                let mut less = with_coverage(example, without_field(&event.kind, field));
                for other in &mut less.events {
                    if other.kind == event.kind {
                        other.fields.remove(field);
                    }
                }
                let found = violations(&less, DAYS_AFTER);
                for (code, part, _, _) in surplus(&known, &found) {
                    failures.insert(format!(
                        "{} 拿走第 {i} 件事的 {}.{field}：多出 {code}/{part}",
                        example.id, event.kind
                    ));
                }
            }
        }
    }
    let list: Vec<String> = failures.into_iter().collect();
    assert!(list.is_empty(), "{} 处：\n{}", list.len(), list.join("\n"));
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn any_timeline_says_less_when_less_is_known(
        timeline in timeline(),
        seeds in proptest::collection::vec(any::<u8>(), 1..12),
        days in 0_i32..300,
    ) {
        let closed = violations(&with_coverage(&timeline, Coverage::Closed), days);
        let some = coverage(&timeline, &seeds);
        let partly = violations(&with_coverage(&timeline, some), days);
        prop_assert_eq!(surplus(&closed, &partly), Vec::new());
        let open = violations(&with_coverage(&timeline, Coverage::Open), days);
        prop_assert_eq!(surplus(&partly, &open), Vec::new());
    }
}

/// 材料里另有同种的一件事，规则以看得见的那一件为准：编码与藏起的种类。
const TAKEN_AS_SHOWN: [(&str, &str); 2] = [
    ("P-EV-PRES-7D", "preserve_disposed"),
    ("P-NOTICE-CHANGE", "notice_served"),
];

/// 不合规的身份，触发以事件的内容表示：藏起一件事之后序号会变。
fn by_content(timeline: &Timeline, found: BTreeSet<Identity>) -> BTreeSet<(String, u16, String)> {
    let content = |trigger: Option<EventIndex>| {
        trigger.map_or_else(String::new, |index| {
            let event = &timeline.events[index.0 as usize];
            format!("{} {} {:?}", event.occurred_on, event.kind, event.fields)
        })
    };
    found
        .into_iter()
        .map(|(code, part, trigger, _)| (code, part, content(trigger)))
        .collect()
}

#[test]
fn no_violation_rests_on_an_event_that_the_material_does_not_carry() {
    let mut failures = BTreeSet::new();
    for example in EXAMPLES.iter().filter(|e| e.events.len() > 1) {
        let closed = with_coverage(example, Coverage::Closed);
        let known = by_content(&closed, violations(&closed, DAYS_AFTER));
        let as_of = judged_on(example, DAYS_AFTER);
        for hidden in &example.events {
            let mut less = with_coverage(example, all_but(&hidden.kind));
            less.events.retain(|e| e.id != hidden.id);
            let days = as_of.days_since(judged_on(&less, 0));
            let found = by_content(&less, violations(&less, days));
            for (code, part, _) in found.difference(&known) {
                if !TAKEN_AS_SHOWN.contains(&(code.as_str(), hidden.kind.as_str())) {
                    failures.insert(format!(
                        "{} 藏起 {}：多出 {code}/{part}",
                        example.id, hidden.kind
                    ));
                }
            }
        }
    }
    let list: Vec<String> = failures.into_iter().collect();
    assert!(list.is_empty(), "{} 处：\n{}", list.len(), list.join("\n"));
}
