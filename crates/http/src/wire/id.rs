//! 地址里的标识：写法不对的就是没有。

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use mingjing_edge::extract::path::Path;
use mingjing_edge::problem::{Problem, ProblemCode};
use mingjing_kernel::id::{Id, kind};
use mingjing_services::error::{FieldCode, FieldError, Pointer};

/// 地址里的唯一一个标识。
pub struct PathId<K>(pub Id<K>);

impl<K: kind::Kind, S: Send + Sync> FromRequestParts<S> for PathId<K> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await?;
        in_path(&text).map(PathId)
    }
}

/// 地址里几个标识之一。
pub fn in_path<K: kind::Kind>(text: &str) -> Result<Id<K>, Problem> {
    Id::parse(text).map_err(|_| Problem::new(ProblemCode::NotFound))
}

/// 查询参数里的标识。
pub fn in_query<K: kind::Kind>(name: &str, text: Option<&str>) -> Result<Option<Id<K>>, Problem> {
    text.map(|text| parse(Pointer::query(name), text))
        .transpose()
}

/// 正文里的标识。
pub fn in_body<K: kind::Kind>(pointer: Pointer, text: &str) -> Result<Id<K>, Problem> {
    parse(pointer, text)
}

fn parse<K: kind::Kind>(pointer: Pointer, text: &str) -> Result<Id<K>, Problem> {
    Id::parse(text).map_err(|error| {
        let error = FieldError::new(pointer, FieldCode::Malformed, error.to_string());
        Problem::invalid(vec![error])
    })
}
