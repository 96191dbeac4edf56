//! `POST /api/v1/complaints/{id}/informant_requests`：申请查看投诉举报人的身份，写明理由。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::complaint::informant::ask_for_informant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::get_complaint::InformantRequestOut;
use crate::answer::Answer;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;

/// 为何要看。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InformantRequestBody {
    /// 理由；不要写进个人信息。
    #[schema(max_length = 500, example = "约谈核实")]
    reason: String,
}

/// 一份申请。
#[derive(Debug, Serialize, ToSchema)]
pub struct InformantRequestAnswer {
    /// 申请。
    pub informant_request: InformantRequestOut,
}

/// 申请查看投诉举报人的身份
///
/// 申请不给看；由另一人批准之后，申请的人限时看一次。
#[utoipa::path(post, path = "/api/v1/complaints/{id}/informant_requests", operation_id = "create_informant_request",
    tag = "投诉举报", params(("id" = String, Path, description = "投诉举报")),
    request_body = InformantRequestBody,
    responses(
        (status = 201, description = "申请了", body = InformantRequestAnswer),
        (status = 409, description = "没有封存的身份；或在所反映的机关任职"),
    ))]
pub async fn create_informant_request(
    Of(state): Of<State>,
    caller: Caller,
    PathId(complaint): PathId<kind::Case>,
    JsonBody { value: body, .. }: JsonBody<InformantRequestBody>,
) -> Result<Response, Problem> {
    let asked = ask_for_informant(&state.services, &caller.request, complaint, body.reason).await?;
    let at = format!("/api/v1/complaints/{complaint}");
    let body = InformantRequestAnswer {
        informant_request: InformantRequestOut::of(&asked, false, false),
    };
    Ok(Answer::created(&at, &body).into_response())
}
