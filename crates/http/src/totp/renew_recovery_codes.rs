//! `POST /api/v1/totp/recovery_codes`：换一套恢复码，须输入现在的动态口令。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_services::admin::second_factor::renew_recovery_codes as renew;

use super::recovery_codes::{RecoveryCodesAnswer, answer};
use crate::caller::Caller;
use crate::sessions::verify_totp::TotpCode;
use crate::state::State;

/// 换一套恢复码
///
/// 只见这一次；原来的一套都作废，用过没用过的都是。
#[utoipa::path(post, path = "/api/v1/totp/recovery_codes", operation_id = "renew_recovery_codes", tag = "会话",
    request_body = TotpCode,
    responses(
        (status = 200, description = "新的一套；只见这一次", body = RecoveryCodesAnswer),
        (status = 401, description = "动态口令不对"),
        (status = 404, description = "这个账号还没有动态口令；先 POST /totp"),
    ))]
pub async fn renew_recovery_codes(
    Of(state): Of<State>,
    caller: Caller,
    JsonBody { value: body, .. }: JsonBody<TotpCode>,
) -> Result<Json<RecoveryCodesAnswer>, Problem> {
    let (request, session) = (&caller.request, &caller.session);
    answer(renew(&state.services, request, session, &body.code).await?)
}
