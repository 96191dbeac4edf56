//! `POST /api/v1/imports/{id}/run`：导入一批；做在后台。

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

/// 导入一批
///
/// 断了再来就接着做；做完了的原样答复，什么也不变。 做到哪里看 `GET /imports/{id}`。
#[utoipa::path(post, path = "/api/v1/imports/{id}/run", operation_id = "run_import", tag = "导入与导出",
    params(("id" = String, Path, description = "一批")),
    responses(
        (status = 202, description = "开始了，或早已做完", body = ImportAnswer),
        (status = 409, description = "原文件已经删去"),
    ))]
pub async fn run_import(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Batch>,
) -> Result<(StatusCode, Json<ImportAnswer>), Problem> {
    let batch = start(&state, &caller.request, id, Mode::Run).await?;
    let body = ImportAnswer {
        import: ImportOut::from(&batch),
    };
    Ok((StatusCode::ACCEPTED, Json(body)))
}
