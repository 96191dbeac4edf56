//! `GET /api/v1/matters`：列出监督事项。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Query, page_request};
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_services::model::{CaseRow, MatterFilter};
use mingjing_services::supervision::list_matters::list_matters as list;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::matter::MatterSummary;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::meta::ListMeta;
use crate::wire::shown::Shown;

/// 要哪些监督事项。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MatterQuery {
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
    /// 一页的条数，1 至 200，默认 50。
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// 上一页 `meta.next` 给出的值，原样带回。
    #[param(max_length = 512)]
    cursor: Option<String>,
}

/// 监督事项的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct MatterList {
    /// 本页的监督事项，最近有事的在前。
    matters: Vec<MatterSummary>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 列出监督事项
///
/// 监督机构的列本级及下级的全部；被监督机关的列送达了本机关的。
#[utoipa::path(get, path = "/api/v1/matters", operation_id = "list_matters", tag = "监督事项", params(MatterQuery),
    responses((status = 200, description = "一页监督事项", body = MatterList)))]
pub async fn list_matters(
    Of(state): Of<State>,
    caller: Caller,
    Query(query): Query<MatterQuery>,
) -> Result<Json<MatterList>, Problem> {
    let request = page_request(query.limit, query.cursor.as_deref())?;
    let filter = MatterFilter {
        state: query.state,
        body: query.body,
        source: query.source,
        due_before: query.due_before,
        org_prefix: query.org,
        number_prefix: query.q,
        is_over: query.is_over,
    };
    let page = list(&state.services, &caller.request, &filter, &request).await?;
    let rows: Vec<CaseRow> = page.items.iter().map(|line| line.row.clone()).collect();
    let shown = Shown::of_cases(&state, &caller.request, &rows).await?;
    let matters = page.items.iter();
    let matters =
        matters.map(|line| MatterSummary::of(&shown, &line.row, (line.due_on, line.is_whole)));
    Ok(Json(MatterList {
        matters: matters.collect(),
        meta: ListMeta::of(&page),
    }))
}
