//! 监督事项推出的几项：送达了被监督机关没有，线索从哪里来，一项义务、一个发现是不是被监督机关的事。

use mingjing_domain::finding::EventIndex;
use mingjing_lawbook::proceed::bearer::is_borne_by;
use mingjing_lawbook::vocabulary::Audience;
use mingjing_store::case_row::Supervision;

use crate::assessment::facts::{effective, text};
use crate::assessment::project::Seen;

/// The role of the state table that answers for what is supervised.
pub(crate) const SUPERVISED: &str = "supervised_body";
/// The event that says where a lead came from, and its field.
pub(crate) const LEAD: &str = "sup_lead_received";
pub(crate) const SOURCE: &str = "source";

/// Whether the timeline is a matter, and whether the body that is supervised has been served.
pub(super) fn supervision(seen: &Seen<'_>) -> Option<Supervision> {
    if !seen
        .lawbook
        .is_supervision(seen.timeline.procedure.as_deref())
    {
        return None;
    }
    let vocabulary = &seen.lawbook.book.vocabulary;
    let is_served = |kind: &str| {
        let declared = vocabulary.kind(kind).map(|id| vocabulary.kind_of(id));
        declared.is_some_and(|kind| kind.audience == Audience::Served)
    };
    let mut events = effective(seen.timeline).into_iter();
    Some(match events.any(|(_, event)| is_served(&event.kind)) {
        true => Supervision::Served,
        false => Supervision::Internal,
    })
}

/// Where the first lead of a matter came from.
pub(super) fn lead_source(seen: &Seen<'_>) -> Option<String> {
    supervision(seen)?;
    let events = effective(seen.timeline).into_iter();
    let mut leads = events.filter(|(_, event)| event.kind == LEAD);
    leads.find_map(|(_, event)| text(event, SOURCE))
}

/// The body whose matter it is. In a case it is the body that handles it; in a matter what those who supervise have to
/// do is no body's, and only what the supervised body has to do is its own.
pub(super) fn bearer(
    seen: &Seen<'_>,
    part: (&str, u16),
    trigger: Option<EventIndex>,
) -> Option<String> {
    let body = seen.stated.body.clone()?;
    let procedure = seen.timeline.procedure.as_deref();
    let procedure = procedure.and_then(|name| seen.lawbook.procedure(name));
    let Some(procedure) = procedure.filter(|procedure| procedure.is_supervision) else {
        return Some(body);
    };
    let event = trigger.and_then(|at| seen.timeline.events.get(at.0 as usize));
    let kind = event.and_then(|event| seen.lawbook.book.vocabulary.kind(&event.kind));
    is_borne_by(seen.lawbook, procedure, part, kind, SUPERVISED).then_some(body)
}
