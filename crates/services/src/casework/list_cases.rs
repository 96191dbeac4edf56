//! 案件列表：范围进查询，不在查出之后再滤。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::scope::scope;
use mingjing_store::case_row::{CaseFilter, CaseOrder, CaseRow};

use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::page::{Cursor, Key, Page, PageRequest, cut, of_cursor};

/// 列出案件。
#[crate::boxed]
pub async fn list_cases(
    services: &Services,
    request: &RequestContext,
    filter: &CaseFilter,
    order: CaseOrder,
    page: &PageRequest,
) -> Result<Page<CaseRow>, ServiceError> {
    let list = match order {
        CaseOrder::LastOn => "cases.last_on",
        CaseOrder::FiledOn => "cases.filed_on",
        CaseOrder::NextDueOn => "cases.next_due_on",
    };
    let after = match page.after(list, 2).map_err(of_cursor)? {
        Some([Key::Int(day), Key::Text(id)]) => Some(place(*day, id)?),
        Some(_) => return Err(of_cursor(crate::page::CursorError::Malformed)),
        None => None,
    };
    // Whoever may list and not read a restricted case would learn from its row, and from every filter, what is in it.
    let scope = scope(
        &request.actor,
        Action::Read,
        ResourceKind::Case,
        request.today(),
    );
    let filter = &only_cases(&services.lawbook(), filter);
    let limit = page.size.one_more();
    let read = services.store.reader().await?;
    let rows = read.list_cases(&scope, filter, order, after, limit).await?;
    Ok(cut(rows, page, |row| {
        let day = match order {
            CaseOrder::LastOn => Some(row.last_on),
            CaseOrder::FiledOn => row.filed_on,
            CaseOrder::NextDueOn => row.next_due_on,
        };
        let day = day.map_or(Key::Null, |day| Key::Int(day.day_number().into()));
        Cursor::new(list, vec![day, Key::Text(row.timeline.to_string())])
    }))
}

/// Matters and complaints have lists of their own, and rules of their own for who sees them.
pub(crate) fn only_cases(lawbook: &Lawbook, filter: &CaseFilter) -> CaseFilter {
    let procedures = lawbook.procedures.iter();
    let others = procedures.filter(|p| p.is_supervision || p.is_complaint);
    CaseFilter {
        without: others.map(|p| p.name.to_string()).collect(),
        ..filter.clone()
    }
}

fn place(day: i64, id: &str) -> Result<(Date, TimelineId), ServiceError> {
    let malformed = || of_cursor(crate::page::CursorError::Malformed);
    let day = i32::try_from(day).ok().and_then(Date::from_day_number);
    let id = TimelineId::parse(id).map_err(|_| malformed())?;
    Ok((day.ok_or_else(malformed)?, id))
}
