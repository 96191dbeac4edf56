//! 试算：同一案在两份法典下各得出什么，哪里不同。
//!
//! Only rules that may answer differently (`diff::Affected`) are judged, in both books, so what a small change costs does
//! not grow with the lawbook. What the two say is paired by what stays the same: rule, part, event, keys.

pub mod tally;

use std::collections::BTreeMap;
use std::sync::Arc;

use mingjing_domain::finding::{
    Assessment, Duty, EventIndex, Outcome, RuleResult, Severity, Status,
};
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;
use mingjing_kernel::due::DueAt;
use serde::{Deserialize, Serialize};

use crate::assess::{Only, Options, assess, assess_exact, assess_trial};
use crate::diff::Affected;
use crate::lawbook::{Lawbook, RuleSet};
use crate::prepare::{is_vague, prepare};
use crate::sets;

/// 怎样不同。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// 新出现的发现
    Appears,
    /// 不再有的发现
    Vanishes,
    /// 变得无法判定
    #[serde(rename = "becomes_undetermined")]
    Unsettled,
    /// 原来无法判定，现在判得出
    #[serde(rename = "becomes_determined")]
    Settled,
    /// 程度不同
    Severity,
    /// 状态不同：违反、疑点、临期
    Status,
    /// 到期日不同
    Due,
}

impl Turn {
    /// 全部，按先后。
    pub const ALL: [Turn; 7] = [
        Turn::Appears,
        Turn::Vanishes,
        Turn::Unsettled,
        Turn::Settled,
        Turn::Severity,
        Turn::Status,
        Turn::Due,
    ];

    /// 短码。
    pub fn code(self) -> &'static str {
        match self {
            Turn::Appears => "appears",
            Turn::Vanishes => "vanishes",
            Turn::Unsettled => "becomes_undetermined",
            Turn::Settled => "becomes_determined",
            Turn::Severity => "severity",
            Turn::Status => "status",
            Turn::Due => "due",
        }
    }

    /// 中文名称。
    pub fn name(self) -> &'static str {
        match self {
            Turn::Appears => "新出现",
            Turn::Vanishes => "不再有",
            Turn::Unsettled => "变得无法判定",
            Turn::Settled => "变得判得出",
            Turn::Severity => "程度不同",
            Turn::Status => "状态不同",
            Turn::Due => "到期日不同",
        }
    }
}

/// 一份法典对一处说的。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// 状态；没有发现、只有义务的为空。
    pub status: Option<Status>,
    /// 程度。
    pub severity: Option<Severity>,
    /// 到期。
    pub due: Option<DueAt>,
}

/// 一处不同。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turned {
    /// 规则编码。
    pub code: Arc<str>,
    /// 部分：有名的为名，没有的为序号。
    pub part: Arc<str>,
    /// 起算或触发的事件。
    pub event: Option<EventIndex>,
    /// 键。
    pub keys: BTreeMap<String, String>,
    /// 怎样不同。
    pub turn: Turn,
    /// 原来说的。
    pub before: Option<Said>,
    /// 现在说的。
    pub after: Option<Said>,
}

/// 一案的不同，与新的一份里试行的规则说的。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseTurned {
    /// 判断日。
    pub as_of: Date,
    /// 各处不同，按规则、部分、事件、键排列。
    pub turned: Vec<Turned>,
    /// 新的一份里试行的规则会说的：编码与状态。
    pub on_trial: Vec<(Arc<str>, Status)>,
}

/// 两份法典的一次试算：可以在几个线程里同用。
pub struct Simulation<'l> {
    before: Side<'l>,
    after: Side<'l>,
    has_trials: bool,
}

struct Side<'l> {
    lawbook: &'l Lawbook,
    only: Only,
    wanted: RuleSet,
}

impl<'l> Side<'l> {
    fn new(lawbook: &'l Lawbook, codes: &std::collections::BTreeSet<Arc<str>>) -> Self {
        let mut wanted = RuleSet::none(lawbook);
        for code in codes {
            if let Some(rule) = lawbook.book.rules.get(code.as_ref()) {
                wanted.insert(*rule);
            }
        }
        Side {
            lawbook,
            only: Only::new(lawbook, wanted.clone()),
            wanted,
        }
    }

    fn assess(&self, timeline: &Timeline, options: &Options) -> Assessment {
        if !is_vague(timeline) {
            return assess_exact(self.lawbook, timeline, options, Some(&self.only));
        }
        // Vague days are tried one by one over all rules; there are few such cases.
        let mut assessment = assess(self.lawbook, timeline, options);
        let is_wanted = |rule: u32| self.wanted.has(rule as usize);
        assessment.results.retain(|r| is_wanted(r.rule));
        assessment.duties.retain(|d| is_wanted(d.rule));
        assessment
    }

    fn part(&self, rule: u32, part: u16) -> Arc<str> {
        let parts = &self.lawbook.rules[rule as usize].parts;
        let named = parts.get(usize::from(part)).and_then(|p| p.id.clone());
        named.unwrap_or_else(|| part.to_string().into())
    }
}

/// What stays the same when the law changes: rule, part, event, keys.
type Identity = (
    Arc<str>,
    Arc<str>,
    Option<EventIndex>,
    BTreeMap<String, String>,
);

/// 变化里有没有跨案的规则：它们不在试算之内。
pub fn has_over_cases(before: &Lawbook, after: &Lawbook, affected: &Affected) -> bool {
    let any = |lawbook: &Lawbook, codes: &std::collections::BTreeSet<Arc<str>>| {
        let mut rules = codes.iter().filter_map(|code| lawbook.rule(code));
        rules.any(sets::is_over_cases)
    };
    any(before, &affected.before) || any(after, &affected.after)
}

impl<'l> Simulation<'l> {
    /// 两份法典之间，只看结论可能不同的规则。
    pub fn new(before: &'l Lawbook, after: &'l Lawbook, affected: &Affected) -> Self {
        Simulation {
            before: Side::new(before, &affected.before),
            after: Side::new(after, &affected.after),
            has_trials: after.rules.iter().any(|rule| rule.trial.is_some()),
        }
    }

    /// 一案在两份法典下的不同。`as_of` 不写的以自己最后一件事之日为准。
    pub fn case(&self, timeline: &Timeline, as_of: Option<Date>) -> CaseTurned {
        let options = Options {
            as_of,
            ..Options::default()
        };
        let before = self.before.assess(timeline, &options);
        let after = self.after.assess(timeline, &options);
        let on_trial = if self.has_trials {
            self.on_trial(timeline, &options)
        } else {
            Vec::new()
        };
        CaseTurned {
            as_of: after.as_of,
            turned: self.compare(&before, &after),
            on_trial,
        }
    }

    fn on_trial(&self, timeline: &Timeline, options: &Options) -> Vec<(Arc<str>, Status)> {
        let lawbook = self.after.lawbook;
        let newest = || lawbook.calendar.coverage().1;
        let as_of = options
            .as_of
            .or_else(|| timeline.events.is_empty().then(newest));
        let case = prepare(&lawbook.book.vocabulary, timeline, as_of, None);
        let results = assess_trial(lawbook, &case, options).into_iter();
        results.filter_map(|r| Some((r.code, r.status?))).collect()
    }

    fn compare(&self, before: &Assessment, after: &Assessment) -> Vec<Turned> {
        if before.results.is_empty()
            && after.results.is_empty()
            && before.duties.is_empty()
            && after.duties.is_empty()
        {
            return Vec::new();
        }
        let (olds, news) = (said(&self.before, before), said(&self.after, after));
        let mut list = Vec::new();
        for (identity, old) in &olds {
            pair(identity, old, news.get(identity), &mut list);
        }
        for (identity, new) in &news {
            if !olds.contains_key(identity) {
                pair(identity, &[], Some(new), &mut list);
            }
        }
        list.sort_by(|a, b| {
            (&a.code, &a.part, a.event, &a.keys).cmp(&(&b.code, &b.part, b.event, &b.keys))
        });
        list
    }
}

/// What one book says of a case, by identity; a duty says when it is due where no finding does.
fn said(side: &Side<'_>, assessment: &Assessment) -> BTreeMap<Identity, Vec<Said>> {
    let mut all: BTreeMap<Identity, Vec<Said>> = BTreeMap::new();
    for result in &assessment.results {
        if !matches!(result.outcome, Outcome::Violation | Outcome::Undetermined) {
            continue;
        }
        all.entry(of_result(side, result)).or_default().push(Said {
            status: result.status,
            severity: Some(result.severity),
            due: result.detail.due.as_ref().map(|due| due.at),
        });
    }
    for duty in &assessment.duties {
        let due = duty.due.as_ref().map(|due| due.at);
        let own = all.entry(of_duty(side, duty)).or_default();
        if own.is_empty() {
            own.push(Said {
                status: None,
                severity: None,
                due,
            });
        }
    }
    all
}

fn of_result(side: &Side<'_>, result: &RuleResult) -> Identity {
    let part = side.part(result.rule, result.part);
    let keys = result.keys.clone();
    (result.code.clone(), part, result.trigger, keys)
}

fn of_duty(side: &Side<'_>, duty: &Duty) -> Identity {
    let part = side.part(duty.rule, duty.part);
    (duty.code.clone(), part, Some(duty.start), duty.keys.clone())
}

fn pair(identity: &Identity, old: &[Said], new: Option<&Vec<Said>>, list: &mut Vec<Turned>) {
    let new = new.map_or(&[][..], Vec::as_slice);
    for at in 0..old.len().max(new.len()) {
        let (before, after) = (old.get(at), new.get(at));
        if let Some(turn) = turn(before, after) {
            let (code, part, event, keys) = identity.clone();
            list.push(Turned {
                code,
                part,
                event,
                keys,
                turn,
                before: before.cloned(),
                after: after.cloned(),
            });
        }
    }
}

/// The weightiest difference; none where a duty comes or goes without anything found.
fn turn(before: Option<&Said>, after: Option<&Said>) -> Option<Turn> {
    let status = |said: Option<&Said>| said.and_then(|s| s.status);
    match (status(before), status(after)) {
        (None, None) => {
            let (before, after) = (before?, after?);
            (before.due != after.due).then_some(Turn::Due)
        }
        (None, Some(Status::Undetermined)) => Some(Turn::Unsettled),
        (None, Some(_)) => Some(Turn::Appears),
        (Some(Status::Undetermined), None) => Some(Turn::Settled),
        (Some(_), None) => Some(Turn::Vanishes),
        (Some(old), Some(new)) if old != new => Some(match (old, new) {
            (Status::Undetermined, _) => Turn::Settled,
            (_, Status::Undetermined) => Turn::Unsettled,
            _ => Turn::Status,
        }),
        (Some(_), Some(_)) => {
            let (before, after) = (before?, after?);
            if before.severity != after.severity {
                Some(Turn::Severity)
            } else {
                (before.due != after.due).then_some(Turn::Due)
            }
        }
    }
}
