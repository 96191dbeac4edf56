//! 快判：最常见的部分先查表看是否显然合规，显然的不再细算；问同一个问题的部分一起回答。
//!
//! A quick answer only ever says "nothing to find here"; every finding comes from the full judgement of the form.
//! INVARIANT: where the full judgement would give a violation or an undetermined result, the question says to look.

use mingjing_kernel::date::Date;
use mingjing_kernel::period::Period;

use crate::cel::types::KindId;
use crate::cel::value::{Tri, Val};
use crate::context::{Ctx, KeySet, Keys, Run, Slot};
use crate::forms::clock::{PeriodOf, is_surely_within};
use crate::forms::deadline::{Deadline, PeriodSource};
use crate::forms::order::{Position, Precedes, Requires};
use crate::forms::{Form, Part};
use crate::parameters::Chosen;
use crate::plan::insert;
use crate::rule::Rule;
use crate::selector::{Pick, Selector};

/// 问的是什么，分别什么键：同问的部分只差在期限的长短与适用的条件。
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Asked {
    what: What,
    /// 案件用到其中之一的，要分组细看
    by: KeySet,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum What {
    /// 一个起算种类到一个完成种类有多久
    Deadline {
        start: KindId,
        pick: Pick,
        met: KindId,
        judge_on: Option<KindId>,
    },
    /// 有没有其一
    Requires {
        on: KindId,
        needs: Vec<KindId>,
        position: Position,
    },
    /// 谁先谁后
    Precedes {
        order: Vec<(KindId, Pick)>,
        strict: bool,
    },
}

/// 一个部分：在次序中的位置、规则与部分的序号、施行日。
#[derive(Debug, Clone, Copy)]
struct Member {
    place: u32,
    from: Date,
}

/// 一个种类的事件与它们的日子。
pub(crate) type Seen<'c> = (&'c [u32], &'c [Date]);

/// 一个问题与问它的部分。
pub(crate) struct Question {
    asked: Asked,
    /// 各部分中最晚的施行日
    latest: Date,
    /// 自然日、工作日的期限，由短到长：数过的日子不超过最短的，后面的都不必看
    calendar: Vec<(u16, Member)>,
    working: Vec<(u16, Member)>,
    /// 其余的，逐个看
    others: Vec<Member>,
}

/// 起算的日子，完成的日子；还没有完成的，判断日。
#[derive(Clone, Copy)]
struct Elapsed {
    start: Date,
    done: Option<Date>,
}

impl Asked {
    /// 一个部分问的是什么；没有快判的为 `None`。
    pub(crate) fn of(part: &Part) -> Option<Asked> {
        let what = match &part.form {
            Form::Deadline(form) => of_deadline(form)?,
            Form::Requires(form) => of_requires(form)?,
            Form::Precedes(form) => of_precedes(form)?,
            _ => return None,
        };
        let by = KeySet::of(&part.by);
        Some(Asked { what, by })
    }

    /// 时间线上出现这些种类之一，才要问。
    pub(crate) fn kinds(&self) -> Vec<KindId> {
        match &self.what {
            What::Deadline { start, .. } => vec![*start],
            What::Requires { on, .. } => vec![*on],
            What::Precedes { order, .. } => {
                let mut kinds: Vec<KindId> = order.iter().skip(1).map(|(kind, _)| *kind).collect();
                kinds.sort_unstable();
                kinds.dedup();
                kinds
            }
        }
    }
}

impl Question {
    /// 还没有部分问它。
    pub(crate) fn new(asked: Asked) -> Self {
        Question {
            asked,
            latest: Date::MIN,
            calendar: Vec::new(),
            working: Vec::new(),
            others: Vec::new(),
        }
    }

    /// 加入一个部分。
    pub(crate) fn add(&mut self, place: usize, rule: &Rule, part: &Part) {
        let member = Member {
            place: place as u32,
            from: rule.from,
        };
        self.latest = self.latest.max(rule.from);
        let period = match &part.form {
            Form::Deadline(form) => match &form.period {
                PeriodSource::Counted(PeriodOf::Literal(period)) => Some(*period),
                _ => None,
            },
            _ => None,
        };
        match period {
            Some(Period::CalendarDays { n, .. }) => self.calendar.push((n, member)),
            Some(Period::WorkingDays { n }) => self.working.push((n, member)),
            _ => self.others.push(member),
        }
    }

    /// 由短到长排好。
    pub(crate) fn sort(&mut self) {
        self.calendar.sort_by_key(|(n, _)| *n);
        self.working.sort_by_key(|(n, _)| *n);
    }

    /// 问的是期限。
    pub(crate) fn is_of_duties(&self) -> bool {
        matches!(self.asked.what, What::Deadline { .. })
    }

    /// 回答：要细看的部分记入 `wanted`；`seen` 为引起这一问的种类的事件与日子。
    pub(crate) fn answer(&self, run: &Run<'_>, seen: Seen<'_>, wanted: &mut [u64]) {
        // A case that carries one of the keys has groups to look at one by one.
        if !self.asked.by.and(run.case.used_keys).is_empty() {
            return self.look_at_all(wanted);
        }
        match &self.asked.what {
            What::Deadline {
                pick,
                met,
                judge_on,
                ..
            } => self.elapsed(run, (seen, *pick), *met, *judge_on, wanted),
            What::Requires {
                needs, position, ..
            } => self.needed(run, seen, (needs.as_slice(), *position), wanted),
            What::Precedes { order, strict } => {
                self.in_order(run, (order.as_slice(), *strict), wanted)
            }
        }
    }

    fn members(&self) -> impl Iterator<Item = &Member> {
        let counted = self.calendar.iter().chain(&self.working);
        counted.map(|(_, member)| member).chain(&self.others)
    }

    fn look_at_all(&self, wanted: &mut [u64]) {
        self.members()
            .for_each(|m| insert(wanted, m.place as usize));
    }

    /// 除了适用条件显然不成立的，都要细看。
    fn look_unless_guarded(
        &self,
        run: &Run<'_>,
        member: &Member,
        (position, day): (u32, Date),
        wanted: &mut [u64],
    ) {
        let (_, part) = part_at(run, member);
        let is_off = day >= member.from
            && part.when.as_ref().is_some_and(|when| {
                let keys = Keys::none();
                let ctx = Ctx::new(run, &keys, day).with(Slot::E, position);
                matches!(when(&ctx), Tri::False)
            });
        if !is_off {
            insert(wanted, member.place as usize);
        }
    }

    fn elapsed(
        &self,
        run: &Run<'_>,
        ((positions, days), pick): (Seen<'_>, Pick),
        met: KindId,
        judge_on: Option<KindId>,
        wanted: &mut [u64],
    ) {
        let case = run.case;
        if judge_on.is_some_and(|kind| case.days_of(kind).is_empty()) {
            return;
        }
        let done = case.days_of(met);
        match (pick, positions, days) {
            (Pick::First, [position, ..], [day, ..]) | (Pick::Last, [.., position], [.., day]) => {
                self.since(run, (*position, *day), done, wanted);
            }
            (Pick::Each, ..) => {
                for (position, day) in positions.iter().zip(days) {
                    self.since(run, (*position, *day), done, wanted);
                }
            }
            (Pick::First | Pick::Last, ..) => {}
        }
    }

    /// 一次起算；`done` 为各次完成的日子。
    fn since(&self, run: &Run<'_>, at: (u32, Date), done: &[Date], wanted: &mut [u64]) {
        let (_, start) = at;
        let calendar = &run.lawbook.calendar;
        // Not done at all: nothing to find while the day of judgement is not past the due day either.
        let unfinished = || {
            let is_open = done.is_empty() && calendar.knows(start);
            is_open.then_some(run.case.as_of)
        };
        let first = done.iter().find(|day| **day >= start).copied();
        let elapsed = Elapsed {
            start,
            done: first.or_else(unfinished),
        };
        if start < self.latest {
            // Some of the rules may not be in force yet: those are counted by the full judgement.
            for member in self.members().filter(|m| start < m.from) {
                insert(wanted, member.place as usize);
            }
        }
        let days = elapsed.done.map(|done| done.days_since(start));
        for (n, member) in &self.calendar {
            if days.is_some_and(|days| days <= i32::from(*n)) {
                break;
            }
            self.look_unless_guarded(run, member, at, wanted);
        }
        let is_known = |done: &Date| calendar.knows(start) && !calendar.is_provisional(*done);
        let ended = elapsed.done.filter(is_known).map(|done| {
            let before = done.add_days(-1).max(start);
            calendar.working_days_between(start, before)
        });
        for (n, member) in &self.working {
            let is_same_day = elapsed.done == Some(start);
            if ended.is_some_and(|ended| ended < i32::from(*n) || is_same_day) {
                break;
            }
            self.look_unless_guarded(run, member, at, wanted);
        }
        for member in &self.others {
            if !is_surely_on_time(run, member, elapsed) {
                self.look_unless_guarded(run, member, at, wanted);
            }
        }
    }

    fn needed(
        &self,
        run: &Run<'_>,
        (positions, days): Seen<'_>,
        (needs, wanted_position): (&[KindId], Position),
        wanted: &mut [u64],
    ) {
        let case = run.case;
        let ([position, others @ ..], [first, ..], Some(last)) = (positions, days, days.last())
        else {
            return;
        };
        let is_found = needs.iter().any(|kind| {
            let found = case.days_of(*kind);
            match wanted_position {
                Position::Any => !found.is_empty(),
                Position::Before => found.first().is_some_and(|day| day < first),
                Position::After => found.last().is_some_and(|day| day > last),
                Position::SameDay => false,
            }
        });
        if is_found && *first >= self.latest {
            return;
        }
        for member in &self.others {
            if *first < member.from || (!is_found && !others.is_empty()) {
                insert(wanted, member.place as usize);
            } else if !is_found {
                self.look_unless_guarded(run, member, (*position, *first), wanted);
            }
        }
    }

    fn in_order(
        &self,
        run: &Run<'_>,
        (order, strict): (&[(KindId, Pick)], bool),
        wanted: &mut [u64],
    ) {
        let case = run.case;
        let mut before: Option<(u32, Date)> = None;
        let mut reversed = None;
        let mut seen = 0;
        let mut earliest: Option<Date> = None;
        for (kind, pick) in order {
            let (list, days) = (case.of_kind(*kind), case.days_of(*kind));
            let chosen = match pick {
                Pick::Last => list.last().zip(days.last()),
                Pick::First | Pick::Each => list.first().zip(days.first()),
            };
            let Some((position, day)) = chosen else {
                continue;
            };
            let day = *day;
            seen += 1;
            earliest = Some(earliest.map_or(day, |earliest| earliest.min(day)));
            if let Some((previous, earlier)) = before {
                let is_timed = |position: u32| case.events[position as usize].at.is_some();
                let is_close =
                    earlier == day && (strict || (is_timed(previous) && is_timed(*position)));
                if earlier > day || is_close {
                    reversed = Some(*position);
                }
            }
            before = Some((*position, day));
        }
        let Some(earliest) = earliest.filter(|_| seen > 1) else {
            return;
        };
        // In order as far as the material goes: certain only where it carries all of them.
        let is_complete = || {
            let mut kinds = order.iter();
            kinds.all(|(kind, _)| case.is_complete(*kind, case.as_of))
        };
        let is_clear = reversed.is_none() && (case.is_closed() || is_complete());
        if is_clear && earliest >= self.latest {
            return;
        }
        for member in &self.others {
            if earliest < member.from {
                insert(wanted, member.place as usize);
            } else if let Some(position) = reversed.filter(|_| order.len() == 2) {
                let day = case.day(position);
                self.look_unless_guarded(run, member, (position, day), wanted);
            } else if !is_clear {
                insert(wanted, member.place as usize);
            }
        }
    }
}

fn part_at<'l>(run: &Run<'l>, member: &Member) -> (&'l Rule, &'l Part) {
    let (rule, part) = run.lawbook.plan.parts[member.place as usize];
    let rule = &run.lawbook.rules[rule as usize];
    (rule, &rule.parts[usize::from(part)])
}

fn of_deadline(form: &Deadline) -> Option<What> {
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
    Some(What::Deadline {
        start: form.start.simple()?,
        pick: form.start.pick,
        met: form.met_by.as_ref()?.simple()?,
        judge_on,
    })
}

fn of_requires(form: &Requires) -> Option<What> {
    let plain = form.within.is_none() && form.that.is_none() && !form.document && !form.media;
    let needs: Option<Vec<KindId>> = form.needs.iter().map(Selector::simple).collect();
    let on = form.on.simple()?;
    let needs = needs.filter(|n| plain && !n.is_empty() && !n.contains(&on))?;
    (form.position != Position::SameDay).then_some(What::Requires {
        on,
        needs,
        position: form.position,
    })
}

fn of_precedes(form: &Precedes) -> Option<What> {
    let order: Option<Vec<(KindId, Pick)>> = form
        .order
        .iter()
        .map(|s| Some((s.simple()?, s.pick)))
        .collect();
    Some(What::Precedes {
        order: order?,
        strict: form.strict,
    })
}

/// 期限取自参数，或者以月、年计的：逐个看是否显然按期。
fn is_surely_on_time(run: &Run<'_>, member: &Member, elapsed: Elapsed) -> bool {
    let (_, part) = part_at(run, member);
    let (Form::Deadline(form), Some(done)) = (&part.form, elapsed.done) else {
        return false;
    };
    let start = elapsed.start;
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
    is_surely_within(period, start, done, &run.lawbook.calendar)
}
