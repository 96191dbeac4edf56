//! 事件之间的形式：须有、先后、禁止、条件、要素、一致、由人回答。

use std::sync::Arc;

use mingjing_domain::finding::{MissingWhy, Severity};
use mingjing_kernel::date::Timestamp;
use mingjing_kernel::due::{DueAt, PeriodPlan, Start, due};

use super::clock::PeriodOf;
use super::{Part, Trigger, Verdict, triggers};
use crate::cel::compile::Fun;
use crate::cel::value::{Miss, Tri, Val, merge, miss};
use crate::context::{Ctx, Slot};
use crate::selector::{Pick, Selected, Selector};

/// 触发后的判断环境。
fn at<'a>(ctx: &Ctx<'a>, trigger: &'a Trigger) -> Ctx<'a> {
    let day = ctx.run.case.events[trigger.position as usize].day;
    Ctx {
        keys: &trigger.keys,
        day,
        ..ctx.with(Slot::E, trigger.position)
    }
}

fn verdict(ctx: &Ctx<'_>, trigger: &Trigger, holds: Tri) -> Verdict {
    let day = ctx.run.case.events[trigger.position as usize].day;
    Verdict::new(
        Some(trigger.position),
        trigger.keys.clone(),
        day,
        trigger.applies.clone(),
        holds,
    )
}

/// 两件事的先后：`a` 不晚于 `b`（`strict` 时须早于）。同日而不知时刻的，非严格时算通过。
fn not_later(ctx: &Ctx<'_>, a: u32, b: u32, strict: bool) -> Tri {
    let (x, y) = (
        &ctx.run.case.events[a as usize],
        &ctx.run.case.events[b as usize],
    );
    match x.day.cmp(&y.day) {
        std::cmp::Ordering::Less => Tri::True,
        std::cmp::Ordering::Greater => Tri::False,
        std::cmp::Ordering::Equal => match (x.at, y.at) {
            (Some(s), Some(t)) => Tri::of(if strict { s < t } else { s <= t }),
            _ if !strict => Tri::True,
            _ => {
                let kind = if x.at.is_none() { x.kind } else { y.kind };
                let name = &ctx.run.lawbook.book.vocabulary.kind_of(kind).name;
                Tri::Unknown(miss(format!("{name}.occurred_at"), MissingWhy::Imprecise))
            }
        },
    }
}

/// 位置要求。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// 之前（或同时）
    Before,
    /// 同日
    SameDay,
    /// 之后（或同时）
    After,
    /// 任何时候
    Any,
}

/// `requires`：触发须有另一事件、文书或音像。
pub struct Requires {
    /// 触发。
    pub on: Selector,
    /// 须有其一。
    pub needs: Vec<Selector>,
    /// 位置。
    pub position: Position,
    /// 是否严格先后。
    pub strict: bool,
    /// 期限（从触发起算）。
    pub within: Option<PeriodOf>,
    /// 附加条件：`e` 为触发，`act` 为所需事件。
    pub that: Option<Fun>,
    /// 触发须附文书。
    pub document: bool,
    /// 触发须附音像。
    pub media: bool,
}

impl Requires {
    /// 判断。
    pub fn judge(&self, ctx: &Ctx<'_>, part: &Part) -> Vec<Verdict> {
        triggers(ctx, &self.on, &part.by)
            .iter()
            .map(|trigger| {
                let inner = at(ctx, trigger);
                let mut result = verdict(ctx, trigger, Tri::True);
                let attached = self.attachments(&inner, trigger.position);
                let needed = self.needed(&inner, trigger.position, &mut result);
                result.holds = attached.and(|| needed);
                result
            })
            .collect()
    }

    fn attachments(&self, ctx: &Ctx<'_>, position: u32) -> Tri {
        let prepared = &ctx.run.case.events[position as usize];
        let kind = ctx.run.lawbook.book.vocabulary.kind_of(prepared.kind);
        let check = |wanted: bool, list: &[String], part: &str| {
            if !wanted || !list.is_empty() {
                Tri::True
            } else if ctx.run.case.has_part_at(position, part) {
                Tri::False
            } else {
                Tri::Unknown(miss(
                    format!("{}.{part}", kind.name),
                    MissingWhy::NotCovered,
                ))
            }
        };
        check(self.document, &prepared.event.doc_ids, "doc_ids")
            .and(|| check(self.media, &prepared.event.media_ids, "media_ids"))
    }

    fn needed(&self, ctx: &Ctx<'_>, trigger: u32, result: &mut Verdict) -> Tri {
        if self.needs.is_empty() {
            return Tri::True;
        }
        let limit = match self.limit(ctx, trigger, result) {
            Ok(limit) => limit,
            Err(m) => return Tri::Unknown(m),
        };
        let day = ctx.run.case.events[trigger as usize].day;
        let through = match (self.position, &limit) {
            (Position::Before | Position::SameDay, _) => day,
            (Position::After | Position::Any, Some(DueAt::Day(day))) => *day,
            (Position::After | Position::Any, _) => ctx.run.case.as_of,
        };
        let mut holds = Tri::False;
        for selector in &self.needs {
            let found = selector.exists_where(ctx, through, |p| self.fits(ctx, trigger, p, &limit));
            holds = holds.or(|| match found {
                Selected::Found(p) => {
                    result.evidence.push(p);
                    Tri::True
                }
                Selected::None(_) => Tri::False,
                Selected::Unknown(m) => Tri::Unknown(m),
            });
        }
        // Not yet late: the thing needed afterwards may still come.
        match (&holds, &limit) {
            (Tri::False | Tri::Unknown(_), Some(DueAt::Day(day))) if ctx.run.case.as_of <= *day => {
                Tri::True
            }
            (Tri::False | Tri::Unknown(_), Some(DueAt::Minute(at)))
                if Timestamp::end_of_day(ctx.run.case.as_of) <= *at =>
            {
                Tri::True
            }
            _ => holds,
        }
    }

    fn limit(
        &self,
        ctx: &Ctx<'_>,
        trigger: u32,
        result: &mut Verdict,
    ) -> Result<Option<DueAt>, Miss> {
        let Some(within) = &self.within else {
            return Ok(None);
        };
        let Some((period, marks)) = within.get(ctx)? else {
            // The law sets no limit here: nothing is demanded.
            result.applies = Tri::False;
            return Ok(None);
        };
        result.marks = result.marks.union(marks);
        let event = &ctx.run.case.events[trigger as usize];
        let start = event.at.map_or(Start::Day(event.day), Start::Minute);
        let start = if matches!(period, mingjing_kernel::period::Period::Hours { .. }) {
            start
        } else {
            Start::Day(event.day)
        };
        match due(start, &PeriodPlan::plain(period), &ctx.run.lawbook.calendar) {
            Ok(due) if due.provisional => Err(miss("calendar", MissingWhy::Calendar)),
            Ok(due) => {
                let at = due.at;
                result.detail.due = Some(due);
                Ok(Some(at))
            }
            Err(_) => Err(miss(
                format!("calendar:{}", event.day.year()),
                MissingWhy::Calendar,
            )),
        }
    }

    fn fits(&self, ctx: &Ctx<'_>, trigger: u32, position: u32, limit: &Option<DueAt>) -> Tri {
        if position == trigger {
            return Tri::False;
        }
        let event = &ctx.run.case.events[position as usize];
        let own = ctx.run.case.events[trigger as usize].day;
        let placed = match self.position {
            Position::Before => not_later(ctx, position, trigger, self.strict),
            Position::After => not_later(ctx, trigger, position, self.strict),
            Position::SameDay => Tri::of(event.day == own),
            Position::Any => Tri::True,
        };
        let in_time = || match limit {
            None | Some(DueAt::Suspended { .. }) => Tri::True,
            Some(DueAt::Day(day)) => Tri::of(event.day <= *day),
            Some(DueAt::Minute(at)) => match event.at {
                Some(done) => Tri::of(done <= *at),
                None if event.day < at.date() => Tri::True,
                None if event.day > at.date() => Tri::False,
                None => Tri::Unknown(miss("occurred_at", MissingWhy::Imprecise)),
            },
        };
        placed.and(in_time).and(|| match &self.that {
            None => Tri::True,
            Some(that) => that(&ctx.with(Slot::Act, position)).into_tri(),
        })
    }
}

/// `precedes`：都存在时，前者不晚于后者。
pub struct Precedes {
    /// 次序。
    pub order: Vec<Selector>,
    /// 同日不算在先。
    pub strict: bool,
    /// 某一对只按较轻程度。
    pub lesser: Vec<(usize, usize, Severity)>,
}

impl Precedes {
    /// 判断：相邻（跳过缺席的）各对中，后者早于前者即为逆序，每一对一个结果。
    pub fn judge(&self, ctx: &Ctx<'_>, part: &Part) -> Vec<Verdict> {
        let groups: Vec<Trigger> = match self.order.first() {
            Some(_) if !part.by.is_empty() => {
                let mut seen: Vec<Trigger> = Vec::new();
                for selector in &self.order {
                    for trigger in triggers(ctx, selector, &part.by) {
                        if !seen.iter().any(|t| t.keys.values == trigger.keys.values) {
                            seen.push(trigger);
                        }
                    }
                }
                seen
            }
            _ => vec![],
        };
        let none = crate::context::Keys::none();
        if groups.is_empty() {
            return self.judge_group(&Ctx {
                keys: &none,
                ..*ctx
            });
        }
        groups
            .iter()
            .flat_map(|g| {
                self.judge_group(&Ctx {
                    keys: &g.keys,
                    ..*ctx
                })
            })
            .collect()
    }

    fn judge_group(&self, ctx: &Ctx<'_>) -> Vec<Verdict> {
        let present: Vec<(usize, u32, Option<Miss>)> = self
            .order
            .iter()
            .enumerate()
            .filter_map(|(i, selector)| {
                let mut candidates = selector.candidates(ctx).into_iter();
                let chosen = if selector.pick == Pick::Last {
                    candidates.next_back()
                } else {
                    candidates.next()
                };
                chosen.map(|(position, doubt)| (i, position, doubt))
            })
            .collect();
        let mut verdicts = Vec::new();
        for (later, (j, b, doubt_b)) in present.iter().enumerate() {
            for (i, a, doubt_a) in &present[..later] {
                let holds = match not_later(ctx, *a, *b, self.strict) {
                    Tri::False => doubt_a
                        .clone()
                        .or_else(|| doubt_b.clone())
                        .or_else(|| self.mended(ctx, *i, *j, *b))
                        .map_or(Tri::False, Tri::Unknown),
                    other => other,
                };
                if matches!(holds, Tri::True) && verdicts.len() > 1 {
                    continue;
                }
                let day = ctx.run.case.events[*b as usize].day;
                let mut verdict = Verdict::new(Some(*b), ctx.keys.clone(), day, Tri::True, holds);
                verdict.evidence.push(*a);
                verdict.severity = self
                    .lesser
                    .iter()
                    .find(|(x, y, _)| x == i && y == j)
                    .map(|(_, _, s)| *s);
                verdict.detail.actual = Some(DueAt::Day(day));
                verdicts.push(verdict);
            }
        }
        verdicts
    }
}

impl Precedes {
    /// 材料之外可能还有更早的前者或更晚的后者，逆序就不能断定。
    fn mended(&self, ctx: &Ctx<'_>, i: usize, j: usize, later: u32) -> Option<Miss> {
        let through = ctx.run.case.events[later as usize].day;
        let earlier = (self.order[i].pick != Pick::Last)
            .then(|| self.order[i].gap(ctx, through))
            .flatten();
        let last = (self.order[j].pick == Pick::Last)
            .then(|| self.order[j].gap(ctx, ctx.run.case.as_of))
            .flatten();
        earlier.or(last)
    }
}

/// `forbids`：不得发生。
pub struct Forbids {
    /// 触发。
    pub on: Selector,
    /// 只在此事件之后。
    pub after: Option<Selector>,
    /// 只在此期间之内。
    pub during: Option<(Selector, Selector)>,
}

impl Forbids {
    /// 判断：触发出现（且在所限期间）即不合规。
    pub fn judge(&self, ctx: &Ctx<'_>, part: &Part) -> Vec<Verdict> {
        triggers(ctx, &self.on, &part.by)
            .iter()
            .map(|trigger| {
                let inner = at(ctx, trigger);
                let mut result = verdict(ctx, trigger, Tri::False);
                // What is forbidden is the event under this condition and in this period; without either it is lawful.
                let when = part
                    .when
                    .as_ref()
                    .map_or(Tri::True, |w| w(&inner).into_tri());
                let scope = when.and(|| self.in_scope(&inner, trigger.position, &mut result));
                result.holds = scope.negate();
                result
            })
            .collect()
    }

    fn in_scope(&self, ctx: &Ctx<'_>, trigger: u32, result: &mut Verdict) -> Tri {
        let day = ctx.run.case.events[trigger as usize].day;
        let after = self.after.as_ref().map_or(Tri::True, |after| {
            match after.exists_where(ctx, day, |p| {
                if p == trigger {
                    Tri::False
                } else {
                    not_later(ctx, p, trigger, false)
                }
            }) {
                Selected::Found(p) => {
                    result.evidence.push(p);
                    Tri::True
                }
                Selected::None(_) => Tri::False,
                Selected::Unknown(m) => Tri::Unknown(m),
            }
        });
        after.and(|| {
            let Some((from, to)) = &self.during else {
                return Tri::True;
            };
            let mut inside = Tri::False;
            for (start, doubt) in from
                .candidates(ctx)
                .into_iter()
                .filter(|(p, _)| *p < trigger)
            {
                let ended = to.exists_where(ctx, day, |p| Tri::of(p > start && p < trigger));
                let open = match ended {
                    Selected::Found(_) => Tri::False,
                    Selected::None(_) => Tri::True,
                    Selected::Unknown(m) => Tri::Unknown(m),
                };
                result.evidence.push(start);
                inside = inside.or(|| doubt.map_or(Tri::True, Tri::Unknown).and(|| open));
            }
            match (inside, from.gap(ctx, day)) {
                (Tri::False, Some(m)) => Tri::Unknown(m),
                (inside, _) => inside,
            }
        })
    }
}

/// `must`：条件成立。
pub struct Must {
    /// 触发；`None` 为整个案件一次。
    pub on: Option<Selector>,
    /// 条件。
    pub that: Fun,
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
            None => {
                let holds = (self.that)(ctx).into_tri();
                let mut result = Verdict::new(None, ctx.keys.clone(), ctx.day, Tri::True, holds);
                self.amounts(ctx, &mut result);
                vec![result]
            }
            Some(on) => triggers(ctx, on, &part.by)
                .iter()
                .map(|trigger| {
                    let inner = at(ctx, trigger);
                    let mut result = verdict(ctx, trigger, (self.that)(&inner).into_tri());
                    self.amounts(&inner, &mut result);
                    result
                })
                .collect(),
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
    pub fields: Vec<(Arc<str>, Fun)>,
    /// 文书：名与是否在列。
    pub documents: Vec<(Arc<str>, Fun)>,
}

impl Elements {
    /// 判断：列出缺少的要素。
    pub fn judge(&self, ctx: &Ctx<'_>, part: &Part) -> Vec<Verdict> {
        triggers(ctx, &self.on, &part.by)
            .iter()
            .map(|trigger| {
                let inner = at(ctx, trigger);
                let mut result = verdict(ctx, trigger, Tri::True);
                let mut unknown: Option<Miss> = None;
                for (name, present) in self.fields.iter().chain(&self.documents) {
                    match present(&inner).into_tri() {
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
                result
            })
            .collect()
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
        triggers(ctx, &self.right, &part.by)
            .iter()
            .filter_map(|trigger| {
                let inner = at(ctx, trigger).with(Slot::Right, trigger.position);
                let pick = Selector::select_where;
                let left = match pick(&self.left, &inner, |p| p < trigger.position) {
                    Selected::Found(p) => p,
                    Selected::None(_) | Selected::Unknown(_) => return None,
                };
                let left = if self.left.pick == Pick::Each {
                    self.latest(&inner, trigger.position).unwrap_or(left)
                } else {
                    left
                };
                let inner = inner.with(Slot::Left, left);
                let mut result = verdict(ctx, trigger, Tri::True);
                result.evidence.insert(0, left);
                for pairing in &self.pairings {
                    let holds = pairing.holds(&inner);
                    if matches!(holds, Tri::False) {
                        result.detail.lacking.push(pairing.name.clone());
                    }
                    result.holds = std::mem::replace(&mut result.holds, Tri::True).and(|| holds);
                }
                Some(result)
            })
            .collect()
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
    pub answer: Fun,
}

impl Checklist {
    /// 判断：未回答为无法判定。
    pub fn judge(&self, ctx: &Ctx<'_>, part: &Part) -> Vec<Verdict> {
        let answer = |inner: &Ctx<'_>| match (self.answer)(inner).into_tri() {
            Tri::Unknown(m) => {
                let what = m
                    .first()
                    .map_or_else(|| Arc::from("答案"), |m| m.what.clone());
                Tri::Unknown(miss(what, MissingWhy::Person))
            }
            known => known,
        };
        match &self.on {
            None => vec![Verdict::new(
                None,
                ctx.keys.clone(),
                ctx.day,
                Tri::True,
                answer(ctx),
            )],
            Some(on) => triggers(ctx, on, &part.by)
                .iter()
                .map(|trigger| verdict(ctx, trigger, answer(&at(ctx, trigger))))
                .collect(),
        }
    }
}
