//! `GET /api/v1/items/{id}`：一个执法事项的历次样子。

use axum::Json;
use axum::extract::State as Of;
use axum::http::HeaderMap;
use axum::response::Response;
use mingjing_edge::etag::EntityTag;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::registry::listing::get_item as get;
use serde::Serialize;
use utoipa::ToSchema;

use super::item::ItemOut;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;

/// 一个执法事项。
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemAnswer {
    /// 执法事项。
    item: ItemHistory,
}

/// 执法事项的历次样子。
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemHistory {
    /// 版本：记变更时作 `If-Match`。
    version: u64,
    /// 历次样子，先后为序。
    spans: Vec<ItemOut>,
}

/// 查看一个执法事项
#[utoipa::path(get, path = "/api/v1/items/{id}", operation_id = "get_item", tag = "登记簿",
    params(("id" = String, Path, description = "执法事项")),
    responses((status = 200, description = "执法事项；ETag 是版本", body = ItemAnswer)))]
pub async fn get_item(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Item>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let history = get(&state.services, &caller.request, id).await?;
    let lawbook = state.services.lawbook();
    let tag = EntityTag::of_version(history.version);
    let spans = history.rows.iter().map(|it| ItemOut::of(&lawbook, it));
    let item = ItemHistory {
        version: history.version,
        spans: spans.collect(),
    };
    Ok(tag.answer(&headers, || Ok(Json(ItemAnswer { item }))))
}
