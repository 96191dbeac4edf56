//! 公众查阅登记簿：区划与其下的执法主体、一个主体与它的事项、凭证号核对一张执法证件。
//!
//! What the law wants disclosed before enforcement (事前公开) and nothing else: of a person only what stands on the card
//! that he shows, with the name masked as everywhere, and only to whoever already has the number.

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_store::item::ItemRow;
use mingjing_store::officer::RegisterFilter;
use mingjing_store::org_node::{OrgFilter, OrgKind, OrgNode};
use mingjing_store::tx::Read;
use serde_json::Value as Json;

use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::page::{Page, PageRequest, PageSize};
use crate::registry::listing::{get_organisation, list_items, tree_on};

/// A tree higher than this is a circle.
const LEVELS_MAX: usize = 12;
/// As many as a list of choices can hold before nobody finds anything in it.
const CHOICES_MAX: usize = 120;
/// The longest card number that any authority gives, with room.
const CARD_NUMBER_CHARS_MAX: usize = 40;

/// 机构树上的一处：它自己、上面各级、直接在下面的区划。
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// 这个区划；整棵树的没有。
    pub here: Option<OrgNode>,
    /// 上面各级，由上而下。
    pub above: Vec<OrgNode>,
    /// 直接在下面的区划。
    pub below: Vec<OrgNode>,
}

/// 一个执法主体。
#[derive(Debug, Clone)]
pub struct BodyView {
    /// 今天的样子；撤销了的是最后的样子。
    pub node: OrgNode,
    /// 今天还在。
    pub is_current: bool,
    /// 历次样子，先后为序。
    pub history: Vec<OrgNode>,
    /// 今天的事实，字段名同法典的 `facts/body`。
    pub facts: Json,
    /// 所在的区划，由上而下。
    pub above: Vec<OrgNode>,
    /// 它实施的事项。
    pub items: Page<ItemRow>,
}

/// 一张执法证件在今天的样子。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardView {
    /// 证号。
    pub number: String,
    /// 状态：法典 `card_state` 的代码。
    pub state: String,
    /// 这个状态的首日。
    pub since: Date,
    /// 遮盖了的姓名。
    pub name_masked: String,
    /// 所在机关。
    pub body: Option<OrgNode>,
    /// 现在在岗执法。
    pub is_active: bool,
}

/// 机构树上的一处；没有写区划的是整棵树。
#[crate::boxed]
pub async fn place(
    services: &Services,
    request: &RequestContext,
    region: Option<&str>,
) -> Result<Place, ServiceError> {
    let on = request.today();
    let Some(code) = region else {
        let read = services.store.reader().await?;
        let below = read.list_org_roots(on, all().size.one_more()).await?;
        return Ok(Place {
            below,
            ..Place::default()
        });
    };
    let here = find_division(services, code, on).await?;
    let filter = OrgFilter {
        kind: Some(OrgKind::Division),
        parent: Some(here.id),
        ..OrgFilter::default()
    };
    let below = tree_on(services, request, on, &filter, &all()).await?.items;
    let read = services.store.reader().await?;
    Ok(Place {
        above: above(&read, here.parent, on).await?,
        below,
        here: Some(here),
    })
}

/// 这一处及其下的执法主体，按路径。
#[crate::boxed]
pub async fn bodies(
    services: &Services,
    request: &RequestContext,
    place: &Place,
    page: &PageRequest,
) -> Result<Page<OrgNode>, ServiceError> {
    let filter = OrgFilter {
        kind: Some(OrgKind::Body),
        under: place.here.as_ref().map(|node| node.path.clone()),
        ..OrgFilter::default()
    };
    tree_on(services, request, request.today(), &filter, page).await
}

/// 这一处及其下的事项。
#[crate::boxed]
pub async fn items(
    services: &Services,
    request: &RequestContext,
    place: &Place,
    page: &PageRequest,
) -> Result<Page<ItemRow>, ServiceError> {
    let filter = RegisterFilter {
        under: place.here.as_ref().map(|node| &node.path),
        text: None,
    };
    list_items(services, request, request.today(), filter, page).await
}

/// 可供选择的区划：由上而下，放得下几级就给几级。
#[crate::boxed]
pub async fn regions(
    services: &Services,
    request: &RequestContext,
) -> Result<Vec<OrgNode>, ServiceError> {
    let filter = OrgFilter {
        kind: Some(OrgKind::Division),
        ..OrgFilter::default()
    };
    let found = tree_on(services, request, request.today(), &filter, &all()).await?;
    let mut nodes = found.items;
    let depth = |node: &OrgNode| node.path.as_str().matches('/').count();
    while nodes.len() > CHOICES_MAX {
        let deepest = nodes.iter().map(depth).max().unwrap_or_default();
        nodes.retain(|node| depth(node) < deepest);
    }
    Ok(nodes)
}

/// 一个执法主体。
#[crate::boxed]
pub async fn body(
    services: &Services,
    request: &RequestContext,
    id: Id<kind::Body>,
) -> Result<BodyView, ServiceError> {
    let on = request.today();
    let found = get_organisation(services, request, TimelineId::from(id)).await?;
    let history = found.nodes;
    let holds = |node: &&OrgNode| node.term.from <= on && node.term.to.is_none_or(|to| to > on);
    let current = history.iter().find(holds);
    let node = current.or(history.last()).ok_or(ServiceError::NotFound)?;
    let node = node.clone();
    let mut latest = found.facts.into_iter().rev();
    let begun = latest.find(|span| span.from <= on);
    let facts = begun.map(|span| span.facts).unwrap_or_default();
    let page = all();
    let of_body = RegisterFilter {
        under: Some(&node.path),
        text: None,
    };
    let items = list_items(services, request, on, of_body, &page).await?;
    let read = services.store.reader().await?;
    Ok(BodyView {
        is_current: current.is_some(),
        above: above(&read, node.parent, on).await?,
        node,
        history,
        facts,
        items,
    })
}

/// 名称：这些主体今天叫什么，次序同所给的；没有的为 `None`。
#[crate::boxed]
pub async fn body_names(
    services: &Services,
    on: Date,
    ids: &[Option<Id<kind::Body>>],
) -> Result<Vec<Option<String>>, ServiceError> {
    let read = services.store.reader().await?;
    let mut known: Vec<(Id<kind::Body>, Option<String>)> = Vec::new();
    let mut names = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(id) = *id else {
            names.push(None);
            continue;
        };
        let name = match known.iter().find(|(seen, _)| *seen == id) {
            Some((_, name)) => name.clone(),
            None => {
                let node = read.find_org(TimelineId::from(id), on).await?;
                let name = node.map(|node| node.name);
                known.push((id, name.clone()));
                name
            }
        };
        names.push(name);
    }
    Ok(names)
}

/// 核对一张执法证件；没有这个证号的为 `None`。
#[crate::boxed]
pub async fn check_card(
    services: &Services,
    request: &RequestContext,
    number: &str,
) -> Result<Option<CardView>, ServiceError> {
    let number = number.trim();
    if number.is_empty() || number.chars().count() > CARD_NUMBER_CHARS_MAX {
        let message = format!("请写证件上的编号，不超过 {CARD_NUMBER_CHARS_MAX} 个字");
        let pointer = Pointer::query("number");
        return Err(ServiceError::invalid(
            pointer,
            FieldCode::Malformed,
            message,
        ));
    }
    let on = request.today();
    let read = services.store.reader().await?;
    let spans = read.list_cards_of(&[number]).await?;
    // The store answers for numbers and for officers; whoever knows an officer's id only has no card in his hand.
    let mut spans: Vec<_> = spans.into_iter().filter(|it| it.number == number).collect();
    spans.retain(|card| card.span.from <= on);
    let Some(card) = spans.pop() else {
        return Ok(None);
    };
    let officer = Id::parse(&card.officer).map_err(ServiceError::internal)?;
    let row = read.find_officer(officer, on).await?;
    let row = row.ok_or(ServiceError::NotFound)?;
    let body = match row.body {
        Some(body) => read.find_org(TimelineId::from(body), on).await?,
        None => None,
    };
    Ok(Some(CardView {
        number: card.number,
        state: card.state,
        since: card.span.from,
        is_active: row.state == mingjing_store::officer::OfficerState::Active,
        name_masked: row.name_masked,
        body,
    }))
}

async fn find_division(services: &Services, code: &str, on: Date) -> Result<OrgNode, ServiceError> {
    let read = services.store.reader().await?;
    let found = read.find_division(code, on).await?;
    found.ok_or(ServiceError::NotFound)
}

async fn above(
    read: &Read,
    parent: Option<TimelineId>,
    on: Date,
) -> Result<Vec<OrgNode>, ServiceError> {
    let mut nodes = Vec::new();
    let mut next = parent;
    while let Some(id) = next.filter(|_| nodes.len() < LEVELS_MAX) {
        let Some(node) = read.find_org(id, on).await? else {
            break;
        };
        next = node.parent;
        nodes.push(node);
    }
    nodes.reverse();
    Ok(nodes)
}

fn all() -> PageRequest {
    PageRequest {
        size: PageSize::new(crate::limit::PAGE_ITEMS_MAX).unwrap_or_default(),
        after: None,
    }
}
