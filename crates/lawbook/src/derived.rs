//! 推定日期：视为送达、视为受理等，按事件给出一个日期。

use std::sync::Arc;

use mingjing_domain::finding::MissingWhy;

use crate::basis::Basis;
use crate::book::Book;
use crate::cel::compile::{Deps, Env, Fun, Test, compile_as, compile_test};
use crate::cel::types::{KindId, Type};
use crate::cel::value::{Tri, Val, miss};
use crate::context::{Ctx, Slot};
use crate::diagnostic::Sink;
use crate::marks::read_marks;
use crate::tree::Reader;

/// 一种情形。
struct Choice {
    when: Option<Test>,
    at: Fun,
    basis: Basis,
}

/// 推定日期。
pub struct Derived {
    /// 标识。
    pub name: Arc<str>,
    /// 中文名。
    pub label: Arc<str>,
    /// 依附的事件种类。
    pub kind: KindId,
    /// 依赖。
    pub deps: Deps,
    choices: Vec<Choice>,
}

/// 某事件的推定日期；没有合适的情形为未知。所用情形的标记随着结果。
pub fn date_of(ctx: &Ctx<'_>, id: usize, position: u32) -> Val {
    let derived = &ctx.run.lawbook.derived[id];
    if ctx.run.depth.get() > 32 {
        return Val::error("推定日期循环");
    }
    ctx.run.depth.set(ctx.run.depth.get() + 1);
    let inner = Ctx {
        day: ctx.run.case.events[position as usize].day,
        ..ctx.with(Slot::E, position)
    };
    let value = derived.choose(&inner);
    ctx.run.depth.set(ctx.run.depth.get() - 1);
    value
}

impl Derived {
    fn choose(&self, ctx: &Ctx<'_>) -> Val {
        for choice in &self.choices {
            let when = choice.when.as_ref();
            match when.map_or(Tri::True, |w| w(ctx)) {
                Tri::True => {
                    ctx.note(&choice.basis);
                    return (choice.at)(ctx);
                }
                Tri::False => {}
                Tri::Unknown(m) => return Val::Unknown(m),
            }
        }
        Val::Unknown(miss(self.name.clone(), MissingWhy::Blank))
    }
}

/// 读 `[derived.<名>]`；名字须已登记在书中。
pub(crate) fn read(
    book: &Book,
    name: &str,
    reader: &Reader<'_>,
    sink: &mut Sink,
) -> Option<Derived> {
    let label = reader.text_required("name", sink).unwrap_or(name);
    let each = reader.text_required("each", sink)?;
    reader.texts("keys", sink);
    let Some(kind) = book.vocabulary.kind(each) else {
        reader.excuse(&["cases"]);
        return None;
    };
    let mut env = Env::new(book).slot("e", Slot::E, Arc::from([kind]));
    let mut choices = Vec::new();
    for case in reader.tables("cases", sink) {
        let when = case.get("when").and_then(|node| {
            let text = case.text("when", &mut Sink::default())?;
            compile_test(&mut env, text, &case.at(node), sink)
        });
        let at = case.require("at", sink).and_then(|node| {
            compile_as(
                &mut env,
                case.text("at", &mut Sink::default())?,
                &Type::Date,
                &case.at(node),
                sink,
            )
        });
        let own = read_marks(&case, "mark", sink);
        let citations = crate::load::citations(&book.statutes, &case, sink);
        let basis = book.statutes.basis(own, &citations);
        case.text("note", sink);
        if let Some(at) = at {
            choices.push(Choice { when, at, basis });
        }
        case.finish(sink);
    }
    Some(Derived {
        name: name.into(),
        label: label.into(),
        kind,
        deps: env.deps.into_inner(),
        choices,
    })
}
