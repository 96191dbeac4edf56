//! 事件变了之后的行：自己的各段、路径，及其下的一切；路径变了的，授权跟着走。

use std::collections::{BTreeSet, HashMap, VecDeque};

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
use mingjing_store::tx::{Read, Tx};
use serde_json::Value as Json;

use crate::error::{FieldCode, Pointer, ServiceError};
use crate::registry::fold::{self, Body, Division, Item, Officer, Span};
use crate::registry::tree::{self, Place};

/// 一个机关之下至多铺这么多节点；全国的区划也不到十万。
const NODES_MAX: usize = 100_000;

/// The rows of nodes that have been read, or laid in this transaction.
#[derive(Default)]
pub(crate) struct Laid {
    rows: HashMap<TimelineId, Vec<OrgNode>>,
}

impl Laid {
    /// Reads the node with everything above it, and whoever succeeded any of them.
    pub(crate) async fn read(&mut self, read: &Read, id: TimelineId) -> Result<(), ServiceError> {
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            if self.rows.contains_key(&id) {
                continue;
            }
            let rows = read.list_org_history(id).await?;
            let near = rows.iter().flat_map(|row| [row.parent, row.successor]);
            waiting.extend(near.flatten());
            self.rows.insert(id, rows);
        }
        Ok(())
    }

    pub(crate) fn of(&self, id: TimelineId) -> &[OrgNode] {
        self.rows.get(&id).map(Vec::as_slice).unwrap_or_default()
    }

    fn places(&self, body: Option<TimelineId>, term: Term) -> Vec<(Term, Place)> {
        match body {
            None => vec![(term, tree::nowhere())],
            Some(body) => tree::places_of(body, term, &|id| self.of(id)),
        }
    }
}

/// 写下一条时间线的行，连同受它影响的；返回事实可能变了的标识，用到它们的案件要重看。
pub(crate) async fn project(
    tx: &Tx,
    id: TimelineId,
    timeline: &Timeline,
    today: Date,
) -> Result<BTreeSet<String>, ServiceError> {
    let mut subjects = BTreeSet::from([id.to_string()]);
    let mut laid = Laid::default();
    match id.kind() {
        TimelineKind::Division => {
            let mut own = Vec::new();
            for span in fold::divisions(timeline) {
                own.extend(division_node(tx, id, span).await?);
            }
            close_with_successor(&mut own);
            lay_from(tx, &mut laid, id, own, today, &mut subjects).await?;
        }
        TimelineKind::Body => {
            let spans = fold::bodies(timeline);
            let body = Id::try_from(id).map_err(ServiceError::internal)?;
            tx.put_body(body, &body_rows(&spans)).await?;
            let mut own = Vec::new();
            for span in spans {
                own.extend(body_node(tx, id, span).await?);
            }
            close_with_successor(&mut own);
            lay_from(tx, &mut laid, id, own, today, &mut subjects).await?;
        }
        TimelineKind::Officer => {
            let officer = Id::try_from(id).map_err(ServiceError::internal)?;
            let spans = fold::officers(timeline);
            let cards = fold::cards(timeline, &id.to_string());
            put_cards(tx, officer, &cards).await?;
            subjects.extend(cards.into_iter().map(|card| card.number));
            let mut own = Vec::new();
            for span in spans {
                own.push(officer_own(officer, span)?);
            }
            put_officer(tx, &mut laid, officer, own).await?;
        }
        TimelineKind::Item => {
            let item = Id::try_from(id).map_err(ServiceError::internal)?;
            let mut own = Vec::new();
            for span in fold::items(timeline) {
                subjects.insert(span.state.code.clone());
                own.push(item_own(item, span)?);
            }
            put_item(tx, &mut laid, item, own).await?;
        }
        TimelineKind::Case
        | TimelineKind::Complaint
        | TimelineKind::Supervision
        | TimelineKind::Rectification => {
            return Err(ServiceError::internal("not a timeline of the register"));
        }
    }
    Ok(subjects)
}

/// Lays the node and everything below it, from above downwards.
async fn lay_from(
    tx: &Tx,
    laid: &mut Laid,
    id: TimelineId,
    own: Vec<OrgNode>,
    today: Date,
    subjects: &mut BTreeSet<String>,
) -> Result<(), ServiceError> {
    let mut waiting = VecDeque::from([(id, own, false)]);
    let mut seen = BTreeSet::from([id]);
    while let Some((id, own, is_succeeded)) = waiting.pop_front() {
        for node in &own {
            for near in [node.parent, node.successor].into_iter().flatten() {
                laid.read(tx, near).await?;
                if node.parent == Some(near) && tree::is_below(near, id, &|id| laid.of(id)) {
                    return Err(refused("parent", "上级不能是它自己或它的下级"));
                }
            }
        }
        let before = tx.list_org_history(id).await?;
        let rows = tree::lay(&own, &|id| laid.of(id));
        let rows = rows.map_err(|error| refused("parent", &error.to_string()))?;
        let is_changed = rows != before;
        tx.put_org(id, &rows).await?;
        laid.rows.insert(id, rows.clone());
        let path_on = |rows: &[OrgNode]| -> Option<OrgPath> {
            let holding = rows.iter().find(|row| row.term.holds_on(today));
            holding.map(|row| row.path.clone())
        };
        if let (Some(old), Some(new)) = (path_on(&before), path_on(&rows))
            && old != new
        {
            tx.move_paths(old.as_str(), new.as_str()).await?;
        }
        // What lies below a node that is gone lies below its successor: the node itself has not changed.
        if !is_changed && !is_succeeded {
            continue;
        }
        subjects.insert(id.to_string());
        if id.kind() == TimelineKind::Body {
            lay_members(tx, laid, id).await?;
        }
        for below in tx.list_org_dependents(id).await? {
            if seen.insert(below) {
                let rows = tx.list_org_history(below).await?;
                let is_succeeded = rows.iter().any(|row| row.successor == Some(id));
                waiting.push_back((below, tree::own_spans(&rows), is_succeeded));
            }
        }
        if seen.len() > NODES_MAX {
            return Err(ServiceError::LimitExceeded);
        }
    }
    Ok(())
}

/// The officers and items of a body whose place has changed.
async fn lay_members(tx: &Tx, laid: &mut Laid, id: TimelineId) -> Result<(), ServiceError> {
    let body: Id<kind::Body> = Id::try_from(id).map_err(ServiceError::internal)?;
    for officer in tx.list_officers_of_body(body).await? {
        let rows = tx.list_officer_history(officer).await?;
        let own = merged(
            rows,
            |row| &mut row.term,
            |row| {
                row.org = OrgPath::root();
                row.department = None;
            },
        );
        put_officer(tx, laid, officer, own).await?;
    }
    for item in tx.list_items_of_body(body).await? {
        let rows = tx.list_item_history(item).await?;
        let own = merged(
            rows,
            |row| &mut row.term,
            |row| {
                row.org = OrgPath::root();
                row.department = None;
            },
        );
        put_item(tx, laid, item, own).await?;
    }
    Ok(())
}

/// Rows that differed by their place only, put together again.
fn merged<R: Clone + PartialEq>(
    rows: Vec<R>,
    term: impl Fn(&mut R) -> &mut Term,
    strip: impl Fn(&mut R),
) -> Vec<R> {
    let mut own: Vec<R> = Vec::new();
    for mut row in rows {
        strip(&mut row);
        let this = *term(&mut row);
        if let Some(last) = own.last_mut() {
            let held = *term(last);
            let mut continued = row.clone();
            *term(&mut continued) = held;
            if *last == continued && held.to == Some(this.from) {
                term(last).to = this.to;
                continue;
            }
        }
        own.push(row);
    }
    own
}

async fn put_officer(
    tx: &Tx,
    laid: &mut Laid,
    officer: OfficerKey,
    own: Vec<OfficerRow>,
) -> Result<(), ServiceError> {
    let mut rows = Vec::new();
    for row in own {
        let body = row.body.map(TimelineId::from);
        if let Some(body) = body {
            laid.read(tx, body).await?;
        }
        for (term, place) in laid.places(body, row.term) {
            rows.push(OfficerRow {
                term,
                org: place.path,
                department: place.department,
                ..row.clone()
            });
        }
    }
    Ok(tx.put_officer(officer, &rows).await?)
}

async fn put_item(
    tx: &Tx,
    laid: &mut Laid,
    item: ItemKey,
    own: Vec<ItemRow>,
) -> Result<(), ServiceError> {
    let mut rows = Vec::new();
    for row in own {
        let body = row.body.map(TimelineId::from);
        if let Some(body) = body {
            laid.read(tx, body).await?;
        }
        for (term, place) in laid.places(body, row.term) {
            rows.push(ItemRow {
                term,
                org: place.path,
                department: place.department,
                ..row.clone()
            });
        }
    }
    Ok(tx.put_item(item, &rows).await?)
}

async fn put_cards(tx: &Tx, officer: OfficerKey, cards: &[CardRow]) -> Result<(), ServiceError> {
    for card in cards {
        if tx.is_card_of_other(&card.number, officer).await? {
            let message = format!("证号 {} 已经登记在另一人名下", card.number);
            return Err(refused("card_no", &message));
        }
    }
    Ok(tx.put_cards(officer, cards).await?)
}

fn officer_own(id: OfficerKey, span: Span<Officer>) -> Result<OfficerRow, ServiceError> {
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

fn item_own(id: ItemKey, span: Span<Item>) -> Result<ItemRow, ServiceError> {
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

fn body_rows(spans: &[Span<Body>]) -> Vec<BodyRow> {
    let rows = spans.iter().map(|span| BodyRow {
        term: span.term,
        facts: Json::Object(span.state.facts.clone()),
    });
    rows.collect()
}

/// The division on the tree; one that is gone is no node, but says who succeeds it.
async fn division_node(
    read: &Read,
    id: TimelineId,
    span: Span<Division>,
) -> Result<Option<OrgNode>, ServiceError> {
    let Division {
        code,
        name,
        level,
        parent,
        merged_into,
        is_gone,
    } = span.state;
    let parent = match &parent {
        Some((code, on)) => Some(division(read, code, *on, "parent").await?),
        None => None,
    };
    let successor = match &merged_into {
        Some((code, on)) => Some(division(read, code, *on, "into").await?),
        None => None,
    };
    let term = if is_gone { gone(span.term) } else { span.term };
    Ok(Some(OrgNode {
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
    }))
}

async fn body_node(
    read: &Read,
    id: TimelineId,
    span: Span<Body>,
) -> Result<Option<OrgNode>, ServiceError> {
    let body = span.state;
    let (code, on) = &body.region;
    let parent = division(read, code, *on, "region").await?;
    let successor = body_id(body.successor.as_deref())?;
    let term = if body.is_abolished {
        gone(span.term)
    } else {
        span.term
    };
    Ok(Some(OrgNode {
        id,
        kind: OrgKind::Body,
        code: body.credit_code,
        name: body.name,
        level: body.level,
        parent: Some(parent),
        successor: successor.map(TimelineId::from),
        path: OrgPath::root(),
        term,
        department: Some(body.department).filter(|it| !it.is_empty()),
    }))
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
