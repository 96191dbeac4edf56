//! `GET /api/v1/imports/{id}/receipt`：一批的回执，CSV 或 JSON Lines。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::query::Query;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::intake::receipt::{ReceiptFormat, receipt};
use serde::Deserialize;
use std::io::Write as _;
use utoipa::{IntoParams, ToSchema};

use crate::caller::Caller;
use crate::exports::answer::{CSV, JSON_LINES, Limited};
use crate::state::State;
use crate::wire::id::PathId;

/// 回执的写法。
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptAs {
    /// CSV：一行一条，带字节序标记
    #[default]
    Csv,
    /// JSON Lines：第一行是总数，其后一行一条
    JsonLines,
}

/// 写成什么。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReceiptQuery {
    /// 写成什么；默认 csv。
    #[param(inline)]
    format: Option<ReceiptAs>,
}

/// 取回执
///
/// 总数与每一行的结果；同一批的回执总是同样的字节。太多的答 `limit-exceeded`：用命令行取。
#[utoipa::path(get, path = "/api/v1/imports/{id}/receipt", operation_id = "get_import_receipt", tag = "导入与导出",
    params(("id" = String, Path, description = "一批"), ReceiptQuery),
    responses((status = 200, description = "按 `format` 写成", content(
        (String = "text/csv"),
        (String = "application/x-ndjson")))))]
pub async fn get_import_receipt(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Batch>,
    Query(query): Query<ReceiptQuery>,
) -> Result<Response, Problem> {
    let (format, content_type) = match query.format.unwrap_or_default() {
        ReceiptAs::Csv => (ReceiptFormat::Csv, CSV),
        ReceiptAs::JsonLines => (ReceiptFormat::Json, JSON_LINES),
    };
    let mut out = Limited::default();
    let write = |text: &str| out.write_all(text.as_bytes());
    let written = receipt(&state.services, &caller.request, id, format, write).await;
    out.answer(content_type, written)
}
