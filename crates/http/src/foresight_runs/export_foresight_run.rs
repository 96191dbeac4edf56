//! `POST /api/v1/foresight_runs/{id}/export`：一次试算写成工作簿。

use axum::body::Body;
use axum::extract::State as Of;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use mingjing_documents::foresight::{Foresight, to_xlsx};
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_lawbook::simulate::tally::Instance;
use mingjing_services::error::ServiceError;
use mingjing_services::foresight::read::{RunDetail, export_run};

use super::get_foresight_run::shown;
use crate::caller::Caller;
use crate::exports::answer::XLSX;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::shown::Shown;

/// 导出试算
///
/// 总览、按规则、按机关与例子，Excel 工作簿；与命令行 `mingjing lawbook simulate --report` 是同样的几页。审计先于交出。
#[utoipa::path(post, path = "/api/v1/foresight_runs/{id}/export", operation_id = "export_foresight_run", tag = "法典",
    params(("id" = String, Path, description = "试算")),
    responses((status = 200, description = "工作簿",
        content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn export_foresight_run(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Foresight>,
) -> Result<Response, Problem> {
    let detail = export_run(&state.services, &caller.request, id).await?;
    let shown = shown(&state, &caller.request, &detail).await?;
    let bytes = workbook(&detail, &shown).map_err(Problem::from)?;
    Ok(([(CONTENT_TYPE, XLSX)], Body::from(bytes)).into_response())
}

fn workbook(detail: &RunDetail, shown: &Shown) -> Result<Vec<u8>, ServiceError> {
    let (row, record) = (&detail.run.row, &detail.run.record);
    let instances = detail.examples.iter().map(|example| Instance {
        case: example
            .case
            .number
            .clone()
            .unwrap_or_else(|| example.case.timeline.to_string()),
        body: shown.body(example.case.body.as_deref()),
        told: example.told.clone(),
    });
    let instances: Vec<Instance> = instances.collect();
    let mut notes = vec![
        ("判断日", row.as_of.to_string()),
        ("范围", "密级件不在内；案件一页只列来者看得到的".to_owned()),
    ];
    if !detail.run.is_complete() {
        let note = format!("没有算完：{} 案中试过 {} 案", row.total, row.done);
        notes.push(("注意", note));
    }
    let told = Foresight {
        before: &row.version_before,
        after: &row.version_after,
        changes: &record.changes,
        totals: &record.totals,
        instances: &instances,
        has_over_cases: record.has_over_cases,
        notes: &notes,
    };
    to_xlsx(&told).map_err(ServiceError::internal)
}
