//! 方法与列表宏。

use super::{any_list, pair, typed, unary};
use crate::cel::ast::{Expr, Spanned};
use crate::cel::compile::{
    CompileError, Env, Fun, Test, Typed, boolean, compile, expect, with_local,
};
use crate::cel::types::Type;
use crate::cel::value::{List, Tri, Val, merge};
use crate::context::Ctx;
use crate::diagnostic::{Code, nearest};

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
    let list_type = list.ty.clone();
    let items = list.into_fun();
    if name == "map" {
        let body = compile(env, body);
        env.locals.pop();
        return mapped(items, body?);
    }
    let run = boolean(env, body);
    env.locals.pop();
    let run = run?;
    match name {
        "exists" => told(items, move |ctx, list| {
            let items = list.items.iter();
            let found = items.fold(Tri::False, |acc, v| acc.or(|| local(ctx, v, &run)));
            close(found, &list, &Tri::False)
        }),
        "all" => told(items, move |ctx, list| {
            let items = list.items.iter();
            let found = items.fold(Tri::True, |acc, v| acc.and(|| local(ctx, v, &run)));
            close(found, &list, &Tri::True)
        }),
        "exists_one" => told(items, move |ctx, list| exists_one(ctx, &list, &run)),
        _ => typed(
            list_type,
            over(items, move |ctx, list| filter(ctx, list, &run)),
        ),
    }
}

fn mapped(items: Fun, body: Typed) -> Result<Typed, CompileError> {
    let ty = Type::List(Box::new(body.ty.clone()));
    let run = body.into_fun();
    let fun = over(items, move |ctx, list| {
        let items: Vec<Val> = list
            .items
            .iter()
            .map(|v| with_local(ctx, v.clone(), |inner| run(inner)))
            .collect();
        Val::List(List {
            items: items.into(),
            open: list.open,
        })
    });
    typed(ty, fun)
}

fn over(items: Fun, f: impl Fn(&Ctx<'_>, List) -> Val + Send + Sync + 'static) -> Fun {
    unary(items, move |ctx, value| match value {
        Val::List(list) => f(ctx, list),
        _ => Val::error("列表"),
    })
}

/// 对一列给出是否；未知直接传出。
fn told(
    items: Fun,
    f: impl Fn(&Ctx<'_>, List) -> Tri + Send + Sync + 'static,
) -> Result<Typed, CompileError> {
    Ok(Typed::test(Box::new(move |ctx| match items(ctx) {
        Val::List(list) => f(ctx, list),
        Val::Unknown(m) => Tri::Unknown(m),
        _ => Val::error("列表").into_tri(),
    })))
}

fn local(ctx: &Ctx<'_>, value: &Val, run: &Test) -> Tri {
    with_local(ctx, value.clone(), |inner| run(inner))
}

/// 列表不完整时，尚未见到的一项可能改变结果，于是未知。
fn close(found: Tri, list: &List, neutral: &Tri) -> Tri {
    match (&found, neutral, &list.open) {
        (Tri::False, Tri::False, Some(m)) | (Tri::True, Tri::True, Some(m)) => {
            Tri::Unknown(m.clone())
        }
        _ => found,
    }
}

fn exists_one(ctx: &Ctx<'_>, list: &List, run: &Test) -> Tri {
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
        _ if count > 1 => Tri::False,
        Some(m) => Tri::Unknown(m),
        None => Tri::of(count == 1),
    }
}

fn filter(ctx: &Ctx<'_>, list: List, run: &Test) -> Val {
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
