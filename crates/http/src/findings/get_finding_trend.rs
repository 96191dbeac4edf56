//! `GET /api/v1/findings/trend`：发现的走势。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Commas, Query};
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_services::casework::finding_trend::{TrendQuery, TrendUnit, finding_trend};
use mingjing_services::model::{FindingFilter, SumBy, TrendPoint, code};
use mingjing_services::naming::Named;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::list_findings::{SEVERITIES, STATUSES};
use crate::caller::Caller;
use crate::state::State;
use crate::wire::choice;
use crate::wire::meta::Watermark;
use crate::wire::shown::Shown;

/// 一点有多长。
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 一天
    Day,
    /// 一周，自星期一起
    Week,
}

/// 按什么分组。
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrendBy {
    /// 办理机关
    Body,
    /// 规则编码
    Code,
}

/// 要怎样的走势。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TrendParams {
    /// 一点有多长，默认 day。
    #[param(inline)]
    unit: Option<Unit>,
    /// 分组；不写的合在一起。
    #[param(inline)]
    by: Option<TrendBy>,
    /// 从哪一天起；不写的，按天为三十天，按周为十三周。按周的退到星期一。
    #[param(value_type = Option<String>, format = Date)]
    from_on: Option<Date>,
    /// 到哪一天止，当日也算；默认今天。
    #[param(value_type = Option<String>, format = Date)]
    to_on: Option<Date>,
    /// 状态，最近一次评估的；可以写几个，逗号分隔。
    #[param(value_type = Option<String>, max_length = 100, example = "violated,doubt")]
    status: Option<Commas>,
    /// 严重程度，最近一次评估的；可以写几个，逗号分隔。
    #[param(value_type = Option<String>, max_length = 100, example = "breach,grave")]
    severity: Option<Commas>,
    /// 规则编码。
    #[param(max_length = 100)]
    code: Option<String>,
    /// 这个机关的：登记簿里的标识。
    #[param(max_length = 100)]
    body: Option<String>,
    /// 这个机构及其下的：组织树上的路径。
    #[param(max_length = 500)]
    org: Option<String>,
}

/// 走势。
#[derive(Debug, Serialize, ToSchema)]
pub struct FindingTrend {
    /// 第一点的首日。
    #[schema(value_type = String, format = Date)]
    from_on: Date,
    /// 最后一天，当日也算。
    #[schema(value_type = String, format = Date)]
    to_on: Date,
    /// 各点，先后为序。不分组的一点不缺；分组的只列有数的。
    trend: Vec<TrendPointOut>,
    /// 计数折到了日志的哪里；日志还空的没有。
    watermark: Option<Watermark>,
}

/// 走势的一点。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrendPoint)]
pub struct TrendPointOut {
    /// 这一点的首日。
    #[schema(value_type = String, format = Date)]
    on: Date,
    /// 办理机关或规则编码；不分组的没有，不知道机关的为空。
    group: Option<String>,
    /// 组的名称：规则名、机关的现名；没有登记的没有。
    group_name: Option<String>,
    /// 新发现的个数；后来消除了的也算。
    found: u64,
    /// 消除的个数；后来又出现的不算。
    ended: u64,
}

/// 发现的走势
#[utoipa::path(get, path = "/api/v1/findings/trend", operation_id = "get_finding_trend", tag = "义务与发现",
    params(TrendParams),
    responses((status = 200, description = "走势", body = FindingTrend)))]
pub async fn get_finding_trend(
    Of(state): Of<State>,
    caller: Caller,
    Query(params): Query<TrendParams>,
) -> Result<Json<FindingTrend>, Problem> {
    let by = params.by;
    let query = params.query()?;
    let trend = finding_trend(&state.services, &caller.request, &query).await?;
    let groups = trend.points.iter().map(|point| point.group.as_str());
    let named = Named {
        bodies: groups
            .filter(|_| matches!(by, Some(TrendBy::Body)))
            .collect(),
        ..Named::default()
    };
    let shown = Shown::gather(&state, &caller.request, &named).await?;
    let points = trend.points.into_iter();
    Ok(Json(FindingTrend {
        from_on: trend.from,
        to_on: trend.to,
        trend: points.map(|point| point_of(&shown, by, point)).collect(),
        watermark: trend.watermark.map(Watermark::from),
    }))
}

fn point_of(shown: &Shown, by: Option<TrendBy>, point: TrendPoint) -> TrendPointOut {
    TrendPointOut {
        on: point.on,
        group_name: match by {
            None => None,
            Some(TrendBy::Body) => shown.body(Some(&point.group)),
            Some(TrendBy::Code) => {
                let rule = shown.lawbook.rule(&point.group);
                rule.map(|rule| rule.name.to_string())
            }
        },
        group: by.map(|_| point.group),
        found: point.found,
        ended: point.ended,
    }
}

impl TrendParams {
    fn query(self) -> Result<TrendQuery, Problem> {
        let severity_of = mingjing_domain::finding::Severity::of_code;
        let (status, severity) = (self.status.as_ref(), self.severity.as_ref());
        Ok(TrendQuery {
            filter: FindingFilter {
                statuses: choice::in_query("status", status, code::status_of, STATUSES)?,
                severities: choice::in_query("severity", severity, severity_of, SEVERITIES)?,
                code: self.code,
                body: self.body,
                org_prefix: self.org,
                ..FindingFilter::default()
            },
            by: self.by.map(|by| match by {
                TrendBy::Body => SumBy::Body,
                TrendBy::Code => SumBy::Code,
            }),
            unit: match self.unit {
                Some(Unit::Week) => TrendUnit::Week,
                Some(Unit::Day) | None => TrendUnit::Day,
            },
            from: self.from_on,
            to: self.to_on,
        })
    }
}
