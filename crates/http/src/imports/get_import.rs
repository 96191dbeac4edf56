//! `GET /api/v1/imports/{id}`：一批的现状。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::intake::list_batches::get_batch;

use super::batch::{ImportAnswer, ImportOut};
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;

/// 查看一批导入
#[utoipa::path(get, path = "/api/v1/imports/{id}", operation_id = "get_import", tag = "导入与导出",
    params(("id" = String, Path, description = "一批")),
    responses((status = 200, description = "一批的现状", body = ImportAnswer)))]
pub async fn get_import(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Batch>,
) -> Result<Json<ImportAnswer>, Problem> {
    let batch = get_batch(&state.services, &caller.request, id).await?;
    Ok(Json(ImportAnswer {
        import: ImportOut::from(&batch),
    }))
}
