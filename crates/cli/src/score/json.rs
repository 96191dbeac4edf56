//! JSON：每张评分表一行，键稳定，只增不改；含义见 `docs/cli.md`。

use mingjing_lawbook::sheet::words::{Reason, RowText, SheetText, StepText};
use serde_json::{Value as Json, json};

/// 一张评分表。
pub(crate) fn sheet(sheet: &SheetText) -> Json {
    let [low, proposed, high] = match &sheet.scores {
        Some(scores) => scores.clone().map(Json::String),
        None => [Json::Null, Json::Null, Json::Null],
    };
    json!({
        "type": "score",
        "case_id": sheet.case,
        "org_id": sheet.body,
        "sheet": sheet.sheet,
        "sheet_name": sheet.name,
        "sheet_from": sheet.from,
        "lawbook": sheet.lawbook,
        "as_of": sheet.as_of,
        "closed": sheet.closed,
        "is_vetoed": sheet.is_vetoed,
        "veto_hits": sheet.vetoes.iter().filter(|v| v.state == "否决").map(|v| &v.code).collect::<Vec<_>>(),
        "vetoes": sheet.vetoes.iter().map(veto).collect::<Vec<_>>(),
        "items": sheet.items.iter().map(item).collect::<Vec<_>>(),
        "full": sheet.full,
        "na_points": sheet.not_applicable,
        "base": sheet.base,
        "score_min": low,
        "score_proposed": proposed,
        "score_max": high,
        "grade": sheet.grade,
        "left_to_person": sheet.left_to_person,
    })
}

fn veto(row: &RowText) -> Json {
    json!({
        "id": row.code,
        "name": row.name,
        "decided_by": row.decided_by,
        "state": row.state,
        "steps": row.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

fn item(row: &RowText) -> Json {
    json!({
        "id": row.code,
        "part": row.part,
        "name": row.name,
        "full": row.full,
        "decided_by": row.decided_by,
        "state": row.state,
        "deducted": row.taken,
        "deducted_proposed": row.proposed,
        "deducted_max": row.worst,
        "steps": row.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

fn step(step: &StepText) -> Json {
    json!({
        "say": step.say,
        "state": step.state,
        "deducted": step.taken,
        "suggested": step.suggested,
        "reasons": step.reasons.iter().map(reason).collect::<Vec<_>>(),
    })
}

fn reason(reason: &Reason) -> Json {
    json!({
        "text": reason.text,
        "rule_id": reason.rule,
        "citation": reason.basis,
        "marks": reason.marks,
        "evidence": reason.evidence,
    })
}
