//! 重建：由事件再推一遍登记簿的行，与库里的比；上级先于下级，铺到不再变为止。

use mingjing_kernel::id::TimelineId;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_store::tx::{Read, Tx};

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::registry::project::project;

/// 每一轮读出的时间线数。
const PAGE: u32 = 200;
/// 登记簿的种类，被引用的在前。
const KINDS: [TimelineKind; 4] = [
    TimelineKind::Division,
    TimelineKind::Body,
    TimelineKind::Officer,
    TimelineKind::Item,
];

/// 重建登记簿的行，返回重推了多少条时间线；事件不动，行本来就对的不变。
///
/// A division may have gone into one that was made after it: what cannot be laid yet waits for the next round, until a
/// round lays nothing. No job is queued: facts that were derived before are derived again.
pub async fn rebuild_registry(
    services: &Services,
    request: &RequestContext,
) -> Result<usize, ServiceError> {
    let mut waiting = Vec::new();
    for kind in KINDS {
        waiting.extend(all_of(services, kind).await?);
    }
    let count = waiting.len();
    while !waiting.is_empty() {
        let mut left = Vec::new();
        let mut trouble = None;
        for id in &waiting {
            match rebuild_one(services, request, *id).await {
                Ok(()) => {}
                Err(error @ ServiceError::Invalid(_)) => {
                    left.push(*id);
                    trouble = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
        match trouble {
            Some(error) if left.len() == waiting.len() => return Err(error),
            Some(_) | None => waiting = left,
        }
    }
    Ok(count)
}

async fn all_of(services: &Services, kind: TimelineKind) -> Result<Vec<TimelineId>, ServiceError> {
    let mut ids: Vec<TimelineId> = Vec::new();
    loop {
        let read = services.store.reader().await?;
        let page = read.list_timelines(kind, ids.last().copied(), PAGE).await?;
        if page.is_empty() {
            return Ok(ids);
        }
        ids.extend(page.iter().map(|header| header.id));
    }
}

async fn rebuild_one(
    services: &Services,
    request: &RequestContext,
    id: TimelineId,
) -> Result<(), ServiceError> {
    let today = request.today();
    let work = async move |tx: &Tx| {
        let loaded = tx.load_for_append(id).await?;
        project(tx, id, &loaded.timeline, today).await?;
        Ok::<_, ServiceError>(())
    };
    services.store.write(&services.context(request), work).await
}

/// 登记簿的行写成文字，给比对用：一行一个，先后固定。
pub async fn registry_text(read: &Read) -> Result<String, ServiceError> {
    let mut text = String::new();
    for kind in KINDS {
        let mut after = None;
        loop {
            let page = read.list_timelines(kind, after, PAGE).await?;
            let Some(last) = page.last() else {
                break;
            };
            after = Some(last.id);
            for header in page {
                text.push_str(&rows_text(read, header.id).await?);
            }
        }
    }
    Ok(text)
}

async fn rows_text(read: &Read, id: TimelineId) -> Result<String, ServiceError> {
    let nodes = read.list_org_history(id).await?;
    let mut text: String = nodes.iter().map(|node| format!("{node:?}\n")).collect();
    let facts = read.list_body_facts(&id.to_string()).await?;
    text.extend(facts.iter().map(|facts| format!("{id} {facts:?}\n")));
    match id.kind() {
        TimelineKind::Officer => {
            let officer = mingjing_kernel::id::Id::try_from(id).map_err(ServiceError::internal)?;
            let rows = read.list_officer_history(officer).await?;
            text.extend(rows.iter().map(|row| format!("{row:?}\n")));
            let cards = read.list_cards(officer).await?;
            text.extend(cards.iter().map(|row| format!("{id} {row:?}\n")));
        }
        TimelineKind::Item => {
            let item = mingjing_kernel::id::Id::try_from(id).map_err(ServiceError::internal)?;
            let rows = read.list_item_history(item).await?;
            text.extend(rows.iter().map(|row| format!("{row:?}\n")));
        }
        TimelineKind::Division
        | TimelineKind::Body
        | TimelineKind::Case
        | TimelineKind::Complaint
        | TimelineKind::Supervision
        | TimelineKind::Rectification => {}
    }
    Ok(text)
}
