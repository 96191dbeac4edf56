//! 条件中的函数、方法与列表宏，按所读之物分文件。

mod dates;
mod law;
mod lists;
mod methods;
mod people;

pub use self::methods::method;
use super::ast::{Expr, Spanned};
use super::compile::{CompileError, Env, Fun, Typed, compile};
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
