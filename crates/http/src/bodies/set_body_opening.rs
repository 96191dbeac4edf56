//! `POST /api/v1/bodies/{id}/opening`：机关的案件是否向同一机构的人员开放。

use axum::extract::State as Of;
use axum::http::StatusCode;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::registry::opening::{Opening, set_opening};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;

/// 案件的开放程度。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningBody {
    /// 同一机构的人员都看得到；不是的只有承办的人看得到。
    is_open_to_unit: bool,
}

/// 设定案件的开放程度
#[utoipa::path(post, path = "/api/v1/bodies/{id}/opening", operation_id = "set_body_opening", tag = "登记簿",
    params(("id" = String, Path, description = "执法主体")),
    request_body = OpeningBody,
    responses((status = 204, description = "好了")))]
pub async fn set_body_opening(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Body>,
    JsonBody { value: body, .. }: JsonBody<OpeningBody>,
) -> Result<StatusCode, Problem> {
    let opening = if body.is_open_to_unit {
        Opening::Unit
    } else {
        Opening::HandlersOnly
    };
    set_opening(&state.services, &caller.request, id, opening).await?;
    Ok(StatusCode::NO_CONTENT)
}
