//! `GET /api/v1/rules/{code}`：一条规则，连同讲解、参数与示例。

use axum::Json;
use axum::extract::State as Of;
use axum::http::HeaderMap;
use axum::response::Response;
use mingjing_edge::extract::path::Path;
use mingjing_edge::extract::query::Query;
use mingjing_edge::problem::Problem;
use mingjing_kernel::date::Date;
use mingjing_lawbook::explain::{Explainer, ParameterText, RuleText, SettingText, UnknownCode};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::parameters::Setting;
use mingjing_lawbook::rule::Rule;
use mingjing_services::error::ServiceError;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::summary::{RuleSummary, department, marks};
use crate::state::State;
use crate::system::version;
use crate::wire::label::Label;
use crate::wire::severity::Severity;

/// 参数只要哪些取值；不写的全给。
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SettingQuery {
    /// 只要适用于这个地区的取值：行政区划代码或其前缀。
    #[param(example = "3301")]
    region: Option<String>,
    /// 只要适用于这个部门的取值：部门代码。
    #[param(example = "market_regulation")]
    department: Option<String>,
}

/// 一条规则。
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleAnswer {
    /// 规则。
    rule: RuleDetail,
}

/// 规则的全部。
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleDetail {
    /// 概要。
    #[serde(flatten)]
    summary: RuleSummary,
    /// 为何重要。
    why: String,
    /// 依据：法规全称、版本、条号。
    articles: Vec<String>,
    /// 建议处理。
    advice: Vec<Label>,
    /// 同一件事已由这些规则发现的，不重复计。
    yields_to: Vec<String>,
    /// 各部分。
    parts: Vec<RulePart>,
    /// 用到的参数。
    parameters: Vec<RuleParameter>,
    /// 示例。
    examples: Vec<RuleExample>,
    /// 讲解，同 `mingjing lawbook explain`。
    explanation: Explanation,
}

/// 规则的一个部分。
#[derive(Debug, Serialize, ToSchema)]
pub struct RulePart {
    /// 名；只有一个部分的可以没有。
    id: Option<String>,
    /// 形式。
    #[schema(example = "deadline")]
    form: String,
    /// 严重程度，与规则不同的才有。
    severity: Option<Severity>,
    /// 标记。
    marks: Vec<String>,
    /// 由哪些事件触发。
    triggers: Vec<Label>,
}

/// 规则用到的一个参数。
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleParameter {
    /// 标识与名称。
    parameter: Label,
    /// 类型，法典里的写法。
    #[schema(example = "period")]
    r#type: String,
    /// 各个取值。
    settings: Vec<ParameterSetting>,
}

/// 参数的一个取值。
#[derive(Debug, Serialize, ToSchema)]
pub struct ParameterSetting {
    /// 限于部门。
    department: Option<Label>,
    /// 限于地区。
    region: Option<Label>,
    /// 限于事项。
    item: Option<String>,
    /// 起（含）。
    #[schema(value_type = String, format = Date)]
    effective_on: Date,
    /// 失效的第一天；没有失效的为 null。
    #[schema(value_type = Option<String>, format = Date)]
    expires_on: Option<Date>,
    /// 取值，法典里的写法。
    #[schema(example = "\"90cd\"")]
    value: String,
    /// 取值，中文。
    #[schema(example = "90 日")]
    value_text: String,
    /// 适用范围与依据，中文。
    scope_text: String,
    /// 依据，简称与条号。
    citations: Vec<String>,
    /// 标记。
    marks: Vec<String>,
}

/// 示例。
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleExample {
    /// 名称。
    name: String,
    /// 期望的结果：pass、violation、undetermined、not_applicable。
    expect: String,
    /// 期望的结果，中文。
    expect_text: String,
    /// 事件，一件一行。
    events: Vec<String>,
}

/// 讲解。
#[derive(Debug, Serialize, ToSchema)]
pub struct Explanation {
    /// 各段。
    sections: Vec<ExplanationSection>,
    /// 全文。
    text: String,
}

/// 讲解的一段。
#[derive(Debug, Serialize, ToSchema)]
pub struct ExplanationSection {
    /// 题目。
    title: String,
    /// 各行。
    lines: Vec<String>,
}

/// 查看规则
///
/// 一条规则的全部：依据、各部分、参数在各地各部门的取值、示例、讲解。
#[utoipa::path(
    get,
    path = "/api/v1/rules/{code}",
    operation_id = "get_rule",
    tag = "法典",
    params(("code" = String, Path, description = "规则编码", example = "DEC-90D"), SettingQuery),
    responses(
        (status = 200, description = "规则", body = RuleAnswer),
        (status = 304, description = "与来者已有的相同"),
        (status = 404, description = "法典没有这个编码"),
    )
)]
pub async fn get_rule(
    Of(state): Of<State>,
    Path(code): Path<String>,
    Query(query): Query<SettingQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let rulebook = state.rulebook();
    let lawbook = rulebook.lawbook();
    let rule = rulebook.get_rule(&code)?;
    let answer = || {
        let rule = detail(lawbook, rule, &query)
            .map_err(|error| Problem::from(ServiceError::internal(error)))?;
        Ok(Json(RuleAnswer { rule }))
    };
    Ok(version::of_lawbook(lawbook).answer(&headers, answer))
}

fn detail(lawbook: &Lawbook, rule: &Rule, query: &SettingQuery) -> Result<RuleDetail, UnknownCode> {
    let explainer = Explainer::new(lawbook);
    let vocabulary = &lawbook.book.vocabulary;
    let dispositions = vocabulary
        .list("disposition")
        .map(|id| vocabulary.list_of(id));
    let advice = |code: &str| {
        let name = dispositions.and_then(|list| list.label(code));
        Label::new(code, name.map(AsRef::as_ref))
    };
    let article = |citation: &str| lawbook.book.statutes.in_words(citation, rule.from);
    let parameters = explainer.parameters(rule);
    let examples = explainer.examples(&rule.code)?;
    Ok(RuleDetail {
        summary: RuleSummary::of(lawbook, rule),
        why: rule.why.to_string(),
        articles: rule.citations.iter().map(|c| article(c)).collect(),
        advice: rule.advice.iter().map(|code| advice(code)).collect(),
        yields_to: rule.yields_to.iter().map(ToString::to_string).collect(),
        parts: parts(lawbook, rule),
        parameters: parameters
            .into_iter()
            .map(|parameter| RuleParameter::of(lawbook, parameter, query))
            .collect(),
        examples: examples
            .into_iter()
            .map(|example| RuleExample {
                name: example.name,
                expect: example.expect,
                expect_text: example.expected.to_owned(),
                events: example.events,
            })
            .collect(),
        explanation: explainer.rule(&rule.code)?.into(),
    })
}

fn parts(lawbook: &Lawbook, rule: &Rule) -> Vec<RulePart> {
    let vocabulary = &lawbook.book.vocabulary;
    let parts = rule.parts.iter().map(|part| RulePart {
        id: part.id.as_ref().map(ToString::to_string),
        form: part.form_name.to_string(),
        severity: part.severity.map(Into::into),
        marks: marks(part.marks),
        triggers: part
            .triggers
            .iter()
            .map(|id| vocabulary.kind_of(*id))
            .map(|kind| Label::new(&kind.name, Some(&kind.label)))
            .collect(),
    });
    parts.collect()
}

impl RuleParameter {
    fn of(lawbook: &Lawbook, text: ParameterText<'_>, query: &SettingQuery) -> Self {
        let ParameterText {
            parameter,
            settings,
        } = text;
        let pairs = parameter.settings.iter().zip(settings);
        RuleParameter {
            parameter: Label::new(&parameter.name, Some(&parameter.label)),
            r#type: parameter.type_text.to_string(),
            settings: pairs
                .filter(|(setting, _)| query.wants(setting))
                .map(|(setting, text)| ParameterSetting::of(lawbook, setting, text))
                .collect(),
        }
    }
}

impl SettingQuery {
    /// A value without region or department is for everybody.
    fn wants(&self, setting: &Setting) -> bool {
        let region = match (&self.region, &setting.region) {
            (Some(wanted), Some(region)) => wanted.starts_with(region.as_ref()),
            (None, _) | (_, None) => true,
        };
        let department = match (&self.department, &setting.department) {
            (Some(wanted), Some(department)) => wanted == department.as_ref(),
            (None, _) | (_, None) => true,
        };
        region && department
    }
}

impl ParameterSetting {
    fn of(lawbook: &Lawbook, setting: &Setting, text: SettingText) -> Self {
        let regions = &lawbook.book.vocabulary.regions;
        let region = |code: &str| Label::new(code, regions.get(code).map(String::as_str));
        ParameterSetting {
            department: setting.department.as_ref().map(|d| department(lawbook, d)),
            region: setting.region.as_ref().map(|r| region(r)),
            item: setting.item.as_ref().map(ToString::to_string),
            effective_on: setting.from,
            expires_on: setting.to,
            value: setting.text.to_string(),
            value_text: text.value,
            scope_text: text.scope,
            citations: setting.citations.iter().map(ToString::to_string).collect(),
            marks: marks(setting.marks),
        }
    }
}

impl From<RuleText> for Explanation {
    fn from(rule: RuleText) -> Self {
        let text = rule.to_string();
        let sections = rule.sections.into_iter();
        Explanation {
            sections: sections
                .map(|(title, lines)| ExplanationSection { title, lines })
                .collect(),
            text,
        }
    }
}
