//! 日期与时刻的函数。

use mingjing_domain::finding::MissingWhy;
use mingjing_kernel::calendar::DayKind;
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::due::due_day;
use mingjing_kernel::period::Period;

use super::{one, text_literal, two, typed, wrong};
use crate::cel::ast::Spanned;
use crate::cel::compile::{CompileError, Env, Typed};
use crate::cel::types::Type;
use crate::cel::value::{Val, miss};
use crate::context::Ctx;
use crate::diagnostic::Code;

/// 这一组的函数名。
pub(super) const NAMES: [&str; 11] = [
    "date",
    "days",
    "months",
    "wd_between",
    "cd_between",
    "age_on",
    "is_working_day",
    "minutes_between",
    "end_of",
    "minute_of_day",
    "day_kind",
];

/// `days`、`months` 的范围：历法只到 2199 年，再多就是写错了。
const SPAN_RANGE: std::ops::RangeInclusive<i32> = -100_000..=100_000;

/// 编译日期与时刻的函数。
pub(super) fn call(
    env: &mut Env<'_>,
    name: &str,
    args: &[Spanned],
    at: usize,
) -> Result<Typed, CompileError> {
    match (name, args) {
        ("date", [d]) => {
            let text = text_literal(d, name, "date('2024-01-01')")?;
            let date = Date::parse_iso(text)
                .map_err(|e| CompileError::new(d.at, Code::Type, e.to_string()))?;
            typed(Type::Date, Box::new(move |_| Val::Date(date)))
        }
        ("days" | "months", [n]) => {
            let in_days = name == "days";
            one(
                env,
                name,
                n,
                Type::Span,
                move |_, n: i64| match i32::try_from(n) {
                    Ok(n) if !SPAN_RANGE.contains(&n) => Val::error("天数过大"),
                    Ok(n) if in_days => Val::Span(0, n),
                    Ok(n) => Val::Span(n, 0),
                    Err(_) => Val::error("天数过大"),
                },
            )
        }
        ("wd_between", [a, b]) => two(env, name, (a, b), Type::Int, working_days_between),
        ("cd_between", [a, b]) => two(env, name, (a, b), Type::Int, |_, a: Date, b: Date| {
            Val::Int(i64::from(b.days_since(a)))
        }),
        ("age_on", [birth, day]) => two(env, name, (birth, day), Type::Int, |_, birth, day| {
            Val::Int(age(birth, day))
        }),
        ("is_working_day", [day]) => one(env, name, day, Type::Bool, is_working_day),
        ("minutes_between", [a, b]) => {
            let minutes = |at: Timestamp| at.unix_seconds().div_euclid(60);
            two(env, name, (a, b), Type::Int, move |_, a, b| {
                Val::Int(minutes(b) - minutes(a))
            })
        }
        ("end_of", [start, period]) => two(env, name, (start, period), Type::Date, end_of),
        ("minute_of_day", [instant]) => one(env, name, instant, Type::Int, |_, at: Timestamp| {
            Val::Int(i64::from(at.minute_of_day()))
        }),
        ("day_kind", [day]) => one(env, name, day, Type::Text, kind_of_day),
        _ => Err(wrong(
            at,
            name,
            "参数个数不对，如 wd_between(日期, 日期)、days(天数)",
        )),
    }
}

fn working_days_between(ctx: &Ctx<'_>, a: Date, b: Date) -> Val {
    let calendar = &ctx.run.lawbook.calendar;
    let (first, last) = (a.min(b), a.max(b));
    if first < calendar.coverage().0 || calendar.is_provisional(last) {
        return Val::Unknown(miss(
            format!("calendar:{}", last.year()),
            MissingWhy::Calendar,
        ));
    }
    let days = i64::from(calendar.working_days_between(first, last));
    Val::Int(if a <= b { days } else { -days })
}

fn age(birth: Date, day: Date) -> i64 {
    let had_birthday = (day.month(), day.day()) >= (birth.month(), birth.day());
    i64::from(day.year()) - i64::from(birth.year()) - i64::from(!had_birthday)
}

/// 期限届满日；日历未公布的年份说不清。
fn end_of(ctx: &Ctx<'_>, start: Date, period: Period) -> Val {
    match due_day(start, period, &ctx.run.lawbook.calendar) {
        Ok((day, false)) => Val::Date(day),
        Ok((_, true)) | Err(_) => Val::Unknown(miss("calendar", MissingWhy::Calendar)),
    }
}

fn is_working_day(ctx: &Ctx<'_>, day: Date) -> Val {
    let calendar = &ctx.run.lawbook.calendar;
    if day < calendar.coverage().0 || calendar.is_provisional(day) {
        return Val::Unknown(miss(
            format!("calendar:{}", day.year()),
            MissingWhy::Calendar,
        ));
    }
    Val::Bool(calendar.is_working(day))
}

/// `holiday`（放假日）、`weekend`（普通周末）、`working`（工作日，含调休上班）。
fn kind_of_day(ctx: &Ctx<'_>, day: Date) -> Val {
    let calendar = &ctx.run.lawbook.calendar;
    if !calendar.knows(day) || calendar.is_provisional(day) {
        return Val::Unknown(miss(
            format!("calendar:{}", day.year()),
            MissingWhy::Calendar,
        ));
    }
    let kind = match calendar.day(day) {
        DayKind::Holiday { .. } => "holiday",
        _ if calendar.is_working(day) => "working",
        _ => "weekend",
    };
    Val::Text(kind.into())
}
