//! 行为与职责：一种事件由谁作出，由法典的状态表写明；据此得出要问的许可与在案中的职责。

use std::sync::Arc;

use mingjing_domain::procedure::Nature;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::procedure::Procedure;
use mingjing_policy::permission::Action;
use mingjing_store::case_account::CaseDuty;

use crate::assessment::supervised::SUPERVISED;

/// The roles of the lawbook that decide, and those that review; all others handle.
const DECIDERS: [&str; 1] = ["authority_head"];
const REVIEWERS: [&str; 2] = ["legal_reviewer", "case_reviewer"];

/// 记这种事件要问的许可：谁作出，由法典的状态表写明。
///
/// What has happened may be written down by whoever handles the case; an act is taken by the one whom the state table
/// names. A kind that no procedure lists is handling.
pub fn action_of(lawbook: &Lawbook, procedure: Option<&str>, kind: &str) -> Action {
    match duty_of(lawbook, procedure, kind) {
        Some(CaseDuty::Deciding) => Action::Decide,
        Some(CaseDuty::Reviewing) => Action::GiveReview,
        Some(CaseDuty::Handling) | None => Action::RecordEvent,
    }
}

/// 在监督事项里记这种事件可以凭的许可，有一项即可：被监督机关的答复也可以由监督机构收到之后代记。
///
/// What the state table gives to several is for the least of them.
pub fn matter_actions_of(
    lawbook: &Lawbook,
    procedure: Option<&str>,
    kind: &str,
) -> &'static [Action] {
    let vocabulary = &lawbook.book.vocabulary;
    let procedure = procedure.and_then(|name| lawbook.procedure(name));
    let (Some(procedure), Some(id)) = (procedure, vocabulary.kind(kind)) else {
        return &[Action::RecordEvent];
    };
    let steps = procedure.transitions.iter().filter(|step| step.on == id);
    let who: Vec<&str> = steps
        .flat_map(|step| step.who.iter().map(AsRef::as_ref))
        .collect();
    if who.is_empty() || who.contains(&"supervisor") {
        return &[Action::RecordEvent];
    }
    match who.iter().all(|role| *role == SUPERVISED) {
        true => &[Action::Answer, Action::RecordEvent],
        false => &[Action::Decide],
    }
}

/// 监督事项里被监督机关的一步：答复、整改报告等。
pub fn is_answer(lawbook: &Lawbook, procedure: Option<&str>, kind: &str) -> bool {
    lawbook.is_supervision(procedure)
        && matter_actions_of(lawbook, procedure, kind).contains(&Action::Answer)
}

/// The duty in a case of that main procedure that recording an event of this kind gives.
///
/// The main procedure answers if it lists the kind (on the spot the officer decides, otherwise the head does), else the
/// procedures that run beside it. Kinds that none of them lists give no duty.
pub(crate) fn duty_of(lawbook: &Lawbook, procedure: Option<&str>, kind: &str) -> Option<CaseDuty> {
    let vocabulary = &lawbook.book.vocabulary;
    let id = vocabulary.kind(kind)?;
    let who_of = |procedures: &mut dyn Iterator<Item = &Procedure>| -> Vec<Arc<str>> {
        let steps = procedures.flat_map(|procedure| &procedure.transitions);
        let steps = steps.filter(|transition| transition.on == id);
        steps
            .flat_map(|transition| transition.who.iter().cloned())
            .collect()
    };
    let main = procedure.and_then(|name| lawbook.procedure(name));
    let mut who = who_of(&mut main.into_iter());
    if who.is_empty() {
        let mut beside = lawbook.procedures.iter().filter(|p| lawbook.is_side(p));
        who = who_of(&mut beside);
    }
    if who.is_empty() {
        return None;
    }
    let is_act = vocabulary.kind_of(id).nature == Nature::Act;
    let are_all = |roles: &[&str]| who.iter().all(|role| roles.contains(&role.as_ref()));
    Some(match is_act {
        true if are_all(&DECIDERS) => CaseDuty::Deciding,
        true if are_all(&REVIEWERS) => CaseDuty::Reviewing,
        true | false => CaseDuty::Handling,
    })
}
