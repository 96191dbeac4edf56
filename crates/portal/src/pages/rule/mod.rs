//! 一条规则：检查什么、依据、要求、各地各部门的参数、示例；文字出自法典的讲解。

use askama::Template;
use mingjing_edge::problem::Problem;
use mingjing_lawbook::explain::{Explainer, UnknownCode};
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::rule::Rule as LawRule;

use crate::answer::Drawn;
use crate::ask::Ask;
use crate::epoch::Rests;
use crate::frame::{Frame, Section};
use crate::pages::rules::tone;
use crate::portal::Portal;
use crate::site::Site;

/// 讲解里另有写法的两段：参数成表，示例成条。
const TABLED: [&str; 2] = ["参数", "示例"];

/// 一条规则。
#[derive(Debug, Template)]
#[template(path = "pages/rule/rule.html")]
pub(crate) struct Rule {
    frame: Frame,
    code: String,
    name: String,
    severity: &'static str,
    tone: &'static str,
    version: String,
    sections: Vec<(String, Vec<String>)>,
    parameters: Vec<Parameter>,
    examples: Vec<Example>,
}

/// 一个参数。
#[derive(Debug)]
struct Parameter {
    name: String,
    settings: Vec<Setting>,
}

/// 参数的一个取值。
#[derive(Debug)]
struct Setting {
    value: String,
    scope: String,
}

/// 一个示例。
#[derive(Debug)]
struct Example {
    name: String,
    expected: String,
    events: Vec<String>,
}

pub(crate) async fn draw(portal: Portal, ask: Ask) -> Result<Drawn, Problem> {
    let rulebook = portal.rulebook();
    let found = rulebook.get_rule(ask.segment(1)?)?;
    let page = Rule::of(portal.site(), rulebook.lawbook(), found);
    let page = page.map_err(|error| Problem::internal(Box::new(error)))?;
    Drawn::page(&page, Rests::Law)
}

impl Rule {
    fn of(site: &Site, lawbook: &Lawbook, rule: &LawRule) -> Result<Self, UnknownCode> {
        let explainer = Explainer::new(lawbook);
        let text = explainer.rule(&rule.code)?;
        let sections = text.sections.into_iter();
        let sections = sections.filter(|(title, _)| !TABLED.contains(&title.as_str()));
        let parameters = explainer.parameters(rule).into_iter().map(|it| Parameter {
            name: it.parameter.label.to_string(),
            settings: it
                .settings
                .into_iter()
                .map(|setting| Setting {
                    value: setting.value,
                    scope: setting.scope,
                })
                .collect(),
        });
        let examples = explainer.examples(&rule.code)?.into_iter();
        let examples = examples.map(|it| Example {
            name: it.name,
            expected: it.expected.to_owned(),
            events: it.events,
        });
        let path = format!("/rules/{}", rule.code);
        Ok(Rule {
            frame: Frame::new(site, Section::Rules, &rule.name, &path),
            code: rule.code.to_string(),
            name: rule.name.to_string(),
            severity: rule.severity.name(),
            tone: tone(rule.severity),
            version: lawbook.version.to_string(),
            sections: sections.collect(),
            parameters: parameters.collect(),
            examples: examples.collect(),
        })
    }
}

#[cfg(test)]
impl crate::samples::Sample for Rule {
    fn samples() -> Vec<(&'static str, Self)> {
        let site = crate::samples::site();
        let lawbook = crate::samples::lawbook();
        let of = |code: &str| Rule::of(&site, &lawbook, lawbook.rule(code).unwrap()).unwrap();
        vec![
            ("rule", of("P-TIME-90D")),
            ("rule-publication", of("PUB-EXEMPT")),
        ]
    }
}
