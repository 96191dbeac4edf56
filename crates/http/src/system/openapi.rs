//! `GET /api/v1/openapi.json`：接口文档。

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use mingjing_edge::etag::EntityTag;

use super::version::SOFTWARE;
use crate::document;

/// 查看接口文档
///
/// OpenAPI 3.1，与仓库里的 docs/openapi.json 一字不差。
#[utoipa::path(get, path = "/api/v1/openapi.json", operation_id = "get_document", tag = "系统",
    responses(
        (status = 200, description = "OpenAPI 3.1 文档", body = Object, content_type = "application/json"),
        (status = 304, description = "与来者已有的相同"),
    ))]
pub async fn get_document(headers: HeaderMap) -> Response {
    let tag = EntityTag::of_parts(&["openapi", SOFTWARE]);
    tag.answer(&headers, || {
        Ok((
            [(CONTENT_TYPE, "application/json")],
            document::TEXT.as_str(),
        ))
    })
}
