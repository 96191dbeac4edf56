//! 更正：指得清的顶替它所指的那一件；指不清的列入不符清单，两件都留着，谁也不因它被认定违反。

use mingjing_domain::finding::Outcome;
use mingjing_domain::timeline::Timeline;
use mingjing_lawbook::assess::{Options, assess};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::prepare::prepare;

use crate::support::{load_all, minimal_with, rule, timeline};

/// 决定须已写明罚款，送达须当日以前有决定。
fn lawbook() -> Lawbook {
    let parts = "[[part]]\nform = 'must'\non = 'each decided'\nthat = 'e.fine > 100'\n\
         [[part]]\nform = 'requires'\non = 'each served'\nneeds = 'decided'\nposition = 'before'\n";
    load_all(&minimal_with(&[("rules/t.toml", &rule("T", parts))]))
}

/// 参与判断的事件。
fn shown(lawbook: &Lawbook, timeline: &Timeline) -> Vec<String> {
    let case = prepare(&lawbook.book.vocabulary, timeline, None, None);
    case.events.iter().map(|e| e.event.id.clone()).collect()
}

fn mismatches(lawbook: &Lawbook, timeline: &Timeline) -> Vec<String> {
    let case = prepare(&lawbook.book.vocabulary, timeline, None, None);
    let lines = case.mismatches().into_iter();
    lines
        .map(|m| format!("{}：{}", m.subject, m.message))
        .collect()
}

fn outcomes(lawbook: &Lawbook, timeline: &Timeline) -> Vec<(u16, String, Outcome)> {
    let options = Options {
        keep_all: true,
        ..Options::default()
    };
    let id = |i: mingjing_domain::finding::EventIndex| timeline.events[i.0 as usize].id.clone();
    assess(lawbook, timeline, &options)
        .results
        .iter()
        .map(|r| (r.part, r.trigger.map(id).unwrap_or_default(), r.outcome))
        .collect()
}

#[test]
fn a_chain_of_corrections_shows_only_its_last_link() {
    let lawbook = lawbook();
    let case = timeline(
        &lawbook,
        &[
            "2024-03-01 decided id=a outcome=penalty fine=10 rec=2024-03-01T09:00",
            "2024-03-01 decided id=b corrects=a outcome=penalty fine=20 rec=2024-03-05T09:00",
            "2024-03-01 decided id=c corrects=b outcome=penalty fine=300 rec=2024-03-09T09:00",
        ],
    );
    assert_eq!(shown(&lawbook, &case), ["c"]);
    assert_eq!(mismatches(&lawbook, &case), [""; 0]);
    let prepared = prepare(&lawbook.book.vocabulary, &case, None, None);
    let first = case.events[0].recorded_at;
    assert_eq!(
        prepared.events[0].recorded, first,
        "the time of the first record stays"
    );
}

#[test]
fn a_correction_of_another_kind_drops_neither_and_accuses_nobody() {
    let lawbook = lawbook();
    let case = timeline(
        &lawbook,
        &[
            "2024-03-01 decided id=a outcome=penalty fine=10",
            "2024-03-08 served id=b corrects=a method=direct",
        ],
    );
    assert_eq!(shown(&lawbook, &case), ["a", "b"]);
    let told = mismatches(&lawbook, &case);
    assert_eq!(told.len(), 1);
    assert!(
        told[0].starts_with("b：更正所指的 a 是另一种事件"),
        "{told:?}"
    );
    let found = outcomes(&lawbook, &case);
    let doubtful = Outcome::Undetermined;
    assert_eq!(
        found,
        [(0, "a".to_owned(), doubtful), (1, "b".to_owned(), doubtful)]
    );
}

#[test]
fn corrections_in_a_circle_leave_every_event_in_doubt() {
    let lawbook = lawbook();
    let case = timeline(
        &lawbook,
        &[
            "2024-03-01 decided id=a corrects=b outcome=penalty fine=10",
            "2024-03-02 decided id=b corrects=a outcome=penalty fine=500",
        ],
    );
    assert_eq!(shown(&lawbook, &case), ["a", "b"]);
    let told = mismatches(&lawbook, &case);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().all(|t| t.contains("互相更正")), "{told:?}");
    let found = outcomes(&lawbook, &case);
    assert!(found.contains(&(0, "a".to_owned(), Outcome::Undetermined)));
    assert!(!found.iter().any(|(_, _, o)| *o == Outcome::Violation));
}

#[test]
fn a_correction_of_itself_or_of_nothing_is_an_event_like_any_other() {
    let lawbook = lawbook();
    for (corrects, told) in [("a", "更正所指的是它自己"), ("x", "材料里没有更正所指的 x")]
    {
        let event = format!("2024-03-01 decided id=a corrects={corrects} outcome=penalty fine=10");
        let case = timeline(&lawbook, &[&event]);
        assert_eq!(shown(&lawbook, &case), ["a"]);
        let mismatches = mismatches(&lawbook, &case);
        assert!(mismatches[0].contains(told), "{mismatches:?}");
        let violated = [(0, "a".to_owned(), Outcome::Violation)];
        assert_eq!(outcomes(&lawbook, &case), violated);
    }
}

#[test]
fn a_correction_listed_before_what_it_corrects_leaves_both_in_doubt() {
    let lawbook = lawbook();
    let case = timeline(
        &lawbook,
        &[
            "2024-03-01 decided id=b corrects=a outcome=penalty fine=300",
            "2024-03-01 decided id=a outcome=penalty fine=10",
        ],
    );
    assert_eq!(shown(&lawbook, &case), ["b", "a"]);
    let told = mismatches(&lawbook, &case);
    assert!(told[0].contains("列在它之后"), "{told:?}");
    let found = outcomes(&lawbook, &case);
    assert!(found.contains(&(0, "a".to_owned(), Outcome::Undetermined)));
}

#[test]
fn events_that_share_a_name_are_all_kept() {
    let lawbook = lawbook();
    let case = timeline(
        &lawbook,
        &[
            "2024-03-01 decided id=a outcome=penalty fine=300",
            "2024-03-02 decided id=a outcome=penalty fine=300",
            "2024-03-03 served id=b method=direct",
            "2024-03-04 served id=c corrects=b method=mail",
        ],
    );
    assert_eq!(shown(&lawbook, &case), ["a", "a", "c"]);
    let ambiguous = timeline(
        &lawbook,
        &[
            "2024-03-01 decided id=a outcome=penalty fine=10",
            "2024-03-02 decided id=a outcome=penalty fine=10",
            "2024-03-03 decided id=c corrects=a outcome=penalty fine=300",
        ],
    );
    assert_eq!(shown(&lawbook, &ambiguous), ["a", "a", "c"]);
    let told = mismatches(&lawbook, &ambiguous);
    assert!(told[0].contains("不止一件"), "{told:?}");
    let found = outcomes(&lawbook, &ambiguous);
    assert!(!found.iter().any(|(_, _, o)| *o == Outcome::Violation));
}
