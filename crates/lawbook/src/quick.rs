//! 快判：最常见的部分先用两三次查表看是否显然合规，显然的不再细算。
//!
//! A quick answer only ever says "nothing to find here"; every finding comes from the full judgement of the form.
//! INVARIANT: where the full judgement would give a violation or an undetermined result, the quick one says `Look`.

use mingjing_kernel::date::Date;
use mingjing_kernel::period::Period;

use crate::cel::types::KindId;
use crate::cel::value::{Tri, Val};
use crate::context::{Ctx, Keys, Run, Slot};
use crate::forms::clock::PeriodOf;
use crate::forms::deadline::{Deadline, PeriodSource};
use crate::forms::order::{Position, Precedes, Requires};
use crate::forms::{Form, Part};
use crate::parameters::Chosen;
use crate::rule::Rule;
use crate::selector::{Pick, Selector};

/// 快判的办法，加载时选定。
pub(crate) enum Quick {
    /// 没有：总要细算
    None,
    /// 一个起算种类、一个完成种类的期限
    Deadline {
        start: KindId,
        pick: Pick,
        met: KindId,
        judge_on: Option<KindId>,
    },
    /// 须有其一
    Requires {
        on: KindId,
        needs: Vec<KindId>,
        position: Position,
    },
    /// 先后
    Precedes {
        order: Vec<(KindId, Pick)>,
        strict: bool,
    },
}

/// 快判的回答。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Glance {
    /// 显然没有可报的
    Nothing,
    /// 要细算
    Look,
}

impl Quick {
    /// 为一个部分选定办法。
    pub(crate) fn of(part: &Part) -> Quick {
        if !part.by.is_empty() {
            return Quick::None;
        }
        let found = match &part.form {
            Form::Deadline(form) => of_deadline(form),
            Form::Requires(form) => of_requires(form),
            Form::Precedes(form) => of_precedes(form),
            _ => None,
        };
        found.unwrap_or(Quick::None)
    }

    /// 看一眼。
    pub(crate) fn glance(&self, run: &Run<'_>, rule: &Rule, part: &Part) -> Glance {
        // Where a correction leaves an event in doubt, a table look-up says nothing.
        if run.case.has_doubt {
            return Glance::Look;
        }
        match self {
            Quick::None => Glance::Look,
            Quick::Deadline {
                start,
                pick,
                met,
                judge_on,
            } => {
                let Form::Deadline(form) = &part.form else {
                    return Glance::Look;
                };
                glance_deadline(run, rule, part, form, (*start, *pick), *met, *judge_on)
            }
            Quick::Requires {
                on,
                needs,
                position,
            } => glance_requires(run, rule, part, *on, needs, *position),
            Quick::Precedes { order, strict } => glance_precedes(run, rule, part, order, *strict),
        }
    }
}

fn of_deadline(form: &Deadline) -> Option<Quick> {
    let plain = form.start_at.is_none()
        && form.met_at.is_empty()
        && form.met_on.is_none()
        && form.restart_on.is_none()
        && form.version_day.is_none()
        && !matches!(form.period, PeriodSource::Date(_));
    if !plain {
        return None;
    }
    let judge_on = match &form.judge_on {
        None => None,
        Some(selector) => Some(selector.simple()?),
    };
    Some(Quick::Deadline {
        start: form.start.simple()?,
        pick: form.start.pick,
        met: form.met_by.as_ref()?.simple()?,
        judge_on,
    })
}

fn of_requires(form: &Requires) -> Option<Quick> {
    let plain = form.within.is_none() && form.that.is_none() && !form.document && !form.media;
    let needs: Option<Vec<KindId>> = form.needs.iter().map(Selector::simple).collect();
    let on = form.on.simple()?;
    let needs = needs.filter(|n| plain && !n.is_empty() && !n.contains(&on))?;
    (form.position != Position::SameDay).then_some(Quick::Requires {
        on,
        needs,
        position: form.position,
    })
}

fn of_precedes(form: &Precedes) -> Option<Quick> {
    let order: Option<Vec<(KindId, Pick)>> = form
        .order
        .iter()
        .map(|s| Some((s.simple()?, s.pick)))
        .collect();
    Some(Quick::Precedes {
        order: order?,
        strict: form.strict,
    })
}

/// 适用条件显然不成立：没有可报的。
fn guarded_off(run: &Run<'_>, part: &Part, position: u32, day: Date) -> bool {
    let Some(when) = &part.when else { return false };
    let keys = Keys::none();
    let ctx = Ctx::new(run, &keys, day).with(Slot::E, position);
    matches!(when(&ctx).into_tri(), Tri::False)
}

fn glance_deadline(
    run: &Run<'_>,
    rule: &Rule,
    part: &Part,
    form: &Deadline,
    start: (KindId, Pick),
    met: KindId,
    judge_on: Option<KindId>,
) -> Glance {
    let case = run.case;
    let starts = case.of_kind(start.0);
    let position = match (starts, start.1) {
        ([], _) => return Glance::Nothing,
        ([only], _) => *only,
        ([first, ..], Pick::First) => *first,
        _ => return Glance::Look,
    };
    if judge_on.is_some_and(|kind| case.of_kind(kind).is_empty()) {
        return Glance::Nothing;
    }
    let day = case.events[position as usize].day;
    if day < rule.from {
        return Glance::Look;
    }
    let done = case
        .of_kind(met)
        .iter()
        .map(|p| case.events[*p as usize].day)
        .find(|d| *d >= day);
    // Before the start only, or not at all: the full judgement decides, unless the guard already says no.
    if let Some(done) = done
        && is_surely_on_time(run, form, day, done)
    {
        return Glance::Nothing;
    }
    if guarded_off(run, part, position, day) {
        Glance::Nothing
    } else {
        Glance::Look
    }
}

/// 不扣除、不延期、不顺延也已按期：扣除、延期、顺延只会更晚。
fn is_surely_on_time(run: &Run<'_>, form: &Deadline, start: Date, done: Date) -> bool {
    let period = match &form.period {
        PeriodSource::Counted(PeriodOf::Literal(period)) => *period,
        PeriodSource::Counted(PeriodOf::Parameter(id)) => {
            match run.lawbook.book.parameters.choose(*id, run.case, start) {
                Chosen::Value(Val::Period(period), _) => *period,
                Chosen::NoLimit => return true,
                Chosen::Value(..) | Chosen::Unknown(_) => return false,
            }
        }
        PeriodSource::Date(_) => return false,
    };
    match period {
        Period::CalendarDays { n, .. } => done.days_since(start) <= i32::from(n),
        Period::WorkingDays { n } => {
            let calendar = &run.lawbook.calendar;
            // Fewer than n working days have ended before the day it was done.
            start >= calendar.coverage().0
                && !calendar.is_provisional(done)
                && (done == start
                    || calendar.working_days_between(start, done.add_days(-1)) < i32::from(n))
        }
        Period::Months { n, .. } => done <= start.add_months(i32::from(n)).0,
        Period::Years { n, .. } => done <= start.add_months(i32::from(n) * 12).0,
        Period::Hours { .. }
        | Period::WorkingDaysBefore { .. }
        | Period::CalendarDaysBefore { .. }
        | Period::FixedDate { .. } => false,
    }
}

fn glance_requires(
    run: &Run<'_>,
    rule: &Rule,
    part: &Part,
    on: KindId,
    needs: &[KindId],
    position: Position,
) -> Glance {
    let case = run.case;
    let (Some(first), Some(last)) = (case.of_kind(on).first(), case.of_kind(on).last()) else {
        return Glance::Nothing;
    };
    let day = |p: &u32| case.events[*p as usize].day;
    if day(first) < rule.from {
        return Glance::Look;
    }
    let found = needs.iter().any(|kind| match position {
        Position::Any => !case.of_kind(*kind).is_empty(),
        Position::Before => case
            .of_kind(*kind)
            .first()
            .is_some_and(|p| day(p) < day(first)),
        Position::After => case
            .of_kind(*kind)
            .last()
            .is_some_and(|p| day(p) > day(last)),
        Position::SameDay => false,
    });
    let single = first == last;
    if found || (single && guarded_off(run, part, *first, day(first))) {
        Glance::Nothing
    } else {
        Glance::Look
    }
}

fn glance_precedes(
    run: &Run<'_>,
    rule: &Rule,
    part: &Part,
    order: &[(KindId, Pick)],
    strict: bool,
) -> Glance {
    let case = run.case;
    let mut before: Option<u32> = None;
    let mut reversed = None;
    let mut seen = 0;
    for (kind, pick) in order {
        let list = case.of_kind(*kind);
        let chosen = if *pick == Pick::Last {
            list.last()
        } else {
            list.first()
        };
        let Some(position) = chosen else { continue };
        seen += 1;
        let event = &case.events[*position as usize];
        if event.day < rule.from {
            return Glance::Look;
        }
        if let Some(previous) = before {
            let earlier = &case.events[previous as usize];
            let same_day = earlier.day == event.day;
            if earlier.day > event.day
                || (same_day && (strict || (earlier.at.is_some() && event.at.is_some())))
            {
                reversed = Some(*position);
            }
        }
        before = Some(*position);
    }
    // In order as far as the material goes: certain only where it carries all of them.
    let is_complete = || {
        order
            .iter()
            .all(|(kind, _)| case.is_complete(*kind, case.as_of))
    };
    match reversed {
        None if seen < 2 || is_complete() => Glance::Nothing,
        None => Glance::Look,
        Some(position) if order.len() == 2 => {
            let day = case.events[position as usize].day;
            if guarded_off(run, part, position, day) {
                Glance::Nothing
            } else {
                Glance::Look
            }
        }
        Some(_) => Glance::Look,
    }
}
