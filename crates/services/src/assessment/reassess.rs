//! 重评：没有新的事而依据变了——登记的事实变了、法典换了、内容依法抹去了——逐案再判断一次。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_store::finding::EndedBy;
use mingjing_store::job::NewJob;
use mingjing_store::tx::Tx;
use serde::Deserialize;

use crate::assessment::write::{Ready, Written};
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::limit::CHUNK_TIMELINES;

/// 队列。
pub const QUEUE: &str = "assess";
/// 任务：登记的事实变了，用它的案件重评。
pub const FACTS_CHANGED: &str = "reassess_dependents";
/// 任务：法典换了，全部重评。
pub const LAW_CHANGED: &str = "reassess_for_law";
/// A job that keeps failing is left for people to see.
const ATTEMPTS_MAX: u32 = 8;

/// 一段重评的结果。
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// 重评了几案。
    pub looked: u64,
    /// 其中几案的发现有变。
    pub changed: u64,
    /// 从哪一案之后接着做；没有了为 `None`。
    pub next: Option<TimelineId>,
}

/// 登记簿的用例在改动某个主体的同一事务里调用：排上重评。`subject` 是机关、人员、事项的标识，或证号、事项编码。
#[crate::boxed]
pub async fn enqueue_for_fact(tx: &Tx, subject: &str) -> Result<(), ServiceError> {
    tx.enqueue(&NewJob {
        queue: QUEUE,
        kind: FACTS_CHANGED,
        payload: serde_json::json!({ "subject": subject }).to_string(),
        dedupe_key: Some(format!("{FACTS_CHANGED}:{subject}")),
        run_at: None,
        max_attempts: ATTEMPTS_MAX,
    })
    .await?;
    Ok(())
}

/// 换法典之后调用：排上全部重评。
#[crate::boxed]
pub async fn enqueue_for_law(
    services: &Services,
    request: &RequestContext,
) -> Result<(), ServiceError> {
    let version = services.lawbook().version.to_string();
    let write = async move |tx: &Tx| {
        tx.enqueue(&NewJob {
            queue: QUEUE,
            kind: LAW_CHANGED,
            payload: serde_json::json!({ "lawbook": version }).to_string(),
            dedupe_key: Some(format!("{LAW_CHANGED}:{version}")),
            run_at: None,
            max_attempts: ATTEMPTS_MAX,
        })
        .await?;
        Ok::<_, ServiceError>(())
    };
    services
        .store
        .write(&services.context(request), write)
        .await
}

/// 重评用了这个主体的案件，一段一段地做；`after` 是上一段的 `next`。
#[crate::boxed]
pub async fn reassess_dependents(
    services: &Services,
    request: &RequestContext,
    subject: &str,
    after: Option<TimelineId>,
) -> Result<Progress, ServiceError> {
    // The reader is given back at once: what follows writes.
    let ids = services
        .store
        .reader()
        .await?
        .list_dependents(subject, after, CHUNK_TIMELINES)
        .await?;
    reassess_each(services, request, ids, EndedBy::FactsChanged).await
}

/// 重评用别的法典版本判断过的案件，一段一段地做；差异逐条记下。
#[crate::boxed]
pub async fn reassess_for_law(
    services: &Services,
    request: &RequestContext,
    after: Option<TimelineId>,
) -> Result<Progress, ServiceError> {
    let version = services.lawbook().version.clone();
    // The reader is given back at once: what follows writes.
    let ids = services
        .store
        .reader()
        .await?
        .list_assessed_by_other_law(&version, after, CHUNK_TIMELINES)
        .await?;
    reassess_each(services, request, ids, EndedBy::LawChanged).await
}

/// 内容依法抹去之后，在同一事务里重评这一案，并抹去已终结的发现里的键与细节。
#[crate::boxed]
pub async fn reassess_erased(
    tx: &Tx,
    lawbook: &Lawbook,
    id: TimelineId,
    today: Date,
) -> Result<(), ServiceError> {
    assess_within(tx, lawbook, id, today, EndedBy::FactsChanged).await?;
    tx.blank_ended_findings(id).await?;
    Ok(())
}

/// 导入的用例在追加事件的同一事务里调用：评估，并写下由此推出的一切。
#[crate::boxed]
pub async fn assess_imported(
    tx: &Tx,
    lawbook: &Lawbook,
    id: TimelineId,
    today: Date,
) -> Result<(), ServiceError> {
    assess_within(tx, lawbook, id, today, EndedBy::Met).await?;
    Ok(())
}

/// Judges the timeline as it stands in this transaction, and locks it.
pub(crate) async fn assess_within(
    tx: &Tx,
    lawbook: &Lawbook,
    id: TimelineId,
    today: Date,
    cause: EndedBy,
) -> Result<Written, ServiceError> {
    let loaded = tx.load_for_append(id).await?;
    let ready = Ready::gather(tx, lawbook, loaded, today).await?;
    ready.write(tx, lawbook, today, cause).await
}

/// 做一个排上的任务；不是本队列的种类为假。做两次与做一次一样。
#[crate::boxed]
pub async fn perform(
    services: &Services,
    request: &RequestContext,
    kind: &str,
    payload: &str,
) -> Result<bool, ServiceError> {
    #[derive(Deserialize)]
    struct Payload {
        #[serde(default)]
        subject: String,
    }
    let payload: Payload = serde_json::from_str(payload).map_err(ServiceError::internal)?;
    let mut after = None;
    loop {
        let progress = match kind {
            FACTS_CHANGED => {
                reassess_dependents(services, request, &payload.subject, after).await?
            }
            LAW_CHANGED => reassess_for_law(services, request, after).await?,
            _ => return Ok(false),
        };
        match progress.next {
            Some(next) => after = Some(next),
            None => return Ok(true),
        }
    }
}

pub(crate) async fn reassess_each(
    services: &Services,
    request: &RequestContext,
    ids: Vec<TimelineId>,
    cause: EndedBy,
) -> Result<Progress, ServiceError> {
    let mut progress = Progress::default();
    let is_full = ids.len() >= CHUNK_TIMELINES as usize;
    progress.next = ids.last().filter(|_| is_full).copied();
    for id in ids {
        let written = reassess_one(services, request, id, cause).await?;
        progress.looked += 1;
        progress.changed += u64::from(!written.changes.is_empty() || written.duties_turned > 0);
    }
    Ok(progress)
}

pub(crate) async fn reassess_one(
    services: &Services,
    request: &RequestContext,
    id: TimelineId,
    cause: EndedBy,
) -> Result<Written, ServiceError> {
    let lawbook = services.lawbook();
    let today = request.today();
    let write = async move |tx: &Tx| assess_within(tx, &lawbook, id, today, cause).await;
    let context = services.context(request);
    let (written, _) = services.store.write_bulk(&context, write).await?;
    Ok(written)
}
