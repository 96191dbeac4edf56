//! 裁量的示例：一组事实与应得的阶次、区间，`mingjing lawbook test` 逐个运行。

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Item;
use super::reckon::{Interval, Reckoning, Verdict, reckon};
use super::words::interval;
use crate::book::Book;
use crate::cel::value::Tri;
use crate::diagnostic::{At, Code, Diagnostic, Sink};
use crate::example::Story;
use crate::lawbook::Lawbook;
use crate::prepare::prepare;
use crate::tree::Reader;
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;

/// 应当不予处罚的说法。
const NO_PENALTY: &str = "不予处罚";
/// 数额算不出的说法。
const UNDETERMINED: &str = "无法判定";
/// 没有适用的罚款的说法。
const NO_FINE: &str = "不罚款";

/// 裁量的示例。
pub struct DiscretionExample {
    /// 示例里的事。
    pub story: Story,
    /// 期望的区间。
    pub expect: Arc<str>,
    /// 期望的阶次，几档的以顿号隔开，没有的写“没有”。
    tier: Option<Arc<str>>,
    /// 期望符合的情节，不多不少。
    factors: Option<Vec<Arc<str>>>,
    /// 期望减轻可以低于的数额。
    below: Option<Arc<str>>,
    /// 期望缺的事实，都要缺。
    missing: Vec<Arc<str>>,
}

impl DiscretionExample {
    /// 读 `[[example]]`。
    pub(crate) fn read(
        book: &Book,
        reader: Reader<'_>,
        sink: &mut Sink,
    ) -> Option<DiscretionExample> {
        let story = Story::read(Some(book), &reader, sink);
        let expect = reader.text_required("expect", sink);
        let texts = |key: &'static str, sink: &mut Sink| {
            let list = reader.texts(key, sink).into_iter();
            list.map(|(text, _)| Arc::from(text)).collect::<Vec<_>>()
        };
        let factors = reader.get("factors").map(|_| texts("factors", sink));
        let missing = texts("missing", sink);
        let (tier, below) = (reader.text("tier", sink), reader.text("below", sink));
        reader.text("say", sink);
        let example = DiscretionExample {
            story: story?,
            expect: expect?.into(),
            tier: tier.map(Arc::from),
            factors,
            below: below.map(Arc::from),
            missing,
        };
        reader.finish(sink);
        Some(example)
    }

    /// 适用哪一日的法律：判断日，其次违法行为发生日，再次事项施行之日。
    fn day(&self, facts: &mingjing_domain::timeline::Facts, item: &Item) -> Date {
        let act_on = match facts.at("case.act_on") {
            Some(Value::Date(day)) => Some(*day),
            Some(Value::Text(text)) => Date::parse_iso(text).ok(),
            _ => None,
        };
        act_on.or(self.story.as_of).unwrap_or(item.from)
    }
}

/// 一个事项的各个示例看过了什么。
#[derive(Default)]
struct Covered {
    tiers: BTreeSet<Arc<str>>,
    ranges: BTreeSet<Arc<str>>,
    factors: BTreeSet<Arc<str>>,
    has_unknown: bool,
}

/// 运行全部裁量事项的示例；不成立为 LB12，缺一类为 LB13。
pub fn test(lawbook: &Lawbook) -> Vec<Diagnostic> {
    let mut sink = Sink::default();
    let mut factors = BTreeSet::new();
    for item in &lawbook.discretion {
        let mut covered = Covered::default();
        for example in &item.examples {
            for (at, reason) in run(lawbook, item, example, &mut covered) {
                let name = &example.story.name;
                let message = format!("{} 示例“{name}”{reason}", item.code);
                sink.error(&at, Code::Example, message, None);
            }
        }
        lacking(item, &covered, &mut sink);
        factors.extend(covered.factors);
    }
    for factor in &lawbook.discretion_general.factors {
        if !factors.contains(&factor.code) {
            let message = format!("情节 {} 没有示例，在任何一个事项里写一个", factor.code);
            sink.error(&factor.at, Code::ExampleMissing, message, None);
        }
    }
    sink.diagnostics
}

/// 每一档、每一段有条件的幅度、每个自己的情节都要有示例，另要一个说不清的。
fn lacking(item: &Item, covered: &Covered, sink: &mut Sink) {
    let mut lack = |what: String, at: &At| {
        let message = format!("{} 没有{what}的示例", item.code);
        sink.error(at, Code::ExampleMissing, message, None);
    };
    for tier in &item.tiers {
        if !covered.tiers.contains(&tier.name) {
            lack(format!("定为“{}”", tier.name), &tier.at);
        }
    }
    for range in item.ranges.iter().filter(|r| r.when.is_some()) {
        if !covered.ranges.contains(&range.id) {
            lack(format!("适用幅度 {} ", range.id), &item.at);
        }
    }
    for factor in &item.factors {
        if !covered.factors.contains(&factor.code) {
            lack(format!("符合情节 {} ", factor.code), &factor.at);
        }
    }
    if !covered.has_unknown {
        lack("缺事实而说不清".to_owned(), &item.at);
    }
}

fn run(
    lawbook: &Lawbook,
    item: &Item,
    example: &DiscretionExample,
    covered: &mut Covered,
) -> Vec<(At, String)> {
    let vocabulary = &lawbook.book.vocabulary;
    let story = &example.story;
    let timeline = match story.timeline(vocabulary, None) {
        Ok(timeline) => timeline,
        Err(failure) => return vec![failure],
    };
    if let Err(reason) = story.check(vocabulary, &timeline) {
        return vec![(story.at.clone(), reason)];
    }
    let day = example.day(&timeline.facts, item);
    let as_of = story.as_of.or(timeline.events.is_empty().then_some(day));
    let case = prepare(vocabulary, &timeline, as_of, None);
    let reckoning = reckon(lawbook, item, &case, day);
    cover(&reckoning, covered);
    let failures = [
        differs("区间", Some(&example.expect), &outcome(&reckoning)),
        differs("阶次", example.tier.as_ref(), &tiers(&reckoning)),
        differs("减轻的界线", example.below.as_ref(), &below(&reckoning)),
        factors(&reckoning, example),
        missing(&reckoning, example),
    ];
    let failed = failures.into_iter().flatten();
    failed.map(|reason| (story.at.clone(), reason)).collect()
}

fn differs(what: &str, wanted: Option<&Arc<str>>, got: &str) -> Option<String> {
    let wanted = wanted.filter(|wanted| wanted.as_ref() != got)?;
    Some(format!("期望{what}“{wanted}”，得到“{got}”"))
}

fn cover(reckoning: &Reckoning<'_>, covered: &mut Covered) {
    let candidates: Vec<_> = reckoning.tiers.iter().filter(|s| s.is_candidate).collect();
    if let [only] = candidates[..]
        && only.seen.is_met()
    {
        covered.tiers.insert(only.tier.name.clone());
    }
    let applying = reckoning
        .ranges
        .iter()
        .filter(|r| matches!(r.applies, Tri::True));
    covered.ranges.extend(applying.map(|r| r.range.id.clone()));
    let met = reckoning.factors.iter().filter(|f| f.seen.is_met());
    covered.factors.extend(met.map(|f| f.factor.code.clone()));
    let is_open = reckoning.factors.iter().any(|f| f.seen.is_unknown());
    covered.has_unknown |= !reckoning.missing.is_empty() || is_open;
}

/// 结论的一句短话：不予处罚，或者确定适用的各段罚款的区间。
fn outcome(reckoning: &Reckoning<'_>) -> String {
    if reckoning.verdict == Verdict::MustNot {
        return NO_PENALTY.to_owned();
    }
    let fines: Vec<String> = reckoning
        .fines()
        .map(|fine| {
            let known = fine.proposal.and_then(Interval::known);
            known.map_or_else(|| UNDETERMINED.to_owned(), interval)
        })
        .collect();
    let is_open = reckoning
        .ranges
        .iter()
        .any(|r| r.range.has_amount() && matches!(r.applies, Tri::Unknown(_)));
    match (fines.is_empty(), is_open) {
        (true, true) => UNDETERMINED.to_owned(),
        (true, false) => NO_FINE.to_owned(),
        (false, _) => fines.join("；"),
    }
}

fn tiers(reckoning: &Reckoning<'_>) -> String {
    let candidates = reckoning.tiers.iter().filter(|s| s.is_candidate);
    let names: Vec<&str> = candidates.map(|s| s.tier.name.as_ref()).collect();
    if names.is_empty() {
        return "没有".to_owned();
    }
    names.join("、")
}

fn below(reckoning: &Reckoning<'_>) -> String {
    let lines = reckoning.fines().filter_map(|fine| fine.below);
    let lines: Vec<String> = lines.map(super::amount::yuan).collect();
    if lines.is_empty() {
        return "没有".to_owned();
    }
    lines.join("；")
}

fn factors(reckoning: &Reckoning<'_>, example: &DiscretionExample) -> Option<String> {
    let wanted = example.factors.as_ref()?;
    let met = reckoning.factors.iter().filter(|f| f.seen.is_met());
    let met: Vec<Arc<str>> = met.map(|f| f.factor.code.clone()).collect();
    let is_same = met.len() == wanted.len() && wanted.iter().all(|code| met.contains(code));
    let got = met.join("、");
    (!is_same).then(|| format!("期望符合的情节 {}，得到 {got}", wanted.join("、")))
}

fn missing(reckoning: &Reckoning<'_>, example: &DiscretionExample) -> Option<String> {
    let open = reckoning
        .factors
        .iter()
        .filter_map(|f| match &f.seen.state {
            Tri::Unknown(miss) => Some(miss.iter()),
            Tri::True | Tri::False => None,
        });
    let known: Vec<Arc<str>> = reckoning
        .missing
        .iter()
        .chain(open.flatten())
        .map(|m| m.what.clone())
        .collect();
    let absent = example
        .missing
        .iter()
        .find(|wanted| !known.contains(wanted))?;
    Some(format!("期望缺 {absent}，得到 {}", known.join("、")))
}
