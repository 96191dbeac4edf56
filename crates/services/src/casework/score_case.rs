//! 一案按评分表逐项打分：照最近一次评估所据的事实与日子，与 `mingjing score` 同一份算法；不存，问时现算。

use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_lawbook::assess::Options;
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::sheet::score::score;
use mingjing_lawbook::sheet::words::{self, SheetText};
use mingjing_policy::permission::Action;

use crate::access::{load_case, require};
use crate::casework::free_text::Names;
use crate::casework::list_findings::as_judged;
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;

/// 一案的各张评分表，引用的姓名与号码遮盖；没有评这种程序的表的为空。
#[crate::boxed]
pub async fn score_case(
    services: &Services,
    request: &RequestContext,
    case: Id<kind::Case>,
) -> Result<Vec<SheetText>, ServiceError> {
    let id = TimelineId::from(case);
    let lawbook = services.lawbook();
    let (ready, as_of) = {
        let read = &services.store.reader().await?;
        let (_, resource) = load_case(read, id).await?;
        require(&request.actor, Action::Read, &resource, request.today())?;
        as_judged(read, &lawbook, id).await?
    };
    let explainer = Explainer::new(&lawbook);
    let names = Names::of(&lawbook.book.vocabulary, &ready.timeline);
    let options = Options {
        as_of: Some(as_of),
        ..Options::default()
    };
    let sheets = lawbook.sheets_of(&ready.timeline, as_of).into_iter();
    let scored = sheets.map(|sheet| {
        let scored = score(&explainer, sheet, &ready.timeline, &options);
        let mut text = words::text(&explainer, &ready.timeline, &scored);
        names.mask_in_sheet(&mut text);
        text
    });
    Ok(scored.collect())
}
