//! `GET /api/v1/cases/{id}/disclosure_draft`：一份决定的公开稿，拟之前先看。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::query::Query;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::disclosure::draft::{Draft, DraftField, Obstacle};
use mingjing_services::disclosure::preview::preview;
use mingjing_services::error::{FieldCode, FieldError, Pointer};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::{self, PathId};

/// 哪一份决定。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DraftQuery {
    /// 决定事件的标识；必填。
    #[param(max_length = 100)]
    decision: Option<String>,
}

/// 公开稿的答复。
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftAnswer {
    /// 公开稿。
    draft: DraftOut,
}

/// 公开稿：公众会看到什么，遮盖了什么、凭什么，还差什么。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DisclosureDraft)]
pub struct DraftOut {
    /// 决定事件的标识。
    decision: String,
    /// 公示样式，法典里的标识。
    style: String,
    /// 样式的中文名。
    title: String,
    /// 样式的依据。
    articles: Vec<String>,
    /// 各项。
    fields: Vec<DraftFieldOut>,
    /// 决定写了而不出现的字段，只有中文名。
    left_out: Vec<String>,
    /// 还不能公示的原因；没有的才能拟。
    obstacles: Vec<ObstacleOut>,
    /// 给公众看的内容，原样。
    #[schema(value_type = Object)]
    content: serde_json::Value,
}

/// 公开稿里的一项。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DisclosureDraftField)]
pub struct DraftFieldOut {
    /// 字段。
    name: String,
    /// 中文名。
    label: String,
    /// 给公众看的；不登的没有。
    text: Option<String>,
    /// 与决定所写的不同：遮盖了，或没有登。
    is_masked: bool,
    /// 遮盖的理由。
    why: Option<String>,
    /// 遮盖的依据。
    articles: Vec<String>,
}

/// 还不能公示的一个原因。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DisclosureObstacle)]
pub struct ObstacleOut {
    /// 规则编码；与规则无关的没有。
    code: Option<String>,
    /// 一句话。
    text: String,
}

/// 看一份决定的公开稿
///
/// 什么也不写；`obstacles` 空了才能拟稿。
#[utoipa::path(get, path = "/api/v1/cases/{id}/disclosure_draft", operation_id = "get_case_disclosure_draft", tag = "公示",
    params(("id" = String, Path, description = "案件"), DraftQuery),
    responses((status = 200, description = "公开稿", body = DraftAnswer)))]
pub async fn get_case_disclosure_draft(
    Of(state): Of<State>,
    caller: Caller,
    PathId(case): PathId<kind::Case>,
    Query(query): Query<DraftQuery>,
) -> Result<Json<DraftAnswer>, Problem> {
    let decision = id::in_query("decision", query.decision.as_deref())?.ok_or_else(|| {
        let pointer = Pointer::query("decision");
        let message = "请写决定事件的标识";
        Problem::invalid(vec![FieldError::new(pointer, FieldCode::Missing, message)])
    })?;
    let draft = preview(&state.services, &caller.request, case, decision).await?;
    Ok(Json(DraftAnswer {
        draft: DraftOut::from(draft),
    }))
}

impl From<Draft> for DraftOut {
    fn from(draft: Draft) -> Self {
        DraftOut {
            decision: draft.decision.to_string(),
            style: draft.style,
            title: draft.title,
            articles: draft.cite,
            fields: draft.fields.into_iter().map(DraftFieldOut::from).collect(),
            left_out: draft.left_out,
            obstacles: draft.obstacles.into_iter().map(ObstacleOut::from).collect(),
            content: draft.content,
        }
    }
}

impl From<DraftField> for DraftFieldOut {
    fn from(field: DraftField) -> Self {
        DraftFieldOut {
            name: field.field,
            label: field.label,
            text: field.text,
            is_masked: field.is_masked,
            why: field.why,
            articles: field.cite,
        }
    }
}

impl From<Obstacle> for ObstacleOut {
    fn from(obstacle: Obstacle) -> Self {
        ObstacleOut {
            code: obstacle.code,
            text: obstacle.text,
        }
    }
}
