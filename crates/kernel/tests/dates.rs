//! Dates, instants and periods: how they are written and what is refused.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::cmp::Ordering;

use mingjing_kernel::date::{Date, DateError, Timestamp};
use mingjing_kernel::period::{Period, PeriodError, PeriodUnit};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn dates_are_written_in_one_way_only() {
    let date = Date::new(2025, 2, 10).unwrap();
    assert_eq!(date.to_string(), "2025-02-10");
    assert_eq!(date.in_chinese(), "2025年2月10日（周一）");
    assert_eq!(Date::from_day_number(0).unwrap().to_string(), "1970-01-01");
    assert_eq!(serde_json::to_string(&date).unwrap(), "\"2025-02-10\"");
    for text in [
        "2025-2-10",
        "2025/02/10",
        "20250210",
        "",
        "2025-02-1a",
        "２025-02-10",
        "+025-02-10",
    ] {
        assert!(
            matches!(Date::parse_iso(text), Err(DateError::DateForm { .. })),
            "{text}"
        );
    }
    for text in [
        "2025-02-29",
        "2025-13-01",
        "2025-00-10",
        "1900-02-29",
        "2025-04-31",
    ] {
        assert!(
            matches!(Date::parse_iso(text), Err(DateError::NotOnCalendar { .. })),
            "{text}"
        );
    }
    for text in ["1899-12-31", "2200-01-01"] {
        assert!(
            matches!(Date::parse_iso(text), Err(DateError::OutOfRange { .. })),
            "{text}"
        );
    }
    assert_eq!(Date::new(2024, 2, 30), None);
    assert_eq!(Date::new(2000, 2, 29), Some(day("2000-02-29")));
}

#[test]
fn days_saturate_at_the_ends_of_the_range() {
    assert_eq!(Date::MAX.add_days(1), Date::MAX);
    assert_eq!(Date::MIN.add_days(i32::MIN), Date::MIN);
    assert_eq!(Date::MAX.checked_add_days(1), None);
    assert_eq!(Date::MAX.add_months(1), (Date::MAX, false));
    assert_eq!(Date::MIN.add_months(i32::MIN), (Date::MIN, false));
    assert_eq!(Date::MAX.add_months(i32::MAX), (Date::MAX, false));
    assert_eq!(day("2025-01-31").add_months(1), (day("2025-02-28"), true));
    assert_eq!(day("2025-03-31").add_months(-13), (day("2024-02-29"), true));
}

#[test]
fn instants_know_their_offset() {
    let instant = Timestamp::parse("2025-06-02T16:20").unwrap();
    assert_eq!(instant.to_string(), "2025-06-02T16:20");
    assert_eq!(instant.in_chinese(), "2025年6月2日（周一）16时20分");
    for same in [
        "2025-06-02T16:20:00+08:00",
        "2025-06-02T08:20:00Z",
        "2025-06-02 16:20:00",
        "2025-06-02T16:20:00.999",
        "2025-06-01T20:20:00-12:00",
    ] {
        assert_eq!(Timestamp::parse(same), Ok(instant), "{same}");
    }
    assert_eq!(
        serde_json::to_string(&instant).unwrap(),
        "\"2025-06-02T16:20:00+08:00\""
    );
    assert_eq!(
        Timestamp::parse("2025-06-01T16:20:05Z")
            .unwrap()
            .to_string(),
        "2025-06-02T00:20:05"
    );
    assert_eq!(
        Timestamp::try_from(jiff::Timestamp::UNIX_EPOCH)
            .unwrap()
            .to_string(),
        "1970-01-01T08:00"
    );
    let before_dawn = Timestamp::parse("1969-12-31T23:59:59Z").unwrap();
    assert_eq!(
        (before_dawn.date(), before_dawn.minute_of_day()),
        (day("1970-01-01"), 7 * 60 + 59)
    );
    assert_eq!(
        Timestamp::end_of_day(day("2025-06-01")).to_string(),
        "2025-06-02T00:00"
    );
    assert_eq!(Timestamp::end_of_day(Date::MAX), Timestamp::MAX);
    assert_eq!(instant.add_minutes(24 * 60).minutes_since(instant), 1_440);
    assert_eq!(instant.add_minutes(i64::MAX), Timestamp::MAX);
    for text in [
        "2025-06-02",
        "2025-06-02T",
        "2025-06-02T1:20",
        "2025-06-02T16:20:0",
        "2025-06-02T16:20+8",
        "2025-06-02T16.20",
        "2025-06-02T16:20:00.",
        "二〇二五年六月二日",
        "2025-06-02T16:20:00+0800",
    ] {
        assert!(
            matches!(Timestamp::parse(text), Err(DateError::TimestampForm { .. })),
            "{text}"
        );
    }
    for text in ["2025-06-02T24:00", "2025-02-30T10:00", "2025-06-02T10:60"] {
        assert!(
            matches!(Timestamp::parse(text), Err(DateError::NotOnCalendar { .. })),
            "{text}"
        );
    }
    assert!(matches!(
        Timestamp::parse("1900-01-01T00:00:00+14:00"),
        Err(DateError::OutOfRange { .. })
    ));
}

#[test]
fn periods_are_spoken_as_statutes_speak() {
    for (text, words) in [
        ("WD(7)", "七个工作日"),
        ("WD(2)", "两个工作日"),
        ("CD(2)", "二日"),
        ("CD(30)", "三十日"),
        ("CD!(30)", "三十日（末日不顺延）"),
        ("HR(24)", "二十四小时"),
        ("MO(6)", "六个月"),
        ("MO!(3)", "三个月（末日不顺延）"),
        ("YR(2)", "两年"),
        ("BWD(7)", "七个工作日前"),
        ("BCD(30)", "三十日前"),
        ("FIX(01-31)", "一月三十一日前"),
    ] {
        let period: Period = text.parse().unwrap();
        assert_eq!(period.in_chinese(), words);
        assert_eq!(period.to_string(), text);
        let json = serde_json::to_string(&period).unwrap();
        assert_eq!(serde_json::from_str::<Period>(&json).unwrap(), period);
    }
}

#[test]
fn malformed_periods_are_refused() {
    let error = |text: &str| text.parse::<Period>().unwrap_err();
    for text in [
        "", "WD", "WD7", "WD(7", "wd(7)", "WD!(7)", "HR!(2)", " CD(3)", "CD(3) ", "XX(1)",
    ] {
        assert!(matches!(error(text), PeriodError::Form { .. }), "{text}");
    }
    for text in [
        "WD(0)",
        "CD(07)",
        "CD(-1)",
        "CD(65536)",
        "CD()",
        "CD(+3)",
        "CD(三)",
    ] {
        assert!(matches!(error(text), PeriodError::Number { .. }), "{text}");
    }
    for text in ["FIX(13-01)", "FIX(02-30)", "FIX(1-31)", "FIX()"] {
        assert!(
            matches!(error(text), PeriodError::FixedDate { .. }),
            "{text}"
        );
    }
}

#[test]
fn periods_compare_and_add_within_one_unit() {
    let period = |text: &str| text.parse::<Period>().unwrap();
    assert_eq!(
        period("CD(30)").partial_cmp_same_unit(&period("CD!(15)")),
        Some(Ordering::Greater)
    );
    assert_eq!(
        period("CD(30)").partial_cmp_same_unit(&period("WD(5)")),
        None
    );
    assert_eq!(
        period("YR(1)").partial_cmp_same_unit(&period("MO(12)")),
        None
    );
    assert_eq!(
        period("FIX(01-31)").partial_cmp_same_unit(&period("FIX(03-31)")),
        None
    );
    assert_eq!(
        period("CD!(30)").add(period("CD(30)")),
        Some(period("CD!(60)"))
    );
    assert_eq!(period("CD(30)").add(period("WD(5)")), None);
    assert_eq!(period("CD(65535)").add(period("CD(1)")), None);
    assert_eq!(period("FIX(01-31)").add(period("FIX(01-31)")), None);
    assert_eq!(period("CD(30)").with_roll(false), period("CD!(30)"));
    assert_eq!(period("WD(30)").with_roll(true), period("WD(30)"));
    assert_eq!(period("BCD(30)").unit(), PeriodUnit::CalendarDaysBefore);
    assert!(period("MO(6)").rolls() && !period("MO!(6)").rolls() && !period("WD(6)").rolls());
}
