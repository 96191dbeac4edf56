//! `GET /api/v1/matters/{id}`：一件监督事项，连同所监督的发现现在的样子。

use axum::extract::State as Of;
use axum::response::Response;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_services::model::{EndedBy, code};
use mingjing_services::supervision::get_matter::{SupervisedFinding, get_matter as get};
use serde::Serialize;
use utoipa::ToSchema;

use super::matter::MatterSummary;
use crate::answer::Answer;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::instant;
use crate::wire::label::Label;
use crate::wire::severity::Severity;
use crate::wire::shown::Shown;

/// 一件监督事项。
#[derive(Debug, Serialize, ToSchema)]
pub struct MatterAnswer {
    /// 监督事项。
    matter: MatterSummary,
    /// 反映的问题；只给监督机构。
    problem: Option<String>,
    /// 所监督的发现，现在的样子；终结了的也在内。
    findings: Vec<SupervisedFindingOut>,
    /// 此外还有几个，在后来标为密级的案件上：只说有，不说是什么。
    hidden_count: u64,
}

/// 所监督的一个发现。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SupervisedFinding)]
pub struct SupervisedFindingOut {
    /// 标识。
    id: String,
    /// 所在的案件。
    case: String,
    /// 案号。
    case_number: Option<String>,
    /// 规则。
    rule: Label,
    /// 状态。
    #[schema(example = "violated")]
    status: String,
    /// 严重程度。
    severity: Severity,
    /// 第一次发现的时刻。
    #[schema(format = DateTime)]
    found_at: String,
    /// 终结的时刻；没有终结的没有：没有解决。
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// 因何终结。
    ended_by: Option<String>,
}

impl From<SupervisedFinding> for SupervisedFindingOut {
    fn from(view: SupervisedFinding) -> Self {
        let name = Some(view.rule_name.as_str()).filter(|name| !name.is_empty());
        let finding = view.row.finding;
        SupervisedFindingOut {
            id: finding.id,
            case: view.row.timeline.to_string(),
            case_number: view.case_number,
            rule: Label::new(&finding.code, name),
            status: code::status(finding.status).to_owned(),
            severity: finding.severity.into(),
            found_at: instant::of(view.row.found_at),
            ended_at: view.row.ended.map(|(at, _)| instant::of(at)),
            ended_by: view.row.ended.map(|(_, by)| EndedBy::code(by).to_owned()),
        }
    }
}

/// 取一件监督事项
#[utoipa::path(get, path = "/api/v1/matters/{id}", operation_id = "get_matter", tag = "监督事项",
    params(("id" = String, Path, description = "监督事项")),
    responses((status = 200, description = "监督事项；ETag 是版本", body = MatterAnswer)))]
pub async fn get_matter(
    Of(state): Of<State>,
    caller: Caller,
    PathId(matter): PathId<kind::Case>,
) -> Result<Response, Problem> {
    let view = get(&state.services, &caller.request, matter).await?;
    let rows = std::slice::from_ref(&view.row);
    let shown = Shown::of_cases(&state, &caller.request, rows).await?;
    let version = view.row.version;
    let answer = MatterAnswer {
        matter: MatterSummary::of(&shown, &view.row, (view.due_on, view.is_whole)),
        problem: view.problem,
        findings: view.findings.into_iter().map(Into::into).collect(),
        hidden_count: view.hidden as u64,
    };
    Ok(Answer::ok(&answer).version(version).into_response())
}
