//! 一行的结果：只有键、编码、日期和数字，没有原文。

use std::collections::BTreeMap;
use std::fmt::Write as _;

use mingjing_domain::coverage::Coverage;
use mingjing_domain::event::Event;
use mingjing_domain::finding::{Assessment, DutyState, RuleResult, Status};
use mingjing_domain::timeline::Timeline;
use mingjing_interchange::error::RowError;
use mingjing_interchange::read::Case;
use mingjing_kernel::due::DueAt;
use mingjing_lawbook::assess::{Options, assess};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::prepare::Mismatch;

/// 一案的结果。
pub(crate) struct Outcome {
    pub(crate) key: String,
    pub(crate) violated: usize,
    pub(crate) doubts: usize,
    pub(crate) near: usize,
    /// 违反、疑点、临期，各一句：编码、程度、到期、实际、迟延
    pub(crate) findings: Vec<String>,
    /// 无法判定的编码，去重，按编码排列
    pub(crate) undetermined: Vec<String>,
    pub(crate) not_judged: u32,
    /// 义务：编码、到期、状态、完成
    pub(crate) due: Vec<String>,
    /// 站不住的违反
    pub(crate) unfounded: Vec<String>,
}

impl Outcome {
    pub(crate) fn new(lawbook: &Lawbook, case: &Case, assessment: &Assessment) -> Self {
        let count = |status: Status| {
            assessment
                .results
                .iter()
                .filter(|r| r.status == Some(status))
                .count()
        };
        let mut undetermined: Vec<String> = assessment
            .results
            .iter()
            .filter(|r| r.status == Some(Status::Undetermined))
            .map(|r| r.code.to_string())
            .collect();
        undetermined.sort();
        undetermined.dedup();
        let findings = assessment
            .results
            .iter()
            .filter(|r| r.status.is_some_and(|s| s != Status::Undetermined))
            .map(finding)
            .collect();
        Outcome {
            key: case.timeline.id.clone(),
            violated: count(Status::Violated),
            doubts: count(Status::Doubt),
            near: count(Status::Near),
            findings,
            undetermined,
            not_judged: assessment.not_judged,
            due: duties(assessment),
            unfounded: unfounded(lawbook, &case.timeline, assessment),
        }
    }
}

fn finding(result: &RuleResult) -> String {
    let mut text = format!("{} {}", result.code, result.severity.name());
    // Writing to a string cannot fail.
    let _ = write!(text, " {}", result.status.map_or("", Status::name));
    if let Some(due) = &result.detail.due {
        let _ = write!(text, " 应于 {}", day(due.at));
    }
    if let Some(actual) = result.detail.actual {
        let _ = write!(text, " 实际 {}", day(actual));
    }
    if let Some(late) = result.detail.late {
        let _ = write!(text, " 迟 {late}");
    }
    let marks: String = result
        .marks
        .iter()
        .map(|mark| format!("〔{}〕", mark.name()))
        .collect();
    if !marks.is_empty() {
        let _ = write!(text, " {marks}");
    }
    text
}

fn day(at: DueAt) -> String {
    match at {
        DueAt::Day(day) => day.to_string(),
        DueAt::Minute(at) => at.to_string(),
        DueAt::Suspended { since } => format!("（{since} 起停止计算）"),
    }
}

fn duties(assessment: &Assessment) -> Vec<String> {
    let mut list: Vec<String> = assessment
        .duties
        .iter()
        .filter_map(|duty| {
            let due = duty.due.as_ref()?;
            let done = duty
                .met_at
                .map(|at| format!(" {}", day(at)))
                .unwrap_or_default();
            let state = if duty.state == DutyState::Open {
                "到材料为止未到期"
            } else {
                duty.state.name()
            };
            Some(format!("{} 应于 {} {state}{done}", duty.code, day(due.at)))
        })
        .collect();
    list.sort();
    list.dedup();
    list
}

/// 站不住的违反：没有看过任何一件事，或者清单没有的一件事就能推翻它。
///
/// The second is tried out: with no kind of event taken as completely listed, and with an event of each kind that
/// the list does not carry put on the due day (or the day of the trigger), the finding must still stand.
fn unfounded(lawbook: &Lawbook, timeline: &Timeline, assessment: &Assessment) -> Vec<String> {
    let is_accusation =
        |r: &&RuleResult| matches!(r.status, Some(Status::Violated | Status::Doubt));
    assessment
        .results
        .iter()
        .filter(is_accusation)
        .filter(|result| {
            !rests_on_the_list(timeline, result)
                || doubtful(lawbook, timeline, result)
                    .any(|other| !stands(lawbook, &other, assessment, result))
        })
        .map(|result| result.code.to_string())
        .collect()
}

fn rests_on_the_list(timeline: &Timeline, result: &RuleResult) -> bool {
    let mut events = result
        .evidence
        .iter()
        .filter_map(|i| timeline.events.get(i.0 as usize))
        .peekable();
    events.peek().is_some() && events.all(|event| event.origin.is_some())
}

/// 同一案，只是没有写的也许发生过：先是什么都不算写全，再是各多一件清单没有的事。
fn doubtful<'a>(
    lawbook: &'a Lawbook,
    timeline: &'a Timeline,
    result: &'a RuleResult,
) -> impl Iterator<Item = Timeline> + 'a {
    let mut open = timeline.clone();
    open.coverage = match &timeline.coverage {
        Coverage::Closed | Coverage::Open => Coverage::Open,
        Coverage::Kinds(kinds) => {
            let mut kinds = kinds.clone();
            kinds.values_mut().for_each(|kind| kind.is_complete = false);
            Coverage::Kinds(kinds)
        }
    };
    let trigger = result
        .trigger
        .and_then(|i| timeline.events.get(i.0 as usize));
    let due = result.detail.due.as_ref().and_then(|due| due.at.date());
    let day = due.or_else(|| trigger.map(|event| event.occurred_on));
    let is_listed = |kind: &str| timeline.events.iter().any(|event| event.kind == kind);
    let kinds = &lawbook.book.vocabulary.kinds;
    let unlisted: Vec<&str> = kinds
        .iter()
        .map(|kind| kind.name.as_ref())
        .filter(|kind| !is_listed(kind))
        .collect();
    let with_one_more = open.clone();
    std::iter::once(open).chain(unlisted.into_iter().filter_map(move |kind| {
        let mut other = with_one_more.clone();
        let mut event = Event::new(format!("supposed-{kind}"), kind, day?);
        if let Some(trigger) = trigger {
            event.keys = trigger.keys.clone();
            event.instance = trigger.instance.clone();
        }
        other.events.push(event);
        Some(other)
    }))
}

fn stands(
    lawbook: &Lawbook,
    timeline: &Timeline,
    assessment: &Assessment,
    result: &RuleResult,
) -> bool {
    let options = Options {
        as_of: Some(assessment.as_of),
        known_at: None,
        keep_all: false,
        skip_duties: true,
    };
    assess(lawbook, timeline, &options)
        .results
        .iter()
        .any(|other| {
            (
                &other.code,
                other.part,
                other.trigger,
                &other.keys,
                other.status,
            ) == (
                &result.code,
                result.part,
                result.trigger,
                &result.keys,
                result.status,
            )
        })
}

/// 一份清单的结果。
#[derive(Default)]
pub(crate) struct Results {
    pub(crate) outcomes: Vec<Outcome>,
    refused: Vec<(String, String)>,
    pub(crate) mismatches: Vec<String>,
}

impl Results {
    pub(crate) fn add(&mut self, outcome: Outcome, mismatches: &[Mismatch]) {
        let of = |m: &Mismatch| format!("{} {}：{}", outcome.key, m.subject, m.message);
        self.mismatches.extend(mismatches.iter().map(of));
        self.outcomes.push(outcome);
    }

    pub(crate) fn refuse(&mut self, errors: &[RowError]) {
        let Some(first) = errors.first() else { return };
        let file = std::path::Path::new(&first.file)
            .file_name()
            .unwrap_or_default();
        let row = first
            .row
            .map(|row| format!(" 第 {row} 行"))
            .unwrap_or_default();
        let reasons: Vec<String> = errors
            .iter()
            .map(|e| {
                format!(
                    "{}{}",
                    e.column
                        .as_deref()
                        .map(|c| format!("{c}："))
                        .unwrap_or_default(),
                    e.reason
                )
            })
            .collect();
        self.refused.push((
            format!("{}{row}", file.to_string_lossy()),
            reasons.join("；"),
        ));
    }

    /// 无法判定的编码集合，按首次出现编号：同一种清单的行大多缺同样的事实。
    fn sets(&self) -> Vec<(&[String], usize)> {
        let mut order: Vec<(&[String], usize)> = Vec::new();
        let mut places: BTreeMap<&[String], usize> = BTreeMap::new();
        for outcome in &self.outcomes {
            let set = outcome.undetermined.as_slice();
            let place = *places.entry(set).or_insert_with(|| {
                order.push((set, 0));
                order.len() - 1
            });
            order[place].1 += 1;
        }
        order
    }

    /// 每行一案：键、各种条数、发现、无法判定的集合、未判。
    pub(crate) fn to_csv(&self) -> String {
        let sets = self.sets();
        let name = |set: &[String]| {
            sets.iter()
                .position(|(s, _)| *s == set)
                .map(|at| format!("U{}", at + 1))
                .unwrap_or_default()
        };
        let mut out = String::from(
            "key,state,violated,doubt,near,undetermined,undetermined_set,not_judged,findings\n",
        );
        for o in &self.outcomes {
            let fields = [
                o.key.clone(),
                "读成".to_owned(),
                o.violated.to_string(),
                o.doubts.to_string(),
                o.near.to_string(),
                o.undetermined.len().to_string(),
                name(&o.undetermined),
                o.not_judged.to_string(),
                o.findings.join("；"),
            ];
            write_row(&mut out, &fields);
        }
        for (place, reason) in &self.refused {
            let blank = String::new;
            let fields = [
                place.clone(),
                "拒绝".to_owned(),
                blank(),
                blank(),
                blank(),
                blank(),
                blank(),
                blank(),
                reason.clone(),
            ];
            write_row(&mut out, &fields);
        }
        out
    }

    /// 每个集合一行：编号、案数、编码。
    pub(crate) fn undetermined_to_csv(&self) -> String {
        let mut out = String::from("set,cases,codes\n");
        for (at, (set, cases)) in self.sets().into_iter().enumerate() {
            write_row(
                &mut out,
                &[format!("U{}", at + 1), cases.to_string(), set.join(" ")],
            );
        }
        out
    }
}

fn write_row(out: &mut String, fields: &[String]) {
    let quoted: Vec<String> = fields
        .iter()
        .map(|field| {
            if field.contains([',', '"', '\n', '\r']) {
                format!("\"{}\"", field.replace('"', "\"\""))
            } else {
                field.clone()
            }
        })
        .collect();
    out.push_str(&quoted.join(","));
    out.push('\n');
}
