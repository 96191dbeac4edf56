//! `GET /api/v1/lawbook_candidates`：候选的法典有哪些，各改了什么。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_services::foresight::candidates::list_candidates;
use serde::Serialize;
use utoipa::ToSchema;

use super::candidate::CandidateSummary;
use crate::caller::Caller;
use crate::state::State;

/// 候选的各部。
#[derive(Debug, Serialize, ToSchema)]
pub struct LawbookCandidates {
    /// 按名称排列。
    lawbook_candidates: Vec<CandidateSummary>,
    /// 配置了候选的法典的目录（`lawbook.candidates`）。
    is_configured: bool,
}

/// 查看候选的法典
///
/// 目录之下一个子目录一部，叠加在施行中的上面；只供试算，从不施行。不能用的说出为什么。
#[utoipa::path(get, path = "/api/v1/lawbook_candidates", operation_id = "get_lawbook_candidates", tag = "法典",
    responses((status = 200, description = "候选的各部", body = LawbookCandidates)))]
pub async fn get_lawbook_candidates(
    Of(state): Of<State>,
    caller: Caller,
) -> Result<Json<LawbookCandidates>, Problem> {
    let found = list_candidates(&state.services, &caller.request).await?;
    Ok(Json(LawbookCandidates {
        is_configured: found.is_some(),
        lawbook_candidates: found.iter().flatten().map(Into::into).collect(),
    }))
}
