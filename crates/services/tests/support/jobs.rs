//! 后台任务：排着的重评都做完。

use std::time::Duration;

use mingjing_services::assessment::reassess::{QUEUE, perform};
use mingjing_services::context::Services;
use mingjing_store::error::StoreError;
use mingjing_store::tx::Tx;
use mingjing_testkit::database::Database;

/// Does the queued jobs, as many as a worker claims at once; says how many.
pub(crate) async fn work_off(db: &Database, services: &Services) -> usize {
    let claim = async |tx: &Tx| {
        tx.claim_jobs(QUEUE, "worker", 100, Duration::from_secs(60))
            .await
    };
    let jobs = db.store.write(&db.context, claim).await.unwrap();
    let request = services.system("job");
    for job in &jobs {
        let is_ours = perform(services, &request, &job.kind, &job.payload).await;
        assert!(is_ours.unwrap(), "{}", job.kind);
    }
    let count = jobs.len();
    let finish = async move |tx: &Tx| {
        for job in &jobs {
            tx.finish_job(job).await?;
        }
        Ok::<_, StoreError>(())
    };
    db.store.write(&db.context, finish).await.unwrap();
    count
}
