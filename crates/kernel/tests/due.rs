//! Due dates of the worked examples, and the edges of exclusion, extension and suspension.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod support;

use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::due::{
    Counting, Due, DueAt, DueError, Extension, ExtensionOutcome, Lateness, PeriodPlan, Span, Start,
    due, due_day, lateness,
};
use mingjing_kernel::period::{Period, PeriodUnit};
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

fn joined(from: &str, plan: &str) -> String {
    words(from, plan).join("\n")
}

#[test]
fn a_roll_is_told_with_its_reason() {
    assert_eq!(
        joined("2024-11-11", "CD(90)"),
        "自2024年11月11日（周一）起算，当日不计；期限为九十日。\n\
         第九十日为2025年2月9日（周日）。\n\
         2025年2月9日（周日）是周末，不是工作日，顺延至其后第一个工作日2025年2月10日（周一）。\n\
         于2025年2月10日（周一）24时届满。"
    );
    assert!(joined("2024-01-26", "CD(15)").contains(
        "2024年2月10日（周六）春节放假（国办发明电〔2023〕7号），不是工作日，顺延至其后第一个工作日2024年2月18日（周日），\
         该日因春节调休上班（国办发明电〔2023〕7号）。"
    ));
    assert!(joined("2025-09-05", "CD!(30)").contains("不是工作日，但这一期限的末日不顺延。"));
}

#[test]
fn working_days_are_told_with_the_notices() {
    assert_eq!(
        joined("2024-09-27", "WD(7)"),
        "自2024年9月27日（周五）起算，当日不计；期限为七个工作日。\n\
         2024年9月29日（周日）因国庆节调休上班（国办发明电〔2023〕7号），计入；\
         2024年10月1日至10月7日国庆节放假（国办发明电〔2023〕7号），不计；\
         2024年10月12日（周六）因国庆节调休上班（国办发明电〔2023〕7号），计入；其余周六、周日不计。\n\
         第七个工作日为2024年10月12日（周六）。\n\
         于2024年10月12日（周六）24时届满。"
    );
    let beyond = joined("2026-12-25", "WD(10)");
    assert!(
        beyond.contains("元旦放假（放假安排未公布，按固定日期），不计"),
        "{beyond}"
    );
    assert!(beyond.ends_with("〔放假安排未公布〕。"), "{beyond}");
}

#[test]
fn exclusions_and_extensions_are_told_with_their_outcome() {
    assert_eq!(
        joined(
            "2025-03-03",
            "CD(90) -(2025-04-10..2025-04-30) +CD(30)@2025-06-20"
        ),
        "自2025年3月3日（周一）起算，当日不计；期限为九十日。\n\
         2025年4月10日（周四）之后至2025年4月30日（周三）为鉴定期间，计二十日，不计入。\n\
         负责人延期：2025年6月20日（周五）批准增加三十日，不晚于当时的到期日2025年6月23日（周一），有效；并入总期限，自原起算日连续计算。\n\
         第一百二十日为2025年7月21日（周一）。\n\
         于2025年7月21日（周一）24时届满。"
    );
    let late = joined("2025-02-20", "CD(90) +CD(30)@2025-05-26");
    assert!(
        late.contains("比当时的到期日2025年5月21日（周三）晚五日，无效"),
        "{late}"
    );
    let refused = joined("2025-02-20", "CD(90) +CD(30)@2025-05-20!");
    assert!(
        refused.contains("所需条件不成立，无效，不增加期限。"),
        "{refused}"
    );
    let chained = joined("2025-04-15", "WD(5) +CD(15)@2025-04-18");
    assert!(
        chained.contains("〔口径〕") && chained.contains("接着计算，当日不计，第十五日"),
        "{chained}"
    );
    let open = joined("2025-03-03", "CD(90) -(2025-04-10..)");
    assert!(
        open.ends_with("2025年4月10日（周四）之后停止计算，到期日未定。"),
        "{open}"
    );
    let month = joined("2025-01-31", "MO(1) -(2025-02-03..2025-02-10)");
    assert!(
        month.contains(
            "满一个月的当月没有31日，取月末2025年2月28日（周五）；其间不计入的日子后补七日"
        ),
        "{month}"
    );
    let part = joined("2025-04-15", "WD(5) -(2025-04-10..2025-04-17)");
    assert!(
        part.contains("其中落在本期限内的二日（两个工作日），不计入。"),
        "{part}"
    );
    assert_eq!(
        joined("2025-06-01T16:20", "HR(24)"),
        "自2025年6月1日（周日）16时20分起连续计算，节假日不扣除；期限为二十四小时。\n\
         于2025年6月2日（周一）16时20分届满。"
    );
    assert!(joined("2025-12-31", "FIX(01-31)").contains("以最近的一月三十一日为限，不顺延。"));
}

#[test]
fn the_derivation_holds_what_the_words_say() {
    let plan = Plan::parse("WD(20) -(2025-04-21..2025-05-09) +WD(10)@2025-05-30 +WD(5)@2025-06-18");
    let due = plan.due(start("2025-04-15")).unwrap();
    let derivation = &due.derivation;
    assert_eq!(derivation.spans.len(), 1);
    assert_eq!(
        (derivation.spans[0].days, derivation.spans[0].working_days),
        (18, 12)
    );
    assert_eq!(derivation.spans[0].tags, [0]);
    let outcomes: Vec<_> = derivation
        .extensions
        .iter()
        .map(|step| step.outcome)
        .collect();
    let late = ExtensionOutcome::Late {
        due_then: day("2025-06-17"),
    };
    assert_eq!(outcomes, [ExtensionOutcome::Valid, late]);
    assert_eq!(derivation.extensions[0].due_then, Some(day("2025-06-03")));
    assert_eq!(derivation.unrolled(), Some(day("2025-06-17")));
    assert!(derivation.roll.is_none() && !derivation.provisional && !derivation.is_chained());
    assert!(derivation.uses_span(0) && !derivation.uses_span(1));

    let rolled = Plan::parse("CD(90)").due(start("2024-11-11")).unwrap();
    let roll = rolled.derivation.roll.unwrap();
    assert_eq!((roll.from, roll.to), (day("2025-02-09"), day("2025-02-10")));
    let clamped = Plan::parse("MO(1)").due(start("2025-01-31")).unwrap();
    assert!(clamped.derivation.segments[0].is_clamped);
}

#[test]
fn the_derivation_is_data_that_other_programs_can_read() {
    let plan = Plan::parse("CD(90) -(2025-04-10..2025-04-30) +CD(30)@2025-06-28 +WD(5)@2025-06-20");
    let due = plan.due(start("2025-03-03")).unwrap();
    assert_eq!(due.derivation.unit(), PeriodUnit::WorkingDays);
    assert!(due.derivation.is_chained());
    let json = serde_json::to_value(&due).unwrap();
    assert_eq!(json["at"]["day"], "2025-06-27");
    assert_eq!(json["derivation"]["base"], "CD(90)");
    assert_eq!(json["derivation"]["spans"][0]["days"], 20);
    assert_eq!(json["derivation"]["extensions"][0]["outcome"], "valid");
    assert_eq!(
        json["derivation"]["extensions"][1]["outcome"]["late"]["due_then"],
        "2025-06-27"
    );
    assert_eq!(json["derivation"]["segments"][0]["last"], "2025-06-21");
}

#[test]
fn adjoining_and_overlapping_spans_are_told_as_one() {
    let plan = Plan::parse(
        "CD(90) -(2025-04-20..2025-04-30) -(2025-04-10..2025-04-20) -(2025-04-12..2025-04-15)",
    );
    let due = plan.due(start("2025-03-03")).unwrap();
    let [span] = due.derivation.spans.as_slice() else {
        panic!("{:?}", due.derivation.spans)
    };
    assert_eq!(
        (span.after, span.through),
        (day("2025-04-10"), Some(day("2025-04-30")))
    );
    assert_eq!(
        (span.days, span.tags.as_slice()),
        (20, [0, 1, 2].as_slice())
    );
}

#[test]
fn a_span_beside_the_period_leaves_no_trace() {
    let plain = Plan::parse("CD(30)").due(start("2025-03-03")).unwrap();
    for beside in [
        "-(2025-04-02..)",
        "-(2025-06-01..2025-06-10)",
        "-(2025-01-01..2025-03-03)",
    ] {
        let due = Plan::parse(&format!("CD(30) {beside}"))
            .due(start("2025-03-03"))
            .unwrap();
        assert_eq!(due, plain, "{beside}");
    }
}

#[test]
fn an_extension_while_the_clock_stands_is_valid() {
    let plan = Plan::parse("CD(90) -(2025-04-10..) +CD(30)@2026-01-05");
    let due = plan.due(start("2025-03-03")).unwrap();
    assert_eq!(
        due.at,
        DueAt::Suspended {
            since: day("2025-04-10")
        }
    );
    assert_eq!(
        due.derivation.extensions[0].outcome,
        ExtensionOutcome::Valid
    );
    assert!(due.derivation.uses_span(0) && !due.provisional);
}

#[test]
fn beyond_the_calendar_is_provisional() {
    for (from, base, expected, is_provisional) in [
        ("2026-12-25", "WD(4)", "2026-12-31", false),
        ("2026-12-25", "WD(5)", "2027-01-04", true),
        ("2026-12-01", "CD(31)", "2027-01-04", true),
        ("2026-12-01", "CD(40)", "2027-01-11", true),
        ("2026-12-01", "CD!(40)", "2027-01-10", false),
        ("2026-10-05", "YR!(3)", "2029-10-05", false),
        ("2026-10-01", "YR(3)", "2029-10-04", true),
        ("2026-12-31", "FIX(01-31)", "2027-01-31", false),
    ] {
        let (date, provisional) = due_day(day(from), period(base), &CALENDAR).unwrap();
        assert_eq!(
            (date, provisional),
            (day(expected), is_provisional),
            "{from} {base}"
        );
        let due = Plan::parse(base).due(start(from)).unwrap();
        assert_eq!(
            (due.at, due.provisional),
            (DueAt::Day(date), provisional),
            "{from} {base}"
        );
    }
}

#[test]
fn days_before_the_calendar_are_an_error_only_where_needed() {
    let first = day("2018-01-01");
    for (from, base, needed) in [
        ("2017-12-20", "WD(5)", Some("2017-12-21")),
        ("2017-12-31", "WD(5)", None),
        ("2017-11-01", "CD(15)", Some("2017-11-16")),
        ("2017-12-20", "CD(15)", None),
        ("2001-01-31", "MO!(1)", None),
        ("1985-06-15", "YR!(2)", None),
        ("1985-06-15", "YR(2)", Some("1987-06-15")),
        ("1999-01-01", "CD!(30)", None),
    ] {
        let expected = needed.map(|date| DueError::BeforeCalendar {
            date: day(date),
            first,
        });
        let found = due_day(day(from), period(base), &CALENDAR).err();
        assert_eq!(found, expected, "{from} {base}");
        assert_eq!(
            Plan::parse(base).due(start(from)).err(),
            expected,
            "{from} {base}"
        );
    }
    // An extension approved before the unrolled last day needs no calendar for that day.
    let plan = Plan::parse("CD(30) +CD(60)@2017-11-30");
    assert_eq!(
        plan.due(start("2017-11-01")).unwrap().at,
        DueAt::Day(day("2018-01-30"))
    );
}

#[test]
fn plans_that_make_no_sense_are_refused() {
    for (from, plan, expected) in [
        (
            "2025-06-01T16:20",
            "HR(24) -(2025-06-01..2025-06-02)",
            "不得扣除期间",
        ),
        ("2025-06-01", "HR(24)", "须从具体时刻起算"),
        ("2025-06-01T16:20", "HR(24) +CD(1)@2025-06-02", "不能相接"),
        ("2025-06-01", "CD(3) +HR(24)@2025-06-02", "不能相接"),
        ("2025-06-01", "BWD(7)", "倒计的期限"),
        ("2025-06-01", "CD(7) +BCD(3)@2025-06-02", "倒计的期限"),
        (
            "2025-12-31",
            "FIX(01-31) -(2026-01-05..2026-01-06)",
            "不因扣除期间移动",
        ),
        ("2199-12-30", "CD!(7)", "越过 2199 年"),
        ("2199-12-30", "WD(7)", "越过 2199 年"),
        ("2025-01-01", "YR!(60000)", "越过 2199 年"),
        (
            "2025-01-01T00:00",
            "HR(65535) +HR(65535)@2025-01-02",
            "越过 2199 年",
        ),
    ] {
        let error = Plan::parse(plan).due(start(from)).unwrap_err().to_string();
        assert!(error.contains(expected), "{from} {plan}: {error}");
    }
}

#[test]
fn lateness_speaks_the_unit_of_the_period() {
    let late = |plan: &str, from: &str, actual: &str| {
        let plan = Plan::parse(plan);
        let due = plan.due(start(from)).unwrap();
        lateness(plan.base.unit(), due.at, start(actual), &CALENDAR)
    };
    assert_eq!(
        late("CD(90)", "2024-11-11", "2025-02-11"),
        Lateness::Days(1)
    );
    assert_eq!(
        late("CD(90)", "2025-03-03", "2025-07-18"),
        Lateness::Days(45)
    );
    assert_eq!(
        late("WD(7)", "2024-09-27", "2024-10-14"),
        Lateness::WorkingDays(1)
    );
    assert_eq!(
        late("WD(7)", "2024-09-27", "2024-10-12"),
        Lateness::WorkingDays(0)
    );
    assert_eq!(
        late("WD(3)", "2026-02-11", "2026-02-24"),
        Lateness::WorkingDays(1)
    );
    assert_eq!(
        late("CD!(30)", "2025-09-05", "2025-10-09"),
        Lateness::Days(4)
    );
    let hours = late("HR(24)", "2025-06-01T16:20", "2025-06-03T09:00");
    assert_eq!(hours, Lateness::Minutes(16 * 60 + 40));
    assert_eq!(hours.to_string(), "16 小时 40 分");
    assert_eq!(
        late("CD(90) -(2025-04-10..)", "2025-03-03", "2026-03-03"),
        Lateness::Days(0)
    );
    assert_eq!(late("CD(90)", "2025-03-03", "2025-03-04").amount(), 0);
}

#[test]
fn an_approval_before_the_start_extends_nothing() {
    let outcome_of = |text: &str, from: &str| {
        let due = Plan::parse(text).due(start(from)).unwrap();
        (due.derivation.extensions[0].outcome, due.at)
    };
    let early = ExtensionOutcome::Early {
        start: day("2025-03-10"),
    };
    for (base, from) in [("CD(30)", "2025-03-10"), ("HR(24)", "2025-03-10T09:00")] {
        let plain = Plan::parse(base).due(start(from)).unwrap().at;
        let before = format!("{base} +{base}@2025-03-09");
        assert_eq!(outcome_of(&before, from), (early, plain));
        let same_day = format!("{base} +{base}@2025-03-10");
        assert_eq!(outcome_of(&same_day, from).0, ExtensionOutcome::Valid);
    }
}

/// The whole derivation in short: `s` the start day, `+` counted, `w` no working day, `x` excluded, `r` rolled past.
fn day_by_day(start: &str, plan: &str) -> String {
    let found = Plan::parse(plan).due(Start::Day(day(start))).unwrap();
    let days = found.derivation.days(&CALENDAR, 400);
    let letters = days.iter().map(|it| match it.counting {
        Counting::Start => 's',
        Counting::Counted => '+',
        Counting::DayOff => 'w',
        Counting::Excluded(_) => 'x',
        Counting::Rolled => 'r',
    });
    letters.collect()
}

#[test]
fn every_day_of_a_derivation_says_whether_it_counts() {
    for (start, plan, expected) in [
        // A Friday; 28 September is a Sunday worked for the holiday of 1 to 8 October.
        ("2025-09-26", "WD(5)", "sw+++wwwwwwww++"),
        ("2025-09-01", "CD(5) -(2025-09-02..2025-09-04)", "s+xx++++"),
        ("2025-09-01", "CD(5)", "s+++++rr"),
        ("2025-09-01", "WD(5) -(2025-09-02..)", "s+"),
    ] {
        assert_eq!(day_by_day(start, plan), expected, "{start} {plan}");
    }
}
