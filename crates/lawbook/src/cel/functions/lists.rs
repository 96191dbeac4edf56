//! 列表与数的函数。

use mingjing_domain::finding::MissingWhy;
use mingjing_kernel::money::{Fen, Rounding};

use super::{any_list, pair, text_literal, typed, unary, wrong};
use crate::cel::ast::Spanned;
use crate::cel::compile::{CompileError, Env, Fun, Typed, compile, expect};
use crate::cel::operators::contains;
use crate::cel::types::Type;
use crate::cel::value::{List, Miss, Tri, Val, merge, miss};
use crate::diagnostic::Code;

/// 这一组的函数名。
pub(super) const NAMES: [&str; 9] = [
    "disjoint",
    "distinct",
    "sum",
    "min",
    "max",
    "size",
    "mul_rate",
    "capitals",
    "first_known",
];

/// 编译列表与数的函数。
pub(super) fn call(
    env: &mut Env<'_>,
    name: &str,
    args: &[Spanned],
    at: usize,
) -> Result<Typed, CompileError> {
    match (name, args) {
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
            let ty = list.ty.clone();
            typed(ty, unary(list.into_fun(), |_, value| distinct(value)))
        }
        ("sum", [l]) => {
            let list = any_list(env, l)?;
            if !matches!(&list.ty, Type::List(inner) if inner.matches(&Type::Int)) {
                return Err(wrong(at, name, "sum(整数列表)"));
            }
            typed(Type::Int, unary(list.into_fun(), |_, value| sum(&value)))
        }
        ("first_known", _) if !args.is_empty() => first_known(env, args, at),
        ("min" | "max", _) if !args.is_empty() => extreme(env, name == "min", args, at),
        ("size", [x]) => {
            let x = compile(env, x)?;
            if !matches!(x.ty, Type::List(_) | Type::Text) {
                return Err(wrong(at, name, "size(列表或文本)"));
            }
            typed(Type::Int, unary(x.into_fun(), |_, value| size(&value)))
        }
        _ => money(env, name, args, at),
    }
}

/// 金额的函数。
fn money(
    env: &mut Env<'_>,
    name: &str,
    args: &[Spanned],
    at: usize,
) -> Result<Typed, CompileError> {
    match (name, args) {
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
        _ => Err(wrong(
            at,
            name,
            "参数个数不对，如 sum(列表)、max(甲, 乙)、mul_rate(分, 万分率, 'down')",
        )),
    }
}

fn two_lists(env: &mut Env<'_>, a: &Spanned, b: &Spanned) -> Result<(Fun, Fun), CompileError> {
    Ok((any_list(env, a)?.into_fun(), any_list(env, b)?.into_fun()))
}

/// 第一个已知的；都不知道时，缺的是全部。
fn first_known(env: &mut Env<'_>, args: &[Spanned], at: usize) -> Result<Typed, CompileError> {
    let mut ty: Option<Type> = None;
    let mut funs = Vec::new();
    for arg in args {
        let value = compile(env, arg)?;
        if ty.as_ref().is_some_and(|t| !t.matches(&value.ty)) {
            return Err(CompileError::new(
                at,
                Code::Type,
                "first_known 的各项应为同一种值",
            ));
        }
        ty = ty.or_else(|| Some(value.ty.clone()));
        funs.push(value.into_fun());
    }
    let run: Fun = Box::new(move |ctx| {
        let mut missing: Option<Miss> = None;
        for fun in &funs {
            match fun(ctx) {
                Val::Unknown(m) => {
                    missing = Some(missing.map_or_else(|| m.clone(), |a| merge(&a, &m)))
                }
                known => return known,
            }
        }
        missing.map_or_else(|| Val::error("first_known"), Val::Unknown)
    });
    typed(ty.unwrap_or(Type::Any), run)
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

/// 个数；不完整的列表只给出下界，由比较处理（见 `operators::bounded`）。
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
        funs.push(value.into_fun());
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
