//! 一条规则对一案为何如此：违反、合规、不适用、判不了，照最近一次评估所据的事实与日子说明。

use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::explain::why::WhyText;
use mingjing_policy::permission::Action;

use crate::access::{load_case, require};
use crate::casework::free_text::Names;
use crate::casework::list_findings::as_judged;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;

/// 说明一条规则对一案为何如此；没有这条规则的，答没有。
#[crate::boxed]
pub async fn explain_rule(
    services: &Services,
    request: &RequestContext,
    case: Id<kind::Case>,
    code: &str,
) -> Result<WhyText, ServiceError> {
    let id = TimelineId::from(case);
    let lawbook = services.lawbook();
    let read = &services.store.reader().await?;
    let (_, resource) = load_case(read, id).await?;
    require(&request.actor, Action::Read, &resource, request.today())?;
    let (ready, as_of) = as_judged(read, &lawbook, id).await?;
    let explainer = Explainer::new(&lawbook);
    let why = explainer.case(&ready.timeline, as_of).why(code);
    let mut why = why.map_err(|_| ServiceError::NotFound)?;
    Names::of(&lawbook.book.vocabulary, &ready.timeline).mask_in_why(&mut why);
    Ok(why)
}
