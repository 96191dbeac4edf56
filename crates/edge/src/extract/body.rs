//! JSON 正文：类型不对、缺、多的成员都说出位置；原文一并给出，供幂等核对。

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use mingjing_kernel::null_character;
use mingjing_services::error::{FieldCode, FieldError, Pointer};
use serde::de::DeserializeOwned;

use super::reason::{field_error, without_place};
use crate::problem::{Problem, ProblemCode};

/// JSON 正文。
///
/// `T` must be `deny_unknown_fields`: what we do not understand is refused, never dropped.
#[derive(Debug)]
pub struct JsonBody<T> {
    /// 值。
    pub value: T,
    /// 原文，供幂等键核对是不是同一个请求。
    pub raw: Bytes,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(ProblemCode::UnsupportedMediaType));
        }
        let raw = Bytes::from_request(request, state).await.map_err(unread)?;
        let value = parse(&raw)?;
        Ok(JsonBody { value, raw })
    }
}

/// 收全正文，在上限之内；之后的照旧再取一次。
pub async fn buffer(request: Request) -> Result<(Parts, Bytes), Problem> {
    let (parts, body) = request.into_parts();
    let request = Request::from_parts(parts.clone(), body);
    let body = Bytes::from_request(request, &()).await.map_err(unread)?;
    Ok((parts, body))
}

fn is_json(headers: &HeaderMap) -> bool {
    let given = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let essence = given.and_then(|v| v.split(';').next()).map(str::trim);
    essence.is_some_and(|e| e.eq_ignore_ascii_case("application/json"))
}

fn unread(rejection: BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new(ProblemCode::BodyTooLarge)
    } else {
        Problem::new(ProblemCode::MalformedBody).detail("正文没有收全，请重发。")
    }
}

/// 解析一段 JSON；位置与类别同请求正文。
pub fn parse<T: DeserializeOwned>(raw: &[u8]) -> Result<T, Problem> {
    if null_character::is_escaped_in(raw) {
        let message = "有空字符（\\u0000），不是文字，请去掉后重发";
        let error = FieldError::new(Pointer::body(), FieldCode::Malformed, message);
        return Err(Problem::invalid(vec![error]));
    }
    let mut reader = serde_json::Deserializer::from_slice(raw);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let inner = error.inner();
        if inner.is_data() {
            let message = inner.to_string();
            let message = without_place(&message);
            Problem::invalid(vec![field_error(Pointer::body(), error.path(), message)])
        } else {
            malformed(inner)
        }
    })?;
    reader.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

fn malformed(error: &serde_json::Error) -> Problem {
    let detail = if error.line() == 0 {
        "正文是空的。".to_owned()
    } else {
        format!(
            "第 {} 行第 {} 列附近不合 JSON 的写法，请检查后重发。",
            error.line(),
            error.column()
        )
    };
    Problem::new(ProblemCode::MalformedBody).detail(detail)
}

#[cfg(test)]
mod tests {
    use mingjing_kernel::date::Date;
    use serde::Deserialize;
    use serde_json::Value;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether it can be read is asked")]
    struct Event {
        kind: String,
        on: Date,
        amount_fen: Option<i64>,
        actors: Vec<Actor>,
        nature: Option<Nature>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether it can be read is asked")]
    struct Actor {
        role: String,
        count: u8,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Nature {
        Act,
        Fact,
    }

    async fn errors(body: &str) -> (u16, Value) {
        let problem = parse::<Event>(body.as_bytes()).unwrap_err();
        let response = problem.render(None);
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20)
            .await
            .unwrap();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    async fn check(body: &str, pointer: &str, code: &str, message: &str) {
        let (status, found) = errors(body).await;
        assert_eq!(status, 422, "{body}");
        let expected = serde_json::json!([{"pointer": pointer, "code": code, "message": message}]);
        assert_eq!(found["errors"], expected, "{body}");
    }

    #[tokio::test]
    async fn each_fault_is_told_with_its_place_kind_and_remedy() {
        check(
            r#"{"on":"2025-01-01","actors":[]}"#,
            "/kind",
            "missing",
            "必填，没有填",
        )
        .await;
        let listed = "不认识；可以写的有：kind、on、amount_fen、actors、nature";
        check(
            r#"{"kind":"k","on":"2025-01-01","actors":[],"x":1}"#,
            "/x",
            "unknown",
            listed,
        )
        .await;
        check(r#"{"kind":3}"#, "/kind", "wrong-type", "应为文字").await;
        check(
            r#"{"kind":"k","kind":"k"}"#,
            "/kind",
            "duplicate",
            "写了两次，只能写一次",
        )
        .await;
        check(
            r#"{"amount_fen":1.5}"#,
            "/amount_fen",
            "wrong-type",
            "应为整数",
        )
        .await;
        check(r#"{"actors":{}}"#, "/actors", "wrong-type", "应为列表").await;
        check(
            r#"{"actors":[{"role":"r","count":1},{"role":"r","count":300}]}"#,
            "/actors/1/count",
            "out-of-range",
            "应为不小于 0 的整数",
        )
        .await;
        check(
            r#"{"actors":[{"role":"r","extra":1}]}"#,
            "/actors/0/extra",
            "unknown",
            "不认识；可以写的有：role、count",
        )
        .await;
        check(
            r#"{"nature":"deed"}"#,
            "/nature",
            "not-a-choice",
            "不在可选的值里；可选：act、fact",
        )
        .await;
        let null = "有空字符（\\u0000），不是文字，请去掉后重发";
        check(r#"{"kind":"a\u0000"}"#, "", "malformed", null).await;
        check("[1]", "/0", "wrong-type", "应为文字").await;
        check("3", "", "wrong-type", "应为对象").await;
    }

    #[tokio::test]
    async fn our_own_types_speak_for_themselves() {
        let (_, found) = errors(r#"{"on":"2025-02-30"}"#).await;
        assert_eq!(found["errors"][0]["pointer"], "/on");
        assert_eq!(found["errors"][0]["code"], "malformed");
        assert!(
            found["errors"][0]["message"]
                .as_str()
                .unwrap()
                .contains("2025-02-30")
        );
    }

    #[tokio::test]
    async fn what_is_no_json_is_a_bad_request_with_line_and_column() {
        let twice = r#"{"kind":"k","on":"2025-01-01","actors":[]}{}"#;
        for body in ["", "{", twice, "nonsense", "\u{feff}{}"] {
            let (status, found) = errors(body).await;
            assert_eq!(status, 400, "{body}");
            assert_eq!(found["code"], "malformed-body");
        }
    }

    #[tokio::test]
    async fn deep_nesting_is_refused_and_not_followed() {
        let deep = "[".repeat(100_000);
        let (status, _) = errors(&format!("{{\"actors\":{deep}")).await;
        assert!(status == 400 || status == 422);
    }
}
