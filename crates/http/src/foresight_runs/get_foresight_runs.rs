//! `GET /api/v1/foresight_runs`：留着的各次试算。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_services::foresight::read::list_runs;
use serde::Serialize;
use utoipa::ToSchema;

use super::run::ForesightRunSummary;
use crate::caller::Caller;
use crate::state::State;

/// 各次试算。
#[derive(Debug, Serialize, ToSchema)]
pub struct ForesightRuns {
    /// 新的在前；只留新近的五十次。
    foresight_runs: Vec<ForesightRunSummary>,
}

/// 查看各次试算
///
/// 只有来者也可以试算的范围里的。
#[utoipa::path(get, path = "/api/v1/foresight_runs", operation_id = "get_foresight_runs", tag = "法典",
    responses((status = 200, description = "各次试算", body = ForesightRuns)))]
pub async fn get_foresight_runs(
    Of(state): Of<State>,
    caller: Caller,
) -> Result<Json<ForesightRuns>, Problem> {
    let runs = list_runs(&state.services, &caller.request).await?;
    Ok(Json(ForesightRuns {
        foresight_runs: runs.iter().map(Into::into).collect(),
    }))
}
