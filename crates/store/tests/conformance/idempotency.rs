//! 幂等键：记下的答复读得回来；同时做的两个，后一个整个不成立。

use mingjing_store::error::StoreError;
use mingjing_store::idempotency::Reply;
use mingjing_store::tx::{Read, Tx};
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

use crate::samples::new_case;

on_both_engines! {
    a_reply_comes_back_for_its_account_and_key_only,
    of_two_at_once_the_second_leaves_nothing,
    old_replies_are_purged,
}

fn reply() -> Reply {
    Reply {
        request_digest: [3; 32],
        status: 201,
        body: "{\"id\":\"案\"}".as_bytes().to_vec(),
    }
}

async fn a_reply_comes_back_for_its_account_and_key_only(db: Database) {
    let (mine, other) = (db.context.new_id(), db.context.new_id());
    let keep = async move |tx: &Tx| tx.keep_reply(mine, "k1", &reply()).await;
    db.store.write(&db.context, keep).await.unwrap();
    let found = db.store.read(async move |read: &Read| {
        let found = [
            read.find_reply(mine, "k1").await?,
            read.find_reply(mine, "K1").await?,
            read.find_reply(other, "k1").await?,
        ];
        Ok::<_, StoreError>(found)
    });
    assert_eq!(found.await.unwrap(), [Some(reply()), None, None]);
}

async fn of_two_at_once_the_second_leaves_nothing(db: Database) {
    let account = db.context.new_id();
    let writers = [(); 2].map(|()| {
        let (store, context) = (db.store.clone(), db.context.clone());
        tokio::spawn(async move {
            let write = async move |tx: &Tx| {
                tx.create_timeline(&new_case()).await?;
                tx.keep_reply(account, "k", &reply()).await
            };
            store.write(&context, write).await
        })
    });
    let mut kept = 0;
    for writer in writers {
        match writer.await.unwrap() {
            Ok(()) => kept += 1,
            Err(StoreError::Duplicate(key)) => assert_eq!(key, "idempotency_pkey"),
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(kept, 1);
    assert_eq!(
        db.raw_number("SELECT COUNT(*) FROM timeline")
            .await
            .unwrap(),
        1
    );
}

async fn old_replies_are_purged(db: Database) {
    let account = db.context.new_id();
    let keep = async move |tx: &Tx| tx.keep_reply(account, "k", &reply()).await;
    db.store.write(&db.context, keep).await.unwrap();
    let until = db.context.clock.now().add_micros(1);
    let purge = async move |tx: &Tx| tx.purge_replies(until).await;
    assert_eq!(db.store.write(&db.context, purge).await.unwrap(), 1);
}
