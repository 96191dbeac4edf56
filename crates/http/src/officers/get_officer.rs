//! `GET /api/v1/officers/{id}`：一位执法人员的历次样子与证件，姓名遮盖。

use axum::Json;
use axum::extract::State as Of;
use axum::http::HeaderMap;
use axum::response::Response;
use mingjing_edge::etag::EntityTag;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::registry::listing::get_officer as get;
use serde::Serialize;
use utoipa::ToSchema;

use super::officer::{CardOut, OfficerOut};
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;

/// 一位执法人员。
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficerAnswer {
    /// 执法人员。
    officer: OfficerHistory,
}

/// 执法人员的历次样子与证件。
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficerHistory {
    /// 版本：记变更时作 `If-Match`。
    version: u64,
    /// 历次样子，先后为序。
    spans: Vec<OfficerOut>,
    /// 证件。
    cards: Vec<CardOut>,
}

/// 查看一位执法人员
#[utoipa::path(get, path = "/api/v1/officers/{id}", operation_id = "get_officer", tag = "登记簿",
    params(("id" = String, Path, description = "执法人员")),
    responses((status = 200, description = "执法人员；ETag 是版本", body = OfficerAnswer)))]
pub async fn get_officer(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Officer>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let history = get(&state.services, &caller.request, id).await?;
    let lawbook = state.services.lawbook();
    let tag = EntityTag::of_version(history.version);
    let spans = history.rows.iter().map(|it| OfficerOut::of(&lawbook, it));
    let officer = OfficerHistory {
        version: history.version,
        spans: spans.collect(),
        cards: history.cards.into_iter().map(CardOut::from).collect(),
    };
    Ok(tag.answer(&headers, || Ok(Json(OfficerAnswer { officer }))))
}
