//! 路由：`/workbench/` 之下，文件照名字给，别的地址都是首页；有扩展名而没有的文件答 404，从不冒充首页。

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use mingjing_edge::etag::EntityTag;
use mingjing_edge::problem::{Problem, ProblemCode};

use crate::encoding::choose;
use crate::file::{Built, File, extension, media_type};
use crate::page;

/// Names of files below it change with their content.
const HASHED: &str = "assets/";
const FOREVER: &str = "public, max-age=31536000, immutable";
/// The workbench's address.
const ADDRESS: &str = "/workbench/";

/// 一次性标记的来源：16 个随机字节。
pub type Nonce = Arc<dyn Fn() -> [u8; 16] + Send + Sync>;

/// 工作台的路由。
pub fn router<S: Clone + Send + Sync + 'static>(built: Built, nonce: Nonce) -> Router<S> {
    let index = {
        let nonce = Arc::clone(&nonce);
        move |headers: HeaderMap| async move { answer(&built, "", &headers, &nonce) }
    };
    let below = move |Path(path): Path<String>, headers: HeaderMap| async move {
        answer(&built, &path, &headers, &nonce)
    };
    Router::new()
        .route("/workbench", get(|| async { Redirect::permanent(ADDRESS) }))
        .route("/workbench/", get(index))
        .route("/workbench/{*path}", get(below))
}

fn answer(built: &Built, path: &str, headers: &HeaderMap, nonce: &Nonce) -> Response {
    let Some(index) = built.index() else {
        return page::not_built();
    };
    if path == index.name {
        return page::answer(index, headers, nonce());
    }
    match (built.find(path), extension(path)) {
        (Some(file), _) => serve(built, file, headers),
        (None, None) if !path.starts_with(HASHED) => page::answer(index, headers, nonce()),
        (None, _) => Problem::new(ProblemCode::NotFound).into_response(),
    }
}

fn serve(built: &Built, file: &'static File, headers: &HeaderMap) -> Response {
    let (sent, encoding) = choose(built, file, headers);
    let kind = [(CONTENT_TYPE, media_type(file.name))];
    let mut response = EntityTag::of_parts(&[sent.tag]).answer(headers, || Ok((kind, sent.bytes)));
    let answered = response.headers_mut();
    answered.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        answered.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if file.name.starts_with(HASHED) {
        answered.insert(CACHE_CONTROL, HeaderValue::from_static(FOREVER));
    }
    response
}
