//! `GET /api/v1/log/proofs/consistency`：较大的树的开头就是较小的树。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::Query;
use mingjing_edge::problem::Problem;
use mingjing_services::log::consistency_proof;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::proof::hex;
use crate::state::State;

/// 从哪到哪。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConsistencyQuery {
    /// 较小的树的条数，1 以上。
    #[param(minimum = 1)]
    from: u64,
    /// 较大的树的条数，不大于日志现有的。
    #[param(minimum = 1)]
    to: u64,
}

/// 一致性证明。
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsistencyAnswer {
    /// 证明。
    proof: ConsistencyProof,
}

/// 一致性证明：较大的树的开头就是较小的树。
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsistencyProof {
    /// 较小的树的条数。
    from: u64,
    /// 较大的树的条数。
    to: u64,
    /// 散列，十六进制。
    hashes: Vec<String>,
}

/// 取得一致性证明
#[utoipa::path(get, path = "/api/v1/log/proofs/consistency", operation_id = "get_consistency_proof", tag = "存证",
    params(ConsistencyQuery),
    responses((status = 200, description = "证明", body = ConsistencyAnswer)))]
pub async fn get_consistency_proof(
    Of(state): Of<State>,
    Query(query): Query<ConsistencyQuery>,
) -> Result<Json<ConsistencyAnswer>, Problem> {
    let proof = consistency_proof(&state.services, query.from, query.to).await?;
    Ok(Json(ConsistencyAnswer {
        proof: ConsistencyProof {
            from: proof.from,
            to: proof.to,
            hashes: hex(&proof.hashes),
        },
    }))
}
