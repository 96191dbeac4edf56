//! 记录时刻：写法只有一种，与整秒、毫秒的换算。
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use mingjing_kernel::date::Timestamp;
use mingjing_kernel::moment::Moment;

#[test]
fn the_one_form_reads_back() {
    for text in [
        "1970-01-01T00:00:00.000000Z",
        "2026-03-01T08:00:00.000001Z",
        "1900-01-01T00:00:00.000000Z",
        "1969-12-31T23:59:59.999999Z",
    ] {
        assert_eq!(Moment::parse(text).unwrap().to_string(), text);
    }
}

#[test]
fn any_other_form_is_refused() {
    for text in [
        "",
        "2026-03-01T08:00:00Z",
        "2026-03-01T08:00:00.000000+08:00",
        "2026-03-01T08:00:60.000000Z",
        "2026-03-01T24:00:00.000000Z",
        "2026-02-29T08:00:00.000000Z",
        "2026-03-01 08:00:00.000000Z",
        "1899-12-31T23:59:59.999999Z",
    ] {
        assert!(Moment::parse(text).is_err(), "{text}");
    }
}

#[test]
fn the_range_is_that_of_the_calendar() {
    let last = Moment::parse("2199-12-31T23:59:59.999999Z").unwrap();
    assert_eq!(last.timestamp(), Timestamp::MAX);
    let last = last.unix_micros();
    assert!(Moment::from_unix_micros(last + 1).is_none());
    assert!(Moment::from_unix_micros(i64::MAX).is_none());
    let end = Moment::from_unix_micros(last).unwrap();
    assert_eq!(end.add_micros(5), end);
}

#[test]
fn seconds_and_milliseconds_are_cut_not_rounded() {
    let moment = Moment::parse("2026-03-01T08:00:00.999999Z").unwrap();
    assert_eq!(
        moment.timestamp(),
        Timestamp::parse("2026-03-01T16:00:00+08:00").unwrap()
    );
    assert_eq!(moment.unix_millis() % 1_000, 999);
    assert_eq!(Moment::from_unix_micros(-1).unwrap().unix_millis(), 0);
}
