//! 完成：哪个事件、何时；材料说不清时缺什么。

use mingjing_domain::finding::MissingWhy;
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::due::{DueAt, Start};
use mingjing_kernel::period::Period;

use super::Deadline;
use super::plan::add_doubt;
use super::settle::is_on_time;
use crate::basis::Footing;
use crate::cel::value::{Miss, Tri, Val, miss};
use crate::context::{Ctx, Slot};
use crate::forms::clock::is_surely_within;

pub(super) enum Met {
    Known(Option<u32>, Start),
    Not(Option<Miss>),
    Unknown(Miss),
}

impl Deadline {
    /// 完成：哪个事件、何时。
    pub(super) fn met(
        &self,
        ctx: &Ctx<'_>,
        trigger: u32,
        start_day: Date,
        next: Option<Option<u32>>,
        due: DueAt,
    ) -> Met {
        if let Some(next) = next {
            return match next {
                Some(position) => {
                    Met::Known(Some(position), Start::Day(ctx.run.case.day(position)))
                }
                None => Met::Not(self.restart_gap(ctx, ctx.run.case.as_of)),
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
        let Some(met_by) = &self.met_by else {
            return Met::Not(None);
        };
        let candidates: Vec<(u32, Option<Miss>)> = met_by.candidates(ctx);
        let same_kind_start = |p: u32| {
            let mut is_there = false;
            let starts = |s: u32, _: Option<Miss>| is_there |= s < p && s != trigger;
            self.start.each_candidate(ctx, starts);
            is_there
        };
        let after: Vec<&(u32, Option<Miss>)> = candidates
            .iter()
            .filter(|(p, _)| {
                let event = &ctx.run.case.events[*p as usize];
                // An event before the start answers it only if it can answer no other start.
                event.day >= start_day || (*p < trigger && !same_kind_start(*p))
            })
            .collect();
        let mut doubt: Option<Miss> = None;
        for (position, unsure) in after {
            let (at, found) = ctx.run.noting(|| self.met_time(ctx, *position));
            let at = match at {
                Ok(at) => at,
                Err(m) => {
                    add_doubt(&mut doubt, &m);
                    continue;
                }
            };
            match unsure {
                None => {
                    ctx.run.note(found);
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
    pub(super) fn restart_gap(&self, ctx: &Ctx<'_>, through: Date) -> Option<Miss> {
        let mut gap: Option<Miss> = None;
        for selector in [&self.restart_on, &self.met_by, &self.ends_by]
            .into_iter()
            .flatten()
        {
            if let Some(m) = selector.gap(ctx, through) {
                add_doubt(&mut gap, &m);
            }
        }
        gap
    }

    /// 不扣除、不延期、不顺延也已按期：扣除、延期、顺延只会更晚。还没有完成的，判断日也还没有过期。
    ///
    /// INVARIANT: where this says so, the full calculation finds that the duty holds.
    pub(super) fn is_surely_in_time(
        &self,
        ctx: &Ctx<'_>,
        trigger: u32,
        (start, given): (Date, Option<Timestamp>),
        period: Period,
    ) -> bool {
        let calendar = &ctx.run.lawbook.calendar;
        if let Some(met_on) = &self.met_on {
            let done = match met_on(ctx) {
                Val::Date(day) => Start::Day(day),
                Val::Instant(at) => Start::Minute(at),
                _ => return false,
            };
            return match period {
                Period::Hours { n } => {
                    let own = ctx.run.case.events[trigger as usize].at;
                    let from = given.or(own).filter(|at| at.date() == start);
                    let due = |from: Timestamp| DueAt::Minute(from.add_minutes(i64::from(n) * 60));
                    from.is_some_and(|from| is_on_time(done, due(from)))
                }
                _ => is_surely_within(period, start, done.date(), calendar),
            };
        }
        match self.done_since(ctx, start) {
            Some((Some(done), _)) => is_surely_within(period, start, done, calendar),
            Some((None, true)) if calendar.knows(start) => {
                is_surely_within(period, start, ctx.run.case.as_of, calendar)
            }
            _ => false,
        }
    }

    /// 显然已经按期完成的，不会临近到期。
    ///
    /// INVARIANT: where this says so, the full calculation finds that the duty is met.
    pub(super) fn is_surely_met(&self, ctx: &Ctx<'_>, start: Date, period: Period) -> bool {
        match self.done_since(ctx, start) {
            Some((Some(done), _)) => {
                is_surely_within(period, start, done, &ctx.run.lawbook.calendar)
            }
            _ => false,
        }
    }

    /// 起算以后确定的第一次完成，与是不是一次也没有；完成日另有取法的为 `None`。
    fn done_since(&self, ctx: &Ctx<'_>, start: Date) -> Option<(Option<Date>, bool)> {
        let is_plain = self.met_at.is_empty() && self.met_on.is_none();
        let met_by = self
            .met_by
            .as_ref()
            .filter(|s| is_plain && s.derived.is_none())?;
        let mut done: Option<Date> = None;
        let mut is_open = true;
        met_by.each_candidate(ctx, |position, doubt| {
            let day = ctx.run.case.day(position);
            is_open = false;
            if done.is_none() && doubt.is_none() && day >= start {
                done = Some(day);
            }
        });
        Some((done, is_open))
    }

    fn met_time(&self, ctx: &Ctx<'_>, position: u32) -> Result<Start, Miss> {
        let event = &ctx.run.case.events[position as usize];
        let own = event.at.map_or(Start::Day(event.day), Start::Minute);
        let inner = ctx
            .with(Slot::E, position)
            .with(Slot::Start, ctx.at(Slot::E).unwrap_or(position));
        for choice in &self.met_at {
            match choice.when.as_ref().map_or(Tri::True, |w| w(&inner)) {
                Tri::True => {
                    ctx.run.note(Footing::marked(choice.marks));
                    return match (choice.at)(&inner) {
                        Val::Date(day) if day == event.day => Ok(own),
                        Val::Date(day) => Ok(Start::Day(day)),
                        Val::Instant(at) => Ok(Start::Minute(at)),
                        Val::Unknown(m) => Err(m),
                        _ => Err(miss("met_at", MissingWhy::Error)),
                    };
                }
                Tri::False => {}
                Tri::Unknown(m) => return Err(m),
            }
        }
        if let Some(id) = self.met_by.as_ref().and_then(|s| s.derived) {
            return match crate::derived::date_of(ctx, id, position) {
                Val::Date(day) if day != event.day => Ok(Start::Day(day)),
                Val::Unknown(m) => Err(m),
                _ => Ok(own),
            };
        }
        Ok(own)
    }
}
