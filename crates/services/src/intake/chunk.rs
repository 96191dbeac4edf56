//! 一段的提交：新建、追加、评估、对应、各行的结果、审计，同一个事务。

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use mingjing_domain::event::Event;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_store::audit::NewAudit;
use mingjing_store::error::StoreError;
use mingjing_store::event::{Append, Appended, NewEvent};
use mingjing_store::finding::EndedBy;
use mingjing_store::import::{Batch, NewChunk};
use mingjing_store::import_row::ImportRow;
use mingjing_store::source_key::{KnownPart, SourceKey};
use mingjing_store::timeline::Sealed;
use mingjing_store::tx::Tx;
use serde_json::json;
use thiserror::Error;

use crate::assessment::asked::Asked;
use crate::assessment::write::Ready;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::intake::ahead::put_all;
use crate::intake::part::Part;
use crate::intake::plan::{ChunkPlan, Target, Writing};

/// Why a chunk was not committed.
#[derive(Debug, Error)]
pub(super) enum ChunkError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl ChunkError {
    /// Somebody else was faster: plan again and try again.
    pub(super) fn is_race(&self) -> bool {
        match self {
            ChunkError::Store(StoreError::Conflict { .. } | StoreError::Duplicate(_)) => true,
            ChunkError::Store(_) | ChunkError::Service(_) => false,
        }
    }

    /// One of the rows is to blame, not the state of the database.
    pub(super) fn is_of_a_row(&self) -> bool {
        match self {
            ChunkError::Store(StoreError::LimitExceeded(_) | StoreError::Internal(_)) => true,
            ChunkError::Store(_) | ChunkError::Service(_) => false,
        }
    }

    /// Fewer rows may fit. No row is to blame: on a machine that is too busy the best of them takes too long.
    pub(super) fn is_too_long(&self) -> bool {
        match self {
            ChunkError::Store(StoreError::OutOfTime(_)) => true,
            ChunkError::Store(_) | ChunkError::Service(_) => false,
        }
    }

    pub(super) fn into_service(self) -> ServiceError {
        match self {
            ChunkError::Store(error) => error.into(),
            ChunkError::Service(error) => error,
        }
    }
}

/// Where a chunk stands in its batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) number: u64,
    pub(super) first_row: u64,
    pub(super) is_dry_run: bool,
}

/// Commits the chunk; says how long the writer took.
pub(super) async fn commit(
    services: &Services,
    request: &RequestContext,
    batch: &Batch,
    place: Place,
    plan: Arc<ChunkPlan>,
) -> Result<Duration, ChunkError> {
    let lawbook = services.lawbook();
    let today = request.today();
    let (id, source, org_path) = (batch.id, batch.of.source.clone(), batch.of.org_path.clone());
    let write = async move |tx: &Tx| {
        let mut rows = plan.rows.clone();
        if !place.is_dry_run {
            make(tx, &lawbook, today, (&source, &plan), &mut rows).await?;
            let mut work: Vec<Work> = plan.writings.iter().filter_map(Work::new).collect();
            append(tx, &mut work).await?;
            let mut asked = Asked::default();
            for one in &work {
                keep_key(tx, &source, one).await?;
                assess(tx, &lawbook, (today, &mut asked), one).await?;
            }
        }
        let count = rows.len();
        tx.put_chunk(&NewChunk {
            batch: id,
            number: place.number,
            first_row: place.first_row,
            is_dry_run: place.is_dry_run,
            rows,
        })
        .await?;
        if !place.is_dry_run {
            let detail =
                json!({ "chunk": place.number, "rows": count, "written": plan.writings.len() });
            tx.audit(batch_audit("import.chunk", id, &org_path, detail))
                .await?;
        }
        Ok::<_, ChunkError>(())
    };
    let context = services.context(request);
    let ((), took) = services.store.write_bulk(&context, write).await?;
    Ok(took)
}

/// An audit record of a batch.
pub(super) fn batch_audit(
    action: &str,
    id: impl Into<Option<Id<kind::Batch>>>,
    org_path: &str,
    detail: serde_json::Value,
) -> NewAudit {
    NewAudit {
        action: action.to_owned(),
        resource_kind: "import".to_owned(),
        resource_id: id.into().map(|id| id.to_string()),
        org_path: org_path.to_owned(),
        is_allowed: true,
        detail,
    }
}

/// Makes the new cases as they were judged.
async fn make(
    tx: &Tx,
    lawbook: &Arc<Lawbook>,
    today: Date,
    (source, plan): (&str, &ChunkPlan),
    rows: &mut [ImportRow],
) -> Result<(), ChunkError> {
    let sealed: Vec<&Sealed> = plan.ahead.iter().map(|ahead| &ahead.sealed).collect();
    tx.create_sealed(&sealed).await?;
    let new = plan
        .writings
        .iter()
        .filter(|writing| writing.target == Target::New);
    let mut keys = Vec::with_capacity(plan.ahead.len());
    put_all(tx, lawbook, today, &plan.ahead).await?;
    for (writing, ahead) in new.zip(&plan.ahead) {
        let timeline = ahead.sealed.premade().id;
        rows[writing.row].timeline = Some(timeline);
        keys.push(SourceKey {
            source_id: writing.source_id.clone(),
            timeline,
            row_digest: Some(writing.row_digest),
            parts: ahead.known.clone(),
        });
    }
    tx.insert_source_keys(source, &keys).await?;
    Ok(())
}

/// A newer version on its way in.
struct Work<'a> {
    writing: &'a Writing,
    id: TimelineId,
    version: u64,
    events: HashMap<&'a str, Id<kind::Event>>,
    pending: VecDeque<&'a Part>,
    known: Vec<KnownPart>,
}

impl<'a> Work<'a> {
    fn new(writing: &'a Writing) -> Option<Self> {
        let Target::Existing { id, version } = writing.target else {
            return None;
        };
        let known = writing.known.iter();
        Some(Work {
            writing,
            id,
            version,
            events: known
                .map(|part| (part.local.as_str(), part.event))
                .collect(),
            pending: writing.parts.iter().collect(),
            known: writing.known.clone(),
        })
    }

    /// What can be appended now: up to a correction of something that has no identifier yet.
    fn take(&mut self) -> Vec<(&'a Part, NewEvent)> {
        let mut taken: Vec<(&Part, NewEvent)> = Vec::new();
        while let Some(part) = self.pending.front() {
            let own = self.events.get(part.local.as_str());
            let root = part.root.as_deref().and_then(|root| self.events.get(root));
            let corrects = own.or(root).copied();
            if part.root.is_some() && corrects.is_none() && !taken.is_empty() {
                break;
            }
            let event = Event {
                corrects: None,
                ..part.new.event.clone()
            };
            let new = NewEvent {
                event,
                corrects,
                ..part.new.clone()
            };
            taken.push((part, new));
            self.pending.pop_front();
        }
        taken
    }

    fn appended(&mut self, parts: &[&'a Part], appended: &[Appended]) {
        for (part, appended) in parts.iter().zip(appended) {
            self.version = appended.seq;
            self.events.insert(part.local.as_str(), appended.id);
            if part.local.starts_with("#gone:") {
                continue;
            }
            self.known.retain(|known| known.local != part.local);
            self.known.push(KnownPart {
                local: part.local.clone(),
                event: appended.id,
                seq: appended.seq,
                digest: Some(part.digest.clone()),
                is_erased: false,
                is_gone: false,
            });
        }
    }
}

/// Appends everything, in as few rounds as the corrections need; most rows need one.
async fn append(tx: &Tx, work: &mut [Work<'_>]) -> Result<(), ChunkError> {
    loop {
        let mut places = Vec::new();
        let mut appends = Vec::new();
        for (index, one) in work.iter_mut().enumerate() {
            let taken = one.take();
            if taken.is_empty() {
                continue;
            }
            let (parts, events): (Vec<_>, Vec<_>) = taken.into_iter().unzip();
            places.push((index, parts));
            appends.push(Append {
                timeline: one.id,
                expected_version: one.version,
                events,
            });
        }
        if appends.is_empty() {
            return Ok(());
        }
        let added = tx.append_all(appends).await?;
        for ((index, parts), appended) in places.into_iter().zip(added) {
            work[index].appended(&parts, &appended);
        }
    }
}

async fn keep_key(tx: &Tx, source: &str, work: &Work<'_>) -> Result<(), ChunkError> {
    let key = SourceKey {
        source_id: work.writing.source_id.clone(),
        timeline: work.id,
        row_digest: Some(work.writing.row_digest),
        parts: work.known.clone(),
    };
    tx.update_source_key(source, &key).await?;
    Ok(())
}

async fn assess(
    tx: &Tx,
    lawbook: &Arc<Lawbook>,
    (today, asked): (Date, &mut Asked),
    work: &Work<'_>,
) -> Result<(), ChunkError> {
    let reading = &work.writing.timeline;
    tx.set_timeline_reading(work.id, reading.procedure.as_deref(), &reading.coverage)
        .await?;
    let loaded = tx.load_for_append(work.id).await?;
    let ready = Ready::gather_asking(tx, lawbook, loaded, (today, asked)).await?;
    ready.write(tx, lawbook, today, EndedBy::Corrected).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_takes_too_long_is_tried_again_and_never_refused() {
        let busy = ChunkError::Store(StoreError::OutOfTime(30));
        assert!(busy.is_too_long() && !busy.is_of_a_row() && !busy.is_race());
        assert!(matches!(busy.into_service(), ServiceError::Unavailable));
        let large = ChunkError::Store(StoreError::LimitExceeded("一行太大".to_owned()));
        assert!(large.is_of_a_row() && !large.is_too_long());
    }
}
