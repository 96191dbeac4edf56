//! 工作台的网页怎样送出去：缓存、压缩、内容安全策略、没有的文件、没有构建的时候。
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use mingjing_workbench::{Built, File, router};
use tower::ServiceExt as _;

const INDEX: &[u8] =
    b"<meta property=\"csp-nonce\" nonce=\"__CSP_NONCE__\"><style nonce=\"__CSP_NONCE__\"></style>";
const FILES: &[File] = &[
    file("assets/app-1a.js", b"plain"),
    file("assets/app-1a.js.br", b"brotli"),
    file("assets/app-1a.js.gz", b"gzip"),
    file("favicon.svg", b"<svg/>"),
    file("index.html", INDEX),
];
const NONCE: &str = "07070707070707070707070707070707";

const fn file(name: &'static str, bytes: &'static [u8]) -> File {
    File {
        name,
        bytes,
        tag: "5eed",
    }
}

fn app(files: &'static [File]) -> Router {
    router(Built::new(files), Arc::new(|| [7; 16]))
}

async fn ask(app: Router, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap()
}

async fn text(response: Response<Body>) -> String {
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn header<'r>(response: &'r Response<Body>, name: &str) -> &'r str {
    response
        .headers()
        .get(name)
        .map_or("", |v| v.to_str().unwrap())
}

#[tokio::test]
async fn every_page_address_is_the_index_with_its_nonce_in_the_policy() {
    for path in [
        "/workbench/",
        "/workbench/cases",
        "/workbench/cases/abc/findings",
        "/workbench/index.html",
    ] {
        let response = ask(app(FILES), path, &[]).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(header(&response, "cache-control"), "no-cache");
        let policy = header(&response, "content-security-policy").to_owned();
        assert!(policy.contains("script-src 'self';"), "{policy}");
        assert!(
            policy.contains(&format!("style-src-elem 'self' 'nonce-{NONCE}'")),
            "{policy}"
        );
        let page = text(response).await;
        assert_eq!(page.matches(NONCE).count(), 2, "{page}");
    }
}

#[tokio::test]
async fn a_page_still_held_is_not_sent_again_and_keeps_its_nonce() {
    let old = "0123456789abcdef0123456789abcdef";
    let held = format!("\"5eed/{old}\"");
    let response = ask(app(FILES), "/workbench/", &[("if-none-match", &held)]).await;
    assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(header(&response, "etag"), held);
    assert!(header(&response, "content-security-policy").contains(old));
    // Of another build, or with a nonce that we never gave: the page is sent with a fresh one.
    for stale in [
        "\"0bad/0123456789abcdef0123456789abcdef\"",
        "\"5eed/'unsafe-inline'\"",
        "*",
    ] {
        let response = ask(app(FILES), "/workbench/", &[("if-none-match", stale)]).await;
        assert!(
            header(&response, "content-security-policy").contains(NONCE),
            "{stale}"
        );
    }
}

#[tokio::test]
async fn hashed_files_are_kept_for_ever_and_sent_packed() {
    for (accepted, encoding, body) in [
        ("gzip, br", "br", "brotli"),
        ("gzip", "gzip", "gzip"),
        ("identity", "", "plain"),
    ] {
        let headers = [("accept-encoding", accepted)];
        let response = ask(app(FILES), "/workbench/assets/app-1a.js", &headers).await;
        assert_eq!(header(&response, "content-encoding"), encoding);
        assert_eq!(
            header(&response, "content-type"),
            "text/javascript; charset=utf-8"
        );
        assert!(header(&response, "cache-control").contains("immutable"));
        assert_eq!(header(&response, "vary"), "accept-encoding");
        assert_eq!(text(response).await, body);
    }
    let plain = ask(app(FILES), "/workbench/favicon.svg", &[]).await;
    assert_eq!(header(&plain, "cache-control"), "no-cache");
}

#[tokio::test]
async fn a_missing_file_is_never_the_index() {
    for path in [
        "/workbench/assets/gone.js",
        "/workbench/assets/gone",
        "/workbench/robots.txt",
    ] {
        let response = ask(app(FILES), path, &[]).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_short_address_leads_to_the_workbench() {
    let response = ask(app(FILES), "/workbench", &[]).await;
    assert!(response.status().is_redirection());
    assert_eq!(header(&response, "location"), "/workbench/");
}

#[tokio::test]
async fn without_a_build_it_says_how_to_make_one() {
    for path in [
        "/workbench/",
        "/workbench/cases",
        "/workbench/assets/app.js",
    ] {
        let response = ask(app(&[]), path, &[]).await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(text(response).await.contains("cargo xtask web"), "{path}");
    }
}
