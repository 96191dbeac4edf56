//! 登记簿的时间线，标识先定：测试里写死的标识与路径，就是登记出来的那些。

#![allow(dead_code, reason = "each test file uses its own part")]

use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::{Event, Source};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId};
use mingjing_services::context::Services;
use mingjing_services::registry::rebuild::rebuild_registry;
use mingjing_store::event::{Nature, NewEvent};
use mingjing_store::timeline::{Confidentiality, NewTimeline, Premade, Sealed};
use mingjing_store::tx::Tx;
use mingjing_testkit::database::Database;

/// 写下各条时间线，再由事件推出行：与登记时一样。
pub(crate) async fn premade(db: &Database, services: &Services, all: Vec<(&str, Event)>) {
    let timelines = all.into_iter().enumerate().map(|(number, (id, event))| {
        let id = TimelineId::parse(id).unwrap();
        let event_id = format!("event_{:032x}", 0xee00 + number);
        Premade {
            id,
            timeline: NewTimeline {
                kind: id.kind(),
                procedure: None,
                coverage: Coverage::Open,
                confidentiality: Confidentiality::Ordinary,
            },
            events: vec![(
                Id::parse(&event_id).unwrap(),
                NewEvent::new(event, Nature::Fact),
            )],
        }
    });
    let suite = db.store.identity().suite;
    let sealed = timelines.map(|one| one.seal(&db.context, suite).unwrap());
    let sealed: Vec<Sealed> = sealed.collect();
    let write = async move |tx: &Tx| {
        let all: Vec<&Sealed> = sealed.iter().collect();
        tx.create_sealed(&all).await
    };
    db.store.write(&db.context, write).await.unwrap();
    let request = services.system("register");
    rebuild_registry(services, &request).await.unwrap();
}

/// 一条登记的事件，1990 年元旦。
pub(crate) fn registered(kind: &str, fields: &[(&str, &str)]) -> Event {
    let mut event = Event::new("", kind, Date::new(1990, 1, 1).unwrap());
    event.source = Source::FirstHand;
    for (name, value) in fields {
        let value = Value::Text((*value).to_owned());
        event.fields.insert((*name).to_owned(), value);
    }
    event
}

/// 一省两市。
pub(crate) fn divisions() -> Vec<(&'static str, Event)> {
    let one = |code: &str, name: &str, level: &str, parent: Option<&str>| {
        let mut fields = vec![("code", code), ("name", name), ("level", level)];
        fields.extend(parent.map(|parent| ("parent", parent)));
        registered("division_established", &fields)
    };
    let province = one("410000", "某省", "province", None);
    let city = one("410100", "甲市", "city", Some("410000"));
    let other = one("410200", "乙市", "city", Some("410000"));
    vec![
        ("division_000000000000000000000000000000d1", province),
        ("division_000000000000000000000000000000d2", city),
        ("division_000000000000000000000000000000d3", other),
    ]
}

/// 市里的市场监管局。
pub(crate) fn body(name: &str, region: &str) -> Event {
    let mut event = registered(
        "body_registered",
        &[
            ("name", name),
            ("body_kind", "department"),
            ("department", "market_regulation"),
            ("region", region),
            ("level", "city"),
            ("announced_on", "2019-03-01"),
        ],
    );
    let list = |items: &[&str]| {
        let items = items.iter().map(|item| Value::Text((*item).to_owned()));
        Value::List(items.collect())
    };
    let powers = list(&[
        "administrative_penalty",
        "coercive_measure",
        "administrative_inspection",
    ]);
    event.fields.insert("powers".to_owned(), powers);
    event.fields.insert("basis".to_owned(), list(&["处罚法17"]));
    event
}
