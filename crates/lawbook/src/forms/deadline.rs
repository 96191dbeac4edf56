//! `deadline`：一项义务及其到期日；逾期完成或到期未完成为不合规。

use std::sync::Arc;

use mingjing_domain::finding::{Detail, DutyState, Marks, MissingWhy};
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::due::{
    Due, DueAt, DueError, Extension, ExtensionOutcome, Lateness, PeriodPlan, Span, Start, due, lateness,
};
use mingjing_kernel::period::{Period, PeriodUnit};

use super::{Form, Part, Trigger, Verdict, day_of, triggers};
use crate::cel::compile::Fun;
use crate::cel::value::{Miss, Tri, Val, merge, miss};
use crate::context::{Ctx, Keys, ResultScope, Slot};
use crate::parameters::Chosen;
use crate::selector::{Selected, Selector};

/// 期限的来源。
pub enum PeriodSource {
    /// 字面
    Literal(Period),
    /// 参数
    Parameter(usize),
    /// 直接给出到期日
    Date(Fun),
}

/// 扣除的声明。
pub struct Exclude {
    /// 类型（中文或标识）。
    pub kind: Arc<str>,
    /// 起。
    pub from: Selector,
    /// 止。
    pub to: Selector,
    /// 成立的条件与原文。
    pub valid: Vec<(Fun, Arc<str>)>,
}

/// 延期的声明。
pub struct Extend {
    /// 延期事件。
    pub by: Selector,
    /// 增加的期限。
    pub add: Fun,
    /// 批准日。
    pub approved: Option<Fun>,
    /// 成立的条件与原文。
    pub valid: Vec<(Fun, Arc<str>)>,
}

/// 完成日的取法。
pub struct MetAt {
    /// 条件。
    pub when: Option<Fun>,
    /// 日期。
    pub at: Fun,
    /// 标记。
    pub marks: Marks,
}

/// 期限形式。
pub struct Deadline {
    /// 起算。
    pub start: Selector,
    /// 起算日。
    pub start_at: Option<Fun>,
    /// 期限。
    pub period: PeriodSource,
    /// 完成事件。
    pub met_by: Option<Selector>,
    /// 完成日的取法。
    pub met_at: Vec<MetAt>,
    /// 直接给出完成日。
    pub met_on: Option<Fun>,
    /// 扣除。
    pub exclude: Vec<Exclude>,
    /// 延期。
    pub extend: Vec<Extend>,
    /// 终止事件。
    pub ends_by: Option<Selector>,
    /// 重新起算的事件。
    pub restart_on: Option<Selector>,
    /// 临期档（日）。
    pub near: Vec<i64>,
    /// 只在此事件出现时判断。
    pub judge_on: Option<Selector>,
    /// 版本日的取法。
    pub version_day: Option<Fun>,
}

/// 未采纳的扣除或延期。
#[derive(Debug, Clone)]
pub struct Rejected {
    /// 事件（扣除为起点事件）。
    pub position: u32,
    /// 是扣除（否则为延期）。
    pub is_exclusion: bool,
    /// 第几项声明。
    pub declaration: usize,
    /// 第几个条件不成立；`None` 为批准迟于当时到期日。
    pub condition: Option<u16>,
    /// 批准迟于到期日时，当时的到期日。
    pub due_then: Option<Date>,
}

/// 一项扣除或延期的审查结果。
#[derive(Debug, Clone)]
pub struct Reviewed {
    /// 事件。
    pub position: u32,
    /// 是扣除（否则为延期）。
    pub is_exclusion: bool,
    /// 是否成立。
    pub valid: Tri,
    /// 批准日（延期）。
    pub approved: Option<Date>,
}

/// 一项义务的计算结果。
#[derive(Debug, Clone)]
pub struct DutyRun {
    /// 起算事件。
    pub trigger: u32,
    /// 键。
    pub keys: Keys,
    /// 选法律版本的日子。
    pub day: Date,
    /// 状态。
    pub state: DutyState,
    /// 到期与推算。
    pub due: Option<Due>,
    /// 无法计算的原因。
    pub missing: Option<Miss>,
    /// 完成事件与完成时点。
    pub met: Option<(Option<u32>, Start)>,
    /// 是否适用。
    pub applies: Tri,
    /// 是否按期。
    pub holds: Tri,
    /// 期限单位。
    pub unit: PeriodUnit,
    /// 标记。
    pub marks: Marks,
    /// 未采纳的扣除与延期。
    pub rejected: Vec<Rejected>,
    /// 审查过的扣除与延期。
    pub reviewed: Vec<Reviewed>,
    /// 标签：推算中的编号对应的扣除类型。
    pub labels: Vec<Arc<str>>,
    /// 看过的事件。
    pub evidence: Vec<u32>,
    /// 材料未必写全完成与终止：只能说材料里还没有完成。
    pub open_gap: Option<Miss>,
}

/// 递归上限：义务互相引用在加载时已排除循环，这里防意外。
const DEPTH_MAX: u32 = 32;

/// 某义务部分的全部结果；被引用的只算一次。
pub fn duties<'a>(ctx: &Ctx<'a>, id: usize) -> &'a [DutyRun] {
    let run = ctx.run;
    if run.depth.get() > DEPTH_MAX {
        return &[];
    }
    run.duties[id].get_or_init(|| {
        run.depth.set(run.depth.get() + 1);
        let name = &run.lawbook.book.duties[id];
        let part = &run.lawbook.rules[name.rule].parts[name.part];
        let keys = Keys::none();
        let base = Ctx::new(run, &keys, run.case.as_of);
        let result = match &part.form {
            Form::Deadline(form) => form.run(&base, part),
            _ => Vec::new(),
        };
        run.depth.set(run.depth.get() - 1);
        result
    })
}

/// 与当前键相合、起算不晚于触发事件的最后一项义务。
pub fn duty_for<'a>(ctx: &Ctx<'a>, id: usize) -> Result<&'a DutyRun, Miss> {
    let name = &ctx.run.lawbook.book.duties[id];
    let not_started = || miss(format!("due:{}", name.code), MissingWhy::Blank);
    let candidates = duties(ctx, id).iter().filter(|d| !matches!(d.applies, Tri::False)).filter(|d| {
        ctx.keys.by.iter().all(|key| {
            let i = *key as usize;
            match (&d.keys.values[i], &ctx.keys.values[i]) {
                (Some(a), Some(b)) => a == b,
                _ => true,
            }
        })
    });
    let before = ctx.at(Slot::E).map(|e| ctx.run.case.events[e as usize].day);
    let mut last = None;
    let mut any = None;
    for duty in candidates {
        any = any.or(Some(duty));
        let started = ctx.run.case.events[duty.trigger as usize].day;
        if before.is_none_or(|b| started <= b) {
            last = Some(duty);
        }
    }
    last.or(any).ok_or_else(not_started)
}

struct Plan {
    spans: Vec<Span>,
    extensions: Vec<(Extension, u32, usize, Option<u16>)>,
    /// 说不清的扣除或延期：按全部成立另算一个最晚的到期日。
    doubtful_spans: Vec<Span>,
    doubtful_extensions: Vec<Extension>,
    doubt: Option<Miss>,
    /// 材料之外可能还有，到期日只会更晚。
    unseen: Option<Miss>,
    rejected: Vec<Rejected>,
    reviewed: Vec<Reviewed>,
    labels: Vec<Arc<str>>,
    evidence: Vec<u32>,
}

fn add_doubt(slot: &mut Option<Miss>, m: &Miss) {
    *slot = Some(slot.as_ref().map_or_else(|| m.clone(), |d| merge(d, m)));
}

impl Deadline {
    /// 计算全部义务。
    pub fn run(&self, ctx: &Ctx<'_>, part: &Part) -> Vec<DutyRun> {
        let mut runs = Vec::new();
        for trigger in triggers(ctx, &self.start, &part.by) {
            let own = ctx.run.case.events[trigger.position as usize].day;
            let inner = Ctx { keys: &trigger.keys, day: own, ..ctx.with(Slot::E, trigger.position) };
            match &self.restart_on {
                None => runs.push(self.run_one(&inner, &trigger, None)),
                Some(restart) => self.run_chain(&inner, &trigger, restart, &mut runs),
            }
        }
        runs
    }

    /// 停滞类：每个事件重新起算，直到完成或终止；只留下最后一段与逾期的各段。
    fn run_chain(&self, ctx: &Ctx<'_>, trigger: &Trigger, restart: &Selector, runs: &mut Vec<DutyRun>) {
        let mut points: Vec<u32> = vec![trigger.position];
        let stop = [&self.met_by, &self.ends_by]
            .into_iter()
            .flatten()
            .filter_map(|s| match s.select_where(ctx, |p| p >= trigger.position) {
                Selected::Found(p) => Some(p),
                Selected::None(_) | Selected::Unknown(_) => None,
            })
            .min();
        for (position, _) in restart.candidates(ctx) {
            if position > trigger.position && stop.is_none_or(|s| position < s) {
                points.push(position);
            }
        }
        let mut seen = None;
        for (i, point) in points.iter().enumerate() {
            let day = ctx.run.case.events[*point as usize].day;
            let next = points.get(i + 1).copied().or(stop);
            let is_last = next.is_none();
            let inner = Ctx { day, ..ctx.with(Slot::E, *point) };
            let from = Trigger { position: *point, keys: trigger.keys.clone(), applies: trigger.applies.clone() };
            let run = self.run_one(&inner, &from, Some(next));
            if matches!(run.holds, Tri::False) || is_last {
                runs.push(run);
            } else {
                seen = Some(run);
            }
        }
        if let (true, Some(run)) = (runs.is_empty(), seen) {
            runs.push(run);
        }
    }

    /// 一次起算的义务；`next` 为停滞类的下一事件。
    fn run_one(&self, ctx: &Ctx<'_>, trigger: &Trigger, next: Option<Option<u32>>) -> DutyRun {
        let position = trigger.position;
        let mut run = DutyRun {
            trigger: position,
            keys: trigger.keys.clone(),
            day: ctx.day,
            state: DutyState::Undetermined,
            due: None,
            missing: None,
            met: None,
            applies: trigger.applies.clone(),
            holds: Tri::True,
            unit: PeriodUnit::CalendarDays,
            marks: Marks::NONE,
            rejected: Vec::new(),
            reviewed: Vec::new(),
            labels: Vec::new(),
            evidence: vec![position],
            open_gap: None,
        };
        let (start_day, marks) = self.start_day(ctx, position, next.is_some());
        run.marks = run.marks.union(marks);
        let start_day = match start_day {
            Ok(day) => day,
            Err(m) => return undetermined(run, m),
        };
        run.day = match &self.version_day {
            None if self.start_at.is_none() => start_day,
            None => ctx.day,
            Some(day) => match day(ctx) {
                Val::Date(day) => day,
                Val::Unknown(m) => return undetermined(run, m),
                _ => start_day,
            },
        };
        let ctx = &Ctx { day: run.day, ..*ctx };
        if let Some(judge_on) = &self.judge_on {
            match judge_on.exists(ctx) {
                Selected::Found(_) => {}
                Selected::None(_) => run.applies = Tri::False,
                Selected::Unknown(_) => run.applies = Tri::False,
            }
        }
        let period = match self.period(ctx, &mut run) {
            Ok(Some(period)) => period,
            Ok(None) => {
                run.applies = Tri::False;
                run.state = DutyState::Waived;
                return run;
            }
            Err(m) => return undetermined(run, m),
        };
        let plan = self.plan(ctx, position, start_day);
        self.settle(ctx, run, period, plan, start_day, next)
    }

    fn start_day(&self, ctx: &Ctx<'_>, position: u32, is_restart: bool) -> (Result<Date, Miss>, Marks) {
        match (&self.start_at, is_restart) {
            (Some(start_at), false) => match start_at(ctx) {
                Val::Date(day) => (Ok(day), Marks::NONE),
                Val::Unknown(m) => (Err(m), Marks::NONE),
                _ => (Err(miss("start_at", MissingWhy::Error)), Marks::NONE),
            },
            _ => day_of(ctx, &self.start, position),
        }
    }

    /// 期限；法律不设限为 `None`。
    fn period(&self, ctx: &Ctx<'_>, run: &mut DutyRun) -> Result<Option<Base>, Miss> {
        match &self.period {
            PeriodSource::Literal(period) => Ok(Some(Base::Period(*period))),
            PeriodSource::Parameter(id) => {
                match ctx.run.lawbook.book.parameters.choose(*id, ctx.run.case, ctx.day) {
                    Chosen::Value(Val::Period(period), setting) => {
                        run.marks = run.marks.union(setting.marks);
                        Ok(Some(Base::Period(*period)))
                    }
                    Chosen::Value(..) => Err(miss("period", MissingWhy::Error)),
                    Chosen::NoLimit => Ok(None),
                    Chosen::Unknown(m) => Err(m),
                }
            }
            PeriodSource::Date(fun) => match fun(ctx) {
                Val::Date(day) => Ok(Some(Base::Fixed(day))),
                Val::Unknown(m) => Err(m),
                _ => Err(miss("due", MissingWhy::Error)),
            },
        }
    }

    fn plan(&self, ctx: &Ctx<'_>, trigger: u32, start_day: Date) -> Plan {
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

    fn settle(
        &self,
        ctx: &Ctx<'_>,
        mut run: DutyRun,
        base: Base,
        mut plan: Plan,
        start_day: Date,
        next: Option<Option<u32>>,
    ) -> DutyRun {
        run.rejected = std::mem::take(&mut plan.rejected);
        run.reviewed = std::mem::take(&mut plan.reviewed);
        run.labels = std::mem::take(&mut plan.labels);
        run.evidence.append(&mut plan.evidence);
        run.unit = base.unit();
        let start = match self.start_point(ctx, run.trigger, start_day, run.unit) {
            Ok(start) => start,
            Err(m) => return undetermined(run, m),
        };
        let (early, late) = match start {
            Point::Exact(start) => (start, start),
            Point::Range(a, b) => (Start::Minute(a), Start::Minute(b)),
        };
        let calculated = calculate(ctx, base, &plan, early, false);
        let calculated = match calculated {
            Ok(due) => due,
            Err(error) => return self.without_calendar(ctx, run, base, start, &error, next),
        };
        note_late_approvals(&calculated, &plan, &mut run);
        let latest = if early == late && plan.doubt.is_none() {
            calculated.clone()
        } else {
            calculate(ctx, base, &plan, late, true).unwrap_or_else(|_| calculated.clone())
        };
        let met = self.met(ctx, run.trigger, start_day, next, &mut run.marks, calculated.at);
        self.decide(ctx, &mut run, &plan, &calculated, &latest, met);
        run.due = Some(calculated);
        run
    }

    /// 起算时点：以小时计的须到分，只知日期时为当日的范围。
    fn start_point(&self, ctx: &Ctx<'_>, position: u32, day: Date, unit: PeriodUnit) -> Result<Point, Miss> {
        if unit != PeriodUnit::Hours {
            return Ok(Point::Exact(Start::Day(day)));
        }
        let event = &ctx.run.case.events[position as usize];
        match event.at.filter(|at| at.date() == day) {
            Some(at) => Ok(Point::Exact(Start::Minute(at))),
            None => Ok(Point::Range(Timestamp::end_of_day(day.add_days(-1)), Timestamp::end_of_day(day))),
        }
    }

    /// 日历之前：不顺延也已按期的是按期，其余说不清。
    fn without_calendar(
        &self,
        ctx: &Ctx<'_>,
        mut run: DutyRun,
        base: Base,
        start: Point,
        error: &DueError,
        next: Option<Option<u32>>,
    ) -> DutyRun {
        let m = miss(
            match error {
                DueError::BeforeCalendar { date, .. } => format!("calendar:{}", date.year()),
                _ => "due".to_owned(),
            },
            if matches!(error, DueError::BeforeCalendar { .. }) { MissingWhy::Calendar } else { MissingWhy::Error },
        );
        if let (Base::Period(period), Point::Exact(start)) = (base, start) {
            let plain = PeriodPlan::plain(period.with_roll(false));
            if let Ok(unrolled) = due(start, &plain, &ctx.run.lawbook.calendar) {
                let met = self.met(ctx, run.trigger, start.date(), next, &mut run.marks, unrolled.at);
                if let Met::Known(position, at) = met {
                    if is_on_time(at, unrolled.at) {
                        run.met = Some((position, at));
                        run.state = DutyState::Met;
                        return run;
                    }
                }
            }
        }
        undetermined(run, m)
    }

    /// 完成：哪个事件、何时。
    fn met(
        &self,
        ctx: &Ctx<'_>,
        trigger: u32,
        start_day: Date,
        next: Option<Option<u32>>,
        marks: &mut Marks,
        due: DueAt,
    ) -> Met {
        if let Some(next) = next {
            return match next {
                Some(position) => {
                    Met::Known(Some(position), Start::Day(ctx.run.case.events[position as usize].day))
                }
                None => Met::Not(self.restart_gap(ctx)),
            };
        }
        if let Some(met_on) = &self.met_on {
            return match met_on(ctx) {
                Val::Date(day) => Met::Known(None, Start::Day(day)),
                Val::Instant(at) => Met::Known(None, Start::Minute(at)),
                // Blank in material that carries the field: not done.
                Val::Unknown(m) if m.iter().all(|m| m.why == MissingWhy::Blank) => Met::Not(None),
                Val::Unknown(m) => Met::Unknown(m),
                _ => Met::Unknown(miss("met_on", MissingWhy::Error)),
            };
        }
        let Some(met_by) = &self.met_by else { return Met::Not(None) };
        let candidates: Vec<(u32, Option<Miss>)> = met_by.candidates(ctx);
        let same_kind_start = |p: u32| {
            self.start.candidates(ctx).iter().filter(|(s, _)| *s < p && *s != trigger).count() > 0
        };
        let after: Vec<&(u32, Option<Miss>)> = candidates
            .iter()
            .filter(|(p, _)| {
                let event = &ctx.run.case.events[*p as usize];
                // An event before the start answers it only if it can answer no other start.
                event.day >= start_day || (*p < trigger && !same_kind_start(*p) && event.day < start_day)
            })
            .collect();
        let mut doubt: Option<Miss> = None;
        for (position, unsure) in after {
            let (at, found) = self.met_time(ctx, *position);
            let at = match at {
                Ok(at) => at,
                Err(m) => {
                    add_doubt(&mut doubt, &m);
                    continue;
                }
            };
            match unsure {
                None => {
                    *marks = marks.union(found);
                    return match doubt {
                        Some(m) if !is_on_time(at, due) => Met::Unknown(m),
                        _ => Met::Known(Some(*position), at),
                    };
                }
                Some(m) => add_doubt(&mut doubt, m),
            }
        }
        match doubt {
            Some(m) => Met::Unknown(m),
            None => {
                let through = due.date().unwrap_or(ctx.run.case.as_of);
                Met::Not(met_by.gap(ctx, through.max(start_day)))
            }
        }
    }

    /// 停滞类：材料之外的事件可能已重新起算。
    fn restart_gap(&self, ctx: &Ctx<'_>) -> Option<Miss> {
        let mut gap: Option<Miss> = None;
        for selector in [&self.restart_on, &self.met_by, &self.ends_by].into_iter().flatten() {
            if let Some(m) = selector.gap(ctx, ctx.run.case.as_of) {
                add_doubt(&mut gap, &m);
            }
        }
        gap
    }

    fn met_time(&self, ctx: &Ctx<'_>, position: u32) -> (Result<Start, Miss>, Marks) {
        let event = &ctx.run.case.events[position as usize];
        let own = event.at.map_or(Start::Day(event.day), Start::Minute);
        let inner = ctx.with(Slot::E, position).with(Slot::Start, ctx.at(Slot::E).unwrap_or(position));
        for choice in &self.met_at {
            match choice.when.as_ref().map_or(Tri::True, |w| w(&inner).into_tri()) {
                Tri::True => {
                    return match (choice.at)(&inner) {
                        Val::Date(day) if day == event.day => (Ok(own), choice.marks),
                        Val::Date(day) => (Ok(Start::Day(day)), choice.marks),
                        Val::Instant(at) => (Ok(Start::Minute(at)), choice.marks),
                        Val::Unknown(m) => (Err(m), choice.marks),
                        _ => (Err(miss("met_at", MissingWhy::Error)), choice.marks),
                    };
                }
                Tri::False => {}
                Tri::Unknown(m) => return (Err(m), Marks::NONE),
            }
        }
        if let Some(id) = self.met_by.as_ref().and_then(|s| s.derived) {
            return match crate::derived::choose(ctx, id, position) {
                (Val::Date(day), marks) if day == event.day => (Ok(own), marks),
                (Val::Date(day), marks) => (Ok(Start::Day(day)), marks),
                (Val::Unknown(m), marks) => (Err(m), marks),
                (_, marks) => (Ok(own), marks),
            };
        }
        (Ok(own), Marks::NONE)
    }

    /// 由到期与完成得出状态与是否按期。
    fn decide(
        &self,
        ctx: &Ctx<'_>,
        run: &mut DutyRun,
        plan: &Plan,
        earliest: &Due,
        latest: &Due,
        met: Met,
    ) {
        let uncertain = match (&plan.doubt, &plan.unseen) {
            (Some(a), Some(b)) => Some(merge(a, b)),
            (Some(m), None) | (None, Some(m)) => Some(m.clone()),
            (None, None) => None,
        };
        let is_imprecise = earliest.at != latest.at && plan.doubt.is_none();
        match met {
            Met::Known(position, at) => {
                run.met = Some((position, at));
                run.evidence.extend(position);
                run.holds = match compare(ctx, at, earliest.at, latest.at) {
                    Ordered::OnTime => Tri::True,
                    Ordered::Late => match (&plan.unseen, earliest.provisional) {
                        (_, true) => Tri::Unknown(miss("calendar", MissingWhy::Calendar)),
                        (Some(m), false) => Tri::Unknown(m.clone()),
                        (None, false) => Tri::False,
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

    fn decide_open(
        &self,
        ctx: &Ctx<'_>,
        run: &mut DutyRun,
        gap: Option<Miss>,
        uncertain: Option<Miss>,
        earliest: &Due,
        latest: &Due,
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
            for m in [self.met_by.as_ref(), self.ends_by.as_ref()].into_iter().flatten().filter_map(|s| s.gap(ctx, as_of)) {
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
        let mut doubts: Option<Miss> = None;
        for m in [gap, uncertain, ends_gap].into_iter().flatten() {
            add_doubt(&mut doubts, &m);
        }
        if earliest.provisional {
            add_doubt(&mut doubts, &miss("calendar", MissingWhy::Calendar));
        }
        if doubts.is_none() && !is_past(latest.at) {
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
        let Some(ends_by) = &self.ends_by else { return false };
        let start = ctx.run.case.events[run.trigger as usize].day;
        for (position, doubt) in ends_by.candidates(ctx) {
            let day = ctx.run.case.events[position as usize].day;
            if doubt.is_none() && day >= start && due.date().is_none_or(|d| day <= d) {
                run.evidence.push(position);
                return true;
            }
        }
        false
    }
}

/// 起算的基础：期限或固定的到期日。
#[derive(Clone, Copy)]
enum Base {
    Period(Period),
    Fixed(Date),
}

impl Base {
    fn unit(self) -> PeriodUnit {
        match self {
            Base::Period(period) => period.unit(),
            Base::Fixed(_) => PeriodUnit::CalendarDays,
        }
    }
}

#[derive(Clone, Copy)]
enum Point {
    Exact(Start),
    Range(Timestamp, Timestamp),
}

enum Met {
    Known(Option<u32>, Start),
    Not(Option<Miss>),
    Unknown(Miss),
}

enum Ordered {
    OnTime,
    Late,
    Unclear,
}

fn undetermined(mut run: DutyRun, m: Miss) -> DutyRun {
    run.state = DutyState::Undetermined;
    run.holds = Tri::Unknown(m.clone());
    run.missing = Some(m);
    run
}

fn calculate(ctx: &Ctx<'_>, base: Base, plan: &Plan, start: Start, with_doubtful: bool) -> Result<Due, DueError> {
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
    due(start, &PeriodPlan { base: period, excluded: &spans, extensions: &extensions }, &ctx.run.lawbook.calendar)
}

/// 推算中批准迟于当时到期日的延期，记为未采纳。
fn note_late_approvals(due: &Due, plan: &Plan, run: &mut DutyRun) {
    for step in &due.derivation.extensions {
        if let ExtensionOutcome::Late { due_then } = step.outcome {
            if let Some((_, position, declaration, None)) =
                plan.extensions.iter().find(|(e, _, _, _)| e.tag == step.tag)
            {
                run.rejected.push(Rejected {
                    position: *position,
                    is_exclusion: false,
                    declaration: *declaration,
                    condition: None,
                    due_then: Some(due_then),
                });
            }
        }
    }
}

/// 完成时点是否不晚于到期。
fn is_on_time(at: Start, due: DueAt) -> bool {
    match (at, due) {
        (_, DueAt::Suspended { .. }) => true,
        (at, DueAt::Day(day)) => at.date() <= day,
        (Start::Minute(at), DueAt::Minute(due)) => at <= due,
        (Start::Day(day), DueAt::Minute(due)) => Timestamp::end_of_day(day) <= due,
    }
}

fn compare(ctx: &Ctx<'_>, at: Start, earliest: DueAt, latest: DueAt) -> Ordered {
    let _ = ctx;
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
    if surely_late { Ordered::Late } else { Ordered::Unclear }
}

fn imprecise(ctx: &Ctx<'_>, trigger: u32, met: Option<u32>) -> Miss {
    let vague = [Some(trigger), met].into_iter().flatten().find(|p| ctx.run.case.events[*p as usize].at.is_none());
    let kind = ctx.run.case.events[vague.unwrap_or(trigger) as usize].kind;
    let name = &ctx.run.lawbook.book.vocabulary.kind_of(kind).name;
    miss(format!("{name}.occurred_at"), MissingWhy::Imprecise)
}

/// 逐条审查条件：第一个不成立的序号；都成立为真；说不清为未知。
fn review(ctx: &Ctx<'_>, valid: &[(Fun, Arc<str>)]) -> (Tri, Option<u16>) {
    let mut result = Tri::True;
    for (i, (condition, _)) in valid.iter().enumerate() {
        let value = condition(ctx).into_tri();
        if matches!(value, Tri::False) {
            return (Tri::False, Some(i as u16));
        }
        result = result.and(|| value);
    }
    (result, None)
}

impl Exclude {
    fn review(&self, ctx: &Ctx<'_>, declaration: usize, start_day: Date, plan: &mut Plan) {
        let tag_base = plan.labels.len() as u16;
        plan.labels.push(self.kind.clone());
        for (from, doubt) in self.from.candidates(ctx) {
            let from_day = ctx.run.case.events[from as usize].day;
            let until = self.to.select_where(ctx, |p| p > from);
            let (to, to_day, to_gap) = match until {
                Selected::Found(p) => (Some(p), Some(ctx.run.case.events[p as usize].day), None),
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
            let span = Span { after: from_day, through: to_day, tag: tag_base };
            match (valid, to_gap) {
                (Tri::False, _) => plan.rejected.push(Rejected {
                    position: from,
                    is_exclusion: true,
                    declaration,
                    condition,
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
            let phantom = Ctx { slots: { let mut s = ctx.slots; s[Slot::From as usize] = crate::context::NONE; s[Slot::To as usize] = crate::context::NONE; s }, ..*ctx };
            if !matches!(review(&phantom, &self.valid).0, Tri::False) {
                add_doubt(&mut plan.unseen, &gap);
            }
        }
    }
}

impl Extend {
    fn review(&self, ctx: &Ctx<'_>, declaration: usize, trigger: u32, plan: &mut Plan) {
        let tag_base = 1000 + declaration as u16 * 100;
        for (i, (position, doubt)) in self.by.candidates(ctx).into_iter().enumerate() {
            let inner = ctx.with(Slot::Start, trigger).with(Slot::E, position);
            plan.evidence.push(position);
            let day = ctx.run.case.events[position as usize].day;
            let approved = match self.approved.as_ref().map(|a| a(&inner)) {
                None => Ok(day),
                Some(Val::Date(day)) => Ok(day),
                Some(Val::Unknown(m)) => Err(m),
                Some(_) => Ok(day),
            };
            let (valid, condition) = review(&inner, &self.valid);
            let valid = doubt.map_or(Tri::True, Tri::Unknown).and(|| valid);
            let add = (self.add)(&inner);
            let tag = tag_base + i as u16;
            plan.reviewed.push(Reviewed {
                position,
                is_exclusion: false,
                valid: valid.clone(),
                approved: approved.as_ref().ok().copied(),
            });
            let refuse = |plan: &mut Plan, add: Option<Period>| {
                plan.rejected.push(Rejected {
                    position,
                    is_exclusion: false,
                    declaration,
                    condition,
                    due_then: None,
                });
                if let (Some(add), Ok(approved)) = (add, &approved) {
                    let extension = Extension { add, approved: *approved, refused: true, tag };
                    plan.extensions.push((extension, position, declaration, condition));
                }
            };
            match (valid, add, approved.clone()) {
                (Tri::False, Val::Period(add), _) => refuse(plan, Some(add)),
                (Tri::False, _, _) => refuse(plan, None),
                (Tri::True, Val::Period(add), Ok(approved)) => {
                    let extension = Extension { add, approved, refused: false, tag };
                    plan.extensions.push((extension, position, declaration, None));
                }
                (Tri::Unknown(m), Val::Period(add), Ok(approved)) => {
                    plan.doubtful_extensions.push(Extension { add, approved, refused: false, tag });
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

/// 把义务变成判断。
pub fn verdict(ctx: &Ctx<'_>, part: &Part, run: &DutyRun) -> Verdict {
    let _ = part;
    let mut verdict =
        Verdict::new(Some(run.trigger), run.keys.clone(), run.day, run.applies.clone(), run.holds.clone());
    verdict.marks = run.marks;
    verdict.evidence = run.evidence.clone();
    verdict.evidence.sort_unstable();
    verdict.evidence.dedup();
    let mut detail = Detail { due: run.due.clone(), ..Detail::default() };
    if let (Tri::False, Some(due)) = (&run.holds, &run.due) {
        let actual = run.met.map_or(Start::Day(ctx.run.case.as_of), |(_, at)| at);
        if run.met.is_some() {
            detail.actual = Some(match actual {
                Start::Day(day) => DueAt::Day(day),
                Start::Minute(at) if matches!(due.at, DueAt::Minute(_)) => DueAt::Minute(at),
                Start::Minute(at) => DueAt::Day(at.date()),
            });
        }
        let late = lateness(run.unit, due.at, actual, &ctx.run.lawbook.calendar);
        let days = due.at.date().map_or(0, |d| actual.date().days_since(d));
        verdict.scope =
            ResultScope { late: Some(amount(late)), late_days: Some(i64::from(days)), actual: None, limit: None };
        detail.late = Some(late);
    } else if let Some((_, at)) = run.met {
        detail.actual = Some(match at {
            Start::Day(day) => DueAt::Day(day),
            Start::Minute(at) => DueAt::Day(at.date()),
        });
    }
    detail.refused = run.rejected.iter().map(|r| super::refused(ctx, r.position, r.condition)).collect();
    verdict.detail = detail;
    verdict
}

fn amount(late: Lateness) -> i64 {
    i64::from(late.amount())
}
