//! 路径参数：写法不对的说出是哪一个。

use axum::extract::FromRequestParts;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::http::request::Parts;
use mingjing_services::error::{FieldCode, FieldError, Pointer};
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// 路径参数。
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Path(value)),
            Err(PathRejection::FailedToDeserializePathParams(error)) => Err(problem(error.kind())),
            Err(other) => Err(Problem::internal(other.to_string().into())),
        }
    }
}

fn problem(kind: &ErrorKind) -> Problem {
    let name = match kind {
        ErrorKind::ParseErrorAtKey { key, .. }
        | ErrorKind::InvalidUtf8InPathParam { key }
        | ErrorKind::DeserializeError { key, .. } => key.as_str(),
        _ => "",
    };
    let pointer = Pointer::path(name);
    let error = FieldError::new(pointer, FieldCode::Malformed, "写法不对，请核对地址");
    Problem::invalid(vec![error])
}
