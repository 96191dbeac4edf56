//! 记录事件：问权限、锁住案件、问法典、追加、评估、审计，一个事务。

use mingjing_domain::event::Event;
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::procedure::Transition;
use mingjing_lawbook::vocabulary::Audience;
use mingjing_policy::permission::Action;
use mingjing_store::case_row::CaseRow;
use mingjing_store::event::Appended;
use mingjing_store::finding::EndedBy;
use mingjing_store::timeline::LoadedTimeline;
use mingjing_store::tx::Tx;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::{case_audit, judged, load_case, may_record, note_refusal, require};
use crate::assessment::acting::is_answer;
use crate::assessment::facts::{ASSIGNED, LINK, accounts, effective, stated, text};
use crate::assessment::reassess::assess_within;
use crate::assessment::write::{Ready, Written};
use crate::casework::event_input::EventInput;
use crate::casework::handlers::{circle_of, require_handlers};
use crate::casework::take::Taking;
use crate::complaint::steps::{Proposed, check as check_step};
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::idempotency::{Done, Once, earlier, keep};
use crate::limit::REASON_CHARS_MAX;

/// 要记录的一件事。
#[derive(Debug, Clone)]
pub struct RecordEvent {
    /// 案件。
    pub case: Id<kind::Case>,
    /// 所据的版本。
    pub expected_version: u64,
    /// 事件。
    pub event: EventInput,
    /// 已经看过、仍要记录的发现（上一次被挡下时给出的标识）。
    pub confirm: Vec<String>,
    /// 越过拦阻的理由；要有“越过拦阻”的许可。
    pub override_reason: Option<String>,
    /// 附记。
    pub note: Option<String>,
}

/// 记下了的一件事。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRecorded {
    /// 案件。
    pub case: Id<kind::Case>,
    /// 之后的版本。
    pub version: u64,
    /// 事件。
    pub event: Id<kind::Event>,
    /// 序号。
    pub seq: u64,
    /// 新出现、变了的发现。
    pub found: Vec<String>,
    /// 消除了的发现。
    pub ended: Vec<String>,
    /// 无法判定的个数。
    pub undetermined: u64,
    /// 说不清是否满足的要求。
    pub unclear: Vec<String>,
}

/// 记录一件事。
#[crate::boxed]
pub async fn record_event(
    services: &Services,
    request: &RequestContext,
    command: RecordEvent,
    once: Option<Once>,
) -> Result<Done<EventRecorded>, ServiceError> {
    let id = TimelineId::from(command.case);
    let lawbook = services.lawbook();
    let refused = case_audit(
        "case.record_event",
        id,
        "/",
        json!({ "kind": command.event.kind }),
    );
    let held = request.clone();
    let write = async move |tx: &Tx| {
        let recording = Recording {
            tx,
            lawbook: &lawbook,
            request: &held,
            command: &command,
            once: once.as_ref(),
        };
        recording.record().await
    };
    let context = services.context(request);
    let result = services.store.write(&context, write).await;
    note_refusal(services, request, refused, result).await
}

struct Recording<'a> {
    tx: &'a Tx,
    lawbook: &'a Lawbook,
    request: &'a RequestContext,
    command: &'a RecordEvent,
    once: Option<&'a Once>,
}

impl Recording<'_> {
    async fn record(&self) -> Result<Done<EventRecorded>, ServiceError> {
        let (tx, command) = (self.tx, self.command);
        let today = self.request.today();
        let id = TimelineId::from(command.case);
        let org_path = self.permit(id).await?;
        // Asked again under the lock: of two requests with one key the second finds the answer of the first.
        let (loaded, done) = tokio::join!(
            biased;
            tx.load_for_append(id),
            earlier(tx, self.request, self.once),
        );
        let loaded = loaded?;
        if let Some(done) = done? {
            return Ok(done);
        }
        require_version(&loaded, command.expected_version)?;
        let mut event =
            command
                .event
                .check(self.lawbook, self.request.now.timestamp(), &Pointer::body())?;
        check_reasons(command)?;
        event.recorded_at = Some(tx.now().timestamp());
        let taking = Taking {
            tx,
            lawbook: self.lawbook,
            request: self.request,
            confirm: &command.confirm,
            override_reason: command.override_reason.as_deref(),
            note: command.note.as_deref(),
        };
        let procedure = loaded.header.procedure.as_deref();
        self.require_fit(id, &loaded.timeline, procedure, &event)
            .await?;
        if self.lawbook.is_supervision(procedure) {
            look_again(tx, self.lawbook, &loaded.timeline, today).await?;
        }
        let ready = Ready::gather(tx, self.lawbook, loaded, today).await?;
        let taken = taking.take(ready, event).await?;
        let appended = taken.appended;
        let detail = json!({
            "event": appended.id,
            "kind": command.event.kind,
            "seq": appended.seq,
            "confirmed": command.confirm.len(),
            "overridden": taken.is_overridden,
        });
        tx.audit(case_audit("case.record_event", id, &org_path, detail))
            .await?;
        let (written, unclear) = (&taken.written, taken.unclear);
        let recorded = recorded(command.case, taken.version, appended, written, unclear);
        keep(tx, self.request, self.once, recorded).await
    }

    /// What the state table cannot know of: who is named, what is linked, what comes after what, whom a complaint is about.
    async fn require_fit(
        &self,
        id: TimelineId,
        timeline: &Timeline,
        procedure: Option<&str>,
        event: &Event,
    ) -> Result<(), ServiceError> {
        let (tx, today) = (self.tx, self.request.today());
        if event.kind == ASSIGNED {
            let named = Pointer::body().member("fields").member("accounts");
            let has_body = stated(timeline).body.is_some();
            let circle = circle_of(self.lawbook, procedure, has_body);
            require_handlers(tx, (&accounts(event), circle), today, &named).await?;
        }
        if event.kind == LINK && text(event, "to").as_deref() == Some(&id.to_string()) {
            let message = "一案不关联到自己";
            let pointer = Pointer::body().member("fields").member("to");
            return Err(ServiceError::invalid(
                pointer,
                FieldCode::NotAllowed,
                message,
            ));
        }
        if is_answer(self.lawbook, procedure, &event.kind) {
            require_after_service(self.lawbook, timeline, event)?;
        }
        if self.lawbook.is_complaint(procedure) {
            let proposed = Proposed {
                id,
                timeline,
                event,
                fields: Pointer::body().member("fields"),
                is_correction: false,
            };
            check_step(tx, &self.request.actor, &proposed, today).await?;
        }
        Ok(())
    }

    /// Asks the policy about this kind of event in this case, and about setting rules aside.
    async fn permit(&self, id: TimelineId) -> Result<String, ServiceError> {
        let (row, resource) = load_case(self.tx, id).await?;
        let (actor, today) = (&self.request.actor, self.request.today());
        judged(may_record(
            actor,
            self.lawbook,
            (&row, &resource),
            &self.command.event.kind,
            today,
        ))?;
        if self.command.override_reason.is_some() {
            require(actor, Action::Override, &resource, today)?;
        }
        require_listed(self.lawbook, &row, &self.command.event.kind)?;
        Ok(row.org_path)
    }
}

/// What the supervised body has to do moves a matter only where the state table lists it: it neither opens what is closed
/// nor goes past a step.
fn require_listed(lawbook: &Lawbook, row: &CaseRow, kind: &str) -> Result<(), ServiceError> {
    let name = row.procedure.as_deref();
    if !is_answer(lawbook, name, kind) {
        return Ok(());
    }
    let procedure = name.and_then(|name| lawbook.procedure(name));
    let id = lawbook.book.vocabulary.kind(kind);
    let (Some(procedure), Some(id)) = (procedure, id) else {
        return Ok(());
    };
    let state = row.state.as_deref().unwrap_or(&procedure.start);
    let is_here = |step: &&Transition| step.from.iter().any(|from| from.as_ref() == state);
    if procedure
        .transitions
        .iter()
        .filter(|step| step.on == id)
        .any(|step| is_here(&step))
    {
        return Ok(());
    }
    let called = procedure
        .state_names
        .get(state)
        .map_or(state, AsRef::as_ref);
    Err(ServiceError::refused(format!(
        "这一件现在是“{called}”，状态表里没有“{}”这一步；要重新办理的，由监督机构决定",
        lawbook.book.vocabulary.kind_of(id).label
    )))
}

/// An answer comes after what it answers.
fn require_after_service(
    lawbook: &Lawbook,
    timeline: &Timeline,
    event: &Event,
) -> Result<(), ServiceError> {
    let vocabulary = &lawbook.book.vocabulary;
    let is_served = |kind: &str| {
        let declared = vocabulary.kind(kind).map(|id| vocabulary.kind_of(id));
        declared.is_some_and(|kind| kind.audience == Audience::Served)
    };
    let events = effective(timeline).into_iter().map(|(_, event)| event);
    let served = events.filter(|event| is_served(&event.kind));
    let first = served.map(|event| event.occurred_on).min();
    if first.is_none_or(|first| event.occurred_on >= first) {
        return Ok(());
    }
    let message = "早于监督机构送达之日；请核对日期";
    let pointer = Pointer::body().member("on");
    Err(ServiceError::invalid(
        pointer,
        FieldCode::OutOfRange,
        message,
    ))
}

/// Judges the cases that a matter supervises as they stand today: whether a fault is gone is no matter of yesterday.
async fn look_again(
    tx: &Tx,
    lawbook: &Lawbook,
    timeline: &Timeline,
    today: Date,
) -> Result<(), ServiceError> {
    for case in stated(timeline).supervises.into_keys() {
        assess_within(tx, lawbook, case, today, EndedBy::TimePassed).await?;
    }
    Ok(())
}

pub(crate) fn recorded(
    case: Id<kind::Case>,
    version: u64,
    appended: Appended,
    written: &Written,
    unclear: Vec<String>,
) -> EventRecorded {
    let ids = |is_ended: bool| {
        let of = written.changes.iter().map(|change| &change.after);
        of.filter(|row| row.ended.is_some() == is_ended)
            .map(|row| row.finding.id.clone())
            .collect()
    };
    EventRecorded {
        case,
        version,
        event: appended.id,
        seq: appended.seq,
        found: ids(false),
        ended: ids(true),
        undetermined: written.projected.case.undetermined_count,
        unclear,
    }
}

pub(crate) fn require_version(loaded: &LoadedTimeline, expected: u64) -> Result<(), ServiceError> {
    let found = loaded.header.version;
    if found == expected {
        return Ok(());
    }
    Err(ServiceError::Conflict { expected, found })
}

fn check_reasons(command: &RecordEvent) -> Result<(), ServiceError> {
    if let Some(reason) = &command.override_reason {
        check_reason("override", reason)?;
    }
    match &command.note {
        Some(note) if note.chars().count() > REASON_CHARS_MAX => Err(ServiceError::invalid(
            Pointer::body().member("note"),
            FieldCode::OutOfRange,
            format!("不超过 {REASON_CHARS_MAX} 字"),
        )),
        Some(_) | None => Ok(()),
    }
}

/// A reason says something, within bounds.
pub(crate) fn check_reason(member: &str, reason: &str) -> Result<(), ServiceError> {
    let pointer = Pointer::body().member(member);
    if reason.trim().is_empty() {
        let message = "须写明理由";
        return Err(ServiceError::invalid(pointer, FieldCode::Missing, message));
    }
    if reason.chars().count() > REASON_CHARS_MAX {
        let message = format!("不超过 {REASON_CHARS_MAX} 字");
        return Err(ServiceError::invalid(
            pointer,
            FieldCode::OutOfRange,
            message,
        ));
    }
    Ok(())
}
