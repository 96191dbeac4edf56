//! 扣除与延期：逐条审查，成立的进入推算，说不清的另算一个最晚的到期日。

use std::sync::Arc;

use mingjing_domain::finding::{MissingWhy, Refusal};
use mingjing_kernel::date::Date;
use mingjing_kernel::due::{
    Due, DueError, Extension, ExtensionOutcome, PeriodPlan, Span, Start, due,
};
use mingjing_kernel::period::Period;

use super::{Base, Deadline, DutyRun, Exclude, Extend, Rejected, Reviewed};
use crate::cel::compile::Test;
use crate::cel::value::{Miss, Tri, Val, merge, miss};
use crate::context::{Ctx, Slot};
use crate::selector::Selected;

pub(super) struct Plan {
    pub(super) spans: Vec<Span>,
    pub(super) extensions: Vec<(Extension, u32, usize, Option<u16>)>,
    /// 说不清的扣除或延期：按全部成立另算一个最晚的到期日。
    pub(super) doubtful_spans: Vec<Span>,
    pub(super) doubtful_extensions: Vec<Extension>,
    pub(super) doubt: Option<Miss>,
    /// 材料之外可能还有，到期日只会更晚。
    pub(super) unseen: Option<Miss>,
    pub(super) rejected: Vec<Rejected>,
    pub(super) reviewed: Vec<Reviewed>,
    pub(super) labels: Vec<Arc<str>>,
    pub(super) evidence: Vec<u32>,
}

impl Plan {
    /// 到期日为何可能更晚：说不清的扣除与延期，以及材料之外可能还有的。
    pub(super) fn uncertain(&self) -> Option<Miss> {
        match (&self.doubt, &self.unseen) {
            (Some(a), Some(b)) => Some(merge(a, b)),
            (Some(m), None) | (None, Some(m)) => Some(m.clone()),
            (None, None) => None,
        }
    }
}

pub(super) fn add_doubt(slot: &mut Option<Miss>, m: &Miss) {
    *slot = Some(slot.as_ref().map_or_else(|| m.clone(), |d| merge(d, m)));
}

impl Deadline {
    pub(super) fn plan(&self, ctx: &Ctx<'_>, trigger: u32, start_day: Date) -> Plan {
        let mut plan = Plan {
            spans: Vec::new(),
            extensions: Vec::new(),
            doubtful_spans: Vec::new(),
            doubtful_extensions: Vec::new(),
            doubt: None,
            unseen: None,
            rejected: Vec::new(),
            reviewed: Vec::new(),
            labels: Vec::new(),
            evidence: Vec::new(),
        };
        for (declaration, exclude) in self.exclude.iter().enumerate() {
            exclude.review(ctx, declaration, start_day, &mut plan);
        }
        for (declaration, extend) in self.extend.iter().enumerate() {
            extend.review(ctx, declaration, trigger, &mut plan);
        }
        plan
    }
}

/// 逐条审查条件：第一个不成立的序号；都成立为真；说不清为未知。
pub(super) fn review(ctx: &Ctx<'_>, valid: &[(Test, Arc<str>)]) -> (Tri, Option<u16>) {
    let mut result = Tri::True;
    for (i, (condition, _)) in valid.iter().enumerate() {
        let value = condition(ctx);
        if matches!(value, Tri::False) {
            return (Tri::False, Some(i as u16));
        }
        result = result.and(|| value);
    }
    (result, None)
}

impl Exclude {
    pub(super) fn review(
        &self,
        ctx: &Ctx<'_>,
        declaration: usize,
        start_day: Date,
        plan: &mut Plan,
    ) {
        let tag_base = plan.labels.len() as u16;
        plan.labels.push(self.kind.clone());
        for (from, doubt) in self.from.candidates(ctx) {
            let from_day = ctx.run.case.day(from);
            let until = self.to.select_where(ctx, |p| p > from);
            let (to, to_day, to_gap) = match until {
                // An earlier end, outside the material, makes the span shorter.
                Selected::Found(p) => {
                    let day = ctx.run.case.day(p);
                    (Some(p), Some(day), self.to.unseen(ctx, p))
                }
                Selected::None(_) => (None, None, None),
                Selected::Unknown(m) => (None, None, Some(m)),
            };
            if to_day.is_some_and(|day| day < start_day) {
                continue;
            }
            let mut inner = ctx.with(Slot::From, from);
            if let Some(to) = to {
                inner = inner.with(Slot::To, to);
                plan.evidence.push(to);
            }
            plan.evidence.push(from);
            let (mut valid, condition) = review(&inner, &self.valid);
            // While the span is still running its closing document cannot be there yet.
            if to.is_none() && to_gap.is_none() && matches!(valid, Tri::Unknown(_)) {
                valid = Tri::True;
            }
            let valid = doubt.map_or(Tri::True, Tri::Unknown).and(|| valid);
            plan.reviewed.push(Reviewed {
                position: from,
                is_exclusion: true,
                valid: valid.clone(),
                approved: None,
            });
            let span = Span {
                after: from_day,
                through: to_day,
                tag: tag_base,
            };
            match (valid, to_gap) {
                (Tri::False, _) => plan.rejected.push(Rejected {
                    position: from,
                    is_exclusion: true,
                    declaration,
                    why: Refusal::Condition(condition.unwrap_or(0)),
                    due_then: None,
                }),
                (Tri::True, None) => plan.spans.push(span),
                (Tri::True, Some(m)) | (Tri::Unknown(m), _) => {
                    plan.doubtful_spans.push(span);
                    add_doubt(&mut plan.doubt, &m);
                }
            }
        }
        // A span that the material does not carry can only make the due day later, unless the law allows none.
        if let Some(gap) = self.from.gap(ctx, ctx.run.case.as_of) {
            let phantom = Ctx {
                slots: {
                    let mut s = ctx.slots;
                    s[Slot::From as usize] = crate::context::NONE;
                    s[Slot::To as usize] = crate::context::NONE;
                    s
                },
                ..*ctx
            };
            if !matches!(review(&phantom, &self.valid).0, Tri::False) {
                add_doubt(&mut plan.unseen, &gap);
            }
        }
    }
}

/// 找到的一次延期：哪个事件、哪项声明、第几个条件不成立。
struct Found {
    position: u32,
    declaration: usize,
    condition: Option<u16>,
    tag: u16,
}

impl Found {
    fn extension(&self, add: Period, approved: Date, refused: bool) -> Extension {
        Extension {
            add,
            approved,
            refused,
            tag: self.tag,
        }
    }

    /// 不采纳：留在推算里并说明原因，不增加期限。
    fn refuse(&self, plan: &mut Plan, counted: Option<(Period, Date)>) {
        plan.rejected.push(Rejected {
            position: self.position,
            is_exclusion: false,
            declaration: self.declaration,
            why: Refusal::Condition(self.condition.unwrap_or(0)),
            due_then: None,
        });
        if let Some((add, approved)) = counted {
            let extension = self.extension(add, approved, true);
            plan.extensions
                .push((extension, self.position, self.declaration, self.condition));
        }
    }
}

impl Extend {
    pub(super) fn review(&self, ctx: &Ctx<'_>, declaration: usize, trigger: u32, plan: &mut Plan) {
        let tag_base = 1000 + declaration as u16 * 100;
        for (i, (position, doubt)) in self.by.candidates(ctx).into_iter().enumerate() {
            let inner = ctx.with(Slot::Start, trigger).with(Slot::E, position);
            plan.evidence.push(position);
            let day = ctx.run.case.day(position);
            let approved = match self.approved.as_ref().map(|a| a(&inner)) {
                None => Ok(day),
                Some(Val::Date(day)) => Ok(day),
                Some(Val::Unknown(m)) => Err(m),
                Some(_) => Ok(day),
            };
            let (valid, condition) = review(&inner, &self.valid);
            let valid = doubt.map_or(Tri::True, Tri::Unknown).and(|| valid);
            let add = (self.add)(&inner);
            plan.reviewed.push(Reviewed {
                position,
                is_exclusion: false,
                valid: valid.clone(),
                approved: approved.as_ref().ok().copied(),
            });
            let found = Found {
                position,
                declaration,
                condition,
                tag: tag_base + i as u16,
            };
            match (valid, add, approved) {
                (Tri::False, Val::Period(add), Ok(approved)) => {
                    found.refuse(plan, Some((add, approved)));
                }
                (Tri::False, _, _) => found.refuse(plan, None),
                (Tri::True, Val::Period(add), Ok(approved)) => {
                    let extension = found.extension(add, approved, false);
                    plan.extensions
                        .push((extension, position, declaration, None));
                }
                (Tri::Unknown(m), Val::Period(add), Ok(approved)) => {
                    plan.doubtful_extensions
                        .push(found.extension(add, approved, false));
                    add_doubt(&mut plan.doubt, &m);
                }
                (_, Val::Unknown(m), _) | (_, _, Err(m)) => {
                    add_doubt(&mut plan.doubt, &m);
                    add_doubt(&mut plan.unseen, &m);
                }
                (_, _, Ok(_)) => add_doubt(&mut plan.unseen, &miss("extension", MissingWhy::Error)),
            }
        }
        if let Some(gap) = self.by.gap(ctx, ctx.run.case.as_of) {
            let mut slots = ctx.slots;
            slots[Slot::E as usize] = crate::context::NONE;
            let phantom = Ctx { slots, ..*ctx };
            if !matches!(review(&phantom, &self.valid).0, Tri::False) {
                add_doubt(&mut plan.unseen, &gap);
            }
        }
    }
}

pub(super) fn calculate(
    ctx: &Ctx<'_>,
    base: Base,
    plan: &Plan,
    start: Start,
    with_doubtful: bool,
) -> Result<Due, DueError> {
    let period = match base {
        Base::Period(period) => period,
        Base::Fixed(day) => {
            // A date that the law or a document fixes: nothing to count, the day itself is the limit.
            let none = PeriodPlan::plain(Period::CalendarDays { n: 0, roll: false });
            return due(Start::Day(day), &none, &ctx.run.lawbook.calendar);
        }
    };
    let mut spans = plan.spans.clone();
    let mut extensions: Vec<Extension> = plan.extensions.iter().map(|(e, _, _, _)| *e).collect();
    if with_doubtful {
        spans.extend(&plan.doubtful_spans);
        extensions.extend(&plan.doubtful_extensions);
    }
    due(
        start,
        &PeriodPlan {
            base: period,
            excluded: &spans,
            extensions: &extensions,
        },
        &ctx.run.lawbook.calendar,
    )
}

impl Deadline {
    /// 推算中批准不在期内的延期，记为未采纳；属于另一次起算的，与本次无关，不记。
    ///
    /// 别的扣除或延期说不清时，只有最晚的算法也迟才算迟。
    pub(super) fn note_untimely(
        &self,
        ctx: &Ctx<'_>,
        due: &Due,
        later: Option<&Due>,
        plan: &Plan,
        run: &mut DutyRun,
    ) {
        let is_surely_late = |tag: u16| {
            let steps = later.map(|later| &later.derivation.extensions);
            steps.is_none_or(|steps| {
                let is_late = |outcome| matches!(outcome, ExtensionOutcome::Late { .. });
                steps
                    .iter()
                    .any(|step| step.tag == tag && is_late(step.outcome))
            })
        };
        for step in &due.derivation.extensions {
            let (why, due_then) = match step.outcome {
                ExtensionOutcome::Valid | ExtensionOutcome::Refused => continue,
                ExtensionOutcome::Early { .. } => (Refusal::Early, None),
                ExtensionOutcome::Late { due_then } => (Refusal::Late, Some(due_then)),
            };
            let found = plan.extensions.iter().find(|(e, ..)| e.tag == step.tag);
            let Some((_, position, declaration, None)) = found else {
                continue;
            };
            if self.is_for_another_start(ctx, run.trigger, why, step.approved) {
                run.reviewed
                    .retain(|r| r.position != *position || r.is_exclusion);
                continue;
            }
            // A start that the material does not carry may be the one that was extended.
            let doubt = match why {
                Refusal::Early => None,
                Refusal::Condition(_) | Refusal::Late if plan.unseen.is_some() => plan.uncertain(),
                Refusal::Condition(_) | Refusal::Late if is_surely_late(step.tag) => None,
                Refusal::Condition(_) | Refusal::Late => plan.uncertain(),
            };
            let doubt = doubt.or_else(|| self.start.gap(ctx, step.approved));
            if doubt.is_none() {
                run.rejected.push(Rejected {
                    position: *position,
                    is_exclusion: false,
                    declaration: *declaration,
                    why,
                    due_then,
                });
            } else {
                let mut reviewed = run.reviewed.iter_mut();
                let reviewed = reviewed.find(|r| r.position == *position && !r.is_exclusion);
                if let (Some(reviewed), Some(m)) = (reviewed, doubt) {
                    reviewed.valid = Tri::Unknown(m);
                }
            }
        }
    }

    /// 这次批准在另一次起算之后：早了的，更早已有起算；迟了的，其间又有起算。
    fn is_for_another_start(
        &self,
        ctx: &Ctx<'_>,
        trigger: u32,
        why: Refusal,
        approved: Date,
    ) -> bool {
        let day = |p: u32| ctx.run.case.day(p);
        self.start.candidates(ctx).into_iter().any(|(p, _)| {
            p != trigger && day(p) <= approved && (why == Refusal::Early || day(p) > day(trigger))
        })
    }
}
