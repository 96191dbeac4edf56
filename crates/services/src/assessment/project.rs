//! 推出：时间线、事实、评估与程序的经过，成为案件行、职责、义务、发现；纯函数，不读库也不问时间。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_domain::finding::{
    Assessment, Duty, DutyState, EventIndex, MissingWhy, Outcome, RuleResult, Severity, Status,
};
use mingjing_domain::identity::finding_identity;
use mingjing_domain::procedure::Progress;
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::due::DueAt;
use mingjing_kernel::id::{Id, kind};
use mingjing_kernel::sensitive::mask_name;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_store::case_account::{CaseAccounts, CaseDuty};
use mingjing_store::case_row::CaseRow;
use mingjing_store::duty::DutyRow;
use mingjing_store::finding::{NewFinding, identifier};
use mingjing_store::timeline::TimelineHeader;
use mingjing_store::trial::Trials;
use mingjing_store::undetermined::Undetermined;
use serde_json::{Map, Value as Json, json};

use crate::assessment::acting::duty_of;
use crate::assessment::complained::{complaint, settled_on};
use crate::assessment::facts::{Stated, effective};
use crate::assessment::schedule::{event_id, is_pending, next_look};
use crate::assessment::supervised::{bearer, lead_source, supervision};

/// The kinds that give the case row its days and its fine.
const FILED: &str = "case_filed";
const DECIDED: &str = "decided";
const CLOSED: &str = "case_closed";
const FINE: &str = "fine";
/// Kinds of parties whose name is no person's.
const NOT_PERSONS: [&str; 2] = ["legal", "other_org"];
/// Parties named in a row of a list; the others are counted.
const PARTIES_SHOWN: usize = 3;

/// Everything that the derived rows follow from.
pub(crate) struct Seen<'a> {
    pub(crate) lawbook: &'a Lawbook,
    pub(crate) header: &'a TimelineHeader,
    pub(crate) timeline: &'a Timeline,
    /// Who recorded each event; as long as the events.
    pub(crate) accounts: &'a [Option<Id<kind::Account>>],
    pub(crate) stated: &'a Stated,
    pub(crate) org_path: &'a str,
    pub(crate) assessment: &'a Assessment,
    /// Results that pass too, for the days on which they may turn; empty when nothing can turn.
    pub(crate) all: &'a [RuleResult],
    pub(crate) progress: &'a Progress,
    /// Results of the rules on trial.
    pub(crate) trials: &'a [RuleResult],
}

/// The derived rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Projected {
    pub(crate) case: CaseRow,
    pub(crate) accounts: CaseAccounts,
    pub(crate) duties: Vec<DutyRow>,
    pub(crate) findings: Vec<NewFinding>,
    pub(crate) not_judged: Json,
    pub(crate) undetermined: Undetermined,
    pub(crate) next_look: Option<Date>,
    /// What the rules on trial would say: counted, and nothing else.
    pub(crate) trials: Trials,
}

/// Derives the rows.
pub(crate) fn project(seen: &Seen<'_>) -> Projected {
    let duties = duties(seen);
    let findings = findings(seen);
    let undetermined = undetermined(seen);
    Projected {
        case: case_row(seen, &duties, &findings, undetermined.len()),
        accounts: accounts(seen),
        not_judged: json!({ "before_law": seen.assessment.not_judged }),
        undetermined: Undetermined::of(Json::Array(undetermined)),
        next_look: next_look(seen.lawbook, seen.timeline, seen.assessment, seen.all),
        trials: trials(seen.trials),
        duties,
        findings,
    }
}

/// The id of what a result says, the same after every re-assessment.
///
/// Several results may share an identity (a rule that counts several things under one trigger): they are numbered in
/// the order of the assessment, so that none is swallowed.
pub(crate) fn finding_ids(timeline: &Timeline, results: &[RuleResult]) -> Vec<String> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let ids = results.iter().map(|result| {
        let identity = finding_identity(timeline, result, None);
        let number = seen.entry(identity.clone()).or_default();
        *number += 1;
        match *number {
            1 => identifier("finding", &timeline.id, &identity),
            more => identifier("finding", &timeline.id, &format!("{identity}#{more}")),
        }
    });
    ids.collect()
}

fn findings(seen: &Seen<'_>) -> Vec<NewFinding> {
    let results: Vec<RuleResult> = seen
        .assessment
        .results
        .iter()
        .filter(|result| result.outcome == Outcome::Violation)
        .cloned()
        .collect();
    let ids = finding_ids(seen.timeline, &results);
    let rows = ids
        .into_iter()
        .zip(&results)
        .map(|(id, result)| NewFinding {
            id,
            code: result.code.to_string(),
            part: result.part,
            trigger_event: result.trigger.and_then(|e| event_id(seen.timeline, e)),
            keys: result.keys.clone(),
            status: result.status.unwrap_or(Status::Violated),
            severity: result.severity,
            marks: result.marks,
            detail: detail(seen.timeline, result),
            body: bearer(seen, (&result.code, result.part), result.trigger),
            org_path: seen.org_path.to_owned(),
        });
    rows.collect()
}

/// By rule, status and the month of the day that is spoken of; what cannot be judged would be no finding either.
fn trials(results: &[RuleResult]) -> Trials {
    let mut counts = Trials::new();
    let said = results.iter().filter(|r| r.outcome == Outcome::Violation);
    for result in said {
        let status = result.status.unwrap_or(Status::Violated);
        let month = i32::from(result.day.year()) * 12 + i32::from(result.day.month()) - 1;
        let key = (result.code.to_string(), status, month);
        *counts.entry(key).or_default() += 1;
    }
    counts
}

/// What a finding rests on, without what grows from day to day: a row that nothing has changed stays as it is.
fn detail(timeline: &Timeline, result: &RuleResult) -> Json {
    let mut members = Map::new();
    let mut put = |name: &str, value: Json| {
        members.insert(name.to_owned(), value);
    };
    put("day", result.day.to_string().into());
    if let Some(due) = &result.detail.due {
        put("due", due_json(due.at));
        put("is_provisional", due.provisional.into());
    }
    if let Some(actual) = result.detail.actual {
        put("actual", due_json(actual));
    }
    if let Some((found, limit)) = result.detail.amount {
        put("amount", json!([found, limit]));
    }
    if !result.detail.lacking.is_empty() {
        let lacking = result
            .detail
            .lacking
            .iter()
            .map(|name| Json::from(name.as_ref()));
        put("lacking", lacking.collect());
    }
    put("evidence", event_ids(timeline, &result.evidence));
    Json::Object(members)
}

fn event_ids(timeline: &Timeline, events: &[EventIndex]) -> Json {
    let ids = events.iter().filter_map(|event| event_id(timeline, *event));
    ids.map(Json::from).collect()
}

fn due_json(at: DueAt) -> Json {
    match at {
        DueAt::Day(day) => json!({ "on": day.to_string() }),
        DueAt::Minute(at) => json!({ "at": at.to_string() }),
        DueAt::Suspended { since } => json!({ "suspended_since": since.to_string() }),
    }
}

/// What could not be judged, and what is missing: shown, counted, never taken for a pass.
fn undetermined(seen: &Seen<'_>) -> Vec<Json> {
    let results = seen.assessment.results.iter();
    let open = results.filter(|result| result.outcome == Outcome::Undetermined);
    open.map(|result| {
        let missing: Vec<Json> = result
            .missing
            .iter()
            .map(|missing| json!({ "what": missing.what.as_ref(), "why": why_code(missing.why) }))
            .collect();
        json!({
            "code": result.code.as_ref(),
            "part": result.part,
            "event": result.trigger.and_then(|event| event_id(seen.timeline, event)),
            "missing": missing,
        })
    })
    .collect()
}

/// The reason of a short code; `None` for a code that nobody writes.
pub(crate) fn why_of(code: &str) -> Option<MissingWhy> {
    const ALL: [MissingWhy; 8] = [
        MissingWhy::NotCovered,
        MissingWhy::Blank,
        MissingWhy::AmbiguousKey,
        MissingWhy::ParameterUnknown,
        MissingWhy::Imprecise,
        MissingWhy::Calendar,
        MissingWhy::Person,
        MissingWhy::Error,
    ];
    ALL.into_iter().find(|why| why_code(*why) == code)
}

/// The short code of the reason why something is missing.
pub(crate) fn why_code(why: MissingWhy) -> &'static str {
    match why {
        MissingWhy::NotCovered => "not_covered",
        MissingWhy::Blank => "blank",
        MissingWhy::AmbiguousKey => "ambiguous_key",
        MissingWhy::ParameterUnknown => "parameter_unknown",
        MissingWhy::Imprecise => "imprecise",
        MissingWhy::Calendar => "calendar",
        MissingWhy::Person => "person",
        MissingWhy::Error => "error",
    }
}

/// The id of each duty, the same after every re-assessment; a duty whose start is no event of ours has none.
pub(crate) fn duty_ids(timeline: &Timeline, duties: &[Duty]) -> Vec<Option<String>> {
    let id = |duty: &Duty| {
        let start = event_id(timeline, duty.start)?;
        let identity = json!([duty.code.as_ref(), duty.part, start, duty.keys]).to_string();
        Some(identifier("duty", &timeline.id, &identity))
    };
    duties.iter().map(id).collect()
}

fn duties(seen: &Seen<'_>) -> Vec<DutyRow> {
    let mut taken = BTreeSet::new();
    let ids = duty_ids(seen.timeline, &seen.assessment.duties);
    let rows = ids.into_iter().zip(&seen.assessment.duties);
    let rows = rows.filter_map(|(id, duty)| {
        let (id, start) = (id?, event_id(seen.timeline, duty.start)?);
        // A duty that starts twice on one event for the same keys is one duty.
        taken
            .insert(id.clone())
            .then(|| duty_row(seen, duty, id, start))
    });
    rows.collect()
}

fn duty_row(seen: &Seen<'_>, duty: &Duty, id: String, start_event: String) -> DutyRow {
    let at = duty.due.as_ref().map(|due| due.at);
    DutyRow {
        id,
        timeline: seen.header.id,
        code: duty.code.to_string(),
        part: duty.part,
        start_event,
        keys: duty.keys.clone(),
        state: duty.state,
        due_on: at.and_then(DueAt::date),
        due_at: at.and_then(minute),
        is_provisional: duty.due.as_ref().is_some_and(|due| due.provisional),
        met_on: duty.met_at.and_then(DueAt::date),
        body: bearer(seen, (&duty.code, duty.part), Some(duty.start)),
        org_path: seen.org_path.to_owned(),
    }
}

fn minute(at: DueAt) -> Option<Timestamp> {
    match at {
        DueAt::Minute(at) => Some(at),
        DueAt::Day(_) | DueAt::Suspended { .. } => None,
    }
}

/// Who has which duty in the case. A correction mends the record and gives none.
fn accounts(seen: &Seen<'_>) -> CaseAccounts {
    let mut accounts: CaseAccounts = seen
        .stated
        .handlers
        .iter()
        .map(|account| (CaseDuty::Handling, *account))
        .collect();
    for (event, account) in seen.timeline.events.iter().zip(seen.accounts) {
        let Some(account) = account.filter(|_| event.corrects.is_none()) else {
            continue;
        };
        let procedure = seen.timeline.procedure.as_deref();
        if let Some(duty) = duty_of(seen.lawbook, procedure, &event.kind) {
            accounts.insert((duty, account));
        }
    }
    accounts
}

fn case_row(
    seen: &Seen<'_>,
    duties: &[DutyRow],
    findings: &[NewFinding],
    undetermined_count: usize,
) -> CaseRow {
    let count = |status: Status| findings.iter().filter(|f| f.status == status).count() as u64;
    // What cannot be judged may be done long ago: it counts as undetermined, and sets no day to meet.
    let pending = || {
        let duties = duties.iter();
        duties.filter(|it| is_pending(it.state) && it.state != DutyState::Undetermined)
    };
    let main = seen.progress.main();
    let fact = |path: &str| match seen.timeline.facts.at(path) {
        Some(Value::Text(text)) => Some(text.clone()),
        Some(_) | None => None,
    };
    let days = days(seen);
    CaseRow {
        timeline: seen.header.id,
        number: seen.stated.number.clone(),
        procedure: seen.timeline.procedure.clone(),
        state: main.map(|main| main.at.state.to_string()),
        body: seen.stated.body.clone(),
        org_path: seen.org_path.to_owned(),
        department: fact("body.department"),
        region: fact("body.region"),
        party_masked: parties(seen.timeline),
        filed_on: days.filed,
        decided_on: days.decided,
        closed_on: match seen
            .lawbook
            .is_complaint(seen.timeline.procedure.as_deref())
        {
            // What was settled may be taken up again: then it is not closed.
            true => settled_on(seen),
            false => days.closed,
        },
        last_on: days.last.unwrap_or(seen.assessment.as_of),
        fine_fen: days.fine,
        next_due_on: pending().filter_map(|duty| duty.due_on).min(),
        worst: worst(findings),
        event_count: seen.timeline.events.len() as u64,
        violation_count: count(Status::Violated),
        doubt_count: count(Status::Doubt),
        near_count: count(Status::Near),
        undetermined_count: undetermined_count as u64,
        open_duty_count: pending().count() as u64,
        version: seen.header.version,
        confidentiality: seen.header.confidentiality,
        supervision: supervision(seen),
        lead_source: lead_source(seen),
        complaint: complaint(seen),
    }
}

fn worst(findings: &[NewFinding]) -> Option<Severity> {
    findings.iter().map(|finding| finding.severity).max()
}

/// The days and the fine of a case, from its events as corrected.
#[derive(Default)]
struct Days {
    filed: Option<Date>,
    decided: Option<Date>,
    closed: Option<Date>,
    last: Option<Date>,
    fine: Option<i64>,
}

fn days(seen: &Seen<'_>) -> Days {
    let mut days = Days::default();
    for (_, event) in effective(seen.timeline) {
        let on = event.occurred_on;
        days.last = days.last.max(Some(on));
        match event.kind.as_str() {
            FILED => days.filed = Some(days.filed.map_or(on, |first| first.min(on))),
            DECIDED => {
                days.decided = days.decided.max(Some(on));
                if let Some(Value::Int(fine)) = event.fields.get(FINE) {
                    days.fine = Some(days.fine.unwrap_or_default().saturating_add(*fine));
                }
            }
            CLOSED => days.closed = days.closed.max(Some(on)),
            _ => {}
        }
    }
    let main = seen.progress.main().filter(|main| main.at.is_final);
    let last_step = main.and_then(|main| main.steps.last());
    let final_on = last_step.and_then(|step| seen.timeline.events.get(step.event.0 as usize));
    days.closed = days.closed.or(final_on.map(|event| event.occurred_on));
    days
}

/// The parties as a list shows them: persons masked, the others by name.
fn parties(timeline: &Timeline) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    if let Some(Value::Record(parties)) = timeline.facts.values.get("parties") {
        names.extend(parties.values().filter_map(party_of));
    }
    names.extend(timeline.facts.values.get("party").and_then(party_of));
    if names.is_empty() {
        let filed = effective(timeline).into_iter().map(|(_, event)| event);
        let filed = filed.filter(|event| event.kind == FILED);
        names.extend(
            filed.filter_map(|event| match event.fields.get("party_name") {
                Some(Value::Text(name)) => Some(mask_name(name)),
                Some(_) | None => None,
            }),
        );
    }
    names.dedup();
    let count = names.len();
    names.truncate(PARTIES_SHOWN);
    let more = if count > names.len() {
        format!("等 {count} 个")
    } else {
        String::new()
    };
    (!names.is_empty()).then(|| format!("{}{more}", names.join("、")))
}

fn party_of(party: &Value) -> Option<String> {
    let Some(Value::Text(name)) = party.at("name") else {
        return None;
    };
    Some(if is_person(party) {
        mask_name(name)
    } else {
        name.clone()
    })
}

/// A party of which nobody says what it is is taken for a person.
pub(crate) fn is_person(party: &Value) -> bool {
    match party.at("kind") {
        Some(Value::Text(kind)) => !NOT_PERSONS.contains(&kind.as_str()),
        Some(_) | None => true,
    }
}
