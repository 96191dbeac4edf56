//! 登记簿的重建与核对：由事件再推一遍，写下（上级先于下级，铺到不再变为止），或者与库里的逐行比较。

use mingjing_kernel::id::kind::TimelineKind;
use mingjing_kernel::id::{Id, TimelineId};
use mingjing_store::registry_facts::DatedFacts;
use mingjing_store::tx::{Read, Tx};

use crate::assessment::report::{RebuildReport, unreadable};
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::registry::derive::{Derived, derive};
use crate::registry::project::{Grants, Laid, project};

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
#[crate::boxed]
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
        project(tx, id, &loaded.timeline, today, Grants::Stay).await?;
        Ok::<_, ServiceError>(())
    };
    services.store.write(&services.context(request), work).await
}

/// 核对登记簿的行：每条时间线由事件推出，铺在库里现有的树上，与库里的逐行比较；什么也不写。
pub(crate) async fn verify_registry(
    services: &Services,
    report: &mut RebuildReport,
) -> Result<(), ServiceError> {
    for kind in KINDS {
        let mut after = None;
        loop {
            // One snapshot a page: the tree that a row is laid on is the tree of the same moment.
            let read = services.store.reader().await?;
            let page = read.list_timelines(kind, after, PAGE).await?;
            let Some(last) = page.last() else {
                break;
            };
            after = Some(last.id);
            let mut laid = Laid::default();
            for header in &page {
                verify_one(&read, &mut laid, header.id, report).await?;
                report.timelines += 1;
            }
        }
    }
    Ok(())
}

async fn verify_one(
    read: &Read,
    laid: &mut Laid,
    id: TimelineId,
    report: &mut RebuildReport,
) -> Result<(), ServiceError> {
    let key = id.to_string();
    let loaded = read.load_timeline(id).await?;
    let derived = derive(read, laid, id, &loaded.timeline).await;
    let derived = match derived {
        Ok(derived) => derived,
        Err(ServiceError::Invalid(errors)) => {
            let why: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
            report.add(table_of(id), &key, format!("推不出：{}", why.join("；")));
            return Ok(());
        }
        Err(error) => match unreadable(&error) {
            // The rows above it: they are told with their own timeline, too.
            Some(what) => {
                report.add(table_of(id), &key, format!("上级的行读不出：{what}"));
                return Ok(());
            }
            None => return Err(error),
        },
    };
    match derived {
        Derived::Division(nodes) => {
            let stored = report.readable("org_node", &key, read.list_org_history(id).await)?;
            report.compare("org_node", &key, stored, &nodes);
        }
        Derived::Body(facts, nodes) => {
            let stored = report.readable("org_node", &key, read.list_org_history(id).await)?;
            report.compare("org_node", &key, stored, &nodes);
            let facts = facts.into_iter().map(|row| DatedFacts {
                from: row.term.from,
                until: row.term.to,
                facts: row.facts,
            });
            let stored = report.readable("body", &key, read.list_body_facts(&key).await)?;
            report.compare("body", &key, stored, &facts.collect::<Vec<_>>());
        }
        Derived::Officer(rows, cards) => {
            let officer = Id::try_from(id).map_err(ServiceError::internal)?;
            let stored = read.list_officer_history(officer).await;
            let stored = report.readable("officer", &key, stored)?;
            report.compare("officer", &key, stored, &rows);
            let stored = report.readable("card", &key, read.list_cards(officer).await)?;
            report.compare("card", &key, stored, &cards);
        }
        Derived::Item(rows) => {
            let item = Id::try_from(id).map_err(ServiceError::internal)?;
            let stored = report.readable("item", &key, read.list_item_history(item).await)?;
            report.compare("item", &key, stored, &rows);
        }
    }
    Ok(())
}

/// The table that a timeline of the register has rows in first of all.
const fn table_of(id: TimelineId) -> &'static str {
    match id.kind() {
        TimelineKind::Officer => "officer",
        TimelineKind::Item => "item",
        TimelineKind::Division
        | TimelineKind::Body
        | TimelineKind::Case
        | TimelineKind::Complaint
        | TimelineKind::Supervision
        | TimelineKind::Rectification => "org_node",
    }
}
