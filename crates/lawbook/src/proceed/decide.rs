//! 这一步可不可以：同样的规则问“时间线加上拟作的这件事”，只看它新带来什么。
//!
//! Only an act taken in the platform can be refused. What has happened, and what another system did, is always recorded:
//! refusing to write it down would hide it.

use std::sync::Arc;

use mingjing_domain::event::{Event, Source};
use mingjing_domain::finding::{Outcome, RuleResult, Severity, Status};
use mingjing_domain::procedure::{
    InstanceState, Nature, Refusal, RefusalCause, RefusalReason, StepTaken, Unmet,
};
use mingjing_domain::timeline::Timeline;
use mingjing_kernel::date::Date;

use super::newly::{Judged, newly};
use super::walk;
use crate::assess::{Options, assess};
use crate::context::Run;
use crate::explain::Explainer;
use crate::lawbook::Lawbook;
use crate::prepare::{Case, prepare};

/// 说明理由后仍然办理：谁决定的，为什么。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// 作出这个决定的人。
    pub by: String,
    /// 理由。
    pub reason: String,
}

/// 判断一步的选项。
#[derive(Debug, Clone, Default)]
pub struct DecideOptions {
    /// 判断日；缺省、或早于拟作之事的，为最后一件事之日。
    pub as_of: Option<Date>,
    /// 说明理由后仍然办理。
    pub overriding: Option<Override>,
}

/// 放行的根据。
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grounds {
    /// 没有什么拦它
    Free,
    /// 有拦它的，说明理由后仍然办理；调用者须另记一条 `override` 事件
    Overridden {
        /// 谁，为什么。
        by: Override,
        /// 搁置的原因。
        set_aside: Vec<RefusalReason>,
    },
}

/// 放行：这条时间线上的这件事可以记下。
///
/// INVARIANT: only [`decide`] makes one. `domain` cannot promise that: a constructor the lawbook may call is one that
/// every crate may call. So the type lives beside the only function that makes it, with private fields. It is no
/// `Clone`: one clearance writes one event; a store that takes it by value cannot write twice.
#[derive(Debug, PartialEq, Eq)]
pub struct Clearance {
    timeline: String,
    event: String,
    seen: usize,
    as_of: Date,
    lawbook: Arc<str>,
    grounds: Grounds,
}

impl Clearance {
    /// 哪条时间线。
    pub fn timeline(&self) -> &str {
        &self.timeline
    }

    /// 哪一件事。
    pub fn event(&self) -> &str {
        &self.event
    }

    /// 判断时时间线上已有几件事；写入时须仍是这么多。
    pub fn seen(&self) -> usize {
        self.seen
    }

    /// 判断日。
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// 所用法典的版本。
    pub fn lawbook(&self) -> &str {
        &self.lawbook
    }

    /// 根据。
    pub fn grounds(&self) -> &Grounds {
        &self.grounds
    }
}

/// 裁定：可以，附上须要确认的。
#[derive(Debug, PartialEq, Eq)]
pub struct Ruling {
    /// 放行。
    pub clearance: Clearance,
    /// 新带来的违规、预警、疑点与无法判定，须要确认；其中的事件序号按 [`joined`] 的时间线。
    pub newly: Vec<RuleResult>,
    /// 说不清是否满足的要求，附所缺的事实。
    pub unclear: Vec<Unmet>,
    /// 这件事走的各步：一次听证同时推进听证与处罚，可以有两步；与程序无关的没有。
    pub steps: Vec<(InstanceState, StepTaken)>,
}

/// 时间线加上拟作的这件事，它在最后。
pub fn joined(timeline: &Timeline, proposed: &Event) -> Timeline {
    let mut joined = timeline.clone();
    joined.events.push(proposed.clone());
    joined
}

/// 这一步可不可以。
///
/// An act of this platform is refused for a new 重大违法 violation, a missing requirement of its transition, or a step
/// that the table does not list; an [`Override`] sets these aside, and only these. Everything else is returned for
/// confirmation. Facts, reports of systems, corrections and events of other systems are never refused.
pub fn decide(
    lawbook: &Lawbook,
    timeline: &Timeline,
    proposed: &Event,
    options: &DecideOptions,
) -> Result<Ruling, Refusal> {
    let joined = joined(timeline, proposed);
    let as_of = judged_on(&joined, proposed, options);
    let assess_options = Options {
        as_of: Some(as_of),
        skip_duties: true,
        ..Options::default()
    };
    let before = assess(lawbook, timeline, &assess_options);
    let after = assess(lawbook, &joined, &assess_options);
    let newly = newly(
        &Judged {
            timeline,
            results: &before.results,
        },
        &Judged {
            timeline: &joined,
            results: &after.results,
        },
    );
    let case = prepare(&lawbook.book.vocabulary, &joined, Some(as_of), None);
    let run = Run::new(lawbook, &case);
    let walked = walk::walk(&run, timeline.events.len());
    let mut reasons = Vec::new();
    if may_be_refused(lawbook, proposed) {
        let unreadable = data_reasons(lawbook, &case, proposed);
        if !unreadable.is_empty() {
            return Err(Refusal {
                reasons: unreadable,
                overridable: false,
            });
        }
        reasons.extend(walked.reasons);
        reasons.extend(required_fields(lawbook, proposed));
        reasons.extend(grave(lawbook, &joined, as_of, &newly));
    }
    Ok(Ruling {
        clearance: Clearance {
            timeline: timeline.id.clone(),
            event: proposed.id.clone(),
            seen: timeline.events.len(),
            as_of,
            lawbook: lawbook.version.clone(),
            grounds: grounds(reasons, options.overriding.as_ref())?,
        },
        newly,
        unclear: walked.unclear,
        steps: walked.steps,
    })
}

fn judged_on(joined: &Timeline, proposed: &Event, options: &DecideOptions) -> Date {
    let last = |e: &Event| e.occurred_until.unwrap_or(e.occurred_on);
    let own = last(proposed);
    let latest = joined.events.iter().map(last).max().unwrap_or(own);
    options.as_of.unwrap_or(latest).max(own)
}

/// 只有平台里作出的办理可以拒绝；更正是改记录，不是办理。
fn may_be_refused(lawbook: &Lawbook, proposed: &Event) -> bool {
    let vocabulary = &lawbook.book.vocabulary;
    let nature = vocabulary
        .kind(&proposed.kind)
        .map_or(Nature::Act, |id| vocabulary.kind_of(id).nature);
    nature == Nature::Act && proposed.source == Source::FirstHand && proposed.corrects.is_none()
}

fn grounds(reasons: Vec<RefusalReason>, overriding: Option<&Override>) -> Result<Grounds, Refusal> {
    if reasons.is_empty() {
        return Ok(Grounds::Free);
    }
    match overriding {
        Some(by) if !by.reason.trim().is_empty() && !by.by.trim().is_empty() => {
            Ok(Grounds::Overridden {
                by: by.clone(),
                set_aside: reasons,
            })
        }
        Some(_) | None => Err(Refusal {
            reasons,
            overridable: true,
        }),
    }
}

/// 读不懂的数据：没有这种事件、没有这个字段、类型不合。
fn data_reasons(lawbook: &Lawbook, case: &Case<'_>, proposed: &Event) -> Vec<RefusalReason> {
    let data = |text: String| RefusalReason {
        cause: RefusalCause::Data,
        code: None,
        text,
        cite: Vec::new(),
    };
    if lawbook.book.vocabulary.kind(&proposed.kind).is_none() {
        return vec![data(format!("法典没有事件 {}", proposed.kind))];
    }
    let mismatches = case.mismatches().into_iter();
    let own = mismatches.filter(|m| m.subject == proposed.id);
    own.map(|m| data(m.message)).collect()
}

/// 声明为必填而空白的字段。
fn required_fields(lawbook: &Lawbook, proposed: &Event) -> Vec<RefusalReason> {
    let vocabulary = &lawbook.book.vocabulary;
    let Some(kind) = vocabulary.kind(&proposed.kind) else {
        return Vec::new();
    };
    let fields = vocabulary.kind_of(kind).fields.iter();
    fields
        .filter(|f| f.is_required && !proposed.fields.contains_key(f.name.as_ref()))
        .map(|f| RefusalReason {
            cause: RefusalCause::Requirement,
            code: None,
            text: format!("没有填写必填的“{}”", f.label),
            cite: Vec::new(),
        })
        .collect()
}

/// 新带来的重大违法；疑点要人确认，不在其中。
fn grave(
    lawbook: &Lawbook,
    joined: &Timeline,
    as_of: Date,
    newly: &[RuleResult],
) -> Vec<RefusalReason> {
    let is_grave = |r: &&RuleResult| {
        r.outcome == Outcome::Violation
            && r.status == Some(Status::Violated)
            && r.severity == Severity::Grave
    };
    let found: Vec<&RuleResult> = newly.iter().filter(is_grave).collect();
    if found.is_empty() {
        return Vec::new();
    }
    let explainer = Explainer::new(lawbook);
    let words = explainer.case(joined, as_of);
    found
        .into_iter()
        .map(|result| RefusalReason {
            cause: RefusalCause::Violation,
            code: Some(result.code.clone()),
            text: words.finding(result).headline,
            cite: lawbook.rules[result.rule as usize].citations.clone(),
        })
        .collect()
}
