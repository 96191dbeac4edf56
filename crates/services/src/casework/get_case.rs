//! 一案的现状：案件行、程序走到哪里、填报与登记的事实（遮盖）、说不清的。

use mingjing_domain::finding::Missing;
use mingjing_domain::procedure::Progress;
use mingjing_domain::timeline::Facts;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::moment::Moment;
use mingjing_lawbook::prepare::prepare;
use mingjing_lawbook::proceed::fold::fold;
use mingjing_policy::permission::Action;
use mingjing_store::case_row::CaseRow;

use crate::access::{load_case, require};
use crate::assessment::project::why_of;
use crate::assessment::write::Ready;
use crate::casework::free_text::Names;
use crate::casework::mask;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;

/// 一案。
#[derive(Debug, Clone, PartialEq)]
pub struct CaseView {
    /// 案件行。
    pub row: CaseRow,
    /// 程序的经过。
    pub progress: Progress,
    /// 事实，敏感的已遮盖。
    pub facts: Facts,
    /// 最近一次评估。
    pub assessed: Assessed,
}

/// 最近一次评估。
#[derive(Debug, Clone, PartialEq)]
pub struct Assessed {
    /// 判断日。
    pub as_of: Date,
    /// 何时判断的。
    pub at: Moment,
    /// 法典版本。
    pub lawbook: String,
    /// 因规则施行前而不判的。
    pub not_judged: serde_json::Value,
    /// 无法判定的：`[{code, part, event, missing: [{what, why}]}]`。
    pub undetermined: serde_json::Value,
}

/// 取一案的现状。
#[crate::boxed]
pub async fn get_case(
    services: &Services,
    request: &RequestContext,
    case: Id<kind::Case>,
) -> Result<CaseView, ServiceError> {
    let id = TimelineId::from(case);
    let lawbook = services.lawbook();
    let read = &services.store.reader().await?;
    let (row, resource) = load_case(read, id).await?;
    require(&request.actor, Action::Read, &resource, request.today())?;
    let loaded = read.load_timeline(id).await?;
    let ready = Ready::gather(read, &lawbook, loaded, request.today()).await?;
    let assessment = read.find_assessment(id).await?;
    let assessment = assessment.ok_or(ServiceError::NotFound)?;
    let vocabulary = &lawbook.book.vocabulary;
    let prepared = prepare(vocabulary, &ready.timeline, Some(request.today()), None);
    let mut facts = ready.timeline.facts.clone();
    let names = Names::of(vocabulary, &ready.timeline);
    mask::facts(vocabulary, &names, &mut facts);
    Ok(CaseView {
        row,
        progress: fold(&lawbook, &prepared),
        facts,
        assessed: Assessed {
            as_of: assessment.as_of,
            at: assessment.assessed_at,
            lawbook: assessment.lawbook_version,
            not_judged: assessment.not_judged,
            undetermined: assessment.undetermined.whole()?,
        },
    })
}

/// 评估里记着的一项缺失；写法不认识的为 `None`。
pub fn missing_of(what: &str, why: &str) -> Option<Missing> {
    Some(Missing {
        what: what.into(),
        why: why_of(why)?,
    })
}
