//! `GET /api/v1/officers`：某一天的执法人员。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Query, page_request};
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_services::model::RegisterFilter;
use mingjing_services::registry::listing::list_officers as list;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::officer::{CardOut, OfficerOut};
use crate::accounts::account::org_in_query;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::meta::ListMeta;

/// 要哪些执法人员。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OfficerQuery {
    /// 哪一天的；默认今天。
    #[param(value_type = Option<String>, format = Date)]
    on: Option<Date>,
    /// 这个机构及其下的：组织树上的路径。
    #[param(max_length = 500, example = "/410000/")]
    org: Option<String>,
    /// 证号，或遮盖之后的姓名，以此开头的。
    #[param(max_length = 100)]
    q: Option<String>,
    /// 一页的条数，1 至 200，默认 50。
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// 上一页 `meta.next` 给出的值，原样带回。
    #[param(max_length = 512)]
    cursor: Option<String>,
}

/// 名录里的一位执法人员。
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficerEntry {
    /// 人员。
    #[serde(flatten)]
    officer: OfficerOut,
    /// 这一天的证件；没有发证的没有。
    cards: Vec<CardOut>,
}

/// 执法人员的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct OfficerList {
    /// 本页的执法人员。
    officers: Vec<OfficerEntry>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 列出执法人员
#[utoipa::path(get, path = "/api/v1/officers", operation_id = "list_officers", tag = "登记簿", params(OfficerQuery),
    responses((status = 200, description = "一页执法人员", body = OfficerList)))]
pub async fn list_officers(
    Of(state): Of<State>,
    caller: Caller,
    Query(query): Query<OfficerQuery>,
) -> Result<Json<OfficerList>, Problem> {
    let paging = page_request(query.limit, query.cursor.as_deref())?;
    let request = &caller.request;
    let on = query.on.unwrap_or_else(|| request.today());
    let under = org_in_query("org", query.org.as_deref())?;
    let filter = RegisterFilter {
        under: under.as_ref(),
        text: query.q.as_deref(),
    };
    let page = list(&state.services, request, on, filter, &paging).await?;
    let lawbook = state.services.lawbook();
    Ok(Json(OfficerList {
        meta: ListMeta::of(&page),
        officers: page
            .items
            .into_iter()
            .map(|it| OfficerEntry {
                officer: OfficerOut::of(&lawbook, &it.row),
                cards: it.cards.into_iter().map(CardOut::from).collect(),
            })
            .collect(),
    }))
}
