//! `GET /api/v1/lawbook_candidates/{name}`：一部候选的法典改了什么，逐项。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::path::Path;
use mingjing_edge::problem::Problem;
use mingjing_services::foresight::candidates::get_candidate;
use serde::Serialize;
use utoipa::ToSchema;

use super::candidate::CandidateDetail;
use crate::caller::Caller;
use crate::state::State;

/// 一部候选的法典。
#[derive(Debug, Serialize, ToSchema)]
pub struct LawbookCandidateAnswer {
    /// 候选的法典。
    lawbook_candidate: CandidateDetail,
}

/// 查看一部候选的法典
///
/// 与施行中的相比改了什么、影响哪一段日子、及于哪些规则。
#[utoipa::path(get, path = "/api/v1/lawbook_candidates/{name}", operation_id = "get_lawbook_candidate", tag = "法典",
    params(("name" = String, Path, description = "名称：目录的名称")),
    responses((status = 200, description = "候选的法典", body = LawbookCandidateAnswer)))]
pub async fn get_lawbook_candidate(
    Of(state): Of<State>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<LawbookCandidateAnswer>, Problem> {
    let found = get_candidate(&state.services, &caller.request, &name).await?;
    Ok(Json(LawbookCandidateAnswer {
        lawbook_candidate: (&found).into(),
    }))
}
