//! 投诉举报推出的几项：列表与统计所看的，办结之日，一项义务是不是由某种事来完成的。

use mingjing_domain::event::Event;
use mingjing_domain::finding::DutyState;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_lawbook::forms::Form;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_store::case_row::Complaint;

use crate::assessment::facts::{effective, text};
use crate::assessment::project::Seen;

/// The kinds of event, and their fields, as the lawbook declares them.
pub(crate) const RECEIVED: &str = "cmp_received";
pub(crate) const ACKNOWLEDGED: &str = "cmp_ack";
pub(crate) const REPLIED: &str = "cmp_replied";
pub(crate) const ASSIGNED: &str = "cmp_assigned";
pub(crate) const RETURNED: &str = "cmp_returned";
pub(crate) const MERGED: &str = "cmp_merged";
pub(crate) const RATED: &str = "satisfaction";
pub(crate) const VIEWED: &str = "informant_viewed";
pub(crate) const BODY: &str = "body";
pub(crate) const INTO: &str = "into";
pub(crate) const AGAINST: &str = "against_body";
/// The kind of complaint that is about what a body has done.
const ENFORCEMENT: &str = "enforcement";

/// What lists and statistics ask of a complaint; of another timeline nothing.
pub(super) fn complaint(seen: &Seen<'_>) -> Option<Complaint> {
    let procedure = seen.timeline.procedure.as_deref();
    if !seen.lawbook.is_complaint(procedure) {
        return None;
    }
    let events: Vec<&Event> = effective(seen.timeline)
        .into_iter()
        .map(|(_, event)| event)
        .collect();
    let of = |kind: &'static str| events.iter().filter(move |event| event.kind == kind);
    let first = of(RECEIVED).next();
    let said = |field: &str| first.and_then(|event| text(event, field));
    let mut rated = of(RATED).filter_map(|event| flag(event, "satisfied"));
    Some(Complaint {
        is_over: settled_on(seen).is_some(),
        kind: said("kind"),
        channel: said("channel"),
        against: said(AGAINST),
        against_name: said("against_name"),
        received_on: first.map(|event| event.occurred_on),
        is_timely: is_timely(seen),
        is_satisfied: rated.next_back(),
        is_repeat: of(MERGED).next().is_some(),
    })
}

/// The first that was received: against which body.
pub(crate) fn against(timeline: &mingjing_domain::timeline::Timeline) -> Option<String> {
    let mut events = effective(timeline).into_iter().map(|(_, event)| event);
    let first = events.find(|event| event.kind == RECEIVED)?;
    text(first, AGAINST)
}

/// Whether it is about what a body has done, and nobody has said yet which body that is.
pub(crate) fn is_against_unknown(timeline: &mingjing_domain::timeline::Timeline) -> bool {
    let mut events = effective(timeline).into_iter().map(|(_, event)| event);
    let first = events.find(|event| event.kind == RECEIVED);
    first.is_some_and(|event| {
        text(event, "kind").as_deref() == Some(ENFORCEMENT) && text(event, AGAINST).is_none()
    })
}

fn flag(event: &Event, field: &str) -> Option<bool> {
    match event.fields.get(field) {
        Some(Value::Bool(flag)) => Some(*flag),
        _ => None,
    }
}

/// The day of the step that brought it into the state in which it is settled; none while it is not.
pub(super) fn settled_on(seen: &Seen<'_>) -> Option<Date> {
    let main = seen.progress.main()?;
    let procedure = seen.lawbook.procedure(&main.at.procedure)?;
    if !main.at.is_final && !procedure.settled.contains(&main.at.state) {
        return None;
    }
    let mut steps = main.steps.iter().rev();
    let step = steps.find(|step| step.to == main.at.state && step.from != step.to)?;
    let event = seen.timeline.events.get(step.event.0 as usize)?;
    Some(event.occurred_on)
}

/// Whether what a reply ends was ended in time; nothing while no day has come.
fn is_timely(seen: &Seen<'_>) -> Option<bool> {
    let duties = seen.assessment.duties.iter();
    let of_reply = duties.filter(|duty| is_met_by(seen.lawbook, (&duty.code, duty.part), REPLIED));
    let mut timely = None;
    for duty in of_reply {
        match duty.state {
            DutyState::Breached | DutyState::MetLate => return Some(false),
            DutyState::Met => timely = Some(true),
            DutyState::Open
            | DutyState::Near
            | DutyState::Suspended
            | DutyState::Provisional
            | DutyState::Undetermined
            | DutyState::Waived
            | DutyState::Ended => {}
        }
    }
    timely
}

/// Whether a part of a rule sets a time that an event of this kind ends.
pub(crate) fn is_met_by(lawbook: &Lawbook, (code, part): (&str, u16), kind: &str) -> bool {
    let Some(kind) = lawbook.book.vocabulary.kind(kind) else {
        return false;
    };
    let rule = lawbook.rule(code);
    let part = rule.and_then(|rule| rule.parts.get(usize::from(part)));
    let met_by = part.and_then(|part| match &part.form {
        Form::Deadline(deadline) => deadline.met_by.as_ref(),
        _ => None,
    });
    met_by.is_some_and(|selector| selector.kinds().contains(&kind))
}
