//! 整合者：叶号连续，同时只有一个，迟醒的写不进来，提交了的一条不落。

use std::time::Duration;

use mingjing_ledger::digest::Digest;
use mingjing_ledger::entry::Entry;
use mingjing_store::error::StoreError;
use mingjing_store::lease::Lease;
use mingjing_store::log::integrator::{INTEGRATOR_LEASE, Integrator, Round};
use mingjing_store::log::{LogEntry, LogPlace};
use mingjing_store::store::Store;
use mingjing_store::tx::{Read, Tx};
use mingjing_testkit::database::{Database, signing_key};
use mingjing_testkit::on_both_engines;
use tokio::sync::oneshot;

use crate::samples::{case_of, event, new_case};

on_both_engines! {
    indexes_are_contiguous_while_many_write,
    the_log_grows_in_the_order_of_commits_of_a_case,
    a_second_integrator_waits_its_turn,
    a_late_waker_is_fenced_out,
    a_clock_that_was_wrong_once_does_not_stop_the_log,
    what_was_committed_before_a_crash_is_integrated_after_it,
    an_entry_changed_while_it_waited_does_not_enter,
    checkpoints_are_signed_and_cover_everything,
    a_consumer_reads_by_index_and_only_with_the_latest_fence,
    another_node_name_is_refused,
    running_stops_when_told_and_gives_the_lease_back,
}

fn integrator(db: &Database, holder: &str) -> Integrator {
    let (store, context) = (db.store.clone(), db.context.clone());
    Integrator::new(store, context, signing_key(), holder.to_owned()).unwrap()
}

async fn entries(store: &Store) -> Vec<LogEntry> {
    let entries = store.read(async |read: &Read| read.log_entries(0, 5_000).await);
    entries.await.unwrap()
}

async fn indexes_are_contiguous_while_many_write(db: Database) {
    let (stop, stopped) = oneshot::channel::<()>();
    let running = integrator(&db, "a");
    let running = tokio::spawn(async move {
        let stop = async { stopped.await.unwrap_or_default() };
        running.run(stop, |error| panic!("{error:?}")).await;
    });
    let writers = [(); 4].map(|()| {
        let (store, context) = (db.store.clone(), db.context.clone());
        tokio::spawn(async move {
            for _ in 0..25 {
                let make = async |tx: &Tx| {
                    let id = tx.create_timeline(&new_case()).await?;
                    tx.append(id, 0, vec![event("file", 1), event("decide", 2)])
                        .await
                };
                store.write(&context, make).await.unwrap();
            }
        })
    });
    for writer in writers {
        writer.await.unwrap();
    }
    stop.send(()).unwrap();
    running.await.unwrap();
    integrator(&db, "b").drain().await.unwrap();
    let entries = entries(&db.store).await;
    let indexes: Vec<u64> = entries.iter().map(|entry| entry.index).collect();
    assert_eq!(indexes, (0..200).collect::<Vec<_>>());
    let mut positions: Vec<_> = entries.iter().map(|entry| entry.event_position).collect();
    positions.sort_unstable();
    positions.dedup();
    assert_eq!(positions.len(), 200, "every event once");
    assert!(db.store.fsck(None, |_| ()).await.unwrap().is_sound());
}

async fn the_log_grows_in_the_order_of_commits_of_a_case(db: Database) {
    let id = case_of(&db, 2).await;
    let more = async move |tx: &Tx| tx.append(id, 2, vec![event("file", 5)]).await;
    db.store.write(&db.context, more).await.unwrap();
    integrator(&db, "a").drain().await.unwrap();
    let seqs: Vec<u32> = entries(&db.store)
        .await
        .into_iter()
        .map(|entry| match entry.entry {
            Entry::Event(event) => event.seq.get(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(seqs, [1, 2, 3]);
}

async fn a_second_integrator_waits_its_turn(db: Database) {
    case_of(&db, 1).await;
    let (mut first, mut second) = (integrator(&db, "a"), integrator(&db, "b"));
    assert_eq!(
        first.round().await.unwrap(),
        Round::Integrated { from: 0, to: 1 }
    );
    case_of(&db, 1).await;
    assert_eq!(second.round().await.unwrap(), Round::NotHolder);
    db.clock.advance_millis(60_000);
    assert_eq!(
        second.round().await.unwrap(),
        Round::Integrated { from: 1, to: 2 }
    );
    assert_eq!(first.round().await.unwrap(), Round::NotHolder);
}

/// Holds the lease as an integrator does that is about to fall asleep.
async fn a_late_waker_is_fenced_out(db: Database) {
    case_of(&db, 1).await;
    let mut sleeper = integrator(&db, "a");
    assert_eq!(
        sleeper.round().await.unwrap(),
        Round::Integrated { from: 0, to: 1 }
    );
    // It believes that it holds the lease still; meanwhile, by the clock of another machine, it has run out.
    db.raw_execute("UPDATE lease SET expires_at = 0")
        .await
        .unwrap();
    case_of(&db, 1).await;
    let mut other = integrator(&db, "b");
    assert_eq!(
        other.round().await.unwrap(),
        Round::Integrated { from: 1, to: 2 }
    );
    case_of(&db, 1).await;
    let before = entries(&db.store).await.len();
    assert_eq!(sleeper.round().await.unwrap(), Round::NotHolder);
    assert_eq!(
        entries(&db.store).await.len(),
        before,
        "nothing was written"
    );
    assert_eq!(
        other.round().await.unwrap(),
        Round::Integrated { from: 2, to: 3 }
    );
    assert!(db.store.fsck(None, |_| ()).await.unwrap().is_sound());
}

async fn what_was_committed_before_a_crash_is_integrated_after_it(db: Database) {
    case_of(&db, 3).await;
    // A crash between the commit and the integration leaves just this: another process opens the same database.
    let reopened = Store::open(&db.config).await.unwrap();
    let place = reopened.read(async |read: &Read| read.log_place_of_event(1).await);
    assert!(matches!(place.await.unwrap(), LogPlace::Pending(_)));
    let integrator = Integrator::new(
        reopened.clone(),
        db.context.clone(),
        signing_key(),
        "b".to_owned(),
    );
    assert_eq!(integrator.unwrap().drain().await.unwrap(), 3);
    let place = reopened.read(async |read: &Read| read.log_place_of_event(1).await);
    assert!(matches!(place.await.unwrap(), LogPlace::Integrated(_)));
    assert!(reopened.fsck(None, |_| ()).await.unwrap().is_sound());
}

async fn an_entry_changed_while_it_waited_does_not_enter(db: Database) {
    case_of(&db, 1).await;
    db.raw_execute("UPDATE pending_entry SET bytes = leaf_hash")
        .await
        .unwrap();
    let refused = integrator(&db, "a").round().await;
    assert!(matches!(refused, Err(StoreError::Corrupt(_))));
    assert!(entries(&db.store).await.is_empty());
}

async fn checkpoints_are_signed_and_cover_everything(db: Database) {
    let mut integrator = integrator(&db, "a");
    for count in [3, 1, 4] {
        case_of(&db, count).await;
        integrator.drain().await.unwrap();
    }
    let read = db.store.read(async |read: &Read| {
        let latest = read.latest_checkpoint().await?;
        let covering = read.checkpoint_covering(4).await?;
        let none = read.checkpoint_covering(9).await?;
        let state = read.log_state().await?;
        Ok::<_, StoreError>((latest, covering, none, state))
    });
    let (latest, covering, none, state) = read.await.unwrap();
    let latest = latest.unwrap();
    assert_eq!(latest.checkpoint().size, 8);
    let identity = db.store.identity();
    assert_eq!(
        latest.checkpoint().root,
        state.frontier.root(identity.suite)
    );
    latest
        .verify(&identity.node, &signing_key().verifying_key())
        .unwrap();
    assert_eq!(covering.unwrap().checkpoint().size, 4);
    assert!(none.is_none());
}

async fn a_consumer_reads_by_index_and_only_with_the_latest_fence(db: Database) {
    case_of(&db, 4).await;
    integrator(&db, "a").drain().await.unwrap();
    let acquire = |holder: &'static str| {
        let acquire = async move |tx: &Tx| {
            let lease = tx
                .acquire_lease("notify", holder, Duration::from_secs(60))
                .await?;
            Ok::<Option<Lease>, StoreError>(lease)
        };
        db.store.write(&db.context, acquire)
    };
    let advance = |lease: &Lease, from: u64, next: u64| {
        let lease = lease.clone();
        let advance = async move |tx: &Tx| tx.advance_consumer(&lease, from, next).await;
        db.store.write(&db.context, advance)
    };
    let first = acquire("a").await.unwrap().unwrap();
    advance(&first, 0, 2).await.unwrap();
    db.clock.advance_millis(60_000);
    let second = acquire("b").await.unwrap().unwrap();
    advance(&second, 2, 3).await.unwrap();
    assert!(matches!(
        advance(&first, 3, 4).await,
        Err(StoreError::Fenced { .. })
    ));
    assert!(matches!(
        advance(&second, 2, 4).await,
        Err(StoreError::Fenced { .. })
    ));
    let next = db
        .store
        .read(async |read: &Read| read.consumer_position("notify").await);
    let next = next.await.unwrap();
    assert_eq!(next, 3);
    let rest = db
        .store
        .read(async move |read: &Read| read.log_entries(next, 10).await);
    assert_eq!(rest.await.unwrap().len(), 1);
    let lease = db.raw_number("SELECT COUNT(*) FROM lease").await.unwrap();
    assert_eq!(lease, 2, "the integrator's and the consumer's");
    assert_ne!(INTEGRATOR_LEASE, "notify");
}

async fn another_node_name_is_refused(db: Database) {
    let mut config = db.config.clone();
    config.log.node = mingjing_ledger::token::Token::new("other.node").unwrap();
    let opened = Store::open(&config).await;
    assert!(matches!(opened.err(), Some(StoreError::OtherLog { .. })));
}

async fn running_stops_when_told_and_gives_the_lease_back(db: Database) {
    case_of(&db, 2).await;
    let (stop, stopped) = oneshot::channel::<()>();
    let running = integrator(&db, "a");
    let running = tokio::spawn(async move {
        let stop = async { stopped.await.unwrap_or_default() };
        running.run(stop, |error| panic!("{error:?}")).await;
    });
    while entries(&db.store).await.len() < 2 {
        tokio::task::yield_now().await;
    }
    stop.send(()).unwrap();
    running.await.unwrap();
    case_of(&db, 1).await;
    assert_eq!(integrator(&db, "b").drain().await.unwrap(), 1);
    let leaves: Vec<Digest> = entries(&db.store)
        .await
        .iter()
        .map(|entry| entry.leaf)
        .collect();
    assert_eq!(leaves.len(), 3);
}

async fn a_clock_that_was_wrong_once_does_not_stop_the_log(db: Database) {
    const YEAR_MILLIS: i64 = 365 * 86_400_000;
    db.clock.advance_millis(YEAR_MILLIS);
    let mut wrong = integrator(&db, "a");
    assert!(matches!(wrong.round().await.unwrap(), Round::Idle));
    db.clock.advance_millis(-YEAR_MILLIS);
    case_of(&db, 1).await;
    let mut right = integrator(&db, "b");
    let round = right.round().await.unwrap();
    assert!(matches!(round, Round::Integrated { .. }), "{round:?}");
    // Should the first still live, it writes nothing more.
    case_of(&db, 1).await;
    assert_eq!(wrong.round().await.unwrap(), Round::NotHolder);
}
