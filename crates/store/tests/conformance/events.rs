//! 追加与读出：写进去的原样读出来；版本不符的不写。

use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::Source;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_store::error::StoreError;
use mingjing_store::event::{Append, EVENTS_MAX, NewEvent};
use mingjing_store::timeline::LoadedTimeline;
use mingjing_store::tx::{Read, Tx};
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;
use tokio::sync::Barrier;

use crate::samples::{case_of, event, full_event, new_case};

on_both_engines! {
    an_event_comes_back_as_it_was_recorded,
    first_hand_events_tell_when_they_were_recorded,
    a_correction_keeps_the_id,
    a_stale_version_is_a_conflict_and_writes_nothing,
    two_writers_on_one_case_exactly_one_wins,
    many_timelines_in_one_go,
    timelines_are_listed_by_seek,
    a_timeline_that_is_not_there_is_not_found,
    what_cannot_be_canonical_is_refused,
    a_timeline_has_a_longest_length,
}

async fn load(db: &Database, id: mingjing_kernel::id::TimelineId) -> LoadedTimeline {
    let loaded = db
        .store
        .read(async |read: &Read| read.load_timeline(id).await);
    loaded.await.unwrap()
}

async fn an_event_comes_back_as_it_was_recorded(db: Database) {
    let written = db.store.write(&db.context, async |tx: &Tx| {
        let id = tx.create_timeline(&new_case()).await?;
        let done = tx.append(id, 0, vec![full_event()]).await?;
        Ok::<_, StoreError>((id, done))
    });
    let (id, done) = written.await.unwrap();
    let loaded = load(&db, id).await;
    assert_eq!(loaded.header.version, 1);
    assert_eq!(
        loaded.timeline.procedure.as_deref(),
        Some("ordinary_penalty")
    );
    assert_eq!(loaded.timeline.coverage, Coverage::Closed);
    let mut expected = full_event().event;
    expected.id = done[0].id.to_string();
    assert_eq!(loaded.timeline.events, [expected]);
    let known = &loaded.events[0];
    assert_eq!((known.seq, known.id), (1, done[0].id));
    assert_eq!(known.recorded_at, db.context.clock.now());
    assert_eq!(known.nature, full_event().nature);
    assert_eq!(known.note.as_deref(), Some("照收"));
    assert_eq!(
        known.source_recorded_at.map(|at| at.timestamp()),
        full_event().source_recorded_at
    );
    assert_eq!(known.erased_at, None);
}

async fn first_hand_events_tell_when_they_were_recorded(db: Database) {
    let id = case_of(&db, 1).await;
    let loaded = load(&db, id).await;
    let event = &loaded.timeline.events[0];
    assert_eq!(event.source, Source::FirstHand);
    assert_eq!(event.recorded_at, Some(db.context.clock.now().timestamp()));
}

async fn a_correction_keeps_the_id(db: Database) {
    let id = case_of(&db, 2).await;
    let wrong = load(&db, id).await.events[1].id;
    db.clock.advance_millis(1_000);
    let correct = async move |tx: &Tx| {
        let mut correction: NewEvent = event("inspect", 9);
        correction.corrects = Some(wrong);
        tx.append(id, 2, vec![correction]).await
    };
    let done = db.store.write(&db.context, correct).await.unwrap();
    assert_eq!(done[0].id, wrong);
    let loaded = load(&db, id).await;
    let correction = &loaded.timeline.events[2];
    assert_eq!(correction.corrects, Some(wrong.to_string()));
    assert_eq!(correction.occurred_on, Date::new(2026, 1, 9).unwrap());
    assert!(loaded.events[1].recorded_at < loaded.events[2].recorded_at);
}

async fn a_stale_version_is_a_conflict_and_writes_nothing(db: Database) {
    let id = case_of(&db, 3).await;
    let stale = async move |tx: &Tx| tx.append(id, 2, vec![event("file", 5)]).await;
    let refused = db.store.write(&db.context, stale).await;
    assert!(matches!(
        refused,
        Err(StoreError::Conflict {
            expected: 2,
            found: 3
        })
    ));
    assert_eq!(load(&db, id).await.events.len(), 3);
    let gone = "SELECT COUNT(*) FROM pending_entry";
    assert_eq!(db.raw_number(gone).await.unwrap(), 3);
}

async fn two_writers_on_one_case_exactly_one_wins(db: Database) {
    let id = case_of(&db, 1).await;
    let both_have_read = std::sync::Arc::new(Barrier::new(2));
    let writers = [(); 2].map(|()| {
        let (store, context) = (db.store.clone(), db.context.clone());
        let both_have_read = both_have_read.clone();
        tokio::spawn(async move {
            let version = store.read(async |read: &Read| read.load_timeline(id).await);
            let version = version.await.unwrap().header.version;
            both_have_read.wait().await;
            let append = async move |tx: &Tx| tx.append(id, version, vec![event("file", 2)]).await;
            store.write(&context, append).await
        })
    });
    let mut won = 0;
    for writer in writers {
        match writer.await.unwrap() {
            Ok(_) => won += 1,
            Err(StoreError::Conflict { expected, found }) => assert_eq!((expected, found), (1, 2)),
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(load(&db, id).await.header.version, 2);
}

async fn many_timelines_in_one_go(db: Database) {
    let created = db.store.write_bulk(&db.context, async |tx: &Tx| {
        let new = (0..700).map(|_| (new_case(), vec![event("inspect", 1), event("file", 2)]));
        tx.create_with_events(new.collect()).await
    });
    let (created, _) = created.await.unwrap();
    assert_eq!(created.len(), 700);
    let appended = created.clone();
    let appended = db.store.write_bulk(&db.context, async move |tx: &Tx| {
        let appends = appended.iter().map(|(timeline, _)| Append {
            timeline: *timeline,
            expected_version: 2,
            events: vec![event("decide", 3)],
        });
        tx.append_all(appends.collect()).await
    });
    appended.await.unwrap();
    let (last, events) = created.last().unwrap();
    let loaded = load(&db, *last).await;
    assert_eq!(loaded.events.len(), 3);
    assert_eq!(loaded.events[0].id, events[0].id);
    assert_eq!(loaded.timeline.events[2].kind, "decide");
    assert_eq!(
        db.raw_number("SELECT COUNT(*) FROM pending_entry")
            .await
            .unwrap(),
        2_100
    );
}

async fn timelines_are_listed_by_seek(db: Database) {
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(case_of(&db, 0).await);
        db.clock.advance_millis(2);
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = db
            .store
            .read(async move |read: &Read| read.list_timelines(TimelineKind::Case, after, 2).await);
        let page = page.await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        seen.extend(page.iter().map(|header| header.id));
    }
    assert_eq!(seen, ids);
    let bodies = db
        .store
        .read(async |read: &Read| read.list_timelines(TimelineKind::Body, None, 10).await);
    assert!(bodies.await.unwrap().is_empty());
}

async fn a_timeline_that_is_not_there_is_not_found(db: Database) {
    let id = case_of(&db, 0).await;
    let other =
        mingjing_kernel::id::TimelineId::new(TimelineKind::Case, db.context.clock.now(), [9; 10]);
    assert_ne!(id, other);
    let loaded = db
        .store
        .read(async |read: &Read| read.load_timeline(other).await);
    assert!(matches!(loaded.await, Err(StoreError::NotFound(_))));
    let append = async move |tx: &Tx| tx.append(other, 0, vec![event("file", 1)]).await;
    let appended = db.store.write(&db.context, append).await;
    assert!(matches!(appended, Err(StoreError::NotFound(_))));
}

async fn what_cannot_be_canonical_is_refused(db: Database) {
    let id = case_of(&db, 0).await;
    let odd = async move |tx: &Tx| {
        let mut odd = event("file", 1);
        odd.event
            .fields
            .insert("n".to_owned(), mingjing_domain::value::Value::Int(i64::MAX));
        tx.append(id, 0, vec![odd]).await
    };
    assert!(db.store.write(&db.context, odd).await.is_err());
    assert_eq!(load(&db, id).await.header.version, 0);
}

async fn a_timeline_has_a_longest_length(db: Database) {
    let id = case_of(&db, 0).await;
    let append = async move |tx: &Tx| tx.append(id, EVENTS_MAX, vec![event("file", 1)]).await;
    let refused = db.store.write(&db.context, append).await;
    assert!(matches!(refused, Err(StoreError::LimitExceeded(_))));
}
