//! 读案件的函数：记录时刻、证件、参与人、按标识取事实。

use std::sync::Arc;

use mingjing_domain::finding::MissingWhy;

use super::{event_argument, event_held, names, pair, text_literal, typed, unary, wrong};
use crate::cel::ast::{Expr, Spanned};
use crate::cel::compile::{CompileError, Env, Typed, expect};
use crate::cel::place::Place;
use crate::cel::types::Type;
use crate::cel::value::{Val, miss};
use crate::diagnostic::{Code, nearest};

/// 这一组的函数名。
pub(super) const NAMES: [&str; 3] = ["recorded", "card_valid", "actors"];

/// 编译读案件的函数：记录时刻、证件、参与人。
pub(super) fn call(
    env: &mut Env<'_>,
    name: &str,
    args: &[Spanned],
    at: usize,
) -> Result<Typed, CompileError> {
    match (name, args) {
        ("recorded", [ev]) => {
            let ev = event_argument(env, ev)?;
            let untold = miss("recorded_at", MissingWhy::NotCovered);
            typed(
                Type::Instant,
                unary(ev, move |ctx, value| match value {
                    Val::Event(p) => ctx.run.case.events[p as usize]
                        .recorded
                        .map_or_else(|| Val::Unknown(untold.clone()), Val::Instant),
                    _ => Val::error("recorded"),
                }),
            )
        }
        ("card_valid", [who, ev]) => card_valid(env, who, ev, at),
        ("actors", [ev, role]) => actors_in_role(env, ev, role),
        _ => Err(wrong(
            at,
            name,
            "参数个数不对，如 recorded(事件)、card_valid(人员, 事件)、actors(事件, 角色)",
        )),
    }
}

pub(super) fn entity(
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
            let hint = nearest(name, names());
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
                    Val::Text(card) => Val::Bool(card.as_ref() == "valid"),
                    _ => Val::Bool(false),
                }
            }
            _ => Val::error("card_valid"),
        }),
    )
}

fn actors_in_role(env: &mut Env<'_>, ev: &Spanned, role: &Spanned) -> Result<Typed, CompileError> {
    let (holder, ev) = event_held(env, ev)?;
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
    let roles: Arc<[Arc<str>]> = roles.into();
    let place = holder.map(|holder| Place::Actors(holder, roles.clone()));
    let run = unary(ev, move |ctx, value| match value {
        Val::Event(position) => Val::List(ctx.run.actors_in(position, &roles)),
        _ => Val::error("actors"),
    });
    let actors = Typed::value(Type::List(Box::new(Type::Text)), run);
    Ok(match place {
        Some(place) => actors.placed(place),
        None => actors,
    })
}
