//! `GET /api/v1/adapters`：内置的适配器。

use axum::Json;
use mingjing_edge::problem::Problem;
use mingjing_services::intake::adapters::adapters;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::wire::label::Label;

/// 适配器的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct AdapterList {
    /// 内置的适配器；交名单时写 `code`，不写的由表头或字段认出。
    adapters: Vec<Label>,
}

/// 列出适配器
#[utoipa::path(get, path = "/api/v1/adapters", operation_id = "get_adapters", tag = "导入与导出",
    responses((status = 200, description = "适配器", body = AdapterList)))]
pub async fn get_adapters(_: Caller) -> Result<Json<AdapterList>, Problem> {
    let all = adapters().into_iter();
    Ok(Json(AdapterList {
        adapters: all
            .map(|(code, name)| Label::new(code, Some(&name)))
            .collect(),
    }))
}
