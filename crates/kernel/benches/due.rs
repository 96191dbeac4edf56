//! What one due date costs: `cargo bench -p mingjing-kernel`.
#![allow(clippy::expect_used, reason = "a broken bench should stop")]

use std::path::PathBuf;

use divan::{Bencher, black_box};
use mingjing_kernel::calendar::WorkCalendar;
use mingjing_kernel::date::Date;
use mingjing_kernel::due::{Extension, PeriodPlan, Span, Start, due, due_day};
use mingjing_kernel::period::Period;

fn main() {
    divan::main();
}

fn calendar() -> WorkCalendar {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../lawbook/calendars");
    let years = (2018..=2026)
        .map(|year| {
            let text = std::fs::read_to_string(folder.join(format!("{year}.toml")));
            toml::from_str(&text.expect("the calendar exists")).expect("the calendar is sound")
        })
        .collect();
    WorkCalendar::from_years(years).expect("the years are sound")
}

fn day(text: &str) -> Date {
    text.parse().expect("an ISO date")
}

/// A thousand starts spread over the calendar, so that no single day stays in the cache's favour.
fn starts() -> Vec<Date> {
    (0..1_000)
        .map(|n| day("2018-01-05").add_days(n * 3))
        .collect()
}

const PERIODS: [&str; 5] = ["WD(7)", "CD(90)", "CD!(30)", "MO(6)", "YR!(2)"];

/// A thousand plain due days a turn.
#[divan::bench(args = PERIODS)]
fn due_day_x1000(bencher: Bencher<'_, '_>, period: &str) {
    let (calendar, starts) = (calendar(), starts());
    let period: Period = period.parse().expect("a period");
    bencher
        .counter(divan::counter::ItemsCount::new(starts.len()))
        .bench_local(|| {
            starts
                .iter()
                .filter_map(|start| due_day(black_box(*start), period, &calendar).ok())
                .fold(0i32, |sum, (date, _)| sum.wrapping_add(date.day_number()))
        });
}

/// One due date with two excluded spans, one extension and its derivation.
#[divan::bench(args = ["WD(20)", "CD(90)", "MO(6)"])]
fn due_with_derivation(bencher: Bencher<'_, '_>, period: &str) {
    let calendar = calendar();
    let base: Period = period.parse().expect("a period");
    let excluded = [
        Span {
            after: day("2025-03-10"),
            through: Some(day("2025-03-20")),
            tag: 0,
        },
        Span {
            after: day("2025-03-15"),
            through: Some(day("2025-03-28")),
            tag: 1,
        },
    ];
    let extensions = [Extension {
        add: base,
        approved: day("2025-03-12"),
        refused: false,
        tag: 2,
    }];
    let plan = PeriodPlan {
        base,
        excluded: &excluded,
        extensions: &extensions,
    };
    let start = Start::Day(day("2025-03-03"));
    bencher.bench_local(|| due(black_box(start), black_box(&plan), &calendar));
}

/// The sentences of one derivation.
#[divan::bench]
fn derivation_in_words(bencher: Bencher<'_, '_>) {
    let calendar = calendar();
    let plan = PeriodPlan::plain("WD(20)".parse().expect("a period"));
    let due = due(Start::Day(day("2025-09-15")), &plan, &calendar).expect("a due date");
    bencher.bench_local(|| due.derivation.in_words(&calendar, &|tag| tag.to_string()));
}

/// Building the calendar of nine years, answering through 2199.
#[divan::bench]
fn build_calendar(bencher: Bencher<'_, '_>) {
    bencher.bench_local(calendar);
}
