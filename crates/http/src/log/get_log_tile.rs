//! `GET /api/v1/log/tiles/{level}/{tile}`：一块瓦片，供人自己算证明、核对整本日志。

use axum::extract::State as Of;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use mingjing_edge::extract::path::Path;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_services::log::get_tile;

use crate::state::State;

/// 取得一块瓦片
///
/// 现有的散列一个接一个，每个 32 字节，至多 256 个；没有满的以后还会长。
#[utoipa::path(get, path = "/api/v1/log/tiles/{level}/{tile}", operation_id = "get_log_tile", tag = "存证",
    params(
        ("level" = u8, Path, description = "层，从 0 起", maximum = 255),
        ("tile" = u64, Path, description = "第几块，从 0 起"),
    ),
    responses((status = 200, description = "散列", body = Vec<u8>, content_type = "application/octet-stream")))]
pub async fn get_log_tile(
    Of(state): Of<State>,
    Path((level, tile)): Path<(u64, u64)>,
) -> Result<Response, Problem> {
    let level = u8::try_from(level).map_err(|_| Problem::new(ProblemCode::NotFound))?;
    let bytes = get_tile(&state.services, level, tile).await?;
    Ok(([(CONTENT_TYPE, "application/octet-stream")], bytes).into_response())
}
