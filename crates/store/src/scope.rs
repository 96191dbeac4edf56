//! 范围变成查询条件：与 `policy::scope::Scope::contains` 说的是同一件事。

use crate::value::Value;
use mingjing_policy::scope::{Area, Release, Scope};

use crate::audit::successor;
use crate::query::Query;
use crate::sql::{Param, values};

/// Adds the condition for rows that belong to a case: `path` is the column of the organisation's path that has the
/// index, `c` is the alias of `case_row`.
///
/// A release (逐件批准) has no table yet: whatever asks for one is not shown.
pub(crate) fn and_within(query: &mut Query, scope: &Scope, path: &str) {
    if scope.areas.is_empty() {
        query.and("1 = 0", Vec::new());
        return;
    }
    let mut text = String::from("(");
    let mut all = Vec::new();
    for (number, area) in scope.areas.iter().enumerate() {
        if number > 0 {
            text.push_str(" OR ");
        }
        let (condition, values) = of_area(area, path);
        text.push_str(&condition);
        all.extend(values);
    }
    text.push(')');
    query.and(&text, all);
}

fn of_area(area: &Area, path: &str) -> (String, Vec<Value>) {
    let mut conditions = vec!["1 = 1".to_owned()];
    let mut values = Vec::new();
    let within = area.within.as_str();
    if within != "/" {
        conditions.push(format!("{path} >= ? AND {path} < ?"));
        values.extend(values![within, successor(within)]);
    }
    if let Some(line) = &area.line {
        conditions.push("c.department = ?".to_owned());
        values.push(line.as_str().value());
    }
    if let Some(account) = &area.related_to {
        conditions.push(
            "EXISTS (SELECT 1 FROM case_account a WHERE a.account_id = ? AND a.duty = 'handling' \
             AND a.timeline_id = c.timeline_id)"
                .to_owned(),
        );
        values.push(account.as_str().value());
    }
    if area.is_published_only {
        conditions.push(
            "EXISTS (SELECT 1 FROM public_record p WHERE p.timeline_id = c.timeline_id \
             AND p.withdrawn_at IS NULL)"
                .to_owned(),
        );
    }
    match area.release {
        Release::Never => {}
        Release::ForRestricted | Release::OrdinaryOnly => {
            conditions.push("c.confidentiality = 'ordinary'".to_owned());
        }
        Release::Always => conditions.push("1 = 0".to_owned()),
    }
    (format!("({})", conditions.join(" AND ")), values)
}

/// Whether the path alone tells what is in the scope, so that counters by path can be summed.
pub(crate) fn is_by_path(scope: &Scope) -> bool {
    scope.areas.iter().all(|area| {
        area.line.is_none()
            && area.related_to.is_none()
            && !area.is_published_only
            && area.release == Release::Never
    })
}
