//! `POST /api/v1/grants/{id}/revoke`：收回角色。

use axum::extract::State as Of;
use axum::http::StatusCode;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::admin::grant::revoke_role;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::reason::ReasonBody;

/// 收回角色
///
/// 当即生效；凭它作出的委托一并失效。
#[utoipa::path(post, path = "/api/v1/grants/{id}/revoke", operation_id = "revoke_grant", tag = "账号",
    params(("id" = String, Path, description = "授权")),
    request_body = ReasonBody,
    responses((status = 204, description = "收回了")))]
pub async fn revoke_grant(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Grant>,
    JsonBody { value: body, .. }: JsonBody<ReasonBody>,
) -> Result<StatusCode, Problem> {
    revoke_role(&state.services, &body.of(&caller.request)?, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
