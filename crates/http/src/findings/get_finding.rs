//! `GET /api/v1/findings/{id}`：一个发现，连同文字。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::path::Path;
use mingjing_edge::problem::Problem;
use mingjing_services::casework::list_findings::get_finding as get;
use serde::Serialize;
use utoipa::ToSchema;

use super::finding::FindingOut;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::shown::Shown;

/// 一个发现。
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingAnswer {
    /// 发现。
    finding: FindingOut,
}

/// 查看一个发现
#[utoipa::path(get, path = "/api/v1/findings/{id}", operation_id = "get_finding", tag = "义务与发现",
    params(("id" = String, Path, description = "发现")),
    responses((status = 200, description = "发现，连同文字", body = FindingAnswer)))]
pub async fn get_finding(
    Of(state): Of<State>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<FindingAnswer>, Problem> {
    let view = get(&state.services, &caller.request, &id).await?;
    let matter = (view.row.finding.body.as_deref(), view.row.timeline);
    let shown = Shown::of_matters(&state, &caller.request, [matter].into_iter()).await?;
    Ok(Json(FindingAnswer {
        finding: FindingOut::of(&shown, view),
    }))
}
