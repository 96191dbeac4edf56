//! 查阅：某一天的机构树，机关、人员、事项的列表与一件。

use std::collections::BTreeMap;

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_policy::decision::decide;
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_policy::scope::{Scope, scope};
use mingjing_store::card::CardRow;
use mingjing_store::item::ItemRow;
use mingjing_store::officer::{OfficerKey, OfficerRow, RegisterFilter};
use mingjing_store::org_node::{OrgFilter, OrgKind, OrgNode};
use mingjing_store::registry_facts::DatedFacts;

use crate::admin::listing::{after, cut, one_more};
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::page::{Page, PageRequest};
use crate::registry::record::at;

const TREE: &str = "organisations.path";
const OFFICERS: &str = "officers.id";
const ITEMS: &str = "items.id";

/// 一个节点的历次样子，连同时间线的版本。
#[derive(Debug, Clone)]
pub struct OrgHistory {
    /// 版本：记变更时要带上。
    pub version: u64,
    /// 历次样子，先后为序。
    pub nodes: Vec<OrgNode>,
    /// 机关的历次事实；区划没有。
    pub facts: Vec<DatedFacts>,
}

/// 一位人员的历次样子与证件。
#[derive(Debug, Clone)]
pub struct OfficerHistory {
    /// 版本。
    pub version: u64,
    /// 历次样子。
    pub rows: Vec<OfficerRow>,
    /// 证件。
    pub cards: Vec<CardRow>,
}

/// 名录里的一位人员，连同这一天的证件。
#[derive(Debug, Clone)]
pub struct OfficerEntry {
    /// 这一天的样子。
    pub row: OfficerRow,
    /// 这一天的证件，按证号；没有发证的没有。
    pub cards: Vec<CardRow>,
}

/// 一个事项的历次样子。
#[derive(Debug, Clone)]
pub struct ItemHistory {
    /// 版本。
    pub version: u64,
    /// 历次样子。
    pub rows: Vec<ItemRow>,
}

/// 这一天的机构树，按路径；过去的日子是当时的树（R-001）。
#[crate::boxed]
pub async fn tree_on(
    services: &Services,
    request: &RequestContext,
    on: Date,
    filter: &OrgFilter,
    page: &PageRequest,
) -> Result<Page<OrgNode>, ServiceError> {
    let kind = match filter.kind {
        Some(OrgKind::Body) => ResourceKind::Body,
        Some(OrgKind::Division) | None => ResourceKind::Organisation,
    };
    let scope = scope_of(request, kind)?;
    let after: Option<OrgPath> = after(page, TREE)?;
    let read = services.store.reader().await?;
    let found = read.list_org(&scope, filter, on, after.as_ref(), one_more(page));
    Ok(cut(found.await?, page, TREE, |node| node.path.to_string()))
}

/// 到这一天由这些节点承继了的，各归承继者（R-001）：并入的在当日的树上已经没有，由承继的一方注明。
#[crate::boxed]
pub async fn predecessors_on(
    services: &Services,
    nodes: &[OrgNode],
    on: Date,
) -> Result<BTreeMap<TimelineId, Vec<OrgNode>>, ServiceError> {
    let ids: Vec<TimelineId> = nodes.iter().map(|node| node.id).collect();
    let read = services.store.reader().await?;
    let mut found: BTreeMap<TimelineId, Vec<OrgNode>> = BTreeMap::new();
    for node in read.list_predecessors(&ids, on).await? {
        if let Some(successor) = node.successor {
            found.entry(successor).or_default().push(node);
        }
    }
    Ok(found)
}

/// 一个区划或机关的历次样子。
#[crate::boxed]
pub async fn get_organisation(
    services: &Services,
    request: &RequestContext,
    id: TimelineId,
) -> Result<OrgHistory, ServiceError> {
    let read = services.store.reader().await?;
    let header = read
        .find_timeline(id)
        .await?
        .ok_or(ServiceError::NotFound)?;
    let nodes = read.list_org_history(id).await?;
    let last = nodes.last().ok_or(ServiceError::NotFound)?;
    let kind = match last.kind {
        OrgKind::Division => ResourceKind::Organisation,
        OrgKind::Body => ResourceKind::Body,
    };
    require_read(
        request,
        &at(kind, last.path.clone(), last.department.clone()),
    )?;
    Ok(OrgHistory {
        version: header.version,
        facts: read.list_body_facts(&id.to_string()).await?,
        nodes,
    })
}

/// 人员与证件，姓名遮盖。
pub async fn list_officers(
    services: &Services,
    request: &RequestContext,
    on: Date,
    filter: RegisterFilter<'_>,
    page: &PageRequest,
) -> Result<Page<OfficerEntry>, ServiceError> {
    let scope = scope_of(request, ResourceKind::Personnel)?;
    let after = after(page, OFFICERS)?;
    let read = services.store.reader().await?;
    let found = read.list_officers(&scope, filter, on, after, one_more(page));
    let page = cut(found.await?, page, OFFICERS, |row| row.id.to_string());
    let ids: Vec<OfficerKey> = page.items.iter().map(|row| row.id).collect();
    let mut cards: BTreeMap<OfficerKey, Vec<CardRow>> = BTreeMap::new();
    for (officer, card) in read.list_cards_on(&ids, on).await? {
        cards.entry(officer).or_default().push(card);
    }
    Ok(page.map(|row| OfficerEntry {
        cards: cards.remove(&row.id).unwrap_or_default(),
        row,
    }))
}

/// 一位人员，姓名遮盖。
#[crate::boxed]
pub async fn get_officer(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Officer>,
) -> Result<OfficerHistory, ServiceError> {
    let read = services.store.reader().await?;
    let header = read.find_timeline(id.into()).await?;
    let header = header.ok_or(ServiceError::NotFound)?;
    let rows = read.list_officer_history(id).await?;
    let last = rows.last().ok_or(ServiceError::NotFound)?;
    let (org, department) = (last.org.clone(), last.department.clone());
    require_read(request, &at(ResourceKind::Personnel, org, department))?;
    Ok(OfficerHistory {
        version: header.version,
        cards: read.list_cards(id).await?,
        rows,
    })
}

/// 事项。
pub async fn list_items(
    services: &Services,
    request: &RequestContext,
    on: Date,
    filter: RegisterFilter<'_>,
    page: &PageRequest,
) -> Result<Page<ItemRow>, ServiceError> {
    let scope = scope_of(request, ResourceKind::Item)?;
    let after = after(page, ITEMS)?;
    let read = services.store.reader().await?;
    let found = read.list_items(&scope, filter, on, after, one_more(page));
    Ok(cut(found.await?, page, ITEMS, |row| row.id.to_string()))
}

/// 一个事项。
#[crate::boxed]
pub async fn get_item(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Item>,
) -> Result<ItemHistory, ServiceError> {
    let read = services.store.reader().await?;
    let header = read.find_timeline(id.into()).await?;
    let header = header.ok_or(ServiceError::NotFound)?;
    let rows = read.list_item_history(id).await?;
    let last = rows.last().ok_or(ServiceError::NotFound)?;
    let (org, department) = (last.org.clone(), last.department.clone());
    require_read(request, &at(ResourceKind::Item, org, department))?;
    Ok(ItemHistory {
        version: header.version,
        rows,
    })
}

fn scope_of(request: &RequestContext, kind: ResourceKind) -> Result<Scope, ServiceError> {
    let scope = scope(&request.actor, Action::List, kind, request.today());
    match scope.is_empty() {
        true => Err(ServiceError::Forbidden),
        false => Ok(scope),
    }
}

fn require_read(request: &RequestContext, resource: &Resource) -> Result<(), ServiceError> {
    let decision = decide(&request.actor, Action::Read, resource, request.today());
    match (decision.allowed, decision.visible) {
        (true, _) => Ok(()),
        (false, true) => Err(ServiceError::Forbidden),
        (false, false) => Err(ServiceError::NotFound),
    }
}
