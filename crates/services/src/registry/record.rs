//! 登记与变更：核对、判断、过法典的关、追加事件、重铺受影响的行，一个事务。

use std::collections::BTreeSet;

use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::Event;
use mingjing_domain::procedure::Nature as Declared;
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::proceed::decide::{DecideOptions, decide};
use mingjing_policy::grant::Line;
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_store::event::{Nature, NewEvent};
use mingjing_store::job::NewJob;
use mingjing_store::officer::OfficerState;
use mingjing_store::org_node::OrgNode;
use mingjing_store::timeline::{Confidentiality, NewTimeline};
use mingjing_store::tx::{Read, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::perform::{Act, Done, Stop, Subject, authorise, perform};
use crate::registry::derive::{division, refused};
use crate::registry::event::{check, first_of, is_of_card, nature_of, procedure_of};
use crate::registry::fold::text;
use crate::registry::project::{Grants, project};

/// 一次登记至多多少条事件：一个人的到岗、历次证件，也不过几十条。
const EVENTS_MAX: usize = 100;
/// 队列与任务的名字：登记的事实变了，用到它的案件要重看；载荷是 `{"subject": 标识}`。
pub const REASSESS_QUEUE: &str = "assess";
/// 任务的种类。
pub const REASSESS_JOB: &str = "reassess_dependents";
const REASSESS_ATTEMPTS_MAX: u32 = 10;

/// 登记好的，或记下变更之后的。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// 时间线。
    pub id: TimelineId,
    /// 现在的版本。
    pub version: u64,
}

/// 登记簿的事件。
#[derive(Debug, Clone)]
pub struct RegistryEvent {
    /// 事件；`id`、`recorded_at`、`corrects` 不用填。
    pub event: Event,
    /// 更正哪一条。
    pub corrects: Option<Id<kind::Event>>,
    /// 附记。
    pub note: Option<String>,
}

impl RegistryEvent {
    /// 新事件，不更正什么。
    pub const fn new(event: Event) -> Self {
        RegistryEvent {
            event,
            corrects: None,
            note: None,
        }
    }
}

/// 登记：新的区划、主体、人员、事项，连同此前的历次事件。
#[crate::boxed]
pub async fn register(
    services: &Services,
    request: &RequestContext,
    kind: TimelineKind,
    events: Vec<RegistryEvent>,
) -> Result<Recorded, ServiceError> {
    let lawbook = services.lawbook();
    let at = |number| Pointer::body().member("events").index(number);
    check_all(&lawbook, request, kind, &events, at)?;
    let is_first = events.first().map(|it| it.event.kind.as_str()) == first_of(kind);
    let is_placed = kind != TimelineKind::Officer
        || events.iter().any(|it| it.event.kind == "officer_assigned");
    if !is_first || !is_placed {
        let pointer = Pointer::body().member("events");
        let message = match is_first {
            false => format!("第一条应是 {}", first_of(kind).unwrap_or("登记")),
            true => "登记人员须同时写明到岗的机关（officer_assigned）".to_owned(),
        };
        return Err(ServiceError::invalid(pointer, FieldCode::Missing, message));
    }
    let request_of_closure = request.clone();
    let work = async move |tx: &Tx| {
        let request = &request_of_closure;
        let new = NewTimeline {
            kind,
            procedure: procedure_of(kind).map(str::to_owned),
            coverage: Coverage::Open,
            confidentiality: Confidentiality::Ordinary,
        };
        let id = tx.create_timeline(&new).await?;
        let resource = write(tx, request, &lawbook, id, 0, &events).await?;
        let version = events.len() as u64;
        let subject = Subject::new(&resource, id);
        let kinds: Vec<&str> = events.iter().map(|it| it.event.kind.as_str()).collect();
        let detail = json!({ "kinds": kinds });
        Ok::<_, Stop>(Done::new(Recorded { id, version }, subject, detail))
    };
    perform(services, request, Act::Register, work).await
}

/// 记一条变更；`expected_version` 是来者所据的版本。
#[crate::boxed]
pub async fn record_registry_event(
    services: &Services,
    request: &RequestContext,
    id: TimelineId,
    expected_version: u64,
    event: RegistryEvent,
) -> Result<Recorded, ServiceError> {
    let lawbook = services.lawbook();
    let only = std::slice::from_ref(&event);
    check_all(&lawbook, request, id.kind(), only, |_| changed())?;
    let request_of_closure = request.clone();
    let work = async move |tx: &Tx| {
        let events = std::slice::from_ref(&event);
        let request = &request_of_closure;
        let written = write(tx, request, &lawbook, id, expected_version, events).await;
        let resource = written.map_err(in_change)?;
        let version = expected_version + 1;
        let subject = Subject::new(&resource, id);
        let detail = json!({ "kind": event.event.kind, "version": version });
        Ok::<_, Stop>(Done::new(Recorded { id, version }, subject, detail))
    };
    perform(services, request, Act::RecordRegistryEvent, work).await
}

/// Where the event of a change stands.
fn changed() -> Pointer {
    Pointer::body().member("event")
}

/// What was said of the fields of the only event, with the event before it.
fn in_change(stop: Stop) -> Stop {
    let Stop::Error(ServiceError::Invalid(mut errors)) = stop else {
        return stop;
    };
    for error in &mut errors {
        if error.pointer.as_str().starts_with("/fields/") {
            error.pointer = error.pointer.under(&changed());
        }
    }
    Stop::Error(ServiceError::Invalid(errors))
}

fn check_all(
    lawbook: &Lawbook,
    request: &RequestContext,
    kind: TimelineKind,
    events: &[RegistryEvent],
    place: impl Fn(usize) -> Pointer,
) -> Result<(), ServiceError> {
    if events.len() > EVENTS_MAX {
        return Err(ServiceError::LimitExceeded);
    }
    let errors = events
        .iter()
        .enumerate()
        .flat_map(|(number, it)| check(lawbook, kind, &it.event, request.today(), &place(number)));
    let errors: Vec<_> = errors.collect();
    match errors.is_empty() {
        true => Ok(()),
        false => Err(ServiceError::Invalid(errors)),
    }
}

/// Asks, judges, appends, projects; gives the resource that was asked about first.
pub(crate) async fn write(
    tx: &Tx,
    request: &RequestContext,
    lawbook: &Lawbook,
    id: TimelineId,
    expected: u64,
    events: &[RegistryEvent],
) -> Result<Resource, Stop> {
    let loaded = tx.load_for_append(id).await?;
    let mut resources = Vec::new();
    for it in events {
        resources.extend(resources_of(tx, request, id, expected == 0, &it.event).await?);
    }
    for resource in &resources {
        authorise(request, Action::Maintain, resource, id)?;
    }
    if loaded.header.version != expected {
        return Err(ServiceError::Conflict {
            expected,
            found: loaded.header.version,
        }
        .into());
    }
    let mut timeline = loaded.timeline;
    let mut new = Vec::with_capacity(events.len());
    for it in events {
        let event = about(id, &it.event);
        check_code(tx, id, &event).await?;
        let nature = judge(lawbook, &timeline, it, &event)?;
        timeline.events.push(event.clone());
        new.push(NewEvent {
            corrects: it.corrects,
            note: it.note.clone(),
            ..NewEvent::new(event, nature)
        });
    }
    tx.append(id, expected, new).await?;
    let loaded = tx.load_timeline(id).await?;
    let subjects = project(tx, id, &loaded.timeline, request.today(), Grants::Follow).await?;
    enqueue(tx, &subjects).await?;
    let first = resources.into_iter().next();
    Ok(first.ok_or_else(|| ServiceError::internal("nothing was asked"))?)
}

/// The event with what the timeline says by itself: whose it is.
fn about(id: TimelineId, event: &Event) -> Event {
    let mut event = event.clone();
    if id.kind() == TimelineKind::Officer {
        let officer = Value::Text(id.to_string());
        event.fields.insert("officer".to_owned(), officer);
    }
    event
}

/// An act of this platform must pass the table of its procedure; what has happened is written down as it is.
fn judge(
    lawbook: &Lawbook,
    timeline: &Timeline,
    it: &RegistryEvent,
    event: &Event,
) -> Result<Nature, ServiceError> {
    match nature_of(lawbook, event) {
        Declared::Fact | Declared::System => Ok(Nature::Fact),
        Declared::Act if it.corrects.is_some() => Ok(Nature::Act),
        Declared::Act => match decide(lawbook, timeline, event, &DecideOptions::default()) {
            Ok(_) => Ok(Nature::Act),
            Err(refusal) => Err(ServiceError::Refused(refusal)),
        },
    }
}

/// One code, one division a day.
async fn check_code(read: &Read, id: TimelineId, event: &Event) -> Result<(), ServiceError> {
    if id.kind() != TimelineKind::Division {
        return Ok(());
    }
    let Some(code) = text(event, "code") else {
        return Ok(());
    };
    let found = read.find_division(&code, event.occurred_on).await?;
    match found.filter(|node| node.id != id) {
        None => Ok(()),
        Some(node) => {
            let message = format!("{} 已经用着代码 {code}", node.name);
            Err(refused("code", &message))
        }
    }
}

/// What the event touches: where the thing is, and where the event puts it. Both are asked.
async fn resources_of(
    read: &Read,
    request: &RequestContext,
    id: TimelineId,
    is_new: bool,
    event: &Event,
) -> Result<Vec<Resource>, ServiceError> {
    let on = event.occurred_on;
    let today = request.today();
    let field = |name: &str| text(event, name);
    let node_of = async |id: TimelineId| -> Result<Option<OrgNode>, ServiceError> {
        match read.find_org(id, today).await? {
            Some(node) => Ok(Some(node)),
            None => Ok(read.list_org_history(id).await?.pop()),
        }
    };
    let mut found = Vec::new();
    match id.kind() {
        TimelineKind::Division | TimelineKind::Body => {
            let is_division = id.kind() == TimelineKind::Division;
            let (kind, above) = match is_division {
                true => (ResourceKind::Organisation, field("parent")),
                false => (ResourceKind::Body, field("region")),
            };
            if let Some(node) = node_of(id).await? {
                found.push(at(kind, node.path, node.department));
            }
            let name = if is_division { "parent" } else { "region" };
            match above {
                Some(code) => {
                    let above = division(read, &code, on, name).await?;
                    let path = node_of(above)
                        .await?
                        .map_or_else(OrgPath::root, |it| it.path);
                    found.push(at(kind, path, field("department")));
                }
                None if is_new => found.push(at(kind, OrgPath::root(), None)),
                None => {}
            }
        }
        TimelineKind::Officer | TimelineKind::Item => {
            let is_officer = id.kind() == TimelineKind::Officer;
            let kind = match (is_officer, is_of_card(event)) {
                (true, true) => ResourceKind::Card,
                (true, false) => ResourceKind::Personnel,
                (false, _) => ResourceKind::Item,
            };
            found.extend(member(read, id, today, kind).await?);
            // Leaving names the body that is left: it is where the officer is.
            if let Some(body) = field("body").filter(|_| event.kind != "officer_left") {
                let body: Id<kind::Body> =
                    Id::parse(&body).map_err(|error| refused("body", &error.to_string()))?;
                let node = node_of(body.into()).await?;
                let node = node.ok_or_else(|| refused("body", "没有这个机关，请先登记它"))?;
                found.push(at(kind, node.path, node.department));
            }
        }
        TimelineKind::Case
        | TimelineKind::Complaint
        | TimelineKind::Supervision
        | TimelineKind::Rectification => return Err(ServiceError::NotFound),
    }
    if found.is_empty() && !is_new {
        found.push(at(ResourceKind::Organisation, OrgPath::root(), None));
    }
    Ok(found)
}

/// Where an officer or an item is now; who has left is nowhere, and taken in by whoever he goes to.
async fn member(
    read: &Read,
    id: TimelineId,
    today: mingjing_kernel::date::Date,
    kind: ResourceKind,
) -> Result<Option<Resource>, ServiceError> {
    if id.kind() == TimelineKind::Officer {
        let officer = Id::try_from(id).map_err(ServiceError::internal)?;
        let row = read.find_officer(officer, today).await?;
        let row = row.filter(|row| row.state != OfficerState::Left || kind == ResourceKind::Card);
        return Ok(row.map(|row| at(kind, row.org, row.department)));
    }
    let item = Id::try_from(id).map_err(ServiceError::internal)?;
    let row = read.find_item(item, today).await?;
    Ok(row.map(|row| at(kind, row.org, row.department)))
}

pub(crate) fn at(kind: ResourceKind, org: OrgPath, department: Option<String>) -> Resource {
    Resource {
        line: department.and_then(|it| Line::parse(&it).ok()),
        ..Resource::new(kind, org)
    }
}

pub(crate) async fn enqueue(tx: &Tx, subjects: &BTreeSet<String>) -> Result<(), ServiceError> {
    for subject in subjects {
        tx.enqueue(&NewJob {
            queue: REASSESS_QUEUE,
            kind: REASSESS_JOB,
            payload: json!({ "subject": subject }).to_string(),
            dedupe_key: Some(format!("{REASSESS_JOB}:{subject}")),
            run_at: None,
            max_attempts: REASSESS_ATTEMPTS_MAX,
        })
        .await?;
    }
    Ok(())
}
