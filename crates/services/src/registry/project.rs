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
use mingjing_store::org_node::OrgNode;
use mingjing_store::tx::{Read, Tx};

use crate::error::ServiceError;
use crate::registry::derive::{
    body_nodes, division_nodes, item_own, lay_own, not_of_the_register, officer_own, place_item,
    place_officer, refused,
};
use crate::registry::tree::{self, Place};

/// 一个机关之下至多铺这么多节点；全国的区划也不到十万。
const NODES_MAX: usize = 100_000;
/// A node is laid again at most so often: the levels of the country are five, and mergers in a row sixteen.
const LAID_AGAIN_MAX: u8 = 32;

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

    pub(crate) fn places(&self, body: Option<TimelineId>, term: Term) -> Vec<(Term, Place)> {
        match body {
            None => vec![(term, tree::nowhere())],
            Some(body) => tree::places_of(body, term, &|id| self.of(id)),
        }
    }
}

/// What becomes of the grants in a place whose path changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grants {
    /// They go along: the place has moved.
    Follow,
    /// They stay: the rows are made again, and what stood in the way of the right ones moves nobody.
    Stay,
}

/// 写下一条时间线的行，连同受它影响的；返回事实可能变了的标识，用到它们的案件要重看。
pub(crate) async fn project(
    tx: &Tx,
    id: TimelineId,
    timeline: &Timeline,
    today: Date,
    grants: Grants,
) -> Result<BTreeSet<String>, ServiceError> {
    let mut subjects = BTreeSet::from([id.to_string()]);
    let mut laid = Laid::default();
    match id.kind() {
        TimelineKind::Division => {
            let own = division_nodes(tx, id, timeline).await?;
            let before = tx.list_org_history(id).await?;
            let moved = lay_from(tx, &mut laid, id, own, today, &mut subjects).await?;
            follow(tx, moved, grants).await?;
            // Rebuilding, all of them come round with their own timelines.
            if grants == Grants::Follow && codes(&before) != codes(laid.of(id)) {
                keep_meanings(tx, &before).await?;
            }
        }
        TimelineKind::Body => {
            let body = Id::try_from(id).map_err(ServiceError::internal)?;
            let (facts, own) = body_nodes(tx, id, timeline).await?;
            tx.put_body(body, &facts).await?;
            let moved = lay_from(tx, &mut laid, id, own, today, &mut subjects).await?;
            follow(tx, moved, grants).await?;
        }
        TimelineKind::Officer => {
            let officer = Id::try_from(id).map_err(ServiceError::internal)?;
            let (own, cards) = officer_own(officer, timeline)?;
            put_cards(tx, officer, &cards).await?;
            subjects.extend(cards.into_iter().map(|card| card.number));
            put_officer(tx, &mut laid, officer, own).await?;
        }
        TimelineKind::Item => {
            let item = Id::try_from(id).map_err(ServiceError::internal)?;
            let own = item_own(item, timeline)?;
            subjects.extend(own.iter().map(|row| row.code.clone()));
            put_item(tx, &mut laid, item, own).await?;
        }
        TimelineKind::Case
        | TimelineKind::Complaint
        | TimelineKind::Supervision
        | TimelineKind::Rectification => return Err(not_of_the_register()),
    }
    Ok(subjects)
}

/// Which code on which days.
fn codes(rows: &[OrgNode]) -> Vec<(&str, Term)> {
    rows.iter()
        .map(|row| (row.code.as_str(), row.term))
        .collect()
}

fn unplaced(mut rows: Vec<OrgNode>) -> Vec<OrgNode> {
    for row in &mut rows {
        row.path = OrgPath::root();
    }
    rows
}

/// Refuses what would take their place from those registered under the division: their events name it by a code, which
/// must mean the same division as before.
async fn keep_meanings(tx: &Tx, before: &[OrgNode]) -> Result<(), ServiceError> {
    let Some(division) = before.last() else {
        return Ok(());
    };
    for below in tx.list_org_dependents(division.id).await? {
        let stored = tree::own_spans(&tx.list_org_history(below).await?);
        let timeline = tx.load_timeline(below).await?.timeline;
        let own = match below.kind() {
            TimelineKind::Division => division_nodes(tx, below, &timeline).await,
            _ => body_nodes(tx, below, &timeline).await.map(|(_, own)| own),
        };
        let below_name = stored
            .last()
            .map_or_else(String::new, |node| node.name.clone());
        let is_kept = match own {
            Ok(own) => unplaced(own) == unplaced(stored),
            Err(ServiceError::Invalid(_)) => false,
            Err(error) => return Err(error),
        };
        if !is_kept {
            let message = format!(
                "“{below_name}”登记时以代码指明归属“{}”，照此办理，那个代码就不再指它；要换代码，请登记一次更名，并把日期写在那次登记之后",
                division.name
            );
            return Err(refused("code", &message));
        }
    }
    Ok(())
}

/// From which path to which, in the order in which they were laid.
type Moved = Vec<(OrgPath, OrgPath)>;

async fn follow(tx: &Tx, moved: Moved, grants: Grants) -> Result<(), ServiceError> {
    if grants == Grants::Follow {
        for (old, new) in moved {
            tx.move_paths(old.as_str(), new.as_str()).await?;
        }
    }
    Ok(())
}

/// Lays the node and everything below it, from above downwards.
///
/// A node that hangs on several which change is laid after each of them: the last time all of them are right.
async fn lay_from(
    tx: &Tx,
    laid: &mut Laid,
    id: TimelineId,
    own: Vec<OrgNode>,
    today: Date,
    subjects: &mut BTreeSet<String>,
) -> Result<Moved, ServiceError> {
    let mut moved = Moved::new();
    let mut waiting = VecDeque::from([(id, own, false)]);
    let mut times: HashMap<TimelineId, u8> = HashMap::new();
    while let Some((id, own, is_succeeded)) = waiting.pop_front() {
        for node in &own {
            for near in [node.parent, node.successor].into_iter().flatten() {
                laid.read(tx, near).await?;
                if tree::is_below(near, id, &|id| laid.of(id)) {
                    let (field, message) = match node.parent == Some(near) {
                        true => ("parent", "上级不能是它自己或它的下级"),
                        false => ("into", "承继者不能是它自己、它的下级或由它承继的"),
                    };
                    return Err(refused(field, message));
                }
            }
        }
        let before = tx.list_org_history(id).await?;
        let rows = lay_own(laid, &own)?;
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
            moved.push((old, new));
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
            let times = times.entry(below).or_default();
            *times += 1;
            if *times <= LAID_AGAIN_MAX {
                let rows = tx.list_org_history(below).await?;
                let is_succeeded = rows.iter().any(|row| row.successor == Some(id));
                waiting.push_back((below, tree::own_spans(&rows), is_succeeded));
            }
        }
        if times.len() > NODES_MAX {
            return Err(ServiceError::LimitExceeded);
        }
    }
    Ok(moved)
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
    let rows = place_officer(tx, laid, own).await?;
    Ok(tx.put_officer(officer, &rows).await?)
}

async fn put_item(
    tx: &Tx,
    laid: &mut Laid,
    item: ItemKey,
    own: Vec<ItemRow>,
) -> Result<(), ServiceError> {
    let rows = place_item(tx, laid, own).await?;
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
