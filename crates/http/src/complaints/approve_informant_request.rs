//! `POST /api/v1/complaints/{id}/informant_requests/{request}/approve`：批准查看投诉举报人的身份。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::path::Path;
use mingjing_edge::problem::Problem;
use mingjing_services::complaint::informant::approve_informant;

use super::create_informant_request::InformantRequestAnswer;
use super::get_complaint::InformantRequestOut;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::in_path;

/// 批准查看投诉举报人的身份
///
/// 申请的人自己不能批准，受托而申请的连同委托人也不能。
#[utoipa::path(post, path = "/api/v1/complaints/{id}/informant_requests/{request}/approve",
    operation_id = "approve_informant_request", tag = "投诉举报",
    params(("id" = String, Path, description = "投诉举报"), ("request" = String, Path, description = "申请")),
    responses(
        (status = 200, description = "批准了", body = InformantRequestAnswer),
        (status = 409, description = "已经批准过；或在所反映的机关任职"),
    ))]
pub async fn approve_informant_request(
    Of(state): Of<State>,
    caller: Caller,
    Path((complaint, asked)): Path<(String, String)>,
) -> Result<Json<InformantRequestAnswer>, Problem> {
    let (complaint, asked) = (in_path(&complaint)?, in_path(&asked)?);
    let approved = approve_informant(&state.services, &caller.request, complaint, asked).await?;
    Ok(Json(InformantRequestAnswer {
        informant_request: InformantRequestOut::of(&approved, false, false),
    }))
}
