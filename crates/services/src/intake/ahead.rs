//! 先判断：新案的标识先定，判断在写入之外、几个线程并行做好；写者只写，不判断。

use std::collections::HashMap;
use std::sync::Arc;

use mingjing_domain::event::Event;
use mingjing_domain::finding::Assessment;
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_ledger::digest::Digest;
use mingjing_ledger::suite::Suite;
use mingjing_store::context::Context;
use mingjing_store::event::{EventHeader, NewEvent};
use mingjing_store::finding::EndedBy;
use mingjing_store::source_key::KnownPart;
use mingjing_store::timeline::{LoadedTimeline, NewTimeline, Premade, Sealed, TimelineHeader};
use mingjing_store::tx::{Read, Tx};

use crate::assessment::asked::Asked;
use crate::assessment::facts::{json_of, value_of};
use crate::assessment::project::Projected;
use crate::assessment::write::Ready;
use crate::error::ServiceError;
use crate::intake::chunk::ChunkError;
use crate::intake::part::Part;
use crate::share::on_all_processors;

/// A new case, judged before it is written.
pub(super) struct Ahead {
    pub(super) sealed: Sealed,
    pub(super) known: Vec<KnownPart>,
    ready: Ready,
    judged: (Assessment, Projected),
}

/// A new case whose facts are gathered.
pub(super) struct Gathered {
    premade: Premade,
    known: Vec<KnownPart>,
    ready: Ready,
}

impl Gathered {
    /// Gives everything its identifier and gathers the facts.
    pub(super) async fn new(
        read: &Read,
        lawbook: &Lawbook,
        context: &Context,
        (timeline, parts): (&NewTimeline, &[Part]),
        (today, asked): (Date, &mut Asked),
    ) -> Result<Self, ServiceError> {
        let (premade, known) = identified(context, timeline, parts);
        let loaded = as_loaded(context, &premade);
        let ready = Ready::gather_asking(read, lawbook, loaded, (today, asked)).await?;
        Ok(Gathered {
            premade,
            known,
            ready,
        })
    }
}

/// Judges, and commits to the contents, on as many threads as there are processors; the order stays.
pub(super) async fn judge_all(
    lawbook: &Arc<Lawbook>,
    (context, suite): (&Context, Suite),
    gathered: Vec<Gathered>,
    today: Date,
) -> Result<Vec<Ahead>, ChunkError> {
    let (lawbook, context) = (lawbook.clone(), context.clone());
    let judge = move |one: Gathered| {
        Ok(Ahead {
            judged: one.ready.judge(&lawbook, today),
            sealed: one.premade.seal(&context, suite)?,
            known: one.known,
            ready: one.ready,
        })
    };
    on_all_processors(gathered, judge).await
}

/// Writes what was judged of new cases, all of them together. Has the register changed since, a case is judged again.
pub(super) async fn put_all(
    tx: &Tx,
    lawbook: &Lawbook,
    today: Date,
    all: &[Ahead],
) -> Result<(), ServiceError> {
    let mut asked = Asked::default();
    let wanted = all.iter().map(|one| &one.ready.wanted);
    asked.read_ahead(tx, wanted).await?;
    let mut as_judged = Vec::with_capacity(all.len());
    for one in all {
        let now = asked.ask(tx, lawbook, &one.ready.wanted, today).await?;
        if now.digest == one.ready.digest {
            let (assessment, projected) = &one.judged;
            let judged = (assessment, projected);
            as_judged.push(one.ready.derivation(tx, judged, today)?);
        } else {
            let loaded = tx.load_timeline(one.sealed.premade().id).await?;
            let ready = Ready::gather(tx, lawbook, loaded, today).await?;
            ready.write(tx, lawbook, today, EndedBy::Met).await?;
        }
    }
    Ok(tx.insert_derivations(&as_judged).await?)
}

fn identified(
    context: &Context,
    timeline: &NewTimeline,
    parts: &[Part],
) -> (Premade, Vec<KnownPart>) {
    let now = context.clock.now();
    let mut ids: HashMap<&str, Id<kind::Event>> = HashMap::new();
    let mut events = Vec::with_capacity(parts.len());
    let mut known = Vec::with_capacity(parts.len());
    for (seq, part) in (1..).zip(parts) {
        let root = part.root.as_deref().and_then(|root| ids.get(root)).copied();
        let id = root.unwrap_or_else(|| context.new_id());
        ids.insert(part.local.as_str(), id);
        let event = Event {
            corrects: None,
            ..part.new.event.clone()
        };
        let new = NewEvent {
            event,
            corrects: root,
            ..part.new.clone()
        };
        events.push((id, new));
        known.push(KnownPart {
            local: part.local.clone(),
            event: id,
            seq,
            digest: Some(part.digest.clone()),
            is_erased: false,
            is_gone: false,
        });
    }
    let premade = Premade {
        id: TimelineId::new(timeline.kind, now, context.random()),
        timeline: timeline.clone(),
        events,
    };
    (premade, known)
}

/// The timeline as it is going to be read back: identifiers given, values as JSON keeps them. What a judgement does
/// not look at (places in the store, commitments) is not there yet and stays empty.
fn as_loaded(context: &Context, premade: &Premade) -> LoadedTimeline {
    let now = context.clock.now();
    let events = premade.events.iter().map(|(id, new)| {
        let fields = new.event.fields.iter();
        let fields =
            fields.filter_map(|(name, value)| Some((name.clone(), value_of(json_of(value))?)));
        Event {
            id: id.to_string(),
            corrects: new.corrects.map(|id| id.to_string()),
            recorded_at: None,
            fields: fields.collect(),
            ..new.event.clone()
        }
    });
    let headers = (1..)
        .zip(&premade.events)
        .map(|(seq, (id, new))| EventHeader {
            position: 0,
            seq,
            id: *id,
            recorded_at: now,
            source_recorded_at: None,
            account: context.account,
            payload: Digest::new([0; 32]),
            nature: new.nature,
            note: new.note.clone(),
            erased_at: None,
        });
    LoadedTimeline {
        events: headers.collect(),
        timeline: Timeline {
            id: premade.id.to_string(),
            procedure: premade.timeline.procedure.clone(),
            events: events.collect(),
            coverage: premade.timeline.coverage.clone(),
            facts: Facts::default(),
        },
        header: TimelineHeader {
            id: premade.id,
            procedure: premade.timeline.procedure.clone(),
            version: premade.events.len() as u64,
            coverage: premade.timeline.coverage.clone(),
            confidentiality: premade.timeline.confidentiality,
            created_at: now,
        },
    }
}
