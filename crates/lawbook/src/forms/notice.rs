//! `notice`：行为之前足够的日子通知；有几次通知的，看哪一次说的是这一次行为。

use mingjing_domain::finding::{Mark, Marks, MissingWhy, Severity};
use mingjing_kernel::notice::{BwdOutcome, NoticeGap, calendar_day_gap, notice_gap};
use mingjing_kernel::period::Period;

use super::clock::PeriodOf;
use super::{Part, Verdict, each};
use crate::basis::Footing;
use crate::cel::compile::Test;
use crate::cel::value::{Miss, Tri, merge, miss};
use crate::context::{Ctx, Slot};
use crate::selector::{Pick, Selected, Selector};

/// `notice` 的较轻处理。
pub struct Lesser {
    /// 条件。
    pub when: Test,
    /// 程度。
    pub to: Severity,
    /// 标记。
    pub marks: Marks,
}

/// `notice`：行为之前足够的日子通知。
pub struct Notice {
    /// 通知。
    pub notice: Selector,
    /// 行为。
    pub act: Selector,
    /// 倒计期限。
    pub period: PeriodOf,
    /// 通知说的是不是这一次行为（读 `notice`、`act`）。
    pub that: Option<Test>,
    /// 较轻处理。
    pub lesser: Vec<Lesser>,
}

/// 一次通知：说的是不是这一次，以及只看它的判断。
struct Given {
    belongs: Tri,
    verdict: Verdict,
}

impl Notice {
    /// 判断：每个行为对应它之前的通知。
    pub fn judge(&self, ctx: &Ctx<'_>, part: &Part) -> Vec<Verdict> {
        each(ctx, &self.act, part, |inner, trigger, verdict| {
            let inner = inner.with(Slot::Act, trigger.position);
            // Where the period is not verified or the law sets none, the notice need not be looked at.
            let period = match self.period.get(&inner) {
                Ok(Some(period)) => period,
                Ok(None) => {
                    verdict.applies = Tri::False;
                    return true;
                }
                Err(m) => {
                    verdict.holds = Tri::Unknown(m);
                    return true;
                }
            };
            let fresh = std::mem::take(verdict);
            *verdict = match self.notice.pick {
                Pick::Each => self.any_in_time(&inner, period, fresh),
                Pick::First | Pick::Last => self.chosen_in_time(&inner, period, fresh),
            };
            true
        })
    }

    /// 选择器指明的一次。
    fn chosen_in_time(&self, ctx: &Ctx<'_>, period: Period, mut verdict: Verdict) -> Verdict {
        let day = |p: u32| ctx.run.case.events[p as usize].day;
        match self.notice.select_where(ctx, |p| day(p) <= ctx.day) {
            Selected::Found(notice) => {
                let gap = self.notice.gap(ctx, ctx.day);
                let mut verdict = self.given(ctx, period, notice, &verdict);
                verdict.holds = gap.map_or(verdict.holds, Tri::Unknown);
                return verdict;
            }
            Selected::None(_) => verdict.holds = Tri::False,
            Selected::Unknown(m) => verdict.holds = Tri::Unknown(m),
        }
        verdict
    }

    /// 说的是这一次行为的通知，有一次够早就合规；说不清是哪一次的，各种可能都一样才有结论。
    fn any_in_time(&self, ctx: &Ctx<'_>, period: Period, mut verdict: Verdict) -> Verdict {
        let gap = self.notice.gap(ctx, ctx.day);
        let mut all: Vec<Given> = Vec::new();
        for (notice, doubt) in self.notice.candidates(ctx) {
            if ctx.run.case.events[notice as usize].day > ctx.day {
                continue;
            }
            let inner = ctx.with(Slot::Notice, notice);
            let stated = self.that.as_ref().map_or_else(
                || Tri::Unknown(ctx.uncertain_reference(notice)),
                |that| that(&inner),
            );
            all.push(Given {
                belongs: doubt.map_or(Tri::True, Tri::Unknown).and(|| stated),
                verdict: self.given(ctx, period, notice, &verdict),
            });
        }
        let is_stated = all.iter().any(|g| matches!(g.belongs, Tri::True));
        let is_possible = all.iter().any(|g| !matches!(g.belongs, Tri::False));
        // The best that may be the one: an early one, a lighter consequence.
        let best = all
            .iter()
            .filter(|g| match g.belongs {
                Tri::True => true,
                Tri::Unknown(_) => !is_stated,
                Tri::False => !is_possible,
            })
            .min_by_key(|g| rank(&g.verdict));
        let Some(best) = best else {
            verdict.holds = gap.map_or(Tri::False, Tri::Unknown);
            return verdict;
        };
        let is_in_time = |g: &Given| matches!(g.verdict.holds, Tri::True);
        let mut doubt: Option<Miss> = None;
        let mut add =
            |m: &Miss| doubt = Some(doubt.as_ref().map_or_else(|| m.clone(), |d| merge(d, m)));
        if is_stated && is_in_time(best) {
            // The law asks for one notice of this act in time; others take nothing from it.
        } else {
            let others = all
                .iter()
                .filter(|g| is_in_time(g) != is_in_time(best) || !is_possible);
            for other in others {
                match &other.belongs {
                    Tri::Unknown(m) => add(m),
                    // Only notices of other days, one of them early enough: the one of this day is not on record.
                    Tri::False if !is_possible && is_in_time(other) => {
                        add(&self.notice.absent(ctx))
                    }
                    Tri::False | Tri::True => {}
                }
            }
            if let Some(m) = &gap {
                add(m);
            }
        }
        let mut chosen = best.verdict.clone();
        chosen.holds = doubt.map_or(chosen.holds, Tri::Unknown);
        chosen
    }

    /// 只看这一次通知的判断。
    fn given(&self, ctx: &Ctx<'_>, period: Period, notice: u32, fresh: &Verdict) -> Verdict {
        let mut verdict = fresh.clone();
        verdict.evidence.insert(0, notice);
        let ctx = &ctx.with(Slot::Notice, notice);
        let given = ctx.run.case.events[notice as usize].day;
        let gap = match period {
            Period::CalendarDaysBefore { .. } => Ok(calendar_day_gap(given, verdict.day)),
            _ => notice_gap(given, verdict.day, &ctx.run.lawbook.calendar),
        };
        let wanted = period.length().unwrap_or(0);
        let outcome = gap.map(|gap: NoticeGap| (gap, gap.outcome(wanted)));
        verdict.scope.limit = period.length().map(i64::from);
        match outcome {
            Err(_) => {
                verdict.holds = Tri::Unknown(miss(
                    format!("calendar:{}", given.year()),
                    MissingWhy::Calendar,
                ));
            }
            Ok((gap, outcome)) => {
                verdict.scope.actual = Some(i64::from(gap.full_between));
                verdict.detail.amount = Some((i64::from(gap.full_between), i64::from(wanted)));
                match outcome {
                    BwdOutcome::Enough => {}
                    BwdOutcome::OnlyWithActDay => {
                        verdict.holds = Tri::False;
                        verdict.severity = Some(Severity::Warning);
                        verdict.footing.insert(Mark::Convention);
                    }
                    BwdOutcome::TooFew => verdict.holds = Tri::False,
                }
                if ctx.run.lawbook.calendar.is_provisional(verdict.day)
                    && matches!(verdict.holds, Tri::False)
                {
                    verdict.holds = Tri::Unknown(miss("calendar", MissingWhy::Calendar));
                }
            }
        }
        for lesser in &self.lesser {
            if matches!(verdict.holds, Tri::False) && matches!((lesser.when)(ctx), Tri::True) {
                verdict.severity = Some(lesser.to);
                verdict.footing = verdict.footing.union(Footing::marked(lesser.marks));
            }
        }
        verdict
    }
}

/// 合规在先，其次说不清，再次程度轻的。
fn rank(verdict: &Verdict) -> (u8, Option<Severity>) {
    match verdict.holds {
        Tri::True => (0, None),
        Tri::Unknown(_) => (1, None),
        Tri::False => (2, verdict.severity.or(Some(Severity::Grave))),
    }
}
