//! 以小时计的期限：还没有办的，迟到判断日终了；只知起算日的，按最晚的读法说。

use mingjing_domain::finding::Outcome;
use mingjing_kernel::due::Lateness;
use mingjing_lawbook::assess::{Options, assess};

use crate::support::{load_all, minimal_with, rule, timeline};

#[test]
fn an_hour_period_runs_to_the_end_of_the_day_of_judgement() {
    let parts =
        "[[part]]\nform = 'deadline'\nstart = 'each told'\nperiod = 'HR(24)'\nmet_by = 'paid'\n";
    let lawbook = load_all(&minimal_with(&[("rules/t.toml", &rule("T", parts))]));
    let late = |minutes| (Outcome::Violation, Some(Lateness::Minutes(minutes)));
    for (start, met, as_of, expected) in [
        // Due at 09:30 of the second: on the first nothing is late.
        (
            "2024-03-01T09:30 told",
            None,
            "2024-03-01",
            (Outcome::Pass, None),
        ),
        (
            "2024-03-01T09:30 told",
            None,
            "2024-03-02",
            late(14 * 60 + 30),
        ),
        (
            "2024-03-01T09:30 told",
            None,
            "2024-03-03",
            late(38 * 60 + 30),
        ),
        // Due at the very end of the second.
        (
            "2024-03-01T24:00 told",
            None,
            "2024-03-02",
            (Outcome::Pass, None),
        ),
        (
            "2024-03-01T09:30 told",
            Some("2024-03-02T09:31 paid"),
            "2024-03-05",
            late(1),
        ),
        // Only days are known: the first reading is due at the start of the second, the last at its end.
        (
            "2024-03-01 told",
            None,
            "2024-03-02",
            (Outcome::Undetermined, None),
        ),
        ("2024-03-01 told", None, "2024-03-03", late(24 * 60)),
        (
            "2024-03-01 told",
            Some("2024-03-04 paid"),
            "2024-03-05",
            late(24 * 60),
        ),
    ] {
        let start = start.replace("2024-03-01T24:00", "2024-03-02T00:00");
        let events: Vec<&str> = [Some(start.as_str()), met].into_iter().flatten().collect();
        let options = Options {
            as_of: Some(as_of.parse().expect("a day")),
            keep_all: true,
            ..Options::default()
        };
        let results = assess(&lawbook, &timeline(&lawbook, &events), &options).results;
        let found: Vec<_> = results.iter().map(|r| (r.outcome, r.detail.late)).collect();
        assert_eq!(found, [expected], "{events:?} {as_of}");
    }
}
