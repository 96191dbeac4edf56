//! 评估的次序：规则的部分排成一列，一案要看哪些由事件种类决定；相同的限定、相同的触发、相同的问题各只算一次。
//!
//! Three lists of parts: all of them (everything is asked for), those to look at where duties are listed, and those where
//! only findings are sought. A part that a [`Question`] answers for is in the shorter lists only if the question says so.

use std::collections::HashMap;
use std::sync::Arc;

use mingjing_domain::finding::MissingWhy;

use crate::book::DutyName;
use crate::cel::types::KindId;
use crate::cel::value::{Tri, miss};
use crate::forms::deadline::Deadline;
use crate::forms::{Form, Part};
use crate::prepare::{Case, Key};
use crate::quick::{Asked, Question};
use crate::rule::{Rule, RuleStatus};
use crate::vocabulary::Vocabulary;

/// 一组部分（位集）。
pub(crate) type PartSet = Box<[u64]>;

/// 每种事件要看的部分。
#[derive(Default)]
pub(crate) struct Index {
    /// 总要看的。
    always: PartSet,
    /// 给出折叠好的行才看的。
    of_rows: PartSet,
    by_kind: Vec<Option<PartSet>>,
}

/// 什么引起一个部分。
enum Trigger {
    /// 什么也不引起它：只指向别的编码
    Nothing,
    /// 折叠好的行
    Rows,
    /// 这些种类的事件之一；空为总要看
    Kinds(Vec<KindId>),
}

impl Trigger {
    /// 一个部分由什么引起。临期看的是义务，没有起算的事件就没有义务；延期、扣除看的是义务审查过的那些事。
    fn of(part: &Part, duties: &[DutyName], rules: &[Rule]) -> Trigger {
        let of_duty = |duty: usize| {
            let name = &duties[duty];
            &rules[name.rule].parts[name.part]
        };
        let reviewed = |duty: usize, selectors: &dyn Fn(&Deadline) -> Vec<Arc<[KindId]>>| {
            let Form::Deadline(form) = &of_duty(duty).form else {
                return Trigger::Nothing;
            };
            let selectors = selectors(form);
            if selectors.is_empty() {
                return Trigger::Nothing;
            }
            // A selector of whatever happens names no kind.
            match selectors.iter().any(|kinds| kinds.is_empty()) {
                true => Trigger::Kinds(of_duty(duty).triggers.clone()),
                false => Trigger::Kinds(selectors.iter().flat_map(|k| k.to_vec()).collect()),
            }
        };
        match &part.form {
            Form::Refers => Trigger::Nothing,
            Form::Ratio(_) | Form::Count(_) => Trigger::Rows,
            Form::NearDue(form) => Trigger::Kinds(of_duty(form.duty).triggers.clone()),
            Form::Extension(form) => reviewed(form.duty, &|duty| {
                duty.extend.iter().map(|e| e.by.kinds()).collect()
            }),
            Form::Exclusion(form) => reviewed(form.duty, &|duty| {
                duty.exclude.iter().map(|e| e.from.kinds()).collect()
            }),
            _ => Trigger::Kinds(part.triggers.clone()),
        }
    }
}

impl Index {
    fn new(parts: usize, kinds: usize) -> Self {
        let mut by_kind = Vec::new();
        by_kind.resize_with(kinds, || None);
        Index {
            always: empty(parts),
            of_rows: empty(parts),
            by_kind,
        }
    }

    fn insert(&mut self, part: usize, trigger: &Trigger) {
        let words = self.always.len();
        match trigger {
            Trigger::Nothing => {}
            Trigger::Rows => insert(&mut self.of_rows, part),
            Trigger::Kinds(kinds) if kinds.is_empty() => insert(&mut self.always, part),
            Trigger::Kinds(kinds) => {
                for kind in kinds {
                    let set = &mut self.by_kind[usize::from(kind.0)];
                    insert(set.get_or_insert_with(|| empty(words * 64)), part);
                }
            }
        }
    }

    /// 时间线上出现的种类要看的。
    fn of(&self, case: &Case<'_>) -> Vec<u64> {
        let mut wanted = self.always.to_vec();
        let mut add = |set: &PartSet| {
            for (word, bits) in wanted.iter_mut().zip(set.iter()) {
                *word |= bits;
            }
        };
        for kind in case.kinds() {
            if let Some(set) = &self.by_kind[usize::from(kind.0)] {
                add(set);
            }
        }
        if case.has_rows {
            add(&self.of_rows);
        }
        wanted
    }
}

fn empty(parts: usize) -> PartSet {
    vec![0; parts.div_ceil(64)].into_boxed_slice()
}

pub(crate) fn insert(set: &mut [u64], part: usize) {
    set[part / 64] |= 1 << (part % 64);
}

/// 规则的限定：程序、部门、地区。
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Scope {
    procedures: Vec<Arc<str>>,
    /// 程序都是由事件开启的，在任何主程序的案件里都可能有
    is_side: bool,
    departments: Vec<Arc<str>>,
    regions: Vec<Arc<str>>,
    /// 所引都是地方规定的，这些地方；空为不限
    local: Vec<Arc<str>>,
}

impl Scope {
    fn of(rule: &Rule, vocabulary: &Vocabulary) -> Scope {
        let is_opened = |name: &Arc<str>| {
            let mut kinds = vocabulary.kinds.iter();
            kinds.any(|kind| kind.opens.as_ref() == Some(name))
        };
        Scope {
            procedures: rule.procedures.clone(),
            is_side: rule.procedures.iter().all(is_opened),
            departments: rule.departments.clone(),
            regions: rule.regions.clone(),
            local: rule.basis.local_regions(),
        }
    }

    /// 什么也不限。
    fn is_open(&self) -> bool {
        let is_any_procedure = self.procedures.is_empty() || self.is_side;
        is_any_procedure
            && [&self.departments, &self.regions, &self.local]
                .iter()
                .all(|list| list.is_empty())
    }

    /// 本案在不在内。
    pub(crate) fn admits(&self, case: &Case<'_>) -> Tri {
        let procedure = match &case.timeline.procedure {
            Some(name) if !self.procedures.is_empty() => {
                // Side procedures run inside a case of another main procedure; only main procedures exclude.
                Tri::of(self.is_side || self.procedures.iter().any(|p| p.as_ref() == name))
            }
            _ => Tri::True,
        };
        let is_same = |own: &str, wanted: &str| own == wanted;
        let is_within = |own: &str, wanted: &str| own.starts_with(wanted);
        let (department, region) = (case.department.as_deref(), case.region.as_deref());
        procedure
            .and(|| named(&self.departments, department, is_same, "body.department"))
            .and(|| named(&self.regions, region, is_within, "body.region"))
            .and(|| named(&self.local, region, is_within, "body.region"))
    }
}

/// 在不在所列之内；没有列的不限，不知道的说不清。
fn named(
    list: &[Arc<str>],
    own: Option<&str>,
    fits: impl Fn(&str, &str) -> bool,
    path: &str,
) -> Tri {
    match own {
        _ if list.is_empty() => Tri::True,
        Some(own) => Tri::of(list.iter().any(|wanted| fits(own, wanted))),
        None => Tri::Unknown(miss(path, MissingWhy::NotCovered)),
    }
}

/// 评估的次序。
#[derive(Default)]
pub(crate) struct Plan {
    /// 各部分：规则与部分的序号，按先后
    pub(crate) parts: Vec<(u32, u16)>,
    every: Index,
    listed: Index,
    found: Index,
    questions: Vec<Question>,
    /// 每种事件的问题
    asked: Vec<Vec<u32>>,
    /// 各不相同的限定
    pub(crate) scopes: Vec<Scope>,
    /// 每条规则的限定；不限的为 `None`
    pub(crate) scope_of: Vec<Option<u16>>,
    /// 几个部分同问的触发有几种
    pub(crate) shared_triggers: usize,
}

/// 要看到什么程度。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// 全部结果
    Everything,
    /// 发现与义务
    Listed,
    /// 只要发现
    Found,
}

impl Plan {
    /// 排好。
    pub(crate) fn new(rules: &mut [Rule], duties: &[DutyName], vocabulary: &Vocabulary) -> Plan {
        let shared_triggers = share_triggers(rules);
        let rules = &*rules;
        let count = rules.iter().map(|r| r.parts.len()).sum();
        let kinds = vocabulary.kinds.len();
        let mut plan = Plan {
            every: Index::new(count, kinds),
            listed: Index::new(count, kinds),
            found: Index::new(count, kinds),
            asked: vec![Vec::new(); kinds],
            shared_triggers,
            ..Plan::default()
        };
        let mut scopes: HashMap<Scope, u16> = HashMap::new();
        let mut questions: HashMap<Asked, usize> = HashMap::new();
        for (i, rule) in rules.iter().enumerate() {
            let scope = Scope::of(rule, vocabulary);
            plan.scope_of.push((!scope.is_open()).then(|| {
                *scopes.entry(scope).or_insert_with_key(|scope| {
                    plan.scopes.push(scope.clone());
                    (plan.scopes.len() - 1) as u16
                })
            }));
            for (j, part) in rule.parts.iter().enumerate() {
                let place = plan.parts.len();
                plan.parts.push((i as u32, j as u16));
                // What is judged over many cases says nothing on one of them.
                if matches!(part.form, Form::Set(_)) || rule.status == RuleStatus::Removed {
                    continue;
                }
                let trigger = Trigger::of(part, duties, rules);
                plan.every.insert(place, &trigger);
                if rule.status == RuleStatus::Trial {
                    continue;
                }
                let Some(asked) = Asked::of(part) else {
                    plan.listed.insert(place, &trigger);
                    plan.found.insert(place, &trigger);
                    continue;
                };
                // A duty is wanted even where nothing is wrong with it.
                if matches!(part.form, Form::Deadline(_)) {
                    plan.listed.insert(place, &trigger);
                }
                let number = *questions.entry(asked).or_insert_with_key(|asked| {
                    for kind in asked.kinds() {
                        plan.asked[usize::from(kind.0)].push(plan.questions.len() as u32);
                    }
                    plan.questions.push(Question::new(asked.clone()));
                    plan.questions.len() - 1
                });
                plan.questions[number].add(place, rule, part);
            }
        }
        for question in &mut plan.questions {
            question.sort();
        }
        plan
    }

    /// 一案要看的部分。
    pub(crate) fn wanted(&self, run: &crate::context::Run<'_>, depth: Depth) -> Vec<u64> {
        // Where a correction leaves an event in doubt, a table look-up says nothing.
        if depth == Depth::Everything || run.case.has_doubt {
            return self.every.of(run.case);
        }
        let index = match depth {
            Depth::Listed => &self.listed,
            _ => &self.found,
        };
        let mut wanted = index.of(run.case);
        for kind in run.case.kinds() {
            let seen = (run.case.of_kind(kind), run.case.days_of(kind));
            for number in &self.asked[usize::from(kind.0)] {
                let question = &self.questions[*number as usize];
                if depth == Depth::Found || !question.is_of_duties() {
                    question.answer(run, seen, &mut wanted);
                }
            }
        }
        wanted
    }
}

/// A selector as it is written, with the keys it goes by.
type Wording = (Arc<str>, Vec<Key>);
/// A part: the rule, and which of its parts.
type Place = (usize, usize);

/// 写着同样的选择器、同样的键的部分，触发只找一次：编上号。
fn share_triggers(rules: &mut [Rule]) -> usize {
    let mut places: HashMap<Wording, Vec<Place>> = HashMap::new();
    for (i, rule) in rules.iter_mut().enumerate() {
        for (j, part) in rule.parts.iter_mut().enumerate() {
            let by = part.by.clone();
            if let Some(selector) = part.selector_mut() {
                let key = (selector.text.clone(), by);
                places.entry(key).or_default().push((i, j));
            }
        }
    }
    let mut count = 0;
    for list in places.values().filter(|list| list.len() > 1) {
        for (i, j) in list {
            if let Some(selector) = rules[*i].parts[*j].selector_mut() {
                selector.shared = Some(count);
            }
        }
        count += 1;
    }
    count as usize
}
