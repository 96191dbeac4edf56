//! `POST /api/v1/exports/complaints`：导出投诉举报的台账，表格；没有投诉举报人的身份。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_services::export::tables::{Table, TableFormat, export_table};
use mingjing_services::model::ComplaintFilter;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer::{CSV, Limited, XLSX};
use super::export_findings::SheetFormat;
use crate::caller::Caller;
use crate::state::State;

/// 要导出的投诉举报，条件与列表的相同；没有写的不限。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComplaintExportBody {
    /// 状态。
    #[schema(max_length = 100, example = "received")]
    state: Option<String>,
    /// 交由办理的机关：登记簿里的标识。
    #[schema(max_length = 100)]
    body: Option<String>,
    /// 所反映的机关：登记簿里的标识。
    #[schema(max_length = 100)]
    against: Option<String>,
    /// 渠道。
    #[schema(max_length = 100, example = "hotline")]
    channel: Option<String>,
    /// 类别。
    #[schema(max_length = 100, example = "enforcement")]
    kind: Option<String>,
    /// 有没有做到的期限在此日之前。
    #[schema(value_type = Option<String>, format = Date)]
    due_before: Option<Date>,
    /// 此日起收到的。
    #[schema(value_type = Option<String>, format = Date)]
    received_from: Option<Date>,
    /// 此日前收到的（不含）。
    #[schema(value_type = Option<String>, format = Date)]
    received_until: Option<Date>,
    /// 办理的机构在此之下：组织树上的路径。
    #[schema(max_length = 500)]
    org: Option<String>,
    /// 编号以此开头。
    #[schema(max_length = 100)]
    q: Option<String>,
    /// 只要办结的，或者只要没有办结的。
    is_over: Option<bool>,
    /// 只要按期答复的，或者只要逾期的。
    is_timely: Option<bool>,
    /// 只要满意的，或者只要不满意的。
    is_satisfied: Option<bool>,
    /// 只要并入别的一件的，或者只要没有并入的。
    is_repeat: Option<bool>,
    /// 写成什么；不写的是 CSV。
    #[serde(default)]
    format: SheetFormat,
}

/// 导出投诉举报台账
///
/// 一件一行；不写投诉举报人是谁。审计先于交出。太多的答 `limit-exceeded`：请缩小范围。
#[utoipa::path(post, path = "/api/v1/exports/complaints", operation_id = "export_complaints", tag = "导入与导出",
    request_body = ComplaintExportBody,
    responses((status = 200, description = "按 `format` 写成", content(
        (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn export_complaints(
    Of(state): Of<State>,
    caller: Caller,
    JsonBody { value: body, .. }: JsonBody<ComplaintExportBody>,
) -> Result<Response, Problem> {
    let (format, content_type) = match body.format {
        SheetFormat::Csv => (TableFormat::Csv, CSV),
        SheetFormat::Xlsx => (TableFormat::Xlsx, XLSX),
    };
    let table = Table::Complaints(ComplaintFilter {
        state: body.state,
        body: body.body,
        against: body.against,
        channel: body.channel,
        kind: body.kind,
        due_before: body.due_before,
        received_from: body.received_from,
        received_until: body.received_until,
        org_prefix: body.org,
        number_prefix: body.q,
        is_over: body.is_over,
        is_timely: body.is_timely,
        is_satisfied: body.is_satisfied,
        is_repeat: body.is_repeat,
    });
    let mut out = Limited::default();
    let exported = export_table(&state.services, &caller.request, table, format, &mut out).await;
    out.answer(content_type, exported)
}
