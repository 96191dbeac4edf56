//! `GET /readyz`：可以办事了没有。

use std::time::Duration;

use axum::Json;
use axum::extract::State as Of;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::State;

/// 一项核对至多等多久：探测的一方等得不比这久多少。
const CHECK_TIME: Duration = Duration::from_secs(2);

/// 可以办事了没有。
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// 必需的全部就绪。
    is_ready: bool,
    /// 各项。
    checks: Vec<ReadinessCheck>,
}

/// 一项核对。
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadinessCheck {
    /// 名字。
    name: &'static str,
    /// 好了没有。
    is_ready: bool,
    /// 没好的能不能办事：必需的不能，别的照办，但该有人去看。
    is_required: bool,
}

/// 是否可以办事
#[utoipa::path(get, path = "/readyz", operation_id = "get_readiness", tag = "系统",
    responses(
        (status = 200, description = "可以", body = Readiness),
        (status = 503, description = "还不可以", body = Readiness),
    ))]
pub async fn get_readiness(Of(state): Of<State>) -> Response {
    let mut checks = Vec::new();
    for check in &state.ready_checks {
        let answer = tokio::time::timeout(CHECK_TIME, (check.is_ready)()).await;
        checks.push(ReadinessCheck {
            name: check.name,
            is_ready: answer.unwrap_or(false),
            is_required: check.is_required,
        });
    }
    let is_ready = checks
        .iter()
        .all(|check| check.is_ready || !check.is_required);
    let readiness = Json(Readiness { is_ready, checks });
    if is_ready {
        readiness.into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, readiness).into_response()
    }
}
