//! 看试算：做到哪里、合计，以及来者看得到的案件里的例子。

use mingjing_kernel::id::{Id, kind};
use mingjing_lawbook::simulate::tally::Told;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::scope::scope;
use mingjing_store::foresight::ForesightExample;
use mingjing_store::tx::{Read, Tx};
use serde_json::json;

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::foresight::{EXAMPLES_MAX, RUNS_KEPT, Run, require_reach};
use crate::perform::{Act, Done, Stop, Subject, perform_afresh};

/// 一次试算与例子。
#[derive(Debug, Clone)]
pub struct RunDetail {
    /// 试算。
    pub run: Run,
    /// 来者看得到的例子，按读到的先后。
    pub examples: Vec<Example>,
    /// 来者看得到发现：没有例子不是因为没有许可。
    pub may_see_cases: bool,
}

/// 一处例子。
#[derive(Debug, Clone)]
pub struct Example {
    /// 哪一案。
    pub case: ForesightExample,
    /// 怎样变。
    pub told: Told,
}

/// 各次试算，新的在前；不在来者范围之内的不列。
#[crate::boxed]
pub async fn list_runs(
    services: &Services,
    request: &RequestContext,
) -> Result<Vec<Run>, ServiceError> {
    require_reach(request)?;
    let list = async |read: &Read| read.list_foresight_runs(RUNS_KEPT).await;
    let rows = services.store.read(list).await?;
    let mut runs = rows
        .into_iter()
        .map(Run::of)
        .collect::<Result<Vec<_>, _>>()?;
    runs.retain(|run| run.is_within_reach_of(request));
    Ok(runs)
}

/// The run, for whoever may try the lawbook wherever it has; it is not there for anybody else.
pub(crate) async fn find_run(
    read: &Read,
    request: &RequestContext,
    id: Id<kind::Foresight>,
) -> Result<Run, ServiceError> {
    require_reach(request)?;
    let row = read.find_foresight_run(id).await?;
    let run = row.map(Run::of).transpose()?;
    let theirs = run.filter(|run| run.is_within_reach_of(request));
    theirs.ok_or(ServiceError::NotFound)
}

/// 一次试算，连同来者看得到的例子。
#[crate::boxed]
pub async fn get_run(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Foresight>,
) -> Result<RunDetail, ServiceError> {
    let held = request.clone();
    let load = async move |read: &Read| load(read, &held, id).await;
    services.store.read_whole(load).await
}

async fn load(
    read: &Read,
    request: &RequestContext,
    id: Id<kind::Foresight>,
) -> Result<RunDetail, ServiceError> {
    let run = find_run(read, request, id).await?;
    let seen = scope(
        &request.actor,
        Action::Read,
        ResourceKind::Finding,
        request.today(),
    );
    let limit = u32::try_from(EXAMPLES_MAX).unwrap_or(u32::MAX);
    let rows = read.list_foresight_examples(&seen, id, limit).await?;
    let example = |case: ForesightExample| {
        let told = serde_json::from_str(&case.told).map_err(ServiceError::internal)?;
        Ok::<_, ServiceError>(Example { case, told })
    };
    Ok(RunDetail {
        run,
        examples: rows.into_iter().map(example).collect::<Result<_, _>>()?,
        may_see_cases: !seen.is_empty(),
    })
}

/// 导出一次试算：同看到的一样，另记审计。
#[crate::boxed]
pub async fn export_run(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Foresight>,
) -> Result<RunDetail, ServiceError> {
    let held = request.clone();
    let work = async move |tx: &Tx| {
        let detail = load(tx, &held, id).await?;
        let subject = Subject {
            kind: ResourceKind::Lawbook,
            id: Some(id.to_string()),
            org: detail
                .run
                .reach
                .first()
                .map_or_else(|| "/".to_owned(), |r| r.within.to_string()),
        };
        let examples = json!({ "examples": detail.examples.len() });
        Ok::<_, Stop>(Done::new(detail, subject, examples))
    };
    perform_afresh(services, request, Act::ExportForesight, work).await
}
