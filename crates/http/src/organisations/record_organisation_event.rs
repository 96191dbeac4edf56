//! `POST /api/v1/organisations/{id}/events`：记一条区划的变更。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::extract::header::IfMatch;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::registry::record::record_registry_event;

use crate::caller::Caller;
use crate::registry::recording::{ChangeBody, RegisteredAnswer, answer};
use crate::state::State;
use crate::wire::id::PathId;

/// 记一条区划的变更
///
/// 以版本防重：不带幂等键重发的，答“内容已被别人改过”。
#[utoipa::path(post, path = "/api/v1/organisations/{id}/events", operation_id = "record_organisation_event", tag = "登记簿",
    params(
        ("id" = String, Path, description = "区划"),
        ("If-Match" = String, Header, description = "所据的版本，带引号", example = "\"7\""),
    ),
    request_body = ChangeBody,
    responses(
        (status = 201, description = "记下了；ETag 是之后的版本", body = RegisteredAnswer),
        (status = 409, description = "这一步不能做"),
        (status = 412, description = "版本旧了"),
        (status = 428, description = "没有写版本"),
    ))]
pub async fn record_organisation_event(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Division>,
    IfMatch(expected): IfMatch,
    JsonBody { value: body, .. }: JsonBody<ChangeBody>,
) -> Result<Response, Problem> {
    let event = body.into_event()?;
    let (services, request) = (&state.services, &caller.request);
    let recorded = record_registry_event(services, request, id.into(), expected, event).await?;
    Ok(answer("organisations", recorded))
}
