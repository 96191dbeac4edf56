//! 由事件推出登记簿的行：自己的各段，铺在库里现有的树上；不写。写下与核对用的是同一个。

use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_policy::grant::Term;
use mingjing_policy::org::OrgPath;
use mingjing_store::card::CardRow;
use mingjing_store::item::{ItemKey, ItemRow};
use mingjing_store::officer::{OfficerKey, OfficerRow};
use mingjing_store::org_node::{BodyRow, OrgKind, OrgNode};
use mingjing_store::tx::Read;
use serde_json::Value as Json;

use crate::error::{FieldCode, Pointer, ServiceError};
use crate::registry::fold::{self, Body, Division, Item, Officer, Span};
use crate::registry::project::Laid;
use crate::registry::tree;

/// The rows of one timeline of the register.
#[derive(Debug)]
pub(crate) enum Derived {
    Division(Vec<OrgNode>),
    Body(Vec<BodyRow>, Vec<OrgNode>),
    Officer(Vec<OfficerRow>, Vec<CardRow>),
    Item(Vec<ItemRow>),
}

/// Derives them from the events, where what lies above stands in the tree as stored.
///
/// Each row follows from its own events and from the rows above it: where this holds of every timeline, all of them are
/// what the events say.
pub(crate) async fn derive(
    read: &Read,
    laid: &mut Laid,
    id: TimelineId,
    timeline: &Timeline,
) -> Result<Derived, ServiceError> {
    match id.kind() {
        TimelineKind::Division => {
            let own = division_nodes(read, id, timeline).await?;
            Ok(Derived::Division(lay(read, laid, &own).await?))
        }
        TimelineKind::Body => {
            let (facts, own) = body_nodes(read, id, timeline).await?;
            Ok(Derived::Body(facts, lay(read, laid, &own).await?))
        }
        TimelineKind::Officer => {
            let officer = Id::try_from(id).map_err(ServiceError::internal)?;
            let (own, cards) = officer_own(officer, timeline)?;
            let rows = place_officer(read, laid, own).await?;
            Ok(Derived::Officer(rows, cards))
        }
        TimelineKind::Item => {
            let item = Id::try_from(id).map_err(ServiceError::internal)?;
            let own = item_own(item, timeline)?;
            Ok(Derived::Item(place_item(read, laid, own).await?))
        }
        TimelineKind::Case
        | TimelineKind::Complaint
        | TimelineKind::Supervision
        | TimelineKind::Rectification => Err(not_of_the_register()),
    }
}

pub(crate) fn not_of_the_register() -> ServiceError {
    ServiceError::internal("not a timeline of the register")
}

async fn lay(read: &Read, laid: &mut Laid, own: &[OrgNode]) -> Result<Vec<OrgNode>, ServiceError> {
    for node in own {
        for near in [node.parent, node.successor].into_iter().flatten() {
            laid.read(read, near).await?;
        }
    }
    lay_own(laid, own)
}

/// Lays the nodes on what has been read.
pub(crate) fn lay_own(laid: &Laid, own: &[OrgNode]) -> Result<Vec<OrgNode>, ServiceError> {
    let rows = tree::lay(own, &|id| laid.of(id));
    rows.map_err(|error| refused("parent", &error.to_string()))
}

/// The division on the tree; one that is gone is no node, but says who succeeds it.
pub(crate) async fn division_nodes(
    read: &Read,
    id: TimelineId,
    timeline: &Timeline,
) -> Result<Vec<OrgNode>, ServiceError> {
    let mut own = Vec::new();
    let spans = fold::divisions(timeline);
    let count = spans.len();
    for (number, mut span) in spans.into_iter().enumerate() {
        // Who succeeds it was said last; what was said before may not even be there any more.
        if number + 1 < count {
            span.state.merged_into = None;
        }
        own.push(division_node(read, id, span).await?);
    }
    close_with_successor(&mut own);
    Ok(tree::own_spans(&own))
}

/// The facts of a body and its nodes.
pub(crate) async fn body_nodes(
    read: &Read,
    id: TimelineId,
    timeline: &Timeline,
) -> Result<(Vec<BodyRow>, Vec<OrgNode>), ServiceError> {
    let spans = fold::bodies(timeline);
    let facts = spans.iter().map(|span| BodyRow {
        term: span.term,
        facts: Json::Object(span.state.facts.clone()),
    });
    let facts = facts.collect();
    let mut own = Vec::new();
    for span in spans {
        own.push(body_node(read, id, span).await?);
    }
    close_with_successor(&mut own);
    // What changes the facts of a body only does not divide its node: laid again, it would be put together anyway.
    Ok((facts, tree::own_spans(&own)))
}

/// An officer, not yet placed, with the cards.
pub(crate) fn officer_own(
    id: OfficerKey,
    timeline: &Timeline,
) -> Result<(Vec<OfficerRow>, Vec<CardRow>), ServiceError> {
    let own = fold::officers(timeline).into_iter();
    let own = own.map(|span| officer_row(id, span));
    let cards = fold::cards(timeline, &id.to_string());
    Ok((own.collect::<Result<_, _>>()?, cards))
}

/// An item, not yet placed.
pub(crate) fn item_own(id: ItemKey, timeline: &Timeline) -> Result<Vec<ItemRow>, ServiceError> {
    let own = fold::items(timeline).into_iter();
    own.map(|span| item_row(id, span)).collect()
}

/// Where the body of an officer is, day by day.
pub(crate) async fn place_officer(
    read: &Read,
    laid: &mut Laid,
    own: Vec<OfficerRow>,
) -> Result<Vec<OfficerRow>, ServiceError> {
    let mut rows = Vec::new();
    for row in own {
        let body = row.body.map(TimelineId::from);
        if let Some(body) = body {
            laid.read(read, body).await?;
        }
        let placed = laid.places(body, row.term).into_iter();
        rows.extend(placed.map(|(term, place)| OfficerRow {
            term,
            org: place.path,
            department: place.department,
            ..row.clone()
        }));
    }
    Ok(rows)
}

/// Where the body of an item is, day by day.
pub(crate) async fn place_item(
    read: &Read,
    laid: &mut Laid,
    own: Vec<ItemRow>,
) -> Result<Vec<ItemRow>, ServiceError> {
    let mut rows = Vec::new();
    for row in own {
        let body = row.body.map(TimelineId::from);
        if let Some(body) = body {
            laid.read(read, body).await?;
        }
        let placed = laid.places(body, row.term).into_iter();
        rows.extend(placed.map(|(term, place)| ItemRow {
            term,
            org: place.path,
            department: place.department,
            ..row.clone()
        }));
    }
    Ok(rows)
}

fn officer_row(id: OfficerKey, span: Span<Officer>) -> Result<OfficerRow, ServiceError> {
    Ok(OfficerRow {
        id,
        term: span.term,
        body: body_id(span.state.body.as_deref())?,
        org: OrgPath::root(),
        department: None,
        name_masked: span.state.name_masked,
        state: span.state.state,
        facts: Json::Object(span.state.facts),
    })
}

fn item_row(id: ItemKey, span: Span<Item>) -> Result<ItemRow, ServiceError> {
    Ok(ItemRow {
        id,
        term: span.term,
        code: span.state.code,
        name: span.state.name,
        body: body_id(span.state.body.as_deref())?,
        org: OrgPath::root(),
        department: None,
        is_listed: span.state.is_listed,
        facts: Json::Object(span.state.facts),
    })
}

fn body_id(text: Option<&str>) -> Result<Option<Id<kind::Body>>, ServiceError> {
    let id = text.map(Id::parse).transpose();
    id.map_err(|error| refused("body", &error.to_string()))
}

async fn division_node(
    read: &Read,
    id: TimelineId,
    span: Span<Division>,
) -> Result<OrgNode, ServiceError> {
    let Division {
        code,
        name,
        level,
        parent,
        merged_into,
        is_gone,
    } = span.state;
    // What is gone lies nowhere: only who succeeds it matters.
    let parent = match parent.as_ref().filter(|_| !is_gone) {
        Some((code, on)) => Some(division_meant(read, code, *on, "parent").await?),
        None => None,
    };
    let successor = match &merged_into {
        Some((code, on)) => Some(division_meant(read, code, *on, "into").await?),
        None => None,
    };
    let term = if is_gone { gone(span.term) } else { span.term };
    Ok(OrgNode {
        id,
        kind: OrgKind::Division,
        code,
        name,
        level,
        parent,
        successor,
        path: OrgPath::root(),
        term,
        department: None,
    })
}

async fn body_node(read: &Read, id: TimelineId, span: Span<Body>) -> Result<OrgNode, ServiceError> {
    let body = span.state;
    let (code, on) = &body.region;
    let parent = match body.is_abolished {
        true => None,
        false => Some(division_meant(read, code, *on, "region").await?),
    };
    let successor = body_id(body.successor.as_deref())?;
    let term = if body.is_abolished {
        gone(span.term)
    } else {
        span.term
    };
    Ok(OrgNode {
        id,
        kind: OrgKind::Body,
        code: body.credit_code,
        name: body.name,
        level: body.level,
        parent,
        successor: successor.map(TimelineId::from),
        path: OrgPath::root(),
        term,
        department: Some(body.department).filter(|it| !it.is_empty()),
    })
}

/// A node that is gone lasts no day from then on.
const fn gone(term: Term) -> Term {
    Term {
        from: term.from,
        to: Some(term.from),
    }
}

/// Takes what is gone off the end and leaves its successor with the last that was there.
fn close_with_successor(own: &mut Vec<OrgNode>) {
    while let Some(last) = own.last().filter(|node| node.term.is_empty()).cloned() {
        own.pop();
        if let Some(held) = own.last_mut() {
            held.successor = last.successor;
        }
    }
}

/// The division that has the code on the day, or had it last, or else has it first: whoever corrects the day on which a
/// division began takes nothing from what was registered under it before.
async fn division_meant(
    read: &Read,
    code: &str,
    on: Date,
    field: &str,
) -> Result<TimelineId, ServiceError> {
    match division(read, code, on, field).await {
        Err(error @ ServiceError::Invalid(_)) => {
            let later = read.find_later_division(code, on).await?;
            later.map(|node| node.id).ok_or(error)
        }
        known => known,
    }
}

/// The division that has the code on the day, or had it last.
pub(crate) async fn division(
    read: &Read,
    code: &str,
    on: Date,
    field: &str,
) -> Result<TimelineId, ServiceError> {
    let found = match read.find_division(code, on).await? {
        Some(node) => Some(node),
        None => read.find_former_division(code, on).await?,
    };
    found
        .map(|node| node.id)
        .ok_or_else(|| refused(field, &format!("{on} 没有代码为 {code} 的区划，请先登记它")))
}

pub(crate) fn refused(field: &str, message: &str) -> ServiceError {
    let pointer = Pointer::body().member("fields").member(field);
    ServiceError::invalid(pointer, FieldCode::NotAllowed, message)
}
