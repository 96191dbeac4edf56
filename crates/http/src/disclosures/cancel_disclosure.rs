//! `POST /api/v1/disclosures/{id}/cancel`：作废公示稿。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::disclosure::cancel::cancel;

use super::disclosure::{DisclosureAnswer, DisclosureOut};
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;

/// 作废公示稿
///
/// 拟稿的人收回，或批准的人不批；公布了的不能作废，要撤下公开记录。
#[utoipa::path(post, path = "/api/v1/disclosures/{id}/cancel", operation_id = "cancel_disclosure", tag = "公示",
    params(("id" = String, Path, description = "公示稿")),
    responses(
        (status = 200, description = "作废了", body = DisclosureAnswer),
        (status = 409, description = "已经了结"),
    ))]
pub async fn cancel_disclosure(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Disclosure>,
) -> Result<Json<DisclosureAnswer>, Problem> {
    let row = cancel(&state.services, &caller.request, id).await?;
    Ok(Json(DisclosureAnswer {
        disclosure: DisclosureOut::from(&row),
    }))
}
