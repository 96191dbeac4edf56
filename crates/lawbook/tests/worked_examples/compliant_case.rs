//! 全流程合规正例 EX26：没有预警以上的发现；提示与无法判定的清单锁定。

use std::collections::BTreeMap;

use mingjing_domain::finding::{Outcome, RuleResult, Severity};
use serde::Deserialize;

use super::data;
use super::judge::{self, Judged};
use crate::support::SHIPPED;

/// 锁定清单的文件名。
const LOCK: &str = "ex26-lock.toml";

/// 改动一处的各例的文件名。
const ALTERATIONS: &str = "ex26-alterations.toml";

/// 锁定清单。
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lock {
    /// 提示一级的发现。
    notices: Vec<String>,
    /// 无法判定的规则与缺少的事实。
    undetermined: BTreeMap<String, Vec<String>>,
}

/// 对正例的改动：各改一处。
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Alterations {
    /// 判断日：去掉最后一件事时仍判到同一日。
    as_of: String,
    /// 各例。
    alteration: Vec<Alteration>,
}

/// 一处改动：去掉一种事件，或换掉恰好出现一次的文字。
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Alteration {
    /// 名称。
    name: String,
    /// 去掉的事件种类。
    drop: Option<String>,
    /// 原文与新文。
    #[serde(default)]
    edits: Vec<(String, String)>,
    /// 恰好得到的发现。
    expect: Vec<String>,
}

impl Alteration {
    /// 改动后的事件。
    fn apply(&self, events: &[String]) -> Vec<String> {
        let mut events = events.to_vec();
        if let Some(kind) = &self.drop {
            let before = events.len();
            events.retain(|e| e.split_whitespace().nth(1) != Some(kind));
            assert_eq!(events.len() + 1, before, "{}：应恰有一件 {kind}", self.name);
        }
        for (find, with) in &self.edits {
            let count: usize = events
                .iter()
                .map(|e| e.matches(find.as_str()).count())
                .sum();
            assert_eq!(count, 1, "{}：应恰有一处 {find}", self.name);
            events
                .iter_mut()
                .for_each(|e| *e = e.replace(find.as_str(), with));
        }
        events
    }
}

fn judged(check: impl FnOnce(&Judged<'_>, &Lock)) {
    let lawbook = &*SHIPPED;
    let examples = data::examples();
    let example = examples
        .iter()
        .find(|e| e.origin == "EX26")
        .expect("EX26 is among the examples");
    let case = example.cases.first().expect("EX26 has its timeline");
    let lock = data::read(&data::folder().join(LOCK));
    check(&judge::judge(lawbook, example, case), &lock);
}

fn keys(judged: &Judged<'_>, wanted: impl Fn(&RuleResult) -> bool) -> Vec<String> {
    let mut keys: Vec<String> = judged
        .assessment
        .results
        .iter()
        .filter(|r| wanted(r))
        .map(|r| judged.key(r))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

#[test]
fn the_compliant_case_has_no_finding_from_warning_upwards() {
    judged(|judged, lock| {
        let found =
            |r: &RuleResult| r.outcome == Outcome::Violation && r.severity > Severity::Notice;
        assert_eq!(
            keys(judged, found),
            Vec::<String>::new(),
            "合规正例有预警以上的发现"
        );
        let noticed =
            |r: &RuleResult| r.outcome == Outcome::Violation && r.severity == Severity::Notice;
        assert_eq!(keys(judged, noticed), lock.notices, "提示与锁定的清单不同");
    });
}

#[test]
fn what_stays_undetermined_in_the_compliant_case_is_locked() {
    judged(|judged, lock| {
        let mut open: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for result in judged
            .assessment
            .results
            .iter()
            .filter(|r| r.outcome == Outcome::Undetermined)
        {
            let missing = open.entry(judged.key(result)).or_default();
            missing.extend(result.missing.iter().map(|m| m.what.to_string()));
        }
        for missing in open.values_mut() {
            missing.sort_unstable();
            missing.dedup();
        }
        assert_eq!(open, lock.undetermined, "无法判定的清单与锁定的不同");
    });
}

/// The timeline must really be judged: most parts that it triggers have to come out as lawful.
#[test]
fn the_compliant_case_is_judged_by_most_rules() {
    judged(|judged, lock| {
        let passed = keys(judged, |r| r.outcome == Outcome::Pass);
        assert!(passed.len() > 100, "只有 {} 个部分判为合规", passed.len());
        assert!(
            lock.undetermined.keys().all(|key| !passed.contains(key)),
            "锁定的规则已能判断"
        );
    });
}

#[test]
fn one_flaw_in_the_compliant_case_gives_exactly_its_finding() {
    let lawbook = &*SHIPPED;
    let mut examples = data::examples();
    let at = examples
        .iter()
        .position(|e| e.origin == "EX26")
        .expect("EX26 is among the examples");
    let example = examples.remove(at);
    let alterations: Alterations = data::read(&data::folder().join(ALTERATIONS));
    for alteration in &alterations.alteration {
        let mut case = example
            .cases
            .first()
            .expect("EX26 has its timeline")
            .clone();
        case.events = alteration.apply(&case.events);
        case.as_of = Some(alterations.as_of.clone());
        let judged = judge::judge(lawbook, &example, &case);
        let found = keys(&judged, |r| r.outcome == Outcome::Violation);
        assert_eq!(found, alteration.expect, "{}", alteration.name);
    }
}
