//! `POST /api/v1/accounts/{id}/reset_password`：重置口令。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::admin::account::reset_password as reset;

use super::account::CredentialsAnswer;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::reason::ReasonBody;

/// 重置口令
///
/// 随机生成，全部下线，首次登录须改。
#[utoipa::path(post, path = "/api/v1/accounts/{id}/reset_password", operation_id = "reset_password", tag = "账号",
    params(("id" = String, Path, description = "账号")),
    request_body = ReasonBody,
    responses((status = 200, description = "口令只见这一次", body = CredentialsAnswer)))]
pub async fn reset_password(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Account>,
    JsonBody { value: body, .. }: JsonBody<ReasonBody>,
) -> Result<Json<CredentialsAnswer>, Problem> {
    let made = reset(&state.services, &body.of(&caller.request)?, id).await?;
    Ok(Json(CredentialsAnswer::from(made)))
}
