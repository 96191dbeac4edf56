//! `POST /api/v1/foresight_runs`：开始一次试算。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_services::foresight::start::start_run;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::caller::Caller;
use crate::state::State;

/// 试哪一部。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateForesightRunBody {
    /// 候选的法典的名称。
    #[schema(max_length = 200)]
    candidate: String,
    /// 判断日；不写的为今天。
    #[schema(value_type = Option<String>, format = Date)]
    as_of_on: Option<Date>,
}

/// 开始了的试算。
#[derive(Debug, Serialize, ToSchema)]
pub struct ForesightRunCreated {
    /// 试算。
    foresight_run: CreatedForesightRun,
}

/// 标识。
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedForesightRun {
    /// 标识：看它做到哪里时用。
    id: String,
}

/// 开始试算
///
/// 在后台做：来者可以试算的范围里存着的案件，施行中的与候选的各判一遍，只数不同之处，什么也不改。同一部正在试的，拒绝。
#[utoipa::path(post, path = "/api/v1/foresight_runs", operation_id = "create_foresight_run", tag = "法典",
    request_body = CreateForesightRunBody,
    responses((status = 201, description = "开始了", body = ForesightRunCreated)))]
pub async fn create_foresight_run(
    Of(state): Of<State>,
    caller: Caller,
    JsonBody { value: body, .. }: JsonBody<CreateForesightRunBody>,
) -> Result<Response, Problem> {
    let (services, request) = (&state.services, &caller.request);
    let id = start_run(services, request, &body.candidate, body.as_of_on).await?;
    let at = format!("/api/v1/foresight_runs/{id}");
    let body = ForesightRunCreated {
        foresight_run: CreatedForesightRun { id: id.to_string() },
    };
    Ok(Answer::created(&at, &body).into_response())
}
