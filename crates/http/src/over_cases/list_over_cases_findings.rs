//! `GET /api/v1/over_cases_findings`：列出跨案发现。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Commas, Query, page_request};
use mingjing_edge::problem::Problem;
use mingjing_services::model::{OverCasesFilter, code};
use mingjing_services::over_cases::read::list_over_cases;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::told::{OverCasesFinding, places};
use crate::caller::Caller;
use crate::findings::list_findings::{SEVERITIES, STATUSES};
use crate::state::State;
use crate::wire::choice;
use crate::wire::meta::ListMeta;

/// 要哪些跨案发现。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OverCasesQuery {
    /// 状态，可以写几个，逗号分隔。
    #[param(value_type = Option<String>, max_length = 100, example = "violated,doubt")]
    status: Option<Commas>,
    /// 严重程度，可以写几个，逗号分隔。
    #[param(value_type = Option<String>, max_length = 100, example = "breach,grave")]
    severity: Option<Commas>,
    /// 规则编码。
    #[param(max_length = 100, example = "SYS-DOCNUM-DUP")]
    code: Option<String>,
    /// 这个机构及其下的：组织树上的路径。
    #[param(max_length = 500)]
    org: Option<String>,
    /// 终结了的也要；默认只要没有终结的。
    with_ended: Option<bool>,
    /// 一页的条数，1 至 200，默认 50。
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// 上一页 `meta.next` 给出的值，原样带回。
    #[param(max_length = 512)]
    cursor: Option<String>,
}

/// 跨案发现的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct OverCasesFindingList {
    /// 本页的发现，重的在前，无法判定的在后。
    over_cases_findings: Vec<OverCasesFinding>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 列出跨案发现
///
/// 一个发现属于容得下它数了的案件的最低一级机构；看得到那里的发现的人看得到它。
#[utoipa::path(get, path = "/api/v1/over_cases_findings", operation_id = "list_over_cases_findings", tag = "义务与发现",
    params(OverCasesQuery),
    responses((status = 200, description = "一页跨案发现", body = OverCasesFindingList)))]
pub async fn list_over_cases_findings(
    Of(state): Of<State>,
    caller: Caller,
    Query(query): Query<OverCasesQuery>,
) -> Result<Json<OverCasesFindingList>, Problem> {
    let request = page_request(query.limit, query.cursor.as_deref())?;
    let (status, severity) = (query.status.as_ref(), query.severity.as_ref());
    let severity_of = mingjing_domain::finding::Severity::of_code;
    let filter = OverCasesFilter {
        statuses: choice::in_query("status", status, code::status_of, STATUSES)?,
        severities: choice::in_query("severity", severity, severity_of, SEVERITIES)?,
        code: query.code,
        org_prefix: query.org,
        with_ended: query.with_ended.unwrap_or_default(),
    };
    let page = list_over_cases(&state.services, &caller.request, &filter, &request).await?;
    let meta = ListMeta::of(&page);
    let names = places(&state, &page.items.iter().collect::<Vec<_>>()).await?;
    let findings = page.items.iter();
    Ok(Json(OverCasesFindingList {
        meta,
        over_cases_findings: findings
            .map(|view| OverCasesFinding::of(&names, view))
            .collect(),
    }))
}
