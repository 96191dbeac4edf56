//! JSON 的行：键稳定，只增不改；含义见 `docs/cli.md`。

use mingjing_domain::finding::{Assessment, Missing, MissingWhy, RuleResult, Severity, Status};
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_interchange::error::RowError;
use mingjing_interchange::read::Case;
use mingjing_kernel::due::{DueAt, ExtensionOutcome, Lateness};
use mingjing_lawbook::explain::{CaseWords, Explainer, FindingText};
use serde_json::{Value as Json, json};

use crate::check::tally::Tally;

/// 一案的全部行：各条发现，最后是案件自己。
pub(crate) fn case(explainer: &Explainer<'_>, case: &Case, assessment: &Assessment) -> String {
    let mut out = String::new();
    let words = explainer.case(&case.timeline, assessment.as_of);
    for result in &assessment.results {
        let text = words.finding(result);
        out.push_str(&finding(&words, case, result, &text).to_string());
        out.push('\n');
    }
    let count = |status: Status| {
        assessment
            .results
            .iter()
            .filter(|r| r.status == Some(status))
            .count()
    };
    let line = json!({
        "type": "case",
        "case_id": case.timeline.id,
        "org_id": organ(&case.timeline),
        "file": case.origin.file,
        "sheet": case.origin.sheet,
        "row": case.origin.row,
        "adapter": case.adapter,
        "as_of": assessment.as_of.to_string(),
        "violated": count(Status::Violated),
        "doubt": count(Status::Doubt),
        "near": count(Status::Near),
        "undetermined": count(Status::Undetermined),
        "not_judged": assessment.not_judged,
        "duties": assessment.duties.iter().map(|duty| json!({
            "rule_id": duty.code.as_ref(),
            "part": duty.part,
            "state": duty.state.name(),
            "due_at": duty.due.as_ref().and_then(|due| due.at.text()),
            "provisional": duty.due.as_ref().is_some_and(|due| due.provisional),
            "met_at": duty.met_at.and_then(DueAt::text),
            "keys": duty.keys,
        })).collect::<Vec<_>>(),
    });
    out.push_str(&line.to_string());
    out.push('\n');
    out
}

fn organ(timeline: &Timeline) -> Option<&str> {
    match timeline.facts.at("body.name") {
        Some(Value::Text(name)) => Some(name),
        _ => None,
    }
}

fn finding(words: &CaseWords<'_>, case: &Case, result: &RuleResult, text: &FindingText) -> Json {
    let timeline = &case.timeline;
    let rule = words.rule(result);
    let detail = &result.detail;
    let due = detail.due.as_ref();
    let marks: Vec<&str> = result.marks.iter().map(|mark| mark.name()).collect();
    json!({
        "type": "finding",
        "rule_id": result.code.as_ref(),
        "rule_name": rule.name.as_ref(),
        "part": result.part,
        "severity": result.severity.name(),
        "status": result.status.map(Status::name),
        "case_id": timeline.id,
        "org_id": organ(timeline),
        "keys": result.keys,
        "due_at": due.and_then(|due| due.at.text()),
        "provisional": due.is_some_and(|due| due.provisional),
        "actual_at": detail.actual.and_then(DueAt::text),
        "delta": detail.late.map(|late| late.amount()),
        "delta_unit": detail.late.map(unit),
        "remaining_days": detail.remaining,
        "evidence_events": evidence(timeline, result),
        "excluded_intervals": due.map(|due| due.derivation.spans.iter().map(|span| json!({
            "after": span.after.to_string(),
            "through": span.through.map(|day| day.to_string()),
            "days": span.days,
        })).collect::<Vec<_>>()).unwrap_or_default(),
        "extensions": due.map(|due| due.derivation.extensions.iter().map(|step| json!({
            "add": step.add.to_string(),
            "approved": step.approved.to_string(),
            "valid": step.outcome == ExtensionOutcome::Valid,
        })).collect::<Vec<_>>()).unwrap_or_default(),
        "citation": words.binding(result),
        "citation_text": text.article,
        "reference_text": text.reference,
        "checks": text.checks,
        "same_cause": text.causes.iter().map(|c| c.label.as_str()).collect::<Vec<&str>>(),
        "param_source": text.parameters,
        "verify_level": if marks.is_empty() { vec!["原文"] } else { marks },
        "suggestion": words.suggested(result),
        "headline": text.headline,
        "sentences": text.sentences,
        "facts": text.facts,
        "derivation": text.derivation,
        "missing": result.missing.iter().map(missing).collect::<Vec<_>>(),
        "missing_text": text.missing,
    })
}

fn evidence(timeline: &Timeline, result: &RuleResult) -> Vec<Json> {
    result
        .evidence
        .iter()
        .filter_map(|index| timeline.events.get(index.0 as usize))
        .map(|event| {
            json!({
                "id": event.id,
                "kind": event.kind,
                "on": event.occurred_on.to_string(),
                "until": event.occurred_until.map(|day| day.to_string()),
                "at": event.occurred_at.map(|at| at.to_string()),
                "file": event.origin.as_ref().map(|origin| origin.file.as_str()),
                "sheet": event.origin.as_ref().and_then(|origin| origin.sheet.as_deref()),
                "row": event.origin.as_ref().map(|origin| origin.row),
            })
        })
        .collect()
}

fn unit(late: Lateness) -> &'static str {
    match late {
        Lateness::WorkingDays(_) => "working_days",
        Lateness::Days(_) => "days",
        Lateness::Minutes(_) => "minutes",
    }
}

fn missing(missing: &Missing) -> Json {
    let why = match missing.why {
        MissingWhy::NotCovered => "not_covered",
        MissingWhy::Blank => "blank",
        MissingWhy::AmbiguousKey => "ambiguous_key",
        MissingWhy::ParameterUnknown => "parameter_unknown",
        MissingWhy::Imprecise => "imprecise",
        MissingWhy::Calendar => "calendar",
        MissingWhy::Person => "person",
        MissingWhy::Error => "error",
    };
    json!({ "what": missing.what.as_ref(), "why": why })
}

/// 拒绝（`refused`）或说明（`note`）的一行。
pub(crate) fn row(kind: &str, error: &RowError) -> Json {
    json!({
        "type": kind,
        "file": error.file,
        "sheet": error.sheet,
        "row": error.row,
        "column": error.column,
        "value": error.value,
        "reason": error.reason,
        "remedy": error.remedy,
    })
}

/// 合计，总是最后一行。
pub(crate) fn summary(tally: &Tally<'_>) -> Json {
    let of = |severity: Severity| {
        let statuses = [Status::Violated, Status::Doubt, Status::Near];
        let counts = statuses.map(|s| tally.findings.get(&(severity, s)).copied().unwrap_or(0));
        json!({ "violated": counts[0], "doubt": counts[1], "near": counts[2] })
    };
    let summary = &tally.summary;
    json!({
        "type": "summary",
        "software": env!("CARGO_PKG_VERSION"),
        "lawbook": tally.lawbook_version(),
        "rows": summary.rows,
        "cases": summary.cases,
        "refused": summary.refused,
        "repeated": summary.repeated,
        "unreadable_files": summary.unreadable,
        "findings": {
            "重大违法": of(Severity::Grave),
            "违规": of(Severity::Breach),
            "预警": of(Severity::Warning),
            "提示": of(Severity::Notice),
        },
        "undetermined_cases": tally.undetermined_cases,
        "undetermined": tally.undetermined,
        "clean_cases": tally.clean_cases,
        "not_judged": tally.not_judged,
        "later_events": tally.later_events,
        "not_begun": tally.not_begun,
    })
}
