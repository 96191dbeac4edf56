//! 计数：案件、发现、规则、机关、缺失，边加边数，不随案件数增长。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_domain::finding::{Severity, Status};

use super::entry::CaseEntry;

/// 不同机关的数目上限：超出的并入“其他机关”。
const BODIES_MAX: usize = 20_000;

/// 总数。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    /// 案件数。
    pub cases: u64,
    /// 没有发现的案件数。
    pub clean_cases: u64,
    /// 各状态、各程度的发现数。
    pub findings: BTreeMap<(Status, Severity), u64>,
    /// 有规则无法判定的案件数。
    pub undetermined_cases: u64,
    /// 规则施行前而不判的数目。
    pub not_judged: u64,
    /// 有不判之处的案件数。
    pub not_judged_cases: u64,
    /// 没有读入的行数。
    pub refused_rows: u64,
}

impl Totals {
    /// 某种状态的发现数。
    pub fn of_status(&self, status: Status) -> u64 {
        self.findings
            .iter()
            .filter(|((s, _), _)| *s == status)
            .map(|(_, n)| n)
            .sum()
    }

    /// 全部发现数。
    pub fn all(&self) -> u64 {
        self.findings.values().sum()
    }
}

/// 一条规则的发现数。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleCount {
    /// 名称。
    pub name: String,
    /// 违反。
    pub violated: u64,
    /// 疑点。
    pub doubt: u64,
    /// 临期。
    pub near: u64,
}

/// 一个机关的数目。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BodyCount {
    /// 案件。
    pub cases: u64,
    /// 有发现的案件。
    pub with_findings: u64,
    /// 各程度的发现数（提示、预警、违规、重大违法）。
    pub by_severity: [u64; 4],
}

/// 一项缺失影响的案件数。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LackCount {
    /// 缺它的案件数。
    pub cases: u64,
    /// 因它而判不了的规则数，合计各案。
    pub rules: u64,
    /// 涉及的规则的名称。
    pub names: BTreeSet<String>,
    /// 补什么。
    pub supply: String,
}

/// 一项缺失写出名称的规则数。
const NAMES_SHOWN: usize = 4;

impl LackCount {
    /// 涉及的规则，写成一行。
    pub fn named(&self) -> String {
        let shown: Vec<&str> = self
            .names
            .iter()
            .take(NAMES_SHOWN)
            .map(String::as_str)
            .collect();
        let more = self.names.len().saturating_sub(NAMES_SHOWN);
        if more > 0 {
            format!("{} 等 {} 条", shown.join("、"), self.names.len())
        } else {
            shown.join("、")
        }
    }
}

/// 全部计数。
#[derive(Debug, Clone, Default)]
pub struct Counts {
    totals: Totals,
    /// 按规则编码。
    pub by_rule: BTreeMap<String, RuleCount>,
    /// 按机关。
    pub by_body: BTreeMap<String, BodyCount>,
    /// 按缺失的事实。
    pub lacks: BTreeMap<String, LackCount>,
    /// 没有读入的行。
    pub(super) refused: u64,
    /// 读入时的说明。
    pub(super) notes: u64,
    /// 义务。
    pub(super) duties: u64,
}

impl Counts {
    /// 计入一案。
    pub(super) fn take(&mut self, entry: &CaseEntry) {
        let totals = &mut self.totals;
        totals.cases += 1;
        totals.clean_cases += u64::from(entry.findings.is_empty());
        totals.not_judged += u64::from(entry.not_judged);
        totals.not_judged_cases += u64::from(entry.not_judged > 0);
        totals.undetermined_cases += u64::from(entry.undetermined.is_some());
        self.duties += entry.duties.len() as u64;
        let is_known = self.by_body.contains_key(&entry.body) || self.by_body.len() < BODIES_MAX;
        let name = if is_known {
            entry.body.clone()
        } else {
            "其他机关".to_owned()
        };
        let body = self.by_body.entry(name).or_default();
        body.cases += 1;
        body.with_findings += u64::from(!entry.findings.is_empty());
        for finding in &entry.findings {
            let line = &finding.line;
            *totals
                .findings
                .entry((line.status, line.severity))
                .or_default() += 1;
            body.by_severity[line.severity as usize] += 1;
            let rule = self.by_rule.entry(line.code.clone()).or_default();
            rule.name.clone_from(&line.rule_name);
            match line.status {
                Status::Violated => rule.violated += 1,
                Status::Doubt => rule.doubt += 1,
                Status::Near => rule.near += 1,
                Status::Undetermined => {}
            }
        }
        for lack in entry.undetermined.iter().flat_map(|u| &u.missing) {
            let what = format!("{}：{}", lack.text.what, lack.text.why);
            let count = self.lacks.entry(what).or_default();
            count.cases += 1;
            count.rules += lack.rules.len() as u64;
            count.supply.clone_from(&lack.text.supply);
            let named = entry.undetermined.iter().flat_map(|u| &u.by_rule);
            for rule in named.filter(|r| lack.rules.contains(&r.code)) {
                if !count.names.contains(&rule.name) {
                    count.names.insert(rule.name.clone());
                }
            }
        }
    }

    /// 总数。
    pub(super) fn totals(&self) -> Totals {
        Totals {
            refused_rows: self.refused,
            ..self.totals.clone()
        }
    }

    /// 缺失，影响案件多的在前。
    pub(super) fn lacks_by_weight(&self) -> Vec<(&String, &LackCount)> {
        let mut list: Vec<_> = self.lacks.iter().collect();
        list.sort_by(|a, b| {
            (b.1.rules, b.1.cases)
                .cmp(&(a.1.rules, a.1.cases))
                .then(a.0.cmp(b.0))
        });
        list
    }
}
