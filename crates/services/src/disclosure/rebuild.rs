//! 公示里推出的：检索词、核对用的文字、公开着的条数；由公开的内容重新推出，比较或写下。

use mingjing_store::public_record::PublicRecord;
use mingjing_store::tx::Tx;

use crate::assessment::report::RebuildReport;
use crate::context::{RequestContext, Services};
use crate::disclosure::terms::{search_text, terms_of};
use crate::error::ServiceError;
use crate::limit::CHUNK_TIMELINES;

/// Compares what stands in the tables with what the contents give.
pub(crate) async fn verify(
    services: &Services,
    report: &mut RebuildReport,
) -> Result<(), ServiceError> {
    let mut after = 0;
    loop {
        let read = services.store.reader().await?;
        let rows = read
            .list_public_records_with_terms(after, CHUNK_TIMELINES)
            .await?;
        let Some((last, _)) = rows.last() else {
            break;
        };
        after = last.position;
        for (record, stored) in &rows {
            let (text, terms) = derived(record);
            if *stored != terms {
                report.add(
                    "public_term",
                    record.id.to_string(),
                    "检索词与内容推出的不同",
                );
            }
            if record.search_text != text {
                report.add(
                    "public_record",
                    record.id.to_string(),
                    "核对用的文字与内容推出的不同",
                );
            }
        }
    }
    let read = services.store.reader().await?;
    let (said, found) = (
        read.public_state().await?.live_count,
        read.count_public_records().await?,
    );
    if u64::try_from(said) != Ok(found) {
        let what = format!("库里是 {said}，公开着的有 {found} 条");
        report.add("public_state", "live_count", what);
    }
    Ok(())
}

/// The text and the terms of a record; what is withdrawn cannot be found.
fn derived(record: &PublicRecord) -> (Option<String>, Vec<String>) {
    match (&record.body, &record.withdrawn) {
        (Some(body), None) => (Some(search_text(body)), terms_of(body)),
        (Some(body), Some(_)) => (Some(search_text(body)), Vec::new()),
        (None, _) => (None, Vec::new()),
    }
}

/// Writes what the contents give.
pub(crate) async fn rebuild(
    services: &Services,
    request: &RequestContext,
) -> Result<(), ServiceError> {
    let mut after = 0;
    loop {
        let rows = services
            .store
            .reader()
            .await?
            .list_public_records_with_terms(after, CHUNK_TIMELINES)
            .await?;
        let Some((last, _)) = rows.last() else {
            break;
        };
        after = last.position;
        let write = async move |tx: &Tx| {
            for (record, _) in &rows {
                let (text, terms) = derived(record);
                tx.reset_public_terms(record, text.as_deref(), &terms)
                    .await?;
            }
            Ok::<_, ServiceError>(())
        };
        services
            .store
            .write(&services.context(request), write)
            .await?;
    }
    let recount = async |tx: &Tx| {
        tx.recount_public_records().await?;
        Ok::<_, ServiceError>(())
    };
    services
        .store
        .write(&services.context(request), recount)
        .await
}
