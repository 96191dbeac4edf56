//! `GET /api/v1/cases/{id}`：一案的现状。

use axum::Json;
use axum::extract::State as Of;
use axum::http::HeaderMap;
use axum::response::Response;
use mingjing_domain::procedure::InstanceProgress;
use mingjing_edge::etag::EntityTag;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_lawbook::explain::Explainer;
use mingjing_lawbook::explain::shown::facts;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_services::casework::get_case::{CaseView, get_case as get, missing_of};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::case::CaseSummary;
use crate::caller::Caller;
use crate::state::State;
use crate::wire::field::ScopeShown;
use crate::wire::id::PathId;
use crate::wire::label::Label;
use crate::wire::shown::Shown;
use crate::wire::{instant, json, names};

/// 一案。
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseAnswer {
    /// 案件。
    case: CaseDetail,
}

/// 一案的现状。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Case)]
pub struct CaseDetail {
    /// 概要。
    #[serde(flatten)]
    summary: CaseSummary,
    /// 程序的经过：主程序在最前，其余按开启先后。
    instances: Vec<ProcedureInstance>,
    /// 事实，按范围分写，敏感的已遮盖。
    #[schema(value_type = Object)]
    facts: serde_json::Value,
    /// 事实写成人读的样子，遮盖与 `facts` 相同。
    shown_facts: Vec<ScopeShown>,
    /// 最近一次评估。
    assessment: AssessmentOut,
}

/// 程序的一个实例。
#[derive(Debug, Serialize, ToSchema)]
pub struct ProcedureInstance {
    /// 程序。
    procedure: Label,
    /// 实例标识；主程序没有。
    instance: Option<String>,
    /// 状态。
    state: Label,
    /// 终了。
    is_final: bool,
    /// 走过的各步。
    steps: Vec<ProcedureStepTaken>,
}

/// 走过的一步。
#[derive(Debug, Serialize, ToSchema)]
pub struct ProcedureStepTaken {
    /// 事件的序号，从 1 起。
    seq: u64,
    /// 从哪个状态。
    from: Label,
    /// 到哪个状态。
    to: Label,
    /// 状态表没有列出的一步。
    is_irregular: bool,
    /// 说不清是哪个实例的，只附上，不改变状态。
    is_ambiguous: bool,
}

/// 最近一次评估。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Assessment)]
pub struct AssessmentOut {
    /// 判断日。
    #[schema(format = Date)]
    as_of_on: String,
    /// 何时判断的。
    #[schema(format = DateTime)]
    assessed_at: String,
    /// 法典版本。
    lawbook: String,
    /// 因规则施行前而不判的。
    #[schema(value_type = Object)]
    not_judged: serde_json::Value,
    /// 无法判定的，与缺什么。
    undetermined: Vec<UndeterminedOut>,
}

/// 无法判定的一处。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Undetermined)]
pub struct UndeterminedOut {
    /// 规则。
    rule: Label,
    /// 规则的第几部分，从 0 起。
    part: u16,
    /// 触发事件；案件级的没有。
    event: Option<String>,
    /// 缺什么。
    missing: Vec<UndeterminedMissing>,
}

/// 缺的一项。
#[derive(Debug, Serialize, ToSchema)]
pub struct UndeterminedMissing {
    /// 缺什么。
    what: String,
    /// 为什么说缺。
    why: String,
    /// 补什么就能判。
    supply: String,
}

/// As the assessment keeps it.
#[derive(Deserialize)]
struct Kept {
    code: String,
    part: u16,
    event: Option<String>,
    missing: Vec<KeptMissing>,
}

#[derive(Deserialize)]
struct KeptMissing {
    what: String,
    why: String,
}

/// 查看一案
#[utoipa::path(get, path = "/api/v1/cases/{id}", operation_id = "get_case", tag = "案件",
    params(("id" = String, Path, description = "案件")),
    responses((status = 200, description = "一案的现状；ETag 是版本", body = CaseAnswer)))]
pub async fn get_case(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Case>,
) -> Result<Response, Problem> {
    let view = get(&state.services, &caller.request, id).await?;
    let tag = EntityTag::of_version(view.row.version);
    let row = std::slice::from_ref(&view.row);
    let shown = Shown::of_cases(&state, &caller.request, row).await?;
    let case = CaseDetail::of(&shown, view)?;
    // Not conditional: the assessment may have changed while the version did not.
    Ok(tag.answer(&HeaderMap::new(), || Ok(Json(CaseAnswer { case }))))
}

impl CaseDetail {
    fn of(shown: &Shown, view: CaseView) -> Result<Self, Problem> {
        let lawbook = &shown.lawbook;
        let instances = view.progress.instances.iter();
        let explainer = Explainer::new(lawbook);
        let facts = facts(&lawbook.book.vocabulary, &view.facts);
        let kept: Vec<Kept> = serde_json::from_value(view.assessed.undetermined)
            .map_err(|error| Problem::internal(error.into()))?;
        Ok(CaseDetail {
            summary: CaseSummary::of(shown, &view.row),
            instances: instances.map(|it| instance(lawbook, it)).collect(),
            facts: json::of_fields(&view.facts.values),
            shown_facts: facts.into_iter().map(ScopeShown::from).collect(),
            assessment: AssessmentOut {
                as_of_on: view.assessed.as_of.to_string(),
                assessed_at: instant::of(view.assessed.at),
                lawbook: view.assessed.lawbook,
                not_judged: view.assessed.not_judged,
                undetermined: kept
                    .into_iter()
                    .map(|it| undetermined(&explainer, it))
                    .collect(),
            },
        })
    }
}

fn undetermined(explainer: &Explainer<'_>, kept: Kept) -> UndeterminedOut {
    let missing = kept.missing.iter().filter_map(|it| {
        let text = explainer.lacking(&missing_of(&it.what, &it.why)?);
        Some(UndeterminedMissing {
            what: text.what,
            why: text.why,
            supply: text.supply,
        })
    });
    UndeterminedOut {
        rule: names::rule(explainer.lawbook(), &kept.code),
        part: kept.part,
        event: kept.event,
        missing: missing.collect(),
    }
}

fn instance(lawbook: &Lawbook, progress: &InstanceProgress) -> ProcedureInstance {
    let procedure = progress.at.procedure.as_ref();
    let state = |code: &str| names::state(lawbook, Some(procedure), code);
    let steps = progress.steps.iter().map(|step| ProcedureStepTaken {
        seq: u64::from(step.event.0) + 1,
        from: state(&step.from),
        to: state(&step.to),
        is_irregular: step.is_irregular,
        is_ambiguous: step.is_ambiguous,
    });
    ProcedureInstance {
        procedure: names::procedure(lawbook, procedure),
        instance: progress.at.instance.clone(),
        state: state(&progress.at.state),
        is_final: progress.at.is_final,
        steps: steps.collect(),
    }
}
