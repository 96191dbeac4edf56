//! 到期删原文件：做完满期的批，原文件从暂存处删去，每一行的结果仍在（期限见 `docs/retention.md`）。

use mingjing_store::import::{Batch, FileUse};
use mingjing_store::tx::{Read, Tx};
use serde_json::json;

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::intake::chunk::batch_audit;
use crate::limit::FILES_REMOVED_AT_ONCE;
use crate::retention::ago;
use crate::spool::Spool;

/// 删去一段到期的原文件，返回删了几个；为零时没有到期的了。定时任务调用，不问权限。
#[crate::boxed]
pub async fn remove_expired_files(
    services: &Services,
    spool: &Spool,
    request: &RequestContext,
) -> Result<u64, ServiceError> {
    let until = ago(request.now, services.retention().import_file_days);
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
    Ok(removed + finish_removals(services, spool).await?)
}

/// Files whose removal is noted and that are there all the same: the process ended between the two.
async fn finish_removals(services: &Services, spool: &Spool) -> Result<u64, ServiceError> {
    let mut removed = 0;
    for digest in spool.list().map_err(ServiceError::internal)? {
        let of = async |read: &Read| Ok::<_, ServiceError>(read.file_use(&digest).await?);
        if services.store.read(of).await? == FileUse::Over {
            spool.remove(&digest).map_err(ServiceError::internal)?;
            removed += 1;
        }
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
