//! `GET /api/v1/cases/{id}/rules/{code}`：一条规则对一案为何如此。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::extract::path::Path;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::{Id, kind};
use mingjing_services::casework::explain_rule::explain_rule;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::in_path;
use crate::wire::label::Label;

/// 一条规则对一案为何如此。
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseRuleAnswer {
    /// 说明。
    explanation: CaseRuleExplanation,
}

/// 为何的说明。
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseRuleExplanation {
    /// 规则。
    rule: Label,
    /// 一句回答。
    answer: String,
    /// 各段：这一条检查什么，逐处怎样判断。
    sections: Vec<CaseRuleSection>,
}

/// 说明的一段。
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseRuleSection {
    /// 标题。
    title: String,
    /// 各行。
    lines: Vec<String>,
}

/// 查看一条规则为何如此
///
/// 违反的为何违反，合规的为何合规，不适用、判不了的为何不适用、缺什么。
#[utoipa::path(get, path = "/api/v1/cases/{id}/rules/{code}", operation_id = "explain_case_rule", tag = "案件",
    params(
        ("id" = String, Path, description = "案件"),
        ("code" = String, Path, description = "规则编码"),
    ),
    responses((status = 200, description = "说明", body = CaseRuleAnswer)))]
pub async fn explain_case_rule(
    Of(state): Of<State>,
    caller: Caller,
    Path((case, code)): Path<(String, String)>,
) -> Result<Json<CaseRuleAnswer>, Problem> {
    let case: Id<kind::Case> = in_path(&case)?;
    let why = explain_rule(&state.services, &caller.request, case, &code).await?;
    let sections = why.parts.into_iter().map(|part| CaseRuleSection {
        title: part.title,
        lines: part.lines,
    });
    Ok(Json(CaseRuleAnswer {
        explanation: CaseRuleExplanation {
            rule: Label::new(&why.code, Some(&why.name)),
            answer: why.answer,
            sections: sections.collect(),
        },
    }))
}
