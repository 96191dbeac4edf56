//! `GET /api/v1/imports`：列出各批。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Paging, Query};
use mingjing_edge::problem::Problem;
use mingjing_services::intake::list_batches::list_batches;
use mingjing_services::page::Key;
use serde::Serialize;
use utoipa::ToSchema;

use super::batch::ImportOut;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::meta::ListMeta;
use crate::wire::page::{after_id, cut, one_more};

const LIST: &str = "imports.id";

/// 各批。
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportList {
    /// 本页的各批，新的在前。
    imports: Vec<ImportOut>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 列出导入
#[utoipa::path(get, path = "/api/v1/imports", operation_id = "list_imports", tag = "导入与导出", params(Paging),
    responses((status = 200, description = "一页", body = ImportList)))]
pub async fn list_imports(
    Of(state): Of<State>,
    caller: Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<ImportList>, Problem> {
    let request = paging.request()?;
    let before = after_id(LIST, &request)?;
    let limit = one_more(&request);
    let rows = list_batches(&state.services, &caller.request, before, limit).await?;
    let page = cut(LIST, rows, &request, |batch| {
        Key::Text(batch.id.to_string())
    });
    Ok(Json(ImportList {
        imports: page.items.iter().map(ImportOut::from).collect(),
        meta: ListMeta::of(&page),
    }))
}
