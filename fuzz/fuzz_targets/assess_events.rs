//! Any events in the short form, one a line, judged by the shipped rules: never a panic, and what is violated on open
//! material is violated on complete material too.
#![no_main]

#[path = "lawbook.rs"]
mod lawbook;

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use mingjing_domain::coverage::Coverage;
use mingjing_domain::finding::Outcome;
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_lawbook::assess::{Options, assess};
use mingjing_lawbook::example::parse_event;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let law = &*lawbook::SHIPPED;
    let lines = text.lines().take(20).enumerate();
    let events = lines.filter_map(|(i, line)| parse_event(&law.book.vocabulary, line, i).ok());
    let mut timeline = Timeline {
        id: "fuzz".to_owned(),
        procedure: None,
        events: events.collect(),
        coverage: Coverage::Closed,
        facts: Facts::default(),
    };
    if timeline.events.is_empty() {
        return;
    }
    let violated = |timeline: &Timeline| -> BTreeSet<_> {
        assess(law, timeline, &Options::default())
            .results
            .into_iter()
            .filter(|r| r.outcome == Outcome::Violation)
            .filter(|r| law.rules[r.rule as usize].yields_to.is_empty())
            .map(|r| (r.code, r.part, r.trigger))
            .collect()
    };
    let closed = violated(&timeline);
    timeline.coverage = Coverage::Open;
    let open = violated(&timeline);
    assert!(open.is_subset(&closed), "{:?}", open.difference(&closed));
});
