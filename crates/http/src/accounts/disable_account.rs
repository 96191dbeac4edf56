//! `POST /api/v1/accounts/{id}/disable`：停用，当即下线。

use axum::extract::State as Of;
use axum::http::StatusCode;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::admin::account::disable_account as disable;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::reason::ReasonBody;

/// 停用账号
///
/// 当即下线，授权与委托都不起作用。
#[utoipa::path(post, path = "/api/v1/accounts/{id}/disable", operation_id = "disable_account", tag = "账号",
    params(("id" = String, Path, description = "账号")),
    request_body = ReasonBody,
    responses((status = 204, description = "好了")))]
pub async fn disable_account(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Account>,
    JsonBody { value: body, .. }: JsonBody<ReasonBody>,
) -> Result<StatusCode, Problem> {
    disable(&state.services, &body.of(&caller.request)?, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
