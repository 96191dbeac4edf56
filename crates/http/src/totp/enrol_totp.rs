//! `POST /api/v1/totp`：给自己设动态口令，密钥只见这一次。

use axum::Json;
use axum::extract::State as Of;
use axum::http::StatusCode;
use mingjing_edge::problem::Problem;
use mingjing_services::admin::second_factor::enrol_totp as enrol;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::state::State;

/// 新设的密钥。
#[derive(Serialize, ToSchema)]
pub struct TotpEnrolled {
    /// 密钥。
    totp: TotpSecretBody,
}

/// 密钥，只见这一次。
#[derive(Serialize, ToSchema)]
#[schema(as = TotpSecret)]
pub struct TotpSecretBody {
    /// 手工录入用的 Base32。
    secret: String,
    /// 扫码用的地址。
    uri: String,
}

/// 设置动态口令
///
/// 用它算出的口令确认之后才算数。
#[utoipa::path(post, path = "/api/v1/totp", operation_id = "enrol_totp", tag = "会话",
    responses((status = 201, description = "密钥，只见这一次", body = TotpEnrolled)))]
pub async fn enrol_totp(
    Of(state): Of<State>,
    caller: Caller,
) -> Result<(StatusCode, Json<TotpEnrolled>), Problem> {
    let made = enrol(&state.services, &caller.request, &caller.session).await?;
    let reason = "交给本人录入验证器";
    let totp = TotpSecretBody {
        secret: made.secret.reveal(reason).clone(),
        uri: made.uri.reveal(reason).clone(),
    };
    Ok((StatusCode::CREATED, Json(TotpEnrolled { totp })))
}
