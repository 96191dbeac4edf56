//! `POST /api/v1/complaints/{id}/informant_requests/{request}/open`：看投诉举报人的身份，限时一次。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::path::Path;
use mingjing_edge::problem::Problem;
use mingjing_kernel::sensitive::Sensitive;
use mingjing_services::complaint::informant::view_informant;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::in_path;

/// 投诉举报人的身份。
#[derive(Serialize, ToSchema)]
pub struct InformantAnswer {
    /// 姓名；匿名的没有。
    name: Option<String>,
    /// 联系方式；没有留的没有。
    contact: Option<String>,
}

/// 看投诉举报人的身份
///
/// 只有申请的人，批准之后限时看一次；时间线上记下“查看举报人、投诉人的信息”，审计里也有。
#[utoipa::path(post, path = "/api/v1/complaints/{id}/informant_requests/{request}/open",
    operation_id = "open_informant", tag = "投诉举报",
    params(("id" = String, Path, description = "投诉举报"), ("request" = String, Path, description = "申请")),
    responses(
        (status = 200, description = "身份；已经记入时间线与审计", body = InformantAnswer),
        (status = 409, description = "看过了，或者过了时限"),
    ))]
pub async fn open_informant(
    Of(state): Of<State>,
    caller: Caller,
    Path((complaint, asked)): Path<(String, String)>,
) -> Result<Json<InformantAnswer>, Problem> {
    let (complaint, asked) = (in_path(&complaint)?, in_path(&asked)?);
    let informant = view_informant(&state.services, &caller.request, complaint, asked).await?;
    let plain = |text: Option<Sensitive<String>>| {
        text.map(|text| text.reveal("批准之后给申请的人看一次").clone())
    };
    Ok(Json(InformantAnswer {
        name: plain(informant.name),
        contact: plain(informant.contact),
    }))
}
