//! `GET /api/v1/over_cases_findings/summary`：跨案发现的个数。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::Query;
use mingjing_edge::problem::Problem;
use mingjing_services::model::{OverCasesFilter, code};
use mingjing_services::over_cases::read::sum_over_cases;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::caller::Caller;
use crate::state::State;
use crate::wire::label::Label;
use crate::wire::severity::Severity;

/// 数哪些跨案发现。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OverCasesSummaryQuery {
    /// 规则编码。
    #[param(max_length = 100)]
    code: Option<String>,
    /// 这个机构及其下的：组织树上的路径。
    #[param(max_length = 500)]
    org: Option<String>,
    /// 终结了的也要。
    with_ended: Option<bool>,
}

/// 个数。
#[derive(Debug, Serialize, ToSchema)]
pub struct OverCasesSummary {
    /// 各组。
    summary: Vec<OverCasesSum>,
}

/// 一组的个数：以同样的条件去列，就是这几个。
#[derive(Debug, Serialize, ToSchema)]
pub struct OverCasesSum {
    /// 规则。
    rule: Label,
    /// 严重程度。
    severity: Severity,
    /// 状态。
    #[schema(example = "violated")]
    status: String,
    /// 是不是终结了的。
    is_ended: bool,
    /// 个数。
    count: u64,
}

/// 数跨案发现
#[utoipa::path(get, path = "/api/v1/over_cases_findings/summary", operation_id = "get_over_cases_summary", tag = "义务与发现",
    params(OverCasesSummaryQuery),
    responses((status = 200, description = "个数", body = OverCasesSummary)))]
pub async fn get_over_cases_summary(
    Of(state): Of<State>,
    caller: Caller,
    Query(query): Query<OverCasesSummaryQuery>,
) -> Result<Json<OverCasesSummary>, Problem> {
    let filter = OverCasesFilter {
        code: query.code,
        org_prefix: query.org,
        with_ended: query.with_ended.unwrap_or_default(),
        ..OverCasesFilter::default()
    };
    let sums = sum_over_cases(&state.services, &caller.request, &filter).await?;
    let lawbook = state.services.lawbook();
    let sums = sums.into_iter().map(|sum| {
        let rule = lawbook.rule(&sum.code);
        OverCasesSum {
            rule: Label::new(&sum.code, rule.map(|rule| rule.name.as_ref())),
            severity: sum.severity.into(),
            status: code::status(sum.status).to_owned(),
            is_ended: sum.is_ended,
            count: sum.n,
        }
    });
    Ok(Json(OverCasesSummary {
        summary: sums.collect(),
    }))
}
