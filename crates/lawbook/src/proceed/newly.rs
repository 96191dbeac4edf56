//! 新带来的：同一身份的结果，有了这件事之后更重的那些。

use std::collections::HashMap;

use mingjing_domain::finding::{Outcome, RuleResult, Severity};
use mingjing_domain::identity::finding_identity;
use mingjing_domain::timeline::Timeline;

/// 轻重：合规与不适用、无法判定、不合规（按程度）。
type Rank = (u8, Option<Severity>);

fn rank(result: &RuleResult) -> Rank {
    match result.outcome {
        Outcome::NotApplicable | Outcome::Pass => (0, None),
        Outcome::Undetermined => (1, None),
        Outcome::Violation => (2, Some(result.severity)),
    }
}

/// 一次评估的材料与结果。
pub(super) struct Judged<'a> {
    pub(super) timeline: &'a Timeline,
    pub(super) results: &'a [RuleResult],
}

/// 后一次里新带来的不合规与无法判定；原来就有、没有更重的不算。
pub(super) fn newly(before: &Judged<'_>, after: &Judged<'_>) -> Vec<RuleResult> {
    let mut stood: HashMap<String, Rank> = HashMap::new();
    for result in before.results {
        let held = stood
            .entry(finding_identity(before.timeline, result, None))
            .or_insert((0, None));
        *held = (*held).max(rank(result));
    }
    let is_new = |result: &&RuleResult| {
        let now = rank(result);
        let identity = finding_identity(after.timeline, result, None);
        now > stood.get(&identity).copied().unwrap_or((0, None))
    };
    after.results.iter().filter(is_new).cloned().collect()
}
