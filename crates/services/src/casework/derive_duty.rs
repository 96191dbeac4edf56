//! 一项义务的到期日怎样推得：照最近一次评估再推一遍，连同文字与日历上的逐日对照。

use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::assess::{Options, assess};
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::explain::duty::DutyText;
use mingjing_store::duty::DutyRow;

use crate::access::{View, load_case, view_of};
use crate::assessment::project::duty_ids;
use crate::casework::list_findings::as_judged;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;

/// 一项义务，连同推算。
#[derive(Debug, Clone, PartialEq)]
pub struct DutyView {
    /// 库里的一行。
    pub row: DutyRow,
    /// 文字与逐日的对照。
    pub text: DutyText,
}

/// 推一项义务的到期日；现在的法典不再有这项义务的，答没有。
#[crate::boxed]
pub async fn derive_duty(
    services: &Services,
    request: &RequestContext,
    case: Id<kind::Case>,
    duty: &str,
) -> Result<DutyView, ServiceError> {
    let id = TimelineId::from(case);
    let lawbook = services.lawbook();
    let read = &services.store.reader().await?;
    let (_, resource) = load_case(read, id).await?;
    let view = view_of(&request.actor, &resource, request.today())?;
    let mut rows = read.list_case_duties(id).await?.into_iter();
    // A duty of those who supervise is no body's.
    let is_shown = |row: &DutyRow| view == View::Whole || row.body.is_some();
    let row = rows.find(|row| row.id == duty && is_shown(row));
    let row = row.ok_or(ServiceError::NotFound)?;
    let (ready, as_of) = as_judged(read, &lawbook, id).await?;
    let options = Options {
        as_of: Some(as_of),
        ..Options::default()
    };
    let duties = assess(&lawbook, &ready.timeline, &options).duties;
    let ids = duty_ids(&ready.timeline, &duties);
    let found = ids.into_iter().zip(&duties);
    let found = found.filter(|(id, _)| id.as_deref() == Some(duty));
    let (_, derived) = found.into_iter().next().ok_or(ServiceError::NotFound)?;
    let explainer = Explainer::new(&lawbook);
    let text = explainer.case(&ready.timeline, as_of).duty(derived);
    Ok(DutyView { row, text })
}
