//! 到期删原文件：做完满期的批，原文件从暂存处删去，每一行的结果仍在（期限见 `docs/retention.md`）。

use mingjing_store::import::Batch;
use mingjing_store::tx::{Read, Tx};
use serde_json::json;

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::intake::chunk::batch_audit;
use crate::limit::{FILE_DAYS_KEPT, FILES_REMOVED_AT_ONCE};
use crate::spool::Spool;

/// A day in microseconds, as instants count.
const DAY_MICROS: i64 = 24 * 3_600 * 1_000_000;

/// 删去一段到期的原文件，返回删了几个；为零时没有到期的了。定时任务调用，不问权限。
pub async fn remove_expired_files(
    services: &Services,
    spool: &Spool,
    request: &RequestContext,
) -> Result<u64, ServiceError> {
    let until = request.now.add_micros(-(FILE_DAYS_KEPT * DAY_MICROS));
    let due = async |read: &Read| {
        Ok::<_, ServiceError>(
            read.list_batches_with_file(until, FILES_REMOVED_AT_ONCE)
                .await?,
        )
    };
    let mut removed = 0;
    for batch in services.store.read(due).await? {
        removed += u64::from(remove_file(services, spool, request, &batch).await?);
    }
    Ok(removed)
}

async fn remove_file(
    services: &Services,
    spool: &Spool,
    request: &RequestContext,
    batch: &Batch,
) -> Result<bool, ServiceError> {
    let digest = batch.of.file_digest;
    let still =
        async |read: &Read| Ok::<_, ServiceError>(read.count_unfinished_of_file(&digest).await?);
    if services.store.read(still).await? > 0 {
        return Ok(false);
    }
    // The file first: a crash in between removes it once more, and a row that says so never lies.
    spool.remove(&digest).map_err(ServiceError::internal)?;
    let (id, org) = (batch.id, batch.of.org_path.clone());
    let write = async move |tx: &Tx| {
        tx.note_file_removed(&digest, "原文件保存期满").await?;
        tx.audit(batch_audit("import.remove_file", id, &org, json!({})))
            .await?;
        Ok::<_, ServiceError>(())
    };
    services
        .store
        .write(&services.context(request), write)
        .await?;
    Ok(true)
}
