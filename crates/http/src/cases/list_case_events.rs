//! `GET /api/v1/cases/{id}/events`：一案的事件，按记录的次序。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Paging, Query};
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::casework::list_events::list_events;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::event::EventOut;
use crate::wire::id::PathId;
use crate::wire::meta::ListMeta;

/// 事件的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct EventList {
    /// 本页的事件，按序号。
    events: Vec<EventOut>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 列出一案的事件
///
/// 个人信息遮盖；要看原文，走 `reveal` 的手续。
#[utoipa::path(get, path = "/api/v1/cases/{id}/events", operation_id = "list_case_events", tag = "案件",
    params(("id" = String, Path, description = "案件"), Paging),
    responses((status = 200, description = "一页事件", body = EventList)))]
pub async fn list_case_events(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Case>,
    Query(paging): Query<Paging>,
) -> Result<Json<EventList>, Problem> {
    let page = list_events(&state.services, &caller.request, id, &paging.request()?).await?;
    Ok(Json(EventList {
        meta: ListMeta::of(&page),
        events: EventOut::all(&state.services, page.items.into_iter()).await?,
    }))
}
