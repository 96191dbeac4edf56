//! 任意字节、任意改动：从不崩溃，错误总是中文。

mod support;

use mingjing_domain::coverage::{Coverage, KindCoverage};
use mingjing_domain::event::{Actor, Event};
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_domain::value::Value;
use mingjing_interchange::amounts::{self, Unit};
use mingjing_interchange::mapping::Mapping;
use mingjing_interchange::{case_writer, dates};
use mingjing_kernel::date::Date;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use support::{read_files, read_one};

const CSV: &str = include_str!("data/office_list.csv");
const MAPPING: &str = include_str!("data/office_mapping.toml");

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

fn check(name: &str, bytes: &[u8]) {
    let outcome = read_one(name, bytes);
    for message in outcome.refused.iter().chain(&outcome.notes) {
        assert!(
            message.starts_with(name) && is_chinese(message),
            "{message}"
        );
    }
}

fn workbook() -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (at, text) in ["决定书文号", "相对人名称", "处罚决定日期", "处罚机关"]
        .iter()
        .enumerate()
    {
        sheet.write(0, at as u16, *text).expect("a small sheet");
        sheet
            .write(1, at as u16, ["甲罚1号", "某某店", "2024/3/1", "某局"][at])
            .expect("a small sheet");
    }
    workbook.save_to_buffer().expect("a small workbook")
}

/// 在若干处改动字节。
fn mutate(mut bytes: Vec<u8>, changes: &[(usize, u8)]) -> Vec<u8> {
    for (at, byte) in changes {
        let at = at % bytes.len();
        bytes[at] = *byte;
    }
    bytes
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        "\\PC{0,12}".prop_map(Value::Text),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::List),
            btree_map("[a-z]{1,5}", inner, 0..3).prop_map(Value::Record),
        ]
    })
}

fn event() -> impl Strategy<Value = Event> {
    let day = 0..18_000_i32;
    (
        day,
        prop::option::of(1..900_i32),
        "[a-z]{1,8}",
        btree_map("[a-z]{1,6}", value(), 0..3),
        vec(("[A-Z]", "[a-z]{1,5}"), 0..3),
        prop::option::of("\\PC{1,6}"),
    )
        .prop_map(|(day, range, kind, fields, actors, text)| {
            let on = Date::from_day_number(day).expect("within the calendar");
            let mut event = Event::new("", kind, on);
            event.occurred_until = range.map(|n| on.add_days(n));
            event.fields = fields;
            event.actors = actors
                .into_iter()
                .map(|(who, role)| Actor { who, role })
                .collect();
            event.place.clone_from(&text);
            event.instance.clone_from(&text);
            event.doc_ids = text.clone().into_iter().collect();
            event.keys = text.map(|t| ("party".to_owned(), t)).into_iter().collect();
            event
        })
}

fn timeline() -> impl Strategy<Value = Timeline> {
    let coverage = prop_oneof![
        Just(Coverage::Closed),
        Just(Coverage::Open),
        btree_map(
            "[a-z]{1,6}",
            (
                any::<bool>(),
                prop::option::of(prop::collection::btree_set("[a-z]{1,4}", 0..3))
            ),
            0..3
        )
        .prop_map(|kinds| Coverage::Kinds(
            kinds
                .into_iter()
                .map(|(kind, (is_complete, fields))| (
                    kind,
                    KindCoverage {
                        until: None,
                        fields,
                        is_complete
                    }
                ))
                .collect()
        )),
    ];
    (
        "[甲-龥0-9]{1,8}",
        vec(event(), 0..5),
        coverage,
        btree_map("[a-z]{1,6}", value(), 0..3),
    )
        .prop_map(|(id, mut events, coverage, body)| {
            for (at, event) in events.iter_mut().enumerate() {
                event.id = format!("e{at}");
            }
            let facts = Facts {
                values: [
                    ("body".to_owned(), Value::Record(body.clone())),
                    ("case".to_owned(), Value::Record(body)),
                ]
                .into(),
            };
            Timeline {
                id,
                procedure: None,
                events,
                coverage,
                facts,
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(bytes in vec(any::<u8>(), 0..600)) {
        check("a", &bytes);
        for magic in [&b"PK\x03\x04"[..], &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], b"{\"case\":", "决定书文号,相对人名称,处罚决定日期,处罚机关\n".as_bytes()] {
            check("b", &[magic, &bytes].concat());
        }
    }

    #[test]
    fn random_text_never_panics(text in "\\PC{0,40}") {
        let _ = dates::parse(&text);
        let _ = amounts::parse(&text, Unit::Yuan);
        let _ = amounts::parse_sentence(&text);
        let number = format!("罚款{text}元，没收{text}万元");
        let _ = amounts::parse_sentence(&number);
        if let Err(error) = Mapping::parse(&text, "m") {
            prop_assert!(is_chinese(&error.to_string()));
        }
        let adapter = Mapping::parse(MAPPING, "m").unwrap();
        let row = format!("{}\n{text},{text},{text}", CSV.trim_end());
        read_files(&[("c", row.as_bytes())], Some(mingjing_interchange::adapters::choice::Adapter::Mapped(adapter.into())));
    }

    #[test]
    fn mutated_files_never_panic(changes in vec((any::<usize>(), any::<u8>()), 1..20)) {
        check("a.xlsx", &mutate(workbook(), &changes));
        check("a.csv", &mutate(CSV.as_bytes().to_vec(), &changes));
        let line = br#"{"case": "1", "coverage": {"knows": {"decided": {"fields": ["fine"]}}}, "events": [{"kind": "decided", "on": "2024-03-01", "fields": {"fine": 100}}]}"#;
        check("a.jsonl", &mutate(line.to_vec(), &changes));
        let mapping = mutate(MAPPING.as_bytes().to_vec(), &changes);
        if let Err(error) = Mapping::parse(&String::from_utf8_lossy(&mapping), "m") {
            prop_assert!(is_chinese(&error.to_string()));
        }
    }

    #[test]
    fn a_timeline_survives_writing_and_reading(timeline in timeline()) {
        let outcome = read_one("a.jsonl", case_writer::to_line(&timeline).as_bytes());
        prop_assert_eq!(&outcome.refused, &Vec::<String>::new());
        let mut read = outcome.only().timeline.clone();
        for event in &mut read.events {
            event.origin = None;
        }
        prop_assert_eq!(read, timeline);
    }

    #[test]
    fn days_survive_writing_and_reading(day in 0..20_000_i32) {
        let date = Date::from_day_number(day).unwrap();
        for text in [date.to_string(), format!("{}年{}月{}日", date.year(), date.month(), date.day()), format!("{}.{}.{}", date.year(), date.month(), date.day()), date.to_string().replace('-', "")] {
            prop_assert_eq!(dates::parse(&text).unwrap().first(), date);
        }
        let serial = f64::from(date.days_since(Date::new(1970, 1, 1).unwrap())) + 25_569.0;
        prop_assert_eq!(dates::from_excel(serial, dates::ExcelEpoch::From1900).unwrap().first(), date);
    }
}
