//! 编译字段：事件字段、信封、事实、定义与下标。

use std::sync::Arc;

use mingjing_domain::finding::MissingWhy;

use super::ast::{Expr, Spanned};
use super::compile::{CompileError, Env, Fun, Typed, compile, compile_text, expect};
use super::place::{Holder, Place};
use super::types::{KindId, ScopeId, Type};
use super::value::{List, Tri, Val, miss};
use crate::context::{Ctx, Slot};
use crate::diagnostic::{Code, nearest};
use crate::prepare::Key;
use crate::vocabulary::Vocabulary;

/// 裸名是否指事实范围、定义等而不是变量。
fn base_name<'t>(env: &Env<'_>, base: &'t Spanned) -> Option<&'t str> {
    match &base.expr {
        Expr::Name(name)
            if !env.locals.iter().any(|(n, _)| n == name)
                && !env.slots.iter().any(|(n, _, _)| n == name) =>
        {
            Some(name)
        }
        _ => None,
    }
}

pub(super) fn field(
    env: &mut Env<'_>,
    base: &Spanned,
    field: &str,
    at: usize,
) -> Result<Typed, CompileError> {
    if let Some(name) = base_name(env, base) {
        if name == "term" {
            return term(env, field, at);
        }
        if name == "derived" {
            return Err(CompileError::new(
                at,
                Code::Name,
                "推定日期请写 derived('名字', 事件)",
            ));
        }
        if let Some(scope) = env.vocabulary().scope(name) {
            return fact(env, scope, field, at);
        }
    }
    let typed = compile(env, base)?;
    let holder = typed.holder();
    let ty = typed.ty.clone();
    let run = typed.into_fun();
    match ty {
        Type::Event(kinds) => event_field(env, &kinds, field, at, (run, holder)),
        Type::Actor => actor_field(env, field, at, run),
        Type::Entity(scope) => entity_field(env, scope, field, at, run),
        Type::Record(fields) => {
            let Some(ty) = fields.get(field).cloned() else {
                let hint = nearest(field, fields.keys().map(String::as_str));
                return Err(
                    CompileError::new(at, Code::Name, format!("记录没有字段 {field}")).hint(hint),
                );
            };
            let key = field.to_owned();
            let run: Fun = Box::new(move |ctx| match run(ctx) {
                Val::Record(record) => record
                    .get(&key)
                    .cloned()
                    .unwrap_or_else(|| Val::Unknown(miss(key.as_str(), MissingWhy::Blank))),
                other => other,
            });
            Ok(Typed::value(ty, run))
        }
        other => Err(CompileError::new(
            at,
            Code::Type,
            format!("{}没有字段 {field}", other.name()),
        )),
    }
}

/// 参与人是谁，什么角色。
fn actor_field(env: &Env<'_>, field: &str, at: usize, run: Fun) -> Result<Typed, CompileError> {
    let who = match field {
        "who" => true,
        "role" => false,
        _ => {
            return Err(CompileError::new(
                at,
                Code::Name,
                format!("参与人没有字段 {field}"),
            ));
        }
    };
    let ty = if who {
        Type::Text
    } else {
        env.vocabulary().list("role").map_or(Type::Text, Type::Code)
    };
    let run: Fun = Box::new(move |ctx| match run(ctx) {
        Val::Actor(actor) => Val::Text(if who {
            actor.0.clone()
        } else {
            actor.1.clone()
        }),
        other => other,
    });
    Ok(Typed::value(ty, run))
}

fn term(env: &mut Env<'_>, name: &str, at: usize) -> Result<Typed, CompileError> {
    let term = env.book.terms.get(name);
    let Some((term, source)) = term.and_then(|t| Some((t, t.expression.as_deref()?))) else {
        let hint = nearest(name, env.book.terms.keys().map(String::as_str));
        return Err(CompileError::new(at, Code::Name, format!("没有定义 term.{name}")).hint(hint));
    };
    if env.term_depth >= 16 {
        return Err(CompileError::new(
            at,
            Code::Cycle,
            format!("定义 term.{name} 互相引用成环"),
        ));
    }
    env.term_depth += 1;
    // A term is written without the locals and bare fields of the place that uses it.
    let (locals, item) = (std::mem::take(&mut env.locals), env.item.take());
    let typed = compile_text(env, source);
    (env.locals, env.item) = (locals, item);
    env.term_depth -= 1;
    let typed = typed.map_err(|e| CompileError {
        at,
        message: format!("定义 term.{name}：{}", e.message),
        ..e
    })?;
    if term.basis.is_empty() {
        return Ok(typed);
    }
    let basis = term.basis.clone();
    if typed.ty == Type::Bool {
        let test = typed.into_test();
        return Ok(Typed::test(Box::new(move |ctx| {
            ctx.note(&basis);
            test(ctx)
        })));
    }
    let (ty, run) = (typed.ty.clone(), typed.into_fun());
    let run: Fun = Box::new(move |ctx| {
        ctx.note(&basis);
        run(ctx)
    });
    Ok(Typed::value(ty, run))
}

fn fact(env: &mut Env<'_>, scope: ScopeId, field: &str, at: usize) -> Result<Typed, CompileError> {
    let declared = env.vocabulary().scope_of(scope);
    let (place, ty) = fact_field(env.vocabulary(), scope, field, at)?;
    if declared.is_keyed {
        let message = format!(
            "{0} 按对象取值，请写 {1}(标识).{field}",
            declared.name,
            declared.name.trim_end_matches('s')
        );
        return Err(CompileError::new(at, Code::Type, message));
    }
    let by = declared.by.as_deref().and_then(Key::parse);
    let run: Fun = Box::new(move |ctx| {
        let key = by.and_then(|k| fact_key(ctx, k));
        ctx.run.case.fact(
            &ctx.run.lawbook.book.vocabulary,
            scope,
            key,
            place,
            ctx.fact_day(),
        )
    });
    Ok(Typed::value(ty, run).placed(Place::Fact(scope, by, place)))
}

/// 事实按键取值时用哪个键：当前组的，否则触发事件的。
pub(super) fn fact_key<'c>(ctx: &'c Ctx<'_>, key: Key) -> Option<&'c Arc<str>> {
    let case = ctx.run.case;
    match ctx.keys.values[key as usize] {
        Some(value) => Some(case.key_text(value)),
        None => ctx.at(Slot::E).and_then(|e| case.key_at(e, key)),
    }
}

fn fact_field(
    vocabulary: &Vocabulary,
    scope: ScopeId,
    field: &str,
    at: usize,
) -> Result<(usize, Type), CompileError> {
    let declared = vocabulary.scope_of(scope);
    match declared
        .fields
        .iter()
        .position(|f| f.name.as_ref() == field)
    {
        Some(place) => Ok((place, declared.fields[place].ty.clone())),
        None => {
            let hint = nearest(field, declared.fields.iter().map(|f| f.name.as_ref()));
            let message = format!("事实 {} 没有字段 {field}", declared.name);
            Err(CompileError::new(at, Code::Name, message).hint(hint))
        }
    }
}

fn entity_field(
    env: &mut Env<'_>,
    scope: ScopeId,
    field: &str,
    at: usize,
    run: Fun,
) -> Result<Typed, CompileError> {
    let (place, ty) = fact_field(env.vocabulary(), scope, field, at)?;
    let run: Fun = Box::new(move |ctx| match run(ctx) {
        Val::Entity(scope, key) => ctx.run.case.fact(
            &ctx.run.lawbook.book.vocabulary,
            scope,
            key.as_ref(),
            place,
            ctx.fact_day(),
        ),
        other => other,
    });
    Ok(Typed::value(ty, run))
}

/// 字段在各种类中的位置。
type Places = Vec<(KindId, usize)>;

fn places(
    env: &Env<'_>,
    kinds: &[KindId],
    field: &str,
    at: usize,
) -> Result<(Places, Type), CompileError> {
    let vocabulary = env.vocabulary();
    let mut found: Option<Type> = None;
    let mut places = Vec::new();
    for kind in kinds {
        let declared = &vocabulary.kind_of(*kind).fields;
        if let Some(place) = declared.iter().position(|f| f.name.as_ref() == field) {
            let ty = &declared[place].ty;
            if found.as_ref().is_some_and(|t| t != ty) {
                let message = format!("字段 {field} 在不同事件中类型不同");
                return Err(CompileError::new(at, Code::Type, message));
            }
            found = Some(ty.clone());
            places.push((*kind, place));
        }
    }
    match found {
        Some(ty) => Ok((places, ty)),
        None => {
            let names: Vec<&str> = kinds
                .iter()
                .map(|k| vocabulary.kind_of(*k).name.as_ref())
                .collect();
            let known = kinds.iter().flat_map(|k| {
                vocabulary
                    .kind_of(*k)
                    .fields
                    .iter()
                    .map(|f| f.name.as_ref())
            });
            let hint = nearest(field, known);
            let message = format!("事件 {} 没有字段 {field}", names.join("、"));
            Err(CompileError::new(at, Code::Name, message).hint(hint))
        }
    }
}

pub(super) fn event_field(
    env: &mut Env<'_>,
    kinds: &Arc<[KindId]>,
    field: &str,
    at: usize,
    (run, holder): (Fun, Option<Holder>),
) -> Result<Typed, CompileError> {
    if let Some(typed) = envelope(field) {
        let read = typed.1;
        let run: Fun = Box::new(move |ctx| match run(ctx) {
            Val::Event(position) => read(ctx, position),
            other => other,
        });
        return Ok(Typed::value(typed.0, run));
    }
    let (places, ty) = places(env, kinds, field, at)?;
    let absent = shared_default(env, &places);
    let places: Arc<[(KindId, usize)]> = places.into();
    let fields = places.clone();
    let run: Fun = if let [(only, place)] = places[..] {
        Box::new(move |ctx| match run(ctx) {
            Val::Event(position) if ctx.run.case.events[position as usize].kind == only => {
                read_slot(ctx, position, only, place)
            }
            Val::Event(position) => not_declared(ctx, position, absent.as_ref()),
            other => other,
        })
    } else {
        Box::new(move |ctx| match run(ctx) {
            Val::Event(position) => {
                let kind = ctx.run.case.events[position as usize].kind;
                match places.iter().find(|(k, _)| *k == kind) {
                    Some((_, place)) => read_slot(ctx, position, kind, *place),
                    None => not_declared(ctx, position, absent.as_ref()),
                }
            }
            other => other,
        })
    };
    let typed = Typed::value(ty, run);
    Ok(match holder {
        Some(holder) => typed.placed(Place::Field(holder, fields)),
        None => typed,
    })
}

/// 声明这个字段的各种类共同的缺省值：没有这个字段的种类也照它，旗标不因为别的种类没有而说不清。
fn shared_default(env: &Env<'_>, places: &[(KindId, usize)]) -> Option<Val> {
    let vocabulary = env.vocabulary();
    let mut defaults = places
        .iter()
        .map(|(kind, place)| vocabulary.kind_of(*kind).fields[*place].default.as_ref());
    let first = defaults.next()??;
    defaults
        .all(|other| other.is_some_and(|other| matches!(first.equal(other), Tri::True)))
        .then(|| first.clone())
}

fn not_declared(ctx: &Ctx<'_>, position: u32, default: Option<&Val>) -> Val {
    if let Some(default) = default {
        return default.clone();
    }
    let kind = ctx.run.case.events[position as usize].kind;
    Val::Unknown(ctx.run.lawbook.book.vocabulary.kind_of(kind).absent.clone())
}

fn read_slot(ctx: &Ctx<'_>, position: u32, kind: KindId, place: usize) -> Val {
    if let Some(value) = ctx.run.case.slot(position, place) {
        return value.clone();
    }
    let field = &ctx.run.lawbook.book.vocabulary.kind_of(kind).fields[place];
    if let (true, Some(procedure)) = (field.is_procedure, &ctx.run.case.timeline.procedure) {
        return Val::Text(procedure.as_str().into());
    }
    if ctx.run.case.has_field(kind, field) {
        field
            .default
            .clone()
            .unwrap_or_else(|| Val::Unknown(field.blank.clone()))
    } else {
        Val::Unknown(field.not_covered.clone())
    }
}

type Read = fn(&Ctx<'_>, u32) -> Val;

fn envelope(field: &str) -> Option<(Type, Read)> {
    fn key(ctx: &Ctx<'_>, position: u32, key: Key) -> Val {
        let event = &ctx.run.case.events[position as usize];
        let blank = || {
            ctx.run
                .lawbook
                .book
                .vocabulary
                .kind_of(event.kind)
                .ambiguous[key as usize]
                .clone()
        };
        let text = ctx.run.case.key_at(position, key);
        text.map_or_else(|| Val::Unknown(blank()), |text| Val::Text(text.clone()))
    }
    fn missing(ctx: &Ctx<'_>, position: u32, field: &str) -> Val {
        let kind = ctx.run.case.events[position as usize].kind;
        let name = &ctx.run.lawbook.book.vocabulary.kind_of(kind).name;
        Val::Unknown(miss(format!("{name}.{field}"), MissingWhy::Imprecise))
    }
    Some(match field {
        "occurred_on" => (Type::Date, |ctx, p| {
            Val::Date(ctx.run.case.events[p as usize].day)
        }),
        "occurred_at" => (Type::Instant, |ctx, p| {
            ctx.run.case.events[p as usize]
                .at
                .map_or_else(|| missing(ctx, p, "occurred_at"), Val::Instant)
        }),
        "recorded_at" => (Type::Instant, |ctx, p| {
            let recorded = ctx.run.case.events[p as usize].recorded;
            recorded.map_or_else(
                || Val::Unknown(miss("recorded_at", MissingWhy::NotCovered)),
                Val::Instant,
            )
        }),
        "event_kind" => (Type::Text, |ctx, p| {
            let kind = ctx.run.case.events[p as usize].kind;
            Val::Text(ctx.run.lawbook.book.vocabulary.kind_of(kind).name.clone())
        }),
        "actors" => (Type::List(Box::new(Type::Actor)), |ctx, p| {
            Val::List(ctx.run.actors(p).clone())
        }),
        "place" => (Type::Text, |ctx, p| {
            let place = ctx.run.case.events[p as usize].event.place.as_deref();
            place.map_or_else(|| missing(ctx, p, "place"), |t| Val::Text(t.into()))
        }),
        "doc_ids" => (Type::List(Box::new(Type::Text)), |ctx, p| {
            attached(
                ctx,
                p,
                "doc_ids",
                &ctx.run.case.events[p as usize].event.doc_ids,
            )
        }),
        "media_ids" => (Type::List(Box::new(Type::Text)), |ctx, p| {
            attached(
                ctx,
                p,
                "media_ids",
                &ctx.run.case.events[p as usize].event.media_ids,
            )
        }),
        "instance" => (Type::Text, |ctx, p| key(ctx, p, Key::Instance)),
        "party" => (Type::Text, |ctx, p| key(ctx, p, Key::Party)),
        "decision" => (Type::Text, |ctx, p| key(ctx, p, Key::Decision)),
        "goods" => (Type::Text, |ctx, p| key(ctx, p, Key::Goods)),
        _ => return None,
    })
}

/// 所附文书、音像；材料不带这一部分的，列表不完整。
fn attached(ctx: &Ctx<'_>, position: u32, part: &str, list: &[String]) -> Val {
    let kind = ctx.run.case.events[position as usize].kind;
    let name = &ctx.run.lawbook.book.vocabulary.kind_of(kind).name;
    let open = (!ctx.run.case.has_part_at(position, part))
        .then(|| miss(format!("{name}.{part}"), MissingWhy::NotCovered));
    let items: Vec<Val> = list.iter().map(|t| Val::Text(t.as_str().into())).collect();
    Val::List(List {
        items: items.into(),
        open,
    })
}

pub(super) fn index(
    env: &mut Env<'_>,
    base: &Spanned,
    index: &Spanned,
    at: usize,
) -> Result<Typed, CompileError> {
    let list = compile(env, base)?;
    let Type::List(inner) = list.ty.clone() else {
        return Err(CompileError::new(
            at,
            Code::Type,
            format!("{}不能取下标", list.ty.name()),
        ));
    };
    let index = expect(env, index, &Type::Int)?;
    let items = list.into_fun();
    let run: Fun = Box::new(move |ctx| match (items(ctx), index(ctx)) {
        (Val::List(list), Val::Int(i)) => {
            let found = usize::try_from(i)
                .ok()
                .and_then(|i| list.items.get(i).cloned());
            found.unwrap_or_else(|| {
                list.open
                    .map_or_else(|| Val::error("下标超出列表"), Val::Unknown)
            })
        }
        (Val::Unknown(m), _) | (_, Val::Unknown(m)) => Val::Unknown(m),
        _ => Val::error("下标"),
    });
    Ok(Typed::value(*inner, run))
}
