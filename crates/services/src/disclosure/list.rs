//! 公示稿的列表与一份；一案的公示：可以公示的、拟着的、公布过的。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::scope::scope;
use mingjing_store::disclosure::DisclosureRow;
use mingjing_store::public_record::PublicRecord;
use mingjing_store::timeline::LoadedTimeline;

use crate::access::require;
use crate::assessment::facts::effective;
use crate::context::{RequestContext, Services};
use crate::disclosure::access::load;
use crate::disclosure::approve::find;
use crate::error::ServiceError;

/// 范围之内的公示稿，新的在前，`before` 之前的至多 `limit` 份；`open` 的只要没有了结的。
#[crate::boxed]
pub async fn list_disclosures(
    services: &Services,
    request: &RequestContext,
    open: bool,
    before: Option<Id<kind::Disclosure>>,
    limit: u32,
) -> Result<Vec<DisclosureRow>, ServiceError> {
    let within = scope(
        &request.actor,
        Action::List,
        ResourceKind::Disclosure,
        request.today(),
    );
    let read = services.store.reader().await?;
    Ok(read.list_disclosures(&within, open, before, limit).await?)
}

/// 一份公示稿。
#[crate::boxed]
pub async fn get_disclosure(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Disclosure>,
) -> Result<DisclosureRow, ServiceError> {
    let read = &services.store.reader().await?;
    let row = find(read, id).await?;
    let (_, resource) = load(read, row.timeline, row.prepared.by).await?;
    require(&request.actor, Action::Read, &resource, request.today())?;
    Ok(row)
}

/// 一案的公示：可以公示的决定，没有了结的稿，公布过的各版。
#[derive(Debug)]
pub struct CasePublications {
    /// 公布过的各版，先后为序，撤下的也在内。
    pub records: Vec<PublicRecord>,
    /// 没有了结的公示稿。
    pub drafts: Vec<DisclosureRow>,
    /// 法典定有公示样式的决定，先后为序。
    pub decisions: Vec<PublishableDecision>,
}

/// 法典定有公示样式的一份决定。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishableDecision {
    /// 决定事件的标识。
    pub decision: Id<kind::Event>,
    /// 序号；更正过的是最后一条的。
    pub seq: u64,
    /// 决定日。
    pub on: Date,
    /// 样式的中文名。
    pub title: String,
}

/// 一案的公示。
#[crate::boxed]
pub async fn get_case_publications(
    services: &Services,
    request: &RequestContext,
    case: Id<kind::Case>,
) -> Result<CasePublications, ServiceError> {
    let id = TimelineId::from(case);
    let read = &services.store.reader().await?;
    let (_, resource) = load(read, id, None).await?;
    require(&request.actor, Action::Read, &resource, request.today())?;
    let loaded = read.load_timeline(id).await?;
    Ok(CasePublications {
        records: read.list_public_records_of(id).await?,
        drafts: read.list_open_disclosures_of(id).await?,
        decisions: publishable(&services.lawbook(), &loaded)?,
    })
}

fn publishable(
    lawbook: &Lawbook,
    loaded: &LoadedTimeline,
) -> Result<Vec<PublishableDecision>, ServiceError> {
    let mut found = Vec::new();
    for (index, event) in effective(&loaded.timeline) {
        let Some(style) = lawbook.publication_of(event) else {
            continue;
        };
        let header = loaded.events.get(index);
        let header = header.ok_or_else(|| ServiceError::internal("an event without its header"))?;
        let id = event.corrects.as_deref().unwrap_or(&event.id);
        found.push(PublishableDecision {
            decision: Id::parse(id).map_err(ServiceError::internal)?,
            seq: header.seq,
            on: event.occurred_on,
            title: style.label.to_string(),
        });
    }
    Ok(found)
}
