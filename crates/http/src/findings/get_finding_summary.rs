//! `GET /api/v1/findings/summary`：发现的汇总。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::Query;
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Timestamp;
use mingjing_services::casework::list_findings::summarise_findings;
use mingjing_services::model::{FindingFilter, SumBy};
use mingjing_services::naming::Named;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::caller::Caller;
use crate::state::State;
use crate::wire::instant;
use crate::wire::meta::Watermark;
use crate::wire::severity::Severity;
use crate::wire::shown::Shown;

/// 按什么汇总。
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SummaryBy {
    /// 办理机关
    Body,
    /// 规则编码
    Code,
    /// 严重程度
    Severity,
}

/// 汇总哪些发现。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SummaryQuery {
    /// 按什么分组，默认 code。
    #[param(inline)]
    by: Option<SummaryBy>,
    /// 规则编码。
    #[param(max_length = 100)]
    code: Option<String>,
    /// 这个机关的：登记簿里的标识。
    #[param(max_length = 100)]
    body: Option<String>,
    /// 这个机构及其下的：组织树上的路径。
    #[param(max_length = 500)]
    org: Option<String>,
    /// 此刻起发现的。
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// 终结了的也要。
    with_ended: Option<bool>,
}

/// 汇总。
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingSummary {
    /// 各组。
    summary: Vec<FindingSumOut>,
    /// 计数折到了日志的哪里；日志还空的没有。
    watermark: Option<Watermark>,
}

/// 一组的个数。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FindingSum)]
pub struct FindingSumOut {
    /// 办理机关、编码或程度。
    group: String,
    /// 组的名称：规则名、机关的现名；没有的、按程度的没有。
    group_name: Option<String>,
    /// 严重程度。
    severity: Severity,
    /// 状态；终结了的为 `ended_` 加原因。
    #[schema(example = "violated")]
    status: String,
    /// 个数。
    count: u64,
}

/// 汇总发现
#[utoipa::path(get, path = "/api/v1/findings/summary", operation_id = "get_finding_summary", tag = "义务与发现",
    params(SummaryQuery),
    responses((status = 200, description = "汇总", body = FindingSummary)))]
pub async fn get_finding_summary(
    Of(state): Of<State>,
    caller: Caller,
    Query(query): Query<SummaryQuery>,
) -> Result<Json<FindingSummary>, Problem> {
    let by = match query.by {
        Some(SummaryBy::Body) => SumBy::Body,
        Some(SummaryBy::Code) | None => SumBy::Code,
        Some(SummaryBy::Severity) => SumBy::Severity,
    };
    let filter = FindingFilter {
        code: query.code,
        body: query.body,
        org_prefix: query.org,
        since: instant::in_query("since", query.since)?,
        with_ended: query.with_ended.unwrap_or_default(),
        ..FindingFilter::default()
    };
    let (sums, watermark) =
        summarise_findings(&state.services, &caller.request, &filter, by).await?;
    let groups = sums.iter().map(|sum| sum.group.as_str());
    let named = Named {
        bodies: groups.filter(|_| by == SumBy::Body).collect(),
        ..Named::default()
    };
    let shown = Shown::gather(&state, &caller.request, &named).await?;
    let name = |group: &str| match by {
        SumBy::Body => shown.body(Some(group)),
        SumBy::Code => shown.lawbook.rule(group).map(|rule| rule.name.to_string()),
        SumBy::Severity => None,
    };
    let sums = sums.into_iter().map(|sum| FindingSumOut {
        group_name: name(&sum.group),
        group: sum.group,
        severity: sum.severity.into(),
        status: sum.status.code().to_owned(),
        count: sum.n,
    });
    Ok(Json(FindingSummary {
        summary: sums.collect(),
        watermark: watermark.map(Watermark::from),
    }))
}
