//! 称呼：列表里的标识叫什么——机关的现名、案件的案号与当事人；一页一次查出，看不到的案件没有称呼。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_kernel::id::TimelineId;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::scope::scope;
use mingjing_store::case_row::CaseHead;

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;

/// 一页里的各种称呼。
#[derive(Debug, Clone, Default)]
pub struct Names {
    bodies: BTreeMap<String, String>,
    cases: BTreeMap<TimelineId, CaseHead>,
}

impl Names {
    /// 查出这些机关的现名与这些案件的称呼。
    pub async fn gather<'r>(
        services: &Services,
        request: &RequestContext,
        bodies: impl IntoIterator<Item = Option<&'r str>>,
        cases: impl IntoIterator<Item = TimelineId>,
    ) -> Result<Names, ServiceError> {
        let bodies: BTreeSet<&str> = bodies.into_iter().flatten().collect();
        let cases: BTreeSet<TimelineId> = cases.into_iter().collect();
        let (actor, today) = (&request.actor, request.today());
        let read = &services.store.reader().await?;
        // Whoever sees a finding need not see its case: what the case is called belongs to the case.
        let seen = scope(actor, Action::List, ResourceKind::Case, today);
        Ok(Names {
            bodies: read.list_body_names(&bodies).await?,
            cases: read.list_case_heads(&seen, &cases).await?,
        })
    }

    /// 机关的现名；没有登记的没有。
    pub fn body(&self, id: Option<&str>) -> Option<&str> {
        self.bodies.get(id?).map(String::as_str)
    }

    /// 案件的称呼；看不到的没有。
    pub fn case(&self, id: TimelineId) -> Option<&CaseHead> {
        self.cases.get(&id)
    }
}

/// 组织树上这些路径的现名；根与没有登记的没有。
pub async fn org_names(
    services: &Services,
    paths: &BTreeSet<&str>,
) -> Result<BTreeMap<String, String>, ServiceError> {
    let read = services.store.reader().await?;
    Ok(read.list_org_names(paths).await?)
}
