//! 与时间有关的其他形式：临期、延期与扣除是否成立、等待。

use std::sync::Arc;

use mingjing_domain::finding::{DutyState, MissingWhy, Status};
use mingjing_kernel::calendar::WorkCalendar;
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::due::{DueAt, PeriodPlan, Start, due};
use mingjing_kernel::period::Period;

use super::deadline::{self, DutyRun};
use super::{Part, Verdict, day_of, each, refused};
use crate::cel::compile::Fun;
use crate::cel::value::{Miss, Tri, Val, miss};
use crate::context::{Ctx, Slot};
use crate::parameters::Chosen;
use crate::selector::{Selected, Selector};

/// `near_due`：未完成的义务临近到期。
pub struct NearDue {
    /// 义务。
    pub duty: usize,
    /// 档（日），由大到小或由小到大均可；空为用义务自己的档。
    pub days: Vec<i64>,
    /// 到期日在假期的，提前到节前最后一个工作日。
    pub before_holiday: bool,
}

impl NearDue {
    /// 判断：只报最窄的一档。
    pub fn judge(&self, ctx: &Ctx<'_>) -> Vec<Verdict> {
        let name = &ctx.run.lawbook.book.duties[self.duty];
        let rule = &ctx.run.lawbook.rules[name.rule];
        let part = &rule.parts[name.part];
        let super::Form::Deadline(form) = &part.form else {
            return Vec::new();
        };
        let is_unknown = ctx.run.duty_cell(self.duty).get().is_none();
        if ctx.sought.is_some() && is_unknown && form.are_surely_met(ctx, part) {
            return Vec::new();
        }
        let mut days = match self.days.is_empty() {
            true => form.near.clone(),
            false => self.days.clone(),
        };
        days.sort_unstable();
        deadline::duties(ctx, self.duty)
            .iter()
            .filter(|run| run.exists(rule))
            .map(|run| self.verdict(ctx, run, &days))
            .collect()
    }

    fn verdict(&self, ctx: &Ctx<'_>, run: &DutyRun, days: &[i64]) -> Verdict {
        let open = matches!(
            run.state,
            DutyState::Open | DutyState::Near | DutyState::Provisional
        );
        let due = run.due.as_ref().and_then(|d| d.at.date());
        let as_of = ctx.run.case.as_of;
        let remaining = due.map(|d| d.days_since(as_of));
        let tier = remaining.and_then(|r| days.iter().find(|d| i64::from(r) <= **d).copied());
        let eve = self.before_holiday
            && due.is_some_and(|d| {
                let calendar = &ctx.run.lawbook.calendar;
                !calendar.is_working(d)
                    && calendar.previous_working_day(d).is_some_and(|p| as_of >= p)
            });
        let holds = match (&run.holds, run.due.is_some()) {
            (Tri::Unknown(m), _) if !open => Tri::Unknown(m.clone()),
            _ if open && (tier.is_some() || eve) => {
                run.open_gap.clone().map_or(Tri::False, Tri::Unknown)
            }
            _ => Tri::True,
        };
        let mut verdict = Verdict::new(
            Some(run.trigger),
            run.keys.clone(),
            run.day,
            run.applies.clone(),
            holds,
        );
        verdict.status = Some(Status::Near);
        verdict.footing = run.footing;
        verdict.detail.due = run.due.clone();
        verdict.detail.remaining = remaining;
        verdict.scope.limit = tier;
        verdict.scope.actual = remaining.map(i64::from);
        verdict
    }
}

/// `extension` 与 `exclusion`：把义务未采纳的延期、扣除报在自己的编码下。
pub struct DutyRef {
    /// 义务。
    pub duty: usize,
}

impl DutyRef {
    /// 判断：每个延期（扣除）事件一次。
    pub fn judge(&self, ctx: &Ctx<'_>, is_extension: bool) -> Vec<Verdict> {
        let mut verdicts = Vec::new();
        let rule = &ctx.run.lawbook.rules[ctx.run.lawbook.book.duties[self.duty].rule];
        let duties = deadline::duties(ctx, self.duty).iter();
        for run in duties.filter(|run| run.exists(rule)) {
            for reviewed in run
                .reviewed
                .iter()
                .filter(|r| r.is_exclusion != is_extension)
            {
                let rejected = run.rejected.iter().find(|r| {
                    r.position == reviewed.position && r.is_exclusion == reviewed.is_exclusion
                });
                let holds = match (&reviewed.valid, rejected) {
                    (_, Some(_)) | (Tri::False, None) => Tri::False,
                    (Tri::True, None) if run.missing.is_some() => Tri::Unknown(
                        run.missing
                            .clone()
                            .unwrap_or_else(|| miss("due", MissingWhy::Error)),
                    ),
                    (Tri::True, None) => Tri::True,
                    (Tri::Unknown(m), None) => Tri::Unknown(m.clone()),
                };
                let day = ctx.run.case.day(reviewed.position);
                let mut verdict = Verdict::new(
                    Some(reviewed.position),
                    run.keys.clone(),
                    day,
                    run.applies.clone(),
                    holds,
                );
                verdict.footing = run.footing;
                verdict.evidence.push(run.trigger);
                verdict.detail.due = run.due.clone();
                if let Some(rejected) = rejected {
                    verdict
                        .detail
                        .refused
                        .push(refused(ctx, rejected.position, rejected.why));
                    if let Some(due_then) = rejected.due_then {
                        let approved = reviewed.approved.unwrap_or(day);
                        verdict.detail.actual = Some(DueAt::Day(approved));
                        let late = approved.days_since(due_then).max(0);
                        verdict.detail.late =
                            Some(mingjing_kernel::due::Lateness::Days(late as u32));
                        verdict.scope.late_days = Some(i64::from(late));
                    }
                }
                verdicts.push(verdict);
            }
        }
        verdicts
    }
}

/// 期限：字面或参数。
pub enum PeriodOf {
    /// 字面
    Literal(Period),
    /// 参数
    Parameter(usize),
}

impl PeriodOf {
    /// 当日的期限；法律不设限为 `None`。
    pub fn get(&self, ctx: &Ctx<'_>) -> Result<Option<Period>, Miss> {
        match self {
            PeriodOf::Literal(period) => Ok(Some(*period)),
            PeriodOf::Parameter(id) => match ctx.parameter(*id) {
                Chosen::Value(Val::Period(period), _) => Ok(Some(*period)),
                Chosen::Value(..) => Err(miss("period", MissingWhy::Error)),
                Chosen::NoLimit => Ok(None),
                Chosen::Unknown(m) => Err(m),
            },
        }
    }
}

/// 不扣除、不延期、不顺延，那一日也还没有过期；说不准的为否。
pub(crate) fn is_surely_within(
    period: Period,
    start: Date,
    day: Date,
    calendar: &WorkCalendar,
) -> bool {
    match period {
        Period::CalendarDays { n, .. } => day.days_since(start) <= i32::from(n),
        // Fewer than n working days have ended before the day.
        Period::WorkingDays { n } => {
            calendar.knows(start)
                && !calendar.is_provisional(day)
                && (day == start
                    || calendar.working_days_between(start, day.add_days(-1)) < i32::from(n))
        }
        Period::Months { n, .. } => day <= start.add_months(i32::from(n)).0,
        Period::Years { n, .. } => day <= start.add_months(i32::from(n) * 12).0,
        Period::Hours { .. }
        | Period::WorkingDaysBefore { .. }
        | Period::CalendarDaysBefore { .. }
        | Period::FixedDate { .. } => false,
    }
}

/// 起算的日子，写明时刻的连同时刻。
pub(super) fn moment(at: &Fun, ctx: &Ctx<'_>) -> Result<(Date, Option<Timestamp>), Miss> {
    match at(ctx) {
        Val::Date(day) => Ok((day, None)),
        Val::Instant(at) => Ok((at.date(), Some(at))),
        Val::Unknown(m) => Err(m),
        _ => Err(miss("start_at", MissingWhy::Error)),
    }
}

/// `wait`：行为须在期间届满之后。
pub struct Wait {
    /// 起算。
    pub start: Selector,
    /// 起算日。
    pub start_at: Option<Fun>,
    /// 期间。
    pub period: PeriodOf,
    /// 行为。
    pub before: Selector,
}

impl Wait {
    /// 判断：行为日须晚于届满日。
    pub fn judge(&self, ctx: &Ctx<'_>, part: &Part) -> Vec<Verdict> {
        each(ctx, &self.start, part, |inner, trigger, verdict| {
            // Acts before the start belong to the order of steps, not to the waiting.
            let act = match self.before.select_where(inner, |p| {
                p > trigger.position || ctx.run.case.day(p) > inner.day
            }) {
                Selected::Found(act) => act,
                Selected::None(_) | Selected::Unknown(_) => return false,
            };
            let inner = inner.with(Slot::Act, act);
            let unless = part.unless.as_ref().map_or(Tri::False, |u| u(&inner));
            verdict.applies = trigger.applies.clone().and(|| unless.negate());
            verdict.evidence.push(act);
            self.settle(&inner, act, verdict);
            true
        })
    }

    fn settle(&self, ctx: &Ctx<'_>, act: u32, verdict: &mut Verdict) {
        let trigger = verdict.trigger.unwrap_or(act);
        let start_day = match &self.start_at {
            Some(start_at) => moment(start_at, ctx),
            None => day_of(ctx, &self.start, trigger).map(|day| (day, None)),
        };
        let event = &ctx.run.case.events[act as usize];
        let outcome = start_day.and_then(|(day, given)| {
            let Some(period) = self.period.get(ctx)? else {
                return Ok(None);
            };
            let own = ctx.run.case.events[trigger as usize].at;
            let start = match (period, given.or(own)) {
                (Period::Hours { .. }, Some(at)) => Start::Minute(at),
                _ => Start::Day(day),
            };
            due(start, &PeriodPlan::plain(period), &ctx.run.lawbook.calendar)
                .map(Some)
                .map_err(|_| miss(format!("calendar:{}", day.year()), MissingWhy::Calendar))
        });
        match outcome {
            Err(m) => verdict.holds = Tri::Unknown(m),
            Ok(None) => verdict.applies = Tri::False,
            Ok(Some(due)) => {
                let waited = match due.at {
                    DueAt::Day(day) => Tri::of(event.day > day),
                    DueAt::Minute(at) => match event.at {
                        Some(done) => Tri::of(done > at),
                        None if event.day > at.date() => Tri::True,
                        None if event.day < at.date() => Tri::False,
                        None => Tri::Unknown(miss("occurred_at", MissingWhy::Imprecise)),
                    },
                    DueAt::Suspended { .. } => Tri::False,
                };
                verdict.holds = match waited {
                    Tri::False if due.provisional => {
                        Tri::Unknown(miss("calendar", MissingWhy::Calendar))
                    }
                    // An act that the material does not carry may have come before the end; one that came too early stays so.
                    Tri::True => self.before.unseen(ctx, act).map_or(Tri::True, Tri::Unknown),
                    other => other,
                };
                verdict.detail.due = Some(due);
                verdict.detail.actual = Some(DueAt::Day(event.day));
            }
        }
    }
}

/// 期限的文字，供说明。
pub fn period_text(period: &PeriodOf, ctx: &Ctx<'_>) -> Arc<str> {
    match period.get(ctx) {
        Ok(Some(period)) => period.in_chinese().into(),
        Ok(None) | Err(_) => "".into(),
    }
}
