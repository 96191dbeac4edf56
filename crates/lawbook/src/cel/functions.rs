//! 条件中的函数、方法与列表宏。

use std::sync::Arc;

use mingjing_domain::finding::{DutyState, MissingWhy};
use mingjing_kernel::calendar::DayKind;
use mingjing_kernel::date::Date;
use mingjing_kernel::due::{DueAt, due_day};
use mingjing_kernel::money::{Fen, Rounding};

use super::ast::{Expr, Spanned};
use super::compile::{CompileError, Env, Fun, Typed, boolean, compile, expect, with_local};
use super::fields::actors;
use super::operators::contains;
use super::types::Type;
use super::value::{List, Tri, Val, merge, miss};
use crate::context::{Ctx, Slot};
use crate::diagnostic::{Code, nearest};
use crate::forms::deadline;

const NAMES: [&str; 30] = [
    "has",
    "param",
    "date",
    "days",
    "months",
    "wd_between",
    "cd_between",
    "due",
    "state",
    "recorded",
    "age_on",
    "card_valid",
    "actors",
    "disjoint",
    "distinct",
    "sum",
    "min",
    "max",
    "size",
    "mul_rate",
    "is_working_day",
    "cite_level",
    "cite_valid",
    "cite_article_in",
    "derived",
    "minutes_between",
    "end_of",
    "capitals",
    "minute_of_day",
    "day_kind",
];

fn wrong(at: usize, name: &str, usage: &str) -> CompileError {
    CompileError::new(at, Code::Type, format!("{name} 的用法：{usage}"))
}

fn typed(ty: Type, run: Fun) -> Result<Typed, CompileError> {
    Ok(Typed { ty, run })
}

fn text_literal<'t>(tree: &'t Spanned, name: &str, usage: &str) -> Result<&'t str, CompileError> {
    match &tree.expr {
        Expr::Text(text) => Ok(text),
        _ => Err(wrong(tree.at, name, usage)),
    }
}

/// 一元函数：未知直接传出。
fn unary(run: Fun, f: impl Fn(&Ctx<'_>, Val) -> Val + Send + Sync + 'static) -> Fun {
    Box::new(move |ctx| match run(ctx) {
        Val::Unknown(m) => Val::Unknown(m),
        value => f(ctx, value),
    })
}

/// 二元函数：未知直接传出。
fn pair(a: Fun, b: Fun, f: impl Fn(&Ctx<'_>, Val, Val) -> Val + Send + Sync + 'static) -> Fun {
    Box::new(move |ctx| match (a(ctx), b(ctx)) {
        (Val::Unknown(a), Val::Unknown(b)) => Val::Unknown(merge(&a, &b)),
        (Val::Unknown(m), _) | (_, Val::Unknown(m)) => Val::Unknown(m),
        (x, y) => f(ctx, x, y),
    })
}

/// 编译函数调用。
pub fn call(
    env: &mut Env<'_>,
    name: &str,
    args: &[Spanned],
    at: usize,
) -> Result<Typed, CompileError> {
    match (name, args) {
        ("param", [p]) => param(env, text_literal(p, name, "param('参数名')")?, at),
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
                    Ok(n) if n.abs() <= 100_000 => {
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
        ("due" | "state", [code] | [code, _]) => duty(env, name, code, args.get(1), at),
        ("recorded", [ev]) => {
            let ev = event_argument(env, ev)?;
            typed(
                Type::Instant,
                unary(ev, |ctx, value| match value {
                    Val::Event(p) => ctx.run.case.events[p as usize].recorded.map_or_else(
                        || Val::Unknown(miss("recorded_at", MissingWhy::NotCovered)),
                        Val::Instant,
                    ),
                    _ => Val::error("recorded"),
                }),
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
        ("card_valid", [who, ev]) => card_valid(env, who, ev, at),
        ("actors", [ev, role]) => actors_in_role(env, ev, role),
        ("disjoint", [a, b]) => {
            let (a, b) = two_lists(env, a, b)?;
            typed(
                Type::Bool,
                pair(a, b, |_, x, y| match (x, y) {
                    (Val::List(x), Val::List(y)) => {
                        let shared = x
                            .items
                            .iter()
                            .fold(Tri::False, |acc, item| acc.or(|| contains(&y, item)));
                        match (shared, &x.open) {
                            (Tri::False, Some(m)) => Val::Unknown(m.clone()),
                            (shared, _) => shared.negate().into_val(),
                        }
                    }
                    _ => Val::error("disjoint"),
                }),
            )
        }
        ("distinct", [l]) => {
            let list = any_list(env, l)?;
            typed(list.ty, unary(list.run, |_, value| distinct(value)))
        }
        ("sum", [l]) => {
            let list = any_list(env, l)?;
            if !matches!(&list.ty, Type::List(inner) if inner.matches(&Type::Int)) {
                return Err(wrong(at, name, "sum(整数列表)"));
            }
            typed(Type::Int, unary(list.run, |_, value| sum(&value)))
        }
        ("min" | "max", _) if !args.is_empty() => extreme(env, name == "min", args, at),
        ("size", [x]) => {
            let x = compile(env, x)?;
            if !matches!(x.ty, Type::List(_) | Type::Text) {
                return Err(wrong(at, name, "size(列表或文本)"));
            }
            typed(Type::Int, unary(x.run, |_, value| size(&value)))
        }
        ("mul_rate", [amount, rate, rounding]) => {
            let (a, b) = (
                expect(env, amount, &Type::Int)?,
                expect(env, rate, &Type::Int)?,
            );
            let rounding = match text_literal(rounding, name, "mul_rate(分, 万分率, 'down')")? {
                "down" => Rounding::Down,
                "up" => Rounding::Up,
                "half_up" => Rounding::HalfUp,
                _ => return Err(wrong(at, name, "取整只能是 down、up、half_up")),
            };
            typed(
                Type::Int,
                pair(a, b, move |_, x, y| match (x, y) {
                    (Val::Int(x), Val::Int(y)) => u32::try_from(y)
                        .ok()
                        .and_then(|y| Fen(x).mul_rate(y, rounding))
                        .map_or_else(|| Val::error("溢出"), |f| Val::Int(f.0)),
                    _ => Val::error("mul_rate"),
                }),
            )
        }
        ("is_working_day", [d]) => {
            let d = expect(env, d, &Type::Date)?;
            typed(
                Type::Bool,
                unary(d, |ctx, value| match value {
                    Val::Date(date) => {
                        let calendar = &ctx.run.lawbook.calendar;
                        if date < calendar.coverage().0 || calendar.is_provisional(date) {
                            Val::Unknown(miss(
                                format!("calendar:{}", date.year()),
                                MissingWhy::Calendar,
                            ))
                        } else {
                            Val::Bool(calendar.is_working(date))
                        }
                    }
                    _ => Val::error("is_working_day"),
                }),
            )
        }
        ("cite_level" | "cite_valid" | "cite_article_in", _) => citation(env, name, args, at),
        ("minutes_between" | "end_of" | "capitals" | "minute_of_day" | "day_kind", _) => {
            measure(env, name, args, at)
        }
        ("derived", [id, ev]) => derived(
            env,
            text_literal(id, name, "derived('名字', 事件)")?,
            ev,
            at,
        ),
        _ => entity(env, name, args, at),
    }
}

fn two_lists(env: &mut Env<'_>, a: &Spanned, b: &Spanned) -> Result<(Fun, Fun), CompileError> {
    Ok((any_list(env, a)?.run, any_list(env, b)?.run))
}

fn any_list(env: &mut Env<'_>, tree: &Spanned) -> Result<Typed, CompileError> {
    let list = compile(env, tree)?;
    match list.ty {
        Type::List(_) => Ok(list),
        other => Err(CompileError::new(
            tree.at,
            Code::Type,
            format!("应为列表，实为{}", other.name()),
        )),
    }
}

fn event_argument(env: &mut Env<'_>, tree: &Spanned) -> Result<Fun, CompileError> {
    let ev = compile(env, tree)?;
    match ev.ty {
        Type::Event(_) => Ok(ev.run),
        other => Err(CompileError::new(
            tree.at,
            Code::Type,
            format!("应为事件，实为{}", other.name()),
        )),
    }
}

fn param(env: &mut Env<'_>, name: &str, at: usize) -> Result<Typed, CompileError> {
    let Some(id) = env.book.parameters.find(name) else {
        let hint = nearest(name, env.book.parameters.names());
        return Err(CompileError::new(at, Code::Name, format!("没有参数 {name}")).hint(hint));
    };
    env.deps.borrow_mut().params.insert(name.to_owned());
    let ty = env.book.parameters.get(id).ty.clone();
    typed(
        ty,
        Box::new(move |ctx| {
            ctx.run
                .lawbook
                .book
                .parameters
                .value(id, ctx.run.case, ctx.day)
        }),
    )
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

fn duty(
    env: &mut Env<'_>,
    name: &str,
    code: &Spanned,
    part: Option<&Spanned>,
    at: usize,
) -> Result<Typed, CompileError> {
    let code_text = text_literal(code, name, "due('编码')")?;
    let part = part
        .map(|p| text_literal(p, name, "due('编码', '部分')"))
        .transpose()?;
    let Some(id) = env.book.duty(code_text, part) else {
        let hint = nearest(code_text, env.book.duty_codes());
        return Err(CompileError::new(
            at,
            Code::Name,
            format!("规则 {code_text} 没有这样的期限部分"),
        )
        .hint(hint));
    };
    env.deps.borrow_mut().duties.insert(id);
    if name == "due" {
        return typed(Type::Date, Box::new(move |ctx| due_date(ctx, id)));
    }
    typed(
        Type::Text,
        Box::new(move |ctx| match deadline::duty_for(ctx, id) {
            Ok(run) => Val::Text(state_name(run.state).into()),
            Err(m) => Val::Unknown(m),
        }),
    )
}

fn due_date(ctx: &Ctx<'_>, id: usize) -> Val {
    match deadline::duty_for(ctx, id) {
        Ok(run) => match &run.due {
            Some(due) if due.provisional => Val::Unknown(miss("calendar", MissingWhy::Calendar)),
            Some(due) => match due.at {
                DueAt::Day(day) => Val::Date(day),
                DueAt::Minute(at) => Val::Date(at.date()),
                DueAt::Suspended { .. } => Val::Unknown(miss("suspended", MissingWhy::Imprecise)),
            },
            None => Val::Unknown(
                run.missing
                    .clone()
                    .unwrap_or_else(|| miss("due", MissingWhy::Error)),
            ),
        },
        Err(m) => Val::Unknown(m),
    }
}

fn state_name(state: DutyState) -> &'static str {
    match state {
        DutyState::Open => "open",
        DutyState::Near => "near",
        DutyState::Met => "met",
        DutyState::MetLate => "met_late",
        DutyState::Breached => "breached",
        DutyState::Suspended => "suspended",
        DutyState::Waived => "waived",
        DutyState::Ended => "ended",
        DutyState::Provisional => "provisional",
        DutyState::Undetermined => "undetermined",
    }
}

fn entity(
    env: &mut Env<'_>,
    name: &str,
    args: &[Spanned],
    at: usize,
) -> Result<Typed, CompileError> {
    let scope = env
        .book
        .vocabulary
        .scope(&format!("{name}s"))
        .or_else(|| env.book.vocabulary.scope(name));
    match (scope, args) {
        (Some(scope), [who]) if env.book.vocabulary.scope_of(scope).is_keyed => {
            let who = expect(env, who, &Type::Text)?;
            typed(
                Type::Entity(scope),
                unary(who, move |_, value| match value {
                    Val::Text(who) => Val::Entity(scope, Some(who)),
                    _ => Val::error("标识"),
                }),
            )
        }
        _ => {
            let hint = nearest(name, NAMES.iter().copied());
            Err(CompileError::new(
                at,
                Code::Name,
                format!("没有函数 {name}（{} 个参数）", args.len()),
            )
            .hint(hint))
        }
    }
}

fn card_valid(
    env: &mut Env<'_>,
    who: &Spanned,
    ev: &Spanned,
    at: usize,
) -> Result<Typed, CompileError> {
    let vocabulary = &env.book.vocabulary;
    let place = vocabulary.scope("officers").and_then(|scope| {
        let fields = &vocabulary.scope_of(scope).fields;
        Some((
            scope,
            fields.iter().position(|f| f.name.as_ref() == "card")?,
        ))
    });
    let Some((scope, place)) = place else {
        return Err(CompileError::new(
            at,
            Code::Name,
            "事实 officers 没有声明 card",
        ));
    };
    let who = expect(env, who, &Type::Text)?;
    let ev = event_argument(env, ev)?;
    typed(
        Type::Bool,
        pair(who, ev, move |ctx, who, ev| match (who, ev) {
            (Val::Text(who), Val::Event(p)) => {
                let day = ctx.run.case.events[p as usize].day;
                let card = ctx.run.case.fact(
                    &ctx.run.lawbook.book.vocabulary,
                    scope,
                    Some(&who),
                    place,
                    day,
                );
                match card {
                    Val::Unknown(m) => Val::Unknown(m),
                    value => value.equal(&Val::Text("valid".into())).into_val(),
                }
            }
            _ => Val::error("card_valid"),
        }),
    )
}

fn actors_in_role(env: &mut Env<'_>, ev: &Spanned, role: &Spanned) -> Result<Typed, CompileError> {
    let ev = event_argument(env, ev)?;
    let roles: Vec<Arc<str>> = match &role.expr {
        Expr::Text(text) => vec![text.as_str().into()],
        Expr::List(items) => items
            .iter()
            .map(|i| text_literal(i, "actors", "actors(事件, '角色')").map(Arc::from))
            .collect::<Result<_, _>>()?,
        _ => {
            return Err(wrong(
                role.at,
                "actors",
                "actors(事件, '角色') 或 actors(事件, ['角色', …])",
            ));
        }
    };
    for role_name in &roles {
        if !env.book.vocabulary.is_role(role_name) {
            return Err(CompileError::new(
                role.at,
                Code::Name,
                format!("没有登记的角色 {role_name}"),
            ));
        }
    }
    let run = unary(ev, move |ctx, value| {
        let Val::Event(position) = value else {
            return Val::error("actors");
        };
        let Val::List(list) = actors(ctx, position) else {
            return Val::error("actors");
        };
        let items: Vec<Val> = list
            .items
            .iter()
            .filter_map(|item| match item {
                Val::Actor(actor) if roles.contains(&actor.1) => Some(Val::Text(actor.0.clone())),
                _ => None,
            })
            .collect();
        Val::List(List {
            items: items.into(),
            open: list.open,
        })
    });
    typed(Type::List(Box::new(Type::Text)), run)
}

fn distinct(value: Val) -> Val {
    let Val::List(list) = value else {
        return Val::error("列表");
    };
    let mut kept: Vec<Val> = Vec::new();
    let mut open = list.open;
    for item in list.items.iter() {
        match contains(
            &List {
                items: kept.clone().into(),
                open: None,
            },
            item,
        ) {
            Tri::False => kept.push(item.clone()),
            Tri::True => {}
            Tri::Unknown(m) => open = Some(m),
        }
    }
    Val::List(List {
        items: kept.into(),
        open,
    })
}

fn sum(value: &Val) -> Val {
    let Val::List(list) = value else {
        return Val::error("列表");
    };
    if let Some(m) = &list.open {
        return Val::Unknown(m.clone());
    }
    let mut total = 0i64;
    for item in list.items.iter() {
        match item {
            Val::Int(n) => match total.checked_add(*n) {
                Some(next) => total = next,
                None => return Val::error("溢出"),
            },
            Val::Unknown(m) => return Val::Unknown(m.clone()),
            _ => return Val::error("sum"),
        }
    }
    Val::Int(total)
}

/// 个数；不完整的列表只给出下界，由比较处理（见 [`bounded`]）。
fn size(value: &Val) -> Val {
    match value {
        Val::Text(text) => Val::Int(text.chars().count() as i64),
        Val::List(list) => match &list.open {
            None => Val::Int(list.items.len() as i64),
            Some(m) => Val::Unknown(m.clone()),
        },
        _ => Val::error("size"),
    }
}

fn extreme(
    env: &mut Env<'_>,
    smallest: bool,
    args: &[Spanned],
    at: usize,
) -> Result<Typed, CompileError> {
    let mut ty: Option<Type> = None;
    let mut funs = Vec::new();
    for arg in args {
        let value = compile(env, arg)?;
        let item = match &value.ty {
            Type::List(inner) if args.len() == 1 => inner.as_ref().clone(),
            other => other.clone(),
        };
        if !item.is_ordered() || ty.as_ref().is_some_and(|t| !t.matches(&item)) {
            return Err(CompileError::new(
                at,
                Code::Type,
                "min/max 的各项应为同一种可比的值",
            ));
        }
        ty = Some(item);
        funs.push(value.run);
    }
    let run: Fun = Box::new(move |ctx| {
        let mut best: Option<Val> = None;
        let mut values: Vec<Val> = Vec::new();
        for fun in &funs {
            match fun(ctx) {
                Val::List(list) => {
                    if let Some(m) = list.open {
                        return Val::Unknown(m);
                    }
                    values.extend(list.items.iter().cloned());
                }
                other => values.push(other),
            }
        }
        for value in values {
            if let Val::Unknown(m) = value {
                return Val::Unknown(m);
            }
            let better = best.as_ref().is_none_or(|b| {
                value
                    .order(b)
                    .is_some_and(|o| if smallest { o.is_lt() } else { o.is_gt() })
            });
            if better {
                best = Some(value);
            }
        }
        best.unwrap_or_else(|| Val::Unknown(miss("空列表", MissingWhy::Blank)))
    });
    typed(ty.unwrap_or(Type::Int), run)
}

/// 时刻之差、期限届满日、大写金额、时辰与日子的种类。
fn measure(
    env: &mut Env<'_>,
    name: &str,
    args: &[Spanned],
    at: usize,
) -> Result<Typed, CompileError> {
    match (name, args) {
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
                    (Val::Date(start), Val::Period(period)) => {
                        match due_day(start, period, &ctx.run.lawbook.calendar) {
                            Ok((day, false)) => Val::Date(day),
                            Ok((_, true)) | Err(_) => {
                                Val::Unknown(miss("calendar", MissingWhy::Calendar))
                            }
                        }
                    }
                    _ => Val::error("end_of"),
                }),
            )
        }
        ("capitals", [amount]) => {
            let amount = expect(env, amount, &Type::Int)?;
            typed(
                Type::Text,
                unary(amount, |_, value| match value {
                    Val::Int(n) => Val::Text(Fen(n).in_capitals().into()),
                    _ => Val::error("capitals"),
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
        _ => Err(wrong(at, name, "参数个数不对")),
    }
}

/// `holiday`（放假日）、`weekend`（普通周末）、`working`（工作日，含调休上班）。
fn kind_of_day(ctx: &Ctx<'_>, day: Date) -> Val {
    let calendar = &ctx.run.lawbook.calendar;
    if !calendar.knows(day) {
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

fn citation(
    env: &mut Env<'_>,
    name: &str,
    args: &[Spanned],
    at: usize,
) -> Result<Typed, CompileError> {
    match (name, args) {
        ("cite_level", [c]) => {
            let c = expect(env, c, &Type::Text)?;
            let ty = env
                .book
                .vocabulary
                .list("law_level")
                .map_or(Type::Text, Type::Code);
            typed(
                ty,
                unary(c, |ctx, value| match value {
                    Val::Text(text) => match ctx.run.lawbook.book.statutes.resolve(&text) {
                        Some(found) => Val::Text(found.level.clone()),
                        None => Val::Unknown(miss(format!("cite:{text}"), MissingWhy::NotCovered)),
                    },
                    _ => Val::error("cite_level"),
                }),
            )
        }
        ("cite_valid", [c, d]) => {
            let (c, d) = (expect(env, c, &Type::Text)?, expect(env, d, &Type::Date)?);
            typed(
                Type::Bool,
                pair(c, d, |ctx, c, d| match (c, d) {
                    (Val::Text(text), Val::Date(day)) => {
                        match ctx.run.lawbook.book.statutes.is_in_force(&text, day) {
                            Some(valid) => Val::Bool(valid),
                            None => {
                                Val::Unknown(miss(format!("cite:{text}"), MissingWhy::NotCovered))
                            }
                        }
                    }
                    _ => Val::error("cite_valid"),
                }),
            )
        }
        ("cite_article_in", [c, list]) => {
            let (c, list) = (expect(env, c, &Type::Text)?, any_list(env, list)?.run);
            typed(
                Type::Bool,
                pair(c, list, |_, c, list| match (c, list) {
                    (c @ Val::Text(_), Val::List(list)) => contains(&list, &c).into_val(),
                    _ => Val::error("cite_article_in"),
                }),
            )
        }
        _ => Err(wrong(
            at,
            name,
            "cite_level(引用)、cite_valid(引用, 日期)、cite_article_in(引用, 列表)",
        )),
    }
}

fn derived(env: &mut Env<'_>, name: &str, ev: &Spanned, at: usize) -> Result<Typed, CompileError> {
    let Some(id) = env.book.derived_ids.get(name).copied() else {
        let hint = nearest(name, env.book.derived_ids.keys().map(String::as_str));
        return Err(CompileError::new(at, Code::Name, format!("没有推定日期 {name}")).hint(hint));
    };
    env.deps.borrow_mut().derived.insert(id);
    let ev = event_argument(env, ev)?;
    typed(
        Type::Date,
        unary(ev, move |ctx, value| match value {
            Val::Event(p) => crate::derived::date_of(ctx, id, p),
            _ => Val::error("derived"),
        }),
    )
}

/// 编译方法与列表宏。
pub fn method(
    env: &mut Env<'_>,
    base: &Spanned,
    name: &str,
    args: &[Spanned],
    at: usize,
) -> Result<Typed, CompileError> {
    match (name, args) {
        ("startsWith" | "endsWith" | "contains", [part]) => {
            let (a, b) = (
                expect(env, base, &Type::Text)?,
                expect(env, part, &Type::Text)?,
            );
            let which = name.to_owned();
            typed(
                Type::Bool,
                pair(a, b, move |_, a, b| match (a, b) {
                    (Val::Text(a), Val::Text(b)) => Val::Bool(match which.as_str() {
                        "startsWith" => a.starts_with(b.as_ref()),
                        "endsWith" => a.ends_with(b.as_ref()),
                        _ => a.contains(b.as_ref()),
                    }),
                    _ => Val::error("文本"),
                }),
            )
        }
        (
            "exists" | "all" | "exists_one" | "filter" | "map",
            [
                Spanned {
                    expr: Expr::Name(var),
                    ..
                },
                body,
            ],
        ) => list_macro(env, base, name, var, body),
        _ => {
            let known = [
                "startsWith",
                "endsWith",
                "contains",
                "exists",
                "all",
                "exists_one",
                "filter",
                "map",
            ];
            let hint = nearest(name, known.into_iter());
            Err(CompileError::new(at, Code::Name, format!("没有方法 {name}")).hint(hint))
        }
    }
}

fn list_macro(
    env: &mut Env<'_>,
    base: &Spanned,
    name: &str,
    var: &str,
    body: &Spanned,
) -> Result<Typed, CompileError> {
    let list = any_list(env, base)?;
    let Type::List(inner) = list.ty.clone() else {
        return Err(CompileError::new(base.at, Code::Type, "应为列表"));
    };
    env.locals.push((var.to_owned(), (*inner).clone()));
    let body = if name == "map" {
        compile(env, body)
    } else {
        boolean(env, body).map(|run| Typed {
            ty: Type::Bool,
            run,
        })
    };
    env.locals.pop();
    let body = body?;
    let items = list.run;
    let run = body.run;
    let ty = match name {
        "map" => Type::List(Box::new(body.ty)),
        "filter" => list.ty,
        _ => Type::Bool,
    };
    let fun: Fun = match name {
        "exists" => over(items, move |ctx, list| {
            let found = list
                .items
                .iter()
                .fold(Tri::False, |acc, v| acc.or(|| local(ctx, v, &run)));
            close(found, &list, &Tri::False)
        }),
        "all" => over(items, move |ctx, list| {
            let found = list
                .items
                .iter()
                .fold(Tri::True, |acc, v| acc.and(|| local(ctx, v, &run)));
            close(found, &list, &Tri::True)
        }),
        "exists_one" => over(items, move |ctx, list| exists_one(ctx, &list, &run)),
        "filter" => over(items, move |ctx, list| filter(ctx, list, &run)),
        _ => over(items, move |ctx, list| {
            let items: Vec<Val> = list
                .items
                .iter()
                .map(|v| with_local(ctx, v.clone(), |inner| run(inner)))
                .collect();
            Val::List(List {
                items: items.into(),
                open: list.open,
            })
        }),
    };
    typed(ty, fun)
}

fn over(items: Fun, f: impl Fn(&Ctx<'_>, List) -> Val + Send + Sync + 'static) -> Fun {
    unary(items, move |ctx, value| match value {
        Val::List(list) => f(ctx, list),
        _ => Val::error("列表"),
    })
}

fn local(ctx: &Ctx<'_>, value: &Val, run: &Fun) -> Tri {
    with_local(ctx, value.clone(), |inner| run(inner)).into_tri()
}

/// 列表不完整时，尚未见到的一项可能改变结果，于是未知。
fn close(found: Tri, list: &List, neutral: &Tri) -> Val {
    match (&found, neutral, &list.open) {
        (Tri::False, Tri::False, Some(m)) | (Tri::True, Tri::True, Some(m)) => {
            Val::Unknown(m.clone())
        }
        _ => found.into_val(),
    }
}

fn exists_one(ctx: &Ctx<'_>, list: &List, run: &Fun) -> Val {
    let mut count = 0;
    let mut doubt = list.open.clone();
    for value in list.items.iter() {
        match local(ctx, value, run) {
            Tri::True => count += 1,
            Tri::False => {}
            Tri::Unknown(m) => doubt = Some(m),
        }
    }
    match doubt {
        _ if count > 1 => Val::Bool(false),
        Some(m) => Val::Unknown(m),
        None => Val::Bool(count == 1),
    }
}

fn filter(ctx: &Ctx<'_>, list: List, run: &Fun) -> Val {
    let mut open = list.open;
    let mut kept = Vec::new();
    for value in list.items.iter() {
        match local(ctx, value, run) {
            Tri::True => kept.push(value.clone()),
            Tri::False => {}
            Tri::Unknown(m) => open = Some(open.map_or_else(|| m.clone(), |o| merge(&o, &m))),
        }
    }
    Val::List(List {
        items: kept.into(),
        open,
    })
}

/// 触发事件，供表单文字使用。
pub fn trigger(ctx: &Ctx<'_>) -> Option<u32> {
    ctx.at(Slot::E)
}
