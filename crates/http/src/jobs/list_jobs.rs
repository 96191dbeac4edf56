//! `GET /api/v1/jobs`：列出判为失败、等人处理的任务。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::{Paging, Query};
use mingjing_edge::problem::Problem;
use mingjing_services::job::list_failed_jobs;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::instant;
use crate::wire::meta::ListMeta;

/// 任务的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct JobList {
    /// 本页的任务，新失败的在前。
    jobs: Vec<JobOut>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 判为失败的任务。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub struct JobOut {
    /// 标识。
    id: String,
    /// 队列。
    queue: String,
    /// 种类。
    kind: String,
    /// 试过几次。
    attempts: u32,
    /// 最后一次为何没有做成。
    error: String,
    /// 何时判为失败。
    #[schema(format = DateTime)]
    failed_at: String,
}

/// 列出失败的任务
#[utoipa::path(get, path = "/api/v1/jobs", operation_id = "list_jobs", tag = "运行", params(Paging),
    responses((status = 200, description = "一页任务", body = JobList)))]
pub async fn list_jobs(
    Of(state): Of<State>,
    caller: Caller,
    Query(paging): Query<Paging>,
) -> Result<Json<JobList>, Problem> {
    let page = list_failed_jobs(&state.services, &caller.request, &paging.request()?).await?;
    let jobs = page.items.iter().map(|job| JobOut {
        id: job.id.to_string(),
        queue: job.queue.clone(),
        kind: job.kind.clone(),
        attempts: job.attempts,
        error: job.error.clone(),
        failed_at: instant::of(job.failed_at),
    });
    Ok(Json(JobList {
        jobs: jobs.collect(),
        meta: ListMeta::of(&page),
    }))
}
