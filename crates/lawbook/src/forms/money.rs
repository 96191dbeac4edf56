//! `accrues`：按日累计的钱（加处罚款、滞纳金）。

use mingjing_domain::finding::MissingWhy;
use mingjing_kernel::date::Date;
use mingjing_kernel::due::DueAt;
use mingjing_kernel::money::{Fen, Rounding};

use super::{Part, Verdict, each};
use crate::cel::compile::Fun;
use crate::cel::value::{Miss, Tri, Val, miss};
use crate::context::Ctx;
use crate::selector::{Selected, Selector};

/// 判断什么。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judge {
    /// 不超过上限
    Cap,
    /// 不超过按费率应加的数
    Rate,
    /// 起算日不早于
    From,
}

/// 按日累计。
pub struct Accrues {
    /// 触发。
    pub on: Selector,
    /// 本金（分）。
    pub principal: Fun,
    /// 起算：次日开始计。
    pub from: Fun,
    /// 计到哪一日（含）。
    pub until: Option<Fun>,
    /// 实际开始计的日子（`judge = "from"`）。
    pub started_on: Option<Fun>,
    /// 日费率（万分之一）。
    pub rate: Fun,
    /// 上限占本金的比例（万分之一）。
    pub cap: Fun,
    /// 实际数（分）。
    pub actual: Fun,
    /// 不计的期间（闭区间）。
    pub pause: Vec<(Selector, Selector)>,
    /// 判断什么。
    pub judge: Judge,
}

/// 一期累计的结果。
struct Accrual {
    days: i64,
    limit: i64,
    actual: i64,
}

impl Accrues {
    /// 判断。
    pub fn judge(&self, ctx: &Ctx<'_>, part: &Part) -> Vec<Verdict> {
        each(ctx, &self.on, part, |inner, _, result| {
            match self.judge {
                Judge::From => self.judge_start(inner, result),
                Judge::Cap | Judge::Rate => self.judge_amount(inner, result),
            }
            true
        })
    }

    fn judge_start(&self, ctx: &Ctx<'_>, result: &mut Verdict) {
        let started = self.started_on.as_ref().map_or_else(
            || Err(miss("started_on", MissingWhy::Error)),
            |s| day(s(ctx)),
        );
        match (started, day((self.from)(ctx))) {
            (Err(m), _) | (_, Err(m)) => result.holds = Tri::Unknown(m),
            (Ok(started), Ok(from)) => {
                result.holds = Tri::of(started > from);
                result.detail.actual = Some(DueAt::Day(started));
                result.scope.late_days = Some(i64::from(from.days_since(started) + 1));
            }
        }
    }

    fn judge_amount(&self, ctx: &Ctx<'_>, result: &mut Verdict) {
        match self.accrual(ctx, result) {
            Err(m) => result.holds = Tri::Unknown(m),
            Ok(accrual) => {
                result.holds = Tri::of(accrual.actual <= accrual.limit);
                result.detail.amount = Some((accrual.actual, accrual.limit));
                result.detail.remaining = i32::try_from(accrual.days).ok();
                result.scope.actual = Some(accrual.actual);
                result.scope.limit = Some(accrual.limit);
            }
        }
        // The pause can only lower what may be demanded; if it is not fully known, a pass is not proven.
        if matches!(result.holds, Tri::True) && self.judge == Judge::Rate {
            let gap = self
                .pause
                .iter()
                .find_map(|(from, _)| from.gap(ctx, ctx.run.case.as_of));
            if let Some(m) = gap {
                result.holds = Tri::Unknown(m);
            }
        }
    }

    fn accrual(&self, ctx: &Ctx<'_>, result: &mut Verdict) -> Result<Accrual, Miss> {
        let actual = int((self.actual)(ctx))?;
        let principal = int((self.principal)(ctx))?;
        let overflow = || miss("溢出", MissingWhy::Error);
        let share = |rate: i64| {
            let rate = u32::try_from(rate).map_err(|_| overflow())?;
            Fen(principal)
                .mul_rate(rate, Rounding::Down)
                .map(|f| f.0)
                .ok_or_else(overflow)
        };
        let cap = share(int((self.cap)(ctx))?)?;
        if self.judge == Judge::Cap {
            return Ok(Accrual {
                days: 0,
                limit: cap,
                actual,
            });
        }
        let from = day((self.from)(ctx))?;
        let until = match &self.until {
            Some(until) => day(until(ctx))?,
            None => ctx.day,
        };
        let paused = self.paused_days(ctx, from, until, result)?;
        let days = (i64::from(until.days_since(from)) - paused).max(0);
        let daily = share(int((self.rate)(ctx))?)?;
        let accrued = daily.checked_mul(days).ok_or_else(overflow)?;
        Ok(Accrual {
            days,
            limit: accrued,
            actual,
        })
    }

    /// (from, until] 之内、落在不计期间（闭区间，取并集）的日数。
    fn paused_days(
        &self,
        ctx: &Ctx<'_>,
        from: Date,
        until: Date,
        result: &mut Verdict,
    ) -> Result<i64, Miss> {
        let mut spans: Vec<(Date, Date)> = Vec::new();
        for (start, end) in &self.pause {
            for (position, doubt) in start.candidates(ctx) {
                if let Some(m) = doubt {
                    return Err(m);
                }
                let first = ctx.run.case.events[position as usize].day;
                let last = match end.select_where(ctx, |p| p > position) {
                    Selected::Found(p) => {
                        // An earlier end, outside the material, leaves more days to count.
                        if let Some(m) = end.unseen(ctx, p) {
                            return Err(m);
                        }
                        ctx.run.case.events[p as usize].day
                    }
                    Selected::None(_) => until,
                    Selected::Unknown(m) => return Err(m),
                };
                result.evidence.push(position);
                spans.push((first.max(from.add_days(1)), last.min(until)));
            }
        }
        spans.retain(|(a, b)| a <= b);
        spans.sort_unstable();
        let mut total = 0i64;
        let mut covered: Option<Date> = None;
        for (first, last) in spans {
            let first = covered.map_or(first, |c| first.max(c.add_days(1)));
            if first <= last {
                total += i64::from(last.days_since(first)) + 1;
                covered = Some(last);
            }
        }
        Ok(total)
    }
}

fn int(value: Val) -> Result<i64, Miss> {
    match value {
        Val::Int(n) => Ok(n),
        Val::Unknown(m) => Err(m),
        _ => Err(miss("金额", MissingWhy::Error)),
    }
}

fn day(value: Val) -> Result<Date, Miss> {
    match value {
        Val::Date(day) => Ok(day),
        Val::Unknown(m) => Err(m),
        _ => Err(miss("日期", MissingWhy::Error)),
    }
}
