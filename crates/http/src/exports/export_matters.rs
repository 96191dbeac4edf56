//! `POST /api/v1/exports/matters`：导出监督事项的台账，表格。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_services::export::tables::{Table, TableFormat, export_table};
use mingjing_services::model::MatterFilter;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer::{CSV, Limited, XLSX};
use super::export_findings::SheetFormat;
use crate::caller::Caller;
use crate::state::State;

/// 要导出的监督事项，条件与列表的相同；没有写的不限。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MatterExportBody {
    /// 状态。
    #[schema(max_length = 100)]
    state: Option<String>,
    /// 被监督机关：登记簿里的标识。
    #[schema(max_length = 100)]
    body: Option<String>,
    /// 线索来源。
    #[schema(max_length = 100)]
    source: Option<String>,
    /// 有未完成的义务在此日之前到期。
    #[schema(value_type = Option<String>, format = Date)]
    due_before: Option<Date>,
    /// 办理它的监督机构在此之下：组织树上的路径。
    #[schema(max_length = 500)]
    org: Option<String>,
    /// 只要办结的，或者只要没有办结的。
    is_over: Option<bool>,
    /// 写成什么；不写的是 CSV。
    #[serde(default)]
    format: SheetFormat,
}

/// 导出监督台账
///
/// 台账通常的栏目，一件一行。审计先于交出。太多的答 `limit-exceeded`：请缩小范围。
#[utoipa::path(post, path = "/api/v1/exports/matters", operation_id = "export_matters", tag = "导入与导出",
    request_body = MatterExportBody,
    responses((status = 200, description = "按 `format` 写成", content(
        (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn export_matters(
    Of(state): Of<State>,
    caller: Caller,
    JsonBody { value: body, .. }: JsonBody<MatterExportBody>,
) -> Result<Response, Problem> {
    let (format, content_type) = match body.format {
        SheetFormat::Csv => (TableFormat::Csv, CSV),
        SheetFormat::Xlsx => (TableFormat::Xlsx, XLSX),
    };
    let table = Table::Matters(MatterFilter {
        state: body.state,
        body: body.body,
        source: body.source,
        due_before: body.due_before,
        org_prefix: body.org,
        number_prefix: None,
        is_over: body.is_over,
    });
    let mut out = Limited::default();
    let exported = export_table(&state.services, &caller.request, table, format, &mut out).await;
    out.answer(content_type, exported)
}
