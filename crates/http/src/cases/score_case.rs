//! `GET /api/v1/cases/{id}/score_sheets`：一案按评分表逐项打的分。

use axum::Json;
use axum::extract::State as Of;
use mingjing_edge::problem::Problem;
use mingjing_kernel::id::kind;
use mingjing_lawbook::sheet::words::{Reason, RowText, SheetText, StepText};
use mingjing_services::casework::score_case::score_case as scored;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::state::State;
use crate::wire::id::PathId;
use crate::wire::label::Label;

/// 一案的评分表。
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseScoreSheets {
    /// 各张评分表；没有评这种程序的表的为空。
    score_sheets: Vec<ScoreSheet>,
}

/// 一案的一张评分表。
#[derive(Debug, Serialize, ToSchema)]
pub struct ScoreSheet {
    /// 评分表。
    sheet: Label,
    /// 表自哪一日起用。
    #[schema(format = Date)]
    from_on: String,
    /// 法典的版本。
    lawbook: String,
    /// 判断日。
    #[schema(format = Date)]
    as_of_on: String,
    /// 已办结、未办结、说不清：没有办结的只供自查。
    closed_text: String,
    /// 命中了否决项。
    is_vetoed: bool,
    /// 否决项，先看。
    vetoes: Vec<ScoreRow>,
    /// 评分项。
    items: Vec<ScoreRow>,
    /// 满分。
    full: String,
    /// 不适用的分值。
    not_applicable: String,
    /// 折算的基数。
    base: String,
    /// 得分，不看否决项；各项都与本案无关的没有。命中否决项的，分再高也不合格。
    score: Option<ScoreRange>,
    /// 等次；至低与至高不同的写成一段。
    grade: String,
    /// 留给人的否决项、评分项的编号。
    left_to_person: Vec<String>,
    /// 依据与来源。
    citations: Vec<String>,
    /// 说明。
    note: String,
}

/// 得分，百分制：留给人的项怎样定，分就在这两头之间。
#[derive(Debug, Serialize, ToSchema)]
pub struct ScoreRange {
    /// 至少。
    least: String,
    /// 照建议扣分。
    proposed: String,
    /// 至多。
    most: String,
}

/// 一个评分项或否决项。
#[derive(Debug, Serialize, ToSchema)]
pub struct ScoreRow {
    /// 编号。
    code: String,
    /// 所属的部分；否决项没有。
    part: Option<String>,
    /// 评查内容，或否决情形。
    name: String,
    /// 由谁判定：机、半、人。
    decided_by: String,
    /// 结论的说法。
    state_name: String,
    /// 分值；否决项没有。
    full: Option<String>,
    /// 确定扣的分；否决项没有。
    taken: Option<String>,
    /// 连同建议扣的分；否决项没有。
    proposed: Option<String>,
    /// 至多扣的分；否决项没有。
    worst: Option<String>,
    /// 要人看：确认、回答或补事实。
    is_open: bool,
    /// 与本案无关。
    is_unrelated: bool,
    /// 各种情形；没有这种情形的略去。
    steps: Vec<ScoreStep>,
}

/// 一种扣分的情形。
#[derive(Debug, Serialize, ToSchema)]
pub struct ScoreStep {
    /// 情形，照评分标准的说法。
    say: String,
    /// 结论的说法。
    state_name: String,
    /// 确定扣的分。
    taken: String,
    /// 建议另扣的分。
    suggested: String,
    /// 理由。
    reasons: Vec<ScoreReason>,
}

/// 扣分的一条理由。
#[derive(Debug, Serialize, ToSchema)]
pub struct ScoreReason {
    /// 说的话。
    text: String,
    /// 规则编码；不是规则说的没有。
    rule: Option<String>,
    /// 依据的简称。
    citations: Vec<String>,
    /// 标记。
    marks: Vec<String>,
    /// 看过的事，一件一行。
    evidence: Vec<String>,
}

/// 查看一案的评分表
///
/// 每一项写明扣多少、凭什么；机器判不了的留给人。不存，照最近一次评估所据的事实现算。
#[utoipa::path(get, path = "/api/v1/cases/{id}/score_sheets", operation_id = "score_case", tag = "案件",
    params(("id" = String, Path, description = "案件")),
    responses((status = 200, description = "各张评分表", body = CaseScoreSheets)))]
pub async fn score_case(
    Of(state): Of<State>,
    caller: Caller,
    PathId(id): PathId<kind::Case>,
) -> Result<Json<CaseScoreSheets>, Problem> {
    let sheets = scored(&state.services, &caller.request, id).await?;
    Ok(Json(CaseScoreSheets {
        score_sheets: sheets.into_iter().map(ScoreSheet::from).collect(),
    }))
}

impl From<SheetText> for ScoreSheet {
    fn from(sheet: SheetText) -> Self {
        let score = sheet.scores.map(|[least, proposed, most]| ScoreRange {
            least,
            proposed,
            most,
        });
        ScoreSheet {
            sheet: Label::new(&sheet.sheet, Some(&sheet.name)),
            from_on: sheet.from,
            lawbook: sheet.lawbook,
            as_of_on: sheet.as_of,
            closed_text: sheet.closed.to_owned(),
            is_vetoed: sheet.is_vetoed,
            vetoes: sheet.vetoes.into_iter().map(ScoreRow::from).collect(),
            items: sheet.items.into_iter().map(ScoreRow::from).collect(),
            full: sheet.full,
            not_applicable: sheet.not_applicable,
            base: sheet.base,
            score,
            grade: sheet.grade,
            left_to_person: sheet.left_to_person,
            citations: sheet.cite,
            note: sheet.note,
        }
    }
}

impl From<RowText> for ScoreRow {
    fn from(row: RowText) -> Self {
        let said = |text: String| Some(text).filter(|text| !text.is_empty());
        ScoreRow {
            code: row.code,
            part: said(row.part),
            name: row.name,
            decided_by: row.decided_by.to_owned(),
            state_name: row.state.to_owned(),
            full: said(row.full),
            taken: said(row.taken),
            proposed: said(row.proposed),
            worst: said(row.worst),
            is_open: row.is_open,
            is_unrelated: row.is_unrelated,
            steps: row.steps.into_iter().map(ScoreStep::from).collect(),
        }
    }
}

impl From<StepText> for ScoreStep {
    fn from(step: StepText) -> Self {
        ScoreStep {
            say: step.say,
            state_name: step.state.to_owned(),
            taken: step.taken,
            suggested: step.suggested,
            reasons: step.reasons.into_iter().map(ScoreReason::from).collect(),
        }
    }
}

impl From<Reason> for ScoreReason {
    fn from(reason: Reason) -> Self {
        ScoreReason {
            text: reason.text,
            rule: reason.rule,
            citations: reason.basis,
            marks: reason.marks.into_iter().map(str::to_owned).collect(),
            evidence: reason.evidence,
        }
    }
}
