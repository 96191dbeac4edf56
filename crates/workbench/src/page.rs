//! 首页：每次写进一个新的一次性标记（nonce），连同与它一致的内容安全策略。

use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};
use mingjing_edge::etag::EntityTag;

use crate::file::{File, media_type};

/// What the build leaves in the page where the nonce goes.
const PLACEHOLDER: &str = "__CSP_NONCE__";
const NONCE_CHARS: usize = 32;

/// 给出首页。
///
/// The tag names the content *and* the nonce. A browser that still has the page is told so with the nonce of
/// its copy: the headers of a 304 replace those of the copy, and a fresh nonce would shut out its own styles.
pub(crate) fn answer(index: &'static File, headers: &HeaderMap, fresh: [u8; 16]) -> Response {
    let nonce = held_nonce(index, headers)
        .unwrap_or_else(|| format!("{:032x}", u128::from_be_bytes(fresh)));
    let tag = EntityTag::of_parts(&[index.tag, &nonce]);
    let mut response = tag.answer(headers, || {
        let text = String::from_utf8_lossy(index.bytes).replace(PLACEHOLDER, &nonce);
        Ok(([(CONTENT_TYPE, media_type(index.name))], text))
    });
    if let Ok(policy) = HeaderValue::from_str(&policy(&nonce)) {
        response
            .headers_mut()
            .insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// 没有构建过网页。
pub(crate) fn not_built() -> Response {
    let page = Html(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>工作台尚未构建</title>\
         <p>工作台的网页还没有构建：请先运行 <code>cargo xtask web</code>，再重新构建并启动程序。接口 <code>/api/v1</code> 不受影响。</p></html>",
    );
    (StatusCode::SERVICE_UNAVAILABLE, page).into_response()
}

/// Only what we serve ourselves runs; styles that the components make at run time carry the nonce, and measured
/// positions are style attributes.
fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src-elem 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; \
         img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
         frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )
}

/// The nonce of the copy that the browser holds, if that copy is of this very page.
fn held_nonce(index: &File, headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(IF_NONE_MATCH).iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .find_map(|tag| {
            let inner = tag.trim().trim_start_matches("W/").trim_matches('"');
            let nonce = inner.strip_prefix(index.tag)?.strip_prefix('/')?;
            let is_nonce =
                nonce.len() == NONCE_CHARS && nonce.bytes().all(|b| b.is_ascii_hexdigit());
            is_nonce.then(|| nonce.to_owned())
        })
}
