//! 结果写成库里的一行，与由一行读回结果：文字到要的时候才写。

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mingjing_domain::coverage::Coverage;
use mingjing_domain::finding::{Detail, Force, Missing, Outcome, RuleResult, Span, Status};
use mingjing_domain::identity::finding_identity;
use mingjing_domain::timeline::{Facts, Timeline};
use mingjing_domain::value::Value;
use mingjing_kernel::date::Date;
use mingjing_kernel::due::DueAt;
use mingjing_kernel::id::TimelineId;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::sets::{SetAssessment, SetResult};
use mingjing_ledger::suite::Suite;
use mingjing_policy::org::OrgPath;
use mingjing_store::finding::identifier;
use mingjing_store::over_cases::{NewOverCases, OverCasesRow};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::assessment::project::{why_code, why_of};
use crate::error::ServiceError;
use crate::over_cases::CASES_LISTED;
use crate::over_cases::places::Places;

/// What is kept of a result beside its columns.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Said {
    day: Option<Date>,
    amount: Option<(i64, i64)>,
    #[serde(default)]
    lacking: Vec<String>,
    actual: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    spans: Option<[Span; 2]>,
    #[serde(default)]
    force: u8,
    #[serde(default)]
    missing: Vec<Lack>,
}

/// 缺的一项。
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Lack {
    what: String,
    why: String,
}

impl Lack {
    fn of(missing: &Missing) -> Lack {
        Lack {
            what: missing.what.to_string(),
            why: why_code(missing.why).to_owned(),
        }
    }

    /// 读回来；原因不认识的没有。
    pub(super) fn missing(&self) -> Option<Missing> {
        Some(Missing {
            what: self.what.as_str().into(),
            why: why_of(&self.why)?,
        })
    }
}

const FORCES: [Force; 3] = [Force::Binding, Force::Unknown, Force::Reference];

/// 评估得出的各个发现，连同内容的摘要。
pub(super) fn findings(
    assessment: &SetAssessment,
    places: &Places,
) -> Result<Vec<(NewOverCases, String)>, ServiceError> {
    let nowhere = timeline(None, None);
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    let told = assessment.results.iter().filter_map(|found| {
        let status = found.result.status?;
        let identity = finding_identity(&nowhere, &found.result, found.period.as_deref());
        let number = numbers.entry(identity.clone()).or_default();
        *number += 1;
        // Two results of one identity are numbered in the order of the assessment, so that none is swallowed.
        let identity = match *number {
            1 => identity,
            more => format!("{identity}#{more}"),
        };
        Some(finding(assessment, places, found, (status, &identity)))
    });
    told.collect()
}

fn finding(
    assessment: &SetAssessment,
    places: &Places,
    found: &SetResult,
    (status, identity): (Status, &str),
) -> Result<(NewOverCases, String), ServiceError> {
    let result = &found.result;
    let not_counted: Vec<Arc<str>> = found.not_counted.iter().map(|it| it.case.clone()).collect();
    let place = places
        .common(&found.counted)
        .or_else(|| places.common(&found.subjects))
        .or_else(|| places.common(&not_counted));
    let (path, department) = place.unwrap_or_else(|| (OrgPath::root(), None));
    let said = Said {
        day: Some(result.day),
        amount: result.detail.amount,
        lacking: result
            .detail
            .lacking
            .iter()
            .map(ToString::to_string)
            .collect(),
        actual: result.detail.actual.and_then(|at| at.date()),
        spans: result.detail.spans.as_deref().copied(),
        force: FORCES
            .iter()
            .position(|it| *it == result.force)
            .unwrap_or(0) as u8,
        missing: result.missing.iter().map(Lack::of).collect(),
    };
    let new = NewOverCases {
        id: identifier("overcases", "", identity),
        code: result.code.to_string(),
        part: result.part,
        keys: result.keys.clone(),
        period: found.period.clone(),
        status,
        severity: result.severity,
        marks: result.marks,
        detail: serde_json::to_value(&said).map_err(ServiceError::internal)?,
        org_path: path.to_string(),
        department,
        as_of: assessment.as_of,
        lawbook: assessment.lawbook.to_string(),
        counted: found.counted.len() as u64,
        not_counted: found.not_counted.len() as u64,
        cases: listed(found)?,
    };
    let digest = digest(&new);
    Ok((new, digest))
}

/// Those that the keys name first, then the others in order; of those that could not be counted as many again.
fn listed(found: &SetResult) -> Result<Vec<(TimelineId, Option<Json>)>, ServiceError> {
    let named: BTreeSet<TimelineId> = found
        .result
        .keys
        .values()
        .filter_map(|value| named_case(value))
        .collect();
    let id = |case: &Arc<str>| TimelineId::parse(case).map_err(ServiceError::internal);
    let mut counted = found
        .counted
        .iter()
        .map(id)
        .collect::<Result<Vec<_>, _>>()?;
    counted.sort_by_key(|case| !named.contains(case));
    counted.truncate(CASES_LISTED);
    let mut cases: Vec<_> = counted.into_iter().map(|case| (case, None)).collect();
    for one in found.not_counted.iter().take(CASES_LISTED) {
        let lacks: Vec<Lack> = one.missing.iter().map(Lack::of).collect();
        let lacks = serde_json::to_value(lacks).map_err(ServiceError::internal)?;
        cases.push((id(&one.case)?, Some(lacks)));
    }
    Ok(cases)
}

/// 键的值说的是哪一案：案件的标识，或者案件与其中的一件事。
pub(super) fn named_case(value: &str) -> Option<TimelineId> {
    let case = value.split_once('#').map_or(value, |(case, _)| case);
    TimelineId::parse(case).ok()
}

/// The day and the lawbook are not in it: whoever is found again unchanged has not changed.
fn digest(new: &NewOverCases) -> String {
    let marks: Vec<&str> = new.marks.iter().map(|mark| mark.name()).collect();
    let cases: Vec<Json> = new
        .cases
        .iter()
        .map(|(case, missing)| json!([case.to_string(), missing]))
        .collect();
    let status = mingjing_store::code::status(new.status);
    let content = json!([
        new.keys,
        new.period,
        status,
        new.severity.code(),
        marks,
        new.detail,
        new.org_path,
        new.department,
        new.counted,
        new.not_counted,
        cases,
    ]);
    Suite::Sm.hash(&[content.to_string().as_bytes()]).to_hex()
}

/// 一条空的时间线，只说机关在哪里、是哪个领域：依据约束不约束它，由此而定。
pub(super) fn timeline(path: Option<&OrgPath>, department: Option<&str>) -> Timeline {
    let mut facts = Facts::default();
    let division = path.map(OrgPath::division);
    if let Some(code) = division.as_ref().and_then(|path| path.segments().last()) {
        facts.set("body.region", Value::Text(code.to_owned()));
    }
    if let Some(department) = department {
        facts.set("body.department", Value::Text(department.to_owned()));
    }
    Timeline {
        id: String::new(),
        procedure: None,
        events: Vec::new(),
        coverage: Coverage::Open,
        facts,
    }
}

/// 由一行读回结果，键照给出的写；法典里已没有这个部分、细节抹去了的没有。
pub(super) fn result_of(
    lawbook: &Lawbook,
    row: &OverCasesRow,
    keys: BTreeMap<String, String>,
) -> Option<RuleResult> {
    let finding = &row.finding;
    let mut rules = lawbook.rules.iter();
    let number = rules.position(|rule| *rule.code == *finding.code)?;
    let rule = &lawbook.rules[number];
    rule.parts.get(usize::from(finding.part))?;
    let said: Said = serde_json::from_value(finding.detail.clone()).ok()?;
    Some(RuleResult {
        code: rule.code.clone(),
        rule: u32::try_from(number).ok()?,
        part: finding.part,
        trigger: None,
        day: said.day?,
        keys,
        outcome: match finding.status {
            Status::Undetermined => Outcome::Undetermined,
            Status::Violated | Status::Doubt | Status::Near => Outcome::Violation,
        },
        severity: finding.severity,
        status: Some(finding.status),
        marks: finding.marks,
        force: FORCES.get(usize::from(said.force)).copied()?,
        evidence: Vec::new(),
        missing: said.missing.iter().filter_map(Lack::missing).collect(),
        is_before_law: false,
        detail: Detail {
            amount: said.amount,
            lacking: said.lacking.iter().map(|it| it.as_str().into()).collect(),
            actual: said.actual.map(DueAt::Day),
            spans: said.spans.map(Box::new),
            ..Detail::default()
        },
    })
}
