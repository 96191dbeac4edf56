//! 折叠：一段一段取出存着的案件，各处理器分着折叠，最后并起来下结论。

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, PoisonError};

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::sets::{Gathering, SetAssessment, SetOptions};
use mingjing_store::tx::{Read, Tx};
use tokio::sync::mpsc::{Receiver, channel};

use crate::assessment::stored::{StoredCase, load_stored};
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::limit::CHUNK_TIMELINES;
use crate::over_cases::counted_cases;
use crate::over_cases::places::Places;

/// Chunks that wait for a processor: enough that none idles, few enough that a slow judge does not fill the memory.
const WAITING: usize = 2;
/// How many chunks are between two notes of how far it is.
const CHUNKS_NOTED: u64 = 10;

/// 下了的结论，与数过的案件各在哪里。
pub(super) struct Gathered {
    pub(super) assessment: SetAssessment,
    pub(super) places: Places,
}

/// 接手了的一次：别人接手之后，这里再也写不进去。
pub(super) struct Taken {
    pub(super) id: Id<kind::OverCasesRun>,
    pub(super) attempt: u64,
}

impl Taken {
    /// 说数过几案；别人接手了的为假。
    async fn note(
        &self,
        services: &Services,
        request: &RequestContext,
        done: u64,
    ) -> Result<bool, ServiceError> {
        let (id, attempt) = (self.id, self.attempt);
        let write = async move |tx: &Tx| {
            let noted = tx.note_over_cases_done(id, attempt, done).await?;
            Ok::<_, ServiceError>(noted)
        };
        services
            .store
            .write(&services.context(request), write)
            .await
    }
}

/// 数全部案件；别人接手了的到此为止，为 `None`。
#[crate::boxed]
pub(super) async fn gather(
    services: &Services,
    request: &RequestContext,
    taken: &Taken,
    lawbook: Arc<Lawbook>,
    as_of: Date,
) -> Result<Option<Gathered>, ServiceError> {
    let (sender, receiver) = channel::<Vec<StoredCase>>(WAITING);
    let folding = tokio::task::spawn_blocking(move || fold(&lawbook, as_of, receiver));
    let mut places = Places::default();
    let (mut after, mut done, mut chunks) = (None, 0, 0);
    loop {
        let scope = counted_cases();
        let list = async move |read: &Read| {
            read.list_case_places_within(&scope, after, CHUNK_TIMELINES)
                .await
        };
        let found = services.store.read(list).await?;
        let Some(last) = found.last().map(|place| place.timeline) else {
            break;
        };
        after = Some(last);
        done += found.len() as u64;
        chunks += 1;
        let ids = found.iter().map(|place| place.timeline).collect();
        for place in found {
            places.add(place)?;
        }
        let cases = load_stored(services, ids, as_of).await?;
        if sender.send(cases).await.is_err() {
            // Whoever folds has died: what it died of is told below.
            break;
        }
        if chunks % CHUNKS_NOTED == 0 && !taken.note(services, request, done).await? {
            return Ok(None);
        }
    }
    drop(sender);
    let assessment = folding.await.map_err(ServiceError::internal)?;
    let is_mine = taken.note(services, request, done).await?;
    Ok(is_mine.then_some(Gathered { assessment, places }))
}

/// On all processors; what comes out does not depend on how the cases were dealt out.
fn fold(lawbook: &Lawbook, as_of: Date, chunks: Receiver<Vec<StoredCase>>) -> SetAssessment {
    let options = SetOptions {
        as_of: Some(as_of),
        ..SetOptions::default()
    };
    let chunks = Mutex::new(chunks);
    let next = || {
        let mut chunks = chunks.lock().unwrap_or_else(PoisonError::into_inner);
        chunks.blocking_recv()
    };
    let work = || {
        let mut gathering = Gathering::new(lawbook, options);
        while let Some(cases) = next() {
            for case in &cases {
                gathering.add_timeline(&case.timeline);
            }
        }
        gathering
    };
    let workers = std::thread::available_parallelism().map_or(1, NonZero::get);
    let gathered = std::thread::scope(|scope| {
        let started: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let mut whole = Gathering::new(lawbook, options);
        for worker in started {
            match worker.join() {
                Ok(part) => whole.merge(part),
                Err(panic) => resume_unwind(panic),
            }
        }
        whole
    });
    gathered.conclude()
}
