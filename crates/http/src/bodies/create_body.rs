//! `POST /api/v1/bodies`：登记执法主体。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind::TimelineKind;
use mingjing_services::registry::record::register;

use crate::caller::Caller;
use crate::registry::recording::{RegisterBody, RegisteredAnswer, answer};
use crate::state::State;

/// 登记执法主体
///
/// 以事件登记，连同此前的历次变更；种类与字段见 `GET /event_kinds`。
#[utoipa::path(post, path = "/api/v1/bodies", operation_id = "create_body", tag = "登记簿",
    request_body = RegisterBody,
    responses(
        (status = 201, description = "登记了；ETag 是版本", body = RegisteredAnswer),
        (status = 409, description = "这一步不能做"),
    ))]
pub async fn create_body(
    Of(state): Of<State>,
    caller: Caller,
    JsonBody { value: body, .. }: JsonBody<RegisterBody>,
) -> Result<Response, Problem> {
    let events = body.into_events()?;
    let kind = TimelineKind::Body;
    let recorded = register(&state.services, &caller.request, kind, events).await?;
    Ok(answer("bodies", recorded))
}
