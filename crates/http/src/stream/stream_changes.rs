//! `GET /api/v1/stream`：变动的事件流（SSE）。

use axum::extract::State as Of;
use axum::http::HeaderMap;
use axum::response::Response;
use mingjing_edge::context::RequestContext;
use mingjing_edge::extract::header::LastEventId;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_edge::session::Sessions as _;
use mingjing_services::admin::token::Token;
use mingjing_services::live::{growth, log_size};
use serde::Serialize;
use utoipa::ToSchema;

use super::follow::Follower;
use crate::caller::Caller;
use crate::state::State;

/// 一处变动：SSE 事件 `case_changed` 或 `finding_changed` 的数据，一行 JSON；事件的 `id` 是日志的叶号。
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeEvent {
    /// 日志的叶号。
    pub log_index: u64,
    /// 事件种类；只看得到发现、看不到案件的人没有。
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub kind: Option<String>,
    /// 哪一案。
    pub case: String,
    /// 随之变了的发现。
    pub findings: Vec<String>,
}

/// 接收变动
///
/// SSE。事件的 `id` 是日志的叶号，断了带 `Last-Event-ID` 再来，从那里接着发，不漏也不重；没有带的从现在起。
/// 有发现变了的是 `finding_changed`，没有的是 `case_changed`，数据都是 ChangeEvent；追上了日志时发一个
/// `checkpoint`，数据是 `{"log_index": …}`。只有看得到的；会话结束、授权收回之后流随之结束。
#[utoipa::path(get, path = "/api/v1/stream", operation_id = "stream_changes", tag = "事件流",
    params(("Last-Event-ID" = Option<u64>, Header, description = "上次收到的事件的 id")),
    responses((status = 200, description = "事件流", body = ChangeEvent, content_type = "text/event-stream")))]
pub async fn stream_changes(
    Of(state): Of<State>,
    caller: Caller,
    context: RequestContext,
    LastEventId(last): LastEventId,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let token = state.cookie().read(&headers);
    let token = token.ok_or_else(|| Problem::new(ProblemCode::NotSignedIn))?;
    // Before the first read: what grows between the two is not missed.
    let growth = growth(&state.services);
    let from = match last {
        Some(last) => last.saturating_add(1).min(i64::MAX.unsigned_abs()),
        None => log_size(&state.services).await?,
    };
    let (sender, response) = state.streams.open()?;
    let follower = Follower {
        state: state.clone(),
        token: Token::from_bytes(*token.as_bytes()),
        context,
        request: caller.request,
        growth,
        from,
        sender,
    };
    tokio::spawn(follower.follow());
    Ok(response)
}
