//! `GET /api/v1/cases/{id}/log_proofs`：一案的各条事件在日志里的证明。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Paging, Query};
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::log::list_case_proofs;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::log::proof::InclusionProof;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::meta::ListMeta;

/// 证明的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct EventProofList {
    /// 本页的证明，按事件的序号。
    log_proofs: Vec<EventProofOut>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 一条事件的证明。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventProof)]
pub struct EventProofOut {
    /// 事件的序号。
    seq: u64,
    /// 事件。
    event: String,
    /// 叶散列，十六进制。
    leaf: String,
    /// 包含证明；还没有入日志的没有，通常不过一秒。
    proof: Option<InclusionProof>,
}

/// 列出一案的存证
#[utoipa::path(get, path = "/api/v1/cases/{id}/log_proofs", operation_id = "list_case_log_proofs", tag = "案件",
    params(("id" = String, Path, description = "案件"), Paging),
    responses((status = 200, description = "一页证明", body = EventProofList)))]
pub async fn list_case_log_proofs(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Case>,
    Query(paging): Query<Paging>,
) -> Result<Json<EventProofList>, Problem> {
    let paging = paging.request()?;
    let page = list_case_proofs(&state.services, &caller.request, id, &paging).await?;
    let proofs = page.items.iter().map(|proof| EventProofOut {
        seq: proof.seq,
        event: proof.event.to_string(),
        leaf: proof.leaf.to_hex(),
        proof: proof.inclusion.as_ref().map(InclusionProof::from),
    });
    Ok(Json(EventProofList {
        log_proofs: proofs.collect(),
        meta: ListMeta::of(&page),
    }))
}
