//! `POST /api/v1/totp/confirm`：确认动态口令，须输入现在的动态口令；给出恢复码。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_services::admin::second_factor::confirm_totp as confirm;

use super::recovery_codes::{RecoveryCodesAnswer, answer};
use crate::caller::Caller;
use crate::sessions::verify_totp::TotpCode;
use crate::state::State;

/// 确认动态口令
///
/// 此后登录都要它。恢复码只见这一次：验证器不在手边时，一码登录一次。
#[utoipa::path(post, path = "/api/v1/totp/confirm", operation_id = "confirm_totp", tag = "会话",
    request_body = TotpCode,
    responses(
        (status = 200, description = "好了；恢复码只见这一次", body = RecoveryCodesAnswer),
        (status = 401, description = "动态口令不对"),
        (status = 404, description = "这个账号还没有动态口令；先 POST /totp"),
    ))]
pub async fn confirm_totp(
    Of(state): Of<State>,
    caller: Caller,
    JsonBody { value: body, .. }: JsonBody<TotpCode>,
) -> Result<Json<RecoveryCodesAnswer>, Problem> {
    let (request, session) = (&caller.request, &caller.session);
    answer(confirm(&state.services, request, session, &body.code).await?)
}
