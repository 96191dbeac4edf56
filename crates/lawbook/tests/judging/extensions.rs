//! 延期：起算以前批准的延不了还没有开始的期限。

use mingjing_domain::finding::Outcome;
use mingjing_lawbook::assess::{Options, assess};
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::lawbook::Lawbook;

use crate::support::{load_all, minimal_with, rule, timeline};

fn lawbook() -> Lawbook {
    let parts = "[[part]]\nform = 'deadline'\nstart = 'each filed'\nperiod = 'CD(30)'\nmet_by = 'decided'\n\
        extend = [{ by = 'extended', add = 'e.period' }]\n\
        [[part]]\nform = 'extension'\nduty = 'T'\n";
    load_all(&minimal_with(&[("rules/t.toml", &rule("T", parts))]))
}

fn outcomes(lawbook: &Lawbook, events: &[&str]) -> Vec<(u16, Outcome)> {
    let options = Options {
        keep_all: true,
        ..Options::default()
    };
    let results = assess(lawbook, &timeline(lawbook, events), &options).results;
    results.iter().map(|r| (r.part, r.outcome)).collect()
}

#[test]
fn an_approval_before_the_start_extends_nothing_and_says_so() {
    let lawbook = lawbook();
    let events = [
        "2024-02-20 extended period=CD(30)",
        "2024-03-01 filed",
        "2024-04-10 decided outcome=penalty",
    ];
    let violated = Outcome::Violation;
    assert_eq!(outcomes(&lawbook, &events), [(0, violated), (1, violated)]);
    let case = timeline(&lawbook, &events);
    let explainer = Explainer::new(&lawbook);
    let assessment = assess(&lawbook, &case, &Options::default());
    let words = explainer.case(&case, assessment.as_of);
    for result in &assessment.results {
        let text = format!("{:?}", words.finding(result));
        assert!(text.contains("早于期限的起算日"), "{text}");
    }
}

#[test]
fn an_approval_on_the_day_of_the_start_counts() {
    let lawbook = lawbook();
    let events = [
        "2024-03-01 filed",
        "2024-03-01 extended period=CD(30)",
        "2024-04-10 decided outcome=penalty",
    ];
    let pass = Outcome::Pass;
    assert_eq!(outcomes(&lawbook, &events), [(0, pass), (1, pass)]);
}

#[test]
fn an_extension_of_an_earlier_period_is_no_fault_of_a_later_one() {
    let lawbook = lawbook();
    let events = [
        "2024-03-01 filed",
        "2024-03-20 extended period=CD(30)",
        "2024-04-20 decided outcome=penalty",
        "2024-05-06 filed",
        "2024-06-20 decided outcome=penalty",
    ];
    let (pass, violated) = (Outcome::Pass, Outcome::Violation);
    assert_eq!(
        outcomes(&lawbook, &events),
        [(0, pass), (0, violated), (1, pass)]
    );
}
