//! `GET /api/v1/log/checkpoints`：列出检查点。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Paging, Query};
use mingjing_edge::problem::Problem;
use mingjing_services::log::list_checkpoints as list;
use serde::Serialize;
use utoipa::ToSchema;

use super::checkpoint::CheckpointOut;
use crate::state::State;
use crate::wire::meta::ListMeta;

/// 检查点的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckpointList {
    /// 本页的检查点，新的在前。
    checkpoints: Vec<CheckpointOut>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 列出检查点
#[utoipa::path(get, path = "/api/v1/log/checkpoints", operation_id = "list_checkpoints", tag = "存证", params(Paging),
    responses((status = 200, description = "一页检查点", body = CheckpointList)))]
pub async fn list_checkpoints(
    Of(state): Of<State>,
    Query(paging): Query<Paging>,
) -> Result<Json<CheckpointList>, Problem> {
    let page = list(&state.services, &paging.request()?).await?;
    Ok(Json(CheckpointList {
        meta: ListMeta::of(&page),
        checkpoints: page.items.iter().map(CheckpointOut::from).collect(),
    }))
}
