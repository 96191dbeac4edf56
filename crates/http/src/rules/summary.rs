//! 规则的概要：列表里的一行，也是一条规则的头。

use mingjing_domain::finding::Marks;
use mingjing_kernel::date::Date;
use mingjing_lawbook::explain::form;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::rule::{DecidedBy, Rule, RuleStatus};
use mingjing_services::model::code;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::label::Label;
use crate::wire::severity::Severity;

/// 规则的状态：trial 试行（不出结论）、stable 正式、deprecated 将废、removed 已废。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RuleStatus)]
pub enum WireStatus {
    /// 试行
    Trial,
    /// 正式
    Stable,
    /// 将废
    Deprecated,
    /// 已废
    Removed,
}

impl From<RuleStatus> for WireStatus {
    fn from(status: RuleStatus) -> Self {
        match status {
            RuleStatus::Trial => WireStatus::Trial,
            RuleStatus::Stable => WireStatus::Stable,
            RuleStatus::Deprecated => WireStatus::Deprecated,
            RuleStatus::Removed => WireStatus::Removed,
        }
    }
}

impl From<WireStatus> for RuleStatus {
    fn from(status: WireStatus) -> Self {
        match status {
            WireStatus::Trial => RuleStatus::Trial,
            WireStatus::Stable => RuleStatus::Stable,
            WireStatus::Deprecated => RuleStatus::Deprecated,
            WireStatus::Removed => RuleStatus::Removed,
        }
    }
}

/// 由谁判断：machine 由数据判定，both 数据给出疑点由人确认，person 由人对照检查。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DecidedBy)]
pub enum WireDecidedBy {
    /// 机
    Machine,
    /// 半
    Both,
    /// 人
    Person,
}

impl From<DecidedBy> for WireDecidedBy {
    fn from(decided_by: DecidedBy) -> Self {
        match decided_by {
            DecidedBy::Machine => WireDecidedBy::Machine,
            DecidedBy::Both => WireDecidedBy::Both,
            DecidedBy::Person => WireDecidedBy::Person,
        }
    }
}

/// 规则的概要。
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleSummary {
    /// 编码，永不复用。
    #[schema(example = "DEC-90D")]
    pub code: String,
    /// 名称。
    pub name: String,
    /// 组。
    pub area: Label,
    /// 严重程度。
    pub severity: Severity,
    /// 状态。
    pub status: WireStatus,
    /// 由谁判断。
    pub decided_by: WireDecidedBy,
    /// 各部分的形式。
    pub forms: Vec<Label>,
    /// 检查什么。
    pub what: String,
    /// 施行日；此前的事不判。
    #[schema(value_type = String, format = Date)]
    pub effective_on: Date,
    /// 失效的第一天；没有失效的为 null。
    #[schema(value_type = Option<String>, format = Date)]
    pub expires_on: Option<Date>,
    /// 限于部门；空的不限。
    pub departments: Vec<Label>,
    /// 限于地区；空的不限。
    pub regions: Vec<Label>,
    /// 限于程序；空的不限。
    pub procedures: Vec<Label>,
    /// 依据，简称与条号。
    #[schema(example = json!(["处罚法60"]))]
    pub citations: Vec<String>,
    /// 标记：unverified 待核、second_hand 二手、convention 口径、local 地方。
    pub marks: Vec<Label>,
}

impl RuleSummary {
    /// 一条规则的概要。
    pub fn of(lawbook: &Lawbook, rule: &Rule) -> Self {
        let vocabulary = &lawbook.book.vocabulary;
        let departments = rule.departments.iter();
        let regions = rule.regions.iter();
        let mut forms: Vec<Label> = Vec::new();
        for part in &rule.parts {
            if !forms.iter().any(|form| *form.code == *part.form_name) {
                forms.push(Label::new(&part.form_name, form::name(&part.form_name)));
            }
        }
        let area = rule.area();
        RuleSummary {
            code: rule.code.to_string(),
            name: rule.name.to_string(),
            area: Label::new(area, vocabulary.areas.get(area).map(String::as_str)),
            severity: rule.severity.into(),
            status: rule.status.into(),
            decided_by: rule.decided_by.into(),
            forms,
            what: rule.what.to_string(),
            effective_on: rule.from,
            expires_on: rule.to,
            departments: departments.map(|code| department(lawbook, code)).collect(),
            regions: regions
                .map(|r| Label::new(r, vocabulary.regions.get(r.as_ref()).map(String::as_str)))
                .collect(),
            procedures: rule
                .procedures
                .iter()
                .map(|p| procedure(lawbook, p))
                .collect(),
            citations: rule.citations.iter().map(ToString::to_string).collect(),
            marks: mark_labels(rule.marks),
        }
    }
}

/// 部门。
pub(super) fn department(lawbook: &Lawbook, code: &str) -> Label {
    let names = &lawbook.book.vocabulary.departments;
    Label::new(code, names.get(code).map(String::as_str))
}

fn procedure(lawbook: &Lawbook, code: &str) -> Label {
    let mut all = lawbook.procedures.iter();
    let found = all.find(|procedure| procedure.name.as_ref() == code);
    Label::new(code, found.map(|procedure| procedure.label.as_ref()))
}

/// 标记的代码与中文名。
fn mark_labels(marks: Marks) -> Vec<Label> {
    let all = marks.iter();
    all.map(|mark| Label::new(code::mark(mark), Some(mark.name())))
        .collect()
}

/// 标记的中文名。
pub(super) fn marks(marks: Marks) -> Vec<String> {
    marks.iter().map(|mark| mark.name().to_owned()).collect()
}
