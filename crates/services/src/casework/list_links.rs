//! 一案的关联：它关联到谁，谁关联到它；来者看不到的，只说关联到的有这一件，关联过来的不说。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_policy::decision::decide;
use mingjing_policy::permission::Action;
use mingjing_store::case_row::CaseRow;
use mingjing_store::tx::Read;

use crate::access::{load_case, require};
use crate::assessment::facts::links;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;

/// How many that link to a case are looked at: a case has a handful.
const INCOMING_MAX: u32 = 100;

/// 一项关联。
#[derive(Debug, Clone)]
pub struct CaseLink {
    /// 关联的种类，法典 `link_kind` 的代码。
    pub how: String,
    /// 由那一案写下，关联到这一案的。
    pub is_incoming: bool,
    /// 自哪一天。
    pub since: Date,
    /// 那一案；来者看不到、或者不在这里的没有。
    pub other: Option<CaseRow>,
}

/// 列出一案的关联，由它写下的在前，各按日子。
#[crate::boxed]
pub async fn list_links(
    services: &Services,
    request: &RequestContext,
    case: Id<kind::Case>,
) -> Result<Vec<CaseLink>, ServiceError> {
    let id = TimelineId::from(case);
    let read = &services.store.reader().await?;
    let (_, resource) = load_case(read, id).await?;
    require(&request.actor, Action::Read, &resource, request.today())?;
    let own = links(&read.load_timeline(id).await?.timeline);
    let mut found = Vec::new();
    for ((to, how), since) in own {
        found.push(CaseLink {
            how,
            is_incoming: false,
            since,
            other: seen(read, request, to).await?,
        });
    }
    for from in read
        .list_dependents(&id.to_string(), None, INCOMING_MAX)
        .await?
    {
        let Some(other) = seen(read, request, from).await? else {
            continue;
        };
        let theirs = links(&read.load_timeline(from).await?.timeline);
        let here = theirs.into_iter().filter(|((to, _), _)| *to == id);
        found.extend(here.map(|((_, how), since)| CaseLink {
            how,
            is_incoming: true,
            since,
            other: Some(other.clone()),
        }));
    }
    found.sort_by_key(|link| (link.is_incoming, link.since));
    Ok(found)
}

/// The case, for whoever may read it.
async fn seen(
    read: &Read,
    request: &RequestContext,
    id: TimelineId,
) -> Result<Option<CaseRow>, ServiceError> {
    match load_case(read, id).await {
        Ok((row, resource)) => {
            let decision = decide(&request.actor, Action::Read, &resource, request.today());
            Ok(decision.allowed.then_some(row))
        }
        Err(ServiceError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}
