//! 知道得少，只会少说不合规：覆盖范围放开，不会多出不合规，无法判定也不会变成不合规。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_domain::coverage::{Coverage, KindCoverage};
use mingjing_domain::finding::{EventIndex, Outcome};
use mingjing_domain::timeline::Timeline;
use mingjing_lawbook::assess::{Options, assess};
use proptest::prelude::*;

use super::generate::{EXAMPLES, LAWBOOK, cases, coverage, judged_on, timeline};

/// 结果的身份：编码、部分、触发、键。
type Identity = (String, u16, Option<EventIndex>, BTreeMap<String, String>);

/// 一次评估的不合规与合规；让位于别条的规则除外（那一条说不清了，本条自然说出来）。
struct Said<T> {
    violations: BTreeSet<T>,
    passes: BTreeSet<T>,
}

fn verdicts(timeline: &Timeline, days_after: i32) -> Said<Identity> {
    let options = Options {
        as_of: Some(judged_on(timeline, days_after)),
        skip_duties: true,
        keep_all: true,
        ..Options::default()
    };
    let mut verdicts = Said {
        violations: BTreeSet::new(),
        passes: BTreeSet::new(),
    };
    for r in assess(&LAWBOOK, timeline, &options).results {
        if !LAWBOOK.rules[r.rule as usize].yields_to.is_empty() {
            continue;
        }
        let list = match r.outcome {
            Outcome::Violation => &mut verdicts.violations,
            Outcome::Pass => &mut verdicts.passes,
            Outcome::Undetermined | Outcome::NotApplicable => continue,
        };
        list.insert((r.code.to_string(), r.part, r.trigger, r.keys));
    }
    // Several results of one identity: the worst counts.
    verdicts.passes = &verdicts.passes - &verdicts.violations;
    verdicts
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

/// 知道得少却多说出来的：多出的不合规，以及知道得多便是不合规的合规。
fn surplus<T: Ord + Clone + std::fmt::Debug>(known: &Said<T>, less: &Said<T>) -> Vec<String> {
    let accused = less.violations.difference(&known.violations);
    let cleared = less.passes.intersection(&known.violations);
    accused
        .map(|id| format!("多出不合规 {id:?}"))
        .chain(cleared.map(|id| format!("把不合规说成合规 {id:?}")))
        .collect()
}

/// 示例在最后一件事之后多少天判断：不少期限已过，不少还没有过。
const DAYS_AFTER: i32 = 60;

#[test]
fn every_example_says_less_when_less_is_known() {
    let mut failures = Vec::new();
    for example in EXAMPLES.iter() {
        let closed = with_coverage(example, Coverage::Closed);
        let known = verdicts(&closed, DAYS_AFTER);
        let mut check = |coverage: Coverage, what: &str| {
            let less = verdicts(&with_coverage(example, coverage), DAYS_AFTER);
            for surplus in surplus(&known, &less) {
                failures.push(format!("{} 放开{what}：{surplus}", example.id));
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
        let known = verdicts(&with_coverage(example, Coverage::Closed), DAYS_AFTER);
        for (i, event) in example.events.iter().enumerate() {
            // A blank procedure is answered by the timeline's own, which is not taken away.
            for field in event.fields.keys().filter(|f| *f != "procedure") {
                let mut less = with_coverage(example, without_field(&event.kind, field));
                for other in &mut less.events {
                    if other.kind == event.kind {
                        other.fields.remove(field);
                    }
                }
                let found = verdicts(&less, DAYS_AFTER);
                for surplus in surplus(&known, &found) {
                    failures.insert(format!(
                        "{} 拿走第 {i} 件事的 {}.{field}：{surplus}",
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
        let closed = verdicts(&with_coverage(&timeline, Coverage::Closed), days);
        let some = coverage(&timeline, &seeds);
        let partly = verdicts(&with_coverage(&timeline, some), days);
        prop_assert_eq!(surplus(&closed, &partly), Vec::<String>::new());
        let open = verdicts(&with_coverage(&timeline, Coverage::Open), days);
        prop_assert_eq!(surplus(&partly, &open), Vec::<String>::new());
    }
}

/// 以事件的标识表示触发：藏起一件事之后序号会变。不合规只看是哪一条、哪一组：指着另一件事说同一处不合规，不算多说。
fn by_id(timeline: &Timeline, said: &Said<Identity>) -> (Said<String>, Said<String>) {
    let told = |list: &BTreeSet<Identity>, has_trigger: bool| -> BTreeSet<String> {
        let line = |(code, part, trigger, keys): &Identity| {
            let id = trigger.map_or("", |i| timeline.events[i.0 as usize].id.as_str());
            let id = if has_trigger { id } else { "" };
            format!("{code}/{part} {keys:?} {id}")
        };
        list.iter().map(line).collect()
    };
    let of = |has_trigger| Said {
        violations: told(&said.violations, has_trigger),
        passes: told(&said.passes, has_trigger),
    };
    (of(false), of(true))
}

/// 藏起一件事（材料不再声明写全了这一种）之后多说出来的。
fn said_without(timeline: &Timeline, hidden: usize, days_after: i32) -> Vec<String> {
    let closed = with_coverage(timeline, Coverage::Closed);
    let as_of = judged_on(timeline, days_after);
    let (known_group, known) = by_id(&closed, &verdicts(&closed, days_after));
    let kind = &timeline.events[hidden].kind;
    let mut less = with_coverage(timeline, all_but(kind));
    less.events.remove(hidden);
    let days = as_of.days_since(judged_on(&less, 0));
    let (less_group, less) = by_id(&less, &verdicts(&less, days));
    let accused = less_group.violations.difference(&known_group.violations);
    let cleared = less.passes.intersection(&known.violations);
    accused
        .map(|what| format!("{} 藏起 {kind}：多出不合规 {what}", timeline.id))
        .chain(cleared.map(|what| format!("{} 藏起 {kind}：把不合规说成合规 {what}", timeline.id)))
        .collect()
}

#[test]
fn no_verdict_rests_on_an_event_that_the_material_does_not_carry() {
    let mut failures = BTreeSet::new();
    for example in EXAMPLES.iter().filter(|e| e.events.len() > 1) {
        for hidden in 0..example.events.len() {
            failures.extend(said_without(example, hidden, DAYS_AFTER));
        }
    }
    let list: Vec<String> = failures.into_iter().collect();
    assert!(list.is_empty(), "{} 处：\n{}", list.len(), list.join("\n"));
}

/// 每个示例的每一件事再记一次，早若干日或晚若干日，随即藏起：看得见的那一件未必是第一件、最后一件。
#[test]
fn no_verdict_rests_on_the_event_shown_being_the_first_or_the_last() {
    let mut failures = BTreeSet::new();
    for example in EXAMPLES.iter() {
        for (i, event) in example.events.iter().enumerate() {
            for days in [-40, 3] {
                let mut doubled = example.clone();
                let mut other = event.clone();
                other.id = format!("另{i}");
                other.occurred_on = event.occurred_on.add_days(days);
                other.occurred_at = None;
                doubled.events.push(other);
                let hidden = doubled.events.len() - 1;
                for failure in said_without(&doubled, hidden, DAYS_AFTER) {
                    failures.insert(format!("{days:+} 日 {failure}"));
                }
            }
        }
    }
    let list: Vec<String> = failures.into_iter().collect();
    assert!(list.is_empty(), "{} 处：\n{}", list.len(), list.join("\n"));
}
