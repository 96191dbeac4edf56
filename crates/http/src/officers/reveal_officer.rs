//! `POST /api/v1/officers/{id}/reveal`：查看人员的姓名与身份号码，写明理由，留审计。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::registry::reveal::reveal_officer as reveal;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::cases::reveal_personal_data::RevealBody;
use crate::state::State;
use crate::wire::id::PathId;

/// 人员的个人信息。
#[derive(Serialize, ToSchema)]
pub struct OfficerPersonAnswer {
    /// 个人信息。
    person: OfficerPerson,
}

/// 姓名与身份号码。
#[derive(Serialize, ToSchema)]
pub struct OfficerPerson {
    /// 姓名。
    name: String,
    /// 身份号码；没有登记的没有。
    id_number: Option<String>,
}

/// 查看人员的个人信息
#[utoipa::path(post, path = "/api/v1/officers/{id}/reveal", operation_id = "reveal_officer", tag = "登记簿",
    params(("id" = String, Path, description = "执法人员")),
    request_body = RevealBody,
    responses((status = 200, description = "原文；已经记入审计", body = OfficerPersonAnswer)))]
pub async fn reveal_officer(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Officer>,
    JsonBody { value: body, .. }: JsonBody<RevealBody>,
) -> Result<Json<OfficerPersonAnswer>, Problem> {
    let found = reveal(&state.services, &caller.request, id, &body.reason).await?;
    let reason = "已经写明理由、记入审计";
    Ok(Json(OfficerPersonAnswer {
        person: OfficerPerson {
            name: found.name.reveal(reason).clone(),
            id_number: found.id_number.map(|it| it.reveal(reason).clone()),
        },
    }))
}
