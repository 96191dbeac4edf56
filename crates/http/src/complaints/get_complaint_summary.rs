//! `GET /api/v1/complaints/summary`：按一样东西分组的件数，每个数点开正好是它的行。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::Query;
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_services::complaint::list_complaints::sum_complaints;
use mingjing_services::model::{ComplaintFilter, ComplaintGroup, ComplaintSum};
use mingjing_services::naming::Named;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::caller::Caller;
use crate::state::State;
use crate::wire::label::Label;
use crate::wire::names;
use crate::wire::shown::Shown;

/// 数哪些投诉举报，按什么分：条件与列表的相同。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ComplaintSummaryQuery {
    /// 状态。
    #[param(max_length = 100, example = "received")]
    state: Option<String>,
    /// 交由办理的机关：登记簿里的标识。
    #[param(max_length = 100)]
    body: Option<String>,
    /// 所反映的机关：登记簿里的标识。
    #[param(max_length = 100)]
    against: Option<String>,
    /// 渠道。
    #[param(max_length = 100, example = "hotline")]
    channel: Option<String>,
    /// 类别。
    #[param(max_length = 100, example = "enforcement")]
    kind: Option<String>,
    /// 有没有做到的期限在此日之前。
    #[param(value_type = Option<String>, format = Date)]
    due_before: Option<Date>,
    /// 此日起收到的。
    #[param(value_type = Option<String>, format = Date)]
    received_from: Option<Date>,
    /// 此日前收到的（不含）。
    #[param(value_type = Option<String>, format = Date)]
    received_until: Option<Date>,
    /// 办理的机构在此之下：组织树上的路径。
    #[param(max_length = 500)]
    org: Option<String>,
    /// 编号以此开头。
    #[param(max_length = 100)]
    q: Option<String>,
    /// 只要办结的，或者只要没有办结的。
    is_over: Option<bool>,
    /// 只要按期答复的，或者只要逾期的。
    is_timely: Option<bool>,
    /// 只要满意的，或者只要不满意的。
    is_satisfied: Option<bool>,
    /// 只要并入别的一件的，或者只要没有并入的。
    is_repeat: Option<bool>,
    /// 按什么分；没有写的按状态。
    #[param(inline)]
    by: Option<ComplaintBy>,
}

/// 按什么分。
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ComplaintBy {
    /// 状态
    State,
    /// 交由办理的机关
    Body,
    /// 所反映的机关
    Against,
    /// 渠道
    Channel,
    /// 类别
    Kind,
}

impl From<ComplaintBy> for ComplaintGroup {
    fn from(by: ComplaintBy) -> Self {
        match by {
            ComplaintBy::State => ComplaintGroup::State,
            ComplaintBy::Body => ComplaintGroup::Body,
            ComplaintBy::Against => ComplaintGroup::Against,
            ComplaintBy::Channel => ComplaintGroup::Channel,
            ComplaintBy::Kind => ComplaintGroup::Kind,
        }
    }
}

/// 各组的件数。
#[derive(Debug, Serialize, ToSchema)]
pub struct ComplaintCounts {
    /// 各组；一件也没有的不列。
    summary: Vec<ComplaintCount>,
}

/// 一组的件数。
#[derive(Debug, Serialize, ToSchema)]
pub struct ComplaintCount {
    /// 这一组；没有写明的为空。
    group: Option<Label>,
    /// 件数。
    count: u64,
    /// 办结的（`is_over=true`）。
    over: u64,
    /// 按期答复的（`is_timely=true`）。
    timely: u64,
    /// 逾期的（`is_timely=false`）。
    late: u64,
    /// 满意的（`is_satisfied=true`）。
    satisfied: u64,
    /// 不满意的（`is_satisfied=false`）。
    dissatisfied: u64,
    /// 并入别的一件的（`is_repeat=true`）。
    repeated: u64,
}

/// 数投诉举报
#[utoipa::path(get, path = "/api/v1/complaints/summary", operation_id = "get_complaint_summary", tag = "投诉举报",
    params(ComplaintSummaryQuery),
    responses((status = 200, description = "各组的件数", body = ComplaintCounts)))]
pub async fn get_complaint_summary(
    Of(state): Of<State>,
    caller: Caller,
    Query(query): Query<ComplaintSummaryQuery>,
) -> Result<Json<ComplaintCounts>, Problem> {
    let group = query.by.map_or(ComplaintGroup::State, Into::into);
    let filter = ComplaintFilter {
        state: query.state,
        body: query.body,
        against: query.against,
        channel: query.channel,
        kind: query.kind,
        due_before: query.due_before,
        received_from: query.received_from,
        received_until: query.received_until,
        org_prefix: query.org,
        number_prefix: query.q,
        is_over: query.is_over,
        is_timely: query.is_timely,
        is_satisfied: query.is_satisfied,
        is_repeat: query.is_repeat,
    };
    let sums = sum_complaints(&state.services, &caller.request, &filter, group).await?;
    let mut named = Named::default();
    if matches!(group, ComplaintGroup::Body | ComplaintGroup::Against) {
        named
            .bodies
            .extend(sums.iter().filter_map(|sum| sum.key.as_deref()));
    }
    let shown = Shown::gather(&state, &caller.request, &named).await?;
    let summary = sums
        .iter()
        .map(|sum| ComplaintCount::of(&shown, group, sum));
    Ok(Json(ComplaintCounts {
        summary: summary.collect(),
    }))
}

impl ComplaintCount {
    fn of(shown: &Shown, group: ComplaintGroup, sum: &ComplaintSum) -> Self {
        let lawbook = &shown.lawbook;
        let mut procedures = lawbook.procedures.iter();
        let procedure = procedures.find(|procedure| procedure.is_complaint);
        let procedure = procedure.map(|procedure| procedure.name.as_ref());
        let label = sum.key.as_deref().map(|key| match group {
            ComplaintGroup::State => names::state(lawbook, procedure, key),
            ComplaintGroup::Body | ComplaintGroup::Against => {
                Label::new(key, shown.names.body(Some(key)))
            }
            ComplaintGroup::Channel => names::listed(lawbook, "complaint_channel", key),
            ComplaintGroup::Kind => names::listed(lawbook, "complaint_kind", key),
        });
        ComplaintCount {
            group: label,
            count: sum.total,
            over: sum.over,
            timely: sum.timely,
            late: sum.late,
            satisfied: sum.satisfied,
            dissatisfied: sum.dissatisfied,
            repeated: sum.repeated,
        }
    }
}
