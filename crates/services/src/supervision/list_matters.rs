//! 监督事项的列表与各状态的件数：监督机构的全部，被监督机关送达了自己的。

use std::collections::BTreeSet;

use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_policy::grant::Line;
use mingjing_policy::org::OrgPath;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::resource::Resource;
use mingjing_policy::scope::{Scope, scope};
use mingjing_store::case_row::CaseRow;
use mingjing_store::matter::{MatterFilter, MatterSum};

use crate::context::{RequestContext, Services};
use crate::error::{FieldCode, Pointer, ServiceError};
use crate::page::{Cursor, CursorError, Key, Page, PageRequest, cut, of_cursor};

const LIST: &str = "matters.last_on";

/// 列表里的一件。
#[derive(Debug, Clone, PartialEq)]
pub struct MatterLine {
    /// 案件行。
    pub row: CaseRow,
    /// 最早到期日：监督机构看全部的，被监督机关看自己的。
    pub due_on: Option<Date>,
    /// 看全部的；否则只看得到送达的与自己要办的。
    pub is_whole: bool,
}

/// 列出监督事项，最近有事的在前。
#[crate::boxed]
pub async fn list_matters(
    services: &Services,
    request: &RequestContext,
    filter: &MatterFilter,
    page: &PageRequest,
) -> Result<Page<MatterLine>, ServiceError> {
    let after = match page.after(LIST, 2).map_err(of_cursor)? {
        Some([Key::Int(day), Key::Text(id)]) => Some(place(*day, id)?),
        Some(_) => return Err(of_cursor(CursorError::Malformed)),
        None => None,
    };
    let of = |action| {
        scope(
            &request.actor,
            action,
            ResourceKind::Supervision,
            request.today(),
        )
    };
    let (listed, read_whole) = (of(Action::List), of(Action::Read));
    require_outside(&read_whole, filter)?;
    let limit = page.size.one_more();
    let read = services.store.reader().await?;
    let rows = read.list_matters(&listed, filter, after, limit).await?;
    let page = cut(rows, page, |row| {
        let day = Key::Int(row.last_on.day_number().into());
        Cursor::new(LIST, vec![day, Key::Text(row.timeline.to_string())])
    });
    let ids: BTreeSet<TimelineId> = page.items.iter().map(|row| row.timeline).collect();
    let dues = read.list_supervised_dues(&ids).await?;
    Ok(page.map(|row| {
        let is_whole = is_within(&read_whole, &row);
        MatterLine {
            due_on: match is_whole {
                true => row.next_due_on,
                false => dues.get(&row.timeline).copied(),
            },
            is_whole,
            row,
        }
    }))
}

fn of_action(request: &RequestContext, action: Action) -> Scope {
    let kind = ResourceKind::Supervision;
    scope(&request.actor, action, kind, request.today())
}

/// Whoever sees only what was served cannot ask by what is inside: the source of the lead, what the bureau itself has to do.
fn require_outside(inside: &Scope, filter: &MatterFilter) -> Result<(), ServiceError> {
    if !inside.is_empty() {
        return Ok(());
    }
    let asked = [
        ("source", filter.source.is_some()),
        ("due_before", filter.due_before.is_some()),
    ];
    match asked.into_iter().find(|(_, is_asked)| *is_asked) {
        Some((name, _)) => Err(ServiceError::invalid(
            Pointer::query(name),
            FieldCode::NotAllowed,
            "只有监督机构能按它筛选；请去掉",
        )),
        None => Ok(()),
    }
}

/// 各状态的件数，与列表同一范围、同一筛选。
#[crate::boxed]
pub async fn sum_matters(
    services: &Services,
    request: &RequestContext,
    filter: &MatterFilter,
) -> Result<Vec<MatterSum>, ServiceError> {
    let scope = scope(
        &request.actor,
        Action::List,
        ResourceKind::Supervision,
        request.today(),
    );
    let inside = of_action(request, Action::Read);
    require_outside(&inside, filter)?;
    let read = services.store.reader().await?;
    Ok(read.sum_matters(&scope, filter).await?)
}

fn is_within(scope: &Scope, row: &CaseRow) -> bool {
    let Ok(org) = OrgPath::parse(&row.org_path) else {
        return false;
    };
    let line = row.department.as_deref().and_then(|d| Line::parse(d).ok());
    scope.contains(&Resource {
        line,
        ..Resource::new(ResourceKind::Supervision, org)
    })
}

fn place(day: i64, id: &str) -> Result<(Date, TimelineId), ServiceError> {
    let malformed = || of_cursor(CursorError::Malformed);
    let day = i32::try_from(day).ok().and_then(Date::from_day_number);
    let id = TimelineId::parse(id).map_err(|_| malformed())?;
    Ok((day.ok_or_else(malformed)?, id))
}
