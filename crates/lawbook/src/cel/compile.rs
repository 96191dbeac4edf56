//! 编译：检查类型，把语法树变成闭包。

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use mingjing_domain::finding::{Missing, MissingWhy};

use super::ast::{Expr, Spanned};
use super::fields::{self, event_field};
use super::functions;
use super::operators::{binary, conditional};
use super::parser;
use super::place::{Holder, Place};
use super::types::{KindId, Type};
use super::value::{List, Miss, Tri, Val, miss};
use crate::book::Book;
use crate::context::{Ctx, Local, Slot};
use crate::diagnostic::{At, Code, Sink, nearest};
use crate::selector::{Pick, Selected, Selector};
use crate::vocabulary::Vocabulary;

/// 编译后的表达式：给出值。
pub type Fun = Box<dyn Fn(&Ctx<'_>) -> Val + Send + Sync>;
/// 编译后的条件：给出三值，不经通用的值。
pub type Test = Box<dyn Fn(&Ctx<'_>) -> Tri + Send + Sync>;

/// 闭包：是否的给出三值，其余的给出值。
enum Closure {
    Value(Fun),
    Test(Test),
}

/// 表达式从哪里来：直接读得到的，比较时不必抄出来。
enum Origin {
    Computed,
    /// 一件事
    Event(Holder),
    /// 读得到的一处
    Placed(Place),
}

/// 表达式与其类型。
pub struct Typed {
    /// 类型。
    pub ty: Type,
    closure: Closure,
    origin: Origin,
}

impl Typed {
    /// 给出值的。
    pub fn value(ty: Type, run: Fun) -> Typed {
        Typed {
            ty,
            closure: Closure::Value(run),
            origin: Origin::Computed,
        }
    }

    /// 给出是否的。
    pub fn test(run: Test) -> Typed {
        Typed {
            ty: Type::Bool,
            closure: Closure::Test(run),
            origin: Origin::Computed,
        }
    }

    /// 是这件事。
    fn event(self, holder: Holder) -> Typed {
        Typed {
            origin: Origin::Event(holder),
            ..self
        }
    }

    /// 直接读得到。
    pub(super) fn placed(self, place: Place) -> Typed {
        Typed {
            origin: Origin::Placed(place),
            ..self
        }
    }

    /// 哪一件事。
    pub(super) fn holder(&self) -> Option<Holder> {
        match &self.origin {
            Origin::Event(holder) => Some(holder.clone()),
            Origin::Computed | Origin::Placed(_) => None,
        }
    }

    /// 读得到的哪一处。
    pub(super) fn place(&self) -> Option<Place> {
        match &self.origin {
            Origin::Placed(place) => Some(place.clone()),
            Origin::Computed | Origin::Event(_) => None,
        }
    }

    /// 作为值。
    pub fn into_fun(self) -> Fun {
        match self.closure {
            Closure::Value(run) => run,
            Closure::Test(test) => Box::new(move |ctx| test(ctx).into_val()),
        }
    }

    /// 作为条件；类型须已查过是是否。
    pub fn into_test(self) -> Test {
        match (self.closure, self.origin) {
            (Closure::Test(test), _) => test,
            (Closure::Value(run), Origin::Placed(place)) => {
                Box::new(move |ctx| match place.read(ctx) {
                    Some(Val::Bool(b)) => Tri::of(*b),
                    _ => run(ctx).into_tri(),
                })
            }
            (Closure::Value(run), _) => Box::new(move |ctx| run(ctx).into_tri()),
        }
    }
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
        CompileError {
            at,
            code,
            message: message.into(),
            hint: None,
        }
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
    /// 任何事件（`*`）。
    pub any: bool,
}

impl Deps {
    /// 并入另一份依赖。
    pub fn extend(&mut self, other: Deps) {
        self.duties.extend(other.duties);
        self.derived.extend(other.derived);
        self.params.extend(other.params);
        self.kinds.extend(other.kinds);
        self.any |= other.any;
    }
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

    pub(super) fn vocabulary(&self) -> &'a Vocabulary {
        &self.book.vocabulary
    }
}

/// 解析并编译一个条件文本。
pub fn compile_text(env: &mut Env<'_>, source: &str) -> Result<Typed, CompileError> {
    let tree = parser::parse(source).map_err(|e| {
        let code = if e.is_limit { Code::Limit } else { Code::Type };
        CompileError::new(e.at, code, e.message)
    })?;
    compile(env, &tree)
}

/// 编译并要求某个类型；错误写进收集器。
pub fn compile_as(
    env: &mut Env<'_>,
    source: &str,
    expected: &Type,
    at: &At,
    sink: &mut Sink,
) -> Option<Fun> {
    checked(env, source, expected, at, sink).map(Typed::into_fun)
}

/// 编译一个条件；错误写进收集器。
pub fn compile_test(env: &mut Env<'_>, source: &str, at: &At, sink: &mut Sink) -> Option<Test> {
    checked(env, source, &Type::Bool, at, sink).map(Typed::into_test)
}

fn checked(
    env: &mut Env<'_>,
    source: &str,
    expected: &Type,
    at: &At,
    sink: &mut Sink,
) -> Option<Typed> {
    match compile_text(env, source) {
        Ok(typed) if typed.ty.matches(expected) => Some(typed),
        Ok(typed) => {
            let message = format!(
                "条件“{source}”应为{}，实为{}",
                expected.name(),
                typed.ty.name()
            );
            sink.error(at, Code::Type, message, None);
            None
        }
        Err(e) => {
            sink.error(
                &at.inside(e.at),
                e.code,
                format!("条件“{source}”：{}", e.message),
                e.hint,
            );
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
        Expr::Field(base, field) => fields::field(env, base, field, at),
        Expr::Index(base, index) => fields::index(env, base, index, at),
        Expr::Not(inner) => {
            let inner = boolean(env, inner)?;
            Ok(Typed::test(Box::new(move |ctx| inner(ctx).negate())))
        }
        Expr::Neg(inner) => {
            let inner = expect(env, inner, &Type::Int)?;
            let run: Fun = Box::new(move |ctx| match inner(ctx) {
                Val::Int(n) => n.checked_neg().map_or_else(|| Val::error("溢出"), Val::Int),
                other => other,
            });
            Ok(Typed::value(Type::Int, run))
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
    Typed::value(ty, Box::new(move |_| value.clone()))
}

/// 编译为指定类型。
pub fn expect(env: &mut Env<'_>, tree: &Spanned, expected: &Type) -> Result<Fun, CompileError> {
    let typed = compile(env, tree)?;
    of_type(typed, tree, expected).map(Typed::into_fun)
}

/// 编译为布尔。
pub fn boolean(env: &mut Env<'_>, tree: &Spanned) -> Result<Test, CompileError> {
    let typed = compile(env, tree)?;
    of_type(typed, tree, &Type::Bool).map(Typed::into_test)
}

fn of_type(typed: Typed, tree: &Spanned, expected: &Type) -> Result<Typed, CompileError> {
    if typed.ty.matches(expected) {
        Ok(typed)
    } else {
        let message = format!("应为{}，实为{}", expected.name(), typed.ty.name());
        Err(CompileError::new(tree.at, Code::Type, message))
    }
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
            ty = typed.ty.clone();
        }
        funs.push(typed.into_fun());
    }
    let run: Fun = match literals(items) {
        Some(list) => Box::new(move |_| Val::List(list.clone())),
        None => Box::new(move |ctx| Val::list(funs.iter().map(|f| f(ctx)).collect::<Vec<_>>())),
    };
    Ok(Typed::value(Type::List(Box::new(ty)), run))
}

/// 一列字面量；有不是字面量的为 `None`。
pub(super) fn literals(items: &[Spanned]) -> Option<List> {
    let items: Option<Arc<[Val]>> = items.iter().map(literal).collect();
    Some(List {
        items: items?,
        open: None,
    })
}

/// 字面量的值。
pub(super) fn literal(tree: &Spanned) -> Option<Val> {
    match &tree.expr {
        Expr::Text(text) => Some(Val::Text(text.as_str().into())),
        Expr::Int(n) => Some(Val::Int(*n)),
        Expr::Bool(b) => Some(Val::Bool(*b)),
        _ => None,
    }
}

fn name(env: &mut Env<'_>, name: &str, at: usize) -> Result<Typed, CompileError> {
    if let Some(depth) = env.locals.iter().rposition(|(n, _)| n == name) {
        let ty = env.locals[depth].1.clone();
        let hops = env.locals.len() - 1 - depth;
        let run: Fun = Box::new(move |ctx| local(ctx, hops));
        return Ok(Typed::value(ty, run).placed(Place::Local(hops)));
    }
    if let Some((_, slot, kinds)) = env.slots.iter().find(|(n, _, _)| *n == name) {
        let slot = *slot;
        // An event that is not there may exist outside the material: nothing about it is known to be absent.
        let absent = miss(name, MissingWhy::NotCovered);
        let ty = Type::Event(kinds.clone());
        let run: Fun = Box::new(move |ctx| {
            ctx.at(slot)
                .map_or_else(|| Val::Unknown(absent.clone()), Val::Event)
        });
        return Ok(Typed::value(ty, run).event(Holder::Named(slot)));
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
        return Ok(Typed::value(Type::Int, run));
    }
    if let Some(kinds) = env.item.clone() {
        return event_field(
            env,
            &kinds,
            name,
            at,
            (Box::new(item_value), Some(Holder::Named(Slot::Item))),
        );
    }
    let known = env
        .slots
        .iter()
        .map(|(n, _, _)| *n)
        .chain(env.vocabulary().scopes.iter().map(|s| s.name.as_ref()));
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
    ctx.at(Slot::Item)
        .map_or_else(|| Val::error("选择器"), Val::Event)
}

fn select(env: &mut Env<'_>, pick: &str, text: &str, offset: usize) -> Result<Typed, CompileError> {
    let selector = Selector::parse(env, text).map_err(|e| CompileError {
        at: e.at + offset,
        ..e
    })?;
    let kinds = selector.kinds();
    if pick == "all" {
        let run: Fun = Box::new(move |ctx| selector.all(ctx));
        return Ok(Typed::value(Type::List(Box::new(Type::Event(kinds))), run));
    }
    let mut selector = selector;
    selector.pick = if pick == "first" {
        Pick::First
    } else {
        Pick::Last
    };
    let selector = Arc::new(selector);
    let holder = Holder::Selected(selector.clone());
    let run: Fun = Box::new(move |ctx| match selector.select(ctx) {
        Selected::Found(position) => selector
            .unseen(ctx, position)
            .map_or(Val::Event(position), Val::Unknown),
        Selected::None(m) | Selected::Unknown(m) => Val::Unknown(m),
    });
    Ok(Typed::value(Type::Event(kinds), run).event(holder))
}

/// `has(x)`：有为真；材料完整而没有为假；否则未知。
fn has(env: &mut Env<'_>, arguments: &[Spanned], at: usize) -> Result<Typed, CompileError> {
    let [argument] = arguments else {
        return Err(CompileError::new(at, Code::Type, "has 需要一个参数"));
    };
    let run: Test = match &argument.expr {
        Expr::Select(pick, text, offset) => {
            let mut selector = Selector::parse(env, text).map_err(|e| CompileError {
                at: e.at + offset,
                ..e
            })?;
            selector.pick = if pick == "last" {
                Pick::Last
            } else {
                Pick::First
            };
            Box::new(move |ctx| selector.is_there(ctx))
        }
        Expr::Field(..) | Expr::Name(_) => {
            let argument = compile(env, argument)?;
            let place = argument.place();
            let run = argument.into_fun();
            Box::new(move |ctx| {
                let read = |place: &Place| match place.read(ctx) {
                    Some(value) => Some(is_there(ctx, value)),
                    None => place.is_blank(ctx).then_some(Tri::False),
                };
                let told = place.as_ref().and_then(read);
                told.unwrap_or_else(|| is_there(ctx, &run(ctx)))
            })
        }
        _ => {
            return Err(CompileError::new(
                at,
                Code::Type,
                "has 的参数应为字段、事实或 first(…)",
            ));
        }
    };
    Ok(Typed::test(run))
}

/// Blank means absent where the material carries the field; a list or text that is empty counts as absent too.
fn is_there(ctx: &Ctx<'_>, value: &Val) -> Tri {
    match value {
        Val::Unknown(m) if m.iter().all(|m| m.why == MissingWhy::Blank) => Tri::False,
        Val::Unknown(m) if is_absent_envelope(ctx, m) => Tri::False,
        Val::Unknown(m) => Tri::Unknown(m.clone()),
        Val::List(list) if list.items.is_empty() => {
            list.open.clone().map_or(Tri::False, Tri::Unknown)
        }
        Val::Text(text) => Tri::of(!text.is_empty()),
        _ => Tri::True,
    }
}

/// 信封字段空白：完整案卷里没有写就是没有。
fn is_absent_envelope(ctx: &Ctx<'_>, m: &Miss) -> bool {
    let is_of_envelope =
        |m: &Missing| matches!(m.why, MissingWhy::Imprecise | MissingWhy::AmbiguousKey);
    ctx.run.case.is_closed() && m.iter().all(is_of_envelope)
}

/// 在带一个局部变量的环境里求值。
pub fn with_local<R>(ctx: &Ctx<'_>, value: &Val, f: impl FnOnce(&Ctx<'_>) -> R) -> R {
    let local = Local {
        value,
        outer: ctx.locals,
    };
    let inner = Ctx {
        locals: Some(&local),
        ..*ctx
    };
    f(&inner)
}
