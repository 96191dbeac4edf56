//! 新版与旧版：哪些没有变，哪些更正，哪些新有，哪些没有了；依法清除过的不写回。

use std::collections::HashMap;

use mingjing_domain::event::{Event, Source};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_store::event::{Nature, NewEvent};
use mingjing_store::source_key::KnownPart;
use mingjing_store::timeline::LoadedTimeline;

use crate::intake::part::{Difference, Part, Secret};
use crate::intake::shown::{Shown, Version};

/// The event that says of another that the source no longer has it. What was recorded stays.
const CORRECTION: &str = "correction";
const GONE: &str = "来源的新一版里没有这件事；原来的记录保留，请核实";
/// Differences kept of one row; more are counted.
const DIFFERENCES_MAX: usize = 200;

/// What a newer version of a row changes.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// What stays as it is known.
    pub(super) known: Vec<KnownPart>,
    /// What is appended; parts whose name is known correct what bears it.
    pub(super) parts: Vec<Part>,
    pub(super) differences: Vec<Difference>,
    pub(super) difference_count: usize,
    /// Events that the newer version no longer has.
    pub(super) gone: Vec<String>,
    /// Parts that were erased by law and are not written again.
    pub(super) kept_out: usize,
}

impl Change {
    /// Compares what is known with what has come.
    pub(super) fn between(
        stored: &LoadedTimeline,
        known: &[KnownPart],
        parts: Vec<Part>,
        secret: &Secret,
        (on, source): (Date, &Source),
        shown: &Shown<'_>,
    ) -> Change {
        let by_local: HashMap<&str, &KnownPart> = known
            .iter()
            .map(|part| (part.local.as_str(), part))
            .collect();
        let mut change = Change::default();
        let mut seen = std::collections::HashSet::new();
        for part in parts {
            seen.insert(part.local.clone());
            match by_local.get(part.local.as_str()) {
                None => change.add(part, None, shown),
                Some(known) if known.is_erased => {
                    change.kept_out += 1;
                    change.known.push((*known).clone());
                }
                Some(known) if known.digest.as_deref() == Some(part.digest.as_str()) => {
                    change.known.push(KnownPart {
                        is_gone: false,
                        ..(*known).clone()
                    });
                }
                Some(known) => {
                    let index = usize::try_from(known.seq)
                        .unwrap_or_default()
                        .wrapping_sub(1);
                    let event = stored.timeline.events.get(index);
                    let recorded_at = stored.events.get(index).and_then(|e| e.source_recorded_at);
                    let recorded_at = recorded_at.map(|at| at.timestamp());
                    let old = event.map(|event| (event, recorded_at));
                    let is_same_kind = event.is_some_and(|e| e.kind == part.new.event.kind);
                    if is_same_kind {
                        change.known.push((*known).clone());
                    }
                    change.add(part, old, shown);
                }
            }
        }
        for known in known.iter().filter(|known| !seen.contains(&known.local)) {
            let is_new = !known.is_gone && !known.is_erased;
            if is_new {
                change.gone.push(known.local.clone());
                let notice = notice(known, on, source);
                change.parts.push(Part::new(
                    secret,
                    &format!("#gone:{}", known.event),
                    None,
                    notice,
                ));
            }
            change.known.push(KnownPart {
                is_gone: true,
                ..known.clone()
            });
        }
        change
    }

    fn add(&mut self, part: Part, old: Option<Version<'_>>, shown: &Shown<'_>) {
        let new = (&part.new.event, part.new.source_recorded_at);
        let found = shown.differences(&part.local, old, new);
        self.difference_count += found.len();
        let room = DIFFERENCES_MAX.saturating_sub(self.differences.len());
        self.differences.extend(found.into_iter().take(room));
        self.parts.push(part);
    }
}

fn notice(known: &KnownPart, on: Date, source: &Source) -> NewEvent {
    let mut event = Event::new("", CORRECTION, on);
    event.source = source.clone();
    event
        .fields
        .insert("target".to_owned(), Value::Text(known.event.to_string()));
    event.fields.insert("reason".to_owned(), GONE.into());
    NewEvent::new(event, Nature::Fact)
}
