//! `GET /api/v1/over_cases_findings/{id}`：一个跨案发现，连同文字与案件。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::path::Path;
use mingjing_edge::problem::Problem;
use mingjing_services::over_cases::read::get_over_cases;
use serde::Serialize;
use utoipa::ToSchema;

use super::told::{OverCasesFindingDetail, places};
use crate::caller::Caller;
use crate::state::State;

/// 一个跨案发现。
#[derive(Debug, Serialize, ToSchema)]
pub struct OverCasesFindingAnswer {
    /// 发现。
    over_cases_finding: OverCasesFindingDetail,
}

/// 查看一个跨案发现
///
/// 个数照实；案件只列来者看得到的。
#[utoipa::path(get, path = "/api/v1/over_cases_findings/{id}", operation_id = "get_over_cases_finding", tag = "义务与发现",
    params(("id" = String, Path, description = "跨案发现")),
    responses((status = 200, description = "发现，连同文字与案件", body = OverCasesFindingAnswer)))]
pub async fn get_over_cases_finding(
    Of(state): Of<State>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<OverCasesFindingAnswer>, Problem> {
    let detail = get_over_cases(&state.services, &caller.request, &id).await?;
    let names = places(&state, &[&detail.view]).await?;
    Ok(Json(OverCasesFindingAnswer {
        over_cases_finding: OverCasesFindingDetail::of(&names, detail),
    }))
}
