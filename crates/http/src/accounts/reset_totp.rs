//! `POST /api/v1/accounts/{id}/reset_totp`：去掉动态口令。

use axum::extract::State as Of;
use axum::http::StatusCode;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::admin::account::reset_second_factor;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::reason::ReasonBody;

/// 去掉动态口令
///
/// 本人丢了验证器时用；全部下线，重新登录后自行再设。
#[utoipa::path(post, path = "/api/v1/accounts/{id}/reset_totp", operation_id = "reset_totp", tag = "账号",
    params(("id" = String, Path, description = "账号")),
    request_body = ReasonBody,
    responses((status = 204, description = "好了")))]
pub async fn reset_totp(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Account>,
    JsonBody { value: body, .. }: JsonBody<ReasonBody>,
) -> Result<StatusCode, Problem> {
    reset_second_factor(&state.services, &body.of(&caller.request)?, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
