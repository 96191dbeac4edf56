//! `DELETE /api/v1/sessions/current`：退出。

use axum::extract::State as Of;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse as _, Response};
use mingjing_edge::problem::Problem;
use mingjing_services::admin::session::sign_out;

use crate::caller::HalfCaller;
use crate::state::State;

/// 退出
#[utoipa::path(delete, path = "/api/v1/sessions/current", operation_id = "delete_current_session", tag = "会话",
    responses((status = 204, description = "会话结束了")))]
pub async fn delete_current_session(
    Of(state): Of<State>,
    caller: HalfCaller,
) -> Result<Response, Problem> {
    sign_out(&state.services, &caller.request, &caller.session).await?;
    let cookie = [(SET_COOKIE, state.cookie.clear())];
    Ok((StatusCode::NO_CONTENT, cookie).into_response())
}
