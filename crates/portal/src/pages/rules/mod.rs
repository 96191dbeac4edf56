//! 执法规则的列表：每一步该怎样做、多久做完，都是公开的。

use askama::Template;
use mingjing_domain::finding::Severity;
use mingjing_edge::problem::Problem;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::rule::{Rule, RuleStatus};
use mingjing_services::error::{FieldCode, FieldError, Pointer};
use mingjing_services::page::{Cursor, Key, Page, PageRequest, PageSize};
use mingjing_services::rulebook::RuleFilter;
use serde::Deserialize;

use crate::answer::Drawn;
use crate::ask::Ask;
use crate::epoch::Rests;
use crate::frame::{Frame, Section};
use crate::link;
use crate::parts::pager::Pager;
use crate::portal::Portal;
use crate::site::Site;
use crate::words::{department, number};

const ITEMS: u16 = 40;
const PATH: &str = "/rules";
/// The order of the list, as `services::rulebook` names it.
const LIST: &str = "rules.code";

/// 地址里写的条件。
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    q: Option<String>,
    department: Option<String>,
    severity: Option<String>,
    /// 排在这个编码之后的。
    after: Option<String>,
}

/// 列表。
#[derive(Debug, Template)]
#[template(path = "pages/rules/rules.html")]
pub(crate) struct Rules {
    frame: Frame,
    q: String,
    departments: Vec<(String, String, bool)>,
    severities: Vec<(&'static str, &'static str, bool)>,
    rules: Vec<Line>,
    total: String,
    version: String,
    is_filtered: bool,
    pager: Pager,
}

/// 一条规则。
#[derive(Debug)]
struct Line {
    href: String,
    code: String,
    name: String,
    what: String,
    severity: &'static str,
    tone: &'static str,
    scope: Vec<String>,
    citations: Vec<String>,
    is_trial: bool,
}

pub(crate) async fn draw(portal: Portal, ask: Ask) -> Result<Drawn, Problem> {
    let asked: Asked = ask.query()?;
    let rulebook = portal.rulebook();
    let severity = asked.severity.as_deref().map(severity).transpose()?;
    let filter = RuleFilter {
        department: asked.department.clone(),
        severity,
        text: asked.q.clone(),
        ..RuleFilter::default()
    };
    let after = asked.after.clone();
    let request = PageRequest {
        size: PageSize::new(ITEMS).unwrap_or_default(),
        after: after.map(|code| Cursor::new(LIST, vec![Key::Text(code)])),
    };
    let page = rulebook.list_rules(&filter, &request)?;
    let rules = Rules::of(portal.site(), rulebook.lawbook(), &asked, page);
    Drawn::page(&rules, Rests::Law)
}

fn severity(code: &str) -> Result<Severity, Problem> {
    let found = Severity::ALL.into_iter().find(|it| it.code() == code);
    let message = "没有这个程度；请从程度的选项里选";
    let error = || FieldError::new(Pointer::query("severity"), FieldCode::NotAChoice, message);
    found.ok_or_else(|| Problem::invalid(vec![error()]))
}

impl Rules {
    fn of(site: &Site, lawbook: &Lawbook, asked: &Asked, page: Page<&Rule>) -> Self {
        let pairs = [
            ("q", asked.q.as_deref()),
            ("department", asked.department.as_deref()),
            ("severity", asked.severity.as_deref()),
        ];
        let is_filtered = pairs.iter().any(|(_, value)| value.is_some());
        let last = page.items.last().map(|rule| rule.code.to_string());
        let last = last.filter(|_| page.next.is_some());
        let next = last.map(|code| {
            let mut pairs = pairs.to_vec();
            pairs.push(("after", Some(&code)));
            link::to(PATH, &pairs)
        });
        let is_later = asked.after.is_some();
        let frame = Frame::new(site, Section::Rules, "执法规则", PATH);
        let names = lawbook.book.vocabulary.departments.iter();
        let chosen = |code: &str, asked: &Option<String>| asked.as_deref() == Some(code);
        Rules {
            frame: match is_filtered || is_later {
                true => frame.unlisted(),
                false => frame,
            },
            q: asked.q.clone().unwrap_or_default(),
            departments: names
                .map(|(code, name)| (code.clone(), name.clone(), chosen(code, &asked.department)))
                .collect(),
            severities: Severity::ALL
                .into_iter()
                .map(|it| (it.code(), it.name(), chosen(it.code(), &asked.severity)))
                .collect(),
            total: number(page.total.unwrap_or_default()),
            rules: page
                .items
                .iter()
                .map(|rule| Line::of(lawbook, rule))
                .collect(),
            version: lawbook.version.to_string(),
            is_filtered,
            pager: Pager {
                previous: None,
                next,
                first: is_later.then(|| link::to(PATH, &pairs)),
            },
        }
    }
}

impl Line {
    fn of(lawbook: &Lawbook, rule: &Rule) -> Self {
        let regions = &lawbook.book.vocabulary.regions;
        let region = |code: &str| {
            regions
                .get(code)
                .cloned()
                .unwrap_or_else(|| code.to_owned())
        };
        let departments = rule
            .departments
            .iter()
            .map(|code| department(lawbook, code));
        let scope = departments.chain(rule.regions.iter().map(|code| region(code)));
        Line {
            href: format!("{PATH}/{}", rule.code),
            code: rule.code.to_string(),
            name: rule.name.to_string(),
            what: rule.what.to_string(),
            severity: rule.severity.name(),
            tone: tone(rule.severity),
            scope: scope.collect(),
            citations: rule.citations.iter().map(ToString::to_string).collect(),
            is_trial: rule.status == RuleStatus::Trial,
        }
    }
}

/// The colour of the tag; the word says the same.
pub(super) fn tone(severity: Severity) -> &'static str {
    match severity {
        Severity::Notice => "tag-blue",
        Severity::Warning => "tag-amber",
        Severity::Breach => "tag-red",
        Severity::Grave => "tag-deep",
    }
}

#[cfg(test)]
impl crate::samples::Sample for Rules {
    fn samples() -> Vec<(&'static str, Self)> {
        let site = crate::samples::site();
        let lawbook = crate::samples::lawbook();
        let rulebook = mingjing_services::rulebook::Rulebook::new(lawbook.clone());
        let of = |asked: Asked| {
            let filter = RuleFilter {
                text: asked.q.clone(),
                ..RuleFilter::default()
            };
            let page = rulebook
                .list_rules(&filter, &PageRequest::default())
                .unwrap();
            Rules::of(&site, &lawbook, &asked, page)
        };
        let searched = |q: &str| Asked {
            q: Some(q.to_owned()),
            ..Asked::default()
        };
        vec![
            ("rules", of(Asked::default())),
            ("rules-found", of(searched("听证"))),
            ("rules-none", of(searched("没有的话"))),
        ]
    }
}
