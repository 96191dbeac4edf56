//! `GET /api/v1/log/checkpoint`：最新的检查点。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_services::log::latest_checkpoint;
use serde::Serialize;
use utoipa::ToSchema;

use super::checkpoint::CheckpointOut;
use crate::state::State;

/// 最新的检查点。
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckpointAnswer {
    /// 检查点。
    checkpoint: CheckpointOut,
}

/// 查看最新的检查点
#[utoipa::path(get, path = "/api/v1/log/checkpoint", operation_id = "get_checkpoint", tag = "存证",
    responses(
        (status = 200, description = "检查点", body = CheckpointAnswer),
        (status = 404, description = "日志还空"),
    ))]
pub async fn get_checkpoint(Of(state): Of<State>) -> Result<Json<CheckpointAnswer>, Problem> {
    let checkpoint = latest_checkpoint(&state.services).await?;
    Ok(Json(CheckpointAnswer {
        checkpoint: CheckpointOut::from(&checkpoint),
    }))
}
