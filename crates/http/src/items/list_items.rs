//! `GET /api/v1/items`：某一天的执法事项。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Query, page_request};
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_services::model::RegisterFilter;
use mingjing_services::registry::listing::list_items as list;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::item::ItemOut;
use crate::accounts::account::org_in_query;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::meta::ListMeta;

/// 要哪些执法事项。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ItemQuery {
    /// 哪一天的；默认今天。
    #[param(value_type = Option<String>, format = Date)]
    on: Option<Date>,
    /// 这个机构及其下的：组织树上的路径。
    #[param(max_length = 500, example = "/410000/")]
    org: Option<String>,
    /// 名称中有这些字的，或编码以此开头的。
    #[param(max_length = 100)]
    q: Option<String>,
    /// 一页的条数，1 至 200，默认 50。
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// 上一页 `meta.next` 给出的值，原样带回。
    #[param(max_length = 512)]
    cursor: Option<String>,
}

/// 执法事项的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemList {
    /// 本页的执法事项。
    items: Vec<ItemOut>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 列出执法事项
#[utoipa::path(get, path = "/api/v1/items", operation_id = "list_items", tag = "登记簿", params(ItemQuery),
    responses((status = 200, description = "一页执法事项", body = ItemList)))]
pub async fn list_items(
    Of(state): Of<State>,
    caller: Caller,
    Query(query): Query<ItemQuery>,
) -> Result<Json<ItemList>, Problem> {
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
    Ok(Json(ItemList {
        meta: ListMeta::of(&page),
        items: page
            .items
            .iter()
            .map(|row| ItemOut::of(&lawbook, row))
            .collect(),
    }))
}
