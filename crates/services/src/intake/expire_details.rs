//! 到期抹细节：导完满期的批，各行的细节（不能收的原因、与旧版的差别）抹去，行数与结果仍在。

use mingjing_kernel::id::{Id, kind};
use mingjing_store::import_row::ROWS_MAX;
use mingjing_store::tx::{Read, Tx};
use serde_json::{Value as Json, json};

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::intake::chunk::batch_audit;
use crate::retention::ago;
use crate::scrub::scrub_later;

/// The member of a detail that says that the rest is gone.
pub(super) const EXPIRED: &str = "is_expired";

/// The details of one batch, a page of rows in each transaction; whether there may be more batches.
pub(crate) async fn expire_details(
    services: &Services,
    request: &RequestContext,
) -> Result<(u64, bool), ServiceError> {
    let until = ago(request.now, services.retention().import_detail_days);
    let due = async |read: &Read| read.list_batches_with_details(until, 1).await;
    let Some(batch) = services.store.read(due).await?.into_iter().next() else {
        return Ok((0, false));
    };
    let (mut from, mut sum) = (0, 0);
    let context = services.context(request);
    while let Some(last) = last_row(services, batch.id, from).await? {
        let (id, count) = (batch.id, last + 1 - from);
        let blank = async move |tx: &Tx| {
            let instead: Json = json!({ EXPIRED: true });
            Ok::<_, ServiceError>(tx.expire_import_rows(id, (from, count), &instead).await?)
        };
        let (rows, _) = services.store.write_bulk(&context, blank).await?;
        sum += rows;
        from = last + 1;
    }
    let (id, org) = (batch.id, batch.of.org_path.clone());
    let note = async move |tx: &Tx| {
        if tx.note_details_removed(id).await? {
            let detail = json!({ "rows": sum });
            tx.audit(batch_audit("import.expire_details", id, &org, detail))
                .await?;
            scrub_later(tx).await?;
        }
        Ok::<_, ServiceError>(())
    };
    services.store.write(&context, note).await?;
    Ok((sum, true))
}

async fn last_row(
    services: &Services,
    id: Id<kind::Batch>,
    from: u64,
) -> Result<Option<u64>, ServiceError> {
    let page = async |read: &Read| read.list_import_rows(id, &[], from, ROWS_MAX).await;
    let page = services.store.read(page).await?;
    Ok(page.last().map(|row| row.number))
}
