//! `GET /api/v1/matters/summary`：各状态的监督事项有几件。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::Query;
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_services::model::MatterFilter;
use mingjing_services::supervision::list_matters::sum_matters;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::caller::Caller;
use crate::state::State;
use crate::wire::label::Label;
use crate::wire::names;

/// 数哪些监督事项：条件与列表的相同，点开一个数正好是它的行。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MatterSummaryQuery {
    /// 状态。
    #[param(max_length = 100, example = "rectifying")]
    state: Option<String>,
    /// 被监督机关：登记簿里的标识。
    #[param(max_length = 100)]
    body: Option<String>,
    /// 线索来源。
    #[param(max_length = 100, example = "engine")]
    source: Option<String>,
    /// 有未完成的义务在此日之前到期。
    #[param(value_type = Option<String>, format = Date)]
    due_before: Option<Date>,
    /// 办理它的监督机构在此之下：组织树上的路径。
    #[param(max_length = 500)]
    org: Option<String>,
    /// 编号以此开头。
    #[param(max_length = 100)]
    q: Option<String>,
    /// 只要办结的，或者只要没有办结的。
    is_over: Option<bool>,
}

/// 各状态的件数。
#[derive(Debug, Serialize, ToSchema)]
pub struct MatterCounts {
    /// 各状态；一件也没有的状态不列。
    summary: Vec<MatterCount>,
}

/// 一种状态的件数。
#[derive(Debug, Serialize, ToSchema)]
pub struct MatterCount {
    /// 状态。
    state: Option<Label>,
    /// 件数。
    count: u64,
}

/// 数监督事项
#[utoipa::path(get, path = "/api/v1/matters/summary", operation_id = "get_matter_summary", tag = "监督事项",
    params(MatterSummaryQuery),
    responses((status = 200, description = "各状态的件数", body = MatterCounts)))]
pub async fn get_matter_summary(
    Of(state): Of<State>,
    caller: Caller,
    Query(query): Query<MatterSummaryQuery>,
) -> Result<Json<MatterCounts>, Problem> {
    let filter = MatterFilter {
        state: query.state,
        body: query.body,
        source: query.source,
        due_before: query.due_before,
        org_prefix: query.org,
        number_prefix: query.q,
        is_over: query.is_over,
    };
    let sums = sum_matters(&state.services, &caller.request, &filter).await?;
    let lawbook = state.services.lawbook();
    let mut procedures = lawbook.procedures.iter();
    let procedure = procedures.find(|procedure| procedure.is_supervision);
    let procedure = procedure.map(|procedure| procedure.name.as_ref());
    let summary = sums.into_iter().map(|sum| MatterCount {
        state: sum
            .state
            .map(|code| names::state(&lawbook, procedure, &code)),
        count: sum.n,
    });
    Ok(Json(MatterCounts {
        summary: summary.collect(),
    }))
}
