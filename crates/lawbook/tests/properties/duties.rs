//! 义务与发现说同一件事：规则的部分适用的地方才有义务，逾期的义务都有一个不合规，反过来也是。

use mingjing_domain::coverage::Coverage;
use mingjing_domain::finding::{Assessment, Duty, DutyState, Outcome, RuleResult};
use mingjing_domain::timeline::Timeline;
use mingjing_lawbook::assess::{Options, assess};
use mingjing_lawbook::forms::Form;
use mingjing_lawbook::rule::RuleStatus;
use proptest::prelude::*;

use super::generate::{EXAMPLES, LAWBOOK, cases, judged_on, timeline};

fn is_overdue(duty: &Duty) -> bool {
    matches!(duty.state, DutyState::Breached | DutyState::MetLate)
}

fn is_about(result: &RuleResult, duty: &Duty) -> bool {
    (result.rule, result.part, result.trigger) == (duty.rule, duty.part, Some(duty.start))
        && result.keys == duty.keys
}

/// 正式规则的期限部分的结果。
fn is_of_deadline(result: &&RuleResult) -> bool {
    let rule = &LAWBOOK.rules[result.rule as usize];
    rule.status == RuleStatus::Stable
        && matches!(rule.parts[usize::from(result.part)].form, Form::Deadline(_))
}

/// 说不拢的地方；没有为 `None`。
fn disagreement(assessment: &Assessment) -> Option<String> {
    for duty in &assessment.duties {
        let about: Vec<_> = assessment
            .results
            .iter()
            .filter(|r| is_about(r, duty) && r.outcome != Outcome::NotApplicable)
            .collect();
        let said = |outcome: Outcome| about.iter().any(|r| r.outcome == outcome);
        if about.is_empty() {
            return Some(format!("有义务而不适用：{duty:?}"));
        }
        if is_overdue(duty) != said(Outcome::Violation) {
            return Some(format!("逾期与不合规不一致：{duty:?} {about:?}"));
        }
        if duty.state == DutyState::Undetermined && duty.missing.is_empty() {
            return Some(format!("说不清而不说缺什么：{duty:?}"));
        }
    }
    let applies = |r: &&RuleResult| r.outcome != Outcome::NotApplicable;
    let deadlines = assessment.results.iter().filter(is_of_deadline);
    deadlines
        .filter(applies)
        .find(|result| !assessment.duties.iter().any(|duty| is_about(result, duty)))
        .map(|result| format!("适用而没有义务：{result:?}"))
}

fn judge(timeline: &Timeline, days_after: i32) -> Assessment {
    let options = Options {
        as_of: Some(judged_on(timeline, days_after)),
        keep_all: true,
        ..Options::default()
    };
    assess(&LAWBOOK, timeline, &options)
}

#[test]
fn every_example_has_duties_exactly_where_its_deadlines_apply() {
    let mut faults = Vec::new();
    for example in &*EXAMPLES {
        let half = example.events.iter().step_by(2).map(|e| e.kind.as_str());
        let half = Coverage::of_kinds(half);
        for coverage in [example.coverage.clone(), Coverage::Open, half] {
            let timeline = Timeline {
                coverage,
                ..example.clone()
            };
            for days in [0, 20, 400] {
                let fault = disagreement(&judge(&timeline, days));
                faults.extend(fault.map(|f| format!("{} {days}：{f}", timeline.id)));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} 处：{}",
        faults.len(),
        faults.join("\n")
    );
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn a_duty_and_the_results_of_its_rule_agree(timeline in timeline(), days in 0_i32..400) {
        let fault = disagreement(&judge(&timeline, days));
        prop_assert!(fault.is_none(), "{}", fault.unwrap_or_default());
    }
}
