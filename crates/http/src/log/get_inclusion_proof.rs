//! `GET /api/v1/log/proofs/inclusion`：一条日志条目的包含证明。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::Query;
use mingjing_edge::problem::Problem;
use mingjing_services::log::inclusion_proof;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::get_log_entry::in_range;
use super::proof::InclusionProof;
use crate::caller::Caller;
use crate::state::State;

/// 哪一条。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InclusionQuery {
    /// 叶号，从 0 起。
    index: u64,
}

/// 包含证明。
#[derive(Debug, Serialize, ToSchema)]
pub struct InclusionAnswer {
    /// 证明，按最新的检查点。
    proof: InclusionProof,
}

/// 取得包含证明
#[utoipa::path(get, path = "/api/v1/log/proofs/inclusion", operation_id = "get_inclusion_proof", tag = "存证",
    params(InclusionQuery),
    responses(
        (status = 200, description = "证明", body = InclusionAnswer),
        (status = 404, description = "没有这一条，或不能让来者知道有"),
    ))]
pub async fn get_inclusion_proof(
    Of(state): Of<State>,
    caller: Caller,
    Query(query): Query<InclusionQuery>,
) -> Result<Json<InclusionAnswer>, Problem> {
    let index = in_range(query.index)?;
    let proof = inclusion_proof(&state.services, &caller.request, index).await?;
    Ok(Json(InclusionAnswer {
        proof: InclusionProof::from(&proof),
    }))
}
