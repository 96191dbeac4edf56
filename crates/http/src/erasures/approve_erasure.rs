//! `POST /api/v1/erasures/{id}/approve`：批准并清除，由申请人以外的人。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::erasure::approve::approve_erasure as approve;
use serde::Serialize;
use utoipa::ToSchema;

use super::erasure::ErasureOut;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;

/// 清除了。
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasedAnswer {
    /// 申请，已批准。
    erasure: ErasureOut,
    /// 删去了几个暂存的原文件。
    files_removed: usize,
    /// 数据库文件里的残页也已清理；没有清理的由定时任务再清。
    is_scrubbed: bool,
}

/// 批准清除
///
/// 当即清除，不能撤回；备份里的到备份期满为止。
#[utoipa::path(post, path = "/api/v1/erasures/{id}/approve", operation_id = "approve_erasure", tag = "内容清除",
    params(("id" = String, Path, description = "清除申请")),
    responses(
        (status = 200, description = "清除了", body = ErasedAnswer),
        (status = 409, description = "已经批准过"),
    ))]
pub async fn approve_erasure(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Erasure>,
) -> Result<Json<ErasedAnswer>, Problem> {
    let spool = state.spool()?;
    let done = approve(&state.services, spool, &caller.request, id).await?;
    Ok(Json(ErasedAnswer {
        erasure: ErasureOut::from(&done.request),
        files_removed: done.files_removed,
        is_scrubbed: done.is_scrubbed,
    }))
}
