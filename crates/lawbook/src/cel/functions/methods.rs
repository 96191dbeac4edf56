//! 方法与列表宏。

use super::{any_list, pair, typed};
use crate::cel::ast::{Expr, Spanned};
use crate::cel::compile::{
    CompileError, Env, Fun, Test, Typed, boolean, compile, expect, with_local,
};
use crate::cel::place::Place;
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
    let items = Items::new(list);
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
            close(found, list, &Tri::False)
        }),
        "all" => told(items, move |ctx, list| {
            let items = list.items.iter();
            let found = items.fold(Tri::True, |acc, v| acc.and(|| local(ctx, v, &run)));
            close(found, list, &Tri::True)
        }),
        "exists_one" => told(items, move |ctx, list| exists_one(ctx, list, &run)),
        _ => typed(
            list_type,
            over(items, move |ctx, list| filter(ctx, list, &run)),
        ),
    }
}

fn mapped(items: Items, body: Typed) -> Result<Typed, CompileError> {
    let ty = Type::List(Box::new(body.ty.clone()));
    let run = body.into_fun();
    let fun = over(items, move |ctx, list| {
        let items: Vec<Val> = list
            .items
            .iter()
            .map(|v| with_local(ctx, v, |inner| run(inner)))
            .collect();
        Val::List(List {
            items: items.into(),
            open: list.open.clone(),
        })
    });
    typed(ty, fun)
}

/// 一列值：读得到的借着看，其余的算出来。
struct Items {
    place: Option<Place>,
    run: Fun,
}

impl Items {
    fn new(list: Typed) -> Items {
        Items {
            place: list.place(),
            run: list.into_fun(),
        }
    }

    /// 看这一列；不是列表的（未知）照给。
    fn see<R>(&self, ctx: &Ctx<'_>, f: impl FnOnce(&List) -> R, other: impl FnOnce(Val) -> R) -> R {
        let place = self.place.as_ref();
        if let Some(Val::List(list)) = place.and_then(|place| place.read(ctx)) {
            return f(list);
        }
        match (self.run)(ctx) {
            Val::List(list) => f(&list),
            value => other(value),
        }
    }
}

fn over(items: Items, f: impl Fn(&Ctx<'_>, &List) -> Val + Send + Sync + 'static) -> Fun {
    Box::new(move |ctx| {
        let other = |value| match value {
            Val::Unknown(m) => Val::Unknown(m),
            _ => Val::error("列表"),
        };
        items.see(ctx, |list| f(ctx, list), other)
    })
}

/// 对一列给出是否；未知直接传出。
fn told(
    items: Items,
    f: impl Fn(&Ctx<'_>, &List) -> Tri + Send + Sync + 'static,
) -> Result<Typed, CompileError> {
    Ok(Typed::test(Box::new(move |ctx| {
        let other = |value| match value {
            Val::Unknown(m) => Tri::Unknown(m),
            _ => Val::error("列表").into_tri(),
        };
        items.see(ctx, |list| f(ctx, list), other)
    })))
}

fn local(ctx: &Ctx<'_>, value: &Val, run: &Test) -> Tri {
    with_local(ctx, value, |inner| run(inner))
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

fn filter(ctx: &Ctx<'_>, list: &List, run: &Test) -> Val {
    let mut open = list.open.clone();
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
