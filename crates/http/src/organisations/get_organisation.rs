//! `GET /api/v1/organisations/{id}`：一个区划的历次样子。

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
use crate::registry::term::NodeOut;
use crate::state::State;
use crate::wire::id::PathId;

/// 一个区划。
#[derive(Debug, Serialize, ToSchema)]
pub struct DivisionAnswer {
    /// 区划。
    organisation: DivisionHistory,
}

/// 区划的历次样子。
#[derive(Debug, Serialize, ToSchema)]
pub struct DivisionHistory {
    /// 版本：记变更时作 `If-Match`。
    version: u64,
    /// 历次样子，先后为序。
    spans: Vec<NodeOut>,
}

/// 查看一个区划
#[utoipa::path(get, path = "/api/v1/organisations/{id}", operation_id = "get_organisation", tag = "登记簿",
    params(("id" = String, Path, description = "区划")),
    responses((status = 200, description = "区划；ETag 是版本", body = DivisionAnswer)))]
pub async fn get_organisation(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Division>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let history = get(&state.services, &caller.request, id.into()).await?;
    let lawbook = state.services.lawbook();
    let tag = EntityTag::of_version(history.version);
    let spans = history.nodes.iter().map(|it| NodeOut::of(&lawbook, it));
    let organisation = DivisionHistory {
        version: history.version,
        spans: spans.collect(),
    };
    Ok(tag.answer(&headers, || Ok(Json(DivisionAnswer { organisation }))))
}
