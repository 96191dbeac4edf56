//! 一案的条目：发现、无法判定、未判与义务，文字已写好、当事人已遮盖。

use mingjing_domain::event::Origin;
use mingjing_domain::finding::{Assessment, Duty, DutyState, RuleResult, Severity, Status};
use mingjing_domain::timeline::Timeline;
use mingjing_domain::value::Value;
use mingjing_kernel::due::DueAt;
use mingjing_lawbook::explain::missing::{FoldedMissing, RuleLacks};
use mingjing_lawbook::explain::value::{mask_numbers, party_name};
use mingjing_lawbook::explain::{CaseWords, Cause, Explainer, FindingText};

use super::grouping::group;

/// 一案最多列出的缺失：按能判的规则数排列，其后的影响很小。
const LACKS_MAX: usize = 12;
/// 一案最多列出的当事人。
const PARTIES_MAX: usize = 5;

/// 一案的条目。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseEntry {
    /// 案件标识。
    pub id: String,
    /// 机关。
    pub body: String,
    /// 截至哪一日判断。
    pub as_of: String,
    /// 发现，程度重的在前，原因相同的在一起。
    pub findings: Vec<FindingEntry>,
    /// 无法判定，汇成一条。
    pub undetermined: Option<UndeterminedEntry>,
    /// 规则施行前而不判的数目。
    pub not_judged: u32,
    /// 义务。
    pub duties: Vec<DutyEntry>,
}

/// 一个发现：一行要点与全文。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingEntry {
    /// 一行。
    pub line: FindingLine,
    /// 全文。
    pub text: FindingText,
    /// 在本案的第几组：原因相同的为一组。
    pub group: usize,
}

/// 一个发现的一行要点。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingLine {
    /// 案件标识。
    pub case: String,
    /// 机关。
    pub body: String,
    /// 当事人（自然人已遮盖）。
    pub party: String,
    /// 在材料的何处。
    pub origin: String,
    /// 规则编码。
    pub code: String,
    /// 规则名称。
    pub rule_name: String,
    /// 程度。
    pub severity: Severity,
    /// 状态。
    pub status: Status,
    /// 到期。
    pub due: Option<String>,
    /// 实际。
    pub actual: Option<String>,
    /// 逾期。
    pub late: Option<String>,
    /// 要点。
    pub headline: String,
    /// 截至哪一日判断。
    pub as_of: String,
    /// 与本案别的发现共同的原因。
    pub cause: Option<String>,
}

/// 一案的无法判定。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndeterminedEntry {
    /// 案件标识。
    pub case: String,
    /// 机关。
    pub body: String,
    /// 无法判定的规则数。
    pub rules: usize,
    /// 缺失，能判规则最多的在前。
    pub missing: Vec<FoldedMissing>,
    /// 没有列出的缺失数。
    pub left_out: usize,
    /// 每一条规则各缺什么。
    pub by_rule: Vec<RuleLacks>,
}

/// 一项义务。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyEntry {
    /// 案件标识。
    pub case: String,
    /// 机关。
    pub body: String,
    /// 规则编码。
    pub code: String,
    /// 规则名称。
    pub rule_name: String,
    /// 状态。
    pub state: DutyState,
    /// 起算的事。
    pub start: String,
    /// 到期。
    pub due: Option<String>,
    /// 完成。
    pub met: Option<String>,
}

impl CaseEntry {
    /// 由评估写成条目。
    pub fn new(
        explainer: &Explainer<'_>,
        timeline: &Timeline,
        assessment: &Assessment,
    ) -> CaseEntry {
        let words = explainer.case(timeline, assessment.as_of);
        let id = mask_numbers(&timeline.id);
        let body = body(explainer, timeline);
        let is_told = |r: &&RuleResult| r.status.is_some_and(|s| s != Status::Undetermined);
        let mut findings: Vec<FindingEntry> = assessment
            .results
            .iter()
            .filter(is_told)
            .filter_map(|r| finding(explainer, &words, timeline, r, (&id, &body)))
            .collect();
        findings.sort_by_key(|f| (std::cmp::Reverse(f.line.severity), f.line.status));
        let causes: Vec<&[Cause]> = findings.iter().map(|f| f.text.causes.as_slice()).collect();
        let places = group(&causes);
        for (finding, place) in findings.iter_mut().zip(places) {
            finding.group = place.group;
            finding.line.cause = place.cause;
        }
        findings.sort_by_key(|f| f.group);
        let as_of = assessment.as_of.in_chinese();
        for finding in &mut findings {
            finding.line.as_of.clone_from(&as_of);
        }
        let undetermined = explainer
            .fold_undetermined(&assessment.results)
            .map(|folded| {
                let left_out = folded.missing.len().saturating_sub(LACKS_MAX);
                let mut missing = folded.missing;
                missing.truncate(LACKS_MAX);
                UndeterminedEntry {
                    case: id.clone(),
                    body: body.clone(),
                    rules: folded.rules,
                    missing,
                    left_out,
                    by_rule: folded.by_rule,
                }
            });
        let duties = assessment
            .duties
            .iter()
            .map(|d| duty(explainer, timeline, d, (&id, &body)))
            .collect();
        CaseEntry {
            id,
            body,
            as_of,
            findings,
            undetermined,
            not_judged: assessment.not_judged,
            duties,
        }
    }
}

fn finding(
    explainer: &Explainer<'_>,
    words: &CaseWords<'_>,
    timeline: &Timeline,
    result: &RuleResult,
    (case, body): (&str, &str),
) -> Option<FindingEntry> {
    let events = &timeline.events;
    let trigger = result.trigger.and_then(|t| events.get(t.0 as usize));
    let origin = trigger.or(events.first()).and_then(|e| e.origin.as_ref());
    let text = words.finding(result);
    Some(FindingEntry {
        line: FindingLine {
            case: case.to_owned(),
            body: body.to_owned(),
            party: party(timeline, result.keys.get("party").map(String::as_str)),
            origin: origin.map(place).unwrap_or_default(),
            code: result.code.to_string(),
            rule_name: explainer.lawbook().rules[result.rule as usize]
                .name
                .to_string(),
            severity: result.severity,
            status: result.status?,
            due: result.detail.due.as_ref().map(|d| when(d.at)),
            actual: result.detail.actual.map(when),
            late: result.detail.late.map(|l| l.to_string()),
            headline: text.headline.clone(),
            as_of: String::new(),
            cause: None,
        },
        text,
        group: 0,
    })
}

fn duty(
    explainer: &Explainer<'_>,
    timeline: &Timeline,
    duty: &Duty,
    (case, body): (&str, &str),
) -> DutyEntry {
    let vocabulary = &explainer.lawbook().book.vocabulary;
    let start = timeline.events.get(duty.start.0 as usize);
    let start = start.map(|e| {
        let label = vocabulary
            .kind(&e.kind)
            .map(|k| vocabulary.kind_of(k).label.to_string());
        format!(
            "{} {}",
            e.occurred_on.in_chinese(),
            label.unwrap_or_default()
        )
    });
    DutyEntry {
        case: case.to_owned(),
        body: body.to_owned(),
        code: duty.code.to_string(),
        rule_name: explainer.lawbook().rules[duty.rule as usize]
            .name
            .to_string(),
        state: duty.state,
        start: start.unwrap_or_default(),
        due: duty.due.as_ref().map(|d| when(d.at)),
        met: duty.met_at.map(when),
    }
}

fn when(at: DueAt) -> String {
    match at {
        DueAt::Day(day) => day.in_chinese(),
        DueAt::Minute(at) => at.in_chinese(),
        DueAt::Suspended { since } => format!("自{}起中止计算，未定", since.in_chinese()),
    }
}

fn place(origin: &Origin) -> String {
    let sheet = origin
        .sheet
        .as_ref()
        .map(|s| format!("工作表“{s}”"))
        .unwrap_or_default();
    format!("{} {sheet}第 {} 行", origin.file, origin.row)
}

/// 机关：名称，或者领域与地区。
fn body(explainer: &Explainer<'_>, timeline: &Timeline) -> String {
    let vocabulary = &explainer.lawbook().book.vocabulary;
    let text = |path: &str| match timeline.facts.at(path) {
        Some(Value::Text(text)) if !text.trim().is_empty() => Some(text.as_str()),
        _ => None,
    };
    if let Some(name) = text("body.name") {
        return mask_numbers(name);
    }
    let region = text("body.region").and_then(|code| {
        let fits = vocabulary
            .regions
            .iter()
            .filter(|(prefix, _)| code.starts_with(prefix.as_str()));
        fits.max_by_key(|(prefix, _)| prefix.len())
            .map(|(_, name)| name.clone())
    });
    let department = text("body.department").and_then(|d| vocabulary.departments.get(d).cloned());
    match (region, department) {
        (Some(region), Some(department)) => format!("{region}（{department}）"),
        (Some(one), None) | (None, Some(one)) => format!("{one}（机关名称不明）"),
        (None, None) => "机关不明".to_owned(),
    }
}

/// 当事人的名称，自然人只留姓；几个当事人的，逐个写出。
fn party(timeline: &Timeline, key: Option<&str>) -> String {
    let facts = &timeline.facts;
    let text = |path: &str| match facts.at(path) {
        Some(Value::Text(text)) if !text.trim().is_empty() => Some(text.as_str()),
        _ => None,
    };
    let kind_of = |key: Option<&str>| {
        key.and_then(|k| text(&format!("parties.{k}.kind")))
            .or_else(|| text("party.kind"))
    };
    let own = key.and_then(|k| text(&format!("parties.{k}.name")));
    if let Some(name) = own.or_else(|| text("party.name")) {
        return party_name(name, kind_of(key));
    }
    if let (None, Some(Value::Record(parties))) = (key, facts.values.get("parties")) {
        let names: Vec<String> = parties
            .iter()
            .filter_map(|(k, value)| match value.at("name") {
                Some(Value::Text(name)) => Some(party_name(name, kind_of(Some(k)))),
                _ => None,
            })
            .take(PARTIES_MAX)
            .collect();
        if !names.is_empty() {
            return names.join("、");
        }
    }
    let named = timeline
        .events
        .iter()
        .find_map(|e| match e.fields.get("party_name") {
            Some(Value::Text(name)) if key.is_none() || e.key("party") == key => {
                Some(name.as_str())
            }
            _ => None,
        });
    named.map_or_else(String::new, |name| party_name(name, kind_of(key)))
}
