//! 看一种扣分情形：规则的结果、条件的真假、要问的人，以及还缺什么。

use std::sync::Arc;

use mingjing_domain::finding::{
    EventIndex, Mark, Missing, MissingWhy, Outcome, RuleResult, Status,
};

use super::{Scorer, StepState, is_certain};
use crate::cel::types::KindId;
use crate::cel::value::{Tri, miss};
use crate::context::{Ctx, Keys, Run};
use crate::forms::{Form, Part};
use crate::rule::{DecidedBy, Rule, RuleStatus};
use crate::sheet::points::Points;
use crate::sheet::{Condition, Decider, Each, RuleRef, Step};

/// 一处不合规。
pub(super) struct Fault {
    /// 评估里的序号。
    pub(super) result: usize,
    /// 算几次。
    units: usize,
    /// 只看某些要素的，缺的是哪几样；不限的为空。
    names: Vec<Arc<str>>,
    /// 确定扣，还是建议。
    is_certain: bool,
}

/// 看到的。
#[derive(Default)]
pub(super) struct Look {
    pub(super) faults: Vec<Fault>,
    pub(super) unknown: Vec<usize>,
    pub(super) missing: Vec<Missing>,
    pub(super) evidence: Vec<EventIndex>,
    pub(super) is_before_law: bool,
    /// 有结果说没有这种情形。
    is_clear: bool,
    /// 条件不成立：确定扣与否。
    fails: Option<bool>,
    /// 要问人。
    asks: bool,
    /// 说不清的里有不是要人回答的。
    lacks_facts: bool,
}

impl Look {
    /// 不合规的与说不清的结果，连同只看的要素。
    pub(super) fn results(&self) -> impl Iterator<Item = (usize, &[Arc<str>])> {
        let faults = self.faults.iter().map(|f| (f.result, f.names.as_slice()));
        faults.chain(self.unknown.iter().map(|result| (*result, &[][..])))
    }

    fn is_open(&self) -> bool {
        !self.unknown.is_empty() || !self.missing.is_empty() || self.only_before_law()
    }

    /// 只有施行以前的事，没有判：不是清白，留给人。
    fn only_before_law(&self) -> bool {
        self.is_before_law && !self.is_clear && self.faults.is_empty()
    }

    /// 扣多少：确定的，或建议的。
    pub(super) fn amount(&self, step: &Step, certain: bool) -> Points {
        let condition = if self.fails == Some(certain) {
            step.take
        } else {
            Points::ZERO
        };
        let units = |certain: bool| -> usize {
            let counted = self.faults.iter().filter(|f| f.is_certain == certain);
            counted.map(|f| f.units).sum()
        };
        let count = match step.each {
            Each::Once if certain => units(true).min(1),
            Each::Once => units(false).min(1).saturating_sub(units(true)),
            Each::Finding | Each::Lacking => units(certain),
        };
        condition + step.take.times(count)
    }

    /// 此外至多还会扣多少；逐处计的不知道有几处。
    pub(super) fn open(&self, step: &Step) -> Points {
        if self.asks {
            return step.up_to;
        }
        // What a person may take beyond what the machine takes or proposes.
        let beyond = if self.fails.is_some() || !self.faults.is_empty() {
            step.up_to - step.take
        } else {
            Points::ZERO
        };
        if !self.is_open() {
            return beyond;
        }
        match step.each {
            Each::Once if !self.faults.is_empty() => beyond,
            Each::Once => step.up_to,
            Each::Finding | Each::Lacking => Points::MAX,
        }
    }

    pub(super) fn state(&self, is_moved: bool) -> StepState {
        let certain = self.fails == Some(true) || self.faults.iter().any(|f| f.is_certain);
        if certain {
            StepState::Taken
        } else if self.fails.is_some() || !self.faults.is_empty() {
            StepState::Suggested
        } else if self.asks {
            StepState::Person
        } else if self.is_open() {
            if self.lacks_facts || self.only_before_law() {
                StepState::Undetermined
            } else {
                StepState::Person
            }
        } else if is_moved {
            StepState::Elsewhere
        } else if self.is_clear {
            StepState::Clear
        } else {
            StepState::NotApplicable
        }
    }

    fn lack(&mut self, missing: impl IntoIterator<Item = Missing>) {
        for missing in missing {
            self.lacks_facts |= missing.why != MissingWhy::Person;
            if !self.missing.contains(&missing) {
                self.missing.push(missing);
            }
        }
    }

    fn saw(&mut self, result: &RuleResult) {
        for event in result.trigger.iter().chain(&result.evidence) {
            if !self.evidence.contains(event) {
                self.evidence.push(*event);
            }
        }
    }
}

impl Scorer<'_, '_> {
    /// 看一种情形。
    pub(super) fn look(&self, step: &Step, decided_by: DecidedBy) -> Look {
        let mut look = Look::default();
        match &step.decider {
            Decider::Rules {
                rules,
                lacking,
                when,
            } => {
                for rule in rules {
                    self.look_at_rule(
                        *rule,
                        &Narrow {
                            lacking,
                            when: when.as_ref(),
                            each: step.each,
                            decided_by,
                        },
                        &mut look,
                    );
                }
            }
            Decider::Holds { holds, when } => match self.applies(when.as_ref()) {
                Tri::False => {}
                Tri::Unknown(miss) => look.lack(miss.iter().cloned()),
                Tri::True => {
                    look.evidence = self.events_read(holds);
                    match self.answer(holds) {
                        Tri::True => look.is_clear = true,
                        Tri::False => look.fails = Some(is_certain(decided_by)),
                        Tri::Unknown(miss) => look.lack(miss.iter().cloned()),
                    }
                }
            },
            Decider::Ask { when, .. } => match self.applies(when.as_ref()) {
                Tri::False => {}
                Tri::True => look.asks = true,
                Tri::Unknown(miss) => {
                    look.asks = true;
                    look.lack(miss.iter().cloned());
                }
            },
        }
        look
    }

    fn applies(&self, when: Option<&Condition>) -> Tri {
        when.map_or(Tri::True, |condition| self.answer(condition))
    }

    /// 条件对全案是真是假；两头不同的说不清。
    pub(super) fn answer(&self, condition: &Condition) -> Tri {
        let mut answers = self.cases.iter().map(|case| {
            let run = Run::new(self.lawbook, case);
            let keys = Keys::none();
            (condition.run)(&Ctx::new(&run, &keys, case.as_of))
        });
        let first = answers.next().unwrap_or(Tri::False);
        let is_same = |other: &Tri| {
            matches!(
                (&first, other),
                (Tri::True, Tri::True) | (Tri::False, Tri::False) | (Tri::Unknown(_), _)
            )
        };
        if answers.all(|other| is_same(&other)) {
            return first;
        }
        let kinds = &self.lawbook.book.vocabulary;
        let name = condition.deps.kinds.iter().next();
        let what = name.map_or_else(
            || "occurred_on".to_owned(),
            |kind| format!("{}.occurred_on", kinds.kind_of(*kind).name),
        );
        Tri::Unknown(miss(what, MissingWhy::Imprecise))
    }

    /// 条件读到的事件。
    fn events_read(&self, condition: &Condition) -> Vec<EventIndex> {
        let case = &self.cases[0];
        let read = |kind: &KindId| condition.deps.any || condition.deps.kinds.contains(kind);
        let events = case.events.iter().filter(|e| read(&e.kind));
        events.map(|e| e.index).collect()
    }

    /// 一条规则（的一个部分）的结果。
    fn look_at_rule(&self, named: RuleRef, narrow: &Narrow<'_>, look: &mut Look) {
        let rule = &self.lawbook.rules[named.rule];
        // A sheet of a seizure looks at the seizure, not at the penalty that is decided in the same file.
        let is_of_other = !rule.procedures.is_empty()
            && !rule.procedures.iter().any(|p| self.procedures.contains(p));
        if is_of_other || matches!(rule.status, RuleStatus::Trial | RuleStatus::Removed) {
            return;
        }
        for (number, part) in rule.parts.iter().enumerate() {
            if named.part.is_some_and(|only| only != number) {
                continue;
            }
            let mut is_seen = false;
            for (place, result) in self.assessment.results.iter().enumerate() {
                if result.rule as usize == named.rule && usize::from(result.part) == number {
                    is_seen = true;
                    self.take(place, result, narrow, look);
                }
            }
            if !is_seen {
                look.lack(self.unseen(rule, part));
            }
        }
    }

    fn take(&self, place: usize, result: &RuleResult, narrow: &Narrow<'_>, look: &mut Look) {
        match result.outcome {
            Outcome::NotApplicable => look.is_before_law |= result.is_before_law,
            Outcome::Pass => {
                look.is_clear = true;
                look.saw(result);
            }
            Outcome::Undetermined if narrow.concerns_missing(result) => {
                look.unknown.push(place);
                look.lack(result.missing.iter().cloned());
                look.saw(result);
            }
            Outcome::Undetermined => look.is_clear = true,
            Outcome::Violation => {
                let (units, names) = narrow.units(result);
                let holds = narrow
                    .when
                    .map_or(Tri::True, |c| self.words.holds_on(&c.run, result));
                look.saw(result);
                match holds {
                    Tri::Unknown(miss) => {
                        look.unknown.push(place);
                        look.lack(miss.iter().cloned());
                    }
                    Tri::True if units > 0 => look.faults.push(Fault {
                        result: place,
                        units,
                        names,
                        is_certain: narrow.is_certain(result),
                    }),
                    Tri::True | Tri::False => look.is_clear = true,
                }
            }
        }
    }

    /// 没有结果的部分：与本案无关，还是材料说不清有没有。
    fn unseen(&self, rule: &Rule, part: &Part) -> Vec<Missing> {
        let case = &self.cases[0];
        if self.is_outside(rule) {
            return Vec::new();
        }
        if matches!(part.form, Form::Set(_) | Form::Count(_) | Form::Ratio(_)) {
            return vec![Missing {
                what: format!("rule:{}", rule.code).into(),
                why: MissingWhy::Person,
            }];
        }
        let vocabulary = &self.lawbook.book.vocabulary;
        let read: Vec<KindId> = if part.triggers.is_empty() {
            part.deps.kinds.iter().copied().collect()
        } else {
            part.triggers.clone()
        };
        // One event of a kind that could trigger it, and its conditions said no.
        read.into_iter()
            .filter(|kind| case.of_kind(*kind).is_empty() && !case.is_complete(*kind, case.as_of))
            .map(|kind| Missing {
                what: vocabulary.kind_of(kind).name.clone(),
                why: MissingWhy::NotCovered,
            })
            .collect()
    }

    /// 规则限定的程序、领域、地区不是本案的。
    fn is_outside(&self, rule: &Rule) -> bool {
        let case = &self.cases[0];
        let is_other = |list: &[Arc<str>], own: Option<&str>, is_prefix: bool| {
            let fits = |w: &Arc<str>, own: &str| {
                w.as_ref() == own || (is_prefix && own.starts_with(w.as_ref()))
            };
            !list.is_empty() && own.is_some_and(|own| !list.iter().any(|w| fits(w, own)))
        };
        let main = case.timeline.procedure.as_deref();
        let is_side = rule.procedures.iter().all(|p| {
            let procedure = self.lawbook.procedure(p);
            procedure.is_some_and(|procedure| self.lawbook.is_side(procedure))
        });
        (!is_side && is_other(&rule.procedures, main, false))
            || is_other(&rule.departments, case.department.as_deref(), false)
            || is_other(&rule.regions, case.region.as_deref(), true)
    }
}

/// 一种情形只看结果的哪些。
struct Narrow<'s> {
    lacking: &'s [Arc<str>],
    when: Option<&'s Condition>,
    each: Each,
    decided_by: DecidedBy,
}

impl Narrow<'_> {
    /// 这个不合规算几次，连同所看而缺的要素；只看某些要素而缺的是别的，不算。
    fn units(&self, result: &RuleResult) -> (usize, Vec<Arc<str>>) {
        if result.status == Some(Status::Near) {
            return (0, Vec::new());
        }
        let lacked = &result.detail.lacking;
        if self.lacking.is_empty() {
            let units = match self.each {
                Each::Lacking => lacked.len().max(1),
                Each::Once | Each::Finding => 1,
            };
            return (units, Vec::new());
        }
        let named = lacked.iter().filter(|name| self.lacking.contains(name));
        let names: Vec<Arc<str>> = named.cloned().collect();
        let units = match self.each {
            Each::Lacking => names.len(),
            Each::Once | Each::Finding => names.len().min(1),
        };
        (units, names)
    }

    /// 说不清的是不是所看的要素。
    fn concerns_missing(&self, result: &RuleResult) -> bool {
        let is_named = |what: &str| {
            let field = what.rsplit('.').next().unwrap_or(what);
            self.lacking.iter().any(|name| name.as_ref() == field)
        };
        self.lacking.is_empty() || result.missing.iter().any(|m| is_named(&m.what))
    }

    /// 机器可以定的：判定方式是“机”，结果是违反，所依据的没有存疑的标记。
    fn is_certain(&self, result: &RuleResult) -> bool {
        is_certain(self.decided_by)
            && result.status == Some(Status::Violated)
            && !result.marks.contains(Mark::Unverified)
            && !result.marks.contains(Mark::Convention)
    }
}
