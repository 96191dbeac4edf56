//! `GET /api/v1/bodies/{id}`：一个执法主体的历次样子与事实。

use axum::Json;
use axum::extract::State as Of;
use axum::http::HeaderMap;
use axum::response::Response;
use mingjing_edge::etag::EntityTag;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::registry::listing::get_organisation as get;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::registry::term::{FactsOut, NodeOut};
use crate::state::State;
use crate::wire::id::PathId;

/// 一个执法主体。
#[derive(Debug, Serialize, ToSchema)]
pub struct BodyAnswer {
    /// 执法主体。
    body: BodyHistory,
}

/// 执法主体的历次样子。
#[derive(Debug, Serialize, ToSchema)]
pub struct BodyHistory {
    /// 版本：记变更时作 `If-Match`。
    version: u64,
    /// 历次在树上的样子，先后为序。
    spans: Vec<NodeOut>,
    /// 历次事实。
    facts: Vec<FactsOut>,
}

/// 查看一个执法主体
#[utoipa::path(get, path = "/api/v1/bodies/{id}", operation_id = "get_body", tag = "登记簿",
    params(("id" = String, Path, description = "执法主体")),
    responses((status = 200, description = "执法主体；ETag 是版本", body = BodyAnswer)))]
pub async fn get_body(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Body>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let history = get(&state.services, &caller.request, id.into()).await?;
    let lawbook = state.services.lawbook();
    let tag = EntityTag::of_version(history.version);
    let spans = history.nodes.iter().map(|it| NodeOut::of(&lawbook, it));
    let body = BodyHistory {
        version: history.version,
        spans: spans.collect(),
        facts: history.facts.into_iter().map(FactsOut::from).collect(),
    };
    Ok(tag.answer(&headers, || Ok(Json(BodyAnswer { body }))))
}
