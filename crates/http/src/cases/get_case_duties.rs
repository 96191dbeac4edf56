//! `GET /api/v1/cases/{id}/duties`：一案的全部义务。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::casework::list_duties::list_case_duties;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::duties::duty::DutyOut;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::shown::Shown;

/// 一案的义务。
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseDuties {
    /// 义务，先到期的在前，没有到期日的在后。
    duties: Vec<DutyOut>,
}

/// 查看一案的义务
#[utoipa::path(get, path = "/api/v1/cases/{id}/duties", operation_id = "get_case_duties", tag = "案件",
    params(("id" = String, Path, description = "案件")),
    responses((status = 200, description = "全部义务", body = CaseDuties)))]
pub async fn get_case_duties(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Case>,
) -> Result<Json<CaseDuties>, Problem> {
    let rows = list_case_duties(&state.services, &caller.request, id).await?;
    let matters = rows.iter().map(|row| (row.body.as_deref(), row.timeline));
    let shown = Shown::of_matters(&state, &caller.request, matters).await?;
    let duties = rows.iter().map(|row| DutyOut::of(&shown, row));
    Ok(Json(CaseDuties {
        duties: duties.collect(),
    }))
}
