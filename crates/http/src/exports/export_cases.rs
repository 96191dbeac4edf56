//! `POST /api/v1/exports/cases`：导出范围之内的案件，案件格式或一览。

use std::io::Write as _;

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_services::error::{FieldCode, Pointer, ServiceError};
use mingjing_services::export::case_lines::{ExportCases, export_cases as export};
use mingjing_services::export::tables::{Table, TableFormat, export_table};
use mingjing_services::model::CaseFilter;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer::{CSV, JSON_LINES, Limited, XLSX};
use crate::caller::Caller;
use crate::state::State;
use crate::wire::severity::Severity;

/// 写成什么。
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// 案件格式，一行一案，可以再导入。
    #[default]
    CaseLines,
    /// 案件一览，CSV。
    Csv,
    /// 案件一览，Excel；列与 CSV 的相同。
    Xlsx,
}

impl ExportFormat {
    const fn content_type(self) -> &'static str {
        match self {
            ExportFormat::CaseLines => JSON_LINES,
            ExportFormat::Csv => CSV,
            ExportFormat::Xlsx => XLSX,
        }
    }
}

/// 要导出的案件；没有写的不限。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportBody {
    /// 这个机关办理的：登记簿里的标识。
    #[schema(max_length = 100)]
    body: Option<String>,
    /// 这个机构及其下的：组织树上的路径。
    #[schema(max_length = 500)]
    org: Option<String>,
    /// 主程序。
    #[schema(max_length = 100)]
    procedure: Option<String>,
    /// 最重的发现不轻于此。
    severity: Option<Severity>,
    /// 此日起立案。
    #[schema(value_type = Option<String>, format = Date)]
    filed_from: Option<Date>,
    /// 此日之前立案，当日不算。
    #[schema(value_type = Option<String>, format = Date)]
    filed_to: Option<Date>,
    /// 要原文的理由，记入审计；不写的遮盖个人信息。只用于案件格式：一览总是遮盖的。
    #[schema(max_length = 500)]
    reveal: Option<String>,
    /// 写成什么；不写的是案件格式。
    #[serde(default)]
    format: ExportFormat,
}

/// 导出案件
///
/// 案件格式（一行一案，可以再导入），或案件一览（CSV、xlsx）。审计先于交出。太多的答 `limit-exceeded`：请缩小范围，或用命令行。
#[utoipa::path(post, path = "/api/v1/exports/cases", operation_id = "export_cases", tag = "导入与导出",
    request_body = ExportBody,
    responses((status = 200, description = "按 `format` 写成", content(
        (String = "application/x-ndjson"),
        (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn export_cases(
    Of(state): Of<State>,
    caller: Caller,
    JsonBody { value: body, .. }: JsonBody<ExportBody>,
) -> Result<Response, Problem> {
    let format = body.format;
    if format != ExportFormat::CaseLines && body.reveal.is_some() {
        let message = "一览里的个人信息总是遮盖的；要原文用案件格式";
        let pointer = Pointer::body().member("reveal");
        return Err(ServiceError::invalid(pointer, FieldCode::NotAllowed, message).into());
    }
    let filter = CaseFilter {
        body: body.body,
        org_prefix: body.org,
        procedure: body.procedure,
        severity_min: body.severity.map(Into::into),
        filed_from: body.filed_from,
        filed_until: body.filed_to,
        ..CaseFilter::default()
    };
    let mut out = Limited::default();
    let (services, request) = (&state.services, &caller.request);
    let exported = match format {
        ExportFormat::CaseLines => {
            let reveal = body.reveal;
            let write = |part: &str| out.write_all(part.as_bytes());
            let exported = export(services, request, ExportCases { filter, reveal }, write);
            exported.await.map(|done| done.cases)
        }
        ExportFormat::Csv => {
            let table = Table::Cases(filter);
            export_table(services, request, table, TableFormat::Csv, &mut out).await
        }
        ExportFormat::Xlsx => {
            let table = Table::Cases(filter);
            export_table(services, request, table, TableFormat::Xlsx, &mut out).await
        }
    };
    out.answer(format.content_type(), exported)
}
