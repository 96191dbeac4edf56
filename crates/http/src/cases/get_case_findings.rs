//! `GET /api/v1/cases/{id}/findings`：一案的全部发现。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::casework::list_findings::list_case_findings;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::findings::finding::FindingOut;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::shown::Shown;

/// 一案的发现。
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseFindings {
    /// 发现，终结了的也在内；没有终结的带文字。
    findings: Vec<FindingOut>,
}

/// 查看一案的发现
#[utoipa::path(get, path = "/api/v1/cases/{id}/findings", operation_id = "get_case_findings", tag = "案件",
    params(("id" = String, Path, description = "案件")),
    responses((status = 200, description = "全部发现", body = CaseFindings)))]
pub async fn get_case_findings(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Case>,
) -> Result<Json<CaseFindings>, Problem> {
    let views = list_case_findings(&state.services, &caller.request, id).await?;
    let rows = views.iter().map(|view| &view.row);
    let matters = rows.map(|row| (row.finding.body.as_deref(), row.timeline));
    let shown = Shown::of_matters(&state, &caller.request, matters).await?;
    let findings = views.into_iter();
    Ok(Json(CaseFindings {
        findings: findings.map(|view| FindingOut::of(&shown, view)).collect(),
    }))
}
