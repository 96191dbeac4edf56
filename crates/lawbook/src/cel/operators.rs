//! 编译运算符：比较、逻辑、算术、条件，三值。

use mingjing_kernel::date::Date;

use super::ast::{Binary, Expr, Spanned};
use super::compile::{
    CompileError, Env, Fun, Test, Typed, boolean, compile, expect, literal, literals,
};
use super::place::counted;
use super::types::{CodeListId, Type};
use super::value::{List, Tri, Val};
use crate::diagnostic::{Code, nearest};

pub(super) fn conditional(
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
    let ty = match &yes.ty {
        Type::Any => no.ty.clone(),
        ty => ty.clone(),
    };
    let (yes, no) = (yes.into_fun(), no.into_fun());
    let run: Fun = Box::new(move |ctx| match c(ctx) {
        Tri::True => yes(ctx),
        Tri::False => no(ctx),
        Tri::Unknown(m) => {
            let (a, b) = (yes(ctx), no(ctx));
            if matches!(a.equal(&b), Tri::True) {
                a
            } else {
                Val::Unknown(m)
            }
        }
    });
    Ok(Typed::value(ty, run))
}

pub(super) fn binary(
    env: &mut Env<'_>,
    operator: Binary,
    left: &Spanned,
    right: &Spanned,
    at: usize,
) -> Result<Typed, CompileError> {
    match operator {
        Binary::And | Binary::Or => {
            let (a, b) = (boolean(env, left)?, boolean(env, right)?);
            let run: Test = if operator == Binary::And {
                Box::new(move |ctx| a(ctx).and(|| b(ctx)))
            } else {
                Box::new(move |ctx| a(ctx).or(|| b(ctx)))
            };
            Ok(Typed::test(run))
        }
        Binary::Eq | Binary::Ne => equality(env, operator == Binary::Eq, left, right, at),
        Binary::Lt | Binary::Le | Binary::Gt | Binary::Ge => {
            ordering(env, operator, left, right, at)
        }
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
    let operator = if is_equal { Binary::Eq } else { Binary::Ne };
    if let Some(typed) = bounded(env, operator, left, right)? {
        return Ok(typed);
    }
    let a = compile(env, left)?;
    let b = compile(env, right)?;
    check_code(env, &a.ty, right)?;
    check_code(env, &b.ty, left)?;
    if !a.ty.matches(&b.ty) {
        let message = format!("{}与{}不能比较", a.ty.name(), b.ty.name());
        return Err(CompileError::new(at, Code::Type, message));
    }
    let place = a.place();
    let (a, b) = (a.into_fun(), b.into_fun());
    let told = move |tri: Tri| if is_equal { tri } else { tri.negate() };
    let run: Test = match (literal(right), place) {
        (Some(constant), Some(place)) => Box::new(move |ctx| {
            told(match place.read(ctx) {
                Some(value) => value.equal(&constant),
                None => a(ctx).equal(&constant),
            })
        }),
        (Some(constant), None) => Box::new(move |ctx| told(a(ctx).equal(&constant))),
        (None, _) => Box::new(move |ctx| told(a(ctx).equal(&b(ctx)))),
    };
    Ok(Typed::test(run))
}

fn ordering(
    env: &mut Env<'_>,
    operator: Binary,
    left: &Spanned,
    right: &Spanned,
    at: usize,
) -> Result<Typed, CompileError> {
    if let Some(typed) = bounded(env, operator, left, right)? {
        return Ok(typed);
    }
    let a = compile(env, left)?;
    let b = compile(env, right)?;
    if !a.ty.matches(&b.ty) || !a.ty.is_ordered() {
        let message = format!("{}与{}不能比大小", a.ty.name(), b.ty.name());
        return Err(CompileError::new(at, Code::Type, message));
    }
    let place = a.place();
    let (a, b) = (a.into_fun(), b.into_fun());
    let run: Test = match (literal(right), place) {
        (Some(constant), Some(place)) => Box::new(move |ctx| match place.read(ctx) {
            Some(value) => ordered(operator, value, &constant),
            None => ordered(operator, &a(ctx), &constant),
        }),
        (Some(constant), None) => Box::new(move |ctx| ordered(operator, &a(ctx), &constant)),
        (None, _) => Box::new(move |ctx| ordered(operator, &a(ctx), &b(ctx))),
    };
    Ok(Typed::test(run))
}

/// 比大小，三值。
fn ordered(operator: Binary, x: &Val, y: &Val) -> Tri {
    if let (Val::Unknown(m), _) | (_, Val::Unknown(m)) = (x, y) {
        return Tri::Unknown(m.clone());
    }
    let Some(order) = x.order(y) else {
        return Val::error("单位不同，不能比较").into_tri();
    };
    Tri::of(match operator {
        Binary::Lt => order.is_lt(),
        Binary::Le => order.is_le(),
        Binary::Gt => order.is_gt(),
        _ => order.is_ge(),
    })
}

/// `size(x)` 的参数。
fn size_argument(tree: &Spanned) -> Option<&Spanned> {
    match &tree.expr {
        Expr::Call(name, arguments) if name == "size" => match &arguments[..] {
            [list] => Some(list),
            _ => None,
        },
        _ => None,
    }
}

/// 左右对调之后的比较。
fn mirrored(operator: Binary) -> Binary {
    match operator {
        Binary::Lt => Binary::Gt,
        Binary::Le => Binary::Ge,
        Binary::Gt => Binary::Lt,
        Binary::Ge => Binary::Le,
        other => other,
    }
}

/// `size(x) >= n`：不完整的列表是一个下界，只在每个可能的个数都给出同一答案时才有答案。
fn bounded(
    env: &mut Env<'_>,
    operator: Binary,
    left: &Spanned,
    right: &Spanned,
) -> Result<Option<Typed>, CompileError> {
    let (operator, list, limit) = match (size_argument(left), size_argument(right)) {
        (Some(list), _) => (operator, list, right),
        (None, Some(list)) => (mirrored(operator), list, left),
        (None, None) => return Ok(None),
    };
    let typed = compile(env, list)?;
    if !matches!(typed.ty, Type::List(_) | Type::Text) {
        let message = "size 的参数应为列表或文本";
        return Err(CompileError::new(list.at, Code::Type, message));
    }
    let limit = expect(env, limit, &Type::Int)?;
    let (place, list) = (typed.place(), typed.into_fun());
    let run: Test = Box::new(move |ctx| {
        let seen = place.as_ref().and_then(|place| place.count(ctx));
        let (count, open) = match seen {
            Some(counted) => counted,
            None => {
                let value = list(ctx);
                match counted(&value) {
                    Some(counted) => counted,
                    None => return value.into_tri(),
                }
            }
        };
        let limit = match limit(ctx) {
            Val::Int(n) => n,
            other => return other.into_tri(),
        };
        let answer = |count: i64| match operator {
            Binary::Lt => count < limit,
            Binary::Le => count <= limit,
            Binary::Gt => count > limit,
            Binary::Eq => count == limit,
            Binary::Ne => count != limit,
            _ => count >= limit,
        };
        // Every count from here on gives the same answer where this one, the next that could differ, and a
        // count beyond the limit agree.
        let is_settled = [limit, limit.saturating_add(1)]
            .into_iter()
            .all(|other| other <= count || answer(other) == answer(count));
        match open {
            Some(m) if !is_settled => Tri::Unknown(m),
            _ => Tri::of(answer(count)),
        }
    });
    Ok(Some(Typed::test(run)))
}

fn membership(
    env: &mut Env<'_>,
    left: &Spanned,
    right: &Spanned,
    at: usize,
) -> Result<Typed, CompileError> {
    let a = compile(env, left)?;
    let b = compile(env, right)?;
    let Type::List(inner) = &b.ty else {
        return Err(CompileError::new(
            at,
            Code::Type,
            format!("in 右边应为列表，实为{}", b.ty.name()),
        ));
    };
    check_code(env, &a.ty, right)?;
    check_code(env, inner, left)?;
    if !inner.matches(&a.ty) {
        let message = format!("{}不会在{}的列表中", a.ty.name(), inner.name());
        return Err(CompileError::new(at, Code::Type, message));
    }
    let place = a.place();
    let constant = match &right.expr {
        Expr::List(items) => literals(items),
        _ => None,
    };
    if let Some(value) = literal(left) {
        let (place, list) = (b.place(), b.into_fun());
        let run: Test = Box::new(move |ctx| {
            if let Some(Val::List(list)) = place.as_ref().and_then(|place| place.read(ctx)) {
                return contains(list, &value);
            }
            match list(ctx) {
                Val::Unknown(m) => Tri::Unknown(m),
                Val::List(list) => contains(&list, &value),
                _ => Val::error("in").into_tri(),
            }
        });
        return Ok(Typed::test(run));
    }
    let (a, b) = (a.into_fun(), b.into_fun());
    let run: Test = match (constant, place) {
        (Some(list), Some(place)) => Box::new(move |ctx| match place.read(ctx) {
            Some(value) => within(&list, value),
            None => within(&list, &a(ctx)),
        }),
        (Some(list), None) => Box::new(move |ctx| within(&list, &a(ctx))),
        (None, _) => Box::new(move |ctx| match (a(ctx), b(ctx)) {
            (Val::Unknown(m), _) | (_, Val::Unknown(m)) => Tri::Unknown(m),
            (value, Val::List(list)) => contains(&list, &value),
            _ => Val::error("in").into_tri(),
        }),
    };
    Ok(Typed::test(run))
}

/// 在不在一列字面量里，三值。
fn within(list: &List, value: &Val) -> Tri {
    match value {
        Val::Unknown(m) => Tri::Unknown(m.clone()),
        value => contains(list, value),
    }
}

/// 列表是否含有某值，三值。
pub fn contains(list: &List, value: &Val) -> Tri {
    let found = list
        .items
        .iter()
        .fold(Tri::False, |acc, item| acc.or(|| item.equal(value)));
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
    let (a, b) = (a.into_fun(), b.into_fun());
    let run: Fun = Box::new(move |ctx| calculate(operator, a(ctx), b(ctx)));
    Ok(Typed::value(ty, run))
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
            Val::List(List {
                items: items.into(),
                open: x.open.or(y.open),
            })
        }
        _ => Val::error("计算"),
    }
}

fn shift(date: Date, months: i32, days: i32) -> Date {
    let moved = if months == 0 {
        date
    } else {
        date.add_months(months).0
    };
    moved.add_days(days)
}
