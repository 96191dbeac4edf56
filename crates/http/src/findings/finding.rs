//! 发现在接口里的写法。

use std::collections::BTreeMap;

use mingjing_lawbook::explain::FindingText;
use mingjing_services::casework::list_findings::FindingView;
use mingjing_services::model::{EndedBy, code};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::instant;
use crate::wire::label::Label;
use crate::wire::severity::Severity;
use crate::wire::shown::Shown;

/// 发现。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Finding)]
pub struct FindingOut {
    /// 标识，重新评估之后不变。
    id: String,
    /// 案件。
    case: String,
    /// 案号；没有的、看不到案件的没有。
    case_number: Option<String>,
    /// 当事人，自然人的已遮盖；看不到案件的没有。
    party: Option<String>,
    /// 规则。
    rule: Label,
    /// 规则的第几部分，从 0 起。
    part: u16,
    /// 触发事件；案件级的没有。
    trigger_event: Option<String>,
    /// 键。
    keys: BTreeMap<String, String>,
    /// 状态：violated 违反、doubt 疑点、near 临期、undetermined 无法判定。
    #[schema(example = "violated")]
    status: String,
    /// 严重程度。
    severity: Severity,
    /// 标记：unverified 待核、second_hand 二手、convention 口径、local 地方。
    marks: Vec<String>,
    /// 细节：判断所据的日期、金额、证据事件等，没有个人信息。
    #[schema(value_type = Object)]
    detail: serde_json::Value,
    /// 第一次发现的时刻。
    #[schema(format = DateTime)]
    found_at: String,
    /// 最近一次变动的时刻。
    #[schema(format = DateTime)]
    changed_at: String,
    /// 终结的时刻；没有终结的没有。
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// 因何终结：met 由后来的事、corrected 由更正、law_changed、facts_changed、time_passed。
    ended_by: Option<String>,
    /// 办理机关。
    body: Option<String>,
    /// 办理机关的现名；登记簿里没有的没有。
    body_name: Option<String>,
    /// 在组织树上的位置。
    org: String,
    /// 文字；列表里不给，终结了的没有。
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<FindingTextOut>,
}

/// 发现的文字。
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FindingText)]
pub struct FindingTextOut {
    /// 一句话。
    headline: String,
    /// 要求什么、看到什么、为何重要。
    sentences: Vec<String>,
    /// 各项条件逐项对照。
    checks: Vec<String>,
    /// 依据：约束本机关而当日有效的条文。
    articles: Vec<String>,
    /// 参照的条文。
    references: Vec<String>,
    /// 看到的事实。
    facts: Vec<String>,
    /// 到期日的推算。
    derivation: Vec<String>,
    /// 所用参数。
    parameters: Vec<String>,
    /// 建议处理。
    advice: Vec<String>,
    /// 标记及其含义。
    marks: Vec<String>,
    /// 怎么办。
    remedy: String,
    /// 缺什么。
    missing: Vec<String>,
}

impl FindingOut {
    /// 一个发现。
    pub fn of(shown: &Shown, view: FindingView) -> Self {
        let head = shown.names.case(view.row.timeline);
        let finding = view.row.finding;
        let name = Some(view.rule_name.as_str()).filter(|name| !name.is_empty());
        FindingOut {
            id: finding.id,
            case: view.row.timeline.to_string(),
            case_number: head.and_then(|head| head.number.clone()),
            party: head.and_then(|head| head.party_masked.clone()),
            rule: Label::new(&finding.code, name),
            part: finding.part,
            trigger_event: finding.trigger_event,
            keys: finding.keys,
            status: code::status(finding.status).to_owned(),
            severity: finding.severity.into(),
            marks: finding
                .marks
                .iter()
                .map(|mark| code::mark(mark).to_owned())
                .collect(),
            detail: finding.detail,
            found_at: instant::of(view.row.found_at),
            changed_at: instant::of(view.row.changed_at),
            ended_at: view.row.ended.map(|(at, _)| instant::of(at)),
            ended_by: view.row.ended.map(|(_, by)| EndedBy::code(by).to_owned()),
            body_name: shown.body(finding.body.as_deref()),
            body: finding.body,
            org: finding.org_path,
            text: view.text.map(FindingTextOut::from),
        }
    }
}

impl From<FindingText> for FindingTextOut {
    fn from(text: FindingText) -> Self {
        FindingTextOut {
            headline: text.headline,
            sentences: text.sentences,
            checks: text.checks,
            articles: text.article,
            references: text.reference,
            facts: text.facts,
            derivation: text.derivation,
            parameters: text.parameters,
            advice: text.advice,
            marks: text.marks,
            remedy: text.remedy,
            missing: text.missing,
        }
    }
}
