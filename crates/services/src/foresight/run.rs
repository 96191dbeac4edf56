//! 试算的一段：取出存着的案件，两部法典各判一遍，数下来；断了的从记下的地方接着。

use std::sync::Arc;

use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::simulate::Simulation;
use mingjing_lawbook::simulate::tally::{Instance, Room, Seen, Tally};
use mingjing_store::foresight::{ForesightState, ForesightStep};
use mingjing_store::tx::{Read, Tx};

use crate::assessment::stored::{StoredCase, load_stored};
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::foresight::candidates::{Tried, find_candidate};
use crate::foresight::{EXAMPLES_EACH, EXAMPLES_MAX, Run};
use crate::limit::CHUNK_TIMELINES;

/// 一段试几案：几秒之内，别的任务与停下它的人都等得起。
const PART_CASES: usize = 2_000;
/// Examples are kept by rule and kind of change only.
const ROOM: Room = Room {
    all: 0,
    each: EXAMPLES_EACH,
};

/// 做一段；还有的为真。结束了的、停了的什么也不做。
#[crate::boxed]
pub async fn run_part(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Foresight>,
) -> Result<bool, ServiceError> {
    let find = async move |read: &Read| read.find_foresight_run(id).await;
    let Some(row) = services.store.read(find).await? else {
        return Ok(false);
    };
    let run = Run::of(row)?;
    if run.row.state != ForesightState::Running {
        return Ok(false);
    }
    let tried = match same_as_begun(services, &run).await? {
        Ok(tried) => tried,
        Err(why) => {
            end(services, request, id, ForesightState::Failed, Some(why)).await?;
            return Ok(false);
        }
    };
    let part = judge(services, &run, &tried).await?;
    let is_over = part.is_over;
    let step = part.step(&run)?;
    let write = async move |tx: &Tx| {
        if let Some(step) = &step
            && !tx.advance_foresight_run(id, step).await?
        {
            return Ok(false);
        }
        if is_over {
            tx.end_foresight_run(id, ForesightState::Done, None).await?;
        }
        Ok::<_, ServiceError>(!is_over)
    };
    services
        .store
        .write(&services.context(request), write)
        .await
}

/// 没有做成，不再试：写明原因。
#[crate::boxed]
pub async fn give_up(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Foresight>,
    why: String,
) -> Result<(), ServiceError> {
    end(services, request, id, ForesightState::Failed, Some(why)).await
}

async fn end(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Foresight>,
    state: ForesightState,
    why: Option<String>,
) -> Result<(), ServiceError> {
    let write = async move |tx: &Tx| {
        tx.end_foresight_run(id, state, why.as_deref()).await?;
        Ok::<_, ServiceError>(())
    };
    services
        .store
        .write(&services.context(request), write)
        .await
}

/// The two lawbooks of the run, if they are still what they were when it began: half of one and half of another would
/// be a number of nothing.
async fn same_as_begun(
    services: &Services,
    run: &Run,
) -> Result<Result<Arc<Tried>, String>, ServiceError> {
    let row = &run.row;
    let in_force = services.lawbook();
    if *in_force.version != *row.version_before {
        let text = format!("施行中的法典换成了 {}；请重新开始", in_force.version);
        return Ok(Err(text));
    }
    let Some(found) = find_candidate(services, &row.candidate).await? else {
        return Ok(Err("候选的法典不在了".to_owned()));
    };
    Ok(match found.law {
        Err(faults) => {
            let first = faults.first().map_or("", String::as_str);
            Err(format!("候选的法典不能用了：{first}"))
        }
        Ok(tried) if *tried.after.version != *row.version_after => {
            Err("候选的法典改了；请重新开始".to_owned())
        }
        Ok(tried) => Ok(tried),
    })
}

/// What a part has come to.
struct Part {
    tally: Tally,
    last: Option<TimelineId>,
    is_over: bool,
}

async fn judge(services: &Services, run: &Run, tried: &Arc<Tried>) -> Result<Part, ServiceError> {
    let (cases, as_of) = (run.cases(), run.row.as_of);
    let mut part = Part {
        tally: Tally::new(ROOM),
        last: run.row.place,
        is_over: false,
    };
    part.tally.totals = run.record.totals.clone();
    let mut looked = 0;
    while looked < PART_CASES && !part.is_over {
        let (scope, after) = (cases.clone(), part.last);
        let list =
            async move |read: &Read| read.list_cases_within(&scope, after, CHUNK_TIMELINES).await;
        let ids = services.store.read(list).await?;
        part.is_over = ids.len() < CHUNK_TIMELINES as usize;
        let Some(last) = ids.last().copied() else {
            break;
        };
        looked += ids.len();
        let loaded = load_stored(services, ids, as_of).await?;
        let tried = Arc::clone(tried);
        let judged = tokio::task::spawn_blocking(move || {
            let simulation =
                Simulation::new(&tried.before, &tried.after, &tried.comparison.affected);
            let seen = |case: StoredCase| {
                let turned = simulation.case(&case.timeline, Some(as_of));
                Seen::new(&tried.after, &case.timeline, case.body.as_deref(), turned)
            };
            loaded.into_iter().map(seen).collect::<Vec<_>>()
        });
        for seen in judged.await.map_err(ServiceError::internal)? {
            part.tally.take(seen);
        }
        part.last = Some(last);
    }
    Ok(part)
}

impl Part {
    /// What is written: nothing, where no case was left.
    fn step(self, run: &Run) -> Result<Option<ForesightStep>, ServiceError> {
        let Some(place) = self.last.filter(|_| self.last != run.row.place) else {
            return Ok(None);
        };
        let mut record = run.record.clone();
        record.totals = self.tally.totals;
        let (mut number, mut examples) = (record.kept.values().sum::<usize>() as u64, Vec::new());
        for ((code, turn), instances) in self.tally.examples {
            let kept = record
                .kept
                .entry(format!("{code} {}", turn.code()))
                .or_default();
            for instance in instances {
                if *kept >= EXAMPLES_EACH || number >= EXAMPLES_MAX {
                    break;
                }
                examples.push(example(number, instance)?);
                *kept += 1;
                number += 1;
            }
        }
        Ok(Some(ForesightStep {
            done_before: run.row.done,
            done: record.totals.cases,
            place,
            record: serde_json::to_string(&record).map_err(ServiceError::internal)?,
            examples,
        }))
    }
}

fn example(number: u64, instance: Instance) -> Result<(u64, TimelineId, String), ServiceError> {
    let timeline = instance.case.parse().map_err(ServiceError::internal)?;
    let mut told = instance.told;
    // A key may name a person; what changes for whom is looked up in the case.
    told.keys.clear();
    let told = serde_json::to_string(&told).map_err(ServiceError::internal)?;
    Ok((number, timeline, told))
}
