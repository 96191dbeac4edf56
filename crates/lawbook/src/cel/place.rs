//! 直接读得到的一处：事件的字段、列表里正在看的一项、事实。比较时借着看，不抄。

use std::sync::Arc;

use super::fields::fact_key;
use super::types::{KindId, ScopeId};
use super::value::{Miss, Val};
use crate::context::{Ctx, Slot};
use crate::prepare::Key;
use crate::selector::{Selected, Selector};

/// 一件事：具名的，或者挑出来的。
#[derive(Clone)]
pub(super) enum Holder {
    Named(Slot),
    Selected(Arc<Selector>),
}

impl Holder {
    fn position(&self, ctx: &Ctx<'_>) -> Option<u32> {
        match self {
            Holder::Named(slot) => ctx.at(*slot),
            Holder::Selected(selector) => match selector.select(ctx) {
                Selected::Found(position) => {
                    selector.unseen(ctx, position).is_none().then_some(position)
                }
                Selected::None(_) | Selected::Unknown(_) => None,
            },
        }
    }
}

/// 读得到的一处。
#[derive(Clone)]
pub(super) enum Place {
    /// 一件事的一个字段：在各种类中的位置
    Field(Holder, Arc<[(KindId, usize)]>),
    /// 局部变量：往外几层
    Local(usize),
    /// 事实：范围、按哪个键、第几个字段
    Fact(ScopeId, Option<Key>, usize),
    /// 一件事里这些角色的参与人：只数得出，要看各人的照一般的列出来
    Actors(Holder, Arc<[Arc<str>]>),
}

impl Place {
    /// 写明的值，或者空白时的缺省值；没有这件事、没有这个字段的为 `None`，由一般的读法说明缺什么。
    pub(super) fn read<'c>(&self, ctx: &'c Ctx<'_>) -> Option<&'c Val> {
        let case = ctx.run.case;
        match self {
            Place::Field(holder, fields) => {
                let (position, field) = field_at(ctx, holder, fields)?;
                let told = case.slot(position, field);
                told.or_else(|| case.default_at(position, field))
            }
            Place::Local(hops) => {
                let mut local = ctx.locals?;
                for _ in 0..*hops {
                    local = local.outer?;
                }
                Some(local.value)
            }
            Place::Fact(scope, by, field) => {
                let key = by.and_then(|by| fact_key(ctx, by));
                case.told_always(*scope, key.map(AsRef::as_ref), *field)
            }
            Place::Actors(..) => None,
        }
    }

    /// 材料带有这个字段而空白，也没有缺省值：没有。不能断定的为假。
    pub(super) fn is_blank(&self, ctx: &Ctx<'_>) -> bool {
        let Place::Field(holder, fields) = self else {
            return false;
        };
        field_at(ctx, holder, fields)
            .is_some_and(|(position, field)| ctx.run.case.is_blank(position, field))
    }

    /// 列表有几项、为何不完整，文字有几个字；要先列出来才知道的为 `None`。
    pub(super) fn count(&self, ctx: &Ctx<'_>) -> Option<(i64, Option<Miss>)> {
        let Place::Actors(holder, roles) = self else {
            return counted(self.read(ctx)?);
        };
        let position = holder.position(ctx)?;
        let case = ctx.run.case;
        // Where the material does not carry the people, what it names is a lower bound: told in the general way.
        if !case.has_part_at(position, "actors") {
            return None;
        }
        let actors = case.events[position as usize].event.actors.iter();
        let in_roles = actors.filter(|a| roles.iter().any(|role| role.as_ref() == a.role));
        Some((in_roles.count() as i64, None))
    }
}

/// 是哪一件、它的第几个字段。
fn field_at(ctx: &Ctx<'_>, holder: &Holder, fields: &[(KindId, usize)]) -> Option<(u32, usize)> {
    let position = holder.position(ctx)?;
    let kind = ctx.run.case.events[position as usize].kind;
    let (_, field) = fields.iter().find(|(own, _)| *own == kind)?;
    Some((position, *field))
}

/// 列表有几项、为何不完整，文字有几个字；别的没有个数。
pub(super) fn counted(value: &Val) -> Option<(i64, Option<Miss>)> {
    match value {
        Val::List(list) => Some((list.items.len() as i64, list.open.clone())),
        Val::Text(text) => Some((text.chars().count() as i64, None)),
        _ => None,
    }
}
