//! `GET /api/v1/imports/{id}/unknown_bodies`：名单里还没有认定的机关。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::intake::map_bodies::list_unknown_bodies;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;

/// 还没有认定的机关。
#[derive(Debug, Serialize, ToSchema)]
pub struct UnknownBodies {
    /// 各个名称，行多的在前。
    unknown_bodies: Vec<UnknownBodyOut>,
}

/// 一个名称。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnknownBody)]
pub struct UnknownBodyOut {
    /// 名单里的名称。
    name: String,
    /// 有几行。
    rows: u64,
}

/// 查看还没有认定的机关
#[utoipa::path(get, path = "/api/v1/imports/{id}/unknown_bodies", operation_id = "get_unknown_bodies", tag = "导入与导出",
    params(("id" = String, Path, description = "一批")),
    responses((status = 200, description = "各个名称", body = UnknownBodies)))]
pub async fn get_unknown_bodies(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Batch>,
) -> Result<Json<UnknownBodies>, Problem> {
    let found = list_unknown_bodies(&state.services, &caller.request, id).await?;
    let bodies = found.into_iter().map(|body| UnknownBodyOut {
        name: body.name,
        rows: body.rows,
    });
    Ok(Json(UnknownBodies {
        unknown_bodies: bodies.collect(),
    }))
}
