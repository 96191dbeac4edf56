//! 后台任务：排一次做一次；死了的人手里的可以再领；做不成的看得见。

use std::time::Duration;

use mingjing_store::error::StoreError;
use mingjing_store::job::{AfterFailure, ClaimedJob, NewJob};
use mingjing_store::tx::{Read, Tx};
use mingjing_testkit::database::Database;
use mingjing_testkit::on_both_engines;

on_both_engines! {
    a_job_goes_with_its_transaction,
    the_same_thing_is_queued_once_until_it_is_taken,
    two_workers_never_hold_one_job,
    a_dead_workers_job_is_taken_again_and_he_cannot_finish_it,
    a_failing_job_waits_longer_each_time_and_then_is_given_up,
    a_job_queued_again_while_it_ran_stands_for_the_failed_one,
    a_job_waits_for_its_time,
    jobs_of_a_clock_that_was_wrong_are_done_when_it_is_right,
    done_jobs_are_purged,
}

const LEASE: Duration = Duration::from_secs(30);

fn job(dedupe: Option<&str>) -> NewJob {
    NewJob {
        queue: "default",
        kind: "index_case",
        payload: "{}".to_owned(),
        dedupe_key: dedupe.map(str::to_owned),
        run_at: None,
        max_attempts: 3,
    }
}

async fn enqueue(db: &Database, job: NewJob) -> bool {
    let enqueue = async move |tx: &Tx| tx.enqueue(&job).await;
    db.store
        .write(&db.context, enqueue)
        .await
        .unwrap()
        .is_some()
}

async fn claim(db: &Database, holder: &'static str, limit: u32) -> Vec<ClaimedJob> {
    let claim = async move |tx: &Tx| tx.claim_jobs("default", holder, limit, LEASE).await;
    db.store.write(&db.context, claim).await.unwrap()
}

async fn finish(db: &Database, job: &ClaimedJob) -> Result<(), StoreError> {
    let job = job.clone();
    let finish = async move |tx: &Tx| tx.finish_job(&job).await;
    db.store.write(&db.context, finish).await
}

async fn fail(db: &Database, job: &ClaimedJob) -> AfterFailure {
    let job = job.clone();
    let fail = async move |tx: &Tx| tx.fail_job(&job, "网络不通").await;
    db.store.write(&db.context, fail).await.unwrap()
}

async fn a_job_goes_with_its_transaction(db: Database) {
    let write = async |tx: &Tx| {
        tx.enqueue(&job(None)).await?;
        Err::<(), _>(StoreError::NotFound("on purpose".to_owned()))
    };
    assert!(db.store.write(&db.context, write).await.is_err());
    assert!(claim(&db, "a", 5).await.is_empty());
}

async fn the_same_thing_is_queued_once_until_it_is_taken(db: Database) {
    assert!(enqueue(&db, job(Some("case 1"))).await);
    assert!(!enqueue(&db, job(Some("case 1"))).await);
    assert!(enqueue(&db, job(Some("case 2"))).await);
    assert!(enqueue(&db, job(None)).await);
    assert!(enqueue(&db, job(None)).await);
    let taken = claim(&db, "a", 10).await;
    assert_eq!(taken.len(), 4);
    // What changed while the job ran is not lost: it is queued anew.
    assert!(enqueue(&db, job(Some("case 1"))).await);
    for job in &taken {
        finish(&db, job).await.unwrap();
    }
    assert_eq!(claim(&db, "a", 10).await.len(), 1);
}

async fn two_workers_never_hold_one_job(db: Database) {
    for _ in 0..40 {
        enqueue(&db, job(None)).await;
    }
    let workers = ["a", "b", "c", "d"].map(|holder| {
        let (store, context) = (db.store.clone(), db.context.clone());
        tokio::spawn(async move {
            let mut held = Vec::new();
            loop {
                let claim = async move |tx: &Tx| tx.claim_jobs("default", holder, 3, LEASE).await;
                let jobs = store.write(&context, claim).await.unwrap();
                if jobs.is_empty() {
                    return held;
                }
                held.extend(jobs.into_iter().map(|job| job.id));
            }
        })
    });
    let mut held = Vec::new();
    for worker in workers {
        held.extend(worker.await.unwrap());
    }
    held.sort_unstable();
    held.dedup();
    assert_eq!(held.len(), 40);
}

async fn a_dead_workers_job_is_taken_again_and_he_cannot_finish_it(db: Database) {
    enqueue(&db, job(None)).await;
    let dead = claim(&db, "a", 1).await.remove(0);
    assert!(claim(&db, "b", 1).await.is_empty());
    db.clock.advance_millis(30_000);
    let again = claim(&db, "b", 1).await.remove(0);
    assert_eq!((again.id, again.attempt), (dead.id, 2));
    assert!(matches!(
        finish(&db, &dead).await,
        Err(StoreError::Fenced { mine: 1, found: 2 })
    ));
    finish(&db, &again).await.unwrap();
}

async fn a_failing_job_waits_longer_each_time_and_then_is_given_up(db: Database) {
    enqueue(&db, job(None)).await;
    let mut pauses = Vec::new();
    for _ in 0..2 {
        let held = claim(&db, "a", 1).await.remove(0);
        let AfterFailure::Retry(at) = fail(&db, &held).await else {
            panic!("given up early");
        };
        let pause = at.unix_micros() - db.context.clock.now().unix_micros();
        assert!(claim(&db, "a", 1).await.is_empty());
        db.clock.advance_millis(pause / 1_000);
        pauses.push(pause);
    }
    assert!(pauses[1] > pauses[0], "{pauses:?}");
    let last = claim(&db, "a", 1).await.remove(0);
    assert_eq!(fail(&db, &last).await, AfterFailure::GivenUp);
    let failed = db
        .store
        .read(async |read: &Read| read.list_failed_jobs(None, 10).await);
    let failed = failed.await.unwrap();
    assert_eq!(failed.len(), 1);
    assert_eq!(
        (failed[0].id, failed[0].error.as_str()),
        (last.id, "网络不通")
    );
    let page = (failed[0].failed_at, failed[0].id);
    let rest = db
        .store
        .read(async move |read: &Read| read.list_failed_jobs(Some(page), 10).await);
    assert!(rest.await.unwrap().is_empty());
    let retry = async move |tx: &Tx| tx.retry_failed_job(last.id).await;
    assert!(db.store.write(&db.context, retry).await.unwrap());
    assert_eq!(claim(&db, "a", 1).await[0].attempt, 1);
}

async fn a_job_queued_again_while_it_ran_stands_for_the_failed_one(db: Database) {
    enqueue(&db, job(Some("case 1"))).await;
    let held = claim(&db, "a", 1).await.remove(0);
    enqueue(&db, job(Some("case 1"))).await;
    assert_eq!(fail(&db, &held).await, AfterFailure::Superseded);
    let next = claim(&db, "a", 10).await;
    assert_eq!(next.len(), 1);
    assert_ne!(next[0].id, held.id);
}

async fn a_job_waits_for_its_time(db: Database) {
    let mut later = job(None);
    later.run_at = Some(db.context.clock.now().add_micros(5_000_000));
    enqueue(&db, later).await;
    let open = db
        .store
        .read(async |read: &Read| read.count_open_jobs("default").await);
    assert_eq!(open.await.unwrap(), 1);
    assert!(claim(&db, "a", 1).await.is_empty());
    db.clock.advance_millis(5_000);
    assert_eq!(claim(&db, "a", 1).await.len(), 1);
}

async fn done_jobs_are_purged(db: Database) {
    enqueue(&db, job(None)).await;
    let held = claim(&db, "a", 1).await.remove(0);
    finish(&db, &held).await.unwrap();
    let before = db.context.clock.now();
    let purge = async move |tx: &Tx| tx.purge_done_jobs(before).await;
    assert_eq!(db.store.write(&db.context, purge).await.unwrap(), 0);
    let purge = async move |tx: &Tx| tx.purge_done_jobs(before.add_micros(1)).await;
    assert_eq!(db.store.write(&db.context, purge).await.unwrap(), 1);
}

async fn jobs_of_a_clock_that_was_wrong_are_done_when_it_is_right(db: Database) {
    const YEAR_MILLIS: i64 = 365 * 86_400_000;
    enqueue(&db, job(Some("put off"))).await;
    db.clock.advance_millis(YEAR_MILLIS);
    let put_off = claim(&db, "a", 1).await.remove(0);
    assert!(matches!(fail(&db, &put_off).await, AfterFailure::Retry(_)));
    enqueue(&db, job(Some("held"))).await;
    let held = claim(&db, "a", 1).await.remove(0);
    assert_ne!(held.id, put_off.id);
    enqueue(&db, job(Some("queued"))).await;
    db.clock.advance_millis(-YEAR_MILLIS);
    let taken = claim(&db, "b", 10).await;
    assert_eq!(taken.len(), 3, "{taken:?}");
    assert!(matches!(
        finish(&db, &held).await,
        Err(StoreError::Fenced { mine: 1, found: 2 })
    ));
    for job in &taken {
        finish(&db, job).await.unwrap();
    }
}
