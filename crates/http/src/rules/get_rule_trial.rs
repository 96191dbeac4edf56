//! `GET /api/v1/rules/{code}/trial`：一条试行的规则，若正式施行会说到多少案。

use axum::Json;
use axum::extract::State as Of;
use mingjing_domain::finding::Status;
use mingjing_edge::extract::path::Path;
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_services::casework::trial_counts::trial_counts;
use mingjing_services::model::code;
use mingjing_services::naming::Named;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::shown::Shown;

/// 试行的情形。
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleTrialAnswer {
    /// 情形。
    trial: RuleTrial,
}

/// 试行的规则会说到多少案：只数，不成为发现，不惊动谁。
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleTrial {
    /// 试行起（含），按判断日。
    #[schema(value_type = String, format = Date)]
    from_on: Date,
    /// 试行止（不含）：到时须转正、延长或者撤下。
    #[schema(value_type = String, format = Date)]
    until_on: Date,
    /// 为什么试行。
    reason: String,
    /// 若正式施行，来者范围之内会成为违反的案数。
    violated_case_count: u64,
    /// 会成为疑点的案数。
    doubt_case_count: u64,
    /// 按机关、月份，月份新的在前。
    counts: Vec<TrialCount>,
}

/// 一个机关一个月。
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialCount {
    /// 办理机关；不知道的为 null。
    body: Option<String>,
    /// 机关的名称；没有登记的没有。
    body_name: Option<String>,
    /// 所说的日子在哪个月。
    #[schema(example = "2026-03")]
    month: String,
    /// 状态：violated 违反、doubt 疑点、near 临近。
    #[schema(example = "violated")]
    status: String,
    /// 案数。
    case_count: u64,
    /// 处数。
    count: u64,
}

/// 查看一条试行的规则会说到多少案
///
/// 试行的规则静默评估：不进发现、义务、工作台，不把关；只在这里数一数，供决定转正、修改还是撤下。
#[utoipa::path(get, path = "/api/v1/rules/{code}/trial", operation_id = "get_rule_trial", tag = "法典",
    params(("code" = String, Path, description = "规则编码")),
    responses((status = 200, description = "个数", body = RuleTrialAnswer)))]
pub async fn get_rule_trial(
    Of(state): Of<State>,
    caller: Caller,
    Path(code): Path<String>,
) -> Result<Json<RuleTrialAnswer>, Problem> {
    let found = trial_counts(&state.services, &caller.request, &code).await?;
    let bodies = found.sums.iter().map(|sum| sum.body.as_str());
    let named = Named {
        bodies: bodies.filter(|body| !body.is_empty()).collect(),
        ..Named::default()
    };
    let shown = Shown::gather(&state, &caller.request, &named).await?;
    let total = |status: Status| {
        let mut totals = found.totals.iter();
        totals.find(|(of, _)| *of == status).map_or(0, |(_, n)| *n)
    };
    let counts = found.sums.iter().map(|sum| {
        let body = Some(sum.body.as_str()).filter(|body| !body.is_empty());
        TrialCount {
            body: body.map(str::to_owned),
            body_name: shown.body(body),
            month: format!("{:04}-{:02}", sum.month / 12, sum.month % 12 + 1),
            status: code::status(sum.status).to_owned(),
            case_count: sum.cases,
            count: sum.n,
        }
    });
    Ok(Json(RuleTrialAnswer {
        trial: RuleTrial {
            from_on: found.trial.from,
            until_on: found.trial.until,
            reason: found.trial.reason.to_string(),
            violated_case_count: total(Status::Violated),
            doubt_case_count: total(Status::Doubt),
            counts: counts.collect(),
        },
    }))
}
