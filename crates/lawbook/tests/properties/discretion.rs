//! 裁量：区间总在条款的幅度以内，低于下限只有减轻情节允许；更重的事实从不降低最低的数额，知道得多也不。

use std::sync::LazyLock;

use mingjing_domain::coverage::Coverage;
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::money::Fen;
use mingjing_lawbook::cel::value::Tri;
use mingjing_lawbook::diagnostic::SourceFile;
use mingjing_lawbook::discretion::reckon::{Interval, Reckoning, Verdict, reckon};
use mingjing_lawbook::discretion::{Effect, Item};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::prepare::prepare;
use proptest::prelude::*;

use super::support::{SHIPPED_FILES, load_all};

/// 阶次占幅度的一段、货值为基数的事项，与数额写死、有兜底一档的事项；随产品的都没有这样两种。
const ITEMS: [&str; 2] = [
    r#"
code = "shares"
name = "试"
from = "2021-07-15"
departments = ["market_regulation"]
cite = ["处罚法34"]
[[range]]
id = "fine"
kind = "fine"
least = "0.5倍"
most = "3倍"
base = "discretion.goods_value"
[[tier]]
name = "较轻"
all = [{ say = "第一次", that = "act.prior_penalties == 0" }]
share = { from = "0%", to = "30%" }
[[tier]]
name = "一般"
share = { from = "30%", to = "70%" }
[[tier]]
name = "较重"
any = [
  { say = "第三次以上", that = "act.prior_penalties >= 2" },
  { say = "威胁工作人员", that = "act.obstructed_staff" },
]
share = { from = "70%", to = "100%" }
"#,
    r#"
code = "fixed"
name = "试"
from = "2021-07-15"
departments = ["market_regulation"]
cite = ["处罚法34"]
[[range]]
id = "fine"
kind = "fine"
least = "2万元"
most = "20万元"
[[tier]]
name = "较轻"
all = [{ say = "第一次", that = "act.prior_penalties == 0" }]
amounts = [{ range = "fine", least = "2万元", most = "5万元" }]
[[tier]]
name = "一般"
amounts = [{ range = "fine", least = "5万元", most = "12万元" }]
[[tier]]
name = "较重"
all = [{ say = "第三次以上", that = "act.prior_penalties >= 2" }]
amounts = [{ range = "fine", least = "12万元", most = "20万元" }]
"#,
];

static LAWBOOK: LazyLock<Lawbook> = LazyLock::new(|| {
    let mut files = SHIPPED_FILES.clone();
    for (number, text) in ITEMS.iter().enumerate() {
        files.push(SourceFile::new(format!("discretion/t{number}.toml"), *text));
    }
    load_all(&files)
});

/// 加重的事实：只换这几样，幅度不变。
const HEAVIER: [&str; 2] = ["emergency", "other_heavier"];
const LIGHTER: [&str; 7] = [
    "minor_age",
    "partial_capacity",
    "removed_harm",
    "coerced",
    "confessed",
    "merit",
    "other_lighter",
];

/// 一组事实；没有的是不知道。
#[derive(Debug, Clone)]
struct World {
    item: usize,
    days_after: i32,
    amounts: Vec<Option<i64>>,
    flags: Vec<Option<bool>>,
    places: Option<i64>,
    prior: Option<i64>,
    accident: Option<usize>,
    factors: Option<(Vec<bool>, Vec<bool>)>,
}

const AMOUNTS: [&str; 6] = [
    "discretion.goods_value",
    "act.illegal_gains",
    "act.fund_loss",
    "act.defrauded",
    "act.total_investment",
    "act.contract_price",
];
const FLAGS: [&str; 14] = [
    "act.is_serious",
    "act.is_especially_serious",
    "act.refused_to_correct",
    "act.overdue_to_correct",
    "act.obstructed_staff",
    "act.wide_influence",
    "act.by_farm_household",
    "act.did_not_know",
    "act.told_source",
    "discretion.is_minor",
    "discretion.corrected_in_time",
    "discretion.harmless",
    "discretion.factors_evidenced",
    "discretion.mitigation_in_benchmark",
];
const ACCIDENTS: [&str; 4] = ["ordinary", "larger", "major", "extraordinary"];

fn worlds() -> impl Strategy<Value = World> {
    let amount = proptest::option::weighted(0.8, prop_oneof![0..2_000_i64, 0..5_000_000_000_i64]);
    let flag = proptest::option::weighted(0.7, any::<bool>());
    let factors = (
        proptest::collection::vec(proptest::bool::weighted(0.2), LIGHTER.len()),
        proptest::collection::vec(proptest::bool::weighted(0.2), HEAVIER.len()),
    );
    (
        0..LAWBOOK.discretion.len(),
        0..1_500_i32,
        proptest::collection::vec(amount, AMOUNTS.len()),
        proptest::collection::vec(flag, FLAGS.len()),
        proptest::option::weighted(0.8, 0..50_i64),
        proptest::option::weighted(0.8, 0..4_i64),
        proptest::option::weighted(0.8, 0..ACCIDENTS.len()),
        proptest::option::weighted(0.8, factors),
    )
        .prop_map(
            |(item, days_after, amounts, flags, places, prior, accident, factors)| World {
                item,
                days_after,
                amounts,
                flags,
                places,
                prior,
                accident,
                factors,
            },
        )
}

impl World {
    fn item(&self) -> &'static Item {
        &LAWBOOK.discretion[self.item]
    }

    fn day(&self) -> Date {
        let item = self.item();
        let day = item.from.add_days(self.days_after);
        item.to.map_or(day, |to| day.min(to.add_days(-1)))
    }

    fn timeline(&self) -> Timeline {
        let mut facts = Facts::default();
        let mut set = |path: &str, value: Option<Value>| {
            if let Some(value) = value {
                facts.set(path, value);
            }
        };
        for (path, amount) in AMOUNTS.iter().zip(&self.amounts) {
            set(path, amount.map(Value::Int));
        }
        for (path, flag) in FLAGS.iter().zip(&self.flags) {
            set(path, flag.map(Value::Bool));
        }
        set("act.places", self.places.map(Value::Int));
        set("act.prior_penalties", self.prior.map(Value::Int));
        set(
            "act.accident_level",
            self.accident.map(|at| Value::from(ACCIDENTS[at])),
        );
        let factors = self.factors.as_ref().map(|(lighter, heavier)| {
            let of = |names: &[&'static str], chosen: &[bool]| {
                let pairs = names.iter().zip(chosen).filter(|(_, is)| **is);
                pairs
                    .map(|(name, _)| Value::from(*name))
                    .collect::<Vec<_>>()
            };
            let mut all = of(&LIGHTER, lighter);
            all.extend(of(&HEAVIER, heavier));
            Value::List(all)
        });
        set("discretion.factors", factors);
        Timeline {
            id: "试".to_owned(),
            procedure: None,
            events: Vec::new(),
            coverage: Coverage::Open,
            facts,
        }
    }

    fn computed<T>(&self, look: impl FnOnce(&Reckoning<'_>) -> T) -> T {
        let timeline = self.timeline();
        let day = self.day();
        let case = prepare(&LAWBOOK.book.vocabulary, &timeline, Some(day), None);
        assert!(case.mismatches().is_empty(), "{:?}", case.mismatches());
        look(&reckon(&LAWBOOK, self.item(), &case, day))
    }

    /// 各段适用的罚款的最低数额；不适用的、不知道的没有。
    fn leasts(&self) -> Vec<Option<Fen>> {
        self.computed(|reckoning| {
            let ranges = reckoning.ranges.iter();
            ranges
                .map(|range| {
                    let applies = matches!(range.applies, Tri::True);
                    range.proposal?.least.filter(|_| applies)
                })
                .collect()
        })
    }
}

/// 加重一样：多一个从重情节、多处罚过几次、威胁了工作人员、影响较大。
fn aggravated(world: &World, how: usize) -> World {
    let mut world = world.clone();
    let flag = |name: &str| FLAGS.iter().position(|f| *f == name).expect("a flag");
    match how {
        0 | 1 => {
            if let Some((_, heavier)) = &mut world.factors {
                heavier[how] = true;
            }
        }
        2 => world.prior = world.prior.map(|prior| prior + 1),
        3 => world.flags[flag("act.obstructed_staff")] = Some(true),
        _ => world.flags[flag("act.wide_influence")] = Some(true),
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn the_range_lies_within_the_statutory_one_and_only_mitigation_goes_below(world in worlds()) {
        world.computed(|reckoning| {
            let is_mitigated = reckoning.factors.iter().any(|f| {
                f.seen.is_met() && f.factor.effects.contains(&Effect::Mitigated)
            });
            for range in &reckoning.ranges {
                let (Some(statutory), Some(proposal)) = (range.statutory, range.proposal) else {
                    prop_assert!(!range.range.has_amount());
                    continue;
                };
                if let (Some((low, high)), Some((least, most))) = (statutory.known(), proposal.known()) {
                    prop_assert!(low <= least && least <= most && most <= high, "{low} {least} {most} {high}");
                }
                prop_assert_eq!(statutory.known().is_some(), proposal.known().is_some());
                let wanted = statutory.least.filter(|least| is_mitigated && *least > Fen::ZERO);
                prop_assert_eq!(range.below, wanted);
                for (_, tier) in &range.tiers {
                    let both = tier.known().zip(statutory.known());
                    prop_assert!(both.is_none_or(|((a, b), (c, d))| c <= a && b <= d));
                }
            }
            if is_mitigated {
                let needs = reckoning.needs.iter();
                prop_assert_eq!(needs.filter(|n| n.need.effects == [Effect::Mitigated]).count(), 2);
            }
            Ok(())
        })?;
    }

    #[test]
    fn more_aggravating_facts_never_lower_the_least(world in worlds(), how in 0..5_usize) {
        let heavier = aggravated(&world, how);
        for (before, after) in world.leasts().into_iter().zip(heavier.leasts()) {
            if let (Some(before), Some(after)) = (before, after) {
                prop_assert!(before <= after, "{before} {after}");
            }
        }
    }

    #[test]
    fn knowing_more_never_lowers_the_least_nor_raises_the_most(world in worlds(), at in 0..3_usize) {
        // The facts that a tier asks are taken away one by one.
        let mut less = world.clone();
        match at {
            0 => less.prior = None,
            1 => less.flags[4] = None,
            _ => less.flags[5] = None,
        }
        let bounds = |world: &World| world.computed(|r| {
            let fines = r.ranges.iter().map(|range| range.proposal.and_then(Interval::known));
            (r.verdict, fines.collect::<Vec<_>>())
        });
        let (verdict, more) = bounds(&world);
        let (_, fewer) = bounds(&less);
        prop_assert!(matches!(verdict, Verdict::MustNot | Verdict::MayNot | Verdict::Penalize));
        for (more, fewer) in more.into_iter().zip(fewer) {
            if let (Some((a, b)), Some((c, d))) = (more, fewer) {
                prop_assert!(c <= a && b <= d, "{c} {a} {b} {d}");
            }
        }
    }
}
