//! 称呼：列表里的标识叫什么——机关的现名、案件的案号与当事人；一页一次查出，看不到的案件没有称呼。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::scope::scope;
use mingjing_store::case_row::CaseHead;

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;

/// 一页里的各种称呼。
#[derive(Debug, Clone, Default)]
pub struct Names {
    bodies: BTreeMap<String, String>,
    regions: BTreeMap<String, String>,
    cases: BTreeMap<TimelineId, CaseHead>,
}

/// 一页里要称呼的。
#[derive(Debug, Clone, Default)]
pub struct Named<'r> {
    /// 机关。
    pub bodies: BTreeSet<&'r str>,
    /// 区划代码。
    pub regions: BTreeSet<&'r str>,
    /// 案件。
    pub cases: BTreeSet<TimelineId>,
}

impl Names {
    /// 查出机关、区划的现名与案件的称呼。
    #[crate::boxed]
    pub async fn gather(
        services: &Services,
        request: &RequestContext,
        named: &Named<'_>,
    ) -> Result<Names, ServiceError> {
        let (actor, today) = (&request.actor, request.today());
        let read = &services.store.reader().await?;
        // Whoever sees a finding need not see its case: what the case is called belongs to the case.
        let mut seen = scope(actor, Action::Read, ResourceKind::Case, today);
        let matters = scope(actor, Action::List, ResourceKind::Supervision, today).areas;
        seen.areas
            .extend(matters.into_iter().filter(|area| area.as_supervised));
        Ok(Names {
            bodies: read.list_body_names(&named.bodies).await?,
            regions: read.list_division_names(&named.regions).await?,
            cases: read.list_case_heads(&seen, &named.cases).await?,
        })
    }

    /// 机关的现名；没有登记的没有。
    pub fn body(&self, id: Option<&str>) -> Option<&str> {
        self.bodies.get(id?).map(String::as_str)
    }

    /// 区划的现名；没有登记的没有。
    pub fn region(&self, code: &str) -> Option<&str> {
        self.regions.get(code).map(String::as_str)
    }

    /// 案件的称呼；看不到的没有。
    pub fn case(&self, id: TimelineId) -> Option<&CaseHead> {
        self.cases.get(&id)
    }
}

/// 组织树上这些路径的现名；根与没有登记的没有。
#[crate::boxed]
pub async fn org_names(
    services: &Services,
    paths: &BTreeSet<&str>,
) -> Result<BTreeMap<String, String>, ServiceError> {
    let read = services.store.reader().await?;
    Ok(read.list_org_names(paths).await?)
}

/// 这些文字里是标识的叫什么：机关、账号，与组织树上的路径；别的文字不在内。
#[crate::boxed]
pub async fn ids_in_words(
    services: &Services,
    texts: &BTreeSet<&str>,
) -> Result<BTreeMap<String, String>, ServiceError> {
    let is_path = |text: &&str| text.len() > 1 && text.starts_with('/') && text.ends_with('/');
    let paths: BTreeSet<&str> = texts.iter().copied().filter(is_path).collect();
    let is_body = |text: &&str| Id::<kind::Body>::parse(text).is_ok();
    let bodies: BTreeSet<&str> = texts.iter().copied().filter(is_body).collect();
    let account = |text: &&str| Id::<kind::Account>::parse(text).ok();
    let accounts: BTreeSet<Id<kind::Account>> = texts.iter().filter_map(account).collect();
    let read = &services.store.reader().await?;
    let mut words = read.list_org_names(&paths).await?;
    words.extend(read.list_body_names(&bodies).await?);
    let names = read.list_account_names(&accounts).await?;
    words.extend(names.into_iter().map(|(id, name)| (id.to_string(), name)));
    Ok(words)
}
