//! 方法与列表宏。

use super::{any_list, pair, typed, unary};
use crate::cel::ast::{Expr, Spanned};
use crate::cel::compile::{CompileError, Env, Fun, Typed, boolean, compile, expect, with_local};
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
