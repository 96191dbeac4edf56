//! `GET /api/v1/bodies`：某一天的执法主体。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Query, page_request};
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_services::model::{OrgFilter, OrgKind, OrgNode};
use mingjing_services::registry::listing::{predecessors_on, tree_on};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::accounts::account::org_in_query;
use crate::caller::Caller;
use crate::registry::term::NodeOut;
use crate::state::State;
use crate::wire::meta::ListMeta;

/// 要哪些执法主体。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BodyQuery {
    /// 哪一天的；默认今天。过去的日子是当时的树。
    #[param(value_type = Option<String>, format = Date)]
    on: Option<Date>,
    /// 这个机构及其下的：组织树上的路径。
    #[param(max_length = 500, example = "/410000/")]
    org: Option<String>,
    /// 名称中有这些字的，或统一社会信用代码以此开头的。
    #[param(max_length = 100)]
    q: Option<String>,
    /// 一页的条数，1 至 200，默认 50。
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// 上一页 `meta.next` 给出的值，原样带回。
    #[param(max_length = 512)]
    cursor: Option<String>,
}

/// 执法主体的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct BodyList {
    /// 本页的执法主体，按路径。
    bodies: Vec<NodeOut>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 列出执法主体
#[utoipa::path(get, path = "/api/v1/bodies", operation_id = "list_bodies", tag = "登记簿", params(BodyQuery),
    responses((status = 200, description = "一页执法主体", body = BodyList)))]
pub async fn list_bodies(
    Of(state): Of<State>,
    caller: Caller,
    Query(query): Query<BodyQuery>,
) -> Result<Json<BodyList>, Problem> {
    let paging = page_request(query.limit, query.cursor.as_deref())?;
    let request = &caller.request;
    let on = query.on.unwrap_or_else(|| request.today());
    let filter = OrgFilter {
        kind: Some(OrgKind::Body),
        under: org_in_query("org", query.org.as_deref())?,
        parent: None,
        text: query.q,
    };
    let page = tree_on(&state.services, request, on, &filter, &paging).await?;
    let earlier = predecessors_on(&state.services, &page.items, on).await?;
    let earlier_of = |node: &OrgNode| earlier.get(&node.id).map_or(&[][..], Vec::as_slice);
    let lawbook = state.services.lawbook();
    Ok(Json(BodyList {
        meta: ListMeta::of(&page),
        bodies: page
            .items
            .iter()
            .map(|node| NodeOut::of(&lawbook, node).succeeding(earlier_of(node)))
            .collect(),
    }))
}
