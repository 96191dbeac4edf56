//! 事件之间次序与有无的形式：须有、先后、禁止。

use mingjing_domain::finding::{MissingWhy, Severity};
use mingjing_kernel::date::Timestamp;
use mingjing_kernel::due::{DueAt, PeriodPlan, Start, due};
use mingjing_kernel::period::Period;

use super::clock::PeriodOf;
use super::{Part, Trigger, Verdict, each, triggers};
use crate::cel::compile::Test;
use crate::cel::value::{Miss, Tri, miss};
use crate::context::{Ctx, Slot};
use crate::selector::{Pick, Selector};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    pub that: Option<Test>,
    /// 触发须附文书。
    pub document: bool,
    /// 触发须附音像。
    pub media: bool,
}

impl Requires {
    /// 判断。
    pub fn judge(&self, ctx: &Ctx<'_>, part: &Part) -> Vec<Verdict> {
        each(ctx, &self.on, part, |inner, trigger, result| {
            let attached = self.attachments(inner, trigger.position);
            let needed = self.needed(inner, trigger.position, result);
            result.holds = attached.and(|| needed);
            true
        })
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
        let day = ctx.run.case.day(trigger);
        let through = match (self.position, &limit) {
            (Position::Before | Position::SameDay, _) => day,
            (Position::After | Position::Any, Some(DueAt::Day(day))) => *day,
            (Position::After | Position::Any, _) => ctx.run.case.as_of,
        };
        let mut holds = Tri::False;
        for selector in &self.needs {
            let found = selector.find_where(ctx, through, |p| self.fits(ctx, trigger, p, &limit));
            holds = holds.or(|| match found {
                Ok(p) => {
                    result.evidence.push(p);
                    Tri::True
                }
                Err(None) => Tri::False,
                Err(Some(m)) => Tri::Unknown(m),
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
        let Some(period) = within.get(ctx)? else {
            // The law sets no limit here: nothing is demanded.
            result.applies = Tri::False;
            return Ok(None);
        };
        let event = &ctx.run.case.events[trigger as usize];
        let start = event.at.map_or(Start::Day(event.day), Start::Minute);
        let start = if matches!(period, Period::Hours { .. }) {
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
        let own = ctx.run.case.day(trigger);
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
            Some(that) => that(&ctx.with(Slot::Act, position)),
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
                    let mut found = Vec::new();
                    triggers(ctx, selector, &part.by, &mut found);
                    for trigger in found {
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
                let chosen = selector.picked(ctx, |_| true);
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
                    Tri::True => doubt_a
                        .clone()
                        .or_else(|| doubt_b.clone())
                        .or_else(|| self.broken(ctx, *i, *j, *a))
                        .map_or(Tri::True, Tri::Unknown),
                    unknown @ Tri::Unknown(_) => unknown,
                };
                if matches!(holds, Tri::True) && verdicts.len() > 1 {
                    continue;
                }
                let day = ctx.run.case.day(*b);
                if ctx.drops(day, &Tri::True, &holds) {
                    continue;
                }
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
        let through = ctx.run.case.day(later);
        let earlier = (self.order[i].pick != Pick::Last)
            .then(|| self.order[i].gap(ctx, through))
            .flatten();
        let last = (self.order[j].pick == Pick::Last)
            .then(|| self.order[j].gap(ctx, ctx.run.case.as_of))
            .flatten();
        earlier.or(last)
    }

    /// 材料之外可能还有更早的后者或更晚的前者，顺序就不能断定。
    fn broken(&self, ctx: &Ctx<'_>, i: usize, j: usize, earlier: u32) -> Option<Miss> {
        let through = ctx.run.case.day(earlier);
        let later = (self.order[j].pick != Pick::Last)
            .then(|| self.order[j].gap(ctx, through))
            .flatten();
        let last = (self.order[i].pick == Pick::Last)
            .then(|| self.order[i].gap(ctx, ctx.run.case.as_of))
            .flatten();
        later.or(last)
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
        each(ctx, &self.on, part, |inner, trigger, result| {
            // What is forbidden is the event under this condition and in this period; without either it is lawful.
            let when = part.when.as_ref().map_or(Tri::True, |w| w(inner));
            let scope = when.and(|| self.in_scope(inner, trigger.position, result));
            result.holds = scope.negate();
            true
        })
    }

    fn in_scope(&self, ctx: &Ctx<'_>, trigger: u32, result: &mut Verdict) -> Tri {
        let day = ctx.run.case.day(trigger);
        let after = self.after.as_ref().map_or(Tri::True, |after| {
            match after.find_where(ctx, day, |p| {
                if p == trigger {
                    Tri::False
                } else {
                    not_later(ctx, p, trigger, false)
                }
            }) {
                Ok(p) => {
                    result.evidence.push(p);
                    Tri::True
                }
                Err(None) => Tri::False,
                Err(Some(m)) => Tri::Unknown(m),
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
                let ended = to.find_where(ctx, day, |p| Tri::of(p > start && p < trigger));
                let open = match ended {
                    Ok(_) => Tri::False,
                    Err(None) => Tri::True,
                    Err(Some(m)) => Tri::Unknown(m),
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
