//! 实体标签：`"<版本>"`，读时给出，写时以 `If-Match` 带回，没有变的答 304。

use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// 实体标签。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag(String);

impl EntityTag {
    /// 由时间线等的版本构成。
    pub fn of_version(version: u64) -> Self {
        EntityTag(format!("\"{version}\""))
    }

    /// 由几段文字构成（如法典版本、程序版本）；标签里不能有的字符以 `-` 代。
    pub fn of_parts(parts: &[&str]) -> Self {
        let joined = parts.join("/");
        let plain = joined.chars().map(|c| {
            if c.is_ascii_graphic() && c != '"' {
                c
            } else {
                '-'
            }
        });
        EntityTag(format!("\"{}\"", plain.collect::<String>()))
    }

    /// 请求头 `If-None-Match` 里有它（弱比较）或者是 `*`。
    pub fn is_known_to(&self, headers: &HeaderMap) -> bool {
        let lines = headers.get_all(IF_NONE_MATCH).iter();
        let mut tags = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .map(|tag| tag.trim().trim_start_matches("W/"));
        tags.any(|tag| tag == "*" || tag == self.0)
    }

    /// 有条件的读取：来者已有的答 304，否则作答并附上标签。
    pub fn answer<R: IntoResponse>(
        &self,
        headers: &HeaderMap,
        body: impl FnOnce() -> Result<R, crate::problem::Problem>,
    ) -> Response {
        let response = if self.is_known_to(headers) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            match body() {
                Ok(body) => body.into_response(),
                Err(problem) => return problem.into_response(),
            }
        };
        self.on(response)
    }

    /// 附上标签；每次都要来问过才能用旧的。
    pub fn on(&self, mut response: Response) -> Response {
        if let Ok(value) = HeaderValue::from_str(&self.0) {
            response.headers_mut().insert(ETAG, value);
        }
        let revalidate = HeaderValue::from_static("no-cache");
        response.headers_mut().insert(CACHE_CONTROL, revalidate);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_tag_is_recognised_weak_or_in_a_list() {
        let tag = EntityTag::of_parts(&["2026.1", "0.1.0"]);
        for (line, known) in [
            ("\"2026.1/0.1.0\"", true),
            ("\"x\", W/\"2026.1/0.1.0\"", true),
            ("*", true),
            ("\"2026.1\"", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, line.parse().unwrap());
            assert_eq!(tag.is_known_to(&headers), known, "{line}");
        }
        assert!(!tag.is_known_to(&HeaderMap::new()));
    }

    #[test]
    fn a_tag_never_breaks_the_header() {
        let tag = EntityTag::of_parts(&["二\"1\r\n"]);
        let response = tag.on(StatusCode::OK.into_response());
        assert_eq!(response.headers()[ETAG], "\"--1--\"");
    }
}
