//! `GET /api/v1/erasures`：列出清除申请。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Paging, Query};
use mingjing_edge::problem::Problem;
use mingjing_services::erasure::list::list_erasures as list;
use mingjing_services::page::Key;
use serde::Serialize;
use utoipa::ToSchema;

use super::erasure::ErasureOut;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::meta::ListMeta;
use crate::wire::page::{after_id, cut, one_more};

const LIST: &str = "erasures.id";

/// 清除申请的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasureList {
    /// 本页的申请，新的在前。
    erasures: Vec<ErasureOut>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 列出清除申请
#[utoipa::path(get, path = "/api/v1/erasures", operation_id = "list_erasures", tag = "内容清除", params(Paging),
    responses((status = 200, description = "一页申请", body = ErasureList)))]
pub async fn list_erasures(
    Of(state): Of<State>,
    caller: Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<ErasureList>, Problem> {
    let request = paging.request()?;
    let before = after_id(LIST, &request)?;
    let limit = one_more(&request);
    let rows = list(&state.services, &caller.request, before, limit).await?;
    let page = cut(LIST, rows, &request, |row| Key::Text(row.id.to_string()));
    Ok(Json(ErasureList {
        erasures: page.items.iter().map(ErasureOut::from).collect(),
        meta: ListMeta::of(&page),
    }))
}
