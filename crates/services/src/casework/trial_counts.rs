//! 试行的规则：若正式施行，来者范围之内会说到多少案，按机关、月份。只有个数，不指哪一案，不惊动谁。

use mingjing_domain::finding::Status;
use mingjing_lawbook::rule::{RuleStatus, Trial};
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::scope::scope;
use mingjing_store::trial::TrialSum;

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;

/// 一条试行的规则会说的。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialCounts {
    /// 试行的起止与理由。
    pub trial: Trial,
    /// 会说到多少案，按状态；一案只数一次。
    pub totals: Vec<(Status, u64)>,
    /// 按机关、月份、状态，月份新的在前。
    pub sums: Vec<TrialSum>,
}

/// 一条试行的规则会说到多少案；没有这条规则、它不在试行的，答没有。
#[crate::boxed]
pub async fn trial_counts(
    services: &Services,
    request: &RequestContext,
    code: &str,
) -> Result<TrialCounts, ServiceError> {
    let lawbook = services.lawbook();
    let rule = lawbook.rule(code).ok_or(ServiceError::NotFound)?;
    let trial = rule
        .trial
        .clone()
        .filter(|_| rule.status == RuleStatus::Trial);
    let trial = trial.ok_or(ServiceError::NotFound)?;
    let today = request.today();
    let scope = scope(&request.actor, Action::Read, ResourceKind::Finding, today);
    let read = &services.store.reader().await?;
    Ok(TrialCounts {
        trial,
        totals: read.count_trial_cases(&scope, code).await?,
        sums: read.sum_trial(&scope, code).await?,
    })
}
