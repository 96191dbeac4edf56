//! 义务的结果变成判断。

use mingjing_domain::finding::Detail;
use mingjing_kernel::date::Timestamp;
use mingjing_kernel::due::{DueAt, Lateness, Start, lateness};
use mingjing_kernel::period::PeriodUnit;

use super::DutyRun;
use crate::cel::value::Tri;
use crate::context::{Ctx, ResultScope};
use crate::forms::{Verdict, refused};

/// 把义务变成判断。
pub fn verdict(ctx: &Ctx<'_>, run: DutyRun) -> Verdict {
    let mut detail = Detail::default();
    let mut scope = ResultScope::default();
    if let (Tri::False, Some(due)) = (&run.holds, &run.due) {
        let as_of = ctx.run.case.as_of;
        let actual = match run.met {
            Some((_, at)) => at,
            // Nothing has happened yet: it is late until the end of the day of judgement.
            None if run.unit == PeriodUnit::Hours => Start::Minute(Timestamp::end_of_day(as_of)),
            None => Start::Day(as_of),
        };
        if run.met.is_some() {
            detail.actual = Some(match actual {
                Start::Day(day) => DueAt::Day(day),
                Start::Minute(at) if matches!(due.at, DueAt::Minute(_)) => DueAt::Minute(at),
                Start::Minute(at) => DueAt::Day(at.date()),
            });
        }
        let late = lateness(run.unit, due.at, actual, &ctx.run.lawbook.calendar);
        let ended = run.met.map_or(as_of, |(_, at)| at.date());
        let days = due.at.date().map_or(0, |d| ended.days_since(d));
        scope = ResultScope {
            late: Some(amount(late)),
            late_days: Some(i64::from(days)),
            actual: None,
            limit: None,
        };
        detail.late = Some(late);
    } else if let Some((_, at)) = run.met {
        detail.actual = Some(match at {
            Start::Day(day) => DueAt::Day(day),
            Start::Minute(at) => DueAt::Day(at.date()),
        });
    }
    let refusals = run.rejected.iter();
    detail.refused = refusals.map(|r| refused(ctx, r.position, r.why)).collect();
    detail.due = run.due;
    let mut evidence = run.evidence;
    evidence.sort_unstable();
    evidence.dedup();
    Verdict {
        trigger: Some(run.trigger),
        keys: run.keys,
        day: run.day,
        applies: run.applies,
        holds: run.holds,
        severity: None,
        status: None,
        footing: run.footing,
        evidence,
        detail,
        scope,
    }
}

fn amount(late: Lateness) -> i64 {
    i64::from(late.amount())
}
