//! 由到期与完成得出状态与是否按期。

use mingjing_domain::finding::{DutyState, Mark, MissingWhy};
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::due::{Due, DueAt, DueError, PeriodPlan, Start, due};
use mingjing_kernel::period::PeriodUnit;

use super::met::Met;
use super::plan::{Plan, add_doubt, calculate};
use super::{Base, Deadline, DutyRun, undetermined};
use crate::cel::value::{Miss, Tri, miss};
use crate::context::Ctx;

#[derive(Clone, Copy)]
enum Point {
    Exact(Start),
    Range(Timestamp, Timestamp),
}

enum Ordered {
    OnTime,
    Late,
    Unclear,
}

impl Deadline {
    pub(super) fn settle(
        &self,
        ctx: &Ctx<'_>,
        run: &mut DutyRun,
        base: Base,
        mut plan: Plan,
        (start_day, at): (Date, Option<Timestamp>),
        next: Option<Option<u32>>,
    ) {
        run.rejected = std::mem::take(&mut plan.rejected);
        run.reviewed = std::mem::take(&mut plan.reviewed);
        run.labels = std::mem::take(&mut plan.labels);
        run.evidence.append(&mut plan.evidence);
        run.unit = base.unit();
        let start = start_point(ctx, run.trigger, (start_day, at), run.unit);
        let (early, late) = match start {
            Point::Exact(start) => (start, start),
            Point::Range(a, b) => (Start::Minute(a), Start::Minute(b)),
        };
        let calculated = calculate(ctx, base, &plan, early, false);
        let calculated = match calculated {
            Ok(due) => due,
            Err(error) => return self.without_calendar(ctx, run, base, start, &error, next),
        };
        let later = if early == late && plan.doubt.is_none() {
            None
        } else {
            calculate(ctx, base, &plan, late, true).ok()
        };
        let latest = later.as_ref().map_or(calculated.at, |due| due.at);
        self.note_untimely(ctx, &calculated, later.as_ref(), &plan, run);
        run.doubt = plan.uncertain();
        if calculated.derivation.is_chained() {
            run.footing.insert(Mark::Convention);
        }
        let met = self.met(ctx, run.trigger, start_day, next, calculated.at);
        // A chained extension of another unit is late by that unit.
        run.unit = calculated.derivation.unit();
        self.decide(ctx, run, &plan, &calculated, latest, met);
        // Late on every reading: told by the one that is kindest to who had to act.
        let kindest = match (later, &run.holds) {
            (Some(later), Tri::False) if early != late && plan.doubt.is_none() => later,
            _ => calculated,
        };
        run.due = Some(kindest);
    }

    /// 日历之前：不顺延也已按期的是按期，其余说不清。
    fn without_calendar(
        &self,
        ctx: &Ctx<'_>,
        run: &mut DutyRun,
        base: Base,
        start: Point,
        error: &DueError,
        next: Option<Option<u32>>,
    ) {
        let m = miss(
            match error {
                DueError::BeforeCalendar { date, .. } => format!("calendar:{}", date.year()),
                _ => "due".to_owned(),
            },
            if matches!(error, DueError::BeforeCalendar { .. }) {
                MissingWhy::Calendar
            } else {
                MissingWhy::Error
            },
        );
        if let (Base::Period(period), Point::Exact(start)) = (base, start) {
            let plain = PeriodPlan::plain(period.with_roll(false));
            if let Ok(unrolled) = due(start, &plain, &ctx.run.lawbook.calendar) {
                let met = self.met(ctx, run.trigger, start.date(), next, unrolled.at);
                if let Met::Known(position, at) = met
                    && is_on_time(at, unrolled.at)
                {
                    run.met = Some((position, at));
                    run.state = DutyState::Met;
                    return;
                }
            }
        }
        undetermined(run, m);
    }

    /// 由到期与完成得出状态与是否按期。
    fn decide(
        &self,
        ctx: &Ctx<'_>,
        run: &mut DutyRun,
        plan: &Plan,
        earliest: &Due,
        latest: DueAt,
        met: Met,
    ) {
        let uncertain = plan.uncertain();
        let is_imprecise = earliest.at != latest && plan.doubt.is_none();
        match met {
            Met::Known(_, at)
                if !is_on_time(at, earliest.at) && self.ended(ctx, run, earliest.at) =>
            {
                run.state = DutyState::Ended;
            }
            Met::Known(position, at) => {
                run.met = Some((position, at));
                run.evidence.extend(position);
                run.holds = match compare(at, earliest.at, latest) {
                    Ordered::OnTime => Tri::True,
                    Ordered::Late if earliest.provisional => {
                        Tri::Unknown(miss("calendar", MissingWhy::Calendar))
                    }
                    Ordered::Late => match (&plan.unseen, self.other_way(ctx, run, latest)) {
                        (Some(m), _) => Tri::Unknown(m.clone()),
                        (None, Some(m)) => Tri::Unknown(m),
                        (None, None) => Tri::False,
                    },
                    Ordered::Unclear => Tri::Unknown(match &uncertain {
                        Some(m) if !is_imprecise => m.clone(),
                        _ => imprecise(ctx, run.trigger, position),
                    }),
                };
                run.state = match &run.holds {
                    Tri::True => DutyState::Met,
                    Tri::False => DutyState::MetLate,
                    Tri::Unknown(_) => DutyState::Undetermined,
                };
            }
            Met::Unknown(m) => {
                run.state = DutyState::Undetermined;
                run.holds = Tri::Unknown(m);
            }
            Met::Not(gap) => self.decide_open(ctx, run, gap, uncertain, earliest, latest),
        }
    }

    /// 迟到的这一件之外，材料不含的完成或终止可能早已发生。
    fn other_way(&self, ctx: &Ctx<'_>, run: &DutyRun, due: DueAt) -> Option<Miss> {
        let through = due.date().unwrap_or(ctx.run.case.as_of);
        let mut gap: Option<Miss> = None;
        let others = self.met_by.as_ref().and_then(|s| s.gap(ctx, through));
        let ended = self.ends_by.as_ref().and_then(|s| s.gap(ctx, through));
        let doubtful = self.doubtful_end(ctx, run, through);
        for m in [others, ended, doubtful].into_iter().flatten() {
            add_doubt(&mut gap, &m);
        }
        gap
    }

    /// 到那一日为止，说不清是不是终止的一件事。
    fn doubtful_end(&self, ctx: &Ctx<'_>, run: &DutyRun, through: Date) -> Option<Miss> {
        let start = ctx.run.case.day(run.trigger);
        let candidates = self.ends_by.as_ref()?.candidates(ctx);
        candidates.into_iter().find_map(|(position, doubt)| {
            let day = ctx.run.case.day(position);
            doubt.filter(|_| day >= start && day <= through)
        })
    }

    fn decide_open(
        &self,
        ctx: &Ctx<'_>,
        run: &mut DutyRun,
        gap: Option<Miss>,
        uncertain: Option<Miss>,
        earliest: &Due,
        latest: DueAt,
    ) {
        let as_of = ctx.run.case.as_of;
        if let DueAt::Suspended { .. } = earliest.at {
            run.state = DutyState::Suspended;
            return;
        }
        if self.ended(ctx, run, earliest.at) {
            run.state = DutyState::Ended;
            return;
        }
        let now = Start::Minute(Timestamp::end_of_day(as_of));
        let is_past = |at: DueAt| match at {
            DueAt::Day(day) => as_of > day,
            DueAt::Minute(at) => matches!(now, Start::Minute(n) if n > at),
            DueAt::Suspended { .. } => false,
        };
        if !is_past(earliest.at) {
            for m in [self.met_by.as_ref(), self.ends_by.as_ref()]
                .into_iter()
                .flatten()
                .filter_map(|s| s.gap(ctx, as_of))
            {
                add_doubt(&mut run.open_gap, &m);
            }
            let remaining = earliest.at.date().map_or(0, |d| d.days_since(as_of));
            let is_near = self.near.iter().any(|n| i64::from(remaining) <= *n);
            run.state = match (earliest.provisional, is_near) {
                (true, _) => DutyState::Provisional,
                (false, true) => DutyState::Near,
                (false, false) => DutyState::Open,
            };
            return;
        }
        let ends_gap = self.ends_by.as_ref().and_then(|s| s.gap(ctx, as_of));
        let doubtful = self.doubtful_end(ctx, run, latest.date().unwrap_or(as_of));
        let mut doubts: Option<Miss> = None;
        for m in [gap, uncertain, ends_gap, doubtful].into_iter().flatten() {
            add_doubt(&mut doubts, &m);
        }
        if earliest.provisional {
            add_doubt(&mut doubts, &miss("calendar", MissingWhy::Calendar));
        }
        if doubts.is_none() && !is_past(latest) {
            doubts = Some(imprecise(ctx, run.trigger, None));
        }
        match doubts {
            None => {
                run.state = DutyState::Breached;
                run.holds = Tri::False;
            }
            Some(m) => {
                run.state = DutyState::Undetermined;
                run.holds = Tri::Unknown(m);
            }
        }
    }

    /// 到期之前（含当日）是否已终止。
    fn ended(&self, ctx: &Ctx<'_>, run: &mut DutyRun, due: DueAt) -> bool {
        let Some(ends_by) = &self.ends_by else {
            return false;
        };
        let start = ctx.run.case.day(run.trigger);
        for (position, doubt) in ends_by.candidates(ctx) {
            let day = ctx.run.case.day(position);
            if doubt.is_none() && day >= start && due.date().is_none_or(|d| day <= d) {
                run.evidence.push(position);
                return true;
            }
        }
        false
    }
}

/// 起算时点：以小时计的须到分，只知日期时为当日的范围。
fn start_point(
    ctx: &Ctx<'_>,
    position: u32,
    (day, given): (Date, Option<Timestamp>),
    unit: PeriodUnit,
) -> Point {
    if unit != PeriodUnit::Hours {
        return Point::Exact(Start::Day(day));
    }
    let own = ctx.run.case.events[position as usize].at;
    match given.or(own).filter(|at| at.date() == day) {
        Some(at) => Point::Exact(Start::Minute(at)),
        None => Point::Range(
            Timestamp::end_of_day(day.add_days(-1)),
            Timestamp::end_of_day(day),
        ),
    }
}

/// 完成时点是否不晚于到期。
pub(super) fn is_on_time(at: Start, due: DueAt) -> bool {
    match (at, due) {
        (_, DueAt::Suspended { .. }) => true,
        (at, DueAt::Day(day)) => at.date() <= day,
        (Start::Minute(at), DueAt::Minute(due)) => at <= due,
        (Start::Day(day), DueAt::Minute(due)) => Timestamp::end_of_day(day) <= due,
    }
}

fn compare(at: Start, earliest: DueAt, latest: DueAt) -> Ordered {
    if is_on_time(at, earliest) {
        return Ordered::OnTime;
    }
    let surely_late = match (at, latest) {
        (_, DueAt::Suspended { .. }) => false,
        (at, DueAt::Day(day)) => at.date() > day,
        (Start::Minute(at), DueAt::Minute(due)) => at > due,
        // The day may have been met at its first minute.
        (Start::Day(day), DueAt::Minute(due)) => Timestamp::end_of_day(day.add_days(-1)) > due,
    };
    if surely_late {
        Ordered::Late
    } else {
        Ordered::Unclear
    }
}

fn imprecise(ctx: &Ctx<'_>, trigger: u32, met: Option<u32>) -> Miss {
    let vague = [Some(trigger), met]
        .into_iter()
        .flatten()
        .find(|p| ctx.run.case.events[*p as usize].at.is_none());
    let kind = ctx.run.case.events[vague.unwrap_or(trigger) as usize].kind;
    let name = &ctx.run.lawbook.book.vocabulary.kind_of(kind).name;
    miss(format!("{name}.occurred_at"), MissingWhy::Imprecise)
}
