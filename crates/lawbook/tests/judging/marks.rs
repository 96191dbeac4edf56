//! 标记：条件读到的推定、定义，所引法规的版本，带的标记都到发现上；没有用到的不到。

use mingjing_domain::finding::{Mark, Outcome};
use mingjing_lawbook::assess::{Options, assess};

use crate::support::{load_all, minimal_with, rule, timeline};

const SERVICE: &str = "[derived.service]\nname = '送达日'\neach = 'served'\nkeys = ['party']\ncases = [\n\
    { when = \"e.method == 'mail'\", at = 'e.receipt_on', cite = ['甲法5'], mark = ['口径'] },\n\
    { at = 'e.occurred_on', cite = ['甲法5'] },\n]\n";

const LAW: &str = "short = '甲法'\nname = '甲法全称'\nlevel = 'law'\n\
    [[version]]\nname = '2020年'\nfrom = '2020-01-01'\nto = '2023-01-01'\narticles = ['5', '6']\nmark = ['二手']\n\
    [[version]]\nname = '2023年修订'\nfrom = '2023-01-01'\narticles = ['5', '7（二）']\n";

const TERMS: &str =
    "[term.small]\nname = '罚得少'\nis = 'first(decided).fine < 100'\nmark = ['待核']\n";

/// 唯一的不合规带的标记。
fn marks(changed: &[(&str, &str)], parts: &str, events: &[&str]) -> Vec<Mark> {
    let text = rule("T", parts);
    let mut changed = changed.to_vec();
    changed.push(("rules/t.toml", &text));
    let lawbook = load_all(&minimal_with(&changed));
    let assessment = assess(&lawbook, &timeline(&lawbook, events), &Options::default());
    let found: Vec<_> = assessment
        .results
        .iter()
        .filter(|r| r.outcome == Outcome::Violation)
        .collect();
    assert_eq!(found.len(), 1, "{:?}", assessment.results);
    found[0].marks.iter().collect()
}

#[test]
fn a_derived_date_read_by_a_condition_brings_the_marks_of_the_case_chosen() {
    let files = [("derived/service.toml", SERVICE)];
    let part = "[[part]]\nform = 'must'\non = 'each served'\nthat = \"derived('service', e) < date('2024-01-01')\"\n";
    let mail = "2024-03-01 served method=mail receipt_on=2024-03-05";
    assert_eq!(marks(&files, part, &[mail]), [Mark::Convention]);
    let direct = "2024-03-01 served method=direct";
    assert_eq!(marks(&files, part, &[direct]), []);
}

#[test]
fn a_derived_date_read_inside_a_duty_reaches_who_reads_its_due_day() {
    let files = [("derived/service.toml", SERVICE)];
    let parts = "[[part]]\nform = 'deadline'\nstart = 'each derived.service'\nperiod = 'CD(10)'\nmet_by = 'paid'\n\
        [[part]]\nform = 'must'\non = 'each told'\nthat = \"e.occurred_on > due('T')\"\n";
    let events = [
        "2024-03-01 served method=mail receipt_on=2024-03-05",
        "2024-03-10 paid",
        "2024-03-12 told",
    ];
    assert_eq!(marks(&files, parts, &events), [Mark::Convention]);
}

#[test]
fn a_term_brings_its_marks() {
    let files = [("terms/penalty.toml", TERMS)];
    let part = "[[part]]\nform = 'must'\non = 'each decided'\nthat = '!term.small'\n";
    let events = ["2024-03-01 decided outcome=penalty fine=10"];
    assert_eq!(marks(&files, part, &events), [Mark::Unverified]);
    let part = "[[part]]\nform = 'must'\non = 'each decided'\nthat = 'e.fine > 100'\n";
    assert_eq!(marks(&files, part, &events), []);
}

#[test]
fn the_version_of_the_statute_in_force_brings_its_marks() {
    let files = [("statutes/law.toml", LAW)];
    let part = "[[part]]\nform = 'must'\non = 'each decided'\nthat = 'e.fine > 100'\n";
    let old = "2022-03-01 decided outcome=penalty fine=10";
    assert_eq!(marks(&files, part, &[old]), [Mark::SecondHand]);
    let new = "2024-03-01 decided outcome=penalty fine=10";
    assert_eq!(marks(&files, part, &[new]), []);
}

#[test]
fn a_parameter_brings_the_marks_of_the_version_it_cites() {
    let files = [
        ("statutes/law.toml", LAW),
        (
            "statutes/other.toml",
            "short = '乙法'\nname = '乙法'\nlevel = 'law'\n[[version]]\nfrom = '2020-01-01'\narticles = ['1']\nmark = ['地方']\n",
        ),
        (
            "parameters/floor.toml",
            "[parameter.floor]\nname = '下限'\ntype = 'fen'\nvalues = [{ from = '2020-01-01', value = 100, cite = ['乙法1'] }]\n",
        ),
    ];
    let part = "[[part]]\nform = 'must'\non = 'each decided'\nthat = \"e.fine > param('floor')\"\n";
    let events = ["2024-03-01 decided outcome=penalty fine=10"];
    assert_eq!(marks(&files, part, &events), [Mark::Local]);
}

#[test]
fn a_local_statute_beside_a_national_one_does_not_make_the_finding_local() {
    let local = "short = '丙条例'\nname = '丙条例'\nlevel = 'local_regulation'\n[[version]]\nfrom = '2020-01-01'\narticles = ['1']\nmark = ['地方', '待核']\n";
    let part = "[[part]]\nform = 'must'\non = 'each decided'\nthat = 'e.fine > 100'\n";
    let events = ["2024-03-01 decided outcome=penalty fine=10"];
    for (cite, expected) in [
        ("['丙条例1']", vec![Mark::Unverified, Mark::Local]),
        ("['甲法5', '丙条例1']", vec![]),
    ] {
        let rule = rule("T", part).replace("['甲法5']", cite);
        let files = [("statutes/local.toml", local), ("rules/t.toml", &*rule)];
        let lawbook = load_all(&minimal_with(&files));
        let assessment = assess(&lawbook, &timeline(&lawbook, &events), &Options::default());
        let mut found: Vec<Mark> = assessment.results[0].marks.iter().collect();
        found.sort_by_key(|m| expected.iter().position(|e| e == m));
        assert_eq!(found, expected, "{cite}");
    }
}
