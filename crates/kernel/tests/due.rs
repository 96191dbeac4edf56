//! Due dates of the worked examples, and the edges of exclusion, extension and suspension.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::due::{
    Due, DueAt, DueError, Extension, ExtensionOutcome, PeriodPlan, Span, Start, due, due_day,
};
use mingjing_kernel::period::Period;
use support::{CALENDAR, rows};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn period(text: &str) -> Period {
    text.parse().unwrap()
}

/// A plan in text: `CD(90) -(2025-04-10..2025-04-30) +CD(30)@2025-06-20`; `..` without an end is an open span,
/// `!` after the approval a refused extension. Tags count from 0 for spans and from 100 for extensions.
struct Plan {
    base: Period,
    spans: Vec<Span>,
    extensions: Vec<Extension>,
}

impl Plan {
    fn parse(text: &str) -> Plan {
        let mut words = text.split_whitespace();
        let base = period(words.next().unwrap());
        let (mut spans, mut extensions) = (Vec::new(), Vec::new());
        for word in words {
            if let Some(span) = word.strip_prefix("-(").and_then(|w| w.strip_suffix(')')) {
                let (after, through) = span.split_once("..").unwrap();
                let through = (!through.is_empty()).then(|| day(through));
                spans.push(Span {
                    after: day(after),
                    through,
                    tag: spans.len() as u16,
                });
            } else {
                let (add, approved) = word.strip_prefix('+').unwrap().split_once('@').unwrap();
                let refused = approved.ends_with('!');
                let approved = day(approved.trim_end_matches('!'));
                let tag = 100 + extensions.len() as u16;
                extensions.push(Extension {
                    add: period(add),
                    approved,
                    refused,
                    tag,
                });
            }
        }
        Plan {
            base,
            spans,
            extensions,
        }
    }

    fn due(&self, start: Start) -> Result<Due, DueError> {
        let plan = PeriodPlan {
            base: self.base,
            excluded: &self.spans,
            extensions: &self.extensions,
        };
        due(start, &plan, &CALENDAR)
    }
}

fn start(text: &str) -> Start {
    match Timestamp::parse(text) {
        Ok(instant) => Start::Minute(instant),
        Err(_) => Start::Day(day(text)),
    }
}

fn at_in_text(at: DueAt) -> String {
    match at {
        DueAt::Day(date) => date.to_string(),
        DueAt::Minute(instant) => instant.to_string(),
        DueAt::Suspended { since } => format!("suspended {since}"),
    }
}

#[test]
fn worked_examples() {
    for row in rows("due_dates.csv") {
        let [from, plan, expected, origin] = row.as_slice() else {
            panic!("{row:?}")
        };
        let due = Plan::parse(plan)
            .due(start(from))
            .unwrap_or_else(|e| panic!("{origin}: {e}"));
        assert_eq!(&at_in_text(due.at), expected, "{origin}: {from} {plan}");
        assert_eq!(due.at, due.derivation.due);
    }
}

fn words(from: &str, plan: &str) -> Vec<String> {
    let plan = Plan::parse(plan);
    let due = plan.due(start(from)).unwrap();
    let label = |tag: u16| {
        if tag < 100 {
            "鉴定".to_owned()
        } else {
            "负责人延期".to_owned()
        }
    };
    due.derivation.in_words(&CALENDAR, &label)
}

#[test]
fn zz() {
    for (a, b) in [
        ("2024-11-11", "CD(90)"),
        (
            "2025-03-03",
            "CD(90) -(2025-04-10..2025-04-30) +CD(30)@2025-06-20",
        ),
        ("2025-02-20", "CD(90) +CD(30)@2025-05-26"),
        ("2024-09-27", "WD(7)"),
        (
            "2025-04-15",
            "WD(20) -(2025-04-21..2025-05-09) +WD(10)@2025-05-30",
        ),
        ("2025-01-31", "MO(1)"),
        ("2025-09-05", "CD!(30)"),
        ("2025-06-01T16:20", "HR(24)"),
        ("2025-03-03", "CD(90) -(2025-04-10..)"),
        ("2025-04-15", "WD(5) +CD(15)@2025-04-18"),
        ("2026-12-25", "WD(10)"),
        ("2025-12-31", "FIX(01-31)"),
        ("2024-01-26", "CD(15)"),
        ("2025-01-31", "MO(1) -(2025-02-03..2025-02-10)"),
        ("2025-04-15", "WD(5) -(2025-04-10..2025-04-17)"),
    ] {
        println!("== {a} {b}");
        for w in words(a, b) {
            println!("{w}");
        }
    }
}
