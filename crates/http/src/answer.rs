//! 答复的几种样子：新建的 201 与地址，记下的版本，重发的说明。

use axum::Json;
use axum::http::header::{ETAG, LOCATION};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use mingjing_edge::extract::header::IDEMPOTENCY_REPLAYED;
use serde::Serialize;

/// 一个答复，逐项加上头。
pub struct Answer(Response);

impl Answer {
    /// 200。
    pub fn ok(body: &impl Serialize) -> Self {
        Answer((StatusCode::OK, Json(body)).into_response())
    }

    /// 201，新建的在哪里。
    pub fn created(at: &str, body: &impl Serialize) -> Self {
        let mut response = (StatusCode::CREATED, Json(body)).into_response();
        insert(&mut response, LOCATION, at);
        Answer(response)
    }

    /// 版本：下一次写入以它作 `If-Match`。
    #[must_use]
    pub fn version(mut self, version: u64) -> Self {
        insert(&mut self.0, ETAG, &format!("\"{version}\""));
        self
    }

    /// 是当时的答复。
    #[must_use]
    pub fn replayed(mut self, is_replayed: bool) -> Self {
        if is_replayed {
            let name = HeaderName::from_static(IDEMPOTENCY_REPLAYED);
            insert(&mut self.0, name, "true");
        }
        self
    }

    /// 写成答复。
    pub fn into_response(self) -> Response {
        self.0
    }
}

fn insert(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
