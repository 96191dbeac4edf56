//! 拟作的一件事在程序里走的路：走哪几步，哪一步走不得，缺什么必需的。

use std::sync::Arc;

use mingjing_domain::procedure::{
    InstanceState, Progress, RefusalCause, RefusalReason, StepTaken, Unmet,
};

use super::fold::{self, Offer};
use crate::cel::types::KindId;
use crate::cel::value::Tri;
use crate::context::{Ctx, Keys, Run, Slot};
use crate::lawbook::Lawbook;
use crate::prepare::Key;
use crate::procedure::{Procedure, Step};

/// 这件事在程序里走的路。
#[derive(Default)]
pub(super) struct Walked {
    /// 走的各步与之后的实例。
    pub(super) steps: Vec<(InstanceState, StepTaken)>,
    /// 走不得的原因。
    pub(super) reasons: Vec<RefusalReason>,
    /// 说不清是否满足的要求。
    pub(super) unclear: Vec<Unmet>,
}

/// 时间线上第 `proposed` 件事走的路，之前的事先走完。
pub(super) fn walk(run: &Run<'_>, proposed: usize) -> Walked {
    let is_proposed = |p: &u32| run.case.events[*p as usize].index.0 as usize == proposed;
    let mut positions = 0..run.case.events.len() as u32;
    let Some(position) = positions.find(is_proposed) else {
        return Walked::default();
    };
    let mut progress = fold::start(run.lawbook, run.case.timeline);
    for earlier in 0..position {
        fold::advance(run, &mut progress, earlier);
    }
    let mut opened = progress.clone();
    let offers = fold::offers(run, &mut opened, position);
    let mut walked = Walked::default();
    if offers.is_empty() {
        walked.reasons.extend(stray(run, &progress, position));
    }
    for offer in &offers {
        judge_offer(run, &opened, position, offer, &mut walked);
    }
    fold::advance(run, &mut progress, position);
    let index = run.case.events[position as usize].index;
    for instance in &progress.instances {
        let own = instance.steps.iter().filter(|s| s.event == index);
        let steps = own.map(|s| (instance.at.clone(), s.clone()));
        walked.steps.extend(steps);
    }
    walked
}

fn judge_offer(
    run: &Run<'_>,
    progress: &Progress,
    position: u32,
    offer: &Offer,
    walked: &mut Walked,
) {
    let at = &progress.instances[offer.instance].at;
    let Some(procedure) = run.lawbook.procedure(&at.procedure) else {
        return;
    };
    let kind = run.case.events[position as usize].kind;
    let label = &run.lawbook.book.vocabulary.kind_of(kind).label;
    match &offer.step {
        Step::Listed { .. } if offer.is_ambiguous => {
            let text = format!(
                "同案有几个“{}”都可以走“{label}”，请写明是哪一个",
                procedure.label
            );
            walked.reasons.push(step_reason(text));
        }
        Step::Listed { transition, .. } => {
            requirements(run, procedure, *transition, position, walked)
        }
        Step::Doubtful => {
            let text = format!(
                "说不清“{label}”是“{}”的哪一步，请补填它所依据的内容",
                procedure.label
            );
            walked.reasons.push(step_reason(text));
        }
        Step::Irregular { .. } => {
            let text = format!(
                "“{}”现在是“{}”，没有“{label}”这一步；{}",
                procedure.label,
                procedure.state_name(&at.state),
                possible(run.lawbook, procedure, &at.state)
            );
            walked.reasons.push(step_reason(text));
        }
    }
}

fn step_reason(text: String) -> RefusalReason {
    RefusalReason {
        cause: RefusalCause::Step,
        code: None,
        text,
        cite: Vec::new(),
    }
}

/// 拒绝时最多列几种可以做的：多了就不是提示。
const POSSIBLE_MAX: usize = 6;

fn possible(lawbook: &Lawbook, procedure: &Procedure, state: &Arc<str>) -> String {
    let vocabulary = &lawbook.book.vocabulary;
    let mut names: Vec<&str> = Vec::new();
    for transition in procedure
        .transitions
        .iter()
        .filter(|t| t.from.contains(state))
    {
        let label = vocabulary.kind_of(transition.on).label.as_ref();
        if !names.contains(&label) {
            names.push(label);
        }
    }
    let more = if names.len() > POSSIBLE_MAX {
        "等"
    } else {
        ""
    };
    names.truncate(POSSIBLE_MAX);
    if names.is_empty() {
        "程序已经终了".to_owned()
    } else {
        format!("现在可以：{}{more}", names.join("、"))
    }
}

/// 转移写明必需的。
fn requirements(
    run: &Run<'_>,
    procedure: &Procedure,
    transition: usize,
    position: u32,
    walked: &mut Walked,
) {
    let transition = &procedure.transitions[transition];
    let keys = Keys::none();
    let day = run.case.events[position as usize].day;
    let ctx = Ctx::new(run, &keys, day).with(Slot::E, position);
    for (that, otherwise) in &transition.require {
        match that(&ctx) {
            Tri::True => {}
            Tri::False => walked.reasons.push(RefusalReason {
                cause: RefusalCause::Requirement,
                code: None,
                text: otherwise.to_string(),
                cite: transition.wants.get("basis").cloned().unwrap_or_default(),
            }),
            Tri::Unknown(missing) => walked.unclear.push(Unmet {
                text: otherwise.clone(),
                missing: missing.to_vec(),
            }),
        }
    }
}

/// 没有一个实例接得住的事：属于别的程序，或它说的实例不存在。
fn stray(run: &Run<'_>, progress: &Progress, position: u32) -> Option<RefusalReason> {
    let lawbook = run.lawbook;
    let event = &run.case.events[position as usize];
    let declared = lawbook.book.vocabulary.kind_of(event.kind);
    let knowing = knowing(lawbook, event.kind);
    let (sides, mains): (Vec<&Procedure>, Vec<&Procedure>) =
        knowing.into_iter().partition(|p| lawbook.is_side(p));
    let label = &declared.label;
    if let (Some(main), [other, ..], []) = (progress.main(), &mains[..], &sides[..]) {
        // The main procedure knows this kind under conditions that do not hold: not ours to refuse.
        if mains.iter().any(|p| p.name == main.at.procedure) {
            return None;
        }
        let text = format!("“{label}”是“{}”的一步，不属于本案的程序", other.label);
        return Some(step_reason(text));
    }
    let side = sides.first().filter(|_| mains.is_empty())?;
    if !declared.declares.has(Key::Instance) {
        return None;
    }
    let text = match run.case.key_at(position, Key::Instance) {
        Some(key) => format!("本案没有标识为 {key} 的“{}”", side.label),
        None => format!("本案没有进行中的“{}”", side.label),
    };
    Some(step_reason(text))
}

/// 状态表里有这种事件的程序。
fn knowing(lawbook: &Lawbook, kind: KindId) -> Vec<&Procedure> {
    let knows = |p: &&Procedure| p.transitions.iter().any(|t| t.on == kind);
    lawbook.procedures.iter().filter(knows).collect()
}
