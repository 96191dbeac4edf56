//! `POST /api/v1/accounts/{id}/revoke_sessions`：使会话全部下线。

use axum::extract::State as Of;
use axum::http::StatusCode;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::admin::session::revoke_sessions;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::reason::ReasonIfAny;

/// 使账号的会话全部下线
///
/// 本人“在别处退出”，或安全保密管理员强制下线。
#[utoipa::path(post, path = "/api/v1/accounts/{id}/revoke_sessions", operation_id = "revoke_account_sessions", tag = "账号",
    params(("id" = String, Path, description = "账号")),
    request_body = ReasonIfAny,
    responses((status = 204, description = "好了")))]
pub async fn revoke_account_sessions(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Account>,
    JsonBody { value: body, .. }: JsonBody<ReasonIfAny>,
) -> Result<StatusCode, Problem> {
    revoke_sessions(&state.services, &body.of(&caller.request)?, id, None).await?;
    Ok(StatusCode::NO_CONTENT)
}
