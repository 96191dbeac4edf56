//! 跨案发现在接口里的写法。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_edge::problem::Problem;
use mingjing_services::model::{EndedBy, code};
use mingjing_services::naming::org_names;
use mingjing_services::over_cases::read::{ListedCase, OverCasesDetail, OverCasesView};
use serde::Serialize;
use utoipa::ToSchema;

use crate::findings::finding::FindingTextOut;
use crate::state::State;
use crate::wire::instant;
use crate::wire::label::Label;
use crate::wire::severity::Severity;

/// 跨案发现。
#[derive(Debug, Serialize, ToSchema)]
pub struct OverCasesFinding {
    /// 标识，再次评估之后不变。
    id: String,
    /// 规则。
    rule: Label,
    /// 规则的第几部分，从 0 起。
    part: u16,
    /// 键：归组的值等；说案件的是案号，看不到的案件不写出。
    keys: BTreeMap<String, String>,
    /// 期间；不分期的没有。
    #[schema(example = "2025Q2")]
    period: Option<String>,
    /// 状态：violated 违反、doubt 疑点、near 临期、undetermined 无法判定。
    #[schema(example = "doubt")]
    status: String,
    /// 严重程度。
    severity: Severity,
    /// 标记：unverified 待核、second_hand 二手、convention 口径、local 地方。
    marks: Vec<String>,
    /// 在组织树上的位置：容得下数了的案件的最低一级。
    org: String,
    /// 那里的现名；全平台的、没有登记的没有。
    org_name: Option<String>,
    /// 一句话；终结了的没有。
    headline: Option<String>,
    /// 判断日。
    #[schema(format = Date)]
    as_of_on: String,
    /// 数了几案；密级件从不在内。
    counted_count: u64,
    /// 几案没有数成。
    not_counted_count: u64,
    /// 第一次发现的时刻。
    #[schema(format = DateTime)]
    found_at: String,
    /// 最近一次变动的时刻。
    #[schema(format = DateTime)]
    changed_at: String,
    /// 最近一次还看见的时刻。
    #[schema(format = DateTime)]
    seen_at: String,
    /// 终结的时刻；没有终结的没有。
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// 因何终结：met 由后来的事、corrected 由更正、law_changed、facts_changed、time_passed。
    ended_by: Option<String>,
}

/// 数了的、没有数成的一案。
#[derive(Debug, Serialize, ToSchema)]
pub struct OverCasesCase {
    /// 案件。
    case: String,
    /// 案号。
    case_number: Option<String>,
    /// 当事人，自然人的已遮盖。
    party: Option<String>,
    /// 缺什么；数了的没有。
    missing: Vec<String>,
}

/// 一个跨案发现，连同文字与案件。
#[derive(Debug, Serialize, ToSchema)]
pub struct OverCasesFindingDetail {
    /// 发现。
    #[serde(flatten)]
    finding: OverCasesFinding,
    /// 文字；终结了的没有。
    text: Option<FindingTextOut>,
    /// 数了的案件里来者看得到的，至多二百案。
    counted: Vec<OverCasesCase>,
    /// 没有数成的案件里来者看得到的，至多二百案。
    not_counted: Vec<OverCasesCase>,
}

/// 各处的现名。
pub async fn places(
    state: &State,
    views: &[&OverCasesView],
) -> Result<BTreeMap<String, String>, Problem> {
    let paths = views.iter().map(|view| view.row.finding.org_path.as_str());
    let paths: BTreeSet<&str> = paths.collect();
    Ok(org_names(&state.services, &paths).await?)
}

impl OverCasesFinding {
    /// 一个发现。
    pub fn of(names: &BTreeMap<String, String>, view: &OverCasesView) -> Self {
        let (row, finding) = (&view.row, &view.row.finding);
        let name = Some(view.rule_name.as_str()).filter(|name| !name.is_empty());
        let marks = finding.marks.iter();
        OverCasesFinding {
            id: finding.id.clone(),
            rule: Label::new(&finding.code, name),
            part: finding.part,
            keys: finding.keys.clone(),
            period: finding.period.clone(),
            status: code::status(finding.status).to_owned(),
            severity: finding.severity.into(),
            marks: marks.map(|mark| code::mark(mark).to_owned()).collect(),
            org_name: names.get(&finding.org_path).cloned(),
            org: finding.org_path.clone(),
            headline: view.text.as_ref().map(|text| text.headline.clone()),
            as_of_on: finding.as_of.to_string(),
            counted_count: finding.counted,
            not_counted_count: finding.not_counted,
            found_at: instant::of(row.found_at),
            changed_at: instant::of(row.changed_at),
            seen_at: instant::of(row.seen_at),
            ended_at: row.ended.map(|(at, _)| instant::of(at)),
            ended_by: row.ended.map(|(_, by)| EndedBy::code(by).to_owned()),
        }
    }
}

impl OverCasesFindingDetail {
    /// 一个发现，连同文字与案件。
    pub fn of(names: &BTreeMap<String, String>, detail: OverCasesDetail) -> Self {
        let finding = OverCasesFinding::of(names, &detail.view);
        let cases = |list: Vec<ListedCase>| list.into_iter().map(OverCasesCase::from).collect();
        OverCasesFindingDetail {
            finding,
            text: detail.view.text.map(FindingTextOut::from),
            counted: cases(detail.counted),
            not_counted: cases(detail.not_counted),
        }
    }
}

impl From<ListedCase> for OverCasesCase {
    fn from(case: ListedCase) -> Self {
        OverCasesCase {
            case: case.timeline.to_string(),
            case_number: case.head.number,
            party: case.head.party_masked,
            missing: case.missing,
        }
    }
}
