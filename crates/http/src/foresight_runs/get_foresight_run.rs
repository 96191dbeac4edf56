//! `GET /api/v1/foresight_runs/{id}`：一次试算做到哪里、合计与例子。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::context::RequestContext;
use mingjing_services::foresight::read::{RunDetail, get_run};
use serde::Serialize;
use utoipa::ToSchema;

use super::run::ForesightRunDetail;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::shown::Shown;

/// 一次试算。
#[derive(Debug, Serialize, ToSchema)]
pub struct ForesightRunAnswer {
    /// 试算。
    foresight_run: ForesightRunDetail,
}

/// 查看一次试算
///
/// 个数是范围之内全部案件的，密级件不在内；例子只有来者看得到的案件。
#[utoipa::path(get, path = "/api/v1/foresight_runs/{id}", operation_id = "get_foresight_run", tag = "法典",
    params(("id" = String, Path, description = "试算")),
    responses((status = 200, description = "试算", body = ForesightRunAnswer)))]
pub async fn get_foresight_run(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Foresight>,
) -> Result<Json<ForesightRunAnswer>, Problem> {
    let detail = get_run(&state.services, &caller.request, id).await?;
    let shown = shown(&state, &caller.request, &detail).await?;
    Ok(Json(ForesightRunAnswer {
        foresight_run: ForesightRunDetail::of(&detail, &shown),
    }))
}

/// The names of the bodies of the examples.
pub(super) async fn shown(
    state: &State,
    request: &RequestContext,
    detail: &RunDetail,
) -> Result<Shown, Problem> {
    let examples = detail.examples.iter().map(|example| &example.case);
    let matters = examples.map(|case| (case.body.as_deref(), case.timeline));
    Shown::of_matters(state, request, matters).await
}
