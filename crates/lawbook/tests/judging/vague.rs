//! 大概的日期：只有读到它的规则才试，只试它读到的那几件；说不清的写明是哪一件的日子。

use mingjing_domain::finding::{Outcome, RuleResult};
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;
use mingjing_lawbook::assess::{Options, assess};
use mingjing_lawbook::lawbook::Lawbook;

use crate::support::{load_all, minimal_with, rule, timeline};

fn lawbook() -> Lawbook {
    let fine = rule(
        "T-FINE",
        "[[part]]\nform = 'must'\non = 'each told'\nthat = 'e.occurred_on > date(\"2024-01-15\")'\n",
    );
    let limit = rule(
        "T-LIMIT",
        "[[part]]\nform = 'deadline'\nstart = 'first filed'\nperiod = 'CD(30)'\nmet_by = 'first decided'\n",
    );
    let serve = rule(
        "T-SERVE",
        "[[part]]\nform = 'deadline'\nstart = 'each decided'\nperiod = 'CD(7)'\nmet_by = 'served'\n",
    );
    let all = rule(
        "T-ALL",
        "[[part]]\nform = 'must'\non = 'first filed'\nthat = 'first(decided).occurred_on <= first(served).occurred_on && first(served).occurred_on <= date(\"2024-05-20\")'\n",
    );
    load_all(&minimal_with(&[
        ("rules/fine.toml", &fine),
        ("rules/limit.toml", &limit),
        ("rules/serve.toml", &serve),
        ("rules/all.toml", &all),
    ]))
}

fn day(text: &str) -> Date {
    Date::parse_iso(text).expect("a date")
}

/// 把第几件事放宽到某日。
fn until(timeline: &mut Timeline, event: usize, last: &str) {
    timeline.events[event].occurred_until = Some(day(last));
}

fn judge(lawbook: &Lawbook, timeline: &Timeline) -> Vec<RuleResult> {
    let options = Options {
        keep_all: true,
        as_of: Some(day("2024-12-31")),
        ..Options::default()
    };
    assess(lawbook, timeline, &options).results
}

fn of<'r>(results: &'r [RuleResult], code: &str) -> &'r RuleResult {
    let mut found = results.iter().filter(|r| r.code.as_ref() == code);
    let one = found.next().expect("a result");
    assert!(found.next().is_none(), "{code} has several results");
    one
}

fn missing(result: &RuleResult) -> Vec<&str> {
    result.missing.iter().map(|m| m.what.as_ref()).collect()
}

/// 三件都只知月份：立案三月，决定五月，送达六月；告知的日子确定。
fn three_months(lawbook: &Lawbook) -> Timeline {
    let mut case = timeline(
        lawbook,
        &[
            "2024-01-10 told",
            "2024-03-01 filed",
            "2024-05-01 decided outcome=penalty",
            "2024-06-01 served method=direct",
        ],
    );
    until(&mut case, 1, "2024-03-31");
    until(&mut case, 2, "2024-05-31");
    until(&mut case, 3, "2024-06-30");
    case
}

#[test]
fn three_vague_months_do_not_hide_what_does_not_read_them() {
    let lawbook = lawbook();
    let results = judge(&lawbook, &three_months(&lawbook));
    let fine = of(&results, "T-FINE");
    assert_eq!(fine.outcome, Outcome::Violation);
    assert_eq!(fine.missing, []);
}

#[test]
fn a_rule_is_tried_over_the_vague_days_it_reads_and_no_others() {
    let lawbook = lawbook();
    let results = judge(&lawbook, &three_months(&lawbook));
    // Filed on the last of March, thirty days run to the end of April at the latest.
    assert_eq!(of(&results, "T-LIMIT").outcome, Outcome::Violation);
    // Decided on the last of May and served on the first of June, or a month apart.
    let serve = of(&results, "T-SERVE");
    assert_eq!(serve.outcome, Outcome::Undetermined);
    assert_eq!(
        missing(serve),
        ["decided.occurred_on", "served.occurred_on"]
    );
}

#[test]
fn only_the_event_whose_day_decides_is_named() {
    let lawbook = lawbook();
    let mut case = timeline(
        &lawbook,
        &[
            "2024-03-01 filed",
            "2024-04-01 decided outcome=penalty",
            "2024-05-15 served method=direct",
        ],
    );
    until(&mut case, 1, "2024-04-05");
    until(&mut case, 2, "2024-05-25");
    let results = judge(&lawbook, &case);
    let all = of(&results, "T-ALL");
    assert_eq!(all.outcome, Outcome::Undetermined);
    assert_eq!(missing(all), ["served.occurred_on"]);
}

#[test]
fn too_many_days_for_one_rule_leave_that_rule_undetermined_and_name_its_events() {
    let lawbook = lawbook();
    let results = judge(&lawbook, &three_months(&lawbook));
    let all = of(&results, "T-ALL");
    assert_eq!(all.outcome, Outcome::Undetermined);
    assert_eq!(
        missing(all),
        [
            "decided.occurred_on",
            "filed.occurred_on",
            "served.occurred_on"
        ]
    );
}

#[test]
fn duties_that_do_not_hang_on_a_vague_day_are_listed() {
    let lawbook = lawbook();
    let mut case = timeline(
        &lawbook,
        &[
            "2024-03-01 filed",
            "2024-03-20 decided outcome=penalty",
            "2024-03-22 served method=direct",
        ],
    );
    until(&mut case, 2, "2024-03-25");
    let options = Options {
        as_of: Some(day("2024-12-31")),
        ..Options::default()
    };
    let duties = assess(&lawbook, &case, &options).duties;
    let codes: Vec<&str> = duties.iter().map(|d| d.code.as_ref()).collect();
    assert_eq!(codes, ["T-LIMIT"]);
}
