//! `GET /api/v1/over_cases_state`：最近的跨案评估做到哪里。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_services::model::OverCasesRun as Run;
use mingjing_services::over_cases::read::find_last_run;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::instant;

/// 最近的评估。
#[derive(Debug, Serialize, ToSchema)]
pub struct OverCasesStateAnswer {
    /// 最近的评估。
    over_cases_state: OverCasesState,
}

/// 最近的评估。
#[derive(Debug, Serialize, ToSchema)]
pub struct OverCasesState {
    /// 最近的一次；还没有做过的没有。
    newest: Option<OverCasesRun>,
    /// 最近做完的一次：列出的发现是它得出的；还没有做完过的没有。
    done: Option<OverCasesRun>,
}

/// 一次跨案评估。
#[derive(Debug, Serialize, ToSchema)]
pub struct OverCasesRun {
    /// 标识。
    id: String,
    /// 判断日。
    #[schema(format = Date)]
    as_of_on: String,
    /// 法典的版本。
    lawbook_version: String,
    /// 到了哪一步：running 正在数、done 做完了、failed 没有做成。
    #[schema(example = "done")]
    state: String,
    /// 做到百分之几。案件的个数不说：看的人未必看得到全部案件。
    progress_percent: u64,
    /// 没有做成的原因。
    failure: Option<String>,
    /// 何时开始。
    #[schema(format = DateTime)]
    started_at: String,
    /// 何时结束；正在数的没有。
    #[schema(format = DateTime)]
    ended_at: Option<String>,
}

/// 查看最近的跨案评估
#[utoipa::path(get, path = "/api/v1/over_cases_state", operation_id = "get_over_cases_state", tag = "义务与发现",
    responses((status = 200, description = "最近的评估", body = OverCasesStateAnswer)))]
pub async fn get_over_cases_state(
    Of(state): Of<State>,
    caller: Caller,
) -> Result<Json<OverCasesStateAnswer>, Problem> {
    let last = find_last_run(&state.services, &caller.request).await?;
    Ok(Json(OverCasesStateAnswer {
        over_cases_state: OverCasesState {
            newest: last.newest.map(OverCasesRun::from),
            done: last.done.map(OverCasesRun::from),
        },
    }))
}

impl From<Run> for OverCasesRun {
    fn from(run: Run) -> Self {
        let percent = run.done.saturating_mul(100).checked_div(run.total);
        OverCasesRun {
            id: run.id.to_string(),
            as_of_on: run.as_of.to_string(),
            lawbook_version: run.lawbook,
            state: run.state.code().to_owned(),
            progress_percent: percent.unwrap_or(0).min(100),
            failure: run.failure,
            started_at: instant::of(run.started_at),
            ended_at: run.ended_at.map(instant::of),
        }
    }
}
