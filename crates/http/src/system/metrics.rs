//! `GET /metrics`：运行指标，只在管理口或本机直连时给。

use axum::extract::State as Of;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use mingjing_edge::context::{Listener, RequestContext};
use mingjing_edge::problem::{Problem, ProblemCode};

use crate::state::State;

/// Prometheus 的文本。
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// 运行指标
#[utoipa::path(get, path = "/metrics", operation_id = "get_metrics", tag = "系统",
    responses((status = 200, description = "Prometheus 文本", body = String, content_type = "text/plain")))]
pub async fn get_metrics(
    Of(state): Of<State>,
    context: RequestContext,
) -> Result<Response, Problem> {
    if context.listener != Listener::Admin && !context.is_local {
        return Err(Problem::new(ProblemCode::NotFound));
    }
    Ok(([(CONTENT_TYPE, TEXT)], state.meter.render()).into_response())
}
