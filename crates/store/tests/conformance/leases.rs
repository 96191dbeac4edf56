//! 租约：一个持有者；到期可换；栅栏号只增。

use std::time::Duration;

use mingjing_store::error::StoreError;
use mingjing_store::lease::Lease;
use mingjing_store::tx::Tx;
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

on_both_engines! {
    one_holder_at_a_time_and_a_greater_fence_each_time,
    a_lost_lease_cannot_be_renewed,
    a_released_lease_is_free_at_once,
    a_lease_of_a_clock_that_was_wrong_keeps_nobody_waiting,
}

const MINUTE: Duration = Duration::from_secs(60);

async fn acquire(db: &Database, holder: &'static str) -> Option<Lease> {
    let acquire = async move |tx: &Tx| tx.acquire_lease("work", holder, MINUTE).await;
    db.store.write(&db.context, acquire).await.unwrap()
}

async fn one_holder_at_a_time_and_a_greater_fence_each_time(db: Database) {
    let first = acquire(&db, "a").await.unwrap();
    assert_eq!(acquire(&db, "b").await, None);
    db.clock.advance_millis(60_000);
    let second = acquire(&db, "b").await.unwrap();
    assert!(second.fence > first.fence);
    assert_eq!(acquire(&db, "a").await, None);
    let again = acquire(&db, "b").await.unwrap();
    assert!(again.fence > second.fence);
}

async fn a_lost_lease_cannot_be_renewed(db: Database) {
    let lease = acquire(&db, "a").await.unwrap();
    let renew = |lease: Lease| {
        let renew = async move |tx: &Tx| {
            let mut lease = lease.clone();
            let is_mine = tx.renew_lease(&mut lease, MINUTE).await?;
            Ok::<_, StoreError>((is_mine, lease))
        };
        db.store.write(&db.context, renew)
    };
    db.clock.advance_millis(30_000);
    let (is_mine, renewed) = renew(lease.clone()).await.unwrap();
    assert!(is_mine);
    assert_eq!(renewed.fence, lease.fence);
    assert!(renewed.expires_at > lease.expires_at);
    db.clock.advance_millis(60_000);
    acquire(&db, "b").await.unwrap();
    assert!(!renew(renewed).await.unwrap().0);
}

async fn a_released_lease_is_free_at_once(db: Database) {
    let lease = acquire(&db, "a").await.unwrap();
    let release = async move |tx: &Tx| tx.release_lease(&lease).await;
    db.store.write(&db.context, release).await.unwrap();
    assert!(acquire(&db, "b").await.is_some());
}

async fn a_lease_of_a_clock_that_was_wrong_keeps_nobody_waiting(db: Database) {
    const YEAR_MILLIS: i64 = 365 * 86_400_000;
    db.clock.advance_millis(YEAR_MILLIS);
    let wrong = acquire(&db, "a").await.unwrap();
    db.clock.advance_millis(-YEAR_MILLIS);
    let right = acquire(&db, "b").await.unwrap();
    assert!(right.fence > wrong.fence);
    assert_eq!(acquire(&db, "c").await, None);
    // A clock that is a little ahead takes nothing away from a living holder, and loses nothing.
    db.clock.advance_millis(-60_000);
    assert_eq!(acquire(&db, "c").await, None);
}
