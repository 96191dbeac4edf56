//! 样例：一条时间线、几条事件；人名、单位虚构。

use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::{Actor, Event, Origin, Source};
use mingjing_domain::value::Value;
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::id::TimelineId;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_store::error::StoreError;
use mingjing_store::event::{Nature, NewEvent};
use mingjing_store::timeline::{Confidentiality, NewTimeline};
use mingjing_store::tx::Tx;
use mingjing_testkit::database::Database;

/// A name that stands nowhere else, to be looked for in files.
pub(crate) const PLANTED_NAME: &str = "诸葛试样";

pub(crate) fn new_case() -> NewTimeline {
    NewTimeline {
        kind: TimelineKind::Case,
        procedure: Some("ordinary_penalty".to_owned()),
        coverage: Coverage::Closed,
        confidentiality: Confidentiality::Ordinary,
    }
}

/// An event with every part filled.
pub(crate) fn full_event() -> NewEvent {
    let mut event = Event::new("", "decide", Date::new(2025, 12, 31).unwrap());
    event.occurred_until = Date::new(2026, 1, 2);
    event.occurred_at = Some(Timestamp::parse("2025-12-31T23:59").unwrap());
    event.source = Source::System("省平台".to_owned());
    event.actors = vec![Actor {
        who: "o1".to_owned(),
        role: "officer".to_owned(),
    }];
    event.place = Some("青山路一号".to_owned());
    event.doc_ids = vec!["d1".to_owned()];
    event.media_ids = vec!["m1".to_owned(), "m2".to_owned()];
    event.instance = Some("s1".to_owned());
    event.keys.insert("party".to_owned(), "p1".to_owned());
    event
        .fields
        .insert("fine".to_owned(), Value::Int(1_234_500));
    event.fields.insert("is_open".to_owned(), Value::Bool(true));
    event.fields.insert("name".to_owned(), PLANTED_NAME.into());
    event.fields.insert(
        "parts".to_owned(),
        Value::List(vec![Value::Record(
            [("amount".to_owned(), Value::Int(-5))].into(),
        )]),
    );
    event.origin = Some(Origin {
        file: "清单.xlsx".to_owned(),
        sheet: Some("处罚".to_owned()),
        row: 7,
    });
    NewEvent {
        event,
        corrects: None,
        nature: Nature::Act,
        source_recorded_at: Some(Timestamp::parse("2026-01-05T09:30:15+08:00").unwrap()),
        note: Some("照收".to_owned()),
    }
}

/// A small event of a kind.
pub(crate) fn event(kind: &str, day: i8) -> NewEvent {
    let mut event = Event::new("", kind, Date::new(2026, 1, day).unwrap());
    event.source = Source::FirstHand;
    NewEvent::new(event, Nature::Fact)
}

/// A case with `count` events, committed.
pub(crate) async fn case_of(db: &Database, count: i8) -> TimelineId {
    let make = async move |tx: &Tx| {
        let id = tx.create_timeline(&new_case()).await?;
        let events = (1..=count).map(|day| event("inspect", day)).collect();
        tx.append(id, 0, events).await?;
        Ok::<_, StoreError>(id)
    };
    db.store.write(&db.context, make).await.unwrap()
}
