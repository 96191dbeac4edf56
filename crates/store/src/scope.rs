//! 范围变成查询条件：与 `policy::scope::Scope::contains` 说的是同一件事。

use crate::value::Value;
use mingjing_policy::scope::{Area, Release, Scope};

use crate::audit::successor;
use crate::query::Query;
use crate::sql::{Param, values};

/// An area, narrowed to what lies below a prefix.
pub(crate) struct Stretch<'a> {
    area: &'a Area,
    prefix: &'a str,
}

impl Stretch<'_> {
    /// Whether an index finds it: not when it is everything.
    pub(crate) fn is_bounded(&self) -> bool {
        self.prefix != "/" || self.area.related_to.is_some() || self.area.as_supervised
    }

    /// The condition on the path alone.
    pub(crate) fn range(&self, path: &str) -> (String, Vec<Value>) {
        let condition = format!("{path} >= ? AND {path} < ?");
        (condition, values![self.prefix, successor(self.prefix)])
    }

    /// The same, `None` where the path is no limit.
    pub(crate) fn below(&self, path: &str) -> Option<(String, Vec<Value>)> {
        (self.prefix != "/").then(|| self.range(path))
    }

    /// The cases that it is limited to, where it is limited to those somebody handles or a body answers for.
    pub(crate) fn handled(&self) -> Option<(String, Vec<Value>)> {
        if self.area.as_supervised {
            let (condition, values) = of_supervised(self.area, "s");
            let members =
                format!("SELECT s.timeline_id AS member FROM case_row s WHERE {condition}");
            return Some((members, values));
        }
        let account = self.area.related_to.as_ref()?;
        let members = "SELECT timeline_id AS member FROM case_account WHERE account_id = ? AND duty = 'handling'";
        Some((members.to_owned(), vec![account.as_str().value()]))
    }
}

/// The areas of a scope, as far as they lie below the prefix: two ranges of one column would leave it to the planner
/// which of them is read.
pub(crate) fn stretches<'a>(scope: &'a Scope, prefix: Option<&'a str>) -> Vec<Stretch<'a>> {
    let prefix = prefix.unwrap_or("/");
    let areas = scope.areas.iter();
    areas
        .filter_map(|area| {
            // Where the supervised body is says nothing of where the matter belongs.
            let within = match area.as_supervised {
                true => "/",
                false => area.within.as_str(),
            };
            let prefix = match (within.starts_with(prefix), prefix.starts_with(within)) {
                (true, _) => within,
                (false, true) => prefix,
                (false, false) => return None,
            };
            Some(Stretch { area, prefix })
        })
        .collect()
}

/// Adds the condition for rows that belong to a case: `path` is the column of the organisation's path that has the
/// index, `c` is the alias of `case_row`.
///
/// A release (逐件批准) has no table yet: whatever asks for one is not shown.
pub(crate) fn and_within(query: &mut Query, scope: &Scope, path: &str) {
    and_stretches(query, &stretches(scope, None), path);
}

/// The same for folded rows, called `k`: what they know of a case is where it is and whether it is confidential.
///
/// The scope MUST be one that [`is_folded`].
pub(crate) fn and_within_folded(query: &mut Query, scope: &Scope) {
    and_any_stretch(query, &stretches(scope, None), "k.org_path", "k");
}

/// The same for areas that have been narrowed.
pub(crate) fn and_stretches(query: &mut Query, stretches: &[Stretch<'_>], path: &str) {
    and_any_stretch(query, stretches, path, "c");
}

fn and_any_stretch(query: &mut Query, stretches: &[Stretch<'_>], path: &str, case: &str) {
    if stretches.is_empty() {
        query.and("1 = 0", Vec::new());
        return;
    }
    let mut text = String::from("(");
    let mut all = Vec::new();
    for (number, stretch) in stretches.iter().enumerate() {
        if number > 0 {
            text.push_str(" OR ");
        }
        let (condition, values) = of_area(stretch, path, case);
        text.push_str(&condition);
        all.extend(values);
    }
    text.push(')');
    query.and(&text, all);
}

/// The condition on the paths alone, which an index that has no more of the case can answer.
pub(crate) fn and_paths(query: &mut Query, stretches: &[Stretch<'_>], path: &str) {
    let ranges: Option<Vec<_>> = stretches.iter().map(|one| one.below(path)).collect();
    let Some(ranges) = ranges.filter(|ranges| !ranges.is_empty()) else {
        return;
    };
    let (texts, values): (Vec<_>, Vec<_>) = ranges.into_iter().unzip();
    let any = format!("({})", texts.join(" OR "));
    query.and(&any, values.into_iter().flatten().collect());
}

/// The same for rows that belong to nobody and to no case: the path and the line are all that tells whose they are.
/// Whoever sees their own cases only sees none of them, as [`Scope::contains`] says of what has no handler.
pub(crate) fn and_paths_of(query: &mut Query, scope: &Scope, path: &str, line: &str) {
    let areas = scope.areas.iter();
    let open = areas.filter(|area| area.related_to.is_none() && !area.is_published_only);
    let conditions = open.map(|area| {
        let mut text = String::from("(1 = 1");
        let mut values = Vec::new();
        let within = area.within.as_str();
        if within != "/" {
            text.push_str(&format!(" AND {path} >= ? AND {path} < ?"));
            values.extend(values![within, successor(within)]);
        }
        if let Some(only) = &area.line {
            text.push_str(&format!(" AND {line} = ?"));
            values.push(only.as_str().value());
        }
        text.push(')');
        (text, values)
    });
    let (texts, values): (Vec<String>, Vec<Vec<Value>>) = conditions.unzip();
    match texts.is_empty() {
        true => query.and("1 = 0", Vec::new()),
        false => {
            let any = format!("({})", texts.join(" OR "));
            query.and(&any, values.into_iter().flatten().collect());
        }
    }
}

fn of_area(stretch: &Stretch<'_>, path: &str, case: &str) -> (String, Vec<Value>) {
    let mut conditions = vec!["1 = 1".to_owned()];
    let mut values = Vec::new();
    let area = stretch.area;
    if stretch.prefix != "/" {
        let (range, ends) = stretch.range(path);
        conditions.push(range);
        values.extend(ends);
    }
    if area.as_supervised {
        let (condition, served) = of_supervised(area, case);
        conditions.push(condition);
        values.extend(served);
    }
    if let Some(line) = &area.line {
        conditions.push(format!("{case}.department = ?"));
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
            conditions.push(format!("{case}.confidentiality = 'ordinary'"));
        }
        Release::Always => conditions.push("1 = 0".to_owned()),
    }
    (format!("({})", conditions.join(" AND ")), values)
}

/// What was served on a body that stands there now; `case` is the alias of `case_row`.
fn of_supervised(area: &Area, case: &str) -> (String, Vec<Value>) {
    let within = area.within.as_str();
    let mut condition = format!(
        "{case}.supervision = 'served' AND {case}.body_id IN (SELECT n.id FROM org_node n WHERE n.to_on IS NULL"
    );
    let mut values = Vec::new();
    if within != "/" {
        condition.push_str(" AND n.path >= ? AND n.path < ?");
        values = values![within, successor(within)];
    }
    condition.push(')');
    (condition, values)
}

/// Whether path and confidentiality tell what is in the scope, so that what is folded by them can be summed.
pub(crate) fn is_folded(scope: &Scope) -> bool {
    scope.areas.iter().all(|area| {
        area.line.is_none()
            && area.related_to.is_none()
            && !area.as_supervised
            && !area.is_published_only
    })
}
