//! `GET /api/v1/sessions`：列出会话，自己的，或所管账号的。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Query, page_request};
use mingjing_edge::problem::Problem;
use mingjing_services::admin::listing::list_sessions as list;
use mingjing_services::model::{SessionFilter, SessionRecord};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::caller::Caller;
use crate::state::State;
use crate::wire::meta::ListMeta;
use crate::wire::{id, instant};

/// 要哪些会话。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SessionQuery {
    /// 这个账号的。
    account: Option<String>,
    /// 只要没有结束的。
    is_open: Option<bool>,
    /// 一页的条数，1 至 200，默认 50。
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// 上一页 `meta.next` 给出的值，原样带回。
    #[param(max_length = 512)]
    cursor: Option<String>,
}

/// 会话的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionList {
    /// 本页的会话，新的在前。
    sessions: Vec<SessionOut>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 会话。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionOut {
    /// 标识。
    id: String,
    /// 账号。
    account: String,
    /// 从哪里来：地址。
    client: String,
    /// 开始的时刻。
    #[schema(format = DateTime)]
    created_at: String,
    /// 最近用过的时刻，至多差一分钟。
    #[schema(format = DateTime)]
    last_used_at: String,
    /// 绝对期限。
    #[schema(format = DateTime)]
    expires_at: String,
    /// 结束的时刻；没有结束的没有。
    #[schema(format = DateTime)]
    ended_at: Option<String>,
}

/// 列出会话
#[utoipa::path(get, path = "/api/v1/sessions", operation_id = "list_sessions", tag = "会话", params(SessionQuery),
    responses((status = 200, description = "一页会话", body = SessionList)))]
pub async fn list_sessions(
    Of(state): Of<State>,
    caller: Caller,
    Query(query): Query<SessionQuery>,
) -> Result<Json<SessionList>, Problem> {
    let request = page_request(query.limit, query.cursor.as_deref())?;
    let filter = SessionFilter {
        account: id::in_query("account", query.account.as_deref())?,
        open_at: query
            .is_open
            .unwrap_or_default()
            .then_some(caller.request.now),
    };
    let page = list(&state.services, &caller.request, &filter, &request).await?;
    Ok(Json(SessionList {
        meta: ListMeta::of(&page),
        sessions: page.items.iter().map(out).collect(),
    }))
}

fn out(record: &SessionRecord) -> SessionOut {
    SessionOut {
        id: record.id.to_string(),
        account: record.account.to_string(),
        client: record.client.clone(),
        created_at: instant::of(record.created_at),
        last_used_at: instant::of(record.last_used_at),
        expires_at: instant::of(record.expires_at),
        ended_at: record.ended_at.map(instant::of),
    }
}
