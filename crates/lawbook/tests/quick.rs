//! 快判与细算一致：凡细算有发现的，快判都不放过。

mod support;

use mingjing_domain::coverage::Coverage;
use mingjing_domain::finding::{Assessment, Outcome, RuleResult};
use mingjing_domain::timeline::Timeline;
use mingjing_lawbook::assess::{Options, assess};
use mingjing_lawbook::lawbook::Lawbook;
use support::SHIPPED;

fn found(assessment: Assessment) -> Vec<RuleResult> {
    let mut results = assessment.results;
    results.retain(|r| matches!(r.outcome, Outcome::Violation | Outcome::Undetermined));
    results
}

/// 每个示例的完整、开放、只含一半种类三种材料。
fn variants(lawbook: &Lawbook) -> Vec<(Timeline, Option<mingjing_kernel::date::Date>)> {
    let mut list = Vec::new();
    for rule in &lawbook.rules {
        for example in &rule.examples {
            let timeline = example
                .timeline(&lawbook.book.vocabulary, rule)
                .expect("example");
            let half = timeline.events.iter().step_by(2).map(|e| e.kind.as_str());
            let kinds = Coverage::of_kinds(half);
            for coverage in [timeline.coverage.clone(), Coverage::Open, kinds] {
                list.push((
                    Timeline {
                        coverage,
                        ..timeline.clone()
                    },
                    example.story.as_of,
                ));
            }
        }
    }
    list
}

#[test]
fn a_glance_never_hides_what_the_full_judgement_finds() {
    let lawbook = &*SHIPPED;
    for (timeline, as_of) in variants(lawbook) {
        let full = Options {
            as_of,
            keep_all: true,
            ..Options::default()
        };
        let with_duties = Options {
            as_of,
            ..Options::default()
        };
        let quick = Options {
            as_of,
            skip_duties: true,
            ..Options::default()
        };
        let expected = found(assess(lawbook, &timeline, &full));
        for options in [with_duties, quick] {
            let got = assess(lawbook, &timeline, &options).results;
            assert_eq!(got, expected, "{} {:?}", timeline.id, timeline.coverage);
        }
    }
}
