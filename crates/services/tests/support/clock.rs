//! 时钟往前：平台开着，过一小时，时钟就可信。

use mingjing_store::job::NewJob;
use mingjing_store::tx::Tx;
use mingjing_testkit::database::Database;

/// Something is queued, as the clockwork does every hour, and an hour passes.
pub(crate) async fn work_goes_on(db: &Database) {
    let job = NewJob {
        queue: "test",
        kind: "test",
        payload: "{}".to_owned(),
        dedupe_key: None,
        run_at: None,
        max_attempts: 1,
    };
    let enqueue = async move |tx: &Tx| tx.enqueue(&job).await.map(drop);
    db.store.write(&db.context, enqueue).await.unwrap();
    db.clock.advance_millis(3_600_000);
}
