//! Periods counted backwards from an act.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use mingjing_kernel::date::Date;
use mingjing_kernel::due::DueError;
use mingjing_kernel::notice::{
    BwdOutcome, calendar_day_gap, judge_notice, latest_notice, notice_gap,
};
use support::CALENDAR;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn full_days_between_notice_and_act() {
    use BwdOutcome::{Enough, OnlyWithActDay, TooFew};
    for (period, notice, act, full, expected) in [
        // The hearing of the full worked example: 08-04 to 08-12 are seven whole working days.
        ("BWD(7)", "2025-08-01", "2025-08-13", 7, Enough),
        ("BWD(7)", "2025-08-04", "2025-08-13", 6, OnlyWithActDay),
        ("BWD(7)", "2025-08-05", "2025-08-13", 5, TooFew),
        // The act falls on a Saturday of rest: its day adds nothing.
        ("BWD(7)", "2025-08-07", "2025-08-16", 6, TooFew),
        // Across the National Day holiday with a Sunday of work before it.
        ("BWD(3)", "2025-09-26", "2025-10-09", 3, Enough),
        ("BWD(3)", "2025-09-28", "2025-10-09", 2, OnlyWithActDay),
        ("BWD(1)", "2025-08-13", "2025-08-13", 0, TooFew),
        ("BWD(1)", "2025-08-14", "2025-08-13", 0, TooFew),
        ("BCD(30)", "2025-05-31", "2025-07-01", 30, Enough),
        ("BCD(30)", "2025-06-01", "2025-07-01", 29, OnlyWithActDay),
        ("BCD(30)", "2025-06-02", "2025-07-01", 28, TooFew),
        ("BCD(1)", "2025-07-01", "2025-07-01", 0, TooFew),
    ] {
        let (notice, act, is_days) = (day(notice), day(act), period.starts_with("BCD"));
        let gap = match is_days {
            true => calendar_day_gap(notice, act),
            false => notice_gap(notice, act, &CALENDAR).unwrap(),
        };
        assert_eq!(gap.full_between, full, "{period} {notice} {act}");
        let judged = judge_notice(period.parse().unwrap(), notice, act, &CALENDAR);
        assert_eq!(judged, Ok(expected), "{period} {notice} {act}");
    }
}

#[test]
fn the_latest_notice_is_enough_and_the_day_after_is_not() {
    for (period, act) in [
        ("BWD(7)", "2025-08-13"),
        ("BWD(3)", "2025-10-09"),
        ("BCD(30)", "2025-07-01"),
    ] {
        let (period, act) = (period.parse().unwrap(), day(act));
        let (latest, is_provisional) = latest_notice(period, act, &CALENDAR).unwrap();
        let judge = |notice| judge_notice(period, notice, act, &CALENDAR).unwrap();
        assert_eq!(judge(latest), BwdOutcome::Enough, "{period} {act}");
        assert_ne!(
            judge(latest.add_days(1)),
            BwdOutcome::Enough,
            "{period} {act}"
        );
        assert!(!is_provisional);
    }
    let seven = "BWD(7)".parse().unwrap();
    assert_eq!(
        latest_notice(seven, day("2025-08-13"), &CALENDAR),
        Ok((day("2025-08-03"), false))
    );
    assert!(
        latest_notice(seven, day("2027-03-01"), &CALENDAR)
            .unwrap()
            .1
    );
}

#[test]
fn what_cannot_be_judged_says_why() {
    let seven = "BWD(7)".parse().unwrap();
    let first = day("2018-01-01");
    let before = judge_notice(seven, day("2017-12-25"), day("2018-01-10"), &CALENDAR);
    assert_eq!(
        before,
        Err(DueError::BeforeCalendar {
            date: day("2017-12-26"),
            first
        })
    );
    let too_early = latest_notice(seven, day("2018-01-05"), &CALENDAR);
    assert!(matches!(too_early, Err(DueError::BeforeCalendar { .. })));
    let forward = judge_notice("WD(7)".parse().unwrap(), first, first, &CALENDAR);
    assert!(matches!(forward, Err(DueError::NotBackwardPeriod { .. })));
}
