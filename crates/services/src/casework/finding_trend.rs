//! 发现的走势：按天或按周，新发现几个、消除几个。

use std::collections::BTreeMap;

use mingjing_kernel::date::Date;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::scope::scope;
use mingjing_store::counter::SumBy;
use mingjing_store::finding::FindingFilter;
use mingjing_store::trend::{Days, TrendPoint};

use crate::casework::list_findings::watermark;
use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::limit::{TREND_DAYS_DEFAULT, TREND_DAYS_MAX, TREND_WEEKS_DEFAULT};
use crate::page::Watermark;

const WEEK: i32 = 7;

/// 一点有多长。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrendUnit {
    /// 一天
    Day,
    /// 一周，自星期一起
    Week,
}

/// 要怎样的走势。
#[derive(Debug, Clone)]
pub struct TrendQuery {
    /// 哪些发现；`since`、`with_ended` 不看。
    pub filter: FindingFilter,
    /// 分组；没有的合在一起。
    pub by: Option<SumBy>,
    /// 一点有多长。
    pub unit: TrendUnit,
    /// 从哪一天起。
    pub from: Option<Date>,
    /// 到哪一天止，当日也算；没有的到今天。
    pub to: Option<Date>,
}

/// 走势。
#[derive(Debug, Clone)]
pub struct Trend {
    /// 第一点的首日。
    pub from: Date,
    /// 最后一天。
    pub to: Date,
    /// 各点，先后为序，每点以首日称呼；不分组的一点不缺，分组的只列有数的。
    pub points: Vec<TrendPoint>,
    /// 折到了日志的哪里。
    pub watermark: Option<Watermark>,
}

/// 范围之内的走势。
#[crate::boxed]
pub async fn finding_trend(
    services: &Services,
    request: &RequestContext,
    query: &TrendQuery,
) -> Result<Trend, ServiceError> {
    let days = days_of(query, request.today())?;
    let actor = &request.actor;
    let scope = scope(actor, Action::Read, ResourceKind::Finding, request.today());
    let filter = FindingFilter {
        since: None,
        ..query.filter.clone()
    };
    let read = &services.store.reader().await?;
    let found = read.list_trend(&scope, &filter, query.by, days).await?;
    let mut sums: BTreeMap<(Date, String), (u64, u64)> = BTreeMap::new();
    if query.by.is_none() {
        let step = match query.unit {
            TrendUnit::Day => 1,
            TrendUnit::Week => WEEK,
        };
        let mut day = days.from;
        while day <= days.to {
            sums.insert((day, String::new()), (0, 0));
            day = day.add_days(step);
        }
    }
    for point in found {
        let first = first_day(query.unit, point.on);
        let sum = sums.entry((first, point.group)).or_default();
        *sum = (sum.0 + point.found, sum.1 + point.ended);
    }
    let points = sums.into_iter();
    Ok(Trend {
        from: days.from,
        to: days.to,
        points: points
            .map(|((on, group), (found, ended))| TrendPoint {
                on,
                group,
                found,
                ended,
            })
            .collect(),
        watermark: watermark(read, request).await?,
    })
}

fn days_of(query: &TrendQuery, today: Date) -> Result<Days, ServiceError> {
    let to = query.to.unwrap_or(today);
    let back = match query.unit {
        TrendUnit::Day => TREND_DAYS_DEFAULT - 1,
        TrendUnit::Week => (TREND_WEEKS_DEFAULT - 1) * WEEK,
    };
    let from = query.from.unwrap_or_else(|| to.add_days(-back));
    let from = first_day(query.unit, from);
    let length = to.days_since(from) + 1;
    if !(1..=TREND_DAYS_MAX).contains(&length) {
        let message = format!("起止之间应为 1 至 {TREND_DAYS_MAX} 天");
        let pointer = Pointer::query("from_on");
        return Err(ServiceError::invalid(
            pointer,
            FieldCode::OutOfRange,
            message,
        ));
    }
    Ok(Days { from, to })
}

/// The day that a point is called by: the day itself, or the Monday of its week.
fn first_day(unit: TrendUnit, on: Date) -> Date {
    match unit {
        TrendUnit::Day => on,
        // Day 0 was a Thursday.
        TrendUnit::Week => on.add_days(-(on.day_number() + 3).rem_euclid(WEEK)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_monday() {
        for (on, first) in [
            ("2026-03-02", "2026-03-02"),
            ("2026-03-08", "2026-03-02"),
            ("2026-03-09", "2026-03-09"),
            ("1970-01-01", "1969-12-29"),
        ] {
            let on = Date::parse_iso(on).unwrap();
            assert_eq!(first_day(TrendUnit::Week, on).to_string(), first);
        }
    }
}
