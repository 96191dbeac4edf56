//! `POST /api/v1/over_cases_runs`：叫跨案评估再做一次。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::problem::Problem;
use mingjing_services::over_cases::start::start_run;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::caller::Caller;
use crate::state::State;

/// 开始了的评估。
#[derive(Debug, Serialize, ToSchema)]
pub struct OverCasesRunCreated {
    /// 评估。
    over_cases_run: CreatedOverCasesRun,
}

/// 标识。
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedOverCasesRun {
    /// 标识。
    id: String,
}

/// 再做一次跨案评估
///
/// 每天自己做一次，换了法典也做；这里叫它现在就做。在后台数平台上的全部案件，密级件不在内。正在做的，拒绝。
#[utoipa::path(post, path = "/api/v1/over_cases_runs", operation_id = "create_over_cases_run", tag = "义务与发现",
    responses((status = 201, description = "开始了", body = OverCasesRunCreated)))]
pub async fn create_over_cases_run(
    Of(state): Of<State>,
    caller: Caller,
) -> Result<Response, Problem> {
    let id = start_run(&state.services, &caller.request).await?;
    let body = OverCasesRunCreated {
        over_cases_run: CreatedOverCasesRun { id: id.to_string() },
    };
    Ok(Answer::created("/api/v1/over_cases_state", &body).into_response())
}
