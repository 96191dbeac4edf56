//! `POST /api/v1/exports/over_cases_findings`：导出范围之内的跨案发现，表格。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_services::error::Pointer;
use mingjing_services::export::tables::{Table, TableFormat, export_table};
use mingjing_services::model::{OverCasesFilter, code};
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer::{CSV, Limited, XLSX};
use super::export_findings::SheetFormat;
use crate::caller::Caller;
use crate::findings::list_findings::{SEVERITIES, STATUSES};
use crate::state::State;
use crate::wire::choice;

/// 要导出的跨案发现，条件与列表的相同；没有写的不限。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OverCasesExportBody {
    /// 状态是其中之一；空为不限。
    #[serde(default)]
    #[schema(max_items = 10, example = json!(["violated", "doubt"]))]
    status: Vec<String>,
    /// 严重程度是其中之一；空为不限。
    #[serde(default)]
    #[schema(max_items = 10, example = json!(["breach", "grave"]))]
    severity: Vec<String>,
    /// 规则编码。
    #[schema(max_length = 100)]
    code: Option<String>,
    /// 这个机构及其下的：组织树上的路径。
    #[schema(max_length = 500)]
    org: Option<String>,
    /// 终结了的也要；默认只要没有终结的。
    #[serde(default)]
    with_ended: bool,
    /// 写成什么；不写的是 CSV。
    #[serde(default)]
    format: SheetFormat,
}

/// 导出跨案发现
///
/// 与列表同样的条件、同样的范围；案件只列来者看得到的。审计先于交出。太多的答 `limit-exceeded`：请缩小范围。
#[utoipa::path(post, path = "/api/v1/exports/over_cases_findings", operation_id = "export_over_cases", tag = "导入与导出",
    request_body = OverCasesExportBody,
    responses((status = 200, description = "按 `format` 写成", content(
        (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn export_over_cases(
    Of(state): Of<State>,
    caller: Caller,
    JsonBody { value: body, .. }: JsonBody<OverCasesExportBody>,
) -> Result<Response, Problem> {
    let (format, content_type) = match body.format {
        SheetFormat::Csv => (TableFormat::Csv, CSV),
        SheetFormat::Xlsx => (TableFormat::Xlsx, XLSX),
    };
    let at = |name: &str| Pointer::body().member(name);
    let severity_of = mingjing_domain::finding::Severity::of_code;
    let table = Table::OverCases(OverCasesFilter {
        statuses: choice::among(&at("status"), &body.status, code::status_of, STATUSES)?,
        severities: choice::among(&at("severity"), &body.severity, severity_of, SEVERITIES)?,
        code: body.code,
        org_prefix: body.org,
        with_ended: body.with_ended,
    });
    let mut out = Limited::default();
    let exported = export_table(&state.services, &caller.request, table, format, &mut out).await;
    out.answer(content_type, exported)
}
