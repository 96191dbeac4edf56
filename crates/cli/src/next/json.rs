//! 给程序读的：一案一行；键稳定，只增不改，含义见 `docs/cli.md`。

use mingjing_domain::finding::Missing;
use mingjing_domain::procedure::{
    DutyToMeet, FieldToFill, Guard, GuardState, InstanceProgress, Named, NextAction,
};
use mingjing_kernel::due::DueAt;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::proceed::actions::recordable;
use serde_json::{Value as Json, json};

use super::Told;

/// 一案的对象。
pub(super) fn case(lawbook: &Lawbook, told: &Told<'_>) -> Json {
    let timeline = told.case.timeline;
    let instances = told.progress.instances.iter();
    let recordable: Vec<Json> = recordable(lawbook).iter().map(|r| named(&r.kind)).collect();
    json!({
        "type": "next",
        "case_id": timeline.id,
        "as_of": told.case.as_of.to_string(),
        "instances": instances.map(|i| instance(lawbook, told, i)).collect::<Vec<_>>(),
        "actions": told.actions.iter().map(action).collect::<Vec<_>>(),
        "recordable": recordable,
    })
}

fn named(named: &Named) -> Json {
    json!({ "code": named.code.as_ref(), "name": named.name.as_ref() })
}

fn list(list: &[Named]) -> Vec<Json> {
    list.iter().map(named).collect()
}

fn instance(lawbook: &Lawbook, told: &Told<'_>, instance: &InstanceProgress) -> Json {
    let at = &instance.at;
    let procedure = lawbook.procedure(&at.procedure);
    let events = &told.case.timeline.events;
    let steps: Vec<Json> = instance
        .steps
        .iter()
        .map(|step| {
            let event = &events[step.event.0 as usize];
            json!({
                "event": event.id,
                "kind": event.kind,
                "on": event.occurred_on.to_string(),
                "from": step.from.as_ref(),
                "to": step.to.as_ref(),
                "irregular": step.is_irregular,
                "ambiguous": step.is_ambiguous,
            })
        })
        .collect();
    json!({
        "procedure": at.procedure.as_ref(),
        "procedure_name": procedure.map(|p| p.label.as_ref()),
        "instance": at.instance,
        "main": at.is_main(),
        "state": at.state.as_ref(),
        "state_name": procedure.map(|p| p.state_name(&at.state)).as_deref(),
        "final": at.is_final,
        "steps": steps,
    })
}

fn action(next: &NextAction) -> Json {
    let place = &next.place;
    json!({
        "kind": next.kind.code.as_ref(),
        "name": next.kind.name.as_ref(),
        "nature": next.nature.name(),
        "procedure": named(&place.procedure),
        "instance": place.instance,
        "opens": place.opens,
        "from": named(&place.from),
        "to": named(&place.to),
        "condition": next.condition.as_deref(),
        "who": list(&next.who),
        "guards": next.guards.iter().map(guard).collect::<Vec<_>>(),
        "unmet": next.unmet.iter().map(|u| json!({
            "text": u.text.as_ref(),
            "missing": missing(&u.missing),
        })).collect::<Vec<_>>(),
        "documents": list(&next.wants.documents),
        "records": list(&next.wants.records),
        "basis": next.wants.basis.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
        "fields": next.fields.iter().map(field).collect::<Vec<_>>(),
        "duties": next.duties.iter().map(duty).collect::<Vec<_>>(),
    })
}

fn guard(guard: &Guard) -> Json {
    let (state, lacking) = match &guard.state {
        GuardState::Pass => ("pass", Vec::new()),
        GuardState::NotApplicable => ("not_applicable", Vec::new()),
        GuardState::Standing => ("standing", Vec::new()),
        GuardState::WouldViolate => ("would_violate", Vec::new()),
        GuardState::Undetermined(lacking) => ("undetermined", missing(lacking)),
    };
    json!({
        "rule_id": guard.rule.code.as_ref(),
        "rule_name": guard.rule.name.as_ref(),
        "severity": guard.severity.name(),
        "state": state,
        "missing": lacking,
    })
}

fn missing(list: &[Missing]) -> Vec<&str> {
    list.iter().map(|m| m.what.as_ref()).collect()
}

fn field(field: &FieldToFill) -> Json {
    json!({
        "field": field.field.code.as_ref(),
        "name": field.field.name.as_ref(),
        "type": field.type_text.as_ref(),
        "unit": field.unit.as_deref(),
        "required": field.is_required,
        "sensitive": field.is_sensitive,
        "codes": list(&field.codes),
    })
}

fn duty(duty: &DutyToMeet) -> Json {
    json!({
        "rule_id": duty.rule.code.as_ref(),
        "rule_name": duty.rule.name.as_ref(),
        "state": duty.state.name(),
        "due_at": duty.due.and_then(DueAt::text),
        "remaining_working_days": duty.remaining_working_days,
    })
}
