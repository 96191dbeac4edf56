//! `POST /api/v1/imports/{id}/body_mappings`：认定名单里的机关。

use axum::extract::State as Of;
use axum::http::StatusCode;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::intake::map_bodies::{MapBody, map_bodies as map};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;

/// 各条认定。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BodyMappings {
    /// 各条认定；一条不成立，一条也不记。
    #[schema(min_items = 1, max_items = 500)]
    body_mappings: Vec<BodyMapping>,
}

/// 一条认定。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BodyMapping {
    /// 名单里的名称。
    #[schema(max_length = 200)]
    name: String,
    /// 登记的主体的标识。
    #[schema(max_length = 100)]
    body: String,
}

/// 认定机关
///
/// 按来源记住，下一次照用；认定之后再 `run` 一次，等着的行就导入了。
#[utoipa::path(post, path = "/api/v1/imports/{id}/body_mappings", operation_id = "map_bodies", tag = "导入与导出",
    params(("id" = String, Path, description = "一批")),
    request_body = BodyMappings,
    responses((status = 204, description = "记下了")))]
pub async fn map_bodies(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Batch>,
    JsonBody { value: body, .. }: JsonBody<BodyMappings>,
) -> Result<StatusCode, Problem> {
    let mappings = body.body_mappings.into_iter().map(|it| MapBody {
        name: it.name,
        body: it.body,
    });
    map(&state.services, &caller.request, id, mappings.collect()).await?;
    Ok(StatusCode::NO_CONTENT)
}
