//! 范围变成查询条件，对象只有机构、条线、所属账号的：账号、会话、机构、人员、事项。

use crate::value::Value;
use mingjing_policy::scope::{Area, Scope};

use crate::audit::successor;
use crate::query::Query;
use crate::sql::{Param, values};

/// 对象的哪些列说它属于谁；没有这一项的对象，要求这一项的范围里就没有它。
#[derive(Debug, Clone, Copy)]
pub(crate) struct Columns {
    /// The path of the organisation, not null.
    pub(crate) path: &'static str,
    /// The line (`Resource::line`), may be null.
    pub(crate) line: Option<&'static str>,
    /// The account that the object belongs to (`Resource::owner`).
    pub(crate) owner: Option<&'static str>,
}

/// Adds the condition. It says of a row what [`Scope::contains`] says of a [`mingjing_policy::resource::Resource`] that
/// is ordinary and not published: neither accounts nor registers have secrecy or publication of their own.
pub(crate) fn and_in_scope(query: &mut Query, scope: &Scope, columns: Columns) {
    let mut texts = Vec::new();
    let mut all = Vec::new();
    for area in &scope.areas {
        let Some((text, values)) = of_area(area, columns) else {
            continue;
        };
        texts.push(text);
        all.extend(values);
    }
    if texts.is_empty() {
        query.and("1 = 0", Vec::new());
    } else {
        query.and(&format!("({})", texts.join(" OR ")), all);
    }
}

/// `None`: nothing of this table lies in the area.
fn of_area(area: &Area, columns: Columns) -> Option<(String, Vec<Value>)> {
    // An object that is not published, nor released to anybody.
    if area.is_published_only || area.release == mingjing_policy::scope::Release::Always {
        return None;
    }
    let mut conditions = vec!["1 = 1".to_owned()];
    let mut values = Vec::new();
    let within = area.within.as_str();
    if within != "/" {
        let path = columns.path;
        conditions.push(format!("{path} >= ? AND {path} < ?"));
        values.extend(values![within, successor(within)]);
    }
    if let Some(line) = &area.line {
        conditions.push(format!("{} = ?", columns.line?));
        values.push(line.as_str().value());
    }
    if let Some(account) = &area.related_to {
        conditions.push(format!("{} = ?", columns.owner?));
        values.push(account.as_str().value());
    }
    Some((format!("({})", conditions.join(" AND ")), values))
}
