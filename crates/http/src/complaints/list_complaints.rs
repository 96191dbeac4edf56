//! `GET /api/v1/complaints`：列出投诉举报。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Query, page_request};
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_services::complaint::list_complaints::list_complaints as list;
use mingjing_services::model::ComplaintFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::complaint::{ComplaintSummary, shown_of};
use crate::caller::Caller;
use crate::state::State;
use crate::wire::meta::ListMeta;

/// 要哪些投诉举报：条件与件数、导出的相同。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ComplaintQuery {
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
    /// 一页的条数，1 至 200，默认 50。
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// 上一页 `meta.next` 给出的值，原样带回。
    #[param(max_length = 512)]
    cursor: Option<String>,
}

/// 投诉举报的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct ComplaintList {
    /// 本页的投诉举报：没有办结的在前，先到期的在前。
    complaints: Vec<ComplaintSummary>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 列出投诉举报
///
/// 机关的列交由本机关办理的；监督机构的列本级及下级的。说一个机关的投诉，那个机关看不到。
#[utoipa::path(get, path = "/api/v1/complaints", operation_id = "list_complaints", tag = "投诉举报",
    params(ComplaintQuery),
    responses((status = 200, description = "一页投诉举报", body = ComplaintList)))]
pub async fn list_complaints(
    Of(state): Of<State>,
    caller: Caller,
    Query(query): Query<ComplaintQuery>,
) -> Result<Json<ComplaintList>, Problem> {
    let request = page_request(query.limit, query.cursor.as_deref())?;
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
    let page = list(&state.services, &caller.request, &filter, &request).await?;
    let rows = page.items.iter().map(|line| &line.row);
    let shown = shown_of(&state, &caller.request, rows).await?;
    let complaints = page.items.iter();
    Ok(Json(ComplaintList {
        complaints: complaints
            .map(|line| ComplaintSummary::of(&shown, line))
            .collect(),
        meta: ListMeta::of(&page),
    }))
}
