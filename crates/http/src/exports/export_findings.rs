//! `POST /api/v1/exports/findings`：导出范围之内的发现，表格。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Timestamp;
use mingjing_kernel::id::{Id, kind};
use mingjing_services::error::Pointer;
use mingjing_services::export::tables::{Table, TableFormat, export_table};
use mingjing_services::model::{FindingFilter, code};
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer::{CSV, Limited, XLSX};
use crate::caller::Caller;
use crate::findings::list_findings::{SEVERITIES, STATUSES};
use crate::state::State;
use crate::wire::{choice, id, instant};

/// 写成哪一种表格。
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SheetFormat {
    /// CSV
    #[default]
    Csv,
    /// Excel；列与 CSV 的相同
    Xlsx,
}

/// 要导出的发现，条件与列表的相同；没有写的不限。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindingExportBody {
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
    /// 这个机关的：登记簿里的标识。
    #[schema(max_length = 100)]
    body: Option<String>,
    /// 这个机构及其下的：组织树上的路径。
    #[schema(max_length = 500)]
    org: Option<String>,
    /// 这一案的。
    #[schema(max_length = 100)]
    case: Option<String>,
    /// 此刻起发现的。
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// 终结了的也要；默认只要没有终结的。
    #[serde(default)]
    with_ended: bool,
    /// 写成什么；不写的是 CSV。
    #[serde(default)]
    format: SheetFormat,
}

/// 导出发现
///
/// 与列表同样的条件、同样的范围。审计先于交出。太多的答 `limit-exceeded`：请缩小范围，或用命令行。
#[utoipa::path(post, path = "/api/v1/exports/findings", operation_id = "export_findings", tag = "导入与导出",
    request_body = FindingExportBody,
    responses((status = 200, description = "按 `format` 写成", content(
        (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn export_findings(
    Of(state): Of<State>,
    caller: Caller,
    JsonBody { value: body, .. }: JsonBody<FindingExportBody>,
) -> Result<Response, Problem> {
    let (format, content_type) = match body.format {
        SheetFormat::Csv => (TableFormat::Csv, CSV),
        SheetFormat::Xlsx => (TableFormat::Xlsx, XLSX),
    };
    let table = Table::Findings(body.filter()?);
    let mut out = Limited::default();
    let exported = export_table(&state.services, &caller.request, table, format, &mut out).await;
    out.answer(content_type, exported)
}

impl FindingExportBody {
    fn filter(self) -> Result<FindingFilter, Problem> {
        let at = |name: &str| Pointer::body().member(name);
        let severity_of = mingjing_domain::finding::Severity::of_code;
        let case = self.case.as_deref();
        let case = case.map(|text| id::in_body(at("case"), text)).transpose()?;
        Ok(FindingFilter {
            statuses: choice::among(&at("status"), &self.status, code::status_of, STATUSES)?,
            severities: choice::among(&at("severity"), &self.severity, severity_of, SEVERITIES)?,
            code: self.code,
            body: self.body,
            org_prefix: self.org,
            case: case.map(|id: Id<kind::Case>| id.into()),
            since: instant::at(at("since"), self.since)?,
            with_ended: self.with_ended,
        })
    }
}
