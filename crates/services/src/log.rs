//! 日志的对外一面：检查点、条目、证明、瓦片；公开记录见 `disclosure::public`。
//!
//! Checkpoints, tiles and consistency proofs are for everybody: whoever watches the log must not have
//! to ask. An entry names a timeline and the kind of an event, so that it is shown only to those who may see the case.

use std::collections::HashSet;

use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_ledger::checkpoint::SignedCheckpoint;
use mingjing_ledger::digest::Digest;
use mingjing_ledger::entry::Entry;
use mingjing_ledger::handover::SignedHandover;
use mingjing_ledger::tree::tile::{TILE_WIDTH, TileId};
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_store::log::{LOG_LAG_MAX, LogEntry, LogPlace};
use mingjing_store::tx::Read;

use crate::access::{load_case, require};
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::page::{Cursor, CursorError, Key, Page, PageRequest, cut, of_cursor};

const CHECKPOINTS: &str = "checkpoints.size";
const CASE_PROOFS: &str = "case_proofs.seq";
/// Bytes of a hash in a tile.
const HASH_BYTES: usize = 32;

/// 包含证明：一叶在某一检查点的树里。
#[derive(Debug, Clone)]
pub struct Inclusion {
    /// 叶号。
    pub index: u64,
    /// 叶散列。
    pub leaf: Digest,
    /// 由叶到根的散列。
    pub hashes: Vec<Digest>,
    /// 所据的检查点。
    pub checkpoint: SignedCheckpoint,
}

/// 一致性证明：较大的树的开头就是较小的树。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consistency {
    /// 较小的树的条数。
    pub from: u64,
    /// 较大的树的条数。
    pub to: u64,
    /// 散列。
    pub hashes: Vec<Digest>,
}

/// 一案的一条事件在日志里的证明。
#[derive(Debug, Clone)]
pub struct EventProof {
    /// 事件的序号。
    pub seq: u64,
    /// 事件。
    pub event: Id<kind::Event>,
    /// 叶散列。
    pub leaf: Digest,
    /// 包含证明；还没有入日志的为 `None`。
    pub inclusion: Option<Inclusion>,
}

/// 日志有人在入：没有条目等得比 [`LOG_LAG_MAX`] 久。
#[crate::boxed]
pub async fn is_log_moving(services: &Services) -> Result<bool, ServiceError> {
    let now = services.system("probe").now;
    let read = services.store.reader().await?;
    Ok(read.log_lag(now).await? <= LOG_LAG_MAX)
}

/// 最新的检查点；还没有的答“没有”。
#[crate::boxed]
pub async fn latest_checkpoint(services: &Services) -> Result<SignedCheckpoint, ServiceError> {
    let read = services.store.reader().await?;
    read.latest_checkpoint()
        .await?
        .ok_or(ServiceError::NotFound)
}

/// 历次换钥的声明，按先后；人人可取。
#[crate::boxed]
pub async fn list_handovers(services: &Services) -> Result<Vec<SignedHandover>, ServiceError> {
    let read = services.store.reader().await?;
    Ok(read.list_key_handovers().await?)
}

/// 列出检查点，新的在前。
#[crate::boxed]
pub async fn list_checkpoints(
    services: &Services,
    page: &PageRequest,
) -> Result<Page<SignedCheckpoint>, ServiceError> {
    let before = match page.after(CHECKPOINTS, 1).map_err(of_cursor)? {
        Some([Key::Int(size)]) => Some(u64::try_from(*size).unwrap_or_default()),
        Some(_) => return Err(of_cursor(CursorError::Malformed)),
        None => None,
    };
    let read = services.store.reader().await?;
    let rows = read.list_checkpoints(before, page.size.one_more()).await?;
    Ok(cut(rows, page, |checkpoint| {
        let size = i64::try_from(checkpoint.checkpoint().size).unwrap_or(i64::MAX);
        Cursor::new(CHECKPOINTS, vec![Key::Int(size)])
    }))
}

/// 一条日志条目。
#[crate::boxed]
pub async fn get_entry(
    services: &Services,
    request: &RequestContext,
    index: u64,
) -> Result<LogEntry, ServiceError> {
    let read = services.store.reader().await?;
    permitted_entry(&read, request, index).await
}

/// 一条日志条目的包含证明，按最新的检查点。
#[crate::boxed]
pub async fn inclusion_proof(
    services: &Services,
    request: &RequestContext,
    index: u64,
) -> Result<Inclusion, ServiceError> {
    let read = services.store.reader().await?;
    let entry = permitted_entry(&read, request, index).await?;
    let found = inclusion(&read, index, entry.leaf).await?;
    found.ok_or(ServiceError::NotFound)
}

/// 一致性证明；两头都须在日志现有的条数之内。
#[crate::boxed]
pub async fn consistency_proof(
    services: &Services,
    from: u64,
    to: u64,
) -> Result<Consistency, ServiceError> {
    if from == 0 || from > to {
        let message = "应为 1 以上、不大于 to 的条数";
        let pointer = Pointer::query("from");
        return Err(ServiceError::invalid(
            pointer,
            FieldCode::OutOfRange,
            message,
        ));
    }
    let read = services.store.reader().await?;
    let size = read.log_state().await?.size;
    if to > size {
        let message = format!("日志现有 {size} 条，to 不能更大");
        let pointer = Pointer::query("to");
        return Err(ServiceError::invalid(
            pointer,
            FieldCode::OutOfRange,
            message,
        ));
    }
    Ok(Consistency {
        from,
        to,
        hashes: read.consistency_proof(from, to).await?,
    })
}

/// 一块瓦片现有的散列，一个接一个，至多 256 个；没有的答“没有”。
#[crate::boxed]
pub async fn get_tile(services: &Services, level: u8, index: u64) -> Result<Vec<u8>, ServiceError> {
    let read = services.store.reader().await?;
    let found = read.find_tile(TileId { level, index }).await?;
    let mut bytes = found.ok_or(ServiceError::NotFound)?;
    bytes.truncate(usize::from(TILE_WIDTH) * HASH_BYTES);
    Ok(bytes)
}

/// 一案的各条事件在日志里的证明，按序号。
#[crate::boxed]
pub async fn list_case_proofs(
    services: &Services,
    request: &RequestContext,
    case: Id<kind::Case>,
    page: &PageRequest,
) -> Result<Page<EventProof>, ServiceError> {
    let after = match page.after(CASE_PROOFS, 1).map_err(of_cursor)? {
        Some([Key::Int(seq)]) => u64::try_from(*seq).unwrap_or_default(),
        Some(_) => return Err(of_cursor(CursorError::Malformed)),
        None => 0,
    };
    let id = TimelineId::from(case);
    let read = services.store.reader().await?;
    let (_, resource) = load_case(&read, id).await?;
    require_proof(request, resource.clone())?;
    let headers = read.load_timeline(id).await?.events;
    let shown = shown_of(&read, request, id, resource).await?;
    let is_shown = |event: &Id<kind::Event>| shown.as_ref().is_none_or(|it| it.contains(event));
    let wanted = headers
        .into_iter()
        .filter(|header| header.seq > after && is_shown(&header.id));
    let mut rows = Vec::new();
    for header in wanted.take(page.size.items() + 1) {
        let place = read.log_place_of_event(header.position).await?;
        let proof = match place {
            LogPlace::Integrated(at) => inclusion(&read, at.index, at.leaf).await?,
            LogPlace::Pending(_) => None,
        };
        rows.push(EventProof {
            seq: header.seq,
            event: header.id,
            leaf: place.leaf(),
            inclusion: proof,
        });
    }
    Ok(cut(rows, page, |proof| {
        let seq = i64::try_from(proof.seq).unwrap_or(i64::MAX);
        Cursor::new(CASE_PROOFS, vec![Key::Int(seq)])
    }))
}

/// The events of a published case that somebody who may see no more than what is published may have proved: those that
/// a public record points to. `None` for whoever may have all of them proved.
async fn shown_of(
    read: &Read,
    request: &RequestContext,
    id: TimelineId,
    resource: Resource,
) -> Result<Option<HashSet<Id<kind::Event>>>, ServiceError> {
    let as_if_unpublished = Resource {
        is_published: false,
        ..resource
    };
    if require_proof(request, as_if_unpublished).is_ok() {
        return Ok(None);
    }
    let records = read.list_public_records_of(id).await?.into_iter();
    let live = records.filter(|record| record.withdrawn.is_none() && record.erased_at.is_none());
    Ok(Some(live.map(|record| record.decision).collect()))
}

/// The entry, if the actor may have it proved: as the case it is about, as an auditor, or because it is public.
async fn permitted_entry(
    read: &Read,
    request: &RequestContext,
    index: u64,
) -> Result<LogEntry, ServiceError> {
    let found = read.log_entries(index, 1).await?.pop();
    let entry = found.filter(|entry| entry.index == index);
    let entry = entry.ok_or(ServiceError::NotFound)?;
    let resource = match &entry.entry {
        Entry::Public(_) => return Ok(entry),
        Entry::Event(event) => {
            let timeline = TimelineId::parse(event.timeline.as_str());
            let timeline = timeline.map_err(ServiceError::internal)?;
            match load_case(read, timeline).await {
                Ok((_, resource)) => {
                    require_proof(request, resource.clone())?;
                    let shown = shown_of(read, request, timeline, resource).await?;
                    let id = event.id.as_str();
                    return match shown.is_none_or(|it| it.iter().any(|of| of.to_string() == id)) {
                        true => Ok(entry),
                        false => Err(ServiceError::NotFound),
                    };
                }
                // A timeline of the register: only for those who look after the whole log.
                Err(ServiceError::NotFound) => Resource::of_platform(ResourceKind::LogProof),
                Err(error) => return Err(error),
            }
        }
        Entry::Audit(_) | Entry::Erasure(_) => Resource::of_platform(ResourceKind::LogProof),
    };
    require_proof(request, resource)?;
    Ok(entry)
}

fn require_proof(request: &RequestContext, resource: Resource) -> Result<(), ServiceError> {
    let resource = Resource {
        kind: ResourceKind::LogProof,
        ..resource
    };
    let asked = require(&request.actor, Action::Read, &resource, request.today());
    // Whoever may not have it proved is not told that it is there.
    asked.map_err(|_| ServiceError::NotFound)
}

pub(crate) async fn inclusion(
    read: &Read,
    index: u64,
    leaf: Digest,
) -> Result<Option<Inclusion>, ServiceError> {
    let checkpoint = read.latest_checkpoint().await?;
    let Some(checkpoint) = checkpoint.filter(|it| it.checkpoint().size > index) else {
        return Ok(None);
    };
    let size = checkpoint.checkpoint().size;
    Ok(Some(Inclusion {
        index,
        leaf,
        hashes: read.inclusion_proof(index, size).await?,
        checkpoint,
    }))
}
