//! `POST /api/v1/delegations/{id}/end`：提前结束委托。

use axum::extract::State as Of;
use axum::http::StatusCode;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::admin::delegation::end_delegation as end;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;

/// 提前结束委托
///
/// 委托人、受托人、安全保密管理员都可以；当即生效。
#[utoipa::path(post, path = "/api/v1/delegations/{id}/end", operation_id = "end_delegation", tag = "账号",
    params(("id" = String, Path, description = "委托")),
    responses((status = 204, description = "结束了")))]
pub async fn end_delegation(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Delegation>,
) -> Result<StatusCode, Problem> {
    end(&state.services, &caller.request, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
