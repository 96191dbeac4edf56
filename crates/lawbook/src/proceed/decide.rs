//! 这一步可不可以：同样的规则问“时间线加上拟作的这件事”，只看它新带来什么。
//!
//! Only an act taken in the platform can be refused. What has happened, and what another system did, is always recorded:
//! refusing to write it down would hide it.

use std::sync::Arc;

use mingjing_domain::event::{Event, Source};
use mingjing_domain::finding::{Outcome, RuleResult, Severity, Status};
use mingjing_domain::procedure::{
    InstanceState, Nature, Progress, Refusal, RefusalCause, RefusalReason, StepTaken, Unmet,
};
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;

use super::fold::{self, Offer};
use super::newly::{Judged, newly};
use crate::assess::{Options, assess};
use crate::cel::types::KindId;
use crate::cel::value::Tri;
use crate::context::{Ctx, Keys, Run, Slot};
use crate::explain::Explainer;
use crate::lawbook::Lawbook;
use crate::prepare::{Case, Key, prepare};
use crate::procedure::{Procedure, Step};

/// 说明理由后仍然办理：谁决定的，为什么。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// 作出这个决定的人。
    pub by: String,
    /// 理由。
    pub reason: String,
}

/// 判断一步的选项。
#[derive(Debug, Clone, Default)]
pub struct DecideOptions {
    /// 判断日；缺省、或早于拟作之事的，为最后一件事之日。
    pub as_of: Option<Date>,
    /// 说明理由后仍然办理。
    pub overriding: Option<Override>,
}

/// 放行的根据。
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grounds {
    /// 没有什么拦它
    Free,
    /// 有拦它的，说明理由后仍然办理；调用者须另记一条 `override` 事件
    Overridden {
        /// 谁，为什么。
        by: Override,
        /// 搁置的原因。
        set_aside: Vec<RefusalReason>,
    },
}

/// 放行：这条时间线上的这件事可以记下。
///
/// INVARIANT: only [`decide`] makes one. `domain` cannot promise that: a constructor the lawbook may call is one that
/// every crate may call. So the type lives beside the only function that makes it, with private fields. It is no
/// `Clone`: one clearance writes one event; a store that takes it by value cannot write twice.
#[derive(Debug, PartialEq, Eq)]
pub struct Clearance {
    timeline: String,
    event: String,
    seen: usize,
    as_of: Date,
    lawbook: Arc<str>,
    grounds: Grounds,
}

impl Clearance {
    /// 哪条时间线。
    pub fn timeline(&self) -> &str {
        &self.timeline
    }

    /// 哪一件事。
    pub fn event(&self) -> &str {
        &self.event
    }

    /// 判断时时间线上已有几件事；写入时须仍是这么多。
    pub fn seen(&self) -> usize {
        self.seen
    }

    /// 判断日。
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// 所用法典的版本。
    pub fn lawbook(&self) -> &str {
        &self.lawbook
    }

    /// 根据。
    pub fn grounds(&self) -> &Grounds {
        &self.grounds
    }
}

/// 裁定：可以，附上须要确认的。
#[derive(Debug, PartialEq, Eq)]
pub struct Ruling {
    /// 放行。
    pub clearance: Clearance,
    /// 新带来的违规、预警、疑点与无法判定，须要确认；其中的事件序号按 [`joined`] 的时间线。
    pub newly: Vec<RuleResult>,
    /// 说不清是否满足的要求，附所缺的事实。
    pub unclear: Vec<Unmet>,
    /// 这件事走的各步：一次听证同时推进听证与处罚，可以有两步；与程序无关的没有。
    pub steps: Vec<(InstanceState, StepTaken)>,
}

/// 时间线加上拟作的这件事，它在最后。
pub fn joined(timeline: &Timeline, proposed: &Event) -> Timeline {
    let mut joined = timeline.clone();
    joined.events.push(proposed.clone());
    joined
}

/// 这一步可不可以。
///
/// An act of this platform is refused for a new 重大违法 violation, a missing requirement of its transition, or a step
/// that the table does not list; an [`Override`] sets these aside, and only these. Everything else is returned for
/// confirmation. Facts, reports of systems, corrections and events of other systems are never refused.
pub fn decide(
    lawbook: &Lawbook,
    timeline: &Timeline,
    proposed: &Event,
    options: &DecideOptions,
) -> Result<Ruling, Refusal> {
    let joined = joined(timeline, proposed);
    let as_of = judged_on(&joined, proposed, options);
    let assess_options = Options {
        as_of: Some(as_of),
        skip_duties: true,
        ..Options::default()
    };
    let before = assess(lawbook, timeline, &assess_options);
    let after = assess(lawbook, &joined, &assess_options);
    let newly = newly(
        &Judged {
            timeline,
            results: &before.results,
        },
        &Judged {
            timeline: &joined,
            results: &after.results,
        },
    );
    let case = prepare(&lawbook.book.vocabulary, &joined, Some(as_of), None);
    let run = Run::new(lawbook, &case);
    let walked = walk(&run, timeline.events.len());
    let mut reasons = Vec::new();
    if may_be_refused(lawbook, proposed) {
        let unreadable = data_reasons(lawbook, &case, proposed);
        if !unreadable.is_empty() {
            return Err(Refusal {
                reasons: unreadable,
                overridable: false,
            });
        }
        reasons.extend(walked.reasons);
        reasons.extend(required_fields(lawbook, proposed));
        reasons.extend(grave(lawbook, &joined, as_of, &newly));
    }
    Ok(Ruling {
        clearance: Clearance {
            timeline: timeline.id.clone(),
            event: proposed.id.clone(),
            seen: timeline.events.len(),
            as_of,
            lawbook: lawbook.version.clone(),
            grounds: grounds(reasons, options.overriding.as_ref())?,
        },
        newly,
        unclear: walked.unclear,
        steps: walked.steps,
    })
}

fn judged_on(joined: &Timeline, proposed: &Event, options: &DecideOptions) -> Date {
    let last = |e: &Event| e.occurred_until.unwrap_or(e.occurred_on);
    let own = last(proposed);
    let latest = joined.events.iter().map(last).max().unwrap_or(own);
    options.as_of.unwrap_or(latest).max(own)
}

/// 只有平台里作出的办理可以拒绝；更正是改记录，不是办理。
fn may_be_refused(lawbook: &Lawbook, proposed: &Event) -> bool {
    let vocabulary = &lawbook.book.vocabulary;
    let nature = vocabulary
        .kind(&proposed.kind)
        .map_or(Nature::Act, |id| vocabulary.kind_of(id).nature);
    nature == Nature::Act && proposed.source == Source::FirstHand && proposed.corrects.is_none()
}

fn grounds(reasons: Vec<RefusalReason>, overriding: Option<&Override>) -> Result<Grounds, Refusal> {
    if reasons.is_empty() {
        return Ok(Grounds::Free);
    }
    match overriding {
        Some(by) if !by.reason.trim().is_empty() && !by.by.trim().is_empty() => {
            Ok(Grounds::Overridden {
                by: by.clone(),
                set_aside: reasons,
            })
        }
        Some(_) | None => Err(Refusal {
            reasons,
            overridable: true,
        }),
    }
}

/// 读不懂的数据：没有这种事件、没有这个字段、类型不合。
fn data_reasons(lawbook: &Lawbook, case: &Case<'_>, proposed: &Event) -> Vec<RefusalReason> {
    let data = |text: String| RefusalReason {
        cause: RefusalCause::Data,
        code: None,
        text,
        cite: Vec::new(),
    };
    if lawbook.book.vocabulary.kind(&proposed.kind).is_none() {
        return vec![data(format!("法典没有事件 {}", proposed.kind))];
    }
    let own = case.mismatches.iter().filter(|m| m.subject == proposed.id);
    own.map(|m| data(m.message.clone())).collect()
}

/// 声明为必填而空白的字段。
fn required_fields(lawbook: &Lawbook, proposed: &Event) -> Vec<RefusalReason> {
    let vocabulary = &lawbook.book.vocabulary;
    let Some(kind) = vocabulary.kind(&proposed.kind) else {
        return Vec::new();
    };
    let fields = vocabulary.kind_of(kind).fields.iter();
    fields
        .filter(|f| f.is_required && !proposed.fields.contains_key(f.name.as_ref()))
        .map(|f| RefusalReason {
            cause: RefusalCause::Requirement,
            code: None,
            text: format!("没有填写必填的“{}”", f.label),
            cite: Vec::new(),
        })
        .collect()
}

/// 新带来的重大违法；疑点要人确认，不在其中。
fn grave(
    lawbook: &Lawbook,
    joined: &Timeline,
    as_of: Date,
    newly: &[RuleResult],
) -> Vec<RefusalReason> {
    let is_grave = |r: &&RuleResult| {
        r.outcome == Outcome::Violation
            && r.status == Some(Status::Violated)
            && r.severity == Severity::Grave
    };
    let found: Vec<&RuleResult> = newly.iter().filter(is_grave).collect();
    if found.is_empty() {
        return Vec::new();
    }
    let explainer = Explainer::new(lawbook);
    let words = explainer.case(joined, as_of);
    found
        .into_iter()
        .map(|result| RefusalReason {
            cause: RefusalCause::Violation,
            code: Some(result.code.clone()),
            text: words.finding(result).headline,
            cite: lawbook.rules[result.rule as usize].citations.clone(),
        })
        .collect()
}

/// 这件事在程序里走的路。
#[derive(Default)]
struct Walked {
    steps: Vec<(InstanceState, StepTaken)>,
    reasons: Vec<RefusalReason>,
    unclear: Vec<Unmet>,
}

fn walk(run: &Run<'_>, proposed: usize) -> Walked {
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
        match that(&ctx).into_tri() {
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
    if !declared.declares[Key::Instance as usize] {
        return None;
    }
    let text = match &event.keys[Key::Instance as usize] {
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
