//! 法典从哪里来：施行中的一部叠加了哪些文件、何时换上，最近一次改动为何没有用上；案件重评到哪里了。
//!
//! Files are read by whoever serves; here is only what came of it. A change that cannot be used leaves what is in use.

use std::sync::Arc;

use mingjing_kernel::moment::Moment;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::decision::decide;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_store::law_difference::LawDifferenceSum;

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;

/// 说出来的错误至多几行：一处写错，常常带出一串。
pub const FAULTS_MAX: usize = 50;

/// 一部加载好的法典，与它叠加的文件。
#[derive(Clone)]
pub struct LoadedLaw {
    /// 法典；叠加了文件的，版本里有它们的摘要。
    pub lawbook: Arc<Lawbook>,
    /// 叠加的文件，相对法典根的路径。
    pub overlay: Vec<String>,
}

/// 法典的来处，由起服务的一方给出。
pub trait LawSource: Send + Sync + 'static {
    /// 看一眼：文件变了，得到的就不同。
    fn glance(&self) -> String;

    /// 加载；不能用的逐行说出为什么。
    fn load(&self) -> Result<LoadedLaw, Vec<String>>;
}

/// 没有用上的一次改动。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedLaw {
    /// 何时。
    pub at: Moment,
    /// 为什么，一处一行，至多 `FAULTS_MAX` 行。
    pub faults: Vec<String>,
}

/// 施行中的一部。
#[derive(Clone)]
pub(crate) struct LawInForce {
    pub(crate) law: LoadedLaw,
    pub(crate) since: Moment,
    pub(crate) refused: Option<RefusedLaw>,
}

/// 法典的情形，给管理的人看。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawState {
    /// 版本。
    pub version: String,
    /// 何时换上。
    pub since: Moment,
    /// 叠加的文件。
    pub overlay: Vec<String>,
    /// 最近一次改动没有用上的，为什么；用上了的没有。
    pub refused: Option<RefusedLaw>,
    /// 还有案件是用别的版本判断的。
    pub is_reassessing: bool,
    /// 换成这一版之后各条规则的发现有多少变动：规则的编码、名称与各种个数。
    pub differences: Vec<(String, LawDifferenceSum)>,
}

/// 法典的情形；只有个数，没有案件。
#[crate::boxed]
pub async fn get_law_state(
    services: &Services,
    request: &RequestContext,
) -> Result<LawState, ServiceError> {
    let platform = Resource::of_platform(ResourceKind::Lawbook);
    if !decide(&request.actor, Action::Read, &platform, request.today()).allowed {
        return Err(ServiceError::Forbidden);
    }
    let held = services.law_in_force();
    let lawbook = &held.law.lawbook;
    let read = &services.store.reader().await?;
    let waiting = read
        .list_assessed_by_other_law(&lawbook.version, None, 1)
        .await?;
    let sums = read.sum_law_differences(&lawbook.version).await?;
    let named = sums.into_iter().map(|sum| {
        let rule = lawbook.rule(&sum.code);
        let name = rule.map_or_else(|| sum.code.clone(), |rule| rule.name.to_string());
        (name, sum)
    });
    Ok(LawState {
        version: lawbook.version.to_string(),
        since: held.since,
        overlay: held.law.overlay.clone(),
        refused: held.refused.clone(),
        is_reassessing: !waiting.is_empty(),
        differences: named.collect(),
    })
}
