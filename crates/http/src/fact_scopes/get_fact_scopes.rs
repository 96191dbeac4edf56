//! `GET /api/v1/fact_scopes`：列出事实的范围与字段。

use axum::Json;
use axum::extract::State as Of;
use axum::http::HeaderMap;
use axum::response::Response;
use mingjing_edge::problem::Problem;
use mingjing_lawbook::vocabulary::{Scope, Vocabulary};
use mingjing_services::registry::scopes::is_registered;
use serde::Serialize;
use utoipa::ToSchema;

use crate::event_kinds::list_event_kinds::EventField;
use crate::state::State;
use crate::system::version;

/// 事实的范围。
#[derive(Debug, Serialize, ToSchema)]
pub struct FactScopeList {
    /// 各范围，按声明的次序。
    fact_scopes: Vec<FactScope>,
}

/// 一个范围：当事人、案件、执法主体等。
#[derive(Debug, Serialize, ToSchema)]
pub struct FactScope {
    /// 标识。
    #[schema(example = "party")]
    scope: String,
    /// 名称。
    name: String,
    /// 按哪个键分别取值；不分的没有。
    #[schema(example = "party")]
    by: Option<String>,
    /// 取自登记簿：建立案件时不必填报。
    is_registered: bool,
    /// 字段。
    fields: Vec<EventField>,
}

/// 列出事实的范围
///
/// 法典登记的事实；建立案件时按此填报。ETag 随法典与程序的版本变。
#[utoipa::path(get, path = "/api/v1/fact_scopes", operation_id = "get_fact_scopes", tag = "法典",
    responses(
        (status = 200, description = "范围与字段", body = FactScopeList),
        (status = 304, description = "与来者已有的相同"),
    ))]
pub async fn get_fact_scopes(
    Of(state): Of<State>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let rulebook = state.rulebook();
    let lawbook = rulebook.lawbook();
    let vocabulary = &lawbook.book.vocabulary;
    let answer = || {
        let scopes = vocabulary.scopes.iter();
        Ok(Json(FactScopeList {
            fact_scopes: scopes.map(|scope| scope_of(vocabulary, scope)).collect(),
        }))
    };
    Ok(version::of_lawbook(lawbook).answer(&headers, answer))
}

fn scope_of(vocabulary: &Vocabulary, scope: &Scope) -> FactScope {
    let fields = scope.fields.iter();
    FactScope {
        scope: scope.name.to_string(),
        name: scope.label.to_string(),
        by: scope.by.as_deref().map(str::to_owned),
        is_registered: is_registered(&scope.name),
        fields: fields.map(|it| EventField::of(vocabulary, it)).collect(),
    }
}
