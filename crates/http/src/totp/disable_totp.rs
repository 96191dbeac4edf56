//! `POST /api/v1/totp/disable`：关掉动态口令，须输入现在的动态口令。

use axum::extract::State as Of;
use axum::http::StatusCode;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_services::admin::second_factor::disable_totp as disable;

use crate::caller::Caller;
use crate::sessions::verify_totp::TotpCode;
use crate::state::State;

/// 关掉动态口令
///
/// 换手机的，先关掉再设。
#[utoipa::path(post, path = "/api/v1/totp/disable", operation_id = "disable_totp", tag = "会话",
    request_body = TotpCode,
    responses(
        (status = 204, description = "好了"),
        (status = 401, description = "动态口令不对"),
        (status = 404, description = "这个账号没有动态口令"),
    ))]
pub async fn disable_totp(
    Of(state): Of<State>,
    caller: Caller,
    JsonBody { value: body, .. }: JsonBody<TotpCode>,
) -> Result<StatusCode, Problem> {
    let (request, session) = (&caller.request, &caller.session);
    if disable(&state.services, request, session, &body.code).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::new(ProblemCode::SignInRefused))
    }
}
