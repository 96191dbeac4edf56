//! 直接读得到的一处：事件的字段、列表里正在看的一项、事实。比较时借着看，不抄。

use std::sync::Arc;

use super::fields::fact_key;
use super::types::{KindId, ScopeId};
use super::value::Val;
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
}

impl Place {
    /// 写明的值；没有这件事、没有这个字段、空白的为 `None`，由一般的读法说明缺什么。
    pub(super) fn read<'c>(&self, ctx: &'c Ctx<'_>) -> Option<&'c Val> {
        let case = ctx.run.case;
        match self {
            Place::Field(holder, fields) => {
                let position = holder.position(ctx)?;
                let kind = case.events[position as usize].kind;
                let (_, field) = fields.iter().find(|(own, _)| *own == kind)?;
                case.slot(position, *field)
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
        }
    }
}
