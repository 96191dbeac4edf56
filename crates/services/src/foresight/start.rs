//! 开始一次试算，停下一次试算。

use std::sync::Arc;

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_store::foresight::{ForesightState, NewForesightRun};
use mingjing_store::job::NewJob;
use mingjing_store::tx::Tx;
use serde_json::json;

use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::foresight::candidates::{Candidate, Tried, find_candidate};
use crate::foresight::read::find_run;
use crate::foresight::{QUEUE, RUNS_KEPT, Reach, Record, SIMULATE, cases_of, reach_of};
use crate::perform::{Act, Done, Stop, Subject, authorise, perform};

/// A part that keeps failing ends the run, which says so.
const ATTEMPTS_MAX: u32 = 5;

/// 开始一次试算：排上后台任务。判断日不写的为今天。
#[crate::boxed]
pub async fn start_run(
    services: &Services,
    request: &RequestContext,
    candidate: &str,
    as_of: Option<Date>,
) -> Result<Id<kind::Foresight>, ServiceError> {
    let reach = reach_of(request);
    // Read before the transaction, and looked at in it: whoever asks again gets the answer of before.
    let found = match reach.is_empty() {
        true => None,
        false => find_candidate(services, candidate).await?,
    };
    let (held, name) = (request.clone(), candidate.to_owned());
    let work = async move |tx: &Tx| {
        if reach.is_empty() {
            authorise(
                &held,
                Action::Simulate,
                &Resource::of_platform(ResourceKind::Lawbook),
                &name,
            )?;
        }
        for one in &reach {
            authorise(&held, Action::Simulate, &one.resource(), &name)?;
        }
        let tried = usable(found.as_ref())?;
        let new = plan(tx, &reach, &name, &tried, as_of.unwrap_or(held.today())).await?;
        tx.forget_foresight_runs(RUNS_KEPT).await?;
        let id = tx.start_foresight_run(&new).await?;
        let id = id
            .ok_or_else(|| ServiceError::refused("这部候选的法典正在试算；等它算完，或先停下它"))?;
        tx.enqueue(&part(id)).await?;
        let detail =
            json!({ "candidate": new.candidate, "version": new.version_after, "cases": new.total });
        Ok::<_, Stop>(Done::new(id.to_string(), subject(&reach, id), detail))
    };
    let id = perform(services, request, Act::StartForesight, work).await?;
    Id::parse(&id).map_err(ServiceError::internal)
}

/// 做下一段的后台任务。
pub fn part(id: Id<kind::Foresight>) -> NewJob {
    NewJob {
        queue: QUEUE,
        kind: SIMULATE,
        payload: json!({ "run": id.to_string() }).to_string(),
        dedupe_key: None,
        run_at: None,
        max_attempts: ATTEMPTS_MAX,
    }
}

fn usable(found: Option<&Candidate>) -> Result<Arc<Tried>, ServiceError> {
    let invalid = |code, message: String| {
        ServiceError::invalid(Pointer::body().member("candidate"), code, message)
    };
    let Some(found) = found else {
        let message = "没有这部候选的法典".to_owned();
        return Err(invalid(FieldCode::NoSuchTarget, message));
    };
    found.law.clone().map_err(|faults| {
        let first = faults.first().map_or("", String::as_str);
        invalid(FieldCode::NotAllowed, format!("不能用：{first}"))
    })
}

async fn plan(
    tx: &Tx,
    reach: &[Reach],
    candidate: &str,
    tried: &Tried,
    as_of: Date,
) -> Result<NewForesightRun, ServiceError> {
    let record = Record {
        changes: tried.comparison.in_chinese(),
        has_over_cases: tried.has_over_cases,
        ..Record::default()
    };
    Ok(NewForesightRun {
        candidate: candidate.to_owned(),
        version_before: tried.before.version.to_string(),
        version_after: tried.after.version.to_string(),
        reach: serde_json::to_string(reach).map_err(ServiceError::internal)?,
        as_of,
        total: tx.count_cases_within(&cases_of(reach)).await?,
        record: serde_json::to_string(&record).map_err(ServiceError::internal)?,
    })
}

fn subject(reach: &[Reach], id: Id<kind::Foresight>) -> Subject {
    let first = reach.first().map(Reach::resource);
    let resource = first.unwrap_or_else(|| Resource::of_platform(ResourceKind::Lawbook));
    Subject::new(&resource, id)
}

/// 停下一次试算；已经算的留着。结束了的拒绝。
#[crate::boxed]
pub async fn cancel_run(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Foresight>,
) -> Result<(), ServiceError> {
    let held = request.clone();
    let work = async move |tx: &Tx| {
        let run = find_run(tx, &held, id).await?;
        let state = ForesightState::Cancelled;
        if !tx.end_foresight_run(id, state, None).await? {
            return Err(ServiceError::refused("这次试算已经结束").into());
        }
        Ok::<_, Stop>(Done::new((), subject(&run.reach, id), json!({})))
    };
    perform(services, request, Act::CancelForesight, work).await
}
