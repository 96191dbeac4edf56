//! 到期扫描：日子到了，没有人打开页面也要说。查“下次看”的索引，不逐案翻。

use mingjing_store::finding::EndedBy;
use mingjing_store::tx::Tx;

use crate::assessment::reassess::Progress;
use crate::assessment::write::Ready;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::limit::CHUNK_TIMELINES;

/// 看过到今天该看的案件，一段；`next` 不空的还有，再调用一次。重复调用不会重复记下。
#[crate::boxed]
pub async fn sweep(
    services: &Services,
    request: &RequestContext,
) -> Result<Progress, ServiceError> {
    let today = request.today();
    // The reader is given back at once: what follows writes.
    let ids = services
        .store
        .reader()
        .await?
        .list_due_looks(today, CHUNK_TIMELINES)
        .await?;
    let mut progress = Progress::default();
    let is_full = ids.len() >= CHUNK_TIMELINES as usize;
    progress.next = ids.last().filter(|_| is_full).copied();
    let context = services.context(request);
    for id in ids {
        let lawbook = services.lawbook();
        let write = async move |tx: &Tx| {
            let loaded = tx.load_for_append(id).await?;
            // Another sweep, or an event, may have looked while this one waited.
            let is_due = tx.find_next_look(id).await?.is_some_and(|on| on <= today);
            if !is_due {
                return Ok(None);
            }
            let ready = Ready::gather(tx, &lawbook, loaded, today).await?;
            let written = ready
                .write(tx, &lawbook, today, EndedBy::TimePassed)
                .await?;
            Ok::<_, ServiceError>(Some(written))
        };
        let (written, _) = services.store.write_bulk(&context, write).await?;
        if let Some(written) = written {
            progress.looked += 1;
            progress.changed += u64::from(!written.changes.is_empty() || written.duties_turned > 0);
        }
    }
    Ok(progress)
}
