//! `GET /api/v1/findings`：列出发现。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Commas, Query, page_request};
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Timestamp;
use mingjing_kernel::id::kind;
use mingjing_services::casework::list_findings::list_findings as list;
use mingjing_services::model::{FindingFilter, code};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::finding::FindingOut;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::meta::ListMeta;
use crate::wire::shown::Shown;
use crate::wire::{choice, id, instant};

/// 可写的状态。
pub const STATUSES: &str = "violated、doubt、near、undetermined";
/// 可写的严重程度。
pub const SEVERITIES: &str = "notice、warning、breach、grave";

/// 要哪些发现。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FindingQuery {
    /// 状态，可以写几个，逗号分隔。
    #[param(value_type = Option<String>, max_length = 100, example = "violated,doubt")]
    status: Option<Commas>,
    /// 严重程度，可以写几个，逗号分隔。
    #[param(value_type = Option<String>, max_length = 100, example = "breach,grave")]
    severity: Option<Commas>,
    /// 规则编码。
    #[param(max_length = 100, example = "DEC-90D")]
    code: Option<String>,
    /// 这个机关的：登记簿里的标识。
    #[param(max_length = 100)]
    body: Option<String>,
    /// 这个机构及其下的：组织树上的路径。
    #[param(max_length = 500)]
    org: Option<String>,
    /// 这一案的。
    #[param(max_length = 100)]
    case: Option<String>,
    /// 此刻起发现的。
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// 终结了的也要；默认只要没有终结的。
    with_ended: Option<bool>,
    /// 一页的条数，1 至 200，默认 50。
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// 上一页 `meta.next` 给出的值，原样带回。
    #[param(max_length = 512)]
    cursor: Option<String>,
}

/// 发现的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingList {
    /// 本页的发现，新发现的在前，不带文字。
    findings: Vec<FindingOut>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 列出发现
#[utoipa::path(get, path = "/api/v1/findings", operation_id = "list_findings", tag = "义务与发现",
    params(FindingQuery),
    responses((status = 200, description = "一页发现", body = FindingList)))]
pub async fn list_findings(
    Of(state): Of<State>,
    caller: Caller,
    Query(query): Query<FindingQuery>,
) -> Result<Json<FindingList>, Problem> {
    let request = page_request(query.limit, query.cursor.as_deref())?;
    let filter = query.filter()?;
    let page = list(&state.services, &caller.request, &filter, &request).await?;
    let meta = ListMeta::of(&page);
    let rows = page.items.iter().map(|view| &view.row);
    let matters = rows.map(|row| (row.finding.body.as_deref(), row.timeline));
    let shown = Shown::of_matters(&state, &caller.request, matters).await?;
    let findings = page.items.into_iter();
    Ok(Json(FindingList {
        meta,
        findings: findings.map(|view| FindingOut::of(&shown, view)).collect(),
    }))
}

impl FindingQuery {
    fn filter(&self) -> Result<FindingFilter, Problem> {
        let status = self.status.as_ref();
        let severity = self.severity.as_ref();
        let severity_of = mingjing_domain::finding::Severity::of_code;
        Ok(FindingFilter {
            statuses: choice::in_query("status", status, code::status_of, STATUSES)?,
            severities: choice::in_query("severity", severity, severity_of, SEVERITIES)?,
            code: self.code.clone(),
            body: self.body.clone(),
            org_prefix: self.org.clone(),
            case: id::in_query::<kind::Case>("case", self.case.as_deref())?.map(Into::into),
            since: instant::in_query("since", self.since)?,
            with_ended: self.with_ended.unwrap_or_default(),
        })
    }
}
