//! 批准清除：另一人批准，当即清除——内容与盐、推出的行、导入的细节、幂等答复、暂存的原文件，一处不留。

use std::sync::Arc;

use mingjing_domain::event::{Event, Source};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::permission::Action;
use mingjing_store::erasure_request::ErasureRequest;
use mingjing_store::event::{Nature, NewEvent};
use mingjing_store::finding::EndedBy;
use mingjing_store::timeline::LoadedTimeline;
use mingjing_store::tx::Tx;
use serde_json::json;

use crate::access::{note_refusal, require};
use crate::assessment::complained::RECEIVED;
use crate::assessment::write::Ready;
use crate::context::{RequestContext, Services};
use crate::erasure::request::{erasure_audit, erasure_resource};
use crate::error::ServiceError;
use crate::idempotency::{earlier, keep};
use crate::scrub::scrub_later;
use crate::spool::Spool;

/// The kind of event that an erasure leaves on the timeline.
const ERASURE: &str = "erasure";
const FILE_GONE: &str = "原文件含有依法清除的内容，已删去；没有导完的请把名单再交一次";

/// 清除的结果。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// 申请，已批准。
    pub request: ErasureRequest,
    /// 删去了几个暂存的原文件。
    pub files_removed: usize,
    /// 数据库文件里的残页也已清理；假的是此刻有长的读事务占着，后台的 `scrub` 任务再清，直到做成。
    pub is_scrubbed: bool,
}

/// 批准并清除。返回时库里已没有这些内容；备份里的到备份期满为止（见 `docs/retention.md`）。
#[crate::boxed]
pub async fn approve_erasure(
    services: &Services,
    spool: &Spool,
    request: &RequestContext,
    id: Id<kind::Erasure>,
) -> Result<Erased, ServiceError> {
    let refused = erasure_audit("erasure.approve", id.to_string(), "/", json!({}));
    let (lawbook, held) = (services.lawbook(), request.clone());
    let write = async move |tx: &Tx| {
        if let Some(done) = earlier(tx, &held, held.once.as_ref()).await? {
            return Ok(done.value);
        }
        let approved = approve(tx, &lawbook, &held, id).await?;
        Ok(keep(tx, &held, held.once.as_ref(), approved).await?.value)
    };
    let result = services
        .store
        .write(&services.context(request), write)
        .await;
    let (approved, files) = note_refusal(services, request, refused, result).await?;
    for file in &files {
        spool.remove(file).map_err(ServiceError::internal)?;
    }
    Ok(Erased {
        request: approved,
        files_removed: files.len(),
        is_scrubbed: services.store.scrub().await.is_ok(),
    })
}

async fn approve(
    tx: &Tx,
    lawbook: &Arc<Lawbook>,
    request: &RequestContext,
    id: Id<kind::Erasure>,
) -> Result<(ErasureRequest, Vec<[u8; 32]>), ServiceError> {
    let today = request.today();
    let wanted = tx
        .find_erasure_request(id)
        .await?
        .ok_or(ServiceError::NotFound)?;
    require(
        &request.actor,
        Action::Approve,
        &erasure_resource(&wanted)?,
        today,
    )?;
    if wanted.approved_at.is_some() {
        return Err(done_already());
    }
    let of = &wanted.of;
    let records = tx
        .erase_public_records(of.timeline, &of.targets, &of.basis)
        .await?;
    tx.erase_disclosures(of.timeline).await?;
    let loaded = tx.load_for_append(of.timeline).await?;
    let mut erased = 0;
    for (header, event) in loaded.events.iter().zip(&loaded.timeline.events) {
        if of.targets.contains(&header.id) {
            // Who complained goes with what was received.
            if event.kind == RECEIVED {
                tx.erase_informant(of.timeline).await?;
            }
            let done = tx.erase_payload(of.timeline, header.seq, &of.basis).await?;
            erased += u64::from(done.is_some());
        }
    }
    tx.append(
        of.timeline,
        loaded.header.version,
        notices(&wanted, &loaded, today),
    )
    .await?;
    let ready = Ready::gather(tx, lawbook, tx.load_timeline(of.timeline).await?, today).await?;
    ready
        .write(tx, lawbook, today, EndedBy::FactsChanged)
        .await?;
    tx.blank_ended_findings(of.timeline).await?;
    let source_ids = tx.forget_parts(of.timeline, &of.targets).await?;
    let files = tx.blank_import_rows(&source_ids).await?;
    for file in &files {
        tx.note_file_removed(file, FILE_GONE).await?;
    }
    tx.forget_replies_about(of.timeline).await?;
    tx.forget_foresight_examples(of.timeline).await?;
    tx.forget_over_cases_of(of.timeline).await?;
    if !tx.approve_erasure_request(id, erased).await? {
        return Err(done_already());
    }
    scrub_later(tx).await?;
    let detail = json!({
        "case": of.timeline.to_string(),
        "events": of.targets,
        "basis": of.basis,
        "erased": erased,
        "public_records": records,
        "files": files.len(),
    });
    let audit = erasure_audit("erasure.approve", id.to_string(), &of.org_path, detail);
    tx.audit(audit).await?;
    let approved = tx
        .find_erasure_request(id)
        .await?
        .ok_or(ServiceError::NotFound)?;
    Ok((approved, files))
}

/// One event for each thing erased: that it was, by what right and why; never what it said.
fn notices(request: &ErasureRequest, loaded: &LoadedTimeline, on: Date) -> Vec<NewEvent> {
    let of = &request.of;
    let is_there =
        |target: &&Id<kind::Event>| loaded.events.iter().any(|header| header.id == **target);
    let notice = |target: &Id<kind::Event>| {
        let mut event = Event::new("", ERASURE, on);
        event.source = Source::FirstHand;
        let mut put = |name: &str, value: Value| {
            event.fields.insert(name.to_owned(), value);
        };
        put("target", Value::Text(target.to_string()));
        put("extent", of.extent.as_str().into());
        put("basis", Value::List(vec![of.basis.as_str().into()]));
        put("reason", of.reason.as_str().into());
        NewEvent::new(event, Nature::Fact)
    };
    of.targets.iter().filter(is_there).map(notice).collect()
}

fn done_already() -> ServiceError {
    ServiceError::refused("这份申请已经批准，内容已经清除。")
}
