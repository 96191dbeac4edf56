//! `POST /api/v1/sessions/{id}/revoke`：使一个会话下线，自己的，或所管账号的。

use axum::extract::State as Of;
use axum::http::StatusCode;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::admin::session::revoke_session as revoke;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::reason::ReasonIfAny;

/// 使会话下线
#[utoipa::path(post, path = "/api/v1/sessions/{id}/revoke", operation_id = "revoke_session", tag = "会话",
    params(("id" = String, Path, description = "会话")),
    request_body = ReasonIfAny,
    responses((status = 204, description = "下线了")))]
pub async fn revoke_session(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Session>,
    JsonBody { value: body, .. }: JsonBody<ReasonIfAny>,
) -> Result<StatusCode, Problem> {
    revoke(&state.services, &body.of(&caller.request)?, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
