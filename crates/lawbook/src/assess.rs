//! 评估：法典对一条时间线的义务与发现。纯函数，同样的输入永远给同样的回答。

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mingjing_domain::finding::{
    Assessment, Duty, EventIndex, Force, Missing, Outcome, RuleResult, Severity, Status,
};
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::due::{DueAt, Start};

use crate::cel::value::{Miss, Tri};
use crate::context::{Ctx, Keys, Run, Slot, Sought};
use crate::forms::{Form, Part, Verdict};
use crate::lawbook::{Lawbook, RuleSet};
use crate::plan::Depth;
use crate::prepare::{Case, is_vague, prepare};
use crate::rule::{DecidedBy, Rule, RuleStatus};

/// 评估的选项。
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// 判断日；缺省为最后一件事之日，于是将来的都不算迟。
    pub as_of: Option<Date>,
    /// 已知时刻：此后才记录的不看。
    pub known_at: Option<Timestamp>,
    /// 是否保留合规与不适用的结果（说明“为何没有”时用）。
    pub keep_all: bool,
    /// 不要义务清单，只要发现（大批重评时省去没有问题的推算）。
    pub skip_duties: bool,
}

/// 评估一条时间线。只知大概日期的事件，逐日试过，每一日都给出同一回答才算有回答。
pub fn assess(lawbook: &Lawbook, timeline: &Timeline, options: &Options) -> Assessment {
    if is_vague(timeline) {
        return crate::imprecise::assess(lawbook, timeline, options, None);
    }
    assess_exact(lawbook, timeline, options, None)
}

/// 只评估其中几条规则，让位与否要看的规则也一并判断。
pub(crate) struct Only {
    wanted: RuleSet,
    judged: RuleSet,
}

impl Only {
    /// 这几条规则。
    pub(crate) fn new(lawbook: &Lawbook, wanted: RuleSet) -> Self {
        let mut judged = wanted.clone();
        for (_, rule) in lawbook
            .rules
            .iter()
            .enumerate()
            .filter(|(i, _)| wanted.has(*i))
        {
            for code in &rule.yields_to {
                if let Some(other) = lawbook.book.rules.get(code.as_ref()) {
                    judged.insert(*other);
                }
            }
        }
        Only { wanted, judged }
    }
}

/// 评估一条日期都确定的时间线；`only` 为只评估的规则。
pub(crate) fn assess_exact(
    lawbook: &Lawbook,
    timeline: &Timeline,
    options: &Options,
    only: Option<&Only>,
) -> Assessment {
    // A timeline without any event (facts of a body) is judged by the newest day that the calendar knows.
    let as_of = options.as_of.or_else(|| {
        timeline
            .events
            .is_empty()
            .then(|| lawbook.calendar.coverage().1)
    });
    let case = prepare(&lawbook.book.vocabulary, timeline, as_of, options.known_at);
    assess_prepared(lawbook, &case, options, only)
}

/// 评估一条已准备好的时间线。
pub fn assess_case(lawbook: &Lawbook, case: &Case<'_>, options: &Options) -> Assessment {
    if case.is_vague {
        return crate::imprecise::assess(lawbook, case.timeline, options, None);
    }
    assess_prepared(lawbook, case, options, None)
}

/// 只评估一条规则（说明与量测用）；编码不存在时没有结果。
pub fn assess_rule(
    lawbook: &Lawbook,
    case: &Case<'_>,
    options: &Options,
    code: &str,
) -> Vec<RuleResult> {
    assess_rules(lawbook, case, options, [code])
}

/// 几条规则对一条已准备好的时间线，照所给的次序；它们问同一个问题的，只回答一次。不看让位。
pub fn assess_rules<'c>(
    lawbook: &Lawbook,
    case: &Case<'_>,
    options: &Options,
    codes: impl IntoIterator<Item = &'c str>,
) -> Vec<RuleResult> {
    if case.is_vague {
        let options = Options {
            as_of: Some(case.as_of),
            ..*options
        };
        let assess =
            |code| crate::imprecise::assess(lawbook, case.timeline, &options, Some(code)).results;
        return codes.into_iter().flat_map(assess).collect();
    }
    let run = Run::new(lawbook, case);
    let mut state = State::new(&run, options, None);
    for code in codes {
        if let Some(index) = lawbook.book.rules.get(code) {
            state.judge_rule(*index as u32);
        }
    }
    state.results
}

/// 试行的规则说的不合规与无法判定：判断日在试行期间的才评，与正式的发现分开，不算谁的。
///
/// Rules on trial yield to nobody and make nobody yield: what they say stays beside what counts.
pub fn assess_trial(lawbook: &Lawbook, case: &Case<'_>, options: &Options) -> Vec<RuleResult> {
    let is_on = |rule: &&Rule| rule.trial.as_ref().is_some_and(|t| t.is_on(case.as_of));
    let options = Options {
        keep_all: true,
        ..*options
    };
    let mut results = Vec::new();
    for rule in lawbook.rules.iter().filter(is_on) {
        results.extend(assess_rule(lawbook, case, &options, &rule.code));
    }
    results.retain(|r| matches!(r.outcome, Outcome::Violation | Outcome::Undetermined));
    results
}

fn assess_prepared(
    lawbook: &Lawbook,
    case: &Case<'_>,
    options: &Options,
    only: Option<&Only>,
) -> Assessment {
    let run = Run::new(lawbook, case);
    let mut state = State::new(&run, options, only);
    state.judge_all();
    if state.has_yielding {
        state.yield_results();
    }
    let yielded = std::mem::take(&mut state.yielded);
    let not_judged = state.not_judged;
    let mut results = state.results;
    let is_wanted = |rule: u32| only.is_none_or(|o| o.wanted.has(rule as usize));
    if only.is_some() {
        results.retain(|r| is_wanted(r.rule));
    }
    let duties = if options.skip_duties {
        Vec::new()
    } else {
        let mut duties = collect_duties(&run);
        // What another rule reports for the same event is not counted a second time, neither as a finding nor as overdue.
        duties.retain(|d| is_wanted(d.rule) && !yielded.iter().any(|r| is_of_duty(r, d)));
        duties
    };
    Assessment {
        as_of: case.as_of,
        lawbook: lawbook.version.clone(),
        results,
        duties,
        not_judged,
    }
}

struct State<'a> {
    run: &'a Run<'a>,
    options: &'a Options,
    only: Option<&'a Only>,
    results: Vec<RuleResult>,
    not_judged: u32,
    has_yielding: bool,
    /// 让位了的结果
    yielded: Vec<RuleResult>,
}

impl<'a> State<'a> {
    fn new(run: &'a Run<'a>, options: &'a Options, only: Option<&'a Only>) -> Self {
        State {
            run,
            options,
            only,
            results: Vec::new(),
            not_judged: 0,
            has_yielding: false,
            yielded: Vec::new(),
        }
    }

    /// 逐个判断要看的部分，按规则、部分先后。
    fn judge_all(&mut self) {
        let plan = &self.run.lawbook.plan;
        let depth = match (self.options.keep_all, self.options.skip_duties) {
            (true, _) => Depth::Everything,
            (false, false) => Depth::Listed,
            (false, true) => Depth::Found,
        };
        for (i, mut word) in plan.wanted(self.run, depth).into_iter().enumerate() {
            while word != 0 {
                let (rule, part) = plan.parts[i * 64 + word.trailing_zeros() as usize];
                word &= word - 1;
                if self.only.is_none_or(|o| o.judged.has(rule as usize)) {
                    self.judge_part(rule, part);
                }
            }
        }
    }

    fn judge_rule(&mut self, index: u32) {
        for part in 0..self.run.lawbook.rules[index as usize].parts.len() {
            self.judge_part(index, part as u16);
        }
    }

    fn judge_part(&mut self, index: u32, number: u16) {
        let run = self.run;
        let rule = &run.lawbook.rules[index as usize];
        // A rule on trial is judged only where somebody asks for everything: its own examples, an explanation.
        let is_silent = rule.status == RuleStatus::Trial && !self.options.keep_all;
        if rule.status == RuleStatus::Removed || is_silent {
            return;
        }
        let scope = run.scope(index as usize);
        if matches!(scope, Tri::False) {
            return;
        }
        let part = &rule.parts[usize::from(number)];
        let keys = Keys::none();
        let mut ctx = Ctx::new(run, &keys, run.case.as_of);
        ctx.sought = (!self.options.keep_all).then_some(Sought {
            from: rule.from,
            to: rule.to,
        });
        let (verdicts, common) = run.noting(|| part.judge(&ctx, self.options.skip_duties));
        for mut verdict in verdicts {
            let (own, read) = run.noting(|| part.applies(&ctx, &verdict));
            verdict.footing = verdict.footing.union(common).union(read);
            let applies = std::mem::replace(&mut verdict.applies, Tri::True);
            verdict.applies = applies.and(|| own).and(|| scope.clone());
            self.take(rule, index, part, number, verdict);
        }
    }

    fn take(&mut self, rule: &Rule, index: u32, part: &Part, number: u16, mut verdict: Verdict) {
        // A rule on the case as a whole is placed by the last thing that happened, not by today.
        let day = match (verdict.trigger, self.run.case.events.last()) {
            (None, Some(last)) => last.day,
            _ => verdict.day,
        };
        let is_before_law = day < rule.from;
        let is_after_law = rule.to.is_some_and(|to| day >= to);
        let (outcome, missing) = if is_before_law || is_after_law {
            (Outcome::NotApplicable, Vec::new())
        } else {
            settle(&verdict.applies, &verdict.holds)
        };
        let is_wanted = self.only.is_none_or(|o| o.wanted.has(index as usize));
        if is_wanted && is_before_law && !matches!(verdict.applies, Tri::False) {
            self.not_judged += 1;
        }
        if !self.options.keep_all && matches!(outcome, Outcome::NotApplicable | Outcome::Pass) {
            return;
        }
        self.has_yielding |= outcome == Outcome::Violation && !rule.yields_to.is_empty();
        let mut result = self.result(rule, index, part, number, &mut verdict, outcome, missing);
        result.is_before_law = is_before_law;
        if outcome == Outcome::Violation {
            self.escalate(rule, &verdict, &mut result);
            soften(&mut result);
        }
        self.results.push(result);
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "one call site; each argument is a different noun"
    )]
    fn result(
        &self,
        rule: &Rule,
        index: u32,
        part: &Part,
        number: u16,
        verdict: &mut Verdict,
        outcome: Outcome,
        missing: Vec<Missing>,
    ) -> RuleResult {
        let status = status_of(rule, outcome, verdict.status);
        let events = &self.run.case.events;
        let mut evidence: Vec<EventIndex> = verdict
            .evidence
            .iter()
            .map(|p| events[*p as usize].index)
            .collect();
        evidence.dedup();
        let of_rule = rule.basis.of_rule(verdict.day, self.run.case.body());
        let footing = of_rule.union(verdict.footing);
        RuleResult {
            code: rule.code.clone(),
            rule: index,
            part: number,
            trigger: verdict.trigger.map(|p| events[p as usize].index),
            day: verdict.day,
            keys: key_names(self.run, &verdict.keys),
            outcome,
            severity: verdict.severity.or(part.severity).unwrap_or(rule.severity),
            status,
            marks: footing.marks.union(part.marks),
            force: footing.force,
            evidence,
            missing,
            is_before_law: false,
            detail: std::mem::take(&mut verdict.detail),
        }
    }

    fn escalate(&self, rule: &Rule, verdict: &Verdict, result: &mut RuleResult) {
        if rule.escalations.is_empty() {
            return;
        }
        let mut ctx = Ctx::new(self.run, &verdict.keys, verdict.day);
        ctx.result = Some(&verdict.scope);
        if let Some(trigger) = verdict.trigger {
            ctx = ctx.with(Slot::E, trigger);
        }
        let mut raised: Option<Severity> = None;
        for escalation in &rule.escalations {
            let (when, read) = self.run.noting(|| (escalation.when)(&ctx));
            // What does not bind the body does not make a finding graver either.
            if !matches!(when, Tri::True) || read.force != Force::Binding {
                continue;
            }
            raised = Some(raised.map_or(escalation.to, |r| r.max(escalation.to)));
            result.marks = result.marks.union(escalation.marks).union(read.marks);
        }
        result.severity = raised.unwrap_or(result.severity);
    }

    /// `yields_to`：那条规则对同一触发（或同一键）不合规时，本条不重复计；站得住的不让位于只供参照的。
    fn yield_results(&mut self) {
        let violated: BTreeSet<(Arc<str>, Option<EventIndex>, Force)> = self
            .results
            .iter()
            .filter(|r| r.outcome == Outcome::Violation)
            .map(|r| (r.code.clone(), r.trigger, r.force))
            .collect();
        let rules = &self.run.lawbook.rules;
        let yields = |r: &mut RuleResult| {
            let yields = &rules[r.rule as usize].yields_to;
            let is_weightier = |(code, trigger, force): &(Arc<str>, Option<EventIndex>, Force)| {
                yields.contains(code)
                    && (r.trigger.is_none() || *trigger == r.trigger)
                    && *force <= r.force
            };
            r.outcome == Outcome::Violation && violated.iter().any(is_weightier)
        };
        self.yielded = self.results.extract_if(.., yields).collect();
    }
}

/// 这个结果说的是不是这项义务。
fn is_of_duty(result: &RuleResult, duty: &Duty) -> bool {
    (result.rule, result.part, result.trigger) == (duty.rule, duty.part, Some(duty.start))
        && result.keys == duty.keys
}

/// 结果的状态：不合规的，［半］规则只是疑点。
pub(crate) fn status_of(rule: &Rule, outcome: Outcome, own: Option<Status>) -> Option<Status> {
    match outcome {
        Outcome::Violation => Some(match (own, rule.decided_by) {
            (Some(Status::Near), _) => Status::Near,
            (_, DecidedBy::Both) => Status::Doubt,
            _ => Status::Violated,
        }),
        Outcome::Undetermined => Some(Status::Undetermined),
        Outcome::Pass | Outcome::NotApplicable => None,
    }
}

/// 没有约束本机关的依据，不能认定违反：至多是疑点、预警。
pub(crate) fn soften(result: &mut RuleResult) {
    if result.force == Force::Binding {
        return;
    }
    result.severity = result.severity.min(Severity::Warning);
    if result.status == Some(Status::Violated) {
        result.status = Some(Status::Doubt);
    }
}

/// 适用与否、成立与否，合成结果。
fn settle(applies: &Tri, holds: &Tri) -> (Outcome, Vec<Missing>) {
    let list = |m: &Miss| m.to_vec();
    match (applies, holds) {
        (Tri::False, _) => (Outcome::NotApplicable, Vec::new()),
        (_, Tri::True) => (Outcome::Pass, Vec::new()),
        (Tri::True, Tri::False) => (Outcome::Violation, Vec::new()),
        (Tri::True, Tri::Unknown(m)) | (Tri::Unknown(m), Tri::False) => {
            (Outcome::Undetermined, list(m))
        }
        (Tri::Unknown(a), Tri::Unknown(b)) => {
            (Outcome::Undetermined, list(&crate::cel::value::merge(a, b)))
        }
    }
}

fn key_names(run: &Run<'_>, keys: &Keys) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for key in keys.by.iter() {
        if let Some(value) = keys.values[key as usize] {
            names.insert(key.name().to_owned(), run.case.key_text(value).to_string());
        }
    }
    names
}

fn collect_duties(run: &Run<'_>) -> Vec<Duty> {
    let mut duties = Vec::new();
    for (id, name) in run.lawbook.book.duties.iter().enumerate() {
        let rule = &run.lawbook.rules[name.rule];
        let Some(list) = run.duty_cell(id).get() else {
            continue;
        };
        if !matches!(rule.parts[name.part].form, Form::Deadline(_))
            || rule.status != RuleStatus::Stable
        {
            continue;
        }
        for duty in list.iter().filter(|d| d.exists(rule)) {
            let (state, missing) = duty.listed();
            duties.push(Duty {
                code: rule.code.clone(),
                rule: name.rule as u32,
                part: name.part as u16,
                start: run.case.events[duty.trigger as usize].index,
                keys: key_names(run, &duty.keys),
                state,
                missing,
                due: duty.due.clone(),
                met_by: duty
                    .met
                    .and_then(|(p, _)| p)
                    .map(|p| run.case.events[p as usize].index),
                met_at: duty.met.map(|(_, at)| match at {
                    Start::Day(day) => DueAt::Day(day),
                    Start::Minute(at) => DueAt::Minute(at),
                }),
            });
        }
    }
    duties
}
