//! 标识：写法、次序、种类的核对。
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::collections::BTreeSet;

use mingjing_kernel::id::kind::{self, TimelineKind};
use mingjing_kernel::id::{Id, IdError, TimelineId};
use mingjing_kernel::moment::Moment;

fn moment(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

#[test]
fn the_example_of_rfc_9562_comes_out_of_its_instant_and_bits() {
    // Appendix A.6: 2022-02-22T19:22:22Z, rand_a = cc3, rand_b = 18c4dc0c0c07398f.
    let at = moment("2022-02-22T19:22:22.000000Z");
    let random = [0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f];
    let id = Id::<kind::Case>::new(at, random);
    assert_eq!(id.to_string(), "case_017f22e279b07cc398c4dc0c0c07398f");
}

#[test]
fn what_is_written_reads_back() {
    let id = Id::<kind::Event>::new(moment("2026-03-01T08:00:00.123456Z"), [0xff; 10]);
    assert_eq!(Id::parse(&id.to_string()), Ok(id));
    assert_eq!(id.to_string().parse::<Id<kind::Event>>(), Ok(id));
    let json = serde_json::to_string(&id).unwrap();
    assert_eq!(serde_json::from_str::<Id<kind::Event>>(&json).unwrap(), id);
}

#[test]
fn later_ids_come_later_as_values_and_as_text() {
    let early = Id::<kind::Job>::new(moment("2026-03-01T08:00:00.001000Z"), [0xff; 10]);
    let late = Id::<kind::Job>::new(moment("2026-03-01T08:00:00.002000Z"), [0; 10]);
    assert!(early < late);
    assert!(early.to_string() < late.to_string());
}

#[test]
fn an_id_of_another_kind_is_refused_by_name() {
    let officer = Id::<kind::Officer>::new(moment("2026-03-01T08:00:00.000000Z"), [7; 10]);
    let refused = Id::<kind::Case>::parse(&officer.to_string()).unwrap_err();
    assert!(matches!(refused, IdError::OtherKind { prefix: "case", .. }));
    assert!(refused.to_string().contains("案件"));
}

#[test]
fn anything_but_the_one_form_is_refused() {
    for text in [
        "",
        "case",
        "case_",
        "case_017f22e279b07cc398c4dc0c0c07398",
        "case_017f22e279b07cc398c4dc0c0c07398ff",
        "case_017F22E279B07CC398C4DC0C0C07398F",
        "case_017f22e2-79b0-7cc3-98c4-dc0c0c07",
        "017f22e279b07cc398c4dc0c0c07398f",
        "case_+17f22e279b07cc398c4dc0c0c07398f",
    ] {
        assert!(Id::<kind::Case>::parse(text).is_err(), "{text}");
        assert!(TimelineId::parse(text).is_err(), "{text}");
    }
}

#[test]
fn every_prefix_is_its_own_and_lower_case() {
    let prefixes: BTreeSet<_> = kind::ALL.iter().map(|(prefix, _)| *prefix).collect();
    assert_eq!(prefixes.len(), kind::ALL.len());
    for prefix in prefixes {
        assert!(prefix.bytes().all(|b| b.is_ascii_lowercase()), "{prefix}");
    }
}

#[test]
fn a_timeline_id_is_written_as_the_id_of_its_kind() {
    for kind in TimelineKind::ALL {
        let id = TimelineId::new(*kind, moment("2026-03-01T08:00:00.000000Z"), [9; 10]);
        assert_eq!(TimelineId::parse(&id.to_string()), Ok(id));
        assert_eq!(TimelineKind::from_code(kind.code()), Some(*kind));
    }
    let case = Id::<kind::Case>::new(moment("2026-03-01T08:00:00.000000Z"), [9; 10]);
    let timeline = TimelineId::from(case);
    assert_eq!(timeline.to_string(), case.to_string());
    assert_eq!(Id::<kind::Case>::try_from(timeline), Ok(case));
    assert!(Id::<kind::Body>::try_from(timeline).is_err());
}

#[test]
fn an_event_is_no_timeline() {
    let event = Id::<kind::Event>::new(moment("2026-03-01T08:00:00.000000Z"), [9; 10]);
    assert!(TimelineId::parse(&event.to_string()).is_err());
}
