//! `POST /api/v1/accounts/{id}/enable`：重新启用。

use axum::extract::State as Of;
use axum::http::StatusCode;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::admin::account::enable_account as enable;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::reason::ReasonBody;

/// 启用账号
///
/// 停用过的重新启用；会话要重新登录。
#[utoipa::path(post, path = "/api/v1/accounts/{id}/enable", operation_id = "enable_account", tag = "账号",
    params(("id" = String, Path, description = "账号")),
    request_body = ReasonBody,
    responses((status = 204, description = "好了")))]
pub async fn enable_account(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Account>,
    JsonBody { value: body, .. }: JsonBody<ReasonBody>,
) -> Result<StatusCode, Problem> {
    enable(&state.services, &body.of(&caller.request)?, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
