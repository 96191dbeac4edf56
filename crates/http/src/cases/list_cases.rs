//! `GET /api/v1/cases`：列出案件。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Query, page_request};
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_services::casework::list_cases::list_cases as list;
use mingjing_services::model::{CaseFilter, CaseOrder};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::case::CaseSummary;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::meta::ListMeta;
use crate::wire::severity::Severity;
use crate::wire::shown::Shown;

/// 案件的次序。
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaseSort {
    /// 最近有事的在前
    LastOn,
    /// 最近立案的在前，没有立案的不列
    FiledOn,
    /// 最早到期的在前，没有未完成义务的不列
    NextDueOn,
}

/// 要哪些案件。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseQuery {
    /// 这个机关办理的：登记簿里的标识。
    #[param(max_length = 100)]
    body: Option<String>,
    /// 这个机构及其下的：组织树上的路径。
    #[param(max_length = 500, example = "/410000/410100/")]
    org: Option<String>,
    /// 主程序。
    #[param(max_length = 100, example = "ordinary_penalty")]
    procedure: Option<String>,
    /// 主程序的状态。
    #[param(max_length = 100)]
    state: Option<String>,
    /// 最重的发现不轻于此。
    severity: Option<Severity>,
    /// 有这个编码的发现，没有消除的。
    #[param(max_length = 100, example = "DEC-90D")]
    code: Option<String>,
    /// 有未完成的义务在此日之前到期。
    #[param(value_type = Option<String>, format = Date)]
    due_before: Option<Date>,
    /// 案号以此开头。
    #[param(max_length = 100)]
    q: Option<String>,
    /// 此日起立案。
    #[param(value_type = Option<String>, format = Date)]
    filed_from: Option<Date>,
    /// 此日之前立案，当日不算。
    #[param(value_type = Option<String>, format = Date)]
    filed_to: Option<Date>,
    /// 只要自己承办、审核或决定的。
    is_mine: Option<bool>,
    /// 次序，默认 last_on。
    #[param(inline)]
    sort: Option<CaseSort>,
    /// 一页的条数，1 至 200，默认 50。
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// 上一页 `meta.next` 给出的值，原样带回；次序不能变。
    #[param(max_length = 512)]
    cursor: Option<String>,
}

/// 案件的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseList {
    /// 本页的案件。
    cases: Vec<CaseSummary>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 列出案件
///
/// 只有看得到的；范围由授权而来，不必也不能在参数里写。
#[utoipa::path(get, path = "/api/v1/cases", operation_id = "list_cases", tag = "案件", params(CaseQuery),
    responses((status = 200, description = "一页案件", body = CaseList)))]
pub async fn list_cases(
    Of(state): Of<State>,
    caller: Caller,
    Query(query): Query<CaseQuery>,
) -> Result<Json<CaseList>, Problem> {
    let request = page_request(query.limit, query.cursor.as_deref())?;
    let order = match query.sort {
        Some(CaseSort::LastOn) | None => CaseOrder::LastOn,
        Some(CaseSort::FiledOn) => CaseOrder::FiledOn,
        Some(CaseSort::NextDueOn) => CaseOrder::NextDueOn,
    };
    let filter = CaseFilter {
        org_prefix: query.org,
        body: query.body,
        procedure: query.procedure,
        state: query.state,
        severity_min: query.severity.map(Into::into),
        code: query.code,
        due_before: query.due_before,
        number_prefix: query.q,
        filed_from: query.filed_from,
        filed_until: query.filed_to,
        account: caller.mine(query.is_mine),
        without: Vec::new(),
    };
    let page = list(&state.services, &caller.request, &filter, order, &request).await?;
    let shown = Shown::of_cases(&state, &caller.request, &page.items).await?;
    Ok(Json(CaseList {
        meta: ListMeta::of(&page),
        cases: page
            .items
            .iter()
            .map(|row| CaseSummary::of(&shown, row))
            .collect(),
    }))
}
