//! 条件中的函数、方法与列表宏，按所读之物分文件。

mod dates;
mod law;
mod lists;
mod methods;
mod people;

use std::sync::Arc;

use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::period::Period;

pub use self::methods::method;
use super::ast::{Expr, Spanned};
use super::compile::{CompileError, Env, Fun, Typed, compile, expect};
use super::place::Holder;
use super::types::Type;
use super::value::{Val, merge};
use crate::context::Ctx;
use crate::diagnostic::Code;

/// 全部函数名，用于提示最接近的一个。
fn names() -> impl Iterator<Item = &'static str> {
    let groups: [&[&str]; 4] = [&dates::NAMES, &lists::NAMES, &law::NAMES, &people::NAMES];
    groups
        .into_iter()
        .flatten()
        .copied()
        .chain(["has", "first", "last", "all"])
}

/// 编译函数调用。
pub fn call(
    env: &mut Env<'_>,
    name: &str,
    args: &[Spanned],
    at: usize,
) -> Result<Typed, CompileError> {
    match name {
        _ if dates::NAMES.contains(&name) => dates::call(env, name, args, at),
        _ if lists::NAMES.contains(&name) => lists::call(env, name, args, at),
        _ if law::NAMES.contains(&name) => law::call(env, name, args, at),
        _ if people::NAMES.contains(&name) => people::call(env, name, args, at),
        _ => people::entity(env, name, args, at),
    }
}

fn wrong(at: usize, name: &str, usage: &str) -> CompileError {
    CompileError::new(at, Code::Type, format!("{name} 的用法：{usage}"))
}

fn typed(ty: Type, run: Fun) -> Result<Typed, CompileError> {
    Ok(Typed::value(ty, run))
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

/// 函数的一个参数：条件语言的类型，与它在 Rust 里的值。
trait Argument: Sized {
    /// 编译时所要求的类型。
    const TYPE: Type;

    /// 取出值；类型在加载时已查过。
    fn of(value: Val) -> Option<Self>;
}

macro_rules! argument {
    ($($rust:ty, $kind:ident;)*) => {
        $(impl Argument for $rust {
            const TYPE: Type = Type::$kind;

            fn of(value: Val) -> Option<Self> {
                match value {
                    Val::$kind(inner) => Some(inner),
                    _ => None,
                }
            }
        })*
    };
}

argument! {
    i64, Int;
    Date, Date;
    Timestamp, Instant;
    Period, Period;
    Arc<str>, Text;
}

/// 一个参数的函数：查类型，未知直接传出。
fn one<A: Argument>(
    env: &mut Env<'_>,
    name: &str,
    argument: &Spanned,
    ty: Type,
    f: impl Fn(&Ctx<'_>, A) -> Val + Send + Sync + 'static,
) -> Result<Typed, CompileError> {
    let run = expect(env, argument, &A::TYPE)?;
    let name: Arc<str> = name.into();
    let call = unary(run, move |ctx, value| match A::of(value) {
        Some(argument) => f(ctx, argument),
        None => Val::error(&name),
    });
    typed(ty, call)
}

/// 两个参数的函数。
fn two<A: Argument, B: Argument>(
    env: &mut Env<'_>,
    name: &str,
    (a, b): (&Spanned, &Spanned),
    ty: Type,
    f: impl Fn(&Ctx<'_>, A, B) -> Val + Send + Sync + 'static,
) -> Result<Typed, CompileError> {
    let (a, b) = (expect(env, a, &A::TYPE)?, expect(env, b, &B::TYPE)?);
    let name: Arc<str> = name.into();
    let call = pair(a, b, move |ctx, a, b| match (A::of(a), B::of(b)) {
        (Some(a), Some(b)) => f(ctx, a, b),
        _ => Val::error(&name),
    });
    typed(ty, call)
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
    event_held(env, tree).map(|(_, run)| run)
}

/// 事件参数，连同它是哪一件（知道时）。
fn event_held(env: &mut Env<'_>, tree: &Spanned) -> Result<(Option<Holder>, Fun), CompileError> {
    let ev = compile(env, tree)?;
    match ev.ty {
        Type::Event(_) => Ok((ev.holder(), ev.into_fun())),
        ref other => Err(CompileError::new(
            tree.at,
            Code::Type,
            format!("应为事件，实为{}", other.name()),
        )),
    }
}
