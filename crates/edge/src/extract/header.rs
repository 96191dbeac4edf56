//! 请求头：`If-Match`、`Idempotency-Key`、`Last-Event-ID`。

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use mingjing_services::error::FieldCode;
use mingjing_services::idempotency::IdempotencyKey;

use crate::problem::{Problem, ProblemCode, invalid_header};

/// 回答头：这是重发，给的是当时的答复。
pub const IDEMPOTENCY_REPLAYED: &str = "idempotency-replayed";

/// 所据的版本，来自 `If-Match: "<版本>"`；没有写的答 428。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub u64);

/// 幂等键，来自 `Idempotency-Key`；没有写的答 400。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotent(pub IdempotencyKey);

/// 事件流上次收到的序号，来自 `Last-Event-ID`；没有写的从现在起。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastEventId(pub Option<u64>);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let given = if_match(&parts.headers)?;
        given.ok_or_else(|| Problem::new(ProblemCode::PreconditionRequired))
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Problem> {
        if_match(&parts.headers)
    }
}

fn if_match(headers: &HeaderMap) -> Result<Option<IfMatch>, Problem> {
    let Some(text) = one(headers, "if-match")? else {
        return Ok(None);
    };
    let version = text
        .strip_prefix('"')
        .and_then(|t| t.strip_suffix('"'))
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok());
    let malformed = || {
        let message = "应为读取时得到的 ETag，如 \"7\"（带引号）；不接受 * 与多个值";
        invalid_header("If-Match", FieldCode::Malformed, message)
    };
    version.map(IfMatch).map(Some).ok_or_else(malformed)
}

impl<S: Sync> FromRequestParts<S> for Idempotent {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let given = idempotency_key(&parts.headers)?;
        given.ok_or_else(|| Problem::new(ProblemCode::IdempotencyKeyRequired))
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Idempotent {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Problem> {
        idempotency_key(&parts.headers)
    }
}

/// 幂等键；没有写的为 `None`。可以照标准草案写在引号里，也可以照多数客户端不带引号。
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<Idempotent>, Problem> {
    let Some(text) = one(headers, "idempotency-key")? else {
        return Ok(None);
    };
    let bare = text
        .strip_prefix('"')
        .and_then(|t| t.strip_suffix('"'))
        .unwrap_or(text);
    match IdempotencyKey::parse(bare) {
        Ok(key) => Ok(Some(Idempotent(key))),
        Err(error) => Err(invalid_header(
            "Idempotency-Key",
            FieldCode::Malformed,
            error.to_string(),
        )),
    }
}

impl<S: Sync> FromRequestParts<S> for LastEventId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Some(text) = one(&parts.headers, "last-event-id")? else {
            return Ok(LastEventId(None));
        };
        match text.parse() {
            Ok(index) => Ok(LastEventId(Some(index))),
            Err(_) => Err(invalid_header(
                "Last-Event-ID",
                FieldCode::Malformed,
                "应为上次收到的事件的 id",
            )),
        }
    }
}

/// The one value of a header; given twice it is refused, because the two may disagree.
fn one<'h>(headers: &'h HeaderMap, name: &str) -> Result<Option<&'h str>, Problem> {
    let mut values = headers.get_all(name).iter();
    let Some(first) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(invalid_header(
            name,
            FieldCode::Duplicate,
            "写了两次，只能写一次",
        ));
    }
    match first.to_str() {
        Ok(text) => Ok(Some(text.trim())),
        Err(_) => Err(invalid_header(
            name,
            FieldCode::Malformed,
            "只能用 ASCII 字符",
        )),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn parts(headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    async fn take<T: FromRequestParts<(), Rejection = Problem>>(
        headers: &[(&str, &str)],
    ) -> Result<T, ProblemCode> {
        let taken = T::from_request_parts(&mut parts(headers), &()).await;
        taken.map_err(|problem| problem.code())
    }

    #[tokio::test]
    async fn if_match_is_one_quoted_version() {
        assert_eq!(take(&[("if-match", "\"7\"")]).await, Ok(IfMatch(7)));
        let missing = take::<IfMatch>(&[]).await;
        assert_eq!(missing, Err(ProblemCode::PreconditionRequired));
        for bad in [
            "7",
            "*",
            "W/\"7\"",
            "\"7\", \"8\"",
            "\"x\"",
            "\"-1\"",
            "\"\"",
            "\"+1\"",
        ] {
            let found = take::<IfMatch>(&[("if-match", bad)]).await;
            assert_eq!(found, Err(ProblemCode::InvalidRequest), "{bad}");
        }
        let twice = take::<IfMatch>(&[("if-match", "\"7\""), ("if-match", "\"8\"")]).await;
        assert_eq!(twice, Err(ProblemCode::InvalidRequest));
    }

    #[tokio::test]
    async fn idempotency_keys_come_bare_or_quoted() {
        let expected = IdempotencyKey::parse("abcdefgh").unwrap();
        for given in ["abcdefgh", "\"abcdefgh\""] {
            let found = take::<Idempotent>(&[("idempotency-key", given)]).await;
            assert_eq!(found, Ok(Idempotent(expected.clone())));
        }
        let missing = take::<Idempotent>(&[]).await;
        assert_eq!(missing, Err(ProblemCode::IdempotencyKeyRequired));
        let short = take::<Idempotent>(&[("idempotency-key", "short")]).await;
        assert_eq!(short, Err(ProblemCode::InvalidRequest));
    }

    #[tokio::test]
    async fn the_last_event_id_is_a_log_index_or_absent() {
        assert_eq!(take(&[]).await, Ok(LastEventId(None)));
        assert_eq!(
            take(&[("last-event-id", "42")]).await,
            Ok(LastEventId(Some(42)))
        );
        let bad = take::<LastEventId>(&[("last-event-id", "-1")]).await;
        assert_eq!(bad, Err(ProblemCode::InvalidRequest));
    }
}
