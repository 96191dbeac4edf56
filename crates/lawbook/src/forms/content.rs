//! 看事件写了什么的形式：条件、要素、一致、由人回答。

use std::sync::Arc;

use mingjing_domain::finding::MissingWhy;

use super::{Part, Verdict, each, each_test, once};
use crate::cel::compile::{Fun, Test};
use crate::cel::value::{Miss, Tri, Val, merge, miss};
use crate::context::{Ctx, Slot};
use crate::selector::{Pick, Selected, Selector};

/// `must`：条件成立。
pub struct Must {
    /// 触发；`None` 为整个案件一次。
    pub on: Option<Selector>,
    /// 条件。
    pub that: Test,
    /// 实际值。
    pub actual: Option<Fun>,
    /// 下限。
    pub low: Option<Fun>,
    /// 上限。
    pub high: Option<Fun>,
}

impl Must {
    /// 判断。
    pub fn judge(&self, ctx: &Ctx<'_>, part: &Part) -> Vec<Verdict> {
        match &self.on {
            None => once(ctx, part, |inner, result| {
                result.holds = (self.that)(inner);
                if !inner.drops(result.day, &result.applies, &result.holds) {
                    self.amounts(inner, result);
                }
            }),
            Some(on) => each_test(ctx, on, part, &self.that, |inner, result| {
                self.amounts(inner, result);
            }),
        }
    }

    fn amounts(&self, ctx: &Ctx<'_>, result: &mut Verdict) {
        let int = |fun: &Option<Fun>| match fun.as_ref().map(|f| f(ctx)) {
            Some(Val::Int(n)) => Some(n),
            _ => None,
        };
        let limit = int(&self.high).or_else(|| int(&self.low));
        if let Some(actual) = int(&self.actual) {
            result.scope.actual = Some(actual);
            result.scope.limit = limit;
            result.detail.amount = Some((actual, limit.unwrap_or(0)));
        }
    }
}

/// `elements`：要素、文书齐全。
pub struct Elements {
    /// 触发。
    pub on: Selector,
    /// 字段：名与读取。
    pub fields: Vec<(Arc<str>, Test)>,
    /// 文书：名与是否在列。
    pub documents: Vec<(Arc<str>, Test)>,
}

impl Elements {
    /// 判断：列出缺少的要素。
    pub fn judge(&self, ctx: &Ctx<'_>, part: &Part) -> Vec<Verdict> {
        each(ctx, &self.on, part, |inner, _, result| {
            let mut unknown: Option<Miss> = None;
            for (name, present) in self.fields.iter().chain(&self.documents) {
                match present(inner) {
                    Tri::True => {}
                    Tri::False => result.detail.lacking.push(name.clone()),
                    Tri::Unknown(m) => {
                        unknown = Some(unknown.map_or_else(|| m.clone(), |u| merge(&u, &m)));
                    }
                }
            }
            result.holds = match (result.detail.lacking.is_empty(), unknown) {
                (false, _) => Tri::False,
                (true, Some(m)) => Tri::Unknown(m),
                (true, None) => Tri::True,
            };
            true
        })
    }
}

/// 一致的方式。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// 相同
    Same,
    /// 右不大于左
    NoMore,
    /// 右不重于左（数额不大于，列表为子集）
    NoWorse,
    /// 右为左的子集
    Subset,
}

/// 一致的一项：名、左、右、方式。
pub struct Pairing {
    /// 字段名。
    pub name: Arc<str>,
    /// 左。
    pub left: Fun,
    /// 右。
    pub right: Fun,
    /// 方式。
    pub agreement: Agreement,
}

/// `agrees`：两个事件（文书）一致。
pub struct Agrees {
    /// 左（先作出的）。
    pub left: Selector,
    /// 右（触发）。
    pub right: Selector,
    /// 各项。
    pub pairings: Vec<Pairing>,
}

impl Agrees {
    /// 判断：每个右事件与它之前最后一个左事件比。
    pub fn judge(&self, ctx: &Ctx<'_>, part: &Part) -> Vec<Verdict> {
        each(ctx, &self.right, part, |inner, trigger, result| {
            let inner = inner.with(Slot::Right, trigger.position);
            let pick = Selector::select_where;
            let left = match pick(&self.left, &inner, |p| p < trigger.position) {
                Selected::Found(p) => p,
                Selected::None(_) | Selected::Unknown(_) => return false,
            };
            let left = if self.left.pick == Pick::Each {
                self.latest(&inner, trigger.position).unwrap_or(left)
            } else {
                left
            };
            let inner = inner.with(Slot::Left, left);
            result.evidence.insert(0, left);
            for pairing in &self.pairings {
                let holds = pairing.holds(&inner);
                if matches!(holds, Tri::False) {
                    result.detail.lacking.push(pairing.name.clone());
                }
                result.holds = std::mem::replace(&mut result.holds, Tri::True).and(|| holds);
            }
            // Another one before the right event, that the material does not carry, may be the one to compare with.
            if let Some(m) = self.left.gap(&inner, inner.day) {
                result.holds = Tri::Unknown(m);
            }
            true
        })
    }

    fn latest(&self, ctx: &Ctx<'_>, before: u32) -> Option<u32> {
        self.left
            .candidates(ctx)
            .into_iter()
            .rfind(|(p, doubt)| *p < before && doubt.is_none())
            .map(|(p, _)| p)
    }
}

impl Pairing {
    fn holds(&self, ctx: &Ctx<'_>) -> Tri {
        let (left, right) = ((self.left)(ctx), (self.right)(ctx));
        // Blank on both sides of a complete record is agreement: neither document says anything.
        let blank =
            |v: &Val| matches!(v, Val::Unknown(m) if m.iter().all(|m| m.why == MissingWhy::Blank));
        match (self.agreement, blank(&left), blank(&right)) {
            (_, true, true) => return Tri::True,
            (Agreement::Same, true, false) | (Agreement::Same, false, true) => {
                if matches!((&left, &right), (Val::Unknown(a), Val::Unknown(b)) if !(a.is_empty() || b.is_empty()))
                {
                    return left.equal(&right);
                }
                return Tri::False;
            }
            (Agreement::NoMore | Agreement::NoWorse | Agreement::Subset, _, true) => {
                return Tri::True;
            }
            _ => {}
        }
        if let (Val::Unknown(m), _) | (_, Val::Unknown(m)) = (&left, &right) {
            return Tri::Unknown(m.clone());
        }
        match (self.agreement, &left, &right) {
            (Agreement::Same, _, _) => same(&left, &right),
            (_, Val::Int(a), Val::Int(b)) => Tri::of(b <= a),
            (_, Val::List(a), Val::List(b)) => b.items.iter().fold(Tri::True, |acc, item| {
                acc.and(|| crate::cel::operators::contains(a, item))
            }),
            _ => same(&left, &right),
        }
    }
}

/// 相同；列表不论次序。
fn same(left: &Val, right: &Val) -> Tri {
    match (left, right) {
        (Val::List(a), Val::List(b)) if a.open.is_none() && b.open.is_none() => {
            let covers = |x: &crate::cel::value::List, y: &crate::cel::value::List| {
                y.items.iter().fold(Tri::True, |acc, item| {
                    acc.and(|| crate::cel::operators::contains(x, item))
                })
            };
            covers(a, b).and(|| covers(b, a))
        }
        _ => left.equal(right),
    }
}

/// `checklist`：由人回答。
pub struct Checklist {
    /// 触发；`None` 为整个案件一次。
    pub on: Option<Selector>,
    /// 问题。
    pub question: Arc<str>,
    /// 答案。
    pub answer: Test,
}

impl Checklist {
    /// 判断：未回答为无法判定。
    pub fn judge(&self, ctx: &Ctx<'_>, part: &Part) -> Vec<Verdict> {
        let answer = |inner: &Ctx<'_>| match (self.answer)(inner) {
            Tri::Unknown(m) => {
                let what = m
                    .first()
                    .map_or_else(|| Arc::from("答案"), |m| m.what.clone());
                Tri::Unknown(miss(what, MissingWhy::Person))
            }
            known => known,
        };
        match &self.on {
            None => once(ctx, part, |inner, result| result.holds = answer(inner)),
            Some(on) => each_test(ctx, on, part, answer, |_, _| ()),
        }
    }
}
