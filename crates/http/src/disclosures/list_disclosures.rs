//! `GET /api/v1/disclosures`：列出公示稿。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Query, page_request};
use mingjing_edge::problem::Problem;
use mingjing_services::disclosure::list::list_disclosures as list;
use mingjing_services::page::Key;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::disclosure::DisclosureOut;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::meta::ListMeta;
use crate::wire::page::{after_id, cut, one_more};

const LIST: &str = "disclosures.id";

/// 要哪些公示稿。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DisclosureQuery {
    /// 只要没有了结的，默认否。
    is_open: Option<bool>,
    /// 一页的条数，1 至 200，默认 50。
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// 上一页 `meta.next` 给出的值，原样带回。
    #[param(max_length = 512)]
    cursor: Option<String>,
}

/// 公示稿的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct DisclosureList {
    /// 本页的公示稿，新的在前。
    disclosures: Vec<DisclosureOut>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 列出公示稿
#[utoipa::path(get, path = "/api/v1/disclosures", operation_id = "list_disclosures", tag = "公示", params(DisclosureQuery),
    responses((status = 200, description = "一页公示稿", body = DisclosureList)))]
pub async fn list_disclosures(
    Of(state): Of<State>,
    caller: Caller,
    Query(query): Query<DisclosureQuery>,
) -> Result<Json<DisclosureList>, Problem> {
    let request = page_request(query.limit, query.cursor.as_deref())?;
    let before = after_id(LIST, &request)?;
    let (open, limit) = (query.is_open.unwrap_or_default(), one_more(&request));
    let rows = list(&state.services, &caller.request, open, before, limit).await?;
    let page = cut(LIST, rows, &request, |row| Key::Text(row.id.to_string()));
    Ok(Json(DisclosureList {
        disclosures: page.items.iter().map(DisclosureOut::from).collect(),
        meta: ListMeta::of(&page),
    }))
}
