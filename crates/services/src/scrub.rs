//! 清残：抹去、封存之后，旧的字节从数据库文件里消失；一时做不成的由后台再试，直到做成。

use mingjing_store::error::StoreError;
use mingjing_store::job::NewJob;
use mingjing_store::tx::Tx;

use crate::context::Services;
use crate::error::ServiceError;

/// 队列：与别的清理一起。
pub const QUEUE: &str = "upkeep";
/// 任务的种类。
pub const SCRUB: &str = "scrub";
/// A reader of hours holds it up; with the pauses growing to their longest, these last for days.
const ATTEMPTS_MAX: u32 = 60;

/// Queues it in the transaction that makes it necessary: neither a crash nor a busy database leaves it undone.
pub(crate) async fn scrub_later(tx: &Tx) -> Result<(), StoreError> {
    let job = NewJob {
        queue: QUEUE,
        kind: SCRUB,
        payload: "{}".to_owned(),
        dedupe_key: Some(SCRUB.to_owned()),
        run_at: None,
        max_attempts: ATTEMPTS_MAX,
    };
    tx.enqueue(&job).await.map(drop)
}

/// 清一次；此刻有长的读事务占着的，答“暂时做不了”。
#[crate::boxed]
pub async fn scrub(services: &Services) -> Result<(), ServiceError> {
    Ok(services.store.scrub().await?)
}
