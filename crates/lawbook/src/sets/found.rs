//! 结论写成结果：与一案的结果同型，另带期间与数了的案件。

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mingjing_domain::coverage::Coverage;
use mingjing_domain::finding::{Detail, Missing, Outcome, RuleResult, Severity, Span, Status};
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_kernel::date::Date;
use mingjing_kernel::due::DueAt;

use super::{Group, NotCounted, Row, SetResult, Table};
use crate::assess::{soften, status_of};
use crate::basis::Body;
use crate::cel::value::{Miss, Tri, Val, merge};
use crate::context::{Ctx, Keys, ResultScope, Run};
use crate::forms::gather::{Gather, How};
use crate::lawbook::Lawbook;
use crate::prepare::prepare;

/// 一组里说出的一件事。
#[derive(Default)]
pub(super) struct Said {
    /// 归组之外的键（编号、两案）。
    pub(super) keys: Vec<(&'static str, String)>,
    /// 期间。
    pub(super) period: Option<String>,
    /// 真合规、假不合规、未知无法判定。
    pub(super) holds: Option<Tri>,
    /// 临期。
    pub(super) is_near: bool,
    /// 哪一日的法：最后一行，或期间终了。
    pub(super) day: Option<Date>,
    /// 数了的案件。
    pub(super) cases: BTreeSet<u32>,
    /// 实际与限值。
    pub(super) amount: Option<(i64, i64)>,
    /// 缺的号等。
    pub(super) lacking: Vec<Arc<str>>,
    /// 应在哪一日以前。
    pub(super) actual: Option<Date>,
    /// 相交的两段时间。
    pub(super) spans: Option<[Span; 2]>,
}

impl Said {
    /// 关于这些行。
    pub(super) fn of<'r>(holds: Tri, rows: impl IntoIterator<Item = &'r Row>) -> Said {
        let mut said = Said {
            holds: Some(holds),
            ..Said::default()
        };
        for row in rows {
            said.cases.insert(row.case);
            said.day = said.day.max(Some(row.day));
        }
        said
    }
}

/// 对一个部分下结论。
pub(super) struct Telling<'a> {
    pub(super) lawbook: &'a Lawbook,
    pub(super) rule: usize,
    pub(super) part: usize,
    pub(super) gather: &'a Gather,
    pub(super) cases: &'a [Arc<str>],
    pub(super) as_of: Date,
    pub(super) keep_all: bool,
}

impl Telling<'_> {
    /// 逐组下结论。
    pub(super) fn conclude(&self, table: Table, results: &mut Vec<SetResult>) {
        let Table {
            groups, mut lost, ..
        } = table;
        lost.sort_by(|a, b| self.name(a.0).cmp(self.name(b.0)));
        if groups.is_empty() {
            self.tell_lost(&lost, results);
        }
        for (keys, mut group) in groups {
            for rows in &mut group.rows {
                rows.sort_by(|a, b| {
                    let key = |r: &Row| (r.day, self.name(r.case).clone(), r.event.clone());
                    key(a).cmp(&key(b))
                });
            }
            let unclear = unclear(&group, &lost);
            let subjects = self.subjects(&group);
            let mut said = self.judge(&group, unclear.as_ref());
            let is_silent = said.is_empty();
            if is_silent {
                let holds = unclear.clone().map_or(Tri::True, Tri::Unknown);
                said.push(Said::of(holds, group.rows.iter().flatten()));
            }
            for said in said {
                let result = self.result(&keys, &group, &lost, said);
                results.extend(result.map(|result| SetResult {
                    subjects: subjects.clone(),
                    ..result
                }));
            }
        }
    }

    fn judge(&self, group: &Group, unclear: Option<&Miss>) -> Vec<Said> {
        match &self.gather.how {
            How::Count(limits) => super::judge::count(limits, group, unclear),
            How::Outlier(limits) => super::judge::outlier(self, limits, group),
            How::Overlap { gap } => super::pairs::overlap(self, *gap, group),
            How::Sequence(judge) => super::judge::sequence(*judge, group, unclear),
            How::Reconcile { judge, tolerance } => {
                super::pairs::reconcile(*judge, *tolerance, group, unclear)
            }
            How::Periodic { every, .. } => {
                super::periods::judge(self.as_of, *every, group, unclear)
            }
        }
    }

    pub(super) fn name(&self, case: u32) -> &Arc<str> {
        &self.cases[case as usize]
    }

    fn tell_lost(&self, lost: &[(u32, Miss)], results: &mut Vec<SetResult>) {
        let Some(missing) = all(lost.iter().map(|(_, m)| m)) else {
            return;
        };
        let group = Group::default();
        let said = Said {
            holds: Some(Tri::Unknown(missing)),
            ..Said::default()
        };
        results.extend(self.result(&[], &group, lost, said));
    }

    fn result(
        &self,
        keys: &[Arc<str>],
        group: &Group,
        lost: &[(u32, Miss)],
        said: Said,
    ) -> Option<SetResult> {
        let rule = &self.lawbook.rules[self.rule];
        let part = &rule.parts[self.part];
        let (outcome, missing) = match said.holds? {
            Tri::True => (Outcome::Pass, Vec::new()),
            Tri::False => (Outcome::Violation, Vec::new()),
            Tri::Unknown(m) => (Outcome::Undetermined, m.to_vec()),
        };
        if outcome == Outcome::Pass && !self.keep_all {
            return None;
        }
        let near = said.is_near.then_some(Status::Near);
        let names = self.gather.names.iter().map(ToString::to_string);
        let mut all_keys: BTreeMap<String, String> =
            names.zip(keys.iter().map(ToString::to_string)).collect();
        let own = said.keys.into_iter();
        all_keys.extend(own.map(|(key, value)| (key.to_owned(), value)));
        let day = said.day.unwrap_or(self.as_of);
        let footing = match group.limits.is_none() && group.rows.iter().all(Vec::is_empty) {
            true => rule.basis.of_rule(day, Body::default()),
            false => {
                let limits = group.limits.as_ref();
                let read = limits.map(|(_, _, read)| *read).unwrap_or_default();
                group.footing.union(read)
            }
        };
        let severity = match near {
            Some(_) => Severity::Warning,
            None => part.severity.unwrap_or(rule.severity),
        };
        let mut result = RuleResult {
            code: rule.code.clone(),
            rule: self.rule as u32,
            part: self.part as u16,
            trigger: None,
            day,
            keys: all_keys,
            outcome,
            severity,
            status: status_of(rule, outcome, near),
            marks: footing.marks.union(part.marks),
            force: footing.force,
            evidence: Vec::new(),
            missing,
            is_before_law: false,
            detail: Detail {
                amount: said.amount,
                lacking: said.lacking,
                actual: said.actual.map(DueAt::Day),
                spans: said.spans.map(Box::new),
                ..Detail::default()
            },
        };
        if outcome == Outcome::Violation {
            self.escalate(&mut result, said.amount);
            soften(&mut result);
        }
        Some(SetResult {
            result,
            period: said.period,
            counted: self.names(said.cases),
            not_counted: self.not_counted(group, lost),
            subjects: Arc::default(),
        })
    }

    /// Shared by the periods of a group: a body of many cases would be listed once for each.
    fn subjects(&self, group: &Group) -> Arc<[Arc<str>]> {
        if !matches!(self.gather.how, How::Periodic { .. }) {
            return Arc::default();
        }
        let rows = group.rows[0].iter().map(|row| row.case);
        self.names(rows.collect()).into()
    }

    fn names(&self, cases: BTreeSet<u32>) -> Vec<Arc<str>> {
        let names: BTreeSet<&Arc<str>> = cases.iter().map(|case| self.name(*case)).collect();
        names.into_iter().cloned().collect()
    }

    fn not_counted(&self, group: &Group, lost: &[(u32, Miss)]) -> Vec<NotCounted> {
        let of_group = group.doubts.iter().map(|(_, case, m)| (*case, m));
        let of_nobody = lost.iter().map(|(case, m)| (*case, m));
        let mut by_case: BTreeMap<&Arc<str>, BTreeSet<Missing>> = BTreeMap::new();
        for (case, m) in of_group.chain(of_nobody) {
            let missing = by_case.entry(self.name(case)).or_default();
            missing.extend(m.iter().cloned());
        }
        let listed = by_case.into_iter().map(|(case, missing)| NotCounted {
            case: case.clone(),
            missing: missing.into_iter().collect(),
        });
        listed.collect()
    }

    /// 升级只看实际数与限数：一批案件没有共同的事实。
    fn escalate(&self, result: &mut RuleResult, amount: Option<(i64, i64)>) {
        let rule = &self.lawbook.rules[self.rule];
        if rule.escalations.is_empty() {
            return;
        }
        let timeline = Timeline {
            id: String::new(),
            procedure: None,
            events: Vec::new(),
            coverage: Coverage::Open,
            facts: Facts::default(),
        };
        let vocabulary = &self.lawbook.book.vocabulary;
        let case = prepare(vocabulary, &timeline, Some(result.day), None);
        let run = Run::new(self.lawbook, &case);
        let keys = Keys::none();
        let scope = ResultScope {
            actual: amount.map(|(actual, _)| actual),
            limit: amount.map(|(_, limit)| limit),
            ..ResultScope::default()
        };
        let ctx = Ctx {
            result: Some(&scope),
            ..Ctx::new(&run, &keys, result.day)
        };
        let raised = rule.escalations.iter().filter(|escalation| {
            let is_so = matches!((escalation.when)(&ctx), Tri::True);
            if is_so {
                result.marks = result.marks.union(escalation.marks);
            }
            is_so
        });
        if let Some(severity) = raised.map(|escalation| escalation.to).max() {
            result.severity = severity;
        }
    }
}

/// 材料没有写全、说不清算不算、说不清归哪一组的，合起来。
fn unclear(group: &Group, lost: &[(u32, Miss)]) -> Option<Miss> {
    let doubts = group.doubts.iter().map(|(_, _, m)| m);
    let lost = lost.iter().map(|(_, m)| m);
    all(doubts.chain(lost).chain(group.gaps.iter().flatten()))
}

fn all<'m>(misses: impl Iterator<Item = &'m Miss>) -> Option<Miss> {
    misses.fold(None, |all: Option<Miss>, m| {
        Some(all.map_or_else(|| m.clone(), |all| merge(&all, m)))
    })
}

/// 限数：没有写的为 `None`。
pub(super) fn limit(group: &Group, number: Option<usize>) -> Result<Option<i64>, Miss> {
    let Some(number) = number else {
        return Ok(None);
    };
    let limits = group
        .limits
        .as_ref()
        .map(|(_, limits, _)| limits.as_slice());
    match limits.and_then(|limits| limits.get(number)) {
        Some(Val::Int(n)) => Ok(Some(*n)),
        Some(Val::Unknown(m)) => Err(m.clone()),
        Some(_) | None => Ok(None),
    }
}

/// 读得出的整数。
pub(super) fn int(row: &Row, column: usize) -> Option<i64> {
    match row.cells.get(column)? {
        Val::Int(n) => Some(*n),
        _ => None,
    }
}
