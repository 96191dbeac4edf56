//! 一案按裁量基准算出的区间：照最近一次评估所据的事实，与 `mingjing discretion` 同一份算法；不存，问时现算。
//!
//! A range with its reasons, never an amount: who decides is whoever handles the case (ADR 0033).

use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::discretion::choose::Setting;
use mingjing_lawbook::discretion::words::{self, ReckoningText};
use mingjing_lawbook::explain::Explainer;
use mingjing_policy::permission::Action;

use crate::access::{load_case, require};
use crate::casework::free_text::Names;
use crate::casework::list_findings::as_judged;
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, Pointer, ServiceError};

/// 一案的裁量：用得上的事项，与所选的一项的计算。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseDiscretion {
    /// 用得上的事项：标识与名称，按标识排列。
    pub items: Vec<(String, String)>,
    /// 所选的一项；没有选的为空。
    pub reckoning: Option<ReckoningText>,
}

/// 一案的裁量。事项是哪一项由人选：案件没有写它是什么违法行为的，程序不替人认定。
#[crate::boxed]
pub async fn reckon_discretion(
    services: &Services,
    request: &RequestContext,
    case: Id<kind::Case>,
    code: Option<&str>,
) -> Result<CaseDiscretion, ServiceError> {
    let id = TimelineId::from(case);
    let lawbook = services.lawbook();
    let (ready, as_of) = {
        let read = &services.store.reader().await?;
        let (_, resource) = load_case(read, id).await?;
        require(&request.actor, Action::Read, &resource, request.today())?;
        as_judged(read, &lawbook, id).await?
    };
    let timeline = &ready.timeline;
    let setting = Setting::of(timeline, as_of);
    let reckon = |code: &str| {
        let item = lawbook.discretion_item(code, setting);
        let item = item.map_err(|reason| {
            let message = reason.in_words(&lawbook, code, setting.day);
            ServiceError::invalid(Pointer::query("item"), FieldCode::NotAChoice, message)
        })?;
        let explainer = Explainer::new(&lawbook);
        let mut told = words::text(&explainer, item, timeline, as_of, setting.day);
        Names::of(&lawbook.book.vocabulary, timeline).mask_in_reckoning(&mut told);
        Ok::<_, ServiceError>(told)
    };
    let items = lawbook.discretion_items(setting).into_iter();
    Ok(CaseDiscretion {
        items: items
            .map(|item| (item.code.to_string(), item.name.to_string()))
            .collect(),
        reckoning: code.map(reckon).transpose()?,
    })
}
