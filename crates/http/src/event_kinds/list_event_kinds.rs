//! `GET /api/v1/event_kinds`：列出事件种类，连同字段，供表单与对接使用。

use axum::Json;
use axum::extract::State as Of;
use axum::http::HeaderMap;
use axum::response::Response;
use mingjing_edge::extract::query::{Query, page_request};
use mingjing_edge::problem::Problem;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::vocabulary::{Field, Kind, Vocabulary};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::state::State;
use crate::system::version;
use crate::wire::label::Label;
use crate::wire::meta::ListMeta;

/// 要哪些事件种类。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct KindQuery {
    /// 标识或名称中含有这些字的。
    #[param(max_length = 100, example = "送达")]
    q: Option<String>,
    /// 一页的条数，1 至 200，默认 50。
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// 上一页 `meta.next` 给出的值，原样带回。
    #[param(max_length = 512)]
    cursor: Option<String>,
}

/// 事件种类的列表。
#[derive(Debug, Serialize, ToSchema)]
pub struct EventKindList {
    /// 本页的事件种类，按标识排列。
    event_kinds: Vec<EventKind>,
    /// 列表的末尾。
    meta: ListMeta,
}

/// 事件种类。
#[derive(Debug, Serialize, ToSchema)]
pub struct EventKind {
    /// 标识。
    #[schema(example = "decision_made")]
    kind: String,
    /// 名称。
    name: String,
    /// 性质：act 在本系统内作出、fact 发生了的事实、system 由系统产生。
    #[schema(example = "fact")]
    nature: String,
    /// 要写的键：party、instance、decision、goods。
    keys: Vec<String>,
    /// 开启哪个程序的实例。
    opens: Option<Label>,
    /// 字段。
    fields: Vec<EventField>,
}

/// 事件的字段。
#[derive(Debug, Serialize, ToSchema)]
pub struct EventField {
    /// 标识。
    field: String,
    /// 名称。
    name: String,
    /// 类型，法典里的写法；`fen` 是分，`rate` 是万分率。
    #[schema(example = "fen")]
    r#type: String,
    /// 单位，说明用。
    unit: Option<String>,
    /// 必填。
    is_required: bool,
    /// 可能是个人信息：默认遮盖。
    is_sensitive: bool,
    /// 可选的值；不限的为空。
    choices: Vec<Label>,
}

/// 列出事件种类
///
/// 法典登记的事件种类与字段，按标识排列；ETag 随法典与程序的版本变。
#[utoipa::path(
    get,
    path = "/api/v1/event_kinds",
    operation_id = "list_event_kinds",
    tag = "法典",
    params(KindQuery),
    responses(
        (status = 200, description = "一页事件种类", body = EventKindList),
        (status = 304, description = "与来者已有的相同"),
    )
)]
pub async fn list_event_kinds(
    Of(state): Of<State>,
    Query(query): Query<KindQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let request = page_request(query.limit, query.cursor.as_deref())?;
    let rulebook = state.rulebook();
    let lawbook = rulebook.lawbook();
    let page = rulebook.list_event_kinds(query.q.as_deref(), &request)?;
    let answer = || {
        let meta = ListMeta::of(&page);
        let kinds = page.items.iter().map(|kind| EventKind::of(lawbook, kind));
        Ok(Json(EventKindList {
            event_kinds: kinds.collect(),
            meta,
        }))
    };
    Ok(version::of_lawbook(lawbook).answer(&headers, answer))
}

impl EventKind {
    fn of(lawbook: &Lawbook, kind: &Kind) -> Self {
        let vocabulary = &lawbook.book.vocabulary;
        let procedure = |name: &str| {
            let mut all = lawbook.procedures.iter();
            let found = all.find(|p| p.name.as_ref() == name);
            Label::new(name, found.map(|p| p.label.as_ref()))
        };
        EventKind {
            kind: kind.name.to_string(),
            name: kind.label.to_string(),
            nature: kind.nature.name().to_owned(),
            keys: kind.keys.iter().map(ToString::to_string).collect(),
            opens: kind.opens.as_deref().map(procedure),
            fields: kind
                .fields
                .iter()
                .map(|f| EventField::of(vocabulary, f))
                .collect(),
        }
    }
}

impl EventField {
    /// 一个字段。
    pub fn of(vocabulary: &Vocabulary, field: &Field) -> Self {
        EventField {
            field: field.name.to_string(),
            name: field.label.to_string(),
            r#type: field.type_text.to_string(),
            unit: field.unit.as_ref().map(ToString::to_string),
            is_required: field.is_required,
            is_sensitive: field.is_sensitive,
            choices: choices(vocabulary, &field.type_text),
        }
    }
}

/// The code list named in the type, also inside a list.
fn choices(vocabulary: &Vocabulary, type_text: &str) -> Vec<Label> {
    let inner = type_text
        .strip_prefix("list<")
        .and_then(|rest| rest.strip_suffix('>'))
        .unwrap_or(type_text);
    let list = inner
        .strip_prefix("code:")
        .and_then(|name| vocabulary.list(name));
    let codes = list.map(|id| vocabulary.list_of(id).codes.iter());
    let labels = codes.into_iter().flatten();
    labels
        .map(|(code, name)| Label::new(code, Some(name)))
        .collect()
}
