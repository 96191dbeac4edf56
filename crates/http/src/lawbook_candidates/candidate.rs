//! 一部候选的法典在接口里的样子。

use mingjing_lawbook::diff::{Change, Difference, Kind};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_services::foresight::candidates::{Candidate, Tried};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::label::Label;

/// 候选的法典，概要。
#[derive(Debug, Serialize, ToSchema)]
pub struct CandidateSummary {
    /// 名称：目录的名称。
    name: String,
    /// 版本，加号之后是叠加的文件的摘要；不能用的为 null。
    version: Option<String>,
    /// 改了什么，一句话；不能用的为 null。
    changes: Option<String>,
    /// 各类各种变化的项数；不能用的为空。
    counts: Vec<ChangeCount>,
    /// 可能得出不同结论的规则数。
    affected_rule_count: u64,
    /// 影响的期间，最早的一日；说不出日子的为 null。
    #[schema(format = Date)]
    affects_from_on: Option<String>,
    /// 不能用的，为什么，一处一行：文件、行、列、编码、说明。
    faults: Vec<String>,
}

/// 一类一种变化的项数。
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeCount {
    /// 哪一类：规则、参数……
    kind: Label,
    /// 怎样变的：added 新增、removed 删去、changed 改动、reworded 只改文字。
    change: Label,
    /// 项数。
    count: u64,
}

/// 候选的法典，连同逐项的变化。
#[derive(Debug, Serialize, ToSchema)]
pub struct CandidateDetail {
    /// 概要。
    #[serde(flatten)]
    summary: CandidateSummary,
    /// 施行中的版本；不能用的为 null。
    in_force_version: Option<String>,
    /// 说不准只影响几条规则（事件、事实、日历、程序变了）：全部都试。
    is_all_affected: bool,
    /// 变化里有跨案的规则，它们不在试算之内。
    has_over_cases: bool,
    /// 逐项的变化，按类、标识排列。
    differences: Vec<CandidateDifference>,
}

/// 一项的变化。
#[derive(Debug, Serialize, ToSchema)]
pub struct CandidateDifference {
    /// 哪一类。
    kind: Label,
    /// 怎样变的。
    change: Label,
    /// 标识：规则的编码、参数的名。
    key: String,
    /// 中文名。
    name: String,
    /// 依据。
    basis: Vec<String>,
    /// 逐处的改动，一处一句。
    edits: Vec<String>,
    /// 影响的期间，一段一句。
    impacts: Vec<String>,
    /// 所及的规则。
    rules: Vec<Label>,
}

impl From<&Candidate> for CandidateSummary {
    fn from(candidate: &Candidate) -> Self {
        let name = candidate.name.clone();
        match &candidate.law {
            Ok(tried) => CandidateSummary::of(name, tried),
            Err(faults) => CandidateSummary {
                name,
                version: None,
                changes: None,
                counts: Vec::new(),
                affected_rule_count: 0,
                affects_from_on: None,
                faults: faults.to_vec(),
            },
        }
    }
}

impl CandidateSummary {
    fn of(name: String, tried: &Tried) -> Self {
        let comparison = &tried.comparison;
        let counts = comparison.counts();
        let counts = counts.iter().flat_map(|(kind, changes)| {
            changes.iter().map(move |(change, count)| ChangeCount {
                kind: kind_label(*kind),
                change: change_label(*change),
                count: *count as u64,
            })
        });
        let affected = &comparison.affected;
        let impacts = comparison.differences.iter().flat_map(|d| &d.impacts);
        let first = impacts.filter_map(|impact| impact.span.from).min();
        CandidateSummary {
            name,
            version: Some(tried.after.version.to_string()),
            changes: Some(comparison.in_chinese()),
            counts: counts.collect(),
            affected_rule_count: affected.before.union(&affected.after).count() as u64,
            affects_from_on: first.map(|day| day.to_string()),
            faults: Vec::new(),
        }
    }
}

impl From<&Candidate> for CandidateDetail {
    fn from(candidate: &Candidate) -> Self {
        let tried = candidate.law.as_ref().ok();
        let differences = tried.map(|tried| {
            let all = tried.comparison.differences.iter();
            all.map(|one| CandidateDifference::of(one, tried)).collect()
        });
        CandidateDetail {
            summary: candidate.into(),
            in_force_version: tried.map(|tried| tried.before.version.to_string()),
            is_all_affected: tried.is_some_and(|tried| tried.comparison.affected.is_all),
            has_over_cases: tried.is_some_and(|tried| tried.has_over_cases),
            differences: differences.unwrap_or_default(),
        }
    }
}

impl CandidateDifference {
    fn of(one: &Difference, tried: &Tried) -> Self {
        let named = |code: &str| {
            let of = |lawbook: &Lawbook| lawbook.rule(code).map(|rule| rule.name.to_string());
            let name = of(&tried.after).or_else(|| of(&tried.before));
            Label::new(code, name.as_deref())
        };
        CandidateDifference {
            kind: kind_label(one.kind),
            change: change_label(one.change),
            key: one.key.clone(),
            name: one.name.clone(),
            basis: one.citations.clone(),
            edits: one.edits.iter().map(|edit| edit.in_chinese()).collect(),
            impacts: one
                .impacts
                .iter()
                .map(|impact| impact.in_chinese())
                .collect(),
            rules: one.rules.iter().map(|code| named(code)).collect(),
        }
    }
}

fn kind_label(kind: Kind) -> Label {
    Label::new(kind.code(), Some(kind.name()))
}

fn change_label(change: Change) -> Label {
    Label::new(change.code(), Some(change.name()))
}
