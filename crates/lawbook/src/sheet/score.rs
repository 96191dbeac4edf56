//! 算分：先看否决项，再逐项扣分；说不清的、要人回答的留着，得分是一个区间。
//!
//! One fact is deducted once, in the item that weighs most; an item whose facts are not known is left to a person.

mod look;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mingjing_domain::finding::{Assessment, EventIndex, Missing, MissingWhy};
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;

use super::points::{Points, Score};
use super::{Decider, Item, Sheet, Step, Veto};
use crate::assess::{Options, assess};
use crate::cel::value::Tri;
use crate::explain::{CaseWords, Explainer};
use crate::lawbook::Lawbook;
use crate::prepare::{Case, prepare};
use crate::rule::DecidedBy;
use look::Look;

/// 一种扣分情形的结论。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepState {
    /// 与本案无关
    NotApplicable,
    /// 没有这种情形
    Clear,
    /// 同一事实已在别的项目扣过
    Elsewhere,
    /// 要人回答
    Person,
    /// 缺事实，无法判定
    Undetermined,
    /// 数据提示有这种情形，由人确认
    Suggested,
    /// 扣
    Taken,
}

/// 一种扣分情形，算过。
pub struct ScoredStep<'l> {
    /// 情形。
    pub step: &'l Step,
    /// 结论。
    pub state: StepState,
    /// 确定扣的。
    pub taken: Points,
    /// 另外建议扣的，由人确认。
    pub suggested: Points,
    /// 此外至多还会扣的：缺事实、要人回答。
    pub open: Points,
    /// 据以扣分的结果，评估里的序号。
    pub faults: Vec<usize>,
    /// 已在别的项目扣过的结果与那个项目。
    pub elsewhere: Vec<(usize, Arc<str>)>,
    /// 说不清的结果。
    pub unknown: Vec<usize>,
    /// 缺什么。
    pub missing: Vec<Missing>,
    /// 所看的事发生在规则施行之前，没有判。
    pub is_before_law: bool,
    /// 看过的事件。
    pub evidence: Vec<EventIndex>,
}

/// 一项的结论。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemState {
    /// 与本案无关，折算时除去
    NotApplicable,
    /// 机器判定
    Decided,
    /// 由人确认或回答
    Person,
    /// 缺事实，由人处理
    Undetermined,
}

/// 一项，算过。
pub struct ScoredItem<'l> {
    /// 评分项。
    pub item: &'l Item,
    /// 结论。
    pub state: ItemState,
    /// 确定扣的，不超过分值。
    pub taken: Points,
    /// 连同建议扣的。
    pub proposed: Points,
    /// 至多扣的：连同说不清的、要人回答的。
    pub worst: Points,
    /// 各种情形。
    pub steps: Vec<ScoredStep<'l>>,
}

/// 否决项的结论。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VetoState {
    /// 与本案无关
    NotApplicable,
    /// 没有
    Clear,
    /// 由人判定
    Person,
    /// 缺事实，由人处理
    Undetermined,
    /// 疑似，由人核实
    Suspected,
    /// 命中
    Hit,
}

/// 一个否决项，看过。
pub struct ScoredVeto<'l> {
    /// 否决项。
    pub veto: &'l Veto,
    /// 结论。
    pub state: VetoState,
    /// 各种情形。
    pub steps: Vec<ScoredStep<'l>>,
}

/// 得分的区间，已折算。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// 至少：说不清的、要人回答的全扣。
    pub low: Score,
    /// 照建议：建议扣的都扣，留给人的不扣。
    pub proposed: Score,
    /// 至多：只扣确定的。
    pub high: Score,
}

/// 一份案卷按一张表算过。
pub struct Scored<'l> {
    /// 评分表。
    pub sheet: &'l Sheet,
    /// 判断日。
    pub as_of: Date,
    /// 是否办结；说不清的为 `None`。
    pub is_closed: Option<bool>,
    /// 否决项。
    pub vetoes: Vec<ScoredVeto<'l>>,
    /// 评分项。
    pub items: Vec<ScoredItem<'l>>,
    /// 不适用的分值。
    pub not_applicable: Points,
    /// 得分；全部不适用的没有。
    pub range: Option<Range>,
    /// 所依据的评估，合规的也在内。
    pub assessment: Assessment,
}

impl Scored<'_> {
    /// 命中了否决项：不合格，名次上按 0 分。
    pub fn is_vetoed(&self) -> bool {
        self.vetoes.iter().any(|veto| veto.state == VetoState::Hit)
    }

    /// 没有命中，而有要人判定、核实的否决项。
    pub fn has_open_veto(&self) -> bool {
        let is_open = |veto: &ScoredVeto<'_>| {
            !matches!(
                veto.state,
                VetoState::Hit | VetoState::Clear | VetoState::NotApplicable
            )
        };
        !self.is_vetoed() && self.vetoes.iter().any(is_open)
    }

    /// 等次：至低、照建议、至高。
    pub fn grades(&self) -> Option<[&Arc<str>; 3]> {
        let range = self.range?;
        if self.is_vetoed() {
            return Some([&self.sheet.failed().name; 3]);
        }
        Some([range.low, range.proposed, range.high].map(|score| &self.sheet.grade(score).name))
    }

    /// 折算的基数：满分减去不适用的。
    pub fn base(&self) -> Points {
        self.sheet.full - self.not_applicable
    }
}

/// 一份案卷按一张表算分；判断日缺省为最后一件事之日。
pub fn score<'l>(
    explainer: &Explainer<'l>,
    sheet: &'l Sheet,
    timeline: &Timeline,
    options: &Options,
) -> Scored<'l> {
    let lawbook = explainer.lawbook();
    let options = Options {
        keep_all: true,
        skip_duties: true,
        ..*options
    };
    let assessment = assess(lawbook, timeline, &options);
    let ends = ends(timeline);
    let day = Some(assessment.as_of);
    let vocabulary = &lawbook.book.vocabulary;
    let scorer = Scorer {
        lawbook,
        procedures: &sheet.procedures,
        words: explainer.case(timeline, assessment.as_of),
        cases: ends
            .iter()
            .map(|end| prepare(vocabulary, end, day, options.known_at))
            .collect(),
        assessment: &assessment,
    };
    let vetoes = sheet
        .vetoes
        .iter()
        .map(|place| scorer.veto(&lawbook.vetoes[*place]))
        .collect();
    let items = scorer.items(sheet);
    let is_closed = match scorer.answer(&sheet.closed) {
        Tri::True => Some(true),
        Tri::False => Some(false),
        Tri::Unknown(_) => None,
    };
    drop(scorer);
    let unrelated = |item: &&ScoredItem<'_>| item.state == ItemState::NotApplicable;
    let not_applicable: Points = items.iter().filter(unrelated).map(|i| i.item.full).sum();
    let range = range(sheet, not_applicable, &items);
    Scored {
        sheet,
        as_of: assessment.as_of,
        is_closed,
        vetoes,
        items,
        not_applicable,
        range,
        assessment,
    }
}

/// 日期说不准的，取两头各看一遍：条件在两头不同，就说不清。
fn ends(timeline: &Timeline) -> Vec<Timeline> {
    let is_vague = timeline.events.iter().any(|e| e.occurred_until.is_some());
    let mut ends = vec![timeline.clone()];
    if is_vague {
        let mut late = timeline.clone();
        for event in &mut late.events {
            event.occurred_on = event.occurred_until.unwrap_or(event.occurred_on);
        }
        ends.push(late);
    }
    ends
}

fn range(sheet: &Sheet, not_applicable: Points, items: &[ScoredItem<'_>]) -> Option<Range> {
    let base = sheet.full - not_applicable;
    let rest = |lost: fn(&ScoredItem<'_>) -> Points| {
        let lost: Points = items.iter().map(lost).sum();
        (base - lost).share(base, sheet.full)
    };
    Some(Range {
        low: rest(|item| item.worst)?,
        proposed: rest(|item| item.proposed)?,
        high: rest(|item| item.taken)?,
    })
}

/// 算分者：一案一个。
struct Scorer<'c, 'l> {
    lawbook: &'l Lawbook,
    /// 评的是哪些程序。
    procedures: &'l [Arc<str>],
    words: CaseWords<'c>,
    /// 准备好的时间线；日期说不准的有两头。
    cases: Vec<Case<'c>>,
    assessment: &'c Assessment,
}

/// 一项的一种情形所看到的。
struct Seen<'l> {
    step: &'l Step,
    look: Look,
}

impl<'l> Scorer<'_, 'l> {
    fn veto(&self, veto: &'l Veto) -> ScoredVeto<'l> {
        let steps: Vec<ScoredStep<'l>> = veto
            .steps
            .iter()
            .map(|step| {
                let look = self.look(step, veto.decided_by);
                settle(Seen { step, look }, &BTreeSet::new(), &[])
            })
            .collect();
        let state = steps
            .iter()
            .map(|step| match step.state {
                StepState::NotApplicable => VetoState::NotApplicable,
                StepState::Clear | StepState::Elsewhere => VetoState::Clear,
                StepState::Person => VetoState::Person,
                StepState::Undetermined => VetoState::Undetermined,
                StepState::Suggested => VetoState::Suspected,
                StepState::Taken => VetoState::Hit,
            })
            .max();
        ScoredVeto {
            veto,
            state: state.unwrap_or(VetoState::NotApplicable),
            steps,
        }
    }

    fn items(&self, sheet: &'l Sheet) -> Vec<ScoredItem<'l>> {
        let looks: Vec<Vec<Seen<'l>>> = sheet
            .items
            .iter()
            .map(|item| {
                let seen = item.steps.iter().map(|step| Seen {
                    step,
                    look: self.look(step, item.decided_by),
                });
                seen.collect()
            })
            .collect();
        let claims = self.claims(sheet, &looks);
        sheet
            .items
            .iter()
            .zip(looks)
            .zip(claims)
            .map(|((item, seen), moved)| self.item(item, seen, &moved, sheet))
            .collect()
    }

    /// 同一事实只在分值最高的一项扣：每一项让给别项的结果，以及那一项。
    fn claims(&self, sheet: &Sheet, looks: &[Vec<Seen<'_>>]) -> Vec<BTreeMap<usize, usize>> {
        let mut order: Vec<usize> = (0..sheet.items.len()).collect();
        order.sort_by_key(|place| std::cmp::Reverse(sheet.items[*place].full));
        let mut owners: BTreeMap<String, usize> = BTreeMap::new();
        let mut moved = vec![BTreeMap::new(); sheet.items.len()];
        for place in order {
            for seen in &looks[place] {
                for (result, names) in seen.look.results() {
                    let keys = self.same_fact(result, names);
                    let owner = keys
                        .iter()
                        .filter_map(|key| owners.get(key).copied())
                        .find(|owner| *owner != place);
                    match owner {
                        Some(owner) => {
                            moved[place].insert(result, owner);
                        }
                        None => owners.extend(keys.into_iter().map(|key| (key, place))),
                    }
                }
            }
        }
        moved
    }

    /// 一个结果说的是哪件事：结果自己（缺的每一样要素），以及它的各个原因。
    fn same_fact(&self, result: usize, names: &[Arc<str>]) -> Vec<String> {
        let lacked = &self.assessment.results[result].detail.lacking;
        let names = if names.is_empty() {
            lacked.as_slice()
        } else {
            names
        };
        let mut keys: Vec<String> = names.iter().map(|n| format!("{result}/{n}")).collect();
        if keys.is_empty() {
            keys.push(format!("{result}/"));
        }
        let causes = self.words.causes_of(&self.assessment.results[result]);
        // Two events side by side say nothing of what is wrong between them.
        let told = causes.into_iter().filter(|c| !c.key.starts_with("pair/"));
        keys.extend(told.map(|cause| cause.key));
        keys
    }

    fn item(
        &self,
        item: &'l Item,
        seen: Vec<Seen<'l>>,
        moved: &BTreeMap<usize, usize>,
        sheet: &Sheet,
    ) -> ScoredItem<'l> {
        let names: Vec<Arc<str>> = sheet.items.iter().map(|item| item.code.clone()).collect();
        let own: BTreeSet<(usize, usize)> = moved.iter().map(|(r, o)| (*r, *o)).collect();
        let mut steps: Vec<ScoredStep<'l>> = seen
            .into_iter()
            .map(|seen| settle(seen, &own, &names))
            .collect();
        leave_out_questions(&mut steps);
        let when = item.when.as_ref().map_or(Tri::True, |c| self.answer(c));
        if let Tri::Unknown(miss) = &when {
            doubt(item, &mut steps, miss);
        }
        if matches!(when, Tri::False) {
            for step in &mut steps {
                clear(step);
            }
        }
        let capped = |points: Points| points.min(item.full);
        let sum = |part: fn(&ScoredStep<'_>) -> Points| steps.iter().map(part).sum::<Points>();
        let (taken, suggested, open) = (sum(|s| s.taken), sum(|s| s.suggested), sum(|s| s.open));
        ScoredItem {
            item,
            state: state(&steps),
            taken: capped(taken),
            proposed: capped(taken + suggested),
            worst: capped(taken + suggested + open),
            steps,
        }
    }
}

/// 一项的结论，由各种情形合成。
fn state(steps: &[ScoredStep<'_>]) -> ItemState {
    let is_all_unrelated = steps.iter().all(|s| s.state == StepState::NotApplicable);
    let lacks = |s: &ScoredStep<'_>| {
        s.state == StepState::Undetermined
            || (s.open > Points::ZERO && s.missing.iter().any(|m| m.why != MissingWhy::Person))
    };
    let asks = |s: &ScoredStep<'_>| s.suggested > Points::ZERO || s.open > Points::ZERO;
    if is_all_unrelated {
        ItemState::NotApplicable
    } else if steps.iter().any(lacks) {
        ItemState::Undetermined
    } else if steps.iter().any(asks) {
        ItemState::Person
    } else {
        ItemState::Decided
    }
}

/// 规则与条件都与本案无关的一项，没有什么可问人的。
fn leave_out_questions(steps: &mut [ScoredStep<'_>]) {
    let is_question = |s: &ScoredStep<'_>| matches!(s.step.decider, Decider::Ask { .. });
    let has_other = steps.iter().any(|s| !is_question(s));
    let is_unrelated = |s: &ScoredStep<'_>| s.state == StepState::NotApplicable;
    if has_other && steps.iter().filter(|s| !is_question(s)).all(is_unrelated) {
        for step in steps.iter_mut().filter(|s| is_question(s)) {
            clear(step);
        }
    }
}

/// 与本案无关：什么也不扣。
fn clear(step: &mut ScoredStep<'_>) {
    step.state = StepState::NotApplicable;
    (step.taken, step.suggested, step.open) = (Points::ZERO, Points::ZERO, Points::ZERO);
    step.faults.clear();
    step.missing.clear();
    step.unknown.clear();
}

/// 说不清适用不适用：确定扣的改为建议，整项留给人。
fn doubt(item: &Item, steps: &mut [ScoredStep<'_>], miss: &[Missing]) {
    for step in steps.iter_mut() {
        step.suggested = step.suggested + step.taken;
        step.taken = Points::ZERO;
        if step.state == StepState::Taken {
            step.state = StepState::Suggested;
        }
    }
    if let Some(first) = steps.first_mut() {
        first.missing.extend(miss.iter().cloned());
        first.open = item.full;
        if matches!(first.state, StepState::NotApplicable | StepState::Clear) {
            first.state = StepState::Undetermined;
        }
    }
}

/// 一种情形的结论：让给别项的除去，其余计次。
fn settle<'l>(
    seen: Seen<'l>,
    moved: &BTreeSet<(usize, usize)>,
    names: &[Arc<str>],
) -> ScoredStep<'l> {
    let Seen { step, mut look } = seen;
    let owner = |result: usize| moved.iter().find(|(r, _)| *r == result).map(|(_, o)| *o);
    let elsewhere: Vec<(usize, Arc<str>)> = look
        .results()
        .filter_map(|(result, _)| Some((result, names[owner(result)?].clone())))
        .collect();
    look.faults.retain(|fault| owner(fault.result).is_none());
    look.unknown.retain(|result| owner(*result).is_none());
    let taken = look.amount(step, true);
    let suggested = look.amount(step, false);
    let open = look.open(step);
    let state = look.state(!elsewhere.is_empty());
    ScoredStep {
        step,
        state,
        taken,
        suggested,
        open,
        faults: look.faults.iter().map(|fault| fault.result).collect(),
        elsewhere,
        unknown: look.unknown,
        missing: look.missing,
        is_before_law: look.is_before_law,
        evidence: look.evidence,
    }
}

/// 由人确认的：不是“机”的一律只作建议。
fn is_certain(decided_by: DecidedBy) -> bool {
    decided_by == DecidedBy::Machine
}
