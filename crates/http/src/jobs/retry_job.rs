//! `POST /api/v1/jobs/{id}/retry`：叫一个失败的任务再试。

use axum::extract::State as Of;
use axum::http::StatusCode;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::job::retry_job as retry;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;

/// 再试一个任务
#[utoipa::path(post, path = "/api/v1/jobs/{id}/retry", operation_id = "retry_job", tag = "运行",
    params(("id" = String, Path, description = "任务")),
    responses((status = 204, description = "排上了")))]
pub async fn retry_job(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Job>,
) -> Result<StatusCode, Problem> {
    retry(&state.services, &caller.request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
