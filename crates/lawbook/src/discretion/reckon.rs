//! 裁量计算：逐项看情形成立与否，定阶次，给出建议的区间；低于下限只有减轻情节允许，数额由人定。

mod interval;
mod seen;

use std::sync::Arc;

use mingjing_domain::finding::{Force, Marks, Missing};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::money::{Fen, Rounding};

use super::amount::Amount;
use super::{Band, Circumstances, Effect, Factor, Item, Match, Measure, Range};
use crate::basis::{Body, Footing};
use crate::cel::value::{Miss, Tri, Val, merge};
use crate::context::{Ctx, Keys, Run};
use crate::lawbook::Lawbook;
use crate::parameters::Chosen;
use crate::prepare::Case;
use interval::part_of;

pub use self::interval::Interval;
pub use self::seen::{Seen, SeenFactor, SeenNeed, SeenRange, SeenTest, SeenTier};

/// 情节合起来的方向。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lean {
    /// 没有从轻、从重的情节
    None,
    /// 从轻
    Lighter,
    /// 从重
    Heavier,
    /// 从轻、从重并存，综合考虑
    Mixed,
}

/// 罚还是不罚。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// 应当不予处罚
    MustNot,
    /// 可以不予处罚
    MayNot,
    /// 没有不予处罚的情节
    Penalize,
}

/// 一次计算。
pub struct Reckoning<'l> {
    /// 事项。
    pub item: &'l Item,
    /// 适用哪一日的法律。
    pub day: Date,
    /// 领域；案件没有写而事项只限一个的，用它。
    pub department: Option<Arc<str>>,
    /// 罚还是不罚。
    pub verdict: Verdict,
    /// 各种处罚。
    pub ranges: Vec<SeenRange<'l>>,
    /// 各档。
    pub tiers: Vec<SeenTier<'l>>,
    /// 情节：通用的与本事项的，只有那一日施行的。
    pub factors: Vec<SeenFactor<'l>>,
    /// 用到的后果须有的程序。
    pub needs: Vec<SeenNeed<'l>>,
    /// 情节的方向。
    pub lean: Lean,
    /// 只有“可以”从轻、从重的情节：从不从由人定，区间不因此缩小。
    pub is_lean_optional: bool,
    /// 用到的从轻、从重的一段。
    pub band: Option<&'l Band>,
    /// 缺了就定不下来的事实，重要的在前。
    pub missing: Vec<Missing>,
    /// 依据与所读取值的标记。
    pub marks: Marks,
    /// 依据对本机关的约束力。
    pub force: Force,
}

/// 按事实算一个裁量事项；`day` 为违法行为之日，选法律用。
pub fn reckon<'l>(
    lawbook: &'l Lawbook,
    item: &'l Item,
    case: &Case<'_>,
    day: Date,
) -> Reckoning<'l> {
    let run = Run::new(lawbook, case);
    let keys = Keys::none();
    let desk = Desk {
        lawbook,
        item,
        ctx: Ctx::new(&run, &keys, day),
        department: case.department.clone().or(match &item.departments[..] {
            [only] => Some(only.clone()),
            _ => None,
        }),
        region: case.region.clone(),
    };
    let (mut reckoning, footing) = run.noting(|| desk.reckon());
    let basis = lawbook.book.statutes.basis(item.marks, &item.cite);
    let own = basis.of_rule(day, desk.body());
    reckoning.marks = footing.marks.union(own.marks);
    reckoning.force = own.force;
    reckoning
}

/// 情节对数额的影响。
struct Leaning<'l> {
    band: Option<&'l Band>,
    is_optional: bool,
    is_mitigated: bool,
}

/// 一次计算所用的。
struct Desk<'c, 'l> {
    lawbook: &'l Lawbook,
    item: &'l Item,
    ctx: Ctx<'c>,
    department: Option<Arc<str>>,
    region: Option<Arc<str>>,
}

impl<'l> Desk<'_, 'l> {
    fn body(&self) -> Body<'_> {
        Body {
            department: self.department.as_deref(),
            region: self.region.as_deref(),
        }
    }

    fn reckon(&self) -> Reckoning<'l> {
        let day = self.ctx.day;
        let in_force = |f: &&Factor| f.from <= day && f.to.is_none_or(|to| day < to);
        let general = &self.lawbook.discretion_general;
        let factors: Vec<SeenFactor<'l>> = general
            .factors
            .iter()
            .chain(&self.item.factors)
            .filter(in_force)
            .map(|factor| SeenFactor {
                factor,
                seen: self.look(&factor.circumstances),
            })
            .collect();
        let tiers = self.tiers();
        let lean = lean(&factors);
        let leaning = Leaning {
            band: self.band(lean),
            is_optional: is_optional(&factors, lean),
            is_mitigated: has(&factors, Effect::Mitigated),
        };
        let ranges: Vec<SeenRange<'l>> = self
            .item
            .ranges
            .iter()
            .enumerate()
            .map(|(place, range)| self.range(place, range, &tiers, &leaning))
            .collect();
        let needs = general
            .needs
            .iter()
            .filter(|need| need.effects.iter().any(|effect| has(&factors, *effect)))
            .map(|need| SeenNeed {
                need,
                seen: self.look(&need.circumstances),
            })
            .collect();
        let mut reckoning = Reckoning {
            item: self.item,
            day,
            department: self.department.clone(),
            verdict: verdict(&factors),
            ranges,
            tiers,
            factors,
            needs,
            lean,
            is_lean_optional: leaning.is_optional,
            band: leaning.band,
            missing: Vec::new(),
            marks: Marks::NONE,
            force: Force::default(),
        };
        reckoning.missing = missing(&reckoning);
        self.stand(&reckoning);
        reckoning
    }

    /// 结论立在哪里：只算定下结论的各样，符合的情节、可能的各档、要走的程序。
    fn stand(&self, reckoning: &Reckoning<'l>) {
        let factors = reckoning.factors.iter().filter(|f| f.seen.is_met());
        for factor in factors {
            self.ctx.run.note(Footing::marked(factor.factor.marks));
            self.ctx.run.note(factor.seen.footing);
        }
        let tiers = reckoning.tiers.iter().filter(|tier| tier.is_candidate);
        let needs = reckoning.needs.iter().map(|need| &need.seen);
        for seen in tiers.map(|tier| &tier.seen).chain(needs) {
            self.ctx.run.note(seen.footing);
        }
    }

    fn look(&self, circumstances: &'l Circumstances) -> Seen<'l> {
        let (tests, footing) = self.ctx.run.noting(|| {
            let tests = circumstances.tests.iter().map(|test| SeenTest {
                test,
                state: (test.that.run)(&self.ctx),
            });
            tests.collect::<Vec<_>>()
        });
        let states = tests.iter().map(|seen| seen.state.clone());
        let state = match circumstances.how {
            Match::Any => states.fold(Tri::False, |all, one| all.or(|| one)),
            Match::All | Match::Otherwise => states.fold(Tri::True, |all, one| all.and(|| one)),
        };
        Seen {
            how: circumstances.how,
            tests,
            state,
            footing,
        }
    }

    /// 各档的结论：符合几档的取最重的一档；还说不清的更重的档也不能排除。
    fn tiers(&self) -> Vec<SeenTier<'l>> {
        let mut tiers: Vec<SeenTier<'l>> = self
            .item
            .tiers
            .iter()
            .map(|tier| SeenTier {
                tier,
                seen: self.look(&tier.circumstances),
                is_candidate: false,
            })
            .collect();
        let others = tiers
            .iter()
            .filter(|s| s.seen.how != Match::Otherwise)
            .fold(Tri::False, |any, s| any.or(|| s.seen.state.clone()));
        for tier in tiers.iter_mut().filter(|s| s.seen.how == Match::Otherwise) {
            tier.seen.state = others.clone().negate();
        }
        let chosen = tiers.iter().rposition(|s| s.seen.is_met());
        for (place, tier) in tiers.iter_mut().enumerate() {
            tier.is_candidate = Some(place) == chosen
                || (tier.seen.is_unknown() && chosen.is_none_or(|chosen| place > chosen));
        }
        tiers
    }

    /// 约束本机关的从轻、从重的一段。
    fn band(&self, lean: Lean) -> Option<&'l Band> {
        let effect = match lean {
            Lean::Lighter => Effect::Lighter,
            Lean::Heavier => Effect::Heavier,
            Lean::None | Lean::Mixed => return None,
        };
        self.lawbook.discretion_general.bands.iter().find(|band| {
            band.effect == effect
                && band.from <= self.ctx.day
                && band.reach.force(self.body()) == Force::Binding
        })
    }

    fn range(
        &self,
        place: usize,
        range: &'l Range,
        tiers: &[SeenTier<'l>],
        leaning: &Leaning<'l>,
    ) -> SeenRange<'l> {
        let applies = range
            .when
            .as_ref()
            .map_or(Tri::True, |when| (when.run)(&self.ctx));
        let mut lacking = None;
        let base = range.base.as_ref().map(|m| self.measure(m, &mut lacking));
        let count = range.per.as_ref().map(|m| self.measure(m, &mut lacking));
        let mut seen = SeenRange {
            range,
            applies,
            base,
            count,
            statutory: None,
            tiers: Vec::new(),
            proposal: None,
            band: None,
            is_off_tier: false,
            below: None,
            missing: None,
        };
        seen.missing = lacking;
        self.amounts(place, &mut seen, tiers, leaning);
        seen
    }

    /// 各种数额：条款的幅度、各档、建议的区间、减轻的界线。
    fn amounts(
        &self,
        place: usize,
        seen: &mut SeenRange<'l>,
        tiers: &[SeenTier<'l>],
        leaning: &Leaning<'l>,
    ) {
        let range = seen.range;
        let Some(most) = range.most else {
            return;
        };
        let (base, count) = (seen.base.flatten().map(Fen), seen.count.unwrap_or(Some(1)));
        let sum = |amount: Amount, to| amount.of(base, count, to);
        let least = range
            .least
            .map_or(Some(Fen::ZERO), |least| sum(least, Rounding::Up));
        let statutory = Interval::new(least, sum(most, Rounding::Down));
        seen.statutory = Some(statutory);
        for (at, _) in tiers.iter().enumerate().filter(|(_, s)| s.is_candidate) {
            let tier = &self.item.tiers[at];
            let own = tier.amounts.iter().find(|bounds| bounds.range == place);
            let interval = match (own, tier.share) {
                (Some(own), _) => {
                    Interval::new(sum(own.least, Rounding::Up), sum(own.most, Rounding::Down))
                }
                (None, Some(share)) => part_of(statutory, share),
                (None, None) => statutory,
            };
            seen.tiers.push((at, interval.clipped(statutory)));
        }
        seen.band = leaning.band.and_then(|band| self.band_of(statutory, band));
        let band = seen.band.filter(|_| !leaning.is_optional);
        // Tier by tier: what narrows one tier must not depend on which others are still open.
        let leaned = |own: Interval| band.and_then(|band| own.meet(band)).unwrap_or(own);
        let tiers = seen.tiers.iter().map(|(_, own)| *own);
        seen.is_off_tier =
            band.is_some_and(|band| tiers.clone().any(|own| own.meet(band).is_none()));
        let proposal = tiers.map(leaned).reduce(Interval::hull);
        seen.proposal = Some(proposal.unwrap_or_else(|| leaned(statutory)));
        seen.below = statutory
            .least
            .filter(|least| leaning.is_mitigated && *least > Fen::ZERO);
    }

    fn measure(&self, measure: &Measure, lacking: &mut Option<Miss>) -> Option<i64> {
        match (measure.run)(&self.ctx) {
            Val::Int(number) if number >= 0 => Some(number),
            Val::Unknown(miss) => {
                let all = lacking
                    .take()
                    .map_or_else(|| miss.clone(), |m| merge(&m, &miss));
                *lacking = Some(all);
                None
            }
            _ => None,
        }
    }

    /// 幅度里从轻、从重的一段；份额没有取值的没有。
    fn band_of(&self, statutory: Interval, band: &Band) -> Option<Interval> {
        let (least, most) = statutory.known()?;
        let Chosen::Value(Val::Int(share), _) = self.ctx.parameter(band.share) else {
            return None;
        };
        let width = most.checked_sub(least)?;
        let part = width.mul_rate(u32::try_from(*share).ok()?, Rounding::Up)?;
        Some(match band.effect {
            Effect::Heavier => Interval {
                least: most.checked_sub(part),
                most: Some(most),
            },
            _ => Interval {
                least: Some(least),
                most: least.checked_add(part),
            },
        })
    }
}

fn has(factors: &[SeenFactor<'_>], effect: Effect) -> bool {
    factors
        .iter()
        .any(|f| f.seen.is_met() && f.factor.effects.contains(&effect))
}

fn lean(factors: &[SeenFactor<'_>]) -> Lean {
    let is_lighter = has(factors, Effect::Lighter);
    match (is_lighter, has(factors, Effect::Heavier)) {
        (false, false) => Lean::None,
        (true, false) => Lean::Lighter,
        (false, true) => Lean::Heavier,
        (true, true) => Lean::Mixed,
    }
}

/// 这个方向的情节都只是“可以”。
fn is_optional(factors: &[SeenFactor<'_>], lean: Lean) -> bool {
    let effect = match lean {
        Lean::Lighter => Effect::Lighter,
        Lean::Heavier => Effect::Heavier,
        Lean::None | Lean::Mixed => return false,
    };
    let met = |f: &&SeenFactor<'_>| f.seen.is_met() && f.factor.effects.contains(&effect);
    factors.iter().filter(met).all(|f| !f.factor.must)
}

fn verdict(factors: &[SeenFactor<'_>]) -> Verdict {
    let met = |must: bool| {
        factors.iter().any(|f| {
            f.seen.is_met() && f.factor.must == must && f.factor.effects == [Effect::NoPenalty]
        })
    };
    if met(true) {
        Verdict::MustNot
    } else if met(false) {
        Verdict::MayNot
    } else {
        Verdict::Penalize
    }
}

/// 缺了就定不下来的：先是用哪一段幅度，再是算它的基数，再是哪一档，最后是要走的程序。
fn missing(reckoning: &Reckoning<'_>) -> Vec<Missing> {
    let mut all: Vec<Missing> = Vec::new();
    let mut take = |miss: &Miss| {
        for one in miss.iter() {
            if !all.contains(one) {
                all.push(one.clone());
            }
        }
    };
    for range in &reckoning.ranges {
        if let Tri::Unknown(miss) = &range.applies {
            take(miss);
        }
    }
    for range in &reckoning.ranges {
        if let (Some(miss), Tri::True | Tri::Unknown(_)) = (&range.missing, &range.applies) {
            take(miss);
        }
    }
    let tiers = reckoning.tiers.iter().filter(|tier| tier.is_candidate);
    let needs = reckoning.needs.iter().map(|need| &need.seen);
    for seen in tiers.map(|tier| &tier.seen).chain(needs) {
        if let Tri::Unknown(miss) = &seen.state {
            take(miss);
        }
    }
    all
}

impl Reckoning<'_> {
    /// 确定适用的罚款。
    pub fn fines(&self) -> impl Iterator<Item = &SeenRange<'_>> {
        self.ranges
            .iter()
            .filter(|r| r.range.has_amount() && matches!(r.applies, Tri::True))
    }

    /// 裁量规则（DIS-*）所问的事实中，由这次计算能够回答的。
    pub fn facts(&self) -> Vec<(&'static str, Value)> {
        let mut facts = Vec::new();
        let mut fines = self.fines().filter(|r| !r.range.may);
        if let (Some(fine), None) = (fines.next(), fines.next()) {
            let statutory = fine.statutory.and_then(Interval::known);
            if let Some((least, most)) = statutory {
                facts.push(("discretion.fine_min", Value::Int(least.0)));
                facts.push(("discretion.fine_max", Value::Int(most.0)));
            }
            if let [(_, interval)] = fine.tiers[..]
                && let Some((least, most)) = interval.known()
            {
                facts.push(("discretion.step_min", Value::Int(least.0)));
                facts.push(("discretion.step_max", Value::Int(most.0)));
            }
        }
        let mut candidates = self.tiers.iter().filter(|s| s.is_candidate);
        if let (Some(only), None) = (candidates.next(), candidates.next())
            && only.seen.is_met()
        {
            let name = Value::Text(only.tier.name.to_string());
            facts.push(("discretion.computed_step", name));
        }
        facts
    }
}
