//! 行为与职责：一种事件由谁作出，由法典的状态表写明；据此得出要问的许可与在案中的职责。

use mingjing_domain::procedure::Nature;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::permission::Action;
use mingjing_store::case_account::CaseDuty;

/// The roles of the lawbook that decide, and those that review; all others handle.
const DECIDERS: [&str; 1] = ["authority_head"];
const REVIEWERS: [&str; 2] = ["legal_reviewer", "case_reviewer"];

/// What must be permitted to record an event of this kind in the platform.
///
/// What has happened may be written down by whoever handles the case; an act is taken by the one whom the state table
/// names. A kind that no procedure lists is handling.
pub(crate) fn action_of(lawbook: &Lawbook, kind: &str) -> Action {
    match duty_of(lawbook, kind) {
        Some(CaseDuty::Deciding) => Action::Decide,
        Some(CaseDuty::Reviewing) => Action::GiveReview,
        Some(CaseDuty::Handling) | None => Action::RecordEvent,
    }
}

/// The duty in the case that recording an event of this kind gives; kinds that no procedure lists give none.
pub(crate) fn duty_of(lawbook: &Lawbook, kind: &str) -> Option<CaseDuty> {
    let vocabulary = &lawbook.book.vocabulary;
    let id = vocabulary.kind(kind)?;
    let steps = lawbook.procedures.iter().flat_map(|p| &p.transitions);
    let who: Vec<&str> = steps
        .filter(|transition| transition.on == id)
        .flat_map(|transition| transition.who.iter().map(AsRef::as_ref))
        .collect();
    if who.is_empty() {
        return None;
    }
    let is_act = vocabulary.kind_of(id).nature == Nature::Act;
    let are_all = |roles: &[&str]| who.iter().all(|role| roles.contains(role));
    Some(match is_act {
        true if are_all(&DECIDERS) => CaseDuty::Deciding,
        true if are_all(&REVIEWERS) => CaseDuty::Reviewing,
        true | false => CaseDuty::Handling,
    })
}
