//! `POST /api/v1/totp/confirm`：确认动态口令，须输入现在的动态口令。

use axum::extract::State as Of;
use axum::http::StatusCode;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_services::admin::second_factor::confirm_totp as confirm;

use crate::caller::Caller;
use crate::sessions::verify_totp::TotpCode;
use crate::state::State;

/// 确认动态口令
///
/// 此后登录都要它。
#[utoipa::path(post, path = "/api/v1/totp/confirm", operation_id = "confirm_totp", tag = "会话",
    request_body = TotpCode,
    responses((status = 204, description = "好了"), (status = 401, description = "动态口令不对")))]
pub async fn confirm_totp(
    Of(state): Of<State>,
    caller: Caller,
    JsonBody { value: body, .. }: JsonBody<TotpCode>,
) -> Result<StatusCode, Problem> {
    let (request, session) = (&caller.request, &caller.session);
    if confirm(&state.services, request, session, &body.code).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::new(ProblemCode::SignInRefused))
    }
}
