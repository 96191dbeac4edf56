//! 现在可以做什么：各实例在状态表里的出口，连同谁能做、还缺什么、赶的是哪个期限。
//!
//! The answer to a guard is asked with a draft: the event as it would be, its blanks not yet known. So a form that is
//! still empty says what to fill and is never called unlawful.

use std::collections::HashMap;
use std::sync::Arc;

use mingjing_domain::event::{Event, Source};
use mingjing_domain::finding::{
    Assessment, Duty, DutyState, EventIndex, Missing, MissingWhy, Outcome, RuleResult, Severity,
};
use mingjing_domain::procedure::{
    ActionPlace, DutyToMeet, Guard, GuardState, InstanceState, Nature, NextAction, Progress,
    Recordable, Unmet,
};
use mingjing_domain::timeline::Timeline;

use super::decide::joined;
use super::declared::{fields, labelled, named, wants};
use super::fold::fold;
use super::newly::{Judged, newly};
use crate::assess::{Options, assess_case};
use crate::cel::types::KindId;
use crate::cel::value::{Tri, miss};
use crate::context::{Ctx, Keys, Run, Slot};
use crate::forms::Form;
use crate::lawbook::Lawbook;
use crate::prepare::{Case, Defaults, prepare};
use crate::procedure::{Procedure, Transition};
use crate::vocabulary::Kind;

/// 拟作之事在草稿里的标识；要新开的实例也用它。
const DRAFT: &str = "*draft*";

/// 现在可以做的：各实例的出口，其次是能新开一个实例的。
pub fn next_actions(lawbook: &Lawbook, case: &Case<'_>, options: &Options) -> Vec<NextAction> {
    let options = Options {
        as_of: Some(case.as_of),
        keep_all: true,
        skip_duties: false,
        ..*options
    };
    let progress = fold(lawbook, case);
    let mut asking = Asking {
        lawbook,
        case,
        before: assess_case(lawbook, case, &options),
        options,
        drafts: HashMap::new(),
    };
    let mut actions = Vec::new();
    for instance in &progress.instances {
        let Some(procedure) = lawbook.procedure(&instance.at.procedure) else {
            continue;
        };
        for transition in exits(procedure, &instance.at.state) {
            actions.push(asking.action(procedure, transition, Some(&instance.at)));
        }
    }
    for (procedure, transition) in openings(lawbook, &progress) {
        actions.push(asking.action(procedure, transition, None));
    }
    actions
}

/// 任何时候都能记的事：性质为事实、系统的全部种类。
pub fn recordable(lawbook: &Lawbook) -> Vec<Recordable> {
    let vocabulary = &lawbook.book.vocabulary;
    let kinds = vocabulary.kinds.iter();
    kinds
        .filter(|k| k.nature != Nature::Act)
        .map(|kind| Recordable {
            kind: named(&kind.name, &kind.label),
            nature: kind.nature,
            fields: fields(vocabulary, kind),
        })
        .collect()
}

fn exits<'p>(
    procedure: &'p Procedure,
    state: &'p Arc<str>,
) -> impl Iterator<Item = &'p Transition> {
    let transitions = procedure.transitions.iter();
    transitions.filter(move |t| t.from.contains(state))
}

/// 能新开一个实例的：主程序没有终了；主程序也有这一步的，须正走到这里。
fn openings<'l>(lawbook: &'l Lawbook, progress: &Progress) -> Vec<(&'l Procedure, &'l Transition)> {
    let main = progress.main();
    if main.is_some_and(|m| m.at.is_final) {
        return Vec::new();
    }
    let main = main.and_then(|m| Some((lawbook.procedure(&m.at.procedure)?, &m.at.state)));
    let mut list = Vec::new();
    for (number, kind) in lawbook.book.vocabulary.kinds.iter().enumerate() {
        let Some(procedure) = kind.opens.as_deref().and_then(|p| lawbook.procedure(p)) else {
            continue;
        };
        let id = KindId(number as u16);
        let is_elsewhere = main.is_some_and(|(main, state)| {
            main.transitions.iter().any(|t| t.on == id) && !exits(main, state).any(|t| t.on == id)
        });
        if is_elsewhere {
            continue;
        }
        let first = exits(procedure, &procedure.start).filter(|t| t.on == id);
        list.extend(first.map(|t| (procedure, t)));
    }
    list
}

/// 问一案：原有的结果只算一次，同一种草稿也只算一次。
struct Asking<'a> {
    lawbook: &'a Lawbook,
    case: &'a Case<'a>,
    options: Options,
    before: Assessment,
    drafts: HashMap<(KindId, Option<String>, Defaults), Draft>,
}

/// 一份草稿：加上它之后的时间线、全部结果与新带来的。
struct Draft {
    timeline: Timeline,
    index: EventIndex,
    defaults: Defaults,
    after: Vec<RuleResult>,
    newly: Vec<RuleResult>,
    /// 时间线上有只知大概日期的事：逐日试的评估看不到草稿的空白是待填的。
    is_vague: bool,
}

impl Asking<'_> {
    fn action(
        &mut self,
        procedure: &Procedure,
        transition: &Transition,
        at: Option<&InstanceState>,
    ) -> NextAction {
        let vocabulary = &self.lawbook.book.vocabulary;
        let kind = vocabulary.kind_of(transition.on);
        let from = at.map_or(&procedure.start, |at| &at.state);
        let to = transition.to.as_ref().unwrap_or(from);
        let place = ActionPlace {
            procedure: named(&procedure.name, &procedure.label),
            instance: at.and_then(|at| at.instance.clone()),
            opens: at.is_none(),
            from: named(from, &procedure.state_name(from)),
            to: named(to, &procedure.state_name(to)),
        };
        let instance = match at {
            Some(at) => at.instance.clone(),
            None => Some(DRAFT.to_owned()),
        };
        // A flag that the condition of the step may read is not taken to be unset.
        let defaults = match transition.when {
            Some(_) => Defaults::Open,
            None => Defaults::Taken,
        };
        let draft_key = (transition.on, instance, defaults);
        if !self.drafts.contains_key(&draft_key) {
            let draft = self.draft(kind, draft_key.1.as_deref(), defaults);
            self.drafts.insert(draft_key.clone(), draft);
        }
        let draft = &self.drafts[&draft_key];
        NextAction {
            kind: named(&kind.name, &kind.label),
            nature: kind.nature,
            condition: transition.when_text.clone(),
            who: labelled(vocabulary, "role", &transition.who),
            guards: self.guards(transition, draft, kind),
            unmet: self.unmet(transition, draft),
            wants: wants(vocabulary, transition),
            fields: fields(vocabulary, kind),
            duties: self.duties(transition.on, &place),
            place,
        }
    }

    fn draft(&self, kind: &Kind, instance: Option<&str>, defaults: Defaults) -> Draft {
        let mut event = Event::new(DRAFT, kind.name.as_ref(), self.case.as_of);
        event.instance = instance.map(str::to_owned);
        event.source = Source::FirstHand;
        let timeline = joined(self.case.timeline, &event);
        let index = EventIndex(self.case.timeline.events.len() as u32);
        let after = {
            let case = self.opened(&timeline, index, defaults).0;
            assess_case(self.lawbook, &case, &self.options).results
        };
        let before = Judged {
            timeline: self.case.timeline,
            results: &self.before.results,
        };
        let judged = Judged {
            timeline: &timeline,
            results: &after,
        };
        let newly = newly(&before, &judged);
        let is_vague = timeline
            .events
            .iter()
            .any(|e| e.occurred_until.is_some_and(|until| until > e.occurred_on));
        Draft {
            newly,
            timeline,
            index,
            defaults,
            after,
            is_vague,
        }
    }

    /// 加上草稿的案件，草稿的空白待填；附草稿的序号。
    fn opened<'t>(
        &'t self,
        timeline: &'t Timeline,
        index: EventIndex,
        defaults: Defaults,
    ) -> (Case<'t>, Option<u32>) {
        let vocabulary = &self.lawbook.book.vocabulary;
        let known_at = self.options.known_at;
        let mut case = prepare(vocabulary, timeline, Some(self.case.as_of), known_at);
        let position = case.leave_open(index, defaults);
        (case, position)
    }

    fn guards(&self, transition: &Transition, draft: &Draft, kind: &Kind) -> Vec<Guard> {
        let rules = transition
            .guards
            .iter()
            .filter_map(|code| self.lawbook.rule(code));
        rules
            .map(|rule| {
                let own = |r: &&RuleResult| r.code == rule.code;
                let new: Vec<&RuleResult> = draft.newly.iter().filter(own).collect();
                let all: Vec<&RuleResult> = draft.after.iter().filter(own).collect();
                let (state, severity) = if draft.is_vague {
                    let what = format!("{}.occurred_on", kind.name);
                    let missing = miss(what, MissingWhy::Imprecise).to_vec();
                    (GuardState::Undetermined(missing), None)
                } else {
                    guard_state(&new, &all)
                };
                Guard {
                    rule: named(&rule.code, &rule.name),
                    severity: severity.unwrap_or(rule.severity),
                    state,
                }
            })
            .collect()
    }

    /// 还没有满足的要求；没有填的也算没有满足，附上要填什么。
    fn unmet(&self, transition: &Transition, draft: &Draft) -> Vec<Unmet> {
        let (case, Some(position)) = self.opened(&draft.timeline, draft.index, draft.defaults)
        else {
            return Vec::new();
        };
        let run = Run::new(self.lawbook, &case);
        let keys = Keys::none();
        let ctx = Ctx::new(&run, &keys, case.as_of).with(Slot::E, position);
        let missing = |that: &crate::cel::compile::Test| match that(&ctx) {
            Tri::True => None,
            Tri::False => Some(Vec::new()),
            Tri::Unknown(m) => Some(m.to_vec()),
        };
        let lacking = transition.require.iter().filter_map(|(that, text)| {
            Some(Unmet {
                missing: missing(that)?,
                text: text.clone(),
            })
        });
        lacking.collect()
    }

    /// 没有完成、由这种事完成的义务，先到期的在前。
    fn duties(&self, kind: KindId, place: &ActionPlace) -> Vec<DutyToMeet> {
        let mut found: Vec<DutyToMeet> = self
            .before
            .duties
            .iter()
            .filter(|duty| is_pending(duty.state) && is_of(duty, place))
            .filter(|duty| self.is_met_by(duty, kind))
            .map(|duty| {
                let rule = &self.lawbook.rules[duty.rule as usize];
                let due = duty.due.as_ref().map(|d| d.at);
                let day = due.and_then(|at| at.date());
                DutyToMeet {
                    rule: named(&rule.code, &rule.name),
                    state: duty.state,
                    due,
                    remaining_working_days: day.and_then(|day| {
                        let calendar = &self.lawbook.calendar;
                        calendar.remaining_working_days(self.case.as_of, day)
                    }),
                }
            })
            .collect();
        found.sort_by_key(|duty| {
            let day = duty.due.and_then(|at| at.date());
            (day.is_none(), day)
        });
        found.dedup();
        found
    }

    fn is_met_by(&self, duty: &Duty, kind: KindId) -> bool {
        let part = &self.lawbook.rules[duty.rule as usize].parts[usize::from(duty.part)];
        let Form::Deadline(deadline) = &part.form else {
            return false;
        };
        let met_by = deadline.met_by.as_ref();
        met_by.is_some_and(|selector| selector.kinds().contains(&kind))
    }
}

/// 还没有完成也没有终止。
fn is_pending(state: DutyState) -> bool {
    match state {
        DutyState::Open
        | DutyState::Near
        | DutyState::Breached
        | DutyState::Suspended
        | DutyState::Provisional
        | DutyState::Undetermined => true,
        DutyState::Met | DutyState::MetLate | DutyState::Waived | DutyState::Ended => false,
    }
}

/// 义务说的是不是这个实例；主程序的事可以完成任何实例的。
fn is_of(duty: &Duty, place: &ActionPlace) -> bool {
    match duty.keys.get("instance") {
        None => true,
        Some(_) if place.opens => false,
        Some(key) => place.instance.as_ref().is_none_or(|own| own == key),
    }
}

/// 守卫的回答：新带来的最重；其次是原来就有的。
fn guard_state(new: &[&RuleResult], all: &[&RuleResult]) -> (GuardState, Option<Severity>) {
    let worst = |list: &[&RuleResult]| {
        let violated = list.iter().filter(|r| r.outcome == Outcome::Violation);
        violated.map(|r| r.severity).max()
    };
    if let Some(severity) = worst(new) {
        return (GuardState::WouldViolate, Some(severity));
    }
    if let Some(missing) = missing(new) {
        return (GuardState::Undetermined(missing), None);
    }
    if let Some(severity) = worst(all) {
        return (GuardState::Standing, Some(severity));
    }
    if let Some(missing) = missing(all) {
        return (GuardState::Undetermined(missing), None);
    }
    if all.iter().any(|r| r.outcome == Outcome::Pass) {
        (GuardState::Pass, None)
    } else {
        (GuardState::NotApplicable, None)
    }
}

/// 无法判定的缺什么；没有无法判定的为 `None`。
fn missing(list: &[&RuleResult]) -> Option<Vec<Missing>> {
    let mut open = list
        .iter()
        .filter(|r| r.outcome == Outcome::Undetermined)
        .peekable();
    open.peek()?;
    let mut missing: Vec<Missing> = open.flat_map(|r| r.missing.iter().cloned()).collect();
    missing.sort();
    missing.dedup();
    Some(missing)
}
