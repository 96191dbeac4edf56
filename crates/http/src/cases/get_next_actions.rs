//! `GET /api/v1/cases/{id}/next_actions`：接下来可以做什么。

use axum::Json;
use axum::extract::State as Of;
use axum::http::HeaderMap;
use axum::response::Response;
use mingjing_edge::etag::EntityTag;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_lawbook::explain::Explainer;
use mingjing_services::casework::next_actions::next_actions;
use serde::Serialize;
use utoipa::ToSchema;

use super::next_action::{ActionField, ActionOut, field, label};
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::label::Label;
use crate::wire::names;

/// 接下来可以做的。
#[derive(Debug, Serialize, ToSchema)]
pub struct NextActionsAnswer {
    /// 现在可以走的各步。
    next_actions: Vec<ActionOut>,
    /// 任何时候都能记的事；不能在本案记录的人为空。
    recordable: Vec<RecordableOut>,
    /// 参与人可以有的角色。
    roles: Vec<Label>,
}

/// 任何时候都能记的事。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Recordable)]
pub struct RecordableOut {
    /// 事件种类。
    kind: Label,
    /// 性质。
    nature: String,
    /// 要填的各项。
    fields: Vec<ActionField>,
}

/// 查看接下来可以做什么
///
/// 状态表的出口、守卫的回答、还缺什么，连同登录的这个人可不可以做。
#[utoipa::path(get, path = "/api/v1/cases/{id}/next_actions", operation_id = "get_next_actions", tag = "案件",
    params(("id" = String, Path, description = "案件")),
    responses((status = 200, description = "可以做的；ETag 是案件的版本", body = NextActionsAnswer)))]
pub async fn get_next_actions(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Case>,
) -> Result<Response, Problem> {
    let found = next_actions(&state.services, &caller.request, id).await?;
    let tag = EntityTag::of_version(found.version);
    let recordable = found.recordable.iter().map(|it| RecordableOut {
        kind: label(&it.kind),
        nature: it.nature.name().to_owned(),
        fields: it.fields.iter().map(field).collect(),
    });
    let lawbook = state.services.lawbook();
    let explainer = Explainer::new(&lawbook);
    let actions = found.actions.into_iter();
    let actions = actions.map(|action| ActionOut::of(&explainer, action));
    let body = NextActionsAnswer {
        recordable: recordable.collect(),
        roles: names::roles(&lawbook),
        next_actions: actions.collect(),
    };
    // Not conditional: it depends on the day and on the person too.
    Ok(tag.answer(&HeaderMap::new(), || Ok(Json(body))))
}
