//! `POST /api/v1/cases/{id}/reveal`：查看一案的个人信息，写明理由，留审计。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::body::JsonBody;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_lawbook::explain::shown;
use mingjing_services::casework::reveal_personal_data::reveal_personal_data as reveal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::event::EventOut;
use crate::wire::field::ScopeShown;
use crate::wire::id::PathId;
use crate::wire::json;

/// 为何要看。
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevealBody {
    /// 理由，记入审计；不要写进个人信息。
    #[schema(max_length = 500, example = "送达地址核对")]
    pub reason: String,
}

/// 一案的原文。
#[derive(Debug, Serialize, ToSchema)]
pub struct RevealedCase {
    /// 全部事件，没有遮盖。
    events: Vec<EventOut>,
    /// 填报的事实，没有遮盖。
    #[schema(value_type = Object)]
    facts: serde_json::Value,
    /// 事实写成人读的样子，没有遮盖。
    shown_facts: Vec<ScopeShown>,
}

/// 查看个人信息
#[utoipa::path(post, path = "/api/v1/cases/{id}/reveal", operation_id = "reveal_personal_data", tag = "案件",
    params(("id" = String, Path, description = "案件")),
    request_body = RevealBody,
    responses((status = 200, description = "原文；已经记入审计", body = RevealedCase)))]
pub async fn reveal_personal_data(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Case>,
    JsonBody { value: body, .. }: JsonBody<RevealBody>,
) -> Result<Json<RevealedCase>, Problem> {
    let revealed = reveal(&state.services, &caller.request, id, &body.reason).await?;
    let lawbook = state.services.lawbook();
    let shown = shown::facts(&lawbook.book.vocabulary, &revealed.facts);
    let events = EventOut::all(&state.services, revealed.events.into_iter()).await?;
    Ok(Json(RevealedCase {
        events,
        facts: json::of_fields(&revealed.facts.values),
        shown_facts: shown.into_iter().map(ScopeShown::from).collect(),
    }))
}
