//! 导入：一段一段地提交，断在哪里从哪里接着；试导入走同一条路，只记每一行会怎样。

use std::collections::{HashSet, VecDeque};
use std::num::NonZeroUsize;
use std::sync::Arc;

use mingjing_domain::event::Source;
use mingjing_interchange::error::RowError;
use mingjing_kernel::id::{Id, kind};
use mingjing_policy::permission::Action;
use mingjing_store::import::{Batch, BatchProgress, BatchState};
use mingjing_store::pace::Pace;
use mingjing_store::tx::{Read, Tx};
use serde_json::json;
use tokio::sync::mpsc::Receiver;

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::intake::accept::{adapter_of, permitted_batch};
use crate::intake::ahead::judge_all;
use crate::intake::chunk::{ChunkError, Place, batch_audit, commit};
use crate::intake::part::Secret;
use crate::intake::plan::{ChunkPlan, Frame, gather_new, plan};
use crate::intake::reading::{self, Incoming, Reading};
use crate::intake::resolve::{Place as BodyPlace, Resolver};
use crate::spool::Spool;

/// Lost races of one chunk before the run gives up for now.
const ATTEMPTS_MAX: usize = 5;
/// Rows of a chunk of a dry run: it holds the writer for what it notes only.
const DRY_RUN_CHUNK: usize = 500;

/// 试，还是真的导入。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// 试导入：只记每一行会怎样，别的什么也不写。
    DryRun,
    /// 导入。
    Run,
}

impl Mode {
    const fn action(self) -> Action {
        match self {
            Mode::DryRun => Action::DryRun,
            Mode::Run => Action::Run,
        }
    }
}

/// 已提交的一段：它的行从此不会丢，也不会再做一次。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkReceipt {
    /// 第几段，从零起。
    pub number: u64,
    /// 首行的行序。
    pub first_row: u64,
    /// 行数。
    pub rows: u64,
}

/// 试导入：返回做完的批。
#[crate::boxed]
pub async fn dry_run(
    services: &Services,
    spool: &Spool,
    request: &RequestContext,
    id: Id<kind::Batch>,
) -> Result<Batch, ServiceError> {
    to_end(services, spool, request, id, Mode::DryRun).await
}

/// 导入：返回做完的批；早已做完的原样返回，什么也不变。
///
/// MUST be called again after a crash; it goes on behind the last committed chunk.
#[crate::boxed]
pub async fn run(
    services: &Services,
    spool: &Spool,
    request: &RequestContext,
    id: Id<kind::Batch>,
) -> Result<Batch, ServiceError> {
    to_end(services, spool, request, id, Mode::Run).await
}

async fn to_end(
    services: &Services,
    spool: &Spool,
    request: &RequestContext,
    id: Id<kind::Batch>,
    mode: Mode,
) -> Result<Batch, ServiceError> {
    match Runner::start(services, spool, request, id, mode).await? {
        Started::Finished(batch) => Ok(*batch),
        Started::Running(mut runner) => {
            while runner.step().await?.is_some() {}
            runner.finish().await
        }
    }
}

/// 开始的结果。
pub enum Started<'a> {
    /// 早已做完。
    Finished(Box<Batch>),
    /// 正在做。
    Running(Box<Runner<'a>>),
}

/// 做着的一批；放下就是停下，做过的都在。
pub struct Runner<'a> {
    services: &'a Services,
    request: &'a RequestContext,
    batch: Batch,
    mode: Mode,
    secret: Secret,
    resolver: Resolver,
    rows: Receiver<Incoming>,
    held: VecDeque<Incoming>,
    has_ended: bool,
    pace: Pace,
    /// What whoever runs it allows at most.
    rows_max: usize,
    /// Chunks are kept this small while one of the rows ahead cannot be written.
    narrow: Option<usize>,
    progress: BatchProgress,
    next: Option<Next>,
}

/// A chunk that was planned while the one before it was written.
struct Next {
    items: Vec<Incoming>,
    plan: ChunkPlan,
}

impl<'a> Runner<'a> {
    /// 开始，或接着做。
    #[crate::boxed]
    pub async fn start(
        services: &'a Services,
        spool: &Spool,
        request: &'a RequestContext,
        id: Id<kind::Batch>,
        mode: Mode,
    ) -> Result<Started<'a>, ServiceError> {
        let batch = permitted_batch(services, request, id, mode.action()).await?;
        let mut resolver = Resolver::new(request, &batch, mode.action());
        if is_done(services, &batch, mode, &mut resolver).await? {
            return Ok(Started::Finished(Box::new(batch)));
        }
        let digest = batch.of.file_digest;
        if batch.file_removed_at.is_some() || !spool.has(&digest) {
            return Err(file_is_gone());
        }
        let (batch, secret, progress) = begin(services, request, &batch, mode).await?;
        let reading = Reading {
            spool: spool.clone(),
            digest,
            file_name: batch.of.file_name.clone(),
            source_name: batch.of.source.clone(),
            source: source_of(&batch),
            adapter: adapter_of(batch.of.adapter.as_deref(), batch.of.mapping.as_deref())?,
            today: request.today(),
            lawbook: services.lawbook(),
            secret,
            skip: progress.next_row,
        };
        Ok(Started::Running(Box::new(Runner {
            rows: reading::start(reading),
            services,
            request,
            batch,
            mode,
            secret,
            resolver,
            held: VecDeque::new(),
            has_ended: false,
            pace: Pace::new(),
            rows_max: usize::MAX,
            narrow: None,
            progress,
            next: None,
        })))
    }

    /// 每段至多这么多行；步速仍在它之内调。
    #[must_use]
    pub fn at_most(mut self, rows: NonZeroUsize) -> Self {
        self.rows_max = rows.get();
        self
    }

    /// 批。
    pub fn batch(&self) -> &Batch {
        &self.batch
    }

    /// 做下一段；没有了为 `None`。
    #[crate::boxed]
    pub async fn step(&mut self) -> Result<Option<ChunkReceipt>, ServiceError> {
        loop {
            let (items, planned) = match self.next.take() {
                Some(next) => (next.items, Some(next.plan)),
                None => (self.gather().await?, None),
            };
            if items.is_empty() {
                return Ok(None);
            }
            match self.commit(&items, planned).await {
                Ok(()) => {
                    let rows = items.len() as u64;
                    self.narrow = self
                        .narrow
                        .map(|n| n * 2)
                        .filter(|n| *n < self.pace.length());
                    let receipt = ChunkReceipt {
                        number: self.progress.chunks,
                        first_row: self.progress.next_row,
                        rows,
                    };
                    self.progress.chunks += 1;
                    self.progress.next_row += rows;
                    return Ok(Some(receipt));
                }
                Err(error) if items.len() > 1 && (error.is_of_a_row() || error.is_too_long()) => {
                    // Smaller chunks, until they fit or the row that is to blame stands alone.
                    self.narrow = Some(items.len().div_ceil(2));
                    self.hold(items);
                }
                Err(error) if error.is_of_a_row() => {
                    let blamed = blame(items, &error);
                    let Some(blamed) = blamed else {
                        return Err(error.into_service());
                    };
                    self.held.push_front(blamed);
                }
                Err(error) => return Err(error.into_service()),
            }
        }
    }

    /// 收尾：批从此做完。
    pub async fn finish(self) -> Result<Batch, ServiceError> {
        let (id, org, is_dry_run) = (
            self.batch.id,
            self.batch.of.org_path.clone(),
            self.mode == Mode::DryRun,
        );
        let write = async move |tx: &Tx| {
            let batch = tx.end_batch(id, None).await?;
            let counts = batch.counts;
            let detail = json!({
                "is_dry_run": is_dry_run,
                "rows": counts.rows,
                "created": counts.created,
                "changed": counts.changed,
                "same": counts.same,
                "refused": counts.refused,
                "waiting": counts.waiting,
            });
            tx.audit(batch_audit("import.finish", id, &org, detail))
                .await?;
            Ok::<_, ServiceError>(batch)
        };
        let context = self.services.context(self.request);
        self.services.store.write(&context, write).await
    }

    async fn gather(&mut self) -> Result<Vec<Incoming>, ServiceError> {
        let usual = match self.mode {
            Mode::DryRun => DRY_RUN_CHUNK,
            Mode::Run => self.pace.length(),
        };
        let wanted = self.narrow.unwrap_or(usual).clamp(1, self.rows_max);
        let mut items = Vec::with_capacity(wanted);
        while items.len() < wanted {
            if let Some(item) = self.held.pop_front() {
                items.push(item);
                continue;
            }
            if self.has_ended {
                break;
            }
            match self.rows.recv().await {
                Some(Incoming::End) => self.has_ended = true,
                Some(item) => items.push(item),
                None => return Err(ServiceError::internal("the reader stopped half-way")),
            }
        }
        Ok(items)
    }

    /// Commits the chunk, and plans the next beside the writer.
    async fn commit(
        &mut self,
        items: &[Incoming],
        mut planned: Option<ChunkPlan>,
    ) -> Result<(), ChunkError> {
        let place = Place {
            number: self.progress.chunks,
            first_row: self.progress.next_row,
            is_dry_run: self.mode == Mode::DryRun,
        };
        let (services, request, batch) = (self.services, self.request, self.batch.clone());
        let mut lost = 0;
        loop {
            let plan = match planned.take() {
                Some(plan) => plan,
                None => self.plan(items, place).await?,
            };
            let committed = commit(services, request, &batch, place, Arc::new(plan));
            let (committed, next) = tokio::join!(committed, self.ahead(items, place));
            match committed {
                Ok(took) => {
                    self.next = next;
                    self.pace.took(items.len(), took);
                    return Ok(());
                }
                Err(error) => {
                    self.put_back(next);
                    if !error.is_race() {
                        return Err(error);
                    }
                    lost += 1;
                    if lost > ATTEMPTS_MAX {
                        return Err(ChunkError::Service(ServiceError::Unavailable));
                    }
                }
            }
        }
    }
}

impl Runner<'_> {
    /// Plans the chunk behind this one. What fails here is planned again when its turn comes, and fails then.
    async fn ahead(&mut self, items: &[Incoming], place: Place) -> Option<Next> {
        if self.narrow.is_some() {
            return None;
        }
        let gathered = self.gather().await.ok()?;
        // A case told twice: what its second row changes can only be seen once the first is written.
        let now: HashSet<&str> = items.iter().filter_map(source_id).collect();
        let is_told_again = gathered
            .iter()
            .filter_map(source_id)
            .any(|id| now.contains(id));
        let behind = Place {
            number: place.number + 1,
            first_row: place.first_row + items.len() as u64,
            ..place
        };
        if !is_told_again
            && !gathered.is_empty()
            && let Ok(plan) = self.plan(&gathered, behind).await
        {
            return Some(Next {
                items: gathered,
                plan,
            });
        }
        self.hold(gathered);
        None
    }

    fn put_back(&mut self, next: Option<Next>) {
        self.hold(next.map(|next| next.items).unwrap_or_default());
    }

    fn hold(&mut self, items: Vec<Incoming>) {
        let items = items.into_iter().rev();
        items.for_each(|item| self.held.push_front(item));
    }

    /// What the chunk is going to do; new cases are judged here, beside the writer.
    async fn plan(&mut self, items: &[Incoming], place: Place) -> Result<ChunkPlan, ChunkError> {
        let today = self.request.today();
        let lawbook = self.services.lawbook();
        let frame = Frame {
            secret: self.secret,
            vocabulary: &lawbook.book.vocabulary,
            source_name: &self.batch.of.source,
            source: source_of(&self.batch),
            today,
        };
        let read = self.services.store.reader().await?;
        let mut planned = plan(&read, &frame, &mut self.resolver, items, place.first_row).await?;
        if !place.is_dry_run {
            let context = self.services.context(self.request);
            let gathered = gather_new(&read, &lawbook, &context, &planned, today).await?;
            // The reading is over: a snapshot held while thinking keeps the write-ahead log from being trimmed.
            drop(read);
            let suite = self.services.store.identity().suite;
            planned.ahead = judge_all(&lawbook, (&context, suite), gathered, today).await?;
        }
        Ok(planned)
    }
}

fn source_id(item: &Incoming) -> Option<&str> {
    match item {
        Incoming::Case(case) => Some(&case.source_id),
        Incoming::Refused(_) | Incoming::Repeated(_) | Incoming::Note(_) | Incoming::End => None,
    }
}

/// Rows of a list are never first-hand.
fn source_of(batch: &Batch) -> Source {
    if batch.of.is_pushed {
        Source::System(batch.of.source.clone())
    } else {
        Source::File
    }
}

/// The row that stands alone and cannot be written, as a refusal.
fn blame(items: Vec<Incoming>, error: &ChunkError) -> Option<Incoming> {
    let [item] = <[Incoming; 1]>::try_from(items).ok()?;
    let Incoming::Case(case) = item else {
        return None;
    };
    let error = RowError::new(
        format!("存不进：{error}"),
        "请核对这一行，改小或改正后再交。",
    );
    let origin = case.origin;
    Some(Incoming::Refused(vec![error.at(
        &origin.file,
        origin.sheet.as_deref(),
        Some(origin.row),
    )]))
}

/// Done already, and nothing it waited for has come.
async fn is_done(
    services: &Services,
    batch: &Batch,
    mode: Mode,
    resolver: &mut Resolver,
) -> Result<bool, ServiceError> {
    match mode {
        // A dry run never replaces the outcomes of a real one.
        Mode::DryRun => return Ok(!batch.is_dry_run && batch.state != BatchState::Accepted),
        Mode::Run if batch.is_dry_run || batch.state != BatchState::Finished => return Ok(false),
        Mode::Run if batch.counts.waiting == 0 => return Ok(true),
        Mode::Run => {}
    }
    let read = services.store.reader().await?;
    let unknown = read.list_unknown_bodies(batch.id).await?;
    let names: Vec<Option<String>> = unknown.into_iter().map(|body| Some(body.name)).collect();
    resolver
        .learn(&read, names.iter().cloned().collect())
        .await?;
    let is_still_unknown =
        |name: &Option<String>| resolver.place(name.as_deref()) == BodyPlace::Unknown;
    Ok(names.iter().all(is_still_unknown))
}

async fn begin(
    services: &Services,
    request: &RequestContext,
    batch: &Batch,
    mode: Mode,
) -> Result<(Batch, Secret, BatchProgress), ServiceError> {
    let (id, org, is_dry_run) = (batch.id, batch.of.org_path.clone(), mode == Mode::DryRun);
    let write = async move |tx: &Tx| {
        let batch = tx.start_batch(id, is_dry_run).await?;
        let secret = Secret(tx.intake_secret().await?);
        let progress = tx.batch_progress(id).await?;
        let detail = json!({ "is_dry_run": is_dry_run, "from_row": progress.next_row });
        tx.audit(batch_audit("import.start", id, &org, detail))
            .await?;
        Ok::<_, ServiceError>((batch, secret, progress))
    };
    services
        .store
        .write(&services.context(request), write)
        .await
}

fn file_is_gone() -> ServiceError {
    let text = "原文件已从暂存处删去（导完过期，或依法清除），不能再导。请把名单再交一次。";
    ServiceError::refused(text)
}

/// 只读的旁观：没有做完的批做到哪里。
#[crate::boxed]
pub async fn progress(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Batch>,
) -> Result<(Batch, BatchProgress), ServiceError> {
    let batch = permitted_batch(services, request, id, Action::Read).await?;
    let read = async |read: &Read| read.batch_progress(id).await;
    Ok((batch, services.store.read(read).await?))
}
