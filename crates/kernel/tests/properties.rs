//! What must hold for every plan: checked against a counter that walks day by day.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use std::str::FromStr;

use mingjing_kernel::codes::{CitizenId, CreditCode, DivisionCode};
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::due::{DueAt, Extension, PeriodPlan, Span, Start, due, due_day};
use mingjing_kernel::money::{Fen, Rounding};
use mingjing_kernel::notice::notice_gap;
use mingjing_kernel::period::Period;
use proptest::prelude::*;
use support::CALENDAR;

fn any_date() -> impl Strategy<Value = Date> {
    (Date::MIN.day_number()..=Date::MAX.day_number())
        .prop_map(|number| Date::from_day_number(number).unwrap())
}

/// Days on which the calendar has an answer for whatever follows.
fn covered_date() -> impl Strategy<Value = Date> {
    let first = Date::new(2018, 1, 1).unwrap();
    (0..3_400i32).prop_map(move |n| first.add_days(n))
}

fn forward_period() -> impl Strategy<Value = Period> {
    prop_oneof![
        (1..200u16).prop_map(|n| Period::WorkingDays { n }),
        (1..400u16, any::<bool>()).prop_map(|(n, roll)| Period::CalendarDays { n, roll }),
        (1..30u16, any::<bool>()).prop_map(|(n, roll)| Period::Months { n, roll }),
        (1..5u16, any::<bool>()).prop_map(|(n, roll)| Period::Years { n, roll }),
    ]
}

fn any_period() -> impl Strategy<Value = Period> {
    prop_oneof![
        forward_period(),
        (1..=u16::MAX).prop_map(|n| Period::WorkingDays { n }),
        (1..=u16::MAX).prop_map(|n| Period::Hours { n }),
        (1..=u16::MAX).prop_map(|n| Period::WorkingDaysBefore { n }),
        (1..=u16::MAX).prop_map(|n| Period::CalendarDaysBefore { n }),
        (1..=12u8, 1..=28u8).prop_map(|(month, day)| Period::FixedDate { month, day }),
    ]
}

/// Spans near a start, as offsets from it; some reversed, some before it.
fn offsets() -> impl Strategy<Value = Vec<(i32, i32)>> {
    prop::collection::vec((-20..200i32, -3..60i32), 0..6)
}

fn spans(start: Date, offsets: &[(i32, i32)]) -> Vec<Span> {
    offsets
        .iter()
        .zip(0u16..)
        .map(|(&(from, length), tag)| {
            let after = start.add_days(from);
            Span {
                after,
                through: Some(after.add_days(length)),
                tag,
            }
        })
        .collect()
}

fn due_with(start: Date, base: Period, excluded: &[Span]) -> Date {
    let plan = PeriodPlan {
        base,
        excluded,
        extensions: &[],
    };
    due(Start::Day(start), &plan, &CALENDAR)
        .unwrap()
        .at
        .date()
        .unwrap()
}

/// The law read word by word: walk the days, leave out the removed ones, roll at the very end.
fn walk(start: Date, base: Period, excluded: &[Span]) -> Date {
    let is_left = |date: Date| {
        !excluded
            .iter()
            .any(|s| date > s.after && s.through.is_some_and(|end| date <= end))
    };
    let step = |from: Date, n: u32, counts: &dyn Fn(Date) -> bool| {
        let (mut date, mut left) = (from, n);
        while left > 0 {
            date = date.add_days(1);
            left -= u32::from(counts(date));
        }
        date
    };
    let last = match base {
        Period::WorkingDays { n } => step(start, n.into(), &|date| {
            is_left(date) && CALENDAR.is_working(date)
        }),
        Period::CalendarDays { n, .. } => step(start, n.into(), &is_left),
        Period::Months { n, .. } | Period::Years { n, .. } => {
            let factor = if matches!(base, Period::Years { .. }) {
                12
            } else {
                1
            };
            let (mut covered, mut end) = (start, start.add_months(i32::from(n) * factor).0);
            // One more day for each removed day inside, again for the days newly covered, until none.
            loop {
                let span = end.days_since(covered);
                let removed = (1..=span)
                    .filter(|i| !is_left(covered.add_days(*i)))
                    .count();
                if removed == 0 {
                    break end;
                }
                (covered, end) = (end, end.add_days(removed as i32));
            }
        }
        _ => unreachable!("only forward periods are walked"),
    };
    let mut rolled = last;
    while base.rolls() && !CALENDAR.is_working(rolled) {
        rolled = rolled.add_days(1);
    }
    rolled
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_walk(start in covered_date(), base in forward_period(), offsets in offsets()) {
        let excluded = spans(start, &offsets);
        prop_assert_eq!(due_with(start, base, &excluded), walk(start, base, &excluded));
        prop_assert_eq!(due_with(start, base, &[]), walk(start, base, &[]));
        prop_assert_eq!(due_day(start, base, &CALENDAR).unwrap().0, walk(start, base, &[]));
    }

    #[test]
    fn a_later_start_is_not_due_earlier(start in covered_date(), later in 0..60i32, base in forward_period()) {
        let first = due_with(start, base, &[]);
        prop_assert!(first <= due_with(start.add_days(later), base, &[]));
        prop_assert!(first > start);
    }

    #[test]
    fn a_longer_period_is_not_due_earlier(start in covered_date(), base in forward_period(), more in 0..50u16, offsets in offsets()) {
        let excluded = spans(start, &offsets);
        let add = match base {
            Period::WorkingDays { .. } => Period::WorkingDays { n: more },
            Period::CalendarDays { roll, .. } => Period::CalendarDays { n: more, roll },
            Period::Months { roll, .. } => Period::Months { n: more, roll },
            _ => Period::Years { n: more, roll: base.rolls() },
        };
        let longer = base.add(add).unwrap();
        prop_assert!(due_with(start, base, &excluded) <= due_with(start, longer, &excluded));
    }

    #[test]
    fn more_exclusions_are_not_due_earlier(start in covered_date(), base in forward_period(), offsets in offsets(), keep in 0..6usize) {
        let all = spans(start, &offsets);
        let fewer = &all[..keep.min(all.len())];
        prop_assert!(due_with(start, base, fewer) <= due_with(start, base, &all));
    }

    #[test]
    fn order_repetition_and_splitting_of_spans_do_not_matter(start in covered_date(), base in forward_period(), offsets in offsets()) {
        let excluded = spans(start, &offsets);
        let expected = due_with(start, base, &excluded);
        let mut other: Vec<Span> = excluded.iter().rev().copied().collect();
        other.extend(excluded.iter().copied());
        prop_assert_eq!(due_with(start, base, &other), expected);
        let halves: Vec<Span> = excluded.iter().flat_map(|span| {
            let middle = span.after.add_days(span.through.unwrap().days_since(span.after) / 2);
            [Span { through: Some(middle), ..*span }, Span { after: middle, ..*span }]
        }).collect();
        prop_assert_eq!(due_with(start, base, &halves), expected);
    }

    #[test]
    fn a_roll_lands_on_a_working_day_and_passes_only_rest_days(start in covered_date(), base in forward_period(), offsets in offsets()) {
        let excluded = spans(start, &offsets);
        let plan = PeriodPlan { base, excluded: &excluded, extensions: &[] };
        let due = due(Start::Day(start), &plan, &CALENDAR).unwrap();
        let date = due.at.date().unwrap();
        if base.rolls() || matches!(base, Period::WorkingDays { .. }) {
            prop_assert!(CALENDAR.is_working(date));
            prop_assert_eq!(due.provisional, CALENDAR.is_provisional(date));
        }
        match due.derivation.roll {
            Some(roll) => {
                prop_assert_eq!(roll.to, date);
                prop_assert_eq!(CALENDAR.working_days_between(roll.from.add_days(-1), roll.to), 1);
            }
            None => prop_assert_eq!(due.derivation.unrolled(), Some(date)),
        }
        let words = due.derivation.in_words(&CALENDAR, &|tag| tag.to_string());
        prop_assert!(!words.is_empty());
    }

    #[test]
    fn a_valid_extension_is_the_longer_period(start in covered_date(), base in forward_period(), offsets in offsets()) {
        let excluded = spans(start, &offsets);
        let extensions = [Extension { add: base, approved: start, refused: false, tag: 9 }];
        let plan = PeriodPlan { base, excluded: &excluded, extensions: &extensions };
        let extended = due(Start::Day(start), &plan, &CALENDAR).unwrap().at;
        let double = base.add(base).unwrap();
        prop_assert_eq!(extended, DueAt::Day(due_with(start, double, &excluded)));
        let late = Extension { approved: due_with(start, base, &excluded).add_days(1), ..extensions[0] };
        for invalid in [late, Extension { refused: true, ..extensions[0] }] {
            let plan = PeriodPlan { base, excluded: &excluded, extensions: &[invalid] };
            let unmoved = due(Start::Day(start), &plan, &CALENDAR).unwrap().at;
            prop_assert_eq!(unmoved, DueAt::Day(due_with(start, base, &excluded)));
        }
    }

    #[test]
    fn an_open_span_stops_the_clock_or_changes_nothing(start in covered_date(), base in forward_period(), after in -10..500i32) {
        let after = start.add_days(after);
        let open = [Span { after, through: None, tag: 0 }];
        let plan = PeriodPlan { base, excluded: &open, extensions: &[] };
        let unrolled = walk(start, base.with_roll(false), &[]);
        let expected = if unrolled <= after {
            DueAt::Day(walk(start, base, &[]))
        } else {
            DueAt::Suspended { since: after }
        };
        prop_assert_eq!(due(Start::Day(start), &plan, &CALENDAR).unwrap().at, expected);
    }

    #[test]
    fn any_plan_gives_an_answer_or_a_reason(
        start in any_date(),
        minute in prop::option::of(0..1_440i64),
        base in any_period(),
        offsets in prop::collection::vec((-40_000..40_000i32, prop::option::of(-3..30_000i32)), 0..5),
        extensions in prop::collection::vec((any_period(), -5_000..5_000i32, any::<bool>()), 0..4),
    ) {
        let excluded: Vec<Span> = offsets.iter().map(|&(from, length)| {
            let after = start.add_days(from);
            Span { after, through: length.map(|n| after.add_days(n)), tag: 1 }
        }).collect();
        let extensions: Vec<Extension> = extensions.into_iter().map(|(add, days, refused)| {
            Extension { add, approved: start.add_days(days), refused, tag: 2 }
        }).collect();
        let plan = PeriodPlan { base, excluded: &excluded, extensions: &extensions };
        let from = match minute {
            Some(minute) => Start::Minute(Timestamp::at(start, 0, 0, 0).unwrap().add_minutes(minute)),
            None => Start::Day(start),
        };
        if let Ok(due) = due(from, &plan, &CALENDAR) {
            // Words of very long counts are not read by anybody; the rest must be tellable.
            if due.at.date().is_none_or(|date| date.days_since(start) < 20_000) {
                prop_assert!(!due.derivation.in_words(&CALENDAR, &|tag| tag.to_string()).is_empty());
            }
        }
    }

    #[test]
    fn months_land_on_the_same_day_or_the_months_end(date in any_date(), months in -600..600i32) {
        if let Some((moved, is_clamped)) = date.checked_add_months(months) {
            let ends_month = moved.checked_add_days(1).is_none_or(|next| next.day() == 1);
            let is_right_day = match is_clamped {
                true => ends_month && moved.day() < date.day(),
                false => moved.day() == date.day(),
            };
            prop_assert!(is_right_day);
            let index = |d: Date| i32::from(d.year()) * 12 + i32::from(d.month());
            prop_assert_eq!(index(moved) - index(date), months);
        }
    }

    #[test]
    fn dates_agree_with_jiff_and_round_trip(date in any_date(), days in -40_000..40_000i32) {
        let civil = jiff::civil::Date::from(date);
        prop_assert_eq!(civil.to_string(), date.to_string());
        prop_assert_eq!(civil.weekday().to_monday_zero_offset() as i32, (date.day_number() + 3).rem_euclid(7));
        prop_assert_eq!(Date::try_from(civil), Ok(date));
        prop_assert_eq!(Date::new(date.year(), date.month(), date.day()), Some(date));
        prop_assert_eq!(Date::from_str(&date.to_string()), Ok(date));
        if let Some(moved) = date.checked_add_days(days) {
            prop_assert_eq!(moved.days_since(date), days);
        }
    }

    #[test]
    fn instants_round_trip(date in any_date(), second in 0..86_400i64) {
        let midnight = Timestamp::at(date, 0, 0, 0).unwrap();
        let instant = Timestamp::from_unix_seconds(midnight.unix_seconds() + second).unwrap();
        prop_assert_eq!(instant.date(), date);
        prop_assert_eq!(i64::from(instant.minute_of_day()), second / 60);
        prop_assert_eq!(Timestamp::parse(&instant.to_string()), Ok(instant));
        let json = serde_json::to_string(&instant).unwrap();
        prop_assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), instant);
        prop_assert!(instant < Timestamp::end_of_day(date) || date == Date::MAX);
    }

    #[test]
    fn periods_round_trip(period in any_period()) {
        prop_assert_eq!(Period::from_str(&period.to_string()), Ok(period));
        prop_assert_eq!(period.partial_cmp_same_unit(&period), Some(std::cmp::Ordering::Equal));
    }

    #[test]
    fn amounts_round_trip_in_digits_and_capitals(fen in any::<i64>()) {
        for fen in [Fen(fen), Fen(fen % 1_000_000), Fen(fen % 100_000 * 100_000)] {
            let capitals = fen.in_capitals();
            prop_assert_eq!(Fen::parse_capitals(&capitals), Ok(fen), "{}", capitals);
            prop_assert_eq!(Fen::parse_yuan(&fen.to_string()), Ok(fen));
            prop_assert!(!capitals.contains("零零"), "{}", capitals);
        }
    }

    #[test]
    fn rates_round_as_stated(fen in -1_000_000_000..1_000_000_000i64, rate in 0..200_000u32) {
        let exact = i128::from(fen) * i128::from(rate);
        let by = |rounding| i128::from(Fen(fen).mul_rate(rate, rounding).unwrap().0) * 10_000;
        prop_assert!((exact - by(Rounding::Down)).abs() < 10_000 && by(Rounding::Down).abs() <= exact.abs());
        prop_assert!((exact - by(Rounding::Up)).abs() < 10_000 && by(Rounding::Up).abs() >= exact.abs());
        prop_assert!((exact - by(Rounding::HalfUp)).abs() <= 5_000);
    }

    #[test]
    fn notice_gap_counts_whole_days_between(notice in covered_date(), ahead in 1..60i32) {
        let act = notice.add_days(ahead);
        let gap = notice_gap(notice, act, &CALENDAR).unwrap();
        let walked = (1..ahead).filter(|n| CALENDAR.is_working(notice.add_days(*n))).count();
        prop_assert_eq!(gap.full_between, walked as i32);
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in "\\PC{0,24}", digits in "[0-9A-Z零一二万亿元角分整拾壹:.+T-]{0,20}") {
        for text in [&text, &digits] {
            let _ = Date::parse_iso(text);
            let _ = Timestamp::parse(text);
            let _ = Period::from_str(text);
            let _ = Fen::parse_yuan(text);
            let _ = Fen::parse_capitals(text);
            let _ = CreditCode::parse(text);
            let _ = CitizenId::parse(text);
            let _ = DivisionCode::parse(text);
        }
    }
}
