//! 更正：写错了的由新的一条代替，原来的一条仍在；由更正消除的发现如此写明。

use mingjing_domain::event::{Event, Source};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_store::event::{Nature, NewEvent};
use mingjing_store::finding::EndedBy;
use mingjing_store::timeline::LoadedTimeline;
use mingjing_store::tx::Tx;
use serde_json::json;

use crate::access::{case_audit, judged, load_case, may_record, note_refusal, require};
use crate::assessment::acting::is_answer;
use crate::assessment::facts::{ASSIGNED, LINK, STATED, SUPERVISES, accounts, stated, text};
use crate::assessment::reassess::assess_within;
use crate::casework::create_case::classified;
use crate::casework::event_input::EventInput;
use crate::casework::handlers::{circle_of, require_handlers};
use crate::casework::opening::is_classified;
use crate::casework::record_event::{EventRecorded, check_reason, recorded, require_version};
use crate::complaint::steps::{Proposed, check as check_step};
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::idempotency::{Done, Once, earlier, keep};

/// 要作的更正。
#[derive(Debug, Clone)]
pub struct CorrectEvent {
    /// 案件。
    pub case: Id<kind::Case>,
    /// 所据的版本。
    pub expected_version: u64,
    /// 更正哪一条。
    pub corrects: Id<kind::Event>,
    /// 更正之后的全部内容；种类不变。
    pub event: EventInput,
    /// 更正的原因。
    pub reason: String,
}

/// 更正一条事件。
#[crate::boxed]
pub async fn correct_event(
    services: &Services,
    request: &RequestContext,
    command: CorrectEvent,
    once: Option<Once>,
) -> Result<Done<EventRecorded>, ServiceError> {
    check_reason("reason", &command.reason)?;
    let id = TimelineId::from(command.case);
    let lawbook = services.lawbook();
    let detail = json!({ "event": command.corrects });
    let refused = case_audit("case.correct_event", id, "/", detail);
    let held = request.clone();
    let write = async move |tx: &Tx| correct(tx, &lawbook, &held, &command, once.as_ref()).await;
    let context = services.context(request);
    let result = services.store.write(&context, write).await;
    note_refusal(services, request, refused, result).await
}

async fn correct(
    tx: &Tx,
    lawbook: &Lawbook,
    request: &RequestContext,
    command: &CorrectEvent,
    once: Option<&Once>,
) -> Result<Done<EventRecorded>, ServiceError> {
    let today = request.today();
    let id = TimelineId::from(command.case);
    let (row, resource) = load_case(tx, id).await?;
    require(&request.actor, Action::Correct, &resource, today)?;
    let loaded = tx.load_for_append(id).await?;
    if let Some(done) = earlier(tx, request, once).await? {
        return Ok(done);
    }
    require_version(&loaded, command.expected_version)?;
    require_same_kind(&loaded, command)?;
    if resource.kind == ResourceKind::Supervision {
        let kind = &command.event.kind;
        judged(may_record(
            &request.actor,
            lawbook,
            (&row, &resource),
            kind,
            today,
        ))?;
        require_own_answer(lawbook, &loaded, command, request.account)?;
    }
    require_not_supervising(&loaded, command)?;
    let event = command
        .event
        .check(lawbook, request.now.timestamp(), &in_event())?;
    if event.kind == ASSIGNED {
        let named = in_event().member("fields").member("accounts");
        let circle = circle_of(lawbook, row.procedure.as_deref(), row.body.is_some());
        require_handlers(tx, (&accounts(&event), circle), today, &named).await?;
    }
    if resource.kind == ResourceKind::Complaint {
        let proposed = Proposed {
            id,
            timeline: &loaded.timeline,
            event: &event,
            fields: in_event().member("fields"),
            is_correction: true,
        };
        check_step(tx, &request.actor, &proposed, today).await?;
    }
    require_not_classified(&loaded, command, &event)?;
    let nature = loaded
        .events
        .iter()
        .rev()
        .find(|known| known.id == command.corrects)
        .map_or(Nature::Fact, |known| known.nature);
    let replacement = NewEvent {
        corrects: Some(command.corrects),
        note: Some(command.reason.clone()),
        ..NewEvent::new(event, nature)
    };
    let about = NewEvent::new(correction(command, today), Nature::Fact);
    let done = tx
        .append(id, command.expected_version, vec![replacement, about])
        .await?;
    let appended = done.first().copied();
    let appended = appended.ok_or_else(|| ServiceError::internal("nothing was appended"))?;
    let written = assess_within(tx, lawbook, id, today, EndedBy::Corrected).await?;
    let detail = json!({ "event": command.corrects, "seq": appended.seq });
    tx.audit(case_audit("case.correct_event", id, &row.org_path, detail))
        .await?;
    let version = command.expected_version + done.len() as u64;
    let recorded = recorded(command.case, version, appended, &written, Vec::new());
    keep(tx, request, once, recorded).await
}

/// Where the corrected event stands in the body.
fn in_event() -> Pointer {
    Pointer::body().member("event")
}

/// What was stated about the case may not be corrected into a secret of the state.
fn require_not_classified(
    loaded: &LoadedTimeline,
    command: &CorrectEvent,
    event: &Event,
) -> Result<(), ServiceError> {
    if event.kind != STATED {
        return Ok(());
    }
    let mut after = loaded.timeline.clone();
    let mut event = event.clone();
    event.corrects = Some(command.corrects.to_string());
    after.events.push(event);
    match is_classified(&stated(&after).facts) {
        true => Err(classified()),
        false => Ok(()),
    }
}

/// The record that something was corrected, and why.
fn correction(command: &CorrectEvent, on: Date) -> Event {
    let mut event = Event::new("", "correction", on);
    event.source = Source::FirstHand;
    event.fields = [
        (
            "target".to_owned(),
            Value::Text(command.corrects.to_string()),
        ),
        ("reason".to_owned(), Value::Text(command.reason.clone())),
    ]
    .into();
    event
}

/// What the supervised body has written, nobody else writes anew.
fn require_own_answer(
    lawbook: &Lawbook,
    loaded: &LoadedTimeline,
    command: &CorrectEvent,
    account: Option<Id<kind::Account>>,
) -> Result<(), ServiceError> {
    let procedure = loaded.header.procedure.as_deref();
    let known = loaded
        .events
        .iter()
        .find(|known| known.id == command.corrects);
    let is_theirs = known.is_some_and(|known| known.account != account);
    match is_answer(lawbook, procedure, &command.event.kind) && is_theirs {
        true => Err(ServiceError::refused(
            "这是别人写下的答复，由写下它的人更正；与送来的纸件不一致的，另记一次",
        )),
        false => Ok(()),
    }
}

/// Which findings a matter supervises was settled when it was opened: taking one out would strike off what is not gone.
fn require_not_supervising(
    loaded: &LoadedTimeline,
    command: &CorrectEvent,
) -> Result<(), ServiceError> {
    let target = command.corrects.to_string();
    let of = loaded.timeline.events.iter().filter(|e| e.id == target);
    let mut links = of.filter(|event| event.kind == LINK);
    match links.any(|event| text(event, "link").as_deref() == Some(SUPERVISES)) {
        true => Err(ServiceError::refused(
            "监督事项与发现的关联在立事项时定下，不能更正；立错了的，终止之后重新立",
        )),
        false => Ok(()),
    }
}

fn require_same_kind(loaded: &LoadedTimeline, command: &CorrectEvent) -> Result<(), ServiceError> {
    let target = command.corrects.to_string();
    let original = loaded.timeline.events.iter().find(|e| e.id == target);
    let Some(original) = original else {
        let message = "本案没有这一条事件；请核对标识";
        let pointer = Pointer::body().member("corrects");
        return Err(ServiceError::invalid(
            pointer,
            FieldCode::NoSuchTarget,
            message,
        ));
    };
    if original.kind != command.event.kind {
        let message = format!(
            "更正不能改变事件的种类（{}）；种类记错的，请另行说明后重新记录",
            original.kind
        );
        let pointer = in_event().member("kind");
        return Err(ServiceError::invalid(
            pointer,
            FieldCode::NotAllowed,
            message,
        ));
    }
    Ok(())
}
