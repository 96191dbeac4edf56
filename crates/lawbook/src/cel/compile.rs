//! 编译：检查类型，把语法树变成闭包。

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use mingjing_domain::finding::MissingWhy;
use mingjing_kernel::date::Date;

use super::ast::{Binary, Expr, Spanned};
use super::functions;
use super::parser;
use super::types::{CodeListId, KindId, ScopeId, Type};
use super::value::{List, Miss, Tri, Val, miss};
use crate::book::Book;
use crate::context::{Ctx, Local, Slot};
use crate::diagnostic::{At, Code, Sink, nearest};
use crate::prepare::Key;
use crate::selector::{Pick, Selected, Selector};
use crate::vocabulary::Vocabulary;

/// 编译后的表达式。
pub type Fun = Box<dyn Fn(&Ctx<'_>) -> Val + Send + Sync>;

/// 表达式与其类型。
pub struct Typed {
    /// 类型。
    pub ty: Type,
    /// 闭包。
    pub run: Fun,
}

/// 编译错误。
#[derive(Debug, Clone)]
pub struct CompileError {
    /// 条件文本中的字节位置。
    pub at: usize,
    /// 编码。
    pub code: Code,
    /// 说明。
    pub message: String,
    /// 提示。
    pub hint: Option<String>,
}

impl CompileError {
    /// 新的错误。
    pub fn new(at: usize, code: Code, message: impl Into<String>) -> Self {
        CompileError { at, code, message: message.into(), hint: None }
    }

    /// 加提示。
    #[must_use]
    pub fn hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }
}

/// 依赖：表达式读了哪些义务、推定值、参数与事件。
#[derive(Debug, Clone, Default)]
pub struct Deps {
    /// 义务序号。
    pub duties: BTreeSet<usize>,
    /// 推定值序号。
    pub derived: BTreeSet<usize>,
    /// 参数名。
    pub params: BTreeSet<String>,
    /// 事件种类。
    pub kinds: BTreeSet<KindId>,
}

/// 编译环境：名字指什么。
pub struct Env<'a> {
    /// 法典已读入的部分。
    pub book: &'a Book,
    /// 具名事件。
    pub slots: Vec<(&'static str, Slot, Arc<[KindId]>)>,
    /// 选择器中裸字段所属的种类。
    pub item: Option<Arc<[KindId]>>,
    /// 是否可读结果变量（`late_days` 等）。
    pub has_result: bool,
    /// 局部变量。
    pub locals: Vec<(String, Type)>,
    /// 依赖。
    pub deps: RefCell<Deps>,
    /// 定义展开的深度。
    pub term_depth: usize,
}

impl<'a> Env<'a> {
    /// 案件级环境：没有触发事件。
    pub fn new(book: &'a Book) -> Self {
        Env {
            book,
            slots: Vec::new(),
            item: None,
            has_result: false,
            locals: Vec::new(),
            deps: RefCell::default(),
            term_depth: 0,
        }
    }

    /// 加一个具名事件。
    #[must_use]
    pub fn slot(mut self, name: &'static str, slot: Slot, kinds: Arc<[KindId]>) -> Self {
        self.slots.retain(|(n, _, _)| *n != name);
        self.slots.push((name, slot, kinds));
        self
    }

    fn vocabulary(&self) -> &'a Vocabulary {
        &self.book.vocabulary
    }
}

/// 解析并编译一个条件文本。
pub fn compile_text(env: &mut Env<'_>, source: &str) -> Result<Typed, CompileError> {
    let tree = parser::parse(source).map_err(|e| CompileError::new(e.at, Code::Type, e.message))?;
    compile(env, &tree)
}

/// 编译并要求某个类型；错误写进收集器。
pub fn compile_as(env: &mut Env<'_>, source: &str, expected: &Type, at: &At, sink: &mut Sink) -> Option<Fun> {
    match compile_text(env, source) {
        Ok(typed) if typed.ty.matches(expected) => Some(typed.run),
        Ok(typed) => {
            let message = format!("条件“{source}”应为{}，实为{}", expected.name(), typed.ty.name());
            sink.error(at, Code::Type, message, None);
            None
        }
        Err(e) => {
            sink.error(&at.inside(e.at), e.code, format!("条件“{source}”：{}", e.message), e.hint);
            None
        }
    }
}

/// 编译一棵语法树。
pub fn compile(env: &mut Env<'_>, tree: &Spanned) -> Result<Typed, CompileError> {
    let at = tree.at;
    match &tree.expr {
        Expr::Bool(b) => Ok(constant(Type::Bool, Val::Bool(*b))),
        Expr::Int(n) => Ok(constant(Type::Int, Val::Int(*n))),
        Expr::Text(text) => Ok(constant(Type::Text, Val::Text(text.as_str().into()))),
        Expr::List(items) => list(env, items),
        Expr::Name(name) => self::name(env, name, at),
        Expr::Field(base, field) => self::field(env, base, field, at),
        Expr::Index(base, index) => self::index(env, base, index, at),
        Expr::Not(inner) => {
            let inner = boolean(env, inner)?;
            Ok(Typed { ty: Type::Bool, run: Box::new(move |ctx| inner(ctx).into_tri().negate().into_val()) })
        }
        Expr::Neg(inner) => {
            let inner = expect(env, inner, &Type::Int)?;
            Ok(Typed {
                ty: Type::Int,
                run: Box::new(move |ctx| match inner(ctx) {
                    Val::Int(n) => n.checked_neg().map_or_else(|| Val::error("溢出"), Val::Int),
                    other => other,
                }),
            })
        }
        Expr::Binary(operator, left, right) => binary(env, *operator, left, right, at),
        Expr::Cond(c, yes, no) => conditional(env, c, yes, no, at),
        Expr::Call(name, arguments) if name == "has" => has(env, arguments, at),
        Expr::Call(name, arguments) => functions::call(env, name, arguments, at),
        Expr::Select(pick, text, offset) => select(env, pick, text, *offset),
        Expr::Method(base, name, arguments) => functions::method(env, base, name, arguments, at),
    }
}

fn constant(ty: Type, value: Val) -> Typed {
    Typed { ty, run: Box::new(move |_| value.clone()) }
}

/// 编译为指定类型。
pub fn expect(env: &mut Env<'_>, tree: &Spanned, expected: &Type) -> Result<Fun, CompileError> {
    let typed = compile(env, tree)?;
    if typed.ty.matches(expected) {
        Ok(typed.run)
    } else {
        let message = format!("应为{}，实为{}", expected.name(), typed.ty.name());
        Err(CompileError::new(tree.at, Code::Type, message))
    }
}

/// 编译为布尔。
pub fn boolean(env: &mut Env<'_>, tree: &Spanned) -> Result<Fun, CompileError> {
    expect(env, tree, &Type::Bool)
}

fn list(env: &mut Env<'_>, items: &[Spanned]) -> Result<Typed, CompileError> {
    let mut ty = Type::Any;
    let mut funs = Vec::with_capacity(items.len());
    for item in items {
        let typed = compile(env, item)?;
        if !typed.ty.matches(&ty) {
            let message = format!("列表中混有{}与{}", ty.name(), typed.ty.name());
            return Err(CompileError::new(item.at, Code::Type, message));
        }
        if ty == Type::Any {
            ty = typed.ty;
        }
        funs.push(typed.run);
    }
    let literal = items.iter().all(|i| matches!(i.expr, Expr::Text(_) | Expr::Int(_) | Expr::Bool(_)));
    let run: Fun = if literal {
        let items: Arc<[Val]> = items
            .iter()
            .map(|i| match &i.expr {
                Expr::Text(t) => Val::Text(t.as_str().into()),
                Expr::Int(n) => Val::Int(*n),
                Expr::Bool(b) => Val::Bool(*b),
                _ => Val::error("字面量"),
            })
            .collect();
        Box::new(move |_| Val::List(List { items: items.clone(), open: None }))
    } else {
        Box::new(move |ctx| Val::list(funs.iter().map(|f| f(ctx)).collect::<Vec<_>>()))
    };
    Ok(Typed { ty: Type::List(Box::new(ty)), run })
}

fn name(env: &mut Env<'_>, name: &str, at: usize) -> Result<Typed, CompileError> {
    if let Some(depth) = env.locals.iter().rposition(|(n, _)| n == name) {
        let ty = env.locals[depth].1.clone();
        let hops = env.locals.len() - 1 - depth;
        return Ok(Typed { ty, run: Box::new(move |ctx| local(ctx, hops)) });
    }
    if let Some((_, slot, kinds)) = env.slots.iter().find(|(n, _, _)| *n == name) {
        let slot = *slot;
        let absent = miss(name, MissingWhy::Blank);
        let ty = Type::Event(kinds.clone());
        let run: Fun = Box::new(move |ctx| ctx.at(slot).map_or_else(|| Val::Unknown(absent.clone()), Val::Event));
        return Ok(Typed { ty, run });
    }
    if env.has_result && ["late_days", "late", "actual", "limit"].contains(&name) {
        let which = name.to_owned();
        let absent = miss(name, MissingWhy::Blank);
        let run: Fun = Box::new(move |ctx| {
            let value = ctx.result.and_then(|r| match which.as_str() {
                "late_days" => r.late_days,
                "late" => r.late,
                "actual" => r.actual,
                _ => r.limit,
            });
            value.map_or_else(|| Val::Unknown(absent.clone()), Val::Int)
        });
        return Ok(Typed { ty: Type::Int, run });
    }
    if let Some(kinds) = env.item.clone() {
        return event_field(env, &kinds, name, at, Box::new(|ctx| item_value(ctx)));
    }
    let known = env.slots.iter().map(|(n, _, _)| *n).chain(env.vocabulary().scopes.iter().map(|s| s.name.as_ref()));
    let hint = nearest(name, known);
    Err(CompileError::new(at, Code::Name, format!("不认识的名字 {name}")).hint(hint))
}

fn local(ctx: &Ctx<'_>, hops: usize) -> Val {
    let mut local = ctx.locals;
    for _ in 0..hops {
        local = local.and_then(|l| l.outer);
    }
    local.map_or_else(|| Val::error("局部变量"), |l| l.value.clone())
}

fn item_value(ctx: &Ctx<'_>) -> Val {
    ctx.at(Slot::Item).map_or_else(|| Val::error("选择器"), Val::Event)
}

/// 裸名是否指事实范围、定义等而不是变量。
fn base_name<'t>(env: &Env<'_>, base: &'t Spanned) -> Option<&'t str> {
    match &base.expr {
        Expr::Name(name)
            if !env.locals.iter().any(|(n, _)| n == name) && !env.slots.iter().any(|(n, _, _)| n == name) =>
        {
            Some(name)
        }
        _ => None,
    }
}

fn field(env: &mut Env<'_>, base: &Spanned, field: &str, at: usize) -> Result<Typed, CompileError> {
    if let Some(name) = base_name(env, base) {
        if name == "term" {
            return term(env, field, at);
        }
        if name == "derived" {
            return Err(CompileError::new(at, Code::Name, "推定日期请写 derived('名字', 事件)"));
        }
        if let Some(scope) = env.vocabulary().scope(name) {
            return fact(env, scope, field, at);
        }
    }
    let typed = compile(env, base)?;
    let run = typed.run;
    match typed.ty {
        Type::Event(kinds) => event_field(env, &kinds, field, at, run),
        Type::Actor => {
            let who = match field {
                "who" => true,
                "role" => false,
                _ => return Err(CompileError::new(at, Code::Name, format!("参与人没有字段 {field}"))),
            };
            let ty = if who { Type::Text } else { env.vocabulary().list("role").map_or(Type::Text, Type::Code) };
            let run: Fun = Box::new(move |ctx| match run(ctx) {
                Val::Actor(actor) => Val::Text(if who { actor.0.clone() } else { actor.1.clone() }),
                other => other,
            });
            Ok(Typed { ty, run })
        }
        Type::Entity(scope) => entity_field(env, scope, field, at, run),
        Type::Record(fields) => {
            let Some(ty) = fields.get(field).cloned() else {
                let hint = nearest(field, fields.keys().map(String::as_str));
                return Err(CompileError::new(at, Code::Name, format!("记录没有字段 {field}")).hint(hint));
            };
            let key = field.to_owned();
            let run: Fun = Box::new(move |ctx| match run(ctx) {
                Val::Record(record) => {
                    record.get(&key).cloned().unwrap_or_else(|| Val::Unknown(miss(key.as_str(), MissingWhy::Blank)))
                }
                other => other,
            });
            Ok(Typed { ty, run })
        }
        other => Err(CompileError::new(at, Code::Type, format!("{}没有字段 {field}", other.name()))),
    }
}

fn term(env: &mut Env<'_>, name: &str, at: usize) -> Result<Typed, CompileError> {
    let Some(source) = env.book.terms.get(name).and_then(|t| t.expression.clone()) else {
        let hint = nearest(name, env.book.terms.keys().map(String::as_str));
        return Err(CompileError::new(at, Code::Name, format!("没有定义 term.{name}")).hint(hint));
    };
    if env.term_depth >= 16 {
        return Err(CompileError::new(at, Code::Cycle, format!("定义 term.{name} 互相引用成环")));
    }
    env.term_depth += 1;
    // A term is written without the locals and bare fields of the place that uses it.
    let (locals, item) = (std::mem::take(&mut env.locals), env.item.take());
    let typed = compile_text(env, &source);
    (env.locals, env.item) = (locals, item);
    env.term_depth -= 1;
    typed.map_err(|e| CompileError { at, message: format!("定义 term.{name}：{}", e.message), ..e })
}

fn fact(env: &mut Env<'_>, scope: ScopeId, field: &str, at: usize) -> Result<Typed, CompileError> {
    let declared = env.vocabulary().scope_of(scope);
    let (place, ty) = fact_field(env.vocabulary(), scope, field, at)?;
    if declared.is_keyed {
        let message = format!("{0} 按对象取值，请写 {1}(标识).{field}", declared.name, declared.name.trim_end_matches('s'));
        return Err(CompileError::new(at, Code::Type, message));
    }
    let by = declared.by.as_deref().and_then(Key::parse);
    let run: Fun = Box::new(move |ctx| {
        let key = by.and_then(|k| fact_key(ctx, k));
        ctx.run.case.fact(&ctx.run.lawbook.book.vocabulary, scope, key, place, ctx.fact_day())
    });
    Ok(Typed { ty, run })
}

/// 事实按键取值时用哪个键：当前组的，否则触发事件的。
fn fact_key<'c>(ctx: &'c Ctx<'_>, key: Key) -> Option<&'c Arc<str>> {
    ctx.keys.values[key as usize]
        .as_ref()
        .or_else(|| ctx.at(Slot::E).and_then(|e| ctx.run.case.events[e as usize].keys[key as usize].as_ref()))
}

fn fact_field(
    vocabulary: &Vocabulary,
    scope: ScopeId,
    field: &str,
    at: usize,
) -> Result<(usize, Type), CompileError> {
    let declared = vocabulary.scope_of(scope);
    match declared.fields.iter().position(|f| f.name.as_ref() == field) {
        Some(place) => Ok((place, declared.fields[place].ty.clone())),
        None => {
            let hint = nearest(field, declared.fields.iter().map(|f| f.name.as_ref()));
            let message = format!("事实 {} 没有字段 {field}", declared.name);
            Err(CompileError::new(at, Code::Name, message).hint(hint))
        }
    }
}

fn entity_field(env: &mut Env<'_>, scope: ScopeId, field: &str, at: usize, run: Fun) -> Result<Typed, CompileError> {
    let (place, ty) = fact_field(env.vocabulary(), scope, field, at)?;
    let run: Fun = Box::new(move |ctx| match run(ctx) {
        Val::Entity(scope, key) => {
            ctx.run.case.fact(&ctx.run.lawbook.book.vocabulary, scope, key.as_ref(), place, ctx.fact_day())
        }
        other => other,
    });
    Ok(Typed { ty, run })
}

/// 字段在各种类中的位置。
type Places = Vec<(KindId, usize)>;

fn places(env: &Env<'_>, kinds: &[KindId], field: &str, at: usize) -> Result<(Places, Type), CompileError> {
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
            let names: Vec<&str> = kinds.iter().map(|k| vocabulary.kind_of(*k).name.as_ref()).collect();
            let known = kinds.iter().flat_map(|k| vocabulary.kind_of(*k).fields.iter().map(|f| f.name.as_ref()));
            let hint = nearest(field, known);
            let message = format!("事件 {} 没有字段 {field}", names.join("、"));
            Err(CompileError::new(at, Code::Name, message).hint(hint))
        }
    }
}

fn event_field(
    env: &mut Env<'_>,
    kinds: &Arc<[KindId]>,
    field: &str,
    at: usize,
    run: Fun,
) -> Result<Typed, CompileError> {
    if let Some(typed) = envelope(env.vocabulary(), field) {
        let read = typed.1;
        let run: Fun = Box::new(move |ctx| match run(ctx) {
            Val::Event(position) => read(ctx, position),
            other => other,
        });
        return Ok(Typed { ty: typed.0, run });
    }
    let (places, ty) = places(env, kinds, field, at)?;
    let run: Fun = if let [(only, place)] = places[..] {
        Box::new(move |ctx| match run(ctx) {
            Val::Event(position) if ctx.run.case.events[position as usize].kind == only => {
                read_slot(ctx, position, only, place)
            }
            Val::Event(position) => not_declared(ctx, position),
            other => other,
        })
    } else {
        Box::new(move |ctx| match run(ctx) {
            Val::Event(position) => {
                let kind = ctx.run.case.events[position as usize].kind;
                match places.iter().find(|(k, _)| *k == kind) {
                    Some((_, place)) => read_slot(ctx, position, kind, *place),
                    None => not_declared(ctx, position),
                }
            }
            other => other,
        })
    };
    Ok(Typed { ty, run })
}

fn not_declared(ctx: &Ctx<'_>, position: u32) -> Val {
    let kind = ctx.run.case.events[position as usize].kind;
    Val::Unknown(ctx.run.lawbook.book.vocabulary.kind_of(kind).absent.clone())
}

fn read_slot(ctx: &Ctx<'_>, position: u32, kind: KindId, place: usize) -> Val {
    if let Some(value) = ctx.run.case.slot(position, place) {
        return value.clone();
    }
    let field = &ctx.run.lawbook.book.vocabulary.kind_of(kind).fields[place];
    if ctx.run.case.has_field(kind, field) {
        field.default.clone().unwrap_or_else(|| Val::Unknown(field.blank.clone()))
    } else {
        Val::Unknown(field.not_covered.clone())
    }
}

type Read = fn(&Ctx<'_>, u32) -> Val;

fn envelope(vocabulary: &Vocabulary, field: &str) -> Option<(Type, Read)> {
    fn key(ctx: &Ctx<'_>, position: u32, key: Key) -> Val {
        let event = &ctx.run.case.events[position as usize];
        let blank = || ctx.run.lawbook.book.vocabulary.kind_of(event.kind).ambiguous[key as usize].clone();
        event.keys[key as usize].clone().map_or_else(|| Val::Unknown(blank()), Val::Text)
    }
    fn missing(ctx: &Ctx<'_>, position: u32, field: &str) -> Val {
        let kind = ctx.run.case.events[position as usize].kind;
        let name = &ctx.run.lawbook.book.vocabulary.kind_of(kind).name;
        Val::Unknown(miss(format!("{name}.{field}"), MissingWhy::Imprecise))
    }
    fn texts(list: &[String]) -> Val {
        Val::list(list.iter().map(|t| Val::Text(t.as_str().into())).collect::<Vec<_>>())
    }
    Some(match field {
        "occurred_on" => (Type::Date, |ctx, p| Val::Date(ctx.run.case.events[p as usize].day)),
        "occurred_at" => (Type::Instant, |ctx, p| {
            ctx.run.case.events[p as usize].at.map_or_else(|| missing(ctx, p, "occurred_at"), Val::Instant)
        }),
        "recorded_at" => (Type::Instant, |ctx, p| {
            let recorded = ctx.run.case.events[p as usize].recorded;
            recorded.map_or_else(|| Val::Unknown(miss("recorded_at", MissingWhy::NotCovered)), Val::Instant)
        }),
        "event_kind" => (Type::Text, |ctx, p| {
            let kind = ctx.run.case.events[p as usize].kind;
            Val::Text(ctx.run.lawbook.book.vocabulary.kind_of(kind).name.clone())
        }),
        "actors" => (Type::List(Box::new(Type::Actor)), |ctx, p| actors(ctx, p)),
        "place" => (Type::Text, |ctx, p| {
            let place = ctx.run.case.events[p as usize].event.place.as_deref();
            place.map_or_else(|| missing(ctx, p, "place"), |t| Val::Text(t.into()))
        }),
        "doc_ids" => {
            (Type::List(Box::new(Type::Text)), |ctx, p| texts(&ctx.run.case.events[p as usize].event.doc_ids))
        }
        "media_ids" => {
            (Type::List(Box::new(Type::Text)), |ctx, p| texts(&ctx.run.case.events[p as usize].event.media_ids))
        }
        "instance" => (Type::Text, |ctx, p| key(ctx, p, Key::Instance)),
        "party" => (Type::Text, |ctx, p| key(ctx, p, Key::Party)),
        "decision" => (Type::Text, |ctx, p| key(ctx, p, Key::Decision)),
        "goods" => (Type::Text, |ctx, p| key(ctx, p, Key::Goods)),
        _ => {
            let _ = vocabulary;
            return None;
        }
    })
}

/// 事件的参与人；材料不完整且一个也没写时，列表不完整。
pub fn actors(ctx: &Ctx<'_>, position: u32) -> Val {
    let prepared = &ctx.run.case.events[position as usize];
    let kind = ctx.run.lawbook.book.vocabulary.kind_of(prepared.kind);
    let items: Vec<Val> = prepared
        .event
        .actors
        .iter()
        .map(|a| Val::Actor(Arc::new((a.who.as_str().into(), a.role.as_str().into()))))
        .collect();
    // Material that does not carry the people may name some of them only; what it names is a lower bound.
    let open = (!ctx.run.case.has_part(prepared.kind, "actors"))
        .then(|| miss(format!("{}.actors", kind.name), MissingWhy::NotCovered));
    Val::List(List { items: items.into(), open })
}

fn index(env: &mut Env<'_>, base: &Spanned, index: &Spanned, at: usize) -> Result<Typed, CompileError> {
    let list = compile(env, base)?;
    let Type::List(inner) = list.ty else {
        return Err(CompileError::new(at, Code::Type, format!("{}不能取下标", list.ty.name())));
    };
    let index = expect(env, index, &Type::Int)?;
    let items = list.run;
    let run: Fun = Box::new(move |ctx| match (items(ctx), index(ctx)) {
        (Val::List(list), Val::Int(i)) => {
            let found = usize::try_from(i).ok().and_then(|i| list.items.get(i).cloned());
            found.unwrap_or_else(|| list.open.map_or_else(|| Val::error("下标超出列表"), Val::Unknown))
        }
        (Val::Unknown(m), _) | (_, Val::Unknown(m)) => Val::Unknown(m),
        _ => Val::error("下标"),
    });
    Ok(Typed { ty: *inner, run })
}

fn select(env: &mut Env<'_>, pick: &str, text: &str, offset: usize) -> Result<Typed, CompileError> {
    let selector = Selector::parse(env, text).map_err(|e| CompileError { at: e.at + offset, ..e })?;
    let kinds = selector.kinds();
    if pick == "all" {
        let run: Fun = Box::new(move |ctx| selector.all(ctx));
        return Ok(Typed { ty: Type::List(Box::new(Type::Event(kinds))), run });
    }
    let mut selector = selector;
    selector.pick = if pick == "first" { Pick::First } else { Pick::Last };
    let run: Fun = Box::new(move |ctx| match selector.select(ctx) {
        Selected::Found(position) => Val::Event(position),
        Selected::None(m) | Selected::Unknown(m) => Val::Unknown(m),
    });
    Ok(Typed { ty: Type::Event(kinds), run })
}

/// `has(x)`：有为真；材料完整而没有为假；否则未知。
fn has(env: &mut Env<'_>, arguments: &[Spanned], at: usize) -> Result<Typed, CompileError> {
    let [argument] = arguments else {
        return Err(CompileError::new(at, Code::Type, "has 需要一个参数"));
    };
    let run: Fun = match &argument.expr {
        Expr::Select(pick, text, offset) => {
            let mut selector = Selector::parse(env, text).map_err(|e| CompileError { at: e.at + offset, ..e })?;
            selector.pick = if pick == "last" { Pick::Last } else { Pick::First };
            Box::new(move |ctx| match selector.exists(ctx) {
                Selected::Found(_) => Val::Bool(true),
                Selected::None(_) => Val::Bool(false),
                Selected::Unknown(m) => Val::Unknown(m),
            })
        }
        Expr::Field(..) | Expr::Name(_) => {
            let run = compile(env, argument)?.run;
            // Blank means absent where the material carries the field; a list or text that is empty counts as absent too.
            Box::new(move |ctx| match run(ctx) {
                Val::Unknown(m) if m.iter().all(|m| m.why == MissingWhy::Blank) => Val::Bool(false),
                Val::Unknown(m) if is_absent_envelope(ctx, &m) => Val::Bool(false),
                Val::Unknown(m) => Val::Unknown(m),
                Val::List(list) if list.items.is_empty() => {
                    list.open.map_or(Val::Bool(false), Val::Unknown)
                }
                Val::Text(text) => Val::Bool(!text.is_empty()),
                _ => Val::Bool(true),
            })
        }
        _ => return Err(CompileError::new(at, Code::Type, "has 的参数应为字段、事实或 first(…)")),
    };
    Ok(Typed { ty: Type::Bool, run })
}

/// 信封字段空白：完整案卷里没有写就是没有。
fn is_absent_envelope(ctx: &Ctx<'_>, m: &Miss) -> bool {
    matches!(ctx.run.case.timeline.coverage, mingjing_domain::coverage::Coverage::Closed)
        && m.iter().all(|m| matches!(m.why, MissingWhy::Imprecise | MissingWhy::AmbiguousKey))
}

fn conditional(
    env: &mut Env<'_>,
    c: &Spanned,
    yes: &Spanned,
    no: &Spanned,
    at: usize,
) -> Result<Typed, CompileError> {
    let c = boolean(env, c)?;
    let yes = compile(env, yes)?;
    let no = compile(env, no)?;
    if !yes.ty.matches(&no.ty) {
        let message = format!("两个分支类型不同：{}与{}", yes.ty.name(), no.ty.name());
        return Err(CompileError::new(at, Code::Type, message));
    }
    let ty = if yes.ty == Type::Any { no.ty } else { yes.ty };
    let (yes, no) = (yes.run, no.run);
    let run: Fun = Box::new(move |ctx| match c(ctx).into_tri() {
        Tri::True => yes(ctx),
        Tri::False => no(ctx),
        Tri::Unknown(m) => {
            let (a, b) = (yes(ctx), no(ctx));
            if matches!(a.equal(&b), Tri::True) { a } else { Val::Unknown(m) }
        }
    });
    Ok(Typed { ty, run })
}

fn binary(
    env: &mut Env<'_>,
    operator: Binary,
    left: &Spanned,
    right: &Spanned,
    at: usize,
) -> Result<Typed, CompileError> {
    match operator {
        Binary::And | Binary::Or => {
            let (a, b) = (boolean(env, left)?, boolean(env, right)?);
            let run: Fun = if operator == Binary::And {
                Box::new(move |ctx| a(ctx).into_tri().and(|| b(ctx).into_tri()).into_val())
            } else {
                Box::new(move |ctx| a(ctx).into_tri().or(|| b(ctx).into_tri()).into_val())
            };
            Ok(Typed { ty: Type::Bool, run })
        }
        Binary::Eq | Binary::Ne => equality(env, operator == Binary::Eq, left, right, at),
        Binary::Lt | Binary::Le | Binary::Gt | Binary::Ge => ordering(env, operator, left, right, at),
        Binary::In => membership(env, left, right, at),
        Binary::Add | Binary::Sub | Binary::Mul => arithmetic(env, operator, left, right, at),
    }
}

/// 代码与文本字面量比较：字面量须在代码表内。
fn check_code(env: &Env<'_>, ty: &Type, tree: &Spanned) -> Result<(), CompileError> {
    let Type::Code(list) = ty else { return Ok(()) };
    match &tree.expr {
        Expr::Text(text) => check_one(env, *list, text, tree.at),
        Expr::List(items) => items.iter().try_for_each(|item| check_code(env, ty, item)),
        _ => Ok(()),
    }
}

fn check_one(env: &Env<'_>, list: CodeListId, text: &str, at: usize) -> Result<(), CompileError> {
    let list = env.vocabulary().list_of(list);
    if list.find(text).is_some() {
        return Ok(());
    }
    let hint = nearest(text, list.codes.iter().map(|(c, _)| c.as_ref()));
    Err(CompileError::new(at, Code::Name, format!("代码表 {} 没有 {text}", list.name)).hint(hint))
}

fn equality(
    env: &mut Env<'_>,
    is_equal: bool,
    left: &Spanned,
    right: &Spanned,
    at: usize,
) -> Result<Typed, CompileError> {
    let a = compile(env, left)?;
    let b = compile(env, right)?;
    check_code(env, &a.ty, right)?;
    check_code(env, &b.ty, left)?;
    if !a.ty.matches(&b.ty) {
        let message = format!("{}与{}不能比较", a.ty.name(), b.ty.name());
        return Err(CompileError::new(at, Code::Type, message));
    }
    let (a, b) = (a.run, b.run);
    let run: Fun = match literal(right) {
        Some(constant) => Box::new(move |ctx| {
            let tri = a(ctx).equal(&constant);
            if is_equal { tri } else { tri.negate() }.into_val()
        }),
        None => Box::new(move |ctx| {
            let tri = a(ctx).equal(&b(ctx));
            if is_equal { tri } else { tri.negate() }.into_val()
        }),
    };
    Ok(Typed { ty: Type::Bool, run })
}

fn literal(tree: &Spanned) -> Option<Val> {
    match &tree.expr {
        Expr::Text(text) => Some(Val::Text(text.as_str().into())),
        Expr::Int(n) => Some(Val::Int(*n)),
        Expr::Bool(b) => Some(Val::Bool(*b)),
        _ => None,
    }
}

fn ordering(
    env: &mut Env<'_>,
    operator: Binary,
    left: &Spanned,
    right: &Spanned,
    at: usize,
) -> Result<Typed, CompileError> {
    if let Expr::Call(name, list) = &left.expr {
        if name == "size" && list.len() == 1 {
            return bounded(env, operator, &list[0], right);
        }
    }
    let a = compile(env, left)?;
    let b = compile(env, right)?;
    if !a.ty.matches(&b.ty) || !a.ty.is_ordered() {
        let message = format!("{}与{}不能比大小", a.ty.name(), b.ty.name());
        return Err(CompileError::new(at, Code::Type, message));
    }
    let (a, b) = (a.run, b.run);
    let run: Fun = Box::new(move |ctx| {
        let (x, y) = (a(ctx), b(ctx));
        if let (Val::Unknown(m), _) | (_, Val::Unknown(m)) = (&x, &y) {
            return Val::Unknown(m.clone());
        }
        let Some(order) = x.order(&y) else { return Val::error("单位不同，不能比较") };
        Val::Bool(match operator {
            Binary::Lt => order.is_lt(),
            Binary::Le => order.is_le(),
            Binary::Gt => order.is_gt(),
            _ => order.is_ge(),
        })
    });
    Ok(Typed { ty: Type::Bool, run })
}

/// `size(x) >= n`：不完整的列表是一个下界，只在每个可能的个数都给出同一答案时才有答案。
fn bounded(env: &mut Env<'_>, operator: Binary, list: &Spanned, limit: &Spanned) -> Result<Typed, CompileError> {
    let list = compile(env, list)?;
    if !matches!(list.ty, Type::List(_) | Type::Text) {
        return Err(CompileError::new(limit.at, Code::Type, "size 的参数应为列表或文本"));
    }
    let limit = expect(env, limit, &Type::Int)?;
    let list = list.run;
    let run: Fun = Box::new(move |ctx| {
        let (count, open) = match list(ctx) {
            Val::List(list) => (list.items.len() as i64, list.open),
            Val::Text(text) => (text.chars().count() as i64, None),
            other => return other,
        };
        let limit = match limit(ctx) {
            Val::Int(n) => n,
            other => return other,
        };
        let answer = match operator {
            Binary::Lt => count < limit,
            Binary::Le => count <= limit,
            Binary::Gt => count > limit,
            _ => count >= limit,
        };
        let grows_true = matches!(operator, Binary::Gt | Binary::Ge);
        match open {
            Some(m) if answer != grows_true => Val::Unknown(m),
            _ => Val::Bool(answer),
        }
    });
    Ok(Typed { ty: Type::Bool, run })
}

fn membership(env: &mut Env<'_>, left: &Spanned, right: &Spanned, at: usize) -> Result<Typed, CompileError> {
    let a = compile(env, left)?;
    let b = compile(env, right)?;
    let Type::List(inner) = &b.ty else {
        return Err(CompileError::new(at, Code::Type, format!("in 右边应为列表，实为{}", b.ty.name())));
    };
    check_code(env, &a.ty, right)?;
    check_code(env, inner, left)?;
    if !inner.matches(&a.ty) {
        let message = format!("{}不会在{}的列表中", a.ty.name(), inner.name());
        return Err(CompileError::new(at, Code::Type, message));
    }
    let (a, b) = (a.run, b.run);
    let run: Fun = Box::new(move |ctx| match (a(ctx), b(ctx)) {
        (Val::Unknown(m), _) | (_, Val::Unknown(m)) => Val::Unknown(m),
        (value, Val::List(list)) => contains(&list, &value).into_val(),
        _ => Val::error("in"),
    });
    Ok(Typed { ty: Type::Bool, run })
}

/// 列表是否含有某值，三值。
pub fn contains(list: &List, value: &Val) -> Tri {
    let found = list.items.iter().fold(Tri::False, |acc, item| acc.or(|| item.equal(value)));
    match (&found, &list.open) {
        (Tri::False, Some(m)) => Tri::Unknown(m.clone()),
        _ => found,
    }
}

fn arithmetic(
    env: &mut Env<'_>,
    operator: Binary,
    left: &Spanned,
    right: &Spanned,
    at: usize,
) -> Result<Typed, CompileError> {
    let a = compile(env, left)?;
    let b = compile(env, right)?;
    let ty = match (operator, &a.ty, &b.ty) {
        (_, Type::Int, Type::Int) => Type::Int,
        (Binary::Add | Binary::Sub, Type::Date, Type::Span) => Type::Date,
        (Binary::Add, Type::Text, Type::Text) => Type::Text,
        (Binary::Add, Type::List(x), Type::List(y)) if x.matches(y) => a.ty.clone(),
        _ => {
            let message = format!("{}与{}不能这样计算", a.ty.name(), b.ty.name());
            return Err(CompileError::new(at, Code::Type, message));
        }
    };
    let (a, b) = (a.run, b.run);
    let run: Fun = Box::new(move |ctx| calculate(operator, a(ctx), b(ctx)));
    Ok(Typed { ty, run })
}

fn calculate(operator: Binary, a: Val, b: Val) -> Val {
    match (a, b) {
        (Val::Unknown(m), _) | (_, Val::Unknown(m)) => Val::Unknown(m),
        (Val::Int(x), Val::Int(y)) => {
            let result = match operator {
                Binary::Add => x.checked_add(y),
                Binary::Sub => x.checked_sub(y),
                _ => x.checked_mul(y),
            };
            result.map_or_else(|| Val::error("溢出"), Val::Int)
        }
        (Val::Date(date), Val::Span(months, days)) => {
            let sign = if operator == Binary::Add { 1 } else { -1 };
            Val::Date(shift(date, sign * months, sign * days))
        }
        (Val::Text(x), Val::Text(y)) => Val::Text(format!("{x}{y}").into()),
        (Val::List(x), Val::List(y)) => {
            let items: Vec<Val> = x.items.iter().chain(y.items.iter()).cloned().collect();
            Val::List(List { items: items.into(), open: x.open.or(y.open) })
        }
        _ => Val::error("计算"),
    }
}

fn shift(date: Date, months: i32, days: i32) -> Date {
    let moved = if months == 0 { date } else { date.add_months(months).0 };
    moved.add_days(days)
}

/// 在带一个局部变量的环境里求值。
pub fn with_local<R>(ctx: &Ctx<'_>, value: Val, f: impl FnOnce(&Ctx<'_>) -> R) -> R {
    let local = Local { value, outer: ctx.locals };
    let inner = Ctx { locals: Some(&local), ..*ctx };
    f(&inner)
}
