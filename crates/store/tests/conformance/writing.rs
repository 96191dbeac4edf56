//! 写：一组里一条失败不连累别的；没有提交的没有留下；被吞掉的错误不当作成功。

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use mingjing_store::error::StoreError;
use mingjing_store::tx::{Read, Tx};
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;
use tokio::sync::{Barrier, Notify};

use crate::samples::{case_of, event, new_case};

on_both_engines! {
    one_failing_command_leaves_the_others_of_its_group,
    a_panic_rolls_back_and_the_writer_goes_on,
    an_error_that_was_swallowed_is_no_success,
    a_unique_index_is_told_by_name,
    what_failed_unawaited_fails_all_that_follows,
    a_reader_sees_one_state_throughout,
    what_is_not_committed_is_not_seen,
    a_refusal_of_the_caller_comes_back_as_it_is,
    a_database_that_others_hold_is_unavailable_and_then_served,
    two_that_lock_each_other_out_both_get_through,
    live_commands_pass_waiting_bulk_ones,
}

async fn one_failing_command_leaves_the_others_of_its_group(db: Database) {
    // The first command holds the writer until the others wait: on SQLite they make one group.
    let go = Arc::new(Notify::new());
    let mut writers = Vec::new();
    for number in 0..20_u32 {
        let (store, context, go) = (db.store.clone(), db.context.clone(), go.clone());
        writers.push(tokio::spawn(async move {
            let write = async move |tx: &Tx| {
                if number == 0 {
                    go.notified().await;
                }
                let id = tx.create_timeline(&new_case()).await?;
                tx.append(id, 0, vec![event("file", 1)]).await?;
                if number % 5 == 4 {
                    tx.append(id, 0, vec![event("file", 1)]).await?;
                }
                Ok::<_, StoreError>(id)
            };
            store.write(&context, write).await
        }));
    }
    tokio::task::yield_now().await;
    go.notify_one();
    let mut kept = 0;
    for (number, writer) in writers.into_iter().enumerate() {
        let result = writer.await.unwrap();
        assert_eq!(result.is_err(), number % 5 == 4, "{number}");
        kept += i64::from(result.is_ok());
    }
    assert_eq!(
        db.raw_number("SELECT COUNT(*) FROM timeline")
            .await
            .unwrap(),
        kept
    );
    assert_eq!(
        db.raw_number("SELECT COUNT(*) FROM event").await.unwrap(),
        kept
    );
}

async fn a_panic_rolls_back_and_the_writer_goes_on(db: Database) {
    let (store, context) = (db.store.clone(), db.context.clone());
    let panicking = tokio::spawn(async move {
        let write = async |tx: &Tx| {
            tx.create_timeline(&new_case()).await?;
            assert!(tx.identity().node.as_str().is_empty(), "on purpose");
            Ok::<_, StoreError>(())
        };
        store.write(&context, write).await
    });
    assert!(!matches!(panicking.await, Ok(Ok(()))));
    assert_eq!(
        db.raw_number("SELECT COUNT(*) FROM timeline")
            .await
            .unwrap(),
        0
    );
    case_of(&db, 1).await;
}

async fn an_error_that_was_swallowed_is_no_success(db: Database) {
    let write = async |tx: &Tx| {
        let digest = [1; 32];
        tx.keep_facts(&digest, "{}").await?;
        let account = tx.new_id();
        let reply = mingjing_store::idempotency::Reply {
            request_digest: [2; 32],
            status: 200,
            body: Vec::new(),
        };
        tx.keep_reply(account, "k", &reply).await?;
        let again = tx.keep_reply(account, "k", &reply).await;
        assert!(matches!(again, Err(StoreError::Duplicate(_))));
        Ok::<_, StoreError>(())
    };
    let result = db.store.write(&db.context, write).await;
    assert!(matches!(result, Err(StoreError::Internal(_))));
    assert_eq!(
        db.raw_number("SELECT COUNT(*) FROM facts_snapshot")
            .await
            .unwrap(),
        0
    );
}

async fn what_failed_unawaited_fails_all_that_follows(db: Database) {
    let account = db.context.new_id();
    let write = async move |tx: &Tx| {
        let reply = mingjing_store::idempotency::Reply {
            request_digest: [2; 32],
            status: 200,
            body: Vec::new(),
        };
        let case = tx.create_timeline(&new_case()).await?;
        let kept = tx.keep_reply(account, "k", &reply).await;
        let again = tx.keep_reply(account, "k", &reply).await;
        let read = tx.find_reply(account, "k").await;
        let told = kept.and(again).and(read.map(drop)).unwrap_err();
        assert!(matches!(&told, StoreError::Duplicate(key) if key == "idempotency_pkey"));
        // Whatever the command makes of it, nothing of it stands.
        Ok::<_, StoreError>(case)
    };
    assert!(db.store.write(&db.context, write).await.is_err());
    let count = "SELECT COUNT(*) FROM timeline";
    assert_eq!(db.raw_number(count).await.unwrap(), 0);
}

async fn a_unique_index_is_told_by_name(db: Database) {
    let account = db.context.new_id();
    let write = async move |tx: &Tx| {
        let reply = mingjing_store::idempotency::Reply {
            request_digest: [2; 32],
            status: 200,
            body: Vec::new(),
        };
        tx.keep_reply(account, "k", &reply).await?;
        tx.keep_reply(account, "k", &reply).await
    };
    let result = db.store.write(&db.context, write).await;
    let Err(StoreError::Duplicate(key)) = result else {
        panic!("{result:?}");
    };
    assert_eq!(key, "idempotency_pkey");
}

async fn a_reader_sees_one_state_throughout(db: Database) {
    let id = case_of(&db, 1).await;
    let (store, context) = (db.store.clone(), db.context.clone());
    let read = db.store.read(async move |read: &Read| {
        let before = read.find_timeline(id).await?;
        let append = async move |tx: &Tx| tx.append(id, 1, vec![event("file", 2)]).await;
        store.write(&context, append).await?;
        let after = read.find_timeline(id).await?;
        Ok::<_, StoreError>((before, after))
    });
    let (before, after) = read.await.unwrap();
    assert_eq!(before, after);
    let now = db
        .store
        .read(async move |read: &Read| read.find_timeline(id).await);
    assert_eq!(now.await.unwrap().unwrap().version, 2);
}

async fn what_is_not_committed_is_not_seen(db: Database) {
    let store = db.store.clone();
    let write = async move |tx: &Tx| {
        let id = tx.create_timeline(&new_case()).await?;
        let seen = store.read(async |read: &Read| read.find_timeline(id).await);
        Ok::<_, StoreError>((seen.await?, tx.find_timeline(id).await?))
    };
    let (outside, inside) = db.store.write(&db.context, write).await.unwrap();
    assert_eq!(outside, None);
    assert!(inside.is_some());
}

#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("not today")]
    NotToday,
    #[error(transparent)]
    Store(#[from] StoreError),
}

async fn a_refusal_of_the_caller_comes_back_as_it_is(db: Database) {
    let write = async |tx: &Tx| {
        tx.create_timeline(&new_case()).await?;
        Err::<(), _>(Refused::NotToday)
    };
    let refused = db.store.write(&db.context, write).await;
    assert!(matches!(refused, Err(Refused::NotToday)));
    assert_eq!(
        db.raw_number("SELECT COUNT(*) FROM timeline")
            .await
            .unwrap(),
        0
    );
}

async fn live_commands_pass_waiting_bulk_ones(db: Database) {
    if !db.is_sqlite() {
        // PostgreSQL has no one writer to wait for.
        return;
    }
    let order = Arc::new(AtomicU32::new(0));
    let (holds, is_held) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let holder = {
        let (store, context) = (db.store.clone(), db.context.clone());
        let (holds, is_held) = (holds.clone(), is_held.clone());
        tokio::spawn(async move {
            let hold = async move |_: &Tx| {
                is_held.notify_one();
                holds.notified().await;
                Ok::<_, StoreError>(())
            };
            store.write_bulk(&context, hold).await
        })
    };
    is_held.notified().await;
    let queued = |is_bulk: bool| {
        let (store, context, order) = (db.store.clone(), db.context.clone(), order.clone());
        tokio::spawn(async move {
            let work =
                async move |_: &Tx| Ok::<_, StoreError>(order.fetch_add(1, Ordering::SeqCst));
            match is_bulk {
                true => store
                    .write_bulk(&context, work)
                    .await
                    .map(|(place, _)| place),
                false => store.write(&context, work).await,
            }
        })
    };
    let bulk = queued(true);
    tokio::task::yield_now().await;
    let live = queued(false);
    while db.store.waiting() < 2 {
        tokio::task::yield_now().await;
    }
    holds.notify_one();
    holder.await.unwrap().unwrap();
    assert_eq!(live.await.unwrap().unwrap(), 0);
    assert_eq!(bulk.await.unwrap().unwrap(), 1);
}

async fn a_database_that_others_hold_is_unavailable_and_then_served(db: Database) {
    if !db.is_sqlite() {
        // Two writers of PostgreSQL wait for each other's rows only.
        return;
    }
    let mut other = db.raw().await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let write = async |tx: &Tx| tx.keep_facts(&[1; 32], "{}").await;
    let refused = db.store.write(&db.context, write).await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
    other.execute("ROLLBACK").await.unwrap();
    db.store.write(&db.context, write).await.unwrap();
}

async fn two_that_lock_each_other_out_both_get_through(db: Database) {
    if db.is_sqlite() {
        // One writer cannot lock itself out.
        return;
    }
    let cases = [case_of(&db, 1).await, case_of(&db, 1).await];
    let both_hold_one = Arc::new(Barrier::new(2));
    let attempts = Arc::new(AtomicU32::new(0));
    let writers = [[cases[0], cases[1]], [cases[1], cases[0]]].map(|order| {
        let (store, context) = (db.store.clone(), db.context.clone());
        let (both_hold_one, attempts) = (both_hold_one.clone(), attempts.clone());
        tokio::spawn(async move {
            let write = async move |tx: &Tx| {
                for (number, id) in order.into_iter().enumerate() {
                    let version = tx.load_for_append(id).await?.header.version;
                    tx.append(id, version, vec![event("file", 2)]).await?;
                    if number == 0 && attempts.fetch_add(1, Ordering::SeqCst) < 2 {
                        both_hold_one.wait().await;
                    }
                }
                Ok::<_, StoreError>(())
            };
            store.write(&context, write).await
        })
    });
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    assert!(
        attempts.load(Ordering::SeqCst) > 2,
        "one of them tried again"
    );
    for id in cases {
        let header = db
            .store
            .read(async move |read: &Read| read.find_timeline(id).await);
        assert_eq!(header.await.unwrap().unwrap().version, 3);
    }
}
