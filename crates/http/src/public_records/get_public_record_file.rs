//! `GET /api/v1/public_records/{id}/file`：一条公开记录的核对文件，谁都能离线核对。

use axum::extract::State as Of;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_kernel::id::kind;
use mingjing_services::disclosure::public::public_file;

use crate::state::State;
use crate::wire::id::PathId;

/// 取得公开记录的核对文件
///
/// 用 `mingjing verify` 核对，不问任何服务器。还没有入日志的答 503，过一秒再来。
#[utoipa::path(get, path = "/api/v1/public_records/{id}/file", operation_id = "get_public_record_file", tag = "公示",
    params(("id" = String, Path, description = "公开记录")),
    responses((status = 200, description = "核对文件，写法见 docs/log-format.md", body = Vec<u8>, content_type = "application/octet-stream")))]
pub async fn get_public_record_file(
    Of(state): Of<State>,
    PathId(id): PathId<kind::PublicRecord>,
) -> Result<Response, Problem> {
    let Some(key) = &state.log_key else {
        let detail = "本节点没有日志的公钥，不能给核对文件；请管理员配置后再来。";
        return Err(Problem::new(ProblemCode::Unavailable).detail(detail));
    };
    let bytes = public_file(&state.services, id, &key.verifying_key()).await?;
    let headers = [
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{id}.bundle\""),
        ),
    ];
    Ok((headers, bytes).into_response())
}
