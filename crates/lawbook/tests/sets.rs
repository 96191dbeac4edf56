//! 跨案的评估：与次序无关，怎样分给几个线程也无关；说出数了哪些、没有数成哪些。

mod support;

use mingjing_domain::finding::Outcome;
use mingjing_domain::timeline::Timeline;
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::sets::{Gathering, SetAssessment, SetOptions, assess_set};
use support::{SHIPPED, load_all, minimal_with, rule, timeline};

const ALL: SetOptions = SetOptions {
    as_of: None,
    known_at: None,
    keep_all: true,
};

fn lawbook(parts: &str) -> Lawbook {
    load_all(&minimal_with(&[("rules/t.toml", &rule("T", parts))]))
}

/// 各案：标识与短写的事件。
fn cases(lawbook: &Lawbook, list: &[(&str, &[&str])]) -> Vec<Timeline> {
    let case = |(id, events): &(&str, &[&str])| Timeline {
        id: (*id).to_owned(),
        ..timeline(lawbook, events)
    };
    list.iter().map(case).collect()
}

/// 结果写成短行：键、结果、实际与限值、数了的案件。
fn told(assessment: &SetAssessment) -> Vec<String> {
    let line = |r: &mingjing_lawbook::sets::SetResult| {
        let keys: Vec<&str> = r.result.keys.values().map(String::as_str).collect();
        let period = r.period.as_deref().unwrap_or("");
        let counted: Vec<&str> = r.counted.iter().map(AsRef::as_ref).collect();
        format!(
            "{} {period} {} {:?} {}",
            keys.join(","),
            r.result.outcome.name(),
            r.result.detail.amount,
            counted.join("+")
        )
    };
    assessment.results.iter().map(line).collect()
}

#[test]
fn the_answer_does_not_depend_on_the_order_or_on_the_threads() {
    let lawbook = &*SHIPPED;
    let mut checked = 0;
    for rule in &lawbook.rules {
        for example in &rule.examples {
            let vocabulary = &lawbook.book.vocabulary;
            let Ok(mut timelines) = example.timelines(vocabulary, rule) else {
                panic!("{}“{}”不能建成时间线", rule.code, example.story.name);
            };
            let once = assess_set(lawbook, &timelines, &ALL);
            timelines.reverse();
            assert_eq!(once, assess_set(lawbook, &timelines, &ALL));
            let (left, right) = timelines.split_at(timelines.len() / 2);
            let mut parts = [left, right].map(|list| {
                let mut gathering = Gathering::new(lawbook, ALL);
                list.iter().for_each(|t| gathering.add_timeline(t));
                gathering
            });
            let [first, second] = &mut parts;
            let second = std::mem::replace(second, Gathering::new(lawbook, ALL));
            first.merge(second);
            let [first, _] = parts;
            assert_eq!(once, first.conclude());
            checked += usize::from(!timelines.is_empty());
        }
    }
    assert!(checked > 10, "只有 {checked} 个跨案的示例");
}

#[test]
fn a_count_sees_windows_periods_and_different_values() {
    let part = "[[part]]\nform = 'count'\non = 'paid'\ngroup_by = ['e.party']\n";
    let one = |keys: &str| lawbook(&format!("{part}{keys}"));
    let events: [(&str, &[&str]); 3] = [
        ("甲", &["2024-03-04 paid @p amount=1"]),
        ("乙", &["2024-03-10 paid @p amount=1"]),
        ("丙", &["2024-03-11 paid @p amount=2"]),
    ];
    for (keys, expected) in [
        (
            "window = 7\nat_most = 1",
            "p  violation Some((2, 1)) 丙+乙+甲",
        ),
        ("window = 1\nat_most = 1", "p  pass Some((1, 1)) 丙+乙+甲"),
        (
            "every = 'week'\nat_most = 2",
            "p 2024-03-04 pass Some((2, 2)) 乙+甲",
        ),
        (
            "distinct = 'e.amount'\nat_most = 1",
            "p  violation Some((2, 1)) 丙+乙+甲",
        ),
        (
            "distinct = 'e.amount'\nat_most = 2",
            "p  pass Some((2, 2)) 丙+乙+甲",
        ),
    ] {
        let lawbook = one(keys);
        let got = told(&assess_set(&lawbook, &cases(&lawbook, &events), &ALL));
        assert_eq!(got.first().map(String::as_str), Some(expected), "{keys}");
    }
}

#[test]
fn at_the_cap_the_near_finding_says_that_none_is_left() {
    let lawbook = lawbook(
        "[[part]]\nform = 'count'\non = 'paid'\ngroup_by = ['e.party']\nat_most = 2\nnear = 1\n",
    );
    let events: [(&str, &[&str]); 1] = [("甲", &["2024-03-04 paid @p", "2024-03-05 paid @p"])];
    let got = assess_set(&lawbook, &cases(&lawbook, &events), &ALL);
    let statuses: Vec<_> = got.results.iter().map(|r| r.result.status).collect();
    assert_eq!(statuses, [Some(mingjing_domain::finding::Status::Near)]);
}

/// 裁量的样例：九个五万、一个八万；十个数里的一个五万；样本只有九个的不判。
#[test]
fn an_outlier_is_told_by_the_modified_z_score() {
    let lawbook = lawbook(
        "[[part]]\nform = 'outlier'\non = 'paid'\ngroup_by = ['e.event_kind']\nvalue = 'e.amount'\n\
         min_n = 10\nlimit = 35000\nmethod = 'modified_z'\n",
    );
    let judge = |fines: &[i64]| {
        let ids: Vec<String> = (0..fines.len()).map(|i| format!("案{i}")).collect();
        let events = fines.iter().map(|n| format!("2024-03-04 paid amount={n}"));
        let events: Vec<String> = events.collect();
        let list = ids.iter().zip(&events).map(|(id, event)| Timeline {
            id: id.clone(),
            ..timeline(&lawbook, &[event.as_str()])
        });
        let list: Vec<Timeline> = list.collect();
        let found = assess_set(&lawbook, &list, &ALL).results;
        let broken = found
            .into_iter()
            .filter(|r| r.result.outcome == Outcome::Violation);
        broken
            .map(|r| r.result.keys["case"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(judge(&[20, 21, 20, 19, 22, 20, 21, 18, 20, 50]), ["案9"]);
    assert_eq!(judge(&[5, 5, 5, 5, 5, 5, 5, 5, 5, 8]), ["案9"]);
    assert!(judge(&[20, 21, 20, 19, 22, 20, 21, 20, 50]).is_empty());
}

#[test]
fn a_period_without_enough_is_told_once_the_day_has_passed() {
    let lawbook = lawbook(
        "[[part]]\nform = 'periodic'\neach = 'case'\ngroup_by = ['body.region']\nevery = 'quarter'\n\
         due = 'CD!(15)'\nmet_by = 'told'\n",
    );
    let mut list = cases(
        &lawbook,
        &[(
            "甲",
            &["2023-01-03 filed", "2023-04-02 told", "2023-08-01 told"],
        )],
    );
    let facts = &mut list[0].facts;
    facts.set(
        "body.region",
        mingjing_domain::value::Value::Text("21".to_owned()),
    );
    let options = |day: &str| SetOptions {
        as_of: day.parse().ok(),
        ..ALL
    };
    // The first quarter had begun before the body was seen; April's report is of the second.
    let early = assess_set(&lawbook, &list, &options("2023-10-15"));
    assert_eq!(
        told(&early),
        [
            "21 2023Q2 pass Some((1, 1)) 甲",
            "21 2023Q3 pass Some((1, 1)) 甲"
        ]
    );
    let late = assess_set(&lawbook, &list, &options("2024-01-16"));
    assert_eq!(told(&late)[2], "21 2023Q4 violation Some((0, 1)) ");
    // Nothing was counted; whose period it is can be told all the same.
    let subjects: Vec<&str> = late.results[2].subjects.iter().map(AsRef::as_ref).collect();
    assert_eq!(subjects, ["甲"]);
}

#[test]
fn what_could_not_be_counted_is_named() {
    let lawbook =
        lawbook("[[part]]\nform = 'count'\non = 'paid'\ngroup_by = ['e.party']\nat_most = 1\n");
    let events: [(&str, &[&str]); 2] = [
        ("甲", &["2024-03-04 paid @p"]),
        ("乙", &["2024-03-05 paid"]),
    ];
    let got = assess_set(&lawbook, &cases(&lawbook, &events), &ALL);
    assert_eq!(told(&got), ["p  undetermined Some((1, 1)) 甲"]);
    let lost: Vec<&str> = got.results[0]
        .not_counted
        .iter()
        .map(|n| n.case.as_ref())
        .collect();
    assert_eq!(lost, ["乙"]);
    assert_eq!(got.cases, 2);
}

#[test]
fn an_overlap_says_from_when_to_when() {
    let lawbook = &*SHIPPED;
    let cases = cases(
        lawbook,
        &[
            (
                "甲案",
                &[
                    "2026-03-10T09:00 scene_record officer=A place=东街 started_at=2026-03-10T09:00 ended_at=2026-03-10T10:00",
                ],
            ),
            (
                "乙案",
                &["2026-03-10T09:30 scene_record officer=A place=西乡 started_at=2026-03-10T09:30"],
            ),
        ],
    );
    let assessment = assess_set(lawbook, &cases, &SetOptions::default());
    let found = assessment.results.iter();
    let found = found
        .map(|it| &it.result)
        .find(|it| it.code.as_ref() == "SYS-OVERLAP");
    let found = found.expect("one officer in two places");
    let words = Explainer::new(lawbook);
    let told = words.case(&cases[0], assessment.as_of).finding(found);
    let from_to = "2026年3月10日（周二）9时00分至10时00分";
    assert!(told.headline.contains(from_to), "{}", told.headline);
    let going_on = "2026年3月10日（周二）9时30分起";
    assert!(told.headline.contains(going_on), "{}", told.headline);
}
