//! 记录事件：问权限、锁住案件、问法典、追加、评估、审计，一个事务。

use mingjing_domain::event::Event;
use mingjing_domain::finding::{Outcome, RuleResult};
use mingjing_domain::procedure as proceeding;
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::proceed::decide::{DecideOptions, Grounds, Override, Ruling, decide, joined};
use mingjing_policy::permission::Action;
use mingjing_store::event::{Appended, Nature, NewEvent};
use mingjing_store::finding::EndedBy;
use mingjing_store::timeline::{LoadedTimeline, TimelineHeader};
use mingjing_store::tx::Tx;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::access::{case_audit, load_case, note_refusal, require};
use crate::assessment::acting::action_of;
use crate::assessment::facts::{STATED, stated};
use crate::assessment::project::finding_ids;
use crate::assessment::write::{Ready, Written};
use crate::casework::create_case::classified;
use crate::casework::event_input::EventInput;
use crate::casework::opening::is_classified;
use crate::context::{RequestContext, Services};
use crate::error::{BlockingFinding, FieldCode, FieldError, Pointer, ServiceError};
use crate::idempotency::{Done, Once, earlier, keep};
use crate::limit::REASON_CHARS_MAX;

/// The id of the proposed event until it is recorded: what is to be confirmed keeps its id while the version stands.
const PROPOSED: &str = "*proposed*";

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
        let loaded = tx.load_for_append(id).await?;
        // Asked again under the lock: of two requests with one key the second finds the answer of the first.
        if let Some(done) = earlier(tx, self.request, self.once).await? {
            return Ok(done);
        }
        require_version(&loaded, command.expected_version)?;
        let mut event = command.event.check(self.lawbook, today, &Pointer::body())?;
        check_reasons(command)?;
        event.recorded_at = Some(tx.now().timestamp());
        let mut ready = Ready::gather(tx, self.lawbook, loaded, today).await?;
        let ruling = self.rule(&ready, &event)?;
        self.require_confirmed(&ready.timeline, &event, &ruling)?;
        let (appended, events) = self.append(&ready.header, event, &ruling).await?;
        let cause = match command.event.kind.as_str() {
            STATED => EndedBy::FactsChanged,
            _ => EndedBy::Met,
        };
        ready.appended(tx, self.lawbook, events, today).await?;
        let version = ready.header.version;
        let written = ready.write(tx, self.lawbook, today, cause).await?;
        let detail = json!({
            "event": appended.id,
            "kind": command.event.kind,
            "seq": appended.seq,
            "confirmed": command.confirm.len(),
            "overridden": !matches!(ruling.clearance.grounds(), Grounds::Free),
        });
        tx.audit(case_audit("case.record_event", id, &org_path, detail))
            .await?;
        let unclear = ruling.unclear.iter().map(|unmet| unmet.text.to_string());
        let recorded = recorded(command.case, version, appended, &written, unclear.collect());
        keep(tx, self.request, self.once, recorded).await
    }

    /// Asks the policy about this kind of event in this case, and about setting rules aside.
    async fn permit(&self, id: TimelineId) -> Result<String, ServiceError> {
        let (row, resource) = load_case(self.tx, id).await?;
        let (actor, today) = (&self.request.actor, self.request.today());
        let procedure = row.procedure.as_deref();
        let action = action_of(self.lawbook, procedure, &self.command.event.kind);
        require(actor, action, &resource, today)?;
        if self.command.override_reason.is_some() {
            require(actor, Action::Override, &resource, today)?;
        }
        Ok(row.org_path)
    }

    /// Asks the lawbook, with the facts as they are.
    fn rule(&self, ready: &Ready, event: &Event) -> Result<Ruling, ServiceError> {
        let today = self.request.today();
        if event.kind == STATED {
            let after = joined(&ready.timeline, event);
            if is_classified(&stated(&after).facts) {
                return Err(classified());
            }
        }
        let by = self.request.account.map(|id| id.to_string());
        let overriding = self.command.override_reason.as_ref().zip(by);
        let options = DecideOptions {
            as_of: Some(today),
            overriding: overriding.map(|(reason, by)| Override {
                by,
                reason: reason.clone(),
            }),
        };
        let mut proposed = event.clone();
        proposed.id = PROPOSED.to_owned();
        decide(self.lawbook, &ready.timeline, &proposed, &options).map_err(refused)
    }

    /// What the event newly brings must have been seen by whoever takes an act; what has happened is only recorded.
    fn require_confirmed(
        &self,
        timeline: &Timeline,
        event: &Event,
        ruling: &Ruling,
    ) -> Result<(), ServiceError> {
        if self.nature(ruling) == Nature::Fact {
            return Ok(());
        }
        let mut proposed = event.clone();
        proposed.id = PROPOSED.to_owned();
        let joined = joined(timeline, &proposed);
        let set_aside = match ruling.clearance.grounds() {
            Grounds::Free => &[][..],
            Grounds::Overridden { set_aside, .. } => set_aside,
        };
        let is_open = |result: &&RuleResult| {
            let is_set_aside = set_aside
                .iter()
                .any(|reason| reason.code.as_ref() == Some(&result.code));
            result.outcome == Outcome::Violation && !is_set_aside
        };
        let newly: Vec<RuleResult> = ruling.newly.iter().filter(is_open).cloned().collect();
        let ids = finding_ids(&joined, &newly);
        let open = ids
            .into_iter()
            .zip(&newly)
            .filter(|(id, _)| !self.command.confirm.contains(id));
        let open: Vec<(String, &RuleResult)> = open.collect();
        if open.is_empty() {
            return Ok(());
        }
        Err(ServiceError::Blocked(blocking(
            self.lawbook,
            &joined,
            ruling.clearance.as_of(),
            &open,
        )))
    }

    fn nature(&self, ruling: &Ruling) -> Nature {
        if ruling.steps.iter().any(|(_, step)| step.is_irregular) {
            return Nature::Irregular;
        }
        let vocabulary = &self.lawbook.book.vocabulary;
        let declared = vocabulary.kind(&self.command.event.kind);
        match declared.map(|id| vocabulary.kind_of(id).nature) {
            Some(proceeding::Nature::Act) => Nature::Act,
            Some(proceeding::Nature::Fact | proceeding::Nature::System) | None => Nature::Fact,
        }
    }

    /// Appends the event, and after it the record of what was set aside; gives them back as they stand.
    async fn append(
        &self,
        header: &TimelineHeader,
        event: Event,
        ruling: &Ruling,
    ) -> Result<(Appended, Vec<Event>), ServiceError> {
        let (tx, id) = (self.tx, header.id);
        let new = NewEvent {
            note: self.command.note.clone(),
            ..NewEvent::new(event.clone(), self.nature(ruling))
        };
        let done = tx.append(id, header.version, vec![new]).await?;
        let appended = done.first().copied();
        let appended = appended.ok_or_else(|| ServiceError::internal("nothing was appended"))?;
        let mut events = vec![standing(event, tx, appended)];
        if let Grounds::Overridden { by, set_aside } = ruling.clearance.grounds() {
            let on = self.request.today();
            let record = override_event(appended.id, on, &by.reason, set_aside);
            let new = NewEvent::new(record.clone(), Nature::Fact);
            let done = tx.append(id, appended.seq, vec![new]).await?;
            events.extend(done.first().map(|also| standing(record, tx, *also)));
        }
        Ok((appended, events))
    }
}

/// The event as loading it would give it.
fn standing(event: Event, tx: &Tx, appended: Appended) -> Event {
    Event {
        id: appended.id.to_string(),
        recorded_at: Some(tx.now().timestamp()),
        ..event
    }
}

fn override_event(
    target: Id<kind::Event>,
    on: Date,
    reason: &str,
    set_aside: &[proceeding::RefusalReason],
) -> Event {
    use mingjing_domain::value::Value;
    let mut event = Event::new("", "override", on);
    event.source = mingjing_domain::event::Source::FirstHand;
    let codes = set_aside.iter().filter_map(|r| r.code.as_deref());
    let texts: Vec<&str> = set_aside.iter().map(|r| r.text.as_str()).collect();
    event.fields = [
        ("target".to_owned(), Value::Text(target.to_string())),
        ("reason".to_owned(), reason.into()),
        (
            "codes".to_owned(),
            Value::List(codes.map(Value::from).collect()),
        ),
        ("set_aside".to_owned(), texts.join("；").as_str().into()),
    ]
    .into();
    event
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

fn refused(refusal: proceeding::Refusal) -> ServiceError {
    use proceeding::RefusalCause;
    let of = |cause: RefusalCause| {
        let reasons = refusal.reasons.iter();
        reasons.filter(move |reason| reason.cause == cause)
    };
    if of(RefusalCause::Data).next().is_some() {
        let errors = of(RefusalCause::Data).map(|reason| {
            let pointer = Pointer::body().member("fields");
            FieldError::new(pointer, FieldCode::NotAllowed, reason.text.clone())
        });
        return ServiceError::Invalid(errors.collect());
    }
    let grave = of(RefusalCause::Violation).map(|reason| BlockingFinding {
        id: None,
        code: reason.code.as_deref().unwrap_or_default().to_owned(),
        severity: mingjing_domain::finding::Severity::Grave,
        headline: reason.text.clone(),
        articles: reason.cite.iter().map(ToString::to_string).collect(),
        remedy: "先消除这一情形再办理；确有理由的，由机关负责人写明理由后越过".to_owned(),
    });
    let grave: Vec<BlockingFinding> = grave.collect();
    if !grave.is_empty() {
        return ServiceError::Blocked(grave);
    }
    ServiceError::Refused(refusal)
}

/// The findings that wait for confirmation, in words.
fn blocking(
    lawbook: &Lawbook,
    joined: &Timeline,
    as_of: Date,
    open: &[(String, &RuleResult)],
) -> Vec<BlockingFinding> {
    let explainer = Explainer::new(lawbook);
    let words = explainer.case(joined, as_of);
    let list = open.iter().map(|(id, result)| {
        let text = words.finding(result);
        BlockingFinding {
            id: Some(id.clone()),
            code: result.code.to_string(),
            severity: result.severity,
            headline: text.headline,
            articles: text.article,
            remedy: format!("{}；仍要记录的，在 confirm 里写上这一标识", text.remedy),
        }
    });
    list.collect()
}
