//! 试行的规则会说的：与发现分开列、分开数，不影响合计与退出码。

use std::collections::BTreeMap;

use mingjing_domain::finding::{Assessment, Status};
use mingjing_interchange::read::Case;
use mingjing_lawbook::assess::{Options, assess_trial};
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::prepare::prepare;
use serde_json::{Value as Json, json};

/// 逐条列出的条数；其余只计数。
const SHOWN_MAX: usize = 200;

/// 试行的规则对一案会说的一条。
pub(crate) struct Heard {
    code: String,
    name: String,
    case: String,
    status: Status,
    severity: &'static str,
    headline: String,
}

/// 一案里试行的规则会说的。
pub(crate) fn heard(explainer: &Explainer<'_>, case: &Case, assessment: &Assessment) -> Vec<Heard> {
    let lawbook = explainer.lawbook();
    let as_of = Some(assessment.as_of);
    let options = Options {
        as_of,
        ..Options::default()
    };
    let prepared = prepare(&lawbook.book.vocabulary, &case.timeline, as_of, None);
    let results = assess_trial(lawbook, &prepared, &options);
    if results.is_empty() {
        return Vec::new();
    }
    let words = explainer.case(&case.timeline, assessment.as_of);
    results
        .iter()
        .filter_map(|result| {
            Some(Heard {
                code: result.code.to_string(),
                name: words.rule(result).name.to_string(),
                case: case.timeline.id.clone(),
                status: result.status?,
                severity: result.severity.name(),
                headline: words.headline(result),
            })
        })
        .collect()
}

/// 收下的：头几条与各规则的条数。
pub(crate) struct Trials {
    is_wanted: bool,
    is_json: bool,
    shown: Vec<Heard>,
    counts: BTreeMap<(String, String), BTreeMap<Status, u64>>,
}

impl Trials {
    pub(crate) fn new(is_wanted: bool, is_json: bool) -> Self {
        Trials {
            is_wanted,
            is_json,
            shown: Vec::new(),
            counts: BTreeMap::new(),
        }
    }

    pub(crate) fn take(&mut self, heard: Vec<Heard>) {
        for one in heard {
            let of_rule = self.counts.entry((one.code.clone(), one.name.clone()));
            *of_rule.or_default().entry(one.status).or_default() += 1;
            // What cannot be judged is counted and not listed, as among the findings.
            if self.shown.len() < SHOWN_MAX && one.status != Status::Undetermined {
                self.shown.push(one);
            }
        }
    }

    /// 要打印的行；没有要的为空。
    pub(crate) fn lines(&self) -> Vec<String> {
        if !self.is_wanted {
            return Vec::new();
        }
        if self.is_json {
            return self.json().iter().map(ToString::to_string).collect();
        }
        let mut lines = vec![
            String::new(),
            "试行的规则会说的（不是发现，不算谁的）：".to_owned(),
        ];
        if self.counts.is_empty() {
            lines.push("  没有".to_owned());
        }
        for ((code, name), counts) in &self.counts {
            let counts = counts
                .iter()
                .map(|(status, n)| format!("{} {n}", status.name()));
            let counts = counts.collect::<Vec<_>>().join("、");
            lines.push(format!("  {code} {name}：{counts}"));
        }
        for one in &self.shown {
            lines.push(format!(
                "  {} {} {} {} {}",
                one.severity,
                one.status.name(),
                one.case,
                one.code,
                one.headline
            ));
        }
        lines
    }

    fn json(&self) -> Vec<Json> {
        let shown = self.shown.iter().map(|one| {
            json!({
                "type": "trial",
                "rule_id": one.code,
                "rule_name": one.name,
                "case_id": one.case,
                "status": one.status.name(),
                "severity": one.severity,
                "headline": one.headline,
            })
        });
        let counts = self.counts.iter().map(|((code, name), counts)| {
            let of = |status| counts.get(&status).copied().unwrap_or(0);
            json!({
                "type": "trial_count",
                "rule_id": code,
                "rule_name": name,
                "violated": of(Status::Violated),
                "doubt": of(Status::Doubt),
                "near": of(Status::Near),
                "undetermined": of(Status::Undetermined),
            })
        });
        shown.chain(counts).collect()
    }
}
