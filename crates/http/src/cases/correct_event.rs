//! `POST /api/v1/cases/{id}/corrections`：更正一条事件。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::extract::header::IfMatch;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::casework::correct_event::{CorrectEvent, correct_event as correct};
use mingjing_services::error::Pointer;
use serde::Deserialize;
use utoipa::ToSchema;

use super::record_event::{EventRecordedAnswer, answer};
use crate::caller::Caller;
use crate::state::State;
use crate::wire::event::EventBody;
use crate::wire::id::{self, PathId};

/// 要作的更正。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectEventBody {
    /// 更正哪一条：事件的标识。
    #[schema(max_length = 100)]
    corrects: String,
    /// 更正之后的全部内容；种类不变。
    event: EventBody,
    /// 更正的原因。
    #[schema(max_length = 500)]
    reason: String,
}

/// 更正一条事件
///
/// 原来的一条仍在；由更正消除的发现如此写明。
#[utoipa::path(post, path = "/api/v1/cases/{id}/corrections", operation_id = "correct_event", tag = "案件",
    params(
        ("id" = String, Path, description = "案件"),
        ("If-Match" = String, Header, description = "所据的版本，带引号", example = "\"7\""),
    ),
    request_body = CorrectEventBody,
    responses(
        (status = 201, description = "更正了；ETag 是案件之后的版本", body = EventRecordedAnswer),
        (status = 409, description = "涉密的不收；或幂等键已用于别的请求"),
        (status = 412, description = "版本旧了"),
        (status = 428, description = "没有写版本"),
    ))]
pub async fn correct_event(
    Of(state): Of<State>,
    caller: Caller,
    PathId(case): PathId<kind::Case>,
    IfMatch(expected_version): IfMatch,
    JsonBody { value: body, .. }: JsonBody<CorrectEventBody>,
) -> Result<Response, Problem> {
    let command = CorrectEvent {
        case,
        expected_version,
        corrects: id::in_body(Pointer::body().member("corrects"), &body.corrects)?,
        event: body.event.into(),
        reason: body.reason,
    };
    let once = caller.request.once.clone();
    let done = correct(&state.services, &caller.request, command, once).await?;
    Ok(answer(done))
}
