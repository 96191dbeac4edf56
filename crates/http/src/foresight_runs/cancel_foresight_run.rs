//! `POST /api/v1/foresight_runs/{id}/cancel`：停下一次试算。

use axum::extract::State as Of;
use axum::http::StatusCode;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::foresight::start::cancel_run;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;

/// 停下试算
///
/// 手上的一段做完就停；已经数的留着。已经结束的拒绝。
#[utoipa::path(post, path = "/api/v1/foresight_runs/{id}/cancel", operation_id = "cancel_foresight_run", tag = "法典",
    params(("id" = String, Path, description = "试算")),
    responses((status = 204, description = "停了")))]
pub async fn cancel_foresight_run(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Foresight>,
) -> Result<StatusCode, Problem> {
    cancel_run(&state.services, &caller.request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
