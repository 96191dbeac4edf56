//! `POST /api/v1/disclosures/{id}/approve`：批准公示，由拟稿以外的人。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::disclosure::approve::approve;

use super::disclosure::{DisclosureAnswer, DisclosureOut};
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;

/// 批准公示
///
/// 逐件批准；拟稿的人不能批准自己拟的。批准之后案件变了的，须作废重拟。
#[utoipa::path(post, path = "/api/v1/disclosures/{id}/approve", operation_id = "approve_disclosure", tag = "公示",
    params(("id" = String, Path, description = "公示稿")),
    responses(
        (status = 200, description = "批准了", body = DisclosureAnswer),
        (status = 409, description = "已经批准或了结，或案件变了"),
    ))]
pub async fn approve_disclosure(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Disclosure>,
) -> Result<Json<DisclosureAnswer>, Problem> {
    let row = approve(&state.services, &caller.request, id).await?;
    Ok(Json(DisclosureAnswer {
        disclosure: DisclosureOut::from(&row),
    }))
}
