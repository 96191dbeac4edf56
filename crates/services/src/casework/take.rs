//! 作出：问法典、要确认、追加、评估，在调用者的事务里；记录事件与公示都走这一条路。

use mingjing_domain::event::Event;
use mingjing_domain::finding::{Outcome, RuleResult};
use mingjing_domain::procedure as proceeding;
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, kind};
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::proceed::decide::{DecideOptions, Grounds, Override, Ruling, decide, joined};
use mingjing_store::event::{Appended, Nature, NewEvent};
use mingjing_store::finding::EndedBy;
use mingjing_store::timeline::TimelineHeader;
use mingjing_store::tx::Tx;

use crate::assessment::facts::{STATED, stated};
use crate::assessment::project::finding_ids;
use crate::assessment::write::{Ready, Written};
use crate::casework::create_case::classified;
use crate::casework::opening::is_classified;
use crate::context::RequestContext;
use crate::error::{BlockingFinding, FieldCode, FieldError, Pointer, ServiceError};

/// The id of the proposed event until it is recorded: what is to be confirmed keeps its id while the version stands.
const PROPOSED: &str = "*proposed*";

/// How an event is taken: by whom, with what confirmed.
pub(crate) struct Taking<'a> {
    pub(crate) tx: &'a Tx,
    pub(crate) lawbook: &'a Lawbook,
    pub(crate) request: &'a RequestContext,
    /// Findings that have been seen.
    pub(crate) confirm: &'a [String],
    /// Why what refuses it is set aside; whether the actor may is for the caller to ask.
    pub(crate) override_reason: Option<&'a str>,
    pub(crate) note: Option<&'a str>,
}

/// What taking an event has left.
pub(crate) struct Taken {
    pub(crate) appended: Appended,
    /// The version of the timeline afterwards.
    pub(crate) version: u64,
    pub(crate) written: Written,
    pub(crate) unclear: Vec<String>,
    pub(crate) is_overridden: bool,
}

impl Taking<'_> {
    /// Takes the event. The timeline MUST be locked by this transaction, and the actor permitted.
    pub(crate) async fn take(&self, mut ready: Ready, event: Event) -> Result<Taken, ServiceError> {
        let (tx, today) = (self.tx, self.request.today());
        let ruling = self.rule(&ready, &event)?;
        self.require_confirmed(&ready.timeline, &event, &ruling)?;
        let cause = match event.kind.as_str() {
            STATED => EndedBy::FactsChanged,
            _ => EndedBy::Met,
        };
        let (appended, events) = self.append(&ready.header, event, &ruling).await?;
        ready.appended(tx, self.lawbook, events, today).await?;
        let version = ready.header.version;
        let written = ready.write(tx, self.lawbook, today, cause).await?;
        let unclear = ruling.unclear.iter().map(|unmet| unmet.text.to_string());
        Ok(Taken {
            appended,
            version,
            written,
            unclear: unclear.collect(),
            is_overridden: !matches!(ruling.clearance.grounds(), Grounds::Free),
        })
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
        let overriding = self.override_reason.zip(by);
        let options = DecideOptions {
            as_of: Some(today),
            overriding: overriding.map(|(reason, by)| Override {
                by,
                reason: reason.to_owned(),
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
        if !self.is_act(&event.kind) {
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
            .filter(|(id, _)| !self.confirm.contains(id));
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

    fn nature(&self, kind: &str, ruling: &Ruling) -> Nature {
        if ruling.steps.iter().any(|(_, step)| step.is_irregular) {
            return Nature::Irregular;
        }
        match self.is_act(kind) {
            true => Nature::Act,
            false => Nature::Fact,
        }
    }

    /// Whether the kind is declared as something that is taken in the platform; anything else has happened anyway.
    fn is_act(&self, kind: &str) -> bool {
        let vocabulary = &self.lawbook.book.vocabulary;
        let declared = vocabulary.kind(kind);
        declared.is_some_and(|id| vocabulary.kind_of(id).nature == proceeding::Nature::Act)
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
            note: self.note.map(str::to_owned),
            ..NewEvent::new(event.clone(), self.nature(&event.kind, ruling))
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
            remedy: format!("{}看过之后仍要记录的，确认看过这一条再提交。", text.remedy),
        }
    });
    list.collect()
}
