//! 读法典的函数：参数、义务、推定日期、引用。

use std::sync::Arc;

use mingjing_domain::finding::{DutyState, MissingWhy};
use mingjing_kernel::due::DueAt;

use super::{any_list, event_argument, one, pair, text_literal, two, typed, unary, wrong};
use crate::cel::ast::Spanned;
use crate::cel::compile::{CompileError, Env, Typed, expect};
use crate::cel::operators::contains;
use crate::cel::types::Type;
use crate::cel::value::{Val, miss};
use crate::context::Ctx;
use crate::diagnostic::{Code, nearest};
use crate::forms::deadline;
use crate::parameters::Chosen;

/// 这一组的函数名。
pub(super) const NAMES: [&str; 7] = [
    "param",
    "due",
    "state",
    "derived",
    "cite_level",
    "cite_valid",
    "cite_article_in",
];

/// 编译读法典的函数：参数、义务、推定日期、引用。
pub(super) fn call(
    env: &mut Env<'_>,
    name: &str,
    args: &[Spanned],
    at: usize,
) -> Result<Typed, CompileError> {
    match (name, args) {
        ("param", [p]) => param(env, text_literal(p, name, "param('参数名')")?, at),
        ("due" | "state", [code] | [code, _]) => duty(env, name, code, args.get(1), at),
        ("cite_level" | "cite_valid" | "cite_article_in", _) => citation(env, name, args, at),
        ("derived", [id, ev]) => derived(
            env,
            text_literal(id, name, "derived('名字', 事件)")?,
            ev,
            at,
        ),
        _ => Err(wrong(
            at,
            name,
            "参数个数不对，如 param('参数')、due('编码')、derived('名字', 事件)",
        )),
    }
}

fn param(env: &mut Env<'_>, name: &str, at: usize) -> Result<Typed, CompileError> {
    let Some(id) = env.book.parameters.find(name) else {
        let hint = nearest(name, env.book.parameters.names());
        return Err(CompileError::new(at, Code::Name, format!("没有参数 {name}")).hint(hint));
    };
    env.deps.borrow_mut().params.insert(name.to_owned());
    let ty = env.book.parameters.get(id).ty.clone();
    typed(
        ty,
        Box::new(move |ctx| match ctx.parameter(id) {
            Chosen::Value(value, _) => value.clone(),
            Chosen::NoLimit => {
                let name = &ctx.run.lawbook.book.parameters.get(id).name;
                Val::Unknown(miss(format!("param:{name}"), MissingWhy::Blank))
            }
            Chosen::Unknown(m) => Val::Unknown(m),
        }),
    )
}

fn duty(
    env: &mut Env<'_>,
    name: &str,
    code: &Spanned,
    part: Option<&Spanned>,
    at: usize,
) -> Result<Typed, CompileError> {
    let code_text = text_literal(code, name, "due('编码')")?;
    let part = part
        .map(|p| text_literal(p, name, "due('编码', '部分')"))
        .transpose()?;
    let Some(id) = env.book.duty(code_text, part) else {
        let hint = nearest(code_text, env.book.duty_codes());
        return Err(CompileError::new(
            at,
            Code::Name,
            format!("规则 {code_text} 没有这样的期限部分"),
        )
        .hint(hint));
    };
    env.deps.borrow_mut().duties.insert(id);
    if name == "due" {
        return typed(Type::Date, Box::new(move |ctx| due_date(ctx, id)));
    }
    typed(
        Type::Text,
        Box::new(move |ctx| match deadline::duty_for(ctx, id) {
            Ok(run) => {
                let book = &ctx.run.lawbook.book;
                let told = run.told(&ctx.run.lawbook.rules[book.duties[id].rule]);
                told.map_or_else(Val::Unknown, |state| Val::Text(state_name(state).into()))
            }
            Err(m) => Val::Unknown(m),
        }),
    )
}

fn due_date(ctx: &Ctx<'_>, id: usize) -> Val {
    match deadline::duty_for(ctx, id) {
        Ok(run) => match (&run.doubt, &run.due) {
            (Some(m), Some(_)) => Val::Unknown(m.clone()),
            (None, Some(due)) if due.provisional => {
                Val::Unknown(miss("calendar", MissingWhy::Calendar))
            }
            (None, Some(due)) => match due.at {
                DueAt::Day(day) => Val::Date(day),
                DueAt::Minute(at) => Val::Date(at.date()),
                DueAt::Suspended { .. } => Val::Unknown(miss("suspended", MissingWhy::Imprecise)),
            },
            (_, None) => Val::Unknown(
                run.missing
                    .clone()
                    .unwrap_or_else(|| miss("due", MissingWhy::Error)),
            ),
        },
        Err(m) => Val::Unknown(m),
    }
}

fn state_name(state: DutyState) -> &'static str {
    match state {
        DutyState::Open => "open",
        DutyState::Near => "near",
        DutyState::Met => "met",
        DutyState::MetLate => "met_late",
        DutyState::Breached => "breached",
        DutyState::Suspended => "suspended",
        DutyState::Waived => "waived",
        DutyState::Ended => "ended",
        DutyState::Provisional => "provisional",
        DutyState::Undetermined => "undetermined",
    }
}

fn derived(env: &mut Env<'_>, name: &str, ev: &Spanned, at: usize) -> Result<Typed, CompileError> {
    let Some(id) = env.book.derived_ids.get(name).copied() else {
        let hint = nearest(name, env.book.derived_ids.keys().map(String::as_str));
        return Err(CompileError::new(at, Code::Name, format!("没有推定日期 {name}")).hint(hint));
    };
    env.deps.borrow_mut().derived.insert(id);
    let ev = event_argument(env, ev)?;
    typed(
        Type::Date,
        unary(ev, move |ctx, value| match value {
            Val::Event(p) => crate::derived::date_of(ctx, id, p),
            _ => Val::error("derived"),
        }),
    )
}

fn citation(
    env: &mut Env<'_>,
    name: &str,
    args: &[Spanned],
    at: usize,
) -> Result<Typed, CompileError> {
    match (name, args) {
        ("cite_level", [c]) => {
            let level = env.book.vocabulary.list("law_level");
            let ty = level.map_or(Type::Text, Type::Code);
            one(env, name, c, ty, |ctx, text: Arc<str>| {
                let found = ctx.run.lawbook.book.statutes.resolve(&text);
                found.map_or_else(|| not_listed(&text), |s| Val::Text(s.level.clone()))
            })
        }
        ("cite_valid", [c, d]) => two(env, name, (c, d), Type::Bool, |ctx, text: Arc<str>, day| {
            let found = ctx.run.lawbook.book.statutes.is_valid_citation(&text, day);
            found.map_or_else(|| not_listed(&text), Val::Bool)
        }),
        ("cite_article_in", [c, list]) => {
            let (c, list) = (
                expect(env, c, &Type::Text)?,
                any_list(env, list)?.into_fun(),
            );
            typed(
                Type::Bool,
                pair(c, list, |_, c, list| match (c, list) {
                    (c @ Val::Text(_), Val::List(list)) => contains(&list, &c).into_val(),
                    _ => Val::error("cite_article_in"),
                }),
            )
        }
        _ => Err(wrong(
            at,
            name,
            "cite_level(引用)、cite_valid(引用, 日期)、cite_article_in(引用, 列表)",
        )),
    }
}

/// 法规库没有所引的法规。
fn not_listed(citation: &str) -> Val {
    Val::Unknown(miss(format!("cite:{citation}"), MissingWhy::NotCovered))
}
