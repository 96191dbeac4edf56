//! 叫它再做一次，与每天到时候自己做。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_policy::scope::scope;
use mingjing_store::job::NewJob;
use mingjing_store::tx::{Read, Tx};
use serde_json::json;

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::over_cases::{GATHER, QUEUE, RUNS_KEPT, counted_cases};
use crate::perform::{Act, Done, Stop, Subject, authorise, perform};

/// A run that keeps failing ends, and says so.
const ATTEMPTS_MAX: u32 = 5;

/// 叫它再做一次：排上后台任务。正在做的，拒绝。
#[crate::boxed]
pub async fn start_run(
    services: &Services,
    request: &RequestContext,
) -> Result<Id<kind::OverCasesRun>, ServiceError> {
    let lawbook = services.lawbook().version.to_string();
    let held = request.clone();
    let work = async move |tx: &Tx| {
        let areas = scope(
            &held.actor,
            Action::Run,
            ResourceKind::Finding,
            held.today(),
        )
        .areas;
        let resource = match areas.first() {
            Some(area) => Resource {
                line: area.line.clone(),
                ..Resource::new(ResourceKind::Finding, area.within.clone())
            },
            None => Resource::of_platform(ResourceKind::Finding),
        };
        if areas.is_empty() {
            // Whether there are findings over cases is no secret: whoever may not is told so.
            return Err(Stop::Error(ServiceError::Forbidden));
        }
        authorise(&held, Action::Run, &resource, "over_cases")?;
        let id = enqueue(tx, held.today(), &lawbook).await?;
        let id = id.ok_or_else(|| ServiceError::refused("正在数，等它做完"))?;
        Ok::<_, Stop>(Done::new(
            id.to_string(),
            Subject::new(&resource, id),
            json!({}),
        ))
    };
    let id = perform(services, request, Act::StartOverCases, work).await?;
    Id::parse(&id).map_err(ServiceError::internal)
}

/// 该不该做了：今天还没有做过，或者上一次之后法典换了。没有做成的，等到明天或由人叫它；一案也没有的不做。
#[crate::boxed]
pub async fn is_due(services: &Services, request: &RequestContext) -> Result<bool, ServiceError> {
    let load = async |read: &Read| {
        let runs = read.list_over_cases_runs(None, 1).await?;
        let some = read
            .list_case_places_within(&counted_cases(), None, 1)
            .await?;
        Ok::<_, ServiceError>((runs.into_iter().next(), !some.is_empty()))
    };
    let (last, has_cases) = services.store.read_whole(load).await?;
    let lawbook = services.lawbook();
    Ok(match last {
        None => has_cases,
        Some(last) => {
            let is_running = last.ended_at.is_none();
            !is_running && (last.as_of < request.today() || *last.lawbook != *lawbook.version)
        }
    })
}

/// 到时候了：系统自己排上。
pub async fn start_daily(tx: &Tx, today: Date, lawbook: &str) -> Result<(), ServiceError> {
    enqueue(tx, today, lawbook).await?;
    Ok(())
}

async fn enqueue(
    tx: &Tx,
    as_of: Date,
    lawbook: &str,
) -> Result<Option<Id<kind::OverCasesRun>>, ServiceError> {
    tx.forget_over_cases_runs(RUNS_KEPT).await?;
    let id = tx.start_over_cases_run(as_of, lawbook).await?;
    if let Some(id) = id {
        tx.enqueue(&job(id)).await?;
    }
    Ok(id)
}

/// 后台任务。
pub fn job(id: Id<kind::OverCasesRun>) -> NewJob {
    NewJob {
        queue: QUEUE,
        kind: GATHER,
        payload: json!({ "run": id.to_string() }).to_string(),
        dedupe_key: None,
        run_at: None,
        max_attempts: ATTEMPTS_MAX,
    }
}
