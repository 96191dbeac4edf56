//! `deadline`：一项义务及其到期日；逾期完成或到期未完成为不合规。

mod met;
mod plan;
mod settle;
mod verdict;

use std::sync::Arc;

use mingjing_domain::finding::{DutyState, Marks, Missing, MissingWhy, Refusal};
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::due::{Due, Start};
use mingjing_kernel::period::{Period, PeriodUnit};

pub use self::verdict::verdict;
use super::clock::{PeriodOf, is_surely_within, moment};
use super::{Form, Part, Trigger, at, day_of};
use crate::basis::Footing;
use crate::cel::compile::{Fun, Test};
use crate::cel::value::{Miss, Tri, Val, merge, miss};
use crate::context::{Ctx, Keys, Slot};
use crate::rule::Rule;
use crate::selector::{Selected, Selector};

/// 期限的来源。
pub enum PeriodSource {
    /// 数出来的：字面或参数
    Counted(PeriodOf),
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
    pub valid: Vec<(Test, Arc<str>)>,
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
    pub valid: Vec<(Test, Arc<str>)>,
}

/// 完成日的取法。
pub struct MetAt {
    /// 条件。
    pub when: Option<Test>,
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
    /// 为什么。
    pub why: Refusal,
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
    /// 是否起算：期间一旦起算，例外不例外都走完，`due` 读得到。
    pub starts: Tri,
    /// 是否适用：起算了，规则与部分也适用。
    pub applies: Tri,
    /// 是否按期。
    pub holds: Tri,
    /// 期限单位。
    pub unit: PeriodUnit,
    /// 立足点：读到的标记与约束力。
    pub footing: Footing,
    /// 未采纳的扣除与延期。
    pub rejected: Vec<Rejected>,
    /// 审查过的扣除与延期。
    pub reviewed: Vec<Reviewed>,
    /// 标签：推算中的编号对应的扣除类型。
    pub labels: Vec<Arc<str>>,
    /// 看过的事件。
    pub evidence: Vec<u32>,
    /// 到期日可能更晚的原因：说不清的扣除与延期，或材料之外可能还有。
    pub doubt: Option<Miss>,
    /// 材料未必写全完成与终止：只能说材料里还没有完成。
    pub open_gap: Option<Miss>,
}

impl DutyRun {
    /// 加入一项刚刚起算、还没有推算的。
    fn begin<'r>(runs: &'r mut Vec<DutyRun>, trigger: &Trigger, day: Date) -> &'r mut DutyRun {
        let place = runs.len();
        runs.push(DutyRun {
            trigger: trigger.position,
            keys: trigger.keys.clone(),
            day,
            state: DutyState::Undetermined,
            due: None,
            missing: None,
            met: None,
            starts: Tri::True,
            applies: trigger.applies.clone(),
            holds: Tri::True,
            unit: PeriodUnit::CalendarDays,
            footing: Footing::default(),
            rejected: Vec::new(),
            reviewed: Vec::new(),
            labels: Vec::new(),
            evidence: vec![trigger.position],
            doubt: None,
            open_gap: None,
        });
        &mut runs[place]
    }

    /// 加上部分的 `when`、`unless`：不适用的不是义务，说不清的不是逾期。
    fn narrow(&mut self, ctx: &Ctx<'_>, part: &Part) {
        self.starts = self.applies.clone();
        if part.when.is_none() && part.unless.is_none() {
            return;
        }
        let inner = Ctx {
            keys: &self.keys,
            day: self.day,
            ..ctx.with(Slot::E, self.trigger)
        };
        let (own, read) = ctx.run.noting(|| part.conditions(&inner));
        self.footing = self.footing.union(read);
        self.applies = std::mem::replace(&mut self.applies, Tri::True).and(|| own);
    }

    /// 是不是一项义务：适用（或说不清适不适用），规则那日施行。
    pub(crate) fn exists(&self, rule: &Rule) -> bool {
        !matches!(self.applies, Tri::False) && rule.is_in_force(self.day)
    }

    /// 状态的名字供 `state` 读：不适用的是免除，说不清的、材料未必写全完成的为未知。
    pub(crate) fn told(&self, rule: &Rule) -> Result<DutyState, Miss> {
        if !self.exists(rule) {
            return Ok(DutyState::Waived);
        }
        let is_open = matches!(
            self.state,
            DutyState::Open | DutyState::Near | DutyState::Provisional
        );
        match (&self.applies, &self.holds, &self.open_gap) {
            (Tri::Unknown(m), _, _) => Err(m.clone()),
            (_, Tri::Unknown(m), _) if self.state == DutyState::Undetermined => Err(m.clone()),
            (_, _, Some(m)) if is_open => Err(m.clone()),
            _ => Ok(self.state),
        }
    }

    /// 列出的状态与所缺：适不适用说不清的，除了已经办妥、终止的，都是无法判定。
    pub(crate) fn listed(&self) -> (DutyState, Vec<Missing>) {
        let is_settled = matches!(self.state, DutyState::Met | DutyState::Ended);
        match (&self.applies, &self.holds) {
            (Tri::Unknown(a), Tri::Unknown(b)) => (DutyState::Undetermined, merge(a, b).to_vec()),
            (Tri::Unknown(m), _) if !is_settled => (DutyState::Undetermined, m.to_vec()),
            (_, Tri::Unknown(m)) => (self.state, m.to_vec()),
            _ => (self.state, Vec::new()),
        }
    }
}

/// 递归上限：义务互相引用在加载时已排除循环，这里防意外。
const DEPTH_MAX: u32 = 32;

/// 某义务部分的全部结果；被引用的只算一次。
pub fn duties<'a>(ctx: &Ctx<'a>, id: usize) -> &'a [DutyRun] {
    let run = ctx.run;
    if run.depth.get() > DEPTH_MAX {
        return &[];
    }
    run.duty_cell(id).get_or_init(|| {
        run.depth.set(run.depth.get() + 1);
        let name = &run.lawbook.book.duties[id];
        let part = &run.lawbook.rules[name.rule].parts[name.part];
        let keys = Keys::none();
        let base = Ctx::new(run, &keys, run.case.as_of);
        let mut result = match &part.form {
            Form::Deadline(form) => form.run(&base, part),
            _ => Vec::new(),
        };
        let scope = run.scope(name.rule);
        for duty in &mut result {
            duty.footing = duty.footing.union(Footing::marked(part.marks));
            let own = std::mem::replace(&mut duty.applies, Tri::True);
            duty.applies = own.and(|| scope.clone());
        }
        run.depth.set(run.depth.get() - 1);
        result
    })
}

/// 与当前键相合、起算不晚于触发事件的最后一项义务。
pub fn duty_for<'a>(ctx: &Ctx<'a>, id: usize) -> Result<&'a DutyRun, Miss> {
    let name = &ctx.run.lawbook.book.duties[id];
    let rule = &ctx.run.lawbook.rules[name.rule];
    let not_started = || miss(format!("due:{}", name.code), MissingWhy::Blank);
    let candidates = duties(ctx, id)
        .iter()
        .filter(|d| !matches!(d.starts, Tri::False))
        .filter(|d| {
            ctx.keys.by.iter().all(|key| {
                let i = key as usize;
                match (d.keys.values[i], ctx.keys.values[i]) {
                    (Some(a), Some(b)) => a == b,
                    _ => true,
                }
            })
        });
    let before = ctx.at(Slot::E).map(|e| ctx.run.case.day(e));
    let mut last = None;
    let mut any = None;
    for duty in candidates {
        any = any.or(Some(duty));
        let started = ctx.run.case.day(duty.trigger);
        if before.is_none_or(|b| started <= b) {
            last = Some(duty);
        }
    }
    let found = last.or(any).ok_or_else(not_started)?;
    if let Tri::Unknown(m) = &found.starts {
        return Err(m.clone());
    }
    // A later start, outside the material, may be the one that is meant.
    if let Form::Deadline(form) = &rule.parts[name.part].form
        && let Some(m) = form.start.gap(ctx, before.unwrap_or(ctx.run.case.as_of))
    {
        return Err(m);
    }
    ctx.run.note(found.footing);
    Ok(found)
}

impl Deadline {
    /// 计算全部义务。
    pub fn run(&self, ctx: &Ctx<'_>, part: &Part) -> Vec<DutyRun> {
        let mut runs = Vec::new();
        let triggers = ctx.run.triggers(ctx, &self.start, &part.by);
        for trigger in &triggers.list {
            let inner = at(ctx, trigger);
            match &self.restart_on {
                None => self.run_one(&inner, trigger, None, part, &mut runs),
                Some(restart) => self.run_chain(&inner, trigger, (restart, part), &mut runs),
            }
        }
        for run in &mut runs {
            if ctx.drops(run.day, &run.applies, &run.holds) {
                continue;
            }
            run.footing = run.footing.union(triggers.read);
            run.narrow(ctx, part);
        }
        ctx.run.give_back_triggers(triggers);
        runs
    }

    /// 各次起算都显然已经按期完成：不必推算就知道没有临近到期的。
    pub(crate) fn are_surely_met(&self, ctx: &Ctx<'_>, part: &Part) -> bool {
        let is_plain = self.restart_on.is_none()
            && self.start_at.is_none()
            && self.version_day.is_none()
            && self.start.derived.is_none();
        if !is_plain {
            return false;
        }
        let triggers = ctx.run.triggers(ctx, &self.start, &part.by);
        let is_met = |trigger: &Trigger| {
            let inner = at(ctx, trigger);
            // What happened before the rule was in force is counted, so it must be looked at.
            if !ctx.seeks(inner.day) {
                return false;
            }
            match ctx.run.unheard(|| self.period(&inner)) {
                Ok(Some(Base::Period(period))) => self.is_surely_met(&inner, inner.day, period),
                _ => false,
            }
        };
        let are_met = triggers.list.iter().all(is_met);
        ctx.run.give_back_triggers(triggers);
        are_met
    }

    /// 停滞类：每个事件重新起算，直到完成或终止；只留下最后一段与逾期的各段。
    fn run_chain(
        &self,
        ctx: &Ctx<'_>,
        trigger: &Trigger,
        (restart, part): (&Selector, &Part),
        runs: &mut Vec<DutyRun>,
    ) {
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
            let day = ctx.run.case.day(*point);
            let next = points.get(i + 1).copied().or(stop);
            let is_last = next.is_none();
            let inner = Ctx {
                day,
                ..ctx.with(Slot::E, *point)
            };
            // Nothing to report of this stretch, and nothing of the one before it either.
            if self.is_surely_moving(&inner, next) {
                seen = None;
                continue;
            }
            let from = Trigger {
                position: *point,
                keys: trigger.keys.clone(),
                applies: trigger.applies.clone(),
            };
            let mut own = Vec::new();
            self.run_one(&inner, &from, Some(next), part, &mut own);
            let Some(mut run) = own.pop() else {
                continue;
            };
            // Between two events that are known there may be one that the material does not carry.
            if let (Tri::False, Some(next)) = (&run.holds, next)
                && let Some(m) = self.restart_gap(ctx, ctx.run.case.day(next))
            {
                run.state = DutyState::Undetermined;
                run.holds = Tri::Unknown(m);
            }
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

    /// 只找发现，而停滞类的这一段显然没有停滞：下一件事没有过期；还没有下一件的，判断日没有过期。
    ///
    /// INVARIANT: where this says so, the full calculation finds that the stretch holds.
    fn is_surely_moving(&self, ctx: &Ctx<'_>, next: Option<u32>) -> bool {
        let is_plain =
            self.start_at.is_none() && self.version_day.is_none() && self.start.derived.is_none();
        let (case, calendar) = (ctx.run.case, &ctx.run.lawbook.calendar);
        if !is_plain || !ctx.seeks(ctx.day) || (next.is_none() && !calendar.knows(ctx.day)) {
            return false;
        }
        let until = next.map_or(case.as_of, |next| case.day(next));
        match ctx.run.unheard(|| self.period(ctx)) {
            Ok(Some(Base::Period(period))) => is_surely_within(period, ctx.day, until, calendar),
            _ => false,
        }
    }

    /// 一次起算的义务，带着其间读到的标记，加入 `runs`；`next` 为停滞类的下一事件。只找发现时，没有可报的不加。
    fn run_one(
        &self,
        ctx: &Ctx<'_>,
        trigger: &Trigger,
        next: Option<Option<u32>>,
        part: &Part,
        runs: &mut Vec<DutyRun>,
    ) {
        let place = runs.len();
        let ((), read) = ctx
            .run
            .noting(|| self.calculate(ctx, (trigger, next), part, runs));
        if let Some(run) = runs.get_mut(place) {
            run.footing = run.footing.union(read);
        }
    }

    fn calculate(
        &self,
        ctx: &Ctx<'_>,
        (trigger, next): (&Trigger, Option<Option<u32>>),
        part: &Part,
        runs: &mut Vec<DutyRun>,
    ) {
        let position = trigger.position;
        let (start_day, at) = match self.start_day(ctx, position, next.is_some()) {
            Ok(start) => start,
            Err(m) => return undetermined(DutyRun::begin(runs, trigger, ctx.day), m),
        };
        let day = match &self.version_day {
            None if self.start_at.is_none() => start_day,
            None => ctx.day,
            Some(day) => match day(ctx) {
                Val::Date(day) => day,
                Val::Unknown(m) => return undetermined(DutyRun::begin(runs, trigger, ctx.day), m),
                _ => start_day,
            },
        };
        let ctx = &Ctx { day, ..*ctx };
        // Only findings are sought: what does not apply, or is surely done in time, is not written down.
        if next.is_none() && part.is_left(ctx, day) {
            return;
        }
        let leaves = next.is_none() && ctx.seeks(day);
        let is_judged = self
            .judge_on
            .as_ref()
            .is_none_or(|judge_on| matches!(judge_on.is_there(ctx), Tri::True));
        if !is_judged && leaves {
            return;
        }
        let period = self.period(ctx);
        match &period {
            Ok(None) if leaves => return,
            Ok(Some(Base::Period(period)))
                if leaves && self.is_surely_in_time(ctx, position, (start_day, at), *period) =>
            {
                return;
            }
            _ => {}
        }
        let run = DutyRun::begin(runs, trigger, day);
        if !is_judged {
            run.applies = Tri::False;
        }
        match period {
            Ok(Some(period)) => {
                let plan = self.plan(ctx, position, start_day);
                self.settle(ctx, run, period, plan, (start_day, at), next);
            }
            Ok(None) => {
                run.applies = Tri::False;
                run.state = DutyState::Waived;
            }
            Err(m) => undetermined(run, m),
        }
    }

    fn start_day(
        &self,
        ctx: &Ctx<'_>,
        position: u32,
        is_restart: bool,
    ) -> Result<(Date, Option<Timestamp>), Miss> {
        match (&self.start_at, is_restart) {
            (Some(start_at), false) => moment(start_at, ctx),
            _ => day_of(ctx, &self.start, position).map(|day| (day, None)),
        }
    }

    /// 期限；法律不设限为 `None`。
    fn period(&self, ctx: &Ctx<'_>) -> Result<Option<Base>, Miss> {
        match &self.period {
            PeriodSource::Counted(period) => Ok(period.get(ctx)?.map(Base::Period)),
            PeriodSource::Date(fun) => match fun(ctx) {
                Val::Date(day) => Ok(Some(Base::Fixed(day))),
                Val::Unknown(m) => Err(m),
                _ => Err(miss("due", MissingWhy::Error)),
            },
        }
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

fn undetermined(run: &mut DutyRun, m: Miss) {
    run.state = DutyState::Undetermined;
    run.holds = Tri::Unknown(m.clone());
    run.missing = Some(m);
}
