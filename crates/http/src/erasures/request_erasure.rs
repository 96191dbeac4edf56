//! `POST /api/v1/erasures`：申请清除。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_services::erasure::request::{RequestErasure, request_erasure as ask};
use mingjing_services::error::Pointer;
use serde::Deserialize;
use utoipa::ToSchema;

use super::erasure::{ErasureAnswer, ErasureOut};
use crate::answer::Answer;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id;

/// 要清除的。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestErasureBody {
    /// 哪一案。
    #[schema(max_length = 100)]
    case: String,
    /// 哪几件事，连同它们的更正；空的为除案件登记以外的全部。
    #[serde(default)]
    #[schema(max_items = 500)]
    events: Vec<String>,
    /// 范围，法典 `erasure_extent` 的代码。
    #[schema(max_length = 100)]
    extent: String,
    /// 依据的代号。
    #[schema(max_length = 200, example = "personal_information_protection_law/47")]
    basis: String,
    /// 原因；不得写个人信息。
    #[schema(max_length = 500)]
    reason: String,
}

/// 申请清除
///
/// 申请不改变任何内容；由另一人批准才清除。
#[utoipa::path(post, path = "/api/v1/erasures", operation_id = "request_erasure", tag = "内容清除",
    request_body = RequestErasureBody,
    responses((status = 201, description = "申请了", body = ErasureAnswer)))]
pub async fn request_erasure(
    Of(state): Of<State>,
    caller: Caller,
    JsonBody { value: body, .. }: JsonBody<RequestErasureBody>,
) -> Result<Response, Problem> {
    let events = body.events.iter().enumerate().map(|(at, text)| {
        let pointer = Pointer::body().member("events").index(at);
        id::in_body(pointer, text)
    });
    let command = RequestErasure {
        case: id::in_body(Pointer::body().member("case"), &body.case)?,
        events: events.collect::<Result<_, _>>()?,
        extent: body.extent,
        basis: body.basis,
        reason: body.reason,
    };
    let made = ask(&state.services, &caller.request, command).await?;
    let body = ErasureAnswer {
        erasure: ErasureOut::from(&made),
    };
    Ok(Answer::created("/api/v1/erasures", &body).into_response())
}
