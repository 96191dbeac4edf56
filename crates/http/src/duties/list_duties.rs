//! `GET /api/v1/duties`：范围之内有到期日的义务。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Commas, Query, page_request};
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_services::casework::list_duties::list_duties as list;
use mingjing_services::model::{DutyFilter, code};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::duty::DutyOut;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::choice;
use crate::wire::meta::ListMeta;
use crate::wire::shown::Shown;

const STATES: &str =
    "open、near、met、met_late、breached、suspended、waived、ended、provisional、undetermined";

/// 要哪些义务。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DutyQuery {
    /// 此日之前到期，当日不算。
    #[param(value_type = Option<String>, format = Date)]
    due_before: Option<Date>,
    /// 状态，可以写几个，逗号分隔。
    #[param(value_type = Option<String>, max_length = 200, example = "open,near")]
    state: Option<Commas>,
    /// 这个机关的：登记簿里的标识。
    #[param(max_length = 100)]
    body: Option<String>,
    /// 规则编码。
    #[param(max_length = 100, example = "DEC-90D")]
    code: Option<String>,
    /// 这个机构及其下的：组织树上的路径。
    #[param(max_length = 500)]
    org: Option<String>,
    /// 只要自己承办、审核或决定的案件里的。
    is_mine: Option<bool>,
    /// 一页的条数，1 至 200，默认 50。
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// 上一页 `meta.next` 给出的值，原样带回。
    #[param(max_length = 512)]
    cursor: Option<String>,
}

/// 义务的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct DutyList {
    /// 本页的义务，先到期的在前。
    duties: Vec<DutyOut>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 列出义务
#[utoipa::path(get, path = "/api/v1/duties", operation_id = "list_duties", tag = "义务与发现", params(DutyQuery),
    responses((status = 200, description = "一页义务", body = DutyList)))]
pub async fn list_duties(
    Of(state): Of<State>,
    caller: Caller,
    Query(query): Query<DutyQuery>,
) -> Result<Json<DutyList>, Problem> {
    let request = page_request(query.limit, query.cursor.as_deref())?;
    let states = choice::in_query("state", query.state.as_ref(), code::duty_state_of, STATES)?;
    let filter = DutyFilter {
        due_before: query.due_before,
        states,
        body: query.body,
        code: query.code,
        org_prefix: query.org,
        account: caller.mine(query.is_mine),
    };
    let page = list(&state.services, &caller.request, &filter, &request).await?;
    let rows = page.items.iter();
    let matters = rows.map(|row| (row.body.as_deref(), row.timeline));
    let shown = Shown::of_matters(&state, &caller.request, matters).await?;
    Ok(Json(DutyList {
        meta: ListMeta::of(&page),
        duties: page
            .items
            .iter()
            .map(|row| DutyOut::of(&shown, row))
            .collect(),
    }))
}
