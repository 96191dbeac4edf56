//! 折叠一案：哪些事成为行，归哪一组，取什么值。

use std::sync::Arc;

use mingjing_domain::finding::MissingWhy;
use mingjing_kernel::date::Date;
use mingjing_kernel::due::{PeriodPlan, Start, due};

use super::{Group, Period, Row, Table};
use crate::basis::Footing;
use crate::cel::compile::Fun;
use crate::cel::value::{Miss, Tri, Val, merge, miss};
use crate::context::{Ctx, Keys, Run, Slot};
use crate::forms::Part;
use crate::forms::clock::PeriodOf;
use crate::forms::gather::{Every, Gather, How, Lack, Side};
use crate::lawbook::Lawbook;
use crate::prepare::Case;
use crate::rule::Rule;

/// 一行归不归组：归哪几组，或者为什么说不清。
enum Place {
    Groups(Vec<Vec<Arc<str>>>),
    Lost(Miss),
}

/// 加一案；有没有留下什么。
pub(super) fn add(
    lawbook: &Lawbook,
    case: &Case<'_>,
    number: u32,
    (index, part, gather): (usize, &Part, &Gather),
    table: &mut Table,
) -> bool {
    let run = Run::new(lawbook, case);
    let rule = &lawbook.rules[index];
    let scope = run.scope(index).clone();
    if matches!(scope, Tri::False) {
        return false;
    }
    let keys = Keys::none();
    let ctx = Ctx::new(&run, &keys, case.as_of);
    let mut folding = Folding {
        ctx,
        number,
        rule,
        part,
        gather,
        scope,
        selection: Footing::default(),
        table,
        is_used: false,
    };
    for (place, side) in gather.sides.iter().enumerate() {
        folding.side(place, side);
    }
    folding.is_used
}

struct Folding<'a, 'b> {
    ctx: Ctx<'a>,
    number: u32,
    rule: &'b Rule,
    part: &'b Part,
    gather: &'b Gather,
    scope: Tri,
    /// 选择器读到的标记与约束力
    selection: Footing,
    table: &'b mut Table,
    is_used: bool,
}

impl Folding<'_, '_> {
    fn side(&mut self, place: usize, side: &Side) {
        let Some(on) = &side.on else {
            let first = self.ctx.run.case.events.first();
            let day = first.map_or(self.rule.from, |e| e.day);
            self.row(place, side, None, day, Tri::True);
            return;
        };
        let (candidates, read) = self.ctx.run.noting(|| on.candidates(&self.ctx));
        for (position, doubt) in candidates {
            let day = self.ctx.run.case.events[position as usize].day;
            let doubt = doubt.map_or(Tri::True, Tri::Unknown);
            self.selection = read;
            self.row(place, side, Some(position), day, doubt);
        }
    }

    /// 一件事成为一行（归组的值是列表的，几行）。
    fn row(&mut self, place: usize, side: &Side, position: Option<u32>, day: Date, doubt: Tri) {
        let is_subject = side.columns.is_empty() && matches!(self.gather.how, How::Periodic { .. });
        // A subject is there before the rule is; its periods are judged from the rule on.
        if !is_subject && !self.rule.is_in_force(day) {
            self.table.not_judged += 1;
            return;
        }
        let mut inner = Ctx { day, ..self.ctx };
        if let Some(position) = position {
            inner = inner.with(Slot::E, position);
        }
        let run = self.ctx.run;
        let ((applies, placed, cells), read) = run.noting(|| {
            let applies = doubt.and(|| self.scope.clone()).and(|| match place {
                0 => self.part.conditions(&inner),
                _ => Tri::True,
            });
            let placed = self.place(&inner, side);
            (applies, placed, cells(&inner, side))
        });
        if matches!(applies, Tri::False) {
            return;
        }
        self.is_used = true;
        let groups = match placed {
            Place::Groups(groups) => groups,
            Place::Lost(m) => {
                self.table.lost.push((self.number, m));
                return;
            }
        };
        let own = self.rule.basis.of_rule(day, run.case.body());
        let footing = own.union(read).union(self.selection);
        for keys in groups {
            self.put(
                keys,
                place,
                position,
                (&inner, day),
                &applies,
                &cells,
                footing,
            );
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one call site; each argument is a different noun"
    )]
    fn put(
        &mut self,
        keys: Vec<Arc<str>>,
        place: usize,
        position: Option<u32>,
        (inner, day): (&Ctx<'_>, Date),
        applies: &Tri,
        cells: &Result<Box<[Val]>, Miss>,
        footing: Footing,
    ) {
        let (gather, case) = (self.gather, self.ctx.run.case);
        let group = self.table.groups.entry(keys).or_default();
        group.footing = group.footing.union(footing);
        for (number, side) in gather.sides.iter().enumerate() {
            let gap = side.on.as_ref().and_then(|on| on.gap(inner, case.as_of));
            widen(&mut group.gaps[number], gap);
        }
        if let How::Periodic { every, due } = &gather.how {
            if place == 0 {
                subject(group, inner, gather, self.rule, (*every, due.as_ref()), day);
            }
        } else if place == 0 {
            let run = self.ctx.run;
            group.limit(day, || {
                run.noting(|| gather.limits.iter().map(|f| f(inner)).collect())
            });
        }
        match (applies, cells) {
            (Tri::True, Ok(cells)) => group.rows[place].push(Row {
                case: self.number,
                event: position.map(|p| case.events[p as usize].event.id.as_str().into()),
                day,
                cells: cells.clone(),
            }),
            (Tri::Unknown(m), _) | (_, Err(m)) => {
                group.doubts.push((place, self.number, m.clone()));
            }
            (Tri::False, Ok(_)) => {}
        }
    }

    fn place(&self, ctx: &Ctx<'_>, side: &Side) -> Place {
        let mut groups: Vec<Vec<Arc<str>>> = vec![Vec::with_capacity(side.group.len())];
        for (name, fun) in self.gather.names.iter().zip(&side.group) {
            let values = match fun(ctx) {
                Val::Unknown(m) => return Place::Lost(m),
                Val::List(list) => match list.open {
                    Some(m) => return Place::Lost(m),
                    None => list.items.iter().map(written).collect(),
                },
                value => vec![written(&value)],
            };
            let values: Option<Vec<Arc<str>>> = values.into_iter().collect();
            let Some(values) = values else {
                return Place::Lost(miss(name.clone(), MissingWhy::Error));
            };
            groups = groups
                .into_iter()
                .flat_map(|keys| {
                    values.iter().map(move |value| {
                        let mut keys = keys.clone();
                        keys.push(value.clone());
                        keys
                    })
                })
                .collect();
        }
        Place::Groups(groups)
    }
}

/// 归组的值写成文字。
pub(super) fn written(value: &Val) -> Option<Arc<str>> {
    Some(match value {
        Val::Text(text) => text.clone(),
        Val::Int(n) => n.to_string().into(),
        Val::Date(day) => day.to_string().into(),
        Val::Bool(true) => "是".into(),
        Val::Bool(false) => "否".into(),
        _ => return None,
    })
}

fn cells(ctx: &Ctx<'_>, side: &Side) -> Result<Box<[Val]>, Miss> {
    let values = side.columns.iter().map(|column| match (column.run)(ctx) {
        Val::Unknown(m) if spoils(column.lack, &m) => Err(m),
        value => Ok(value),
    });
    values.collect()
}

fn spoils(lack: Lack, m: &Miss) -> bool {
    match lack {
        Lack::Doubtful => true,
        Lack::MayBeBlank => !is_blank(m),
        Lack::Kept => false,
    }
}

fn is_blank(m: &Miss) -> bool {
    m.iter().all(|m| m.why == MissingWhy::Blank)
}

/// 并上一处没有写全的。
pub(super) fn widen(own: &mut Option<Miss>, gap: Option<Miss>) {
    if let Some(gap) = gap {
        *own = Some(
            own.as_ref()
                .map_or_else(|| gap.clone(), |own| merge(own, &gap)),
        );
    }
}

/// 按期的主体：最早见到的日子；各期的限数与截止日只算一次。
fn subject(
    group: &mut Group,
    ctx: &Ctx<'_>,
    gather: &Gather,
    rule: &Rule,
    (every, limit): (Every, Option<&PeriodOf>),
    day: Date,
) {
    group.since = Some(group.since.map_or(day, |since| since.min(day)));
    let since = group.since.map_or(day, |since| since.max(rule.from));
    let calendar = &ctx.run.lawbook.calendar;
    let newest = calendar.coverage().1.max(ctx.run.case.as_of);
    for index in every.index(since)..=every.index(newest) {
        if group.periods.contains_key(&index) {
            continue;
        }
        let (Some(first), Some(last)) = (every.start(index), every.end(index)) else {
            continue;
        };
        if first < rule.from || !rule.is_in_force(last) {
            continue;
        }
        let inner = Ctx { day: last, ..*ctx };
        let limits: Vec<Val> = gather.limits.iter().map(|f: &Fun| f(&inner)).collect();
        let due = match limit.map(|limit| limit.get(&inner)) {
            None | Some(Ok(None)) => Ok(last),
            Some(Err(m)) => Err(m),
            Some(Ok(Some(period))) => due(Start::Day(last), &PeriodPlan::plain(period), calendar)
                .ok()
                .filter(|due| !due.provisional)
                .and_then(|due| due.at.date())
                .ok_or_else(|| miss(format!("calendar:{}", last.year()), MissingWhy::Calendar)),
        };
        let limit = limits
            .into_iter()
            .next()
            .unwrap_or_else(|| Val::error("at_least"));
        group.periods.insert(index, Period { limit, due });
    }
}
