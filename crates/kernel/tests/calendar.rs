//! The calendars of the lawbook against two independent programs, and what the calendar refuses.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use std::collections::BTreeMap;

use mingjing_kernel::calendar::{CalendarError, CalendarYear, DayKind, Holiday, WorkCalendar};
use mingjing_kernel::date::Date;
use support::{CALENDAR, calendar_years, rows};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn days_of(first: Date, last: Date) -> impl Iterator<Item = Date> {
    (0..=last.days_since(first)).map(move |n| first.add_days(n))
}

#[test]
fn every_day_agrees_with_two_independent_calendars() {
    let named: BTreeMap<Date, Vec<bool>> = rows("calendar_days.csv")
        .iter()
        .map(|row| {
            (
                day(&row[0]),
                row[1..].iter().map(|cell| cell == "1").collect(),
            )
        })
        .collect();
    let (first, last) = CALENDAR.coverage();
    assert_eq!((first, last), (day("2018-01-01"), day("2026-12-31")));
    for date in days_of(first, last) {
        let default = !date.weekday().is_weekend();
        let told = named
            .get(&date)
            .cloned()
            .unwrap_or_else(|| vec![default; 2]);
        assert_eq!(vec![CALENDAR.is_working(date); 2], told, "{date}");
        assert!(!CALENDAR.is_provisional(date));
    }
}

#[test]
fn every_year_has_as_many_working_days_as_they_count() {
    for row in rows("calendar_years.csv") {
        let year: i16 = row[0].parse().unwrap();
        let before = Date::new(year - 1, 12, 31).unwrap();
        let last = Date::new(year, 12, 31).unwrap();
        let counted = CALENDAR.working_days_between(before, last);
        assert_eq!(vec![counted.to_string(); 2], row[1..].to_vec(), "{year}");
        assert_eq!(
            CALENDAR.known_working_days_between(before, last),
            Some(counted)
        );
    }
}

#[test]
fn a_day_belongs_to_the_notice_that_names_it() {
    let holiday = |name, notice| DayKind::Holiday { name, notice };
    let make_up = |name, notice| DayKind::MakeUpWorkday { name, notice };
    for (date, expected) in [
        ("2017-12-31", DayKind::Before),
        ("2018-02-12", DayKind::Workday),
        ("2018-02-11", make_up("春节", "国办发明电〔2017〕12号")),
        ("2018-12-29", make_up("元旦", "国办发明电〔2018〕15号")),
        ("2018-12-31", holiday("元旦", "国办发明电〔2018〕15号")),
        ("2019-05-02", holiday("劳动节", "国办发明电〔2019〕3号")),
        ("2019-05-05", make_up("劳动节", "国办发明电〔2019〕3号")),
        ("2020-01-31", holiday("春节", "国办发明电〔2020〕1号")),
        ("2020-02-01", holiday("春节", "国办发明电〔2020〕1号")),
        (
            "2020-10-08",
            holiday("国庆节、中秋节", "国办发明电〔2019〕16号"),
        ),
        ("2021-10-09", make_up("国庆节", "国办发明电〔2020〕27号")),
        ("2022-12-31", holiday("元旦", "国办发明电〔2022〕16号")),
        ("2024-02-09", DayKind::Workday),
        ("2025-02-01", holiday("春节", "国办发明电〔2024〕12号")),
        ("2025-02-15", DayKind::Weekend),
        ("2026-09-20", make_up("国庆节", "国办发明电〔2025〕7号")),
    ] {
        assert_eq!(CALENDAR.day(day(date)), expected, "{date}");
    }
}

#[test]
fn beyond_coverage_only_weekends_and_fixed_holidays_rest() {
    for (date, expected) in [
        ("2027-01-01", DayKind::FixedHoliday { name: "元旦" }),
        ("2027-01-04", DayKind::Workday),
        ("2028-05-02", DayKind::FixedHoliday { name: "劳动节" }),
        ("2028-05-03", DayKind::Workday),
        ("2029-10-03", DayKind::FixedHoliday { name: "国庆节" }),
        ("2029-10-04", DayKind::Workday),
        ("2027-02-06", DayKind::Weekend),
    ] {
        let date = day(date);
        assert_eq!(CALENDAR.day(date), expected, "{date}");
        assert!(CALENDAR.is_provisional(date));
        assert_eq!(
            CALENDAR.is_working(date),
            expected == DayKind::Workday,
            "{date}"
        );
    }
    assert_eq!(CALENDAR.roll_forward(Date::MAX), Some(Date::MAX));
    assert_eq!(CALENDAR.nth_working_day(Date::MAX, 1), None);
}

#[test]
fn steps_from_day_to_working_day() {
    let next = |text: &str, n| CALENDAR.nth_working_day(day(text), n);
    assert_eq!(next("2024-09-27", 7), Some(day("2024-10-12")));
    assert_eq!(next("2017-12-31", 1), Some(day("2018-01-02")));
    assert_eq!(next("2017-12-30", 1), None);
    assert_eq!(next("2024-09-27", 0), None);
    assert_eq!(
        CALENDAR.roll_forward(day("2024-02-10")),
        Some(day("2024-02-18"))
    );
    assert_eq!(
        CALENDAR.roll_forward(day("2024-02-18")),
        Some(day("2024-02-18"))
    );
    assert_eq!(CALENDAR.roll_forward(day("2017-12-29")), None);
    assert_eq!(
        CALENDAR.previous_working_day(day("2025-10-09")),
        Some(day("2025-09-30"))
    );
    assert_eq!(CALENDAR.previous_working_day(day("2018-01-02")), None);
    assert_eq!(
        CALENDAR.working_days_between(day("2025-02-12"), day("2025-02-10")),
        -2
    );
    assert_eq!(
        CALENDAR.known_working_days_between(day("2017-12-30"), day("2018-01-05")),
        None
    );
    assert!(!CALENDAR.is_working(day("2017-12-29")) && !CALENDAR.knows(day("2017-12-29")));
}

fn year(year: i16, off: &[&str], work: &[&str]) -> CalendarYear {
    let holiday = Holiday {
        name: "节".to_owned(),
        off: off.iter().map(|text| day(text)).collect(),
        work: work.iter().map(|text| day(text)).collect(),
        notice: None,
    };
    CalendarYear {
        year,
        notice: "通知".to_owned(),
        holidays: vec![holiday],
    }
}

#[test]
fn unsound_years_are_refused() {
    let refused = |years: Vec<CalendarYear>| WorkCalendar::from_years(years).unwrap_err();
    assert_eq!(refused(vec![]), CalendarError::Empty);
    assert_eq!(
        refused(vec![year(2025, &[], &[]), year(2023, &[], &[])]),
        CalendarError::NotContiguous {
            before: 2023,
            found: 2025
        }
    );
    assert_eq!(
        refused(vec![year(2025, &[], &[]), year(2025, &[], &[])]),
        CalendarError::NotContiguous {
            before: 2025,
            found: 2025
        }
    );
    let twice = refused(vec![year(2025, &["2025-02-08"], &["2025-02-08"])]);
    assert!(matches!(twice, CalendarError::NamedTwice { date, .. } if date == day("2025-02-08")));
    let weekday = refused(vec![year(2025, &[], &["2025-02-10"])]);
    assert!(weekday.to_string().contains("周一，不是周末"), "{weekday}");
    let far = refused(vec![year(2025, &["2024-10-01"], &[])]);
    assert!(matches!(far, CalendarError::FarFromYear { .. }), "{far}");
    let out = refused(vec![year(1850, &[], &[])]);
    assert_eq!(out, CalendarError::YearOutOfRange { year: 1850 });
    let mut blank = year(2025, &[], &[]);
    blank.notice.clear();
    assert_eq!(refused(vec![blank]), CalendarError::NoNotice { year: 2025 });
    assert!(
        WorkCalendar::from_years(vec![year(1900, &[], &[])])
            .unwrap()
            .is_working(Date::MIN)
    );
}

#[test]
fn the_order_of_the_years_does_not_matter() {
    let mut years = calendar_years();
    years.reverse();
    let calendar = WorkCalendar::from_years(years).unwrap();
    let (first, last) = calendar.coverage();
    assert!(days_of(first, last).all(|date| calendar.day(date) == CALENDAR.day(date)));
}

#[test]
fn a_file_with_a_slip_is_refused_with_the_reason() {
    let parse = |off: &str| {
        let text =
            format!("year = 2025\nnotice = \"n\"\n[[holiday]]\nname = \"节\"\noff = [\"{off}\"]");
        toml::from_str::<CalendarYear>(&text).map_err(|error| error.to_string())
    };
    assert_eq!(
        parse("2025-01-28..2025-02-04").unwrap().holidays[0]
            .off
            .len(),
        8
    );
    assert!(
        parse("2025-02-04..2025-01-28")
            .unwrap_err()
            .contains("首尾颠倒")
    );
    assert!(
        parse("2025-01-01..2025-12-31")
            .unwrap_err()
            .contains("过长")
    );
    assert!(parse("2025-02-30").unwrap_err().contains("历法上不存在"));
}
