//! 推出的各行：一条时间线判断之后要写的全部；新建的许多条一起写，每张表一条语句。

use std::collections::BTreeSet;

use mingjing_kernel::date::Date;

use crate::assessment::AssessmentRow;
use crate::case_account::CaseAccounts;
use crate::case_row::CaseRow;
use crate::duty::DutyRow;
use crate::error::Result;
use crate::finding::NewFinding;
use crate::trial::Trials;
use crate::tx::Tx;

/// 一条时间线推出的各行。
#[derive(Debug)]
pub struct Derivation<'a> {
    /// 外部事实快照的 JSON；它的摘要写在评估里。
    pub facts: &'a str,
    /// 评估。
    pub assessment: AssessmentRow,
    /// 现状。
    pub case: &'a CaseRow,
    /// 职责。
    pub accounts: &'a CaseAccounts,
    /// 义务。
    pub duties: &'a [DutyRow],
    /// 发现。
    pub findings: &'a [NewFinding],
    /// 下次看的日子。
    pub next_look: Option<Date>,
    /// 用了谁的事实。
    pub subjects: &'a BTreeSet<String>,
    /// 试行的规则会说的。
    pub trials: &'a Trials,
}

impl Tx {
    /// 写下新建的时间线推出的各行。
    ///
    /// Each of the timelines MUST have been made by this transaction: nothing is derived of it yet, so nothing is
    /// compared with what stands.
    pub async fn insert_derivations(&self, new: &[Derivation<'_>]) -> Result<()> {
        let snapshots = new
            .iter()
            .map(|one| (&one.assessment.facts_digest, one.facts));
        self.keep_all_facts(snapshots).await?;
        self.put_assessments(new.iter().map(|one| &one.assessment))
            .await?;
        self.put_cases(new.iter().map(|one| one.case)).await?;
        let accounts = new.iter().flat_map(|one| {
            let id = one.case.timeline;
            one.accounts.iter().map(move |account| (id, account))
        });
        self.insert_case_accounts(accounts).await?;
        self.write_duties(new.iter().flat_map(|one| one.duties))
            .await?;
        let findings = new.iter().flat_map(|one| {
            let case = one.case;
            one.findings.iter().map(move |finding| (case, finding))
        });
        self.insert_findings(findings).await?;
        let looks = new.iter();
        let looks = looks.filter_map(|one| Some((one.case.timeline, one.next_look?)));
        self.put_next_looks(looks).await?;
        let subjects = new.iter().flat_map(|one| {
            let id = one.case.timeline;
            one.subjects.iter().map(move |subject| (id, subject))
        });
        self.insert_fact_uses(subjects).await?;
        let trials = new.iter().flat_map(|one| {
            let id = one.case.timeline;
            one.trials.iter().map(move |trial| (id, trial))
        });
        self.insert_trials(trials).await
    }
}
