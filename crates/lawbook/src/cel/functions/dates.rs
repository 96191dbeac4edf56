//! 日期与时刻的函数。

use mingjing_domain::finding::MissingWhy;
use mingjing_kernel::calendar::DayKind;
use mingjing_kernel::date::Date;
use mingjing_kernel::due::due_day;
use mingjing_kernel::period::Period;

use super::{pair, text_literal, typed, unary, wrong};
use crate::cel::ast::Spanned;
use crate::cel::compile::{CompileError, Env, Typed, expect};
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
            let n = expect(env, n, &Type::Int)?;
            let in_days = name == "days";
            let span = move |_: &Ctx<'_>, value: Val| match value {
                Val::Int(n) => match i32::try_from(n) {
                    Ok(n) if SPAN_RANGE.contains(&n) => {
                        if in_days {
                            Val::Span(0, n)
                        } else {
                            Val::Span(n, 0)
                        }
                    }
                    _ => Val::error("天数过大"),
                },
                _ => Val::error("天数"),
            };
            typed(Type::Span, unary(n, span))
        }
        ("wd_between" | "cd_between", [a, b]) => {
            let (a, b) = (expect(env, a, &Type::Date)?, expect(env, b, &Type::Date)?);
            let working = name == "wd_between";
            typed(
                Type::Int,
                pair(a, b, move |ctx, x, y| days_between(ctx, working, &x, &y)),
            )
        }
        ("age_on", [birth, day]) => {
            let (a, b) = (
                expect(env, birth, &Type::Date)?,
                expect(env, day, &Type::Date)?,
            );
            typed(
                Type::Int,
                pair(a, b, |_, x, y| match (x, y) {
                    (Val::Date(birth), Val::Date(day)) => Val::Int(age(birth, day)),
                    _ => Val::error("年龄"),
                }),
            )
        }
        _ => clock(env, name, args, at),
    }
}

/// 时刻之差、期限届满日、时辰与日子的种类。
fn clock(
    env: &mut Env<'_>,
    name: &str,
    args: &[Spanned],
    at: usize,
) -> Result<Typed, CompileError> {
    match (name, args) {
        ("is_working_day", [d]) => {
            let d = expect(env, d, &Type::Date)?;
            typed(
                Type::Bool,
                unary(d, |ctx, value| match value {
                    Val::Date(day) => is_working_day(ctx, day),
                    _ => Val::error("is_working_day"),
                }),
            )
        }
        ("minutes_between", [a, b]) => {
            let (a, b) = (
                expect(env, a, &Type::Instant)?,
                expect(env, b, &Type::Instant)?,
            );
            typed(
                Type::Int,
                pair(a, b, |_, a, b| match (a, b) {
                    (Val::Instant(a), Val::Instant(b)) => {
                        Val::Int(b.unix_seconds().div_euclid(60) - a.unix_seconds().div_euclid(60))
                    }
                    _ => Val::error("时刻"),
                }),
            )
        }
        ("end_of", [start, period]) => {
            let (start, period) = (
                expect(env, start, &Type::Date)?,
                expect(env, period, &Type::Period)?,
            );
            typed(
                Type::Date,
                pair(start, period, |ctx, start, period| match (start, period) {
                    (Val::Date(start), Val::Period(period)) => end_of(ctx, start, period),
                    _ => Val::error("end_of"),
                }),
            )
        }
        ("minute_of_day", [instant]) => {
            let instant = expect(env, instant, &Type::Instant)?;
            typed(
                Type::Int,
                unary(instant, |_, value| match value {
                    Val::Instant(at) => Val::Int(i64::from(at.minute_of_day())),
                    _ => Val::error("minute_of_day"),
                }),
            )
        }
        ("day_kind", [day]) => {
            let day = expect(env, day, &Type::Date)?;
            typed(
                Type::Text,
                unary(day, |ctx, value| match value {
                    Val::Date(day) => kind_of_day(ctx, day),
                    _ => Val::error("day_kind"),
                }),
            )
        }
        _ => Err(wrong(
            at,
            name,
            "参数个数不对，如 wd_between(日期, 日期)、days(天数)",
        )),
    }
}

fn days_between(ctx: &Ctx<'_>, working: bool, a: &Val, b: &Val) -> Val {
    let (Val::Date(a), Val::Date(b)) = (a, b) else {
        return Val::error("日期");
    };
    if !working {
        return Val::Int(i64::from(b.days_since(*a)));
    }
    let calendar = &ctx.run.lawbook.calendar;
    let (first, last) = (*a.min(b), *a.max(b));
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
