//! `GET /api/v1/disclosures/{id}`：一份公示稿。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::disclosure::list::get_disclosure as get;

use super::disclosure::{DisclosureAnswer, DisclosureOut};
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;

/// 查看一份公示稿
#[utoipa::path(get, path = "/api/v1/disclosures/{id}", operation_id = "get_disclosure", tag = "公示",
    params(("id" = String, Path, description = "公示稿")),
    responses((status = 200, description = "公示稿", body = DisclosureAnswer)))]
pub async fn get_disclosure(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Disclosure>,
) -> Result<Json<DisclosureAnswer>, Problem> {
    let row = get(&state.services, &caller.request, id).await?;
    Ok(Json(DisclosureAnswer {
        disclosure: DisclosureOut::from(&row),
    }))
}
