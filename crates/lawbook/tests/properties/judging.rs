//! 评估：不崩溃，同样的输入同样的回答，与列出的次序无关；将来的事、后来才记录的事不起作用。

use std::collections::BTreeSet;

use mingjing_domain::event::Source;
use mingjing_domain::finding::Assessment;
use mingjing_domain::timeline::Timeline;
use mingjing_lawbook::assess::{Options, assess};
use proptest::prelude::*;

use super::generate::{LAWBOOK, cases, choices, event, judged_on, minute, timeline};

/// 结果与义务的全文，以事件标识代替序号，于是与列出的次序无关。
fn by_id(timeline: &Timeline, assessment: &Assessment) -> BTreeSet<String> {
    let id = |i: mingjing_domain::finding::EventIndex| timeline.events[i.0 as usize].id.clone();
    let results = assessment.results.iter().map(|r| {
        let evidence: BTreeSet<String> = r.evidence.iter().map(|e| id(*e)).collect();
        let missing: BTreeSet<&str> = r.missing.iter().map(|m| m.what.as_ref()).collect();
        format!(
            "{} {} {:?} {:?} {:?} {:?} {:?} {:?} {evidence:?} {missing:?} {:?}",
            r.code,
            r.part,
            r.trigger.map(id),
            r.keys,
            r.outcome,
            r.severity,
            r.status,
            r.marks,
            r.detail.late
        )
    });
    let duties = assessment.duties.iter().map(|d| {
        format!(
            "{} {} {} {:?} {:?} {:?} {:?}",
            d.code,
            d.part,
            id(d.start),
            d.keys,
            d.state,
            d.due.as_ref().map(|due| due.at),
            d.met_by.map(id)
        )
    });
    results.chain(duties).collect()
}

fn judge(timeline: &Timeline, days_after: i32) -> Assessment {
    let options = Options {
        as_of: Some(judged_on(timeline, days_after)),
        keep_all: true,
        ..Options::default()
    };
    assess(&LAWBOOK, timeline, &options)
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn any_timeline_is_judged_twice_alike(timeline in timeline(), days in 0_i32..400) {
        let once = judge(&timeline, days);
        prop_assert_eq!(format!("{:?}", once), format!("{:?}", judge(&timeline, days)));
        // Without the results that found nothing the findings are the same.
        let options = Options {
            as_of: Some(judged_on(&timeline, days)),
            ..Options::default()
        };
        let short = assess(&LAWBOOK, &timeline, &options);
        let found = once.results.iter().filter(|r| r.status.is_some());
        prop_assert_eq!(format!("{:?}", found.collect::<Vec<_>>()), format!("{:?}", short.results.iter().collect::<Vec<_>>()));
    }

    #[test]
    fn the_order_of_the_list_does_not_matter(timeline in timeline(), seed in any::<u64>()) {
        // One event a day: the order of events of one day is the order in which they are listed.
        let mut days = BTreeSet::new();
        let mut timeline = timeline;
        timeline.events.retain(|e| days.insert(e.occurred_on));
        let mut ids = BTreeSet::new();
        timeline.events.retain(|e| e.corrects.is_none() && ids.insert(e.id.clone()));
        let expected = by_id(&timeline, &judge(&timeline, 30));
        let mut shuffled = timeline.clone();
        let count = shuffled.events.len().max(1) as u64;
        shuffled.events.sort_by_key(|e| {
            let text = e.id.bytes().fold(seed, |h, b| h.wrapping_mul(31).wrapping_add(u64::from(b)));
            (text % count, e.id.clone())
        });
        prop_assert_eq!(expected, by_id(&shuffled, &judge(&shuffled, 30)));
    }

    #[test]
    fn what_happens_after_the_day_of_judgement_does_not_matter(
        timeline in timeline(),
        later in proptest::collection::vec(choices(), 1..4),
        days in 0_i32..60,
    ) {
        // A timeline without any event is a body's, and other rules judge it.
        prop_assume!(!timeline.events.is_empty());
        let as_of = judged_on(&timeline, days);
        let options = Options { as_of: Some(as_of), keep_all: true, ..Options::default() };
        let expected = assess(&LAWBOOK, &timeline, &options);
        let mut extended = timeline.clone();
        for (i, choices) in later.iter().enumerate() {
            let mut event = event(&LAWBOOK.book.vocabulary, 900 + i, choices);
            event.occurred_on = as_of.add_days(1 + i32::from(choices.kind % 300));
            event.occurred_at = None;
            extended.events.push(event);
        }
        let got = assess(&LAWBOOK, &extended, &options);
        prop_assert_eq!(format!("{:?}", expected), format!("{:?}", got));
    }

    #[test]
    fn what_was_recorded_later_does_not_matter(
        timeline in timeline(),
        later in proptest::collection::vec(choices(), 1..4),
    ) {
        prop_assume!(!timeline.events.is_empty());
        let as_of = judged_on(&timeline, 10);
        let known_at = minute(as_of.add_days(4_000), 0);
        let options = Options {
            as_of: Some(as_of),
            known_at: Some(known_at),
            keep_all: true,
            ..Options::default()
        };
        let expected = assess(&LAWBOOK, &timeline, &options);
        let mut extended = timeline.clone();
        for (i, choices) in later.iter().enumerate() {
            let mut event = event(&LAWBOOK.book.vocabulary, 900 + i, choices);
            event.source = Source::FirstHand;
            event.recorded_at = Some(minute(known_at.date().add_days(1), 60));
            // A correction that is not known yet does not correct anything.
            if choices.kind.is_multiple_of(2) {
                event.corrects = timeline.events.first().map(|e| e.id.clone());
            }
            extended.events.push(event);
        }
        let got = assess(&LAWBOOK, &extended, &options);
        prop_assert_eq!(format!("{:?}", expected), format!("{:?}", got));
    }
}
