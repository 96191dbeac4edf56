//! `GET /problems/{code}`：问题编码的说明。

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use mingjing_edge::extract::path::Path;
use mingjing_edge::problem::{Problem, ProblemCode};

/// 查看问题说明
///
/// 问题答复的 `type` 指向这里：何时出现、怎么办，Markdown。
#[utoipa::path(get, path = "/problems/{code}", operation_id = "get_problem", tag = "系统",
    params(("code" = String, Path, description = "问题编码", example = "stale-version")),
    responses(
        (status = 200, description = "说明", body = String, content_type = "text/markdown"),
        (status = 404, description = "没有这个编码"),
    ))]
pub async fn get_problem(Path(code): Path<String>) -> Result<Response, Problem> {
    let known = ProblemCode::ALL.iter().find(|known| known.name() == code);
    let known = known.ok_or_else(|| Problem::new(ProblemCode::NotFound))?;
    let content_type = "text/markdown; charset=utf-8";
    Ok(([(CONTENT_TYPE, content_type)], known.page()).into_response())
}
