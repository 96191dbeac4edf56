//! 代码的中文名：由法典查出。

use mingjing_lawbook::lawbook::Lawbook;

use super::label::Label;

/// 部门。
pub fn department(lawbook: &Lawbook, code: &str) -> Label {
    Label::new(code, Some(lawbook.book.vocabulary.department_name(code)))
}

/// 地区。
pub fn region(lawbook: &Lawbook, code: &str) -> Label {
    Label::new(code, Some(lawbook.book.vocabulary.region_name(code)))
}

/// 程序。
pub fn procedure(lawbook: &Lawbook, code: &str) -> Label {
    let found = lawbook.procedure(code);
    Label::new(code, found.map(|procedure| procedure.label.as_ref()))
}

/// 程序的一个状态。
pub fn state(lawbook: &Lawbook, procedure: Option<&str>, code: &str) -> Label {
    let found = procedure.and_then(|name| lawbook.procedure(name));
    let name = found.and_then(|procedure| procedure.state_names.get(code));
    Label::new(code, name.map(AsRef::as_ref))
}

/// 规则。
pub fn rule(lawbook: &Lawbook, code: &str) -> Label {
    let found = lawbook.rule(code);
    Label::new(code, found.map(|rule| rule.name.as_ref()))
}

/// 参与人的角色。
pub fn role(lawbook: &Lawbook, code: &str) -> Label {
    listed(lawbook, "role", code)
}

/// 代码表里的一个代码。
pub fn listed(lawbook: &Lawbook, list: &str, code: &str) -> Label {
    let vocabulary = &lawbook.book.vocabulary;
    let list = vocabulary.list(list).map(|id| vocabulary.list_of(id));
    let name = list.and_then(|list| list.label(code));
    Label::new(code, name.map(AsRef::as_ref))
}

/// 参与人可以有的全部角色，按声明的次序。
pub fn roles(lawbook: &Lawbook) -> Vec<Label> {
    let vocabulary = &lawbook.book.vocabulary;
    let list = vocabulary.list("role").map(|id| vocabulary.list_of(id));
    let codes = list.into_iter().flat_map(|list| &list.codes);
    codes
        .map(|(code, name)| Label::new(code, Some(name)))
        .collect()
}
