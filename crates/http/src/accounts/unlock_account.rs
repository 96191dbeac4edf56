//! `POST /api/v1/accounts/{id}/unlock`：解锁。

use axum::extract::State as Of;
use axum::http::StatusCode;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::admin::account::unlock_account as unlock;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::reason::ReasonBody;

/// 解锁账号
///
/// 登录失败锁定的，当即解开。
#[utoipa::path(post, path = "/api/v1/accounts/{id}/unlock", operation_id = "unlock_account", tag = "账号",
    params(("id" = String, Path, description = "账号")),
    request_body = ReasonBody,
    responses((status = 204, description = "好了")))]
pub async fn unlock_account(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Account>,
    JsonBody { value: body, .. }: JsonBody<ReasonBody>,
) -> Result<StatusCode, Problem> {
    unlock(&state.services, &body.of(&caller.request)?, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
