//! 随机的时间线：取自规则示例，或照词汇随机编造。

use std::collections::BTreeSet;
use std::sync::LazyLock;

use mingjing_domain::coverage::{Coverage, KindCoverage};
use mingjing_domain::event::{Actor, Event, Source};
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_lawbook::cel::types::Type;
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::vocabulary::{Field, Vocabulary};
use proptest::prelude::*;

pub(crate) use crate::support::SHIPPED as LAWBOOK;
use crate::support::minimal_files;

/// 测试用的最小法典。
pub(crate) static MINIMAL: LazyLock<Vec<SourceFile>> = LazyLock::new(minimal_files);

/// 每条规则的每个示例的时间线。
pub(crate) static EXAMPLES: LazyLock<Vec<Timeline>> = LazyLock::new(|| {
    let vocabulary = &LAWBOOK.book.vocabulary;
    let mut list = Vec::new();
    for rule in &LAWBOOK.rules {
        for example in &rule.examples {
            let Ok(mut timeline) = example.timeline(vocabulary, rule) else {
                panic!("{}“{}”不能建成时间线", rule.code, example.story.name);
            };
            timeline.id = format!("{}“{}”", rule.code, example.story.name);
            list.push(timeline);
        }
    }
    list
});

/// 跑多少例（`PROPTEST_CASES` 可以加多）；失败的输入由人写成有名字的测试，不另存文件。
pub(crate) fn cases(count: u32) -> ProptestConfig {
    let more = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|text| text.parse().ok());
    let count = more.unwrap_or(count);
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(count)
    }
}

/// 判断日：最后一件事之后若干天。
pub(crate) fn judged_on(timeline: &Timeline, days_after: i32) -> Date {
    let last = timeline.events.iter().map(|e| e.occurred_on).max();
    last.unwrap_or_else(|| day(2400)).add_days(days_after)
}

/// 2018-01-01 起第几天。
pub(crate) fn day(number: u16) -> Date {
    Date::parse_iso("2018-01-01")
        .expect("a date")
        .add_days(i32::from(number))
}

/// 某日的某一分钟。
pub(crate) fn minute(day: Date, minute: u16) -> Timestamp {
    Timestamp::parse(&format!("{day}T{:02}:{:02}", minute / 60 % 24, minute % 60))
        .expect("a minute")
}

/// 随机的选择：每一个数取模决定一样东西，于是任何数都合法，缩小也容易。
#[derive(Debug, Clone)]
pub(crate) struct Choices {
    pub(crate) kind: u16,
    pub(crate) day: u16,
    pub(crate) minute: Option<u16>,
    pub(crate) keys: [u8; 4],
    pub(crate) fields: Vec<(u8, u8, i64)>,
    pub(crate) actors: Vec<(u8, u8)>,
    pub(crate) recorded: Option<u16>,
}

/// 从 2018 年到 2027 年。
const DAYS: u16 = 3_650;

pub(crate) fn choices() -> impl Strategy<Value = Choices> {
    (
        any::<u16>(),
        0..DAYS,
        proptest::option::of(any::<u16>()),
        any::<[u8; 4]>(),
        proptest::collection::vec((any::<u8>(), any::<u8>(), -5_i64..5_000_000), 0..8),
        proptest::collection::vec((any::<u8>(), any::<u8>()), 0..4),
        proptest::option::of(0..DAYS),
    )
        .prop_map(
            |(kind, day, minute, keys, fields, actors, recorded)| Choices {
                kind,
                day,
                minute,
                keys,
                fields,
                actors,
                recorded,
            },
        )
}

fn pick<T>(list: &[T], number: usize) -> Option<&T> {
    list.get(number.checked_rem(list.len())?)
}

/// 合乎类型的值；`seed` 决定是哪一个。
fn fitting(vocabulary: &Vocabulary, ty: &Type, seed: i64) -> Value {
    let at = |n: u16| day((seed.unsigned_abs() % u64::from(n)) as u16);
    match ty {
        Type::Bool => Value::Bool(seed % 2 == 0),
        Type::Int => Value::Int(seed),
        Type::Date => Value::Date(at(DAYS)),
        Type::Instant => Value::Timestamp(minute(at(DAYS), (seed.unsigned_abs() % 1440) as u16)),
        Type::Period => {
            let texts = [
                "CD(30)", "WD(7)", "MO(3)", "CD!(15)", "HR(24)", "BWD(7)", "YR(1)",
            ];
            let text = texts[(seed.unsigned_abs() % 7) as usize];
            Value::Period(text.parse().expect("a period"))
        }
        Type::Code(list) => {
            let codes = &vocabulary.list_of(*list).codes;
            let code = pick(codes, seed.unsigned_abs() as usize).expect("a code");
            Value::Text(code.0.to_string())
        }
        Type::List(inner) => Value::List(
            (0..seed.unsigned_abs() % 4)
                .map(|i| fitting(vocabulary, inner, seed + i as i64))
                .collect(),
        ),
        _ => Value::Text(format!("文字{}", seed % 5)),
    }
}

/// 不合类型的值。
fn unfitting(seed: i64) -> Value {
    match seed.rem_euclid(5) {
        0 => Value::Text("二〇二四年".to_owned()),
        1 => Value::Int(i64::MAX),
        2 => Value::Int(i64::MIN),
        3 => Value::List(vec![Value::Bool(true), Value::Text(String::new())]),
        _ => Value::Bool(true),
    }
}

/// 由选择编成一件事。
pub(crate) fn event(vocabulary: &Vocabulary, number: usize, choices: &Choices) -> Event {
    let kind = pick(&vocabulary.kinds, usize::from(choices.kind)).expect("a kind");
    let mut event = Event::new(format!("r{number}"), kind.name.as_ref(), day(choices.day));
    event.occurred_at = choices.minute.map(|m| minute(event.occurred_on, m));
    for (key, seed) in ["party", "decision", "goods"].into_iter().zip(choices.keys) {
        if seed.is_multiple_of(3) {
            event
                .keys
                .insert(key.to_owned(), format!("{key}{}", seed % 2));
        }
    }
    if choices.keys[3].is_multiple_of(3) {
        event.instance = Some(format!("m{}", choices.keys[3] % 2));
    }
    for (place, how, seed) in &choices.fields {
        let Some(field): Option<&Field> = pick(&kind.fields, usize::from(*place)) else {
            continue;
        };
        let value = if how.is_multiple_of(8) {
            unfitting(*seed)
        } else {
            fitting(vocabulary, &field.ty, *seed)
        };
        event.fields.insert(field.name.to_string(), value);
    }
    let roles = vocabulary
        .list("role")
        .map(|id| &vocabulary.list_of(id).codes);
    for (who, role) in &choices.actors {
        let role = roles.and_then(|r| pick(r, usize::from(*role)));
        event.actors.push(Actor {
            who: format!("某{}", who % 4),
            role: role.map_or_else(String::new, |(code, _)| code.to_string()),
        });
    }
    if let Some(recorded) = choices.recorded {
        event.recorded_at = Some(minute(day(recorded), 600));
        event.source = Source::FirstHand;
    }
    event
}

/// 覆盖范围：每种事件写全与否、带哪些字段。
pub(crate) fn coverage(timeline: &Timeline, seeds: &[u8]) -> Coverage {
    let kinds: BTreeSet<&str> = timeline.events.iter().map(|e| e.kind.as_str()).collect();
    let all = LAWBOOK.book.vocabulary.kinds.iter();
    let listed = all.enumerate().filter_map(|(i, kind)| {
        let seed = seeds[i % seeds.len()];
        if seed.is_multiple_of(4) && !kinds.contains(kind.name.as_ref()) {
            return None;
        }
        let fields = seed.is_multiple_of(5).then(|| {
            let keep = kind.fields.iter().enumerate();
            keep.filter(|(j, _)| (usize::from(seed) + j).is_multiple_of(2))
                .map(|(_, f)| f.name.to_string())
                .collect()
        });
        let until = seed.is_multiple_of(7).then(|| day(u16::from(seed) * 12));
        let coverage = KindCoverage {
            until,
            fields,
            is_complete: !seed.is_multiple_of(3),
        };
        Some((kind.name.to_string(), coverage))
    });
    Coverage::Kinds(listed.collect())
}

/// 随机的时间线：一个或两个示例的事，加上随机的事，随机的覆盖范围。
pub(crate) fn timeline() -> impl Strategy<Value = Timeline> {
    (
        any::<u16>(),
        proptest::option::of(any::<u16>()),
        proptest::collection::vec(choices(), 0..8),
        0_u8..4,
        proptest::collection::vec(any::<u8>(), 1..12),
    )
        .prop_map(|(first, second, random, how, seeds)| {
            let mut timeline = pick(&EXAMPLES, usize::from(first))
                .expect("an example")
                .clone();
            if let Some(other) = second.and_then(|s| pick(&EXAMPLES, usize::from(s))) {
                for event in &other.events {
                    let mut event = event.clone();
                    event.id = format!("o{}", event.id);
                    timeline.events.push(event);
                }
            }
            for (i, choices) in random.iter().enumerate() {
                let event = event(&LAWBOOK.book.vocabulary, i, choices);
                timeline.events.push(event);
            }
            timeline.coverage = match how {
                0 => Coverage::Closed,
                1 => Coverage::Open,
                _ => coverage(&timeline, &seeds),
            };
            timeline
        })
}
