//! 法典目录：施行中的法典有哪些规则、事件与程序；只读，不问是谁。

use std::sync::Arc;

use mingjing_domain::finding::{Mark, Severity};
use mingjing_lawbook::diagnostic::nearest;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_lawbook::procedure::Procedure;
use mingjing_lawbook::rule::{Rule, RuleStatus};
use mingjing_lawbook::vocabulary::Kind;

use crate::error::{FieldCode, Pointer, ServiceError};
use crate::limit::QUERY_CHARS_MAX;
use crate::page::{Page, PageRequest, of_cursor};

/// 施行中的法典。
#[derive(Clone)]
pub struct Rulebook {
    lawbook: Arc<Lawbook>,
    /// Positions of the rules in the order of their codes; the lawbook has them by file.
    by_code: Arc<[usize]>,
}

/// 要哪些规则；没有写的不限。
#[derive(Debug, Clone, Default)]
pub struct RuleFilter {
    /// 在这个地区适用的（区划代码或其前缀）。
    pub region: Option<String>,
    /// 在这个部门适用的。
    pub department: Option<String>,
    /// 这一组的。
    pub area: Option<String>,
    /// 这一程度的。
    pub severity: Option<Severity>,
    /// 这一状态的。
    pub status: Option<RuleStatus>,
    /// 带着这一标记的。
    pub mark: Option<Mark>,
    /// 编码、名称、检查什么、依据中含有这些字的。
    pub text: Option<String>,
}

impl Rulebook {
    /// 一部加载好的法典。
    pub fn new(lawbook: Arc<Lawbook>) -> Self {
        let mut by_code: Vec<usize> = (0..lawbook.rules.len()).collect();
        by_code.sort_by(|a, b| lawbook.rules[*a].code.cmp(&lawbook.rules[*b].code));
        Rulebook {
            lawbook,
            by_code: by_code.into(),
        }
    }

    /// 是不是这一部法典的目录。
    pub fn is_of(&self, lawbook: &Arc<Lawbook>) -> bool {
        Arc::ptr_eq(&self.lawbook, lawbook)
    }

    /// 法典。
    pub fn lawbook(&self) -> &Lawbook {
        &self.lawbook
    }

    /// 列出规则，按编码排列。
    pub fn list_rules(
        &self,
        filter: &RuleFilter,
        page: &PageRequest,
    ) -> Result<Page<&Rule>, ServiceError> {
        self.check(filter)?;
        let rules = self.by_code.iter().map(|i| &self.lawbook.rules[*i]);
        let chosen = rules.filter(|rule| is_wanted(rule, filter));
        Page::seek(chosen, page, "rules.code", |rule| rule.code.to_string()).map_err(of_cursor)
    }

    /// 一条规则。
    pub fn get_rule(&self, code: &str) -> Result<&Rule, ServiceError> {
        self.lawbook.rule(code).ok_or(ServiceError::NotFound)
    }

    /// 列出事件种类，按标识排列。
    pub fn list_event_kinds(
        &self,
        text: Option<&str>,
        page: &PageRequest,
    ) -> Result<Page<&Kind>, ServiceError> {
        check_text(text)?;
        let mut kinds: Vec<&Kind> = self.lawbook.book.vocabulary.kinds.iter().collect();
        kinds.retain(|kind| {
            text.is_none_or(|t| contains(&kind.name, t) || contains(&kind.label, t))
        });
        kinds.sort_by(|a, b| a.name.cmp(&b.name));
        Page::seek(kinds, page, "event_kinds.kind", |kind| {
            kind.name.to_string()
        })
        .map_err(of_cursor)
    }

    /// 列出程序，按标识排列。
    pub fn list_procedures(&self, page: &PageRequest) -> Result<Page<&Procedure>, ServiceError> {
        let mut procedures: Vec<&Procedure> = self.lawbook.procedures.iter().collect();
        procedures.sort_by(|a, b| a.name.cmp(&b.name));
        let key = |procedure: &&Procedure| procedure.name.to_string();
        Page::seek(procedures, page, "procedures.procedure", key).map_err(of_cursor)
    }

    /// 没有登记的部门、地区、组不当作“一条也没有”，而说出来。
    fn check(&self, filter: &RuleFilter) -> Result<(), ServiceError> {
        check_text(filter.text.as_deref())?;
        let vocabulary = &self.lawbook.book.vocabulary;
        if let Some(region) = &filter.region {
            let is_code = (2..=12).contains(&region.len())
                && region.len() % 2 == 0
                && region.bytes().all(|b| b.is_ascii_digit());
            if !is_code && !vocabulary.regions.contains_key(region) {
                let message = "应为行政区划代码或其前缀，如 33、3301、330106";
                return Err(invalid("region", FieldCode::Malformed, message.to_owned()));
            }
        }
        if let Some(department) = &filter.department
            && !vocabulary.departments.contains_key(department)
        {
            let known = vocabulary.departments.keys().map(String::as_str);
            return Err(no_such(
                Pointer::query("department"),
                "部门",
                department,
                known,
            ));
        }
        if let Some(area) = &filter.area
            && !self.lawbook.rules.iter().any(|rule| rule.area() == area)
        {
            let known = self.lawbook.rules.iter().map(Rule::area);
            return Err(no_such(Pointer::query("area"), "规则组", area, known));
        }
        Ok(())
    }
}

fn is_wanted(rule: &Rule, filter: &RuleFilter) -> bool {
    let in_region = |wanted: &String| {
        let mut regions = rule.regions.iter();
        rule.regions.is_empty() || regions.any(|r| wanted.starts_with(r.as_ref()))
    };
    let in_department = |wanted: &String| {
        let mut departments = rule.departments.iter();
        rule.departments.is_empty() || departments.any(|d| d.as_ref() == wanted)
    };
    let says = |text: &String| {
        let mut citations = rule.citations.iter();
        contains(&rule.code, text)
            || contains(&rule.name, text)
            || contains(&rule.what, text)
            || citations.any(|c| contains(c, text))
    };
    filter.region.as_ref().is_none_or(in_region)
        && filter.department.as_ref().is_none_or(in_department)
        && filter.area.as_ref().is_none_or(|area| rule.area() == area)
        && filter.severity.is_none_or(|s| rule.severity == s)
        && filter.status.is_none_or(|s| rule.status == s)
        && filter.mark.is_none_or(|mark| rule.marks.contains(mark))
        && filter.text.as_ref().is_none_or(says)
}

/// 含有；拉丁字母不分大小写。
pub(crate) fn contains(text: &str, wanted: &str) -> bool {
    text.to_lowercase().contains(&wanted.to_lowercase())
}

pub(crate) fn check_text(text: Option<&str>) -> Result<(), ServiceError> {
    if text.is_some_and(|t| t.chars().count() > QUERY_CHARS_MAX) {
        let message = format!("不超过 {QUERY_CHARS_MAX} 个字");
        return Err(invalid("q", FieldCode::OutOfRange, message));
    }
    Ok(())
}

pub(crate) fn no_such<'a>(
    pointer: Pointer,
    noun: &str,
    found: &str,
    known: impl Iterator<Item = &'a str>,
) -> ServiceError {
    let mut near = nearest(found, known).unwrap_or_default();
    if !near.is_empty() {
        near.insert(0, '；');
    }
    let message = format!("法典没有登记这个{noun}{near}");
    ServiceError::invalid(pointer, FieldCode::NotAChoice, message)
}

fn invalid(parameter: &str, code: FieldCode, message: String) -> ServiceError {
    ServiceError::invalid(Pointer::query(parameter), code, message)
}
