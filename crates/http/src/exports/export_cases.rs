//! `POST /api/v1/exports/cases`：导出范围之内的案件，边读边发。

use std::io;

use axum::body::{Body, Bytes};
use axum::extract::State as Of;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_kernel::date::Date;
use mingjing_services::export::case_lines::{ExportCases, Exported, export_cases as export};
use mingjing_services::model::CaseFilter;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::severity::Severity;

/// 一个答复至多的字节数：更多的用命令行导出，或缩小范围。
const BYTES_MAX: usize = 64 << 20;

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
    /// 要原文的理由，记入审计；不写的遮盖个人信息。
    #[schema(max_length = 500)]
    reveal: Option<String>,
}

/// 导出案件
///
/// 案件格式，一行一案，可以再导入。审计先于交出。太多的答 `limit-exceeded`：请缩小范围，或用命令行。
#[utoipa::path(post, path = "/api/v1/exports/cases", operation_id = "export_cases", tag = "导入与导出",
    request_body = ExportBody,
    responses((status = 200, description = "案件格式，一行一案", body = String, content_type = "application/x-ndjson")))]
pub async fn export_cases(
    Of(state): Of<State>,
    caller: Caller,
    JsonBody { value: body, .. }: JsonBody<ExportBody>,
) -> Result<Response, Problem> {
    let command = ExportCases {
        filter: CaseFilter {
            body: body.body,
            org_prefix: body.org,
            procedure: body.procedure,
            severity_min: body.severity.map(Into::into),
            filed_from: body.filed_from,
            filed_until: body.filed_to,
            ..CaseFilter::default()
        },
        reveal: body.reveal,
    };
    let mut text = String::new();
    let mut is_full = false;
    let write = |part: &str| {
        is_full |= text.len() + part.len() > BYTES_MAX;
        if is_full {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        text.push_str(part);
        Ok(())
    };
    let exported = export(&state.services, &caller.request, command, write).await;
    if is_full {
        let detail = "一次至多 64 MiB。请缩小范围，或用命令行 mingjing export。";
        return Err(Problem::new(ProblemCode::LimitExceeded).detail(detail));
    }
    let Exported { .. } = exported?;
    let body = Body::from(Bytes::from(text));
    Ok((
        [(CONTENT_TYPE, "application/x-ndjson; charset=utf-8")],
        body,
    )
        .into_response())
}
