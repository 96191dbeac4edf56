//! `POST /api/v1/imports/{id}/dry_run`：试导入一批；做在后台。

use axum::Json;
use axum::extract::State as Of;
use axum::http::StatusCode;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::intake::run::Mode;

use super::batch::{ImportAnswer, ImportOut};
use super::start::start;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;

/// 试导入一批
///
/// 只记每一行会怎样，别的什么也不写；真的导过的不再试。 做到哪里看 `GET /imports/{id}`。
#[utoipa::path(post, path = "/api/v1/imports/{id}/dry_run", operation_id = "dry_run_import", tag = "导入与导出",
    params(("id" = String, Path, description = "一批")),
    responses(
        (status = 202, description = "开始了，或早已做完", body = ImportAnswer),
        (status = 409, description = "原文件已经删去"),
    ))]
pub async fn dry_run_import(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Batch>,
) -> Result<(StatusCode, Json<ImportAnswer>), Problem> {
    let batch = start(&state, &caller.request, id, Mode::DryRun).await?;
    let body = ImportAnswer {
        import: ImportOut::from(&batch),
    };
    Ok((StatusCode::ACCEPTED, Json(body)))
}
