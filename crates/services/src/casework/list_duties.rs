//! 义务列表：一案的，与范围之内的。

use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::scope::{Scope, scope};
use mingjing_store::duty::{DutyFilter, DutyRow};

use crate::access::{View, load_case, view_of};
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::page::{Cursor, CursorError, Key, Page, PageRequest, cut, of_cursor};

const LIST: &str = "duties.due_on";

/// 范围之内有到期日的义务，先到期的在前。
#[crate::boxed]
pub async fn list_duties(
    services: &Services,
    request: &RequestContext,
    filter: &DutyFilter,
    page: &PageRequest,
) -> Result<Page<DutyRow>, ServiceError> {
    let after = match page.after(LIST, 2).map_err(of_cursor)? {
        Some([Key::Int(day), Key::Text(id)]) => {
            let day = i32::try_from(*day).ok().and_then(Date::from_day_number);
            let day = day.ok_or_else(|| of_cursor(CursorError::Malformed))?;
            Some((day, id.clone()))
        }
        Some(_) => return Err(of_cursor(CursorError::Malformed)),
        None => None,
    };
    // Whoever may list and not read a restricted case would learn from its row, and from every filter, what is in it.
    let scope = scope(
        &request.actor,
        Action::Read,
        ResourceKind::Finding,
        request.today(),
    );
    let limit = page.size.one_more();
    let read = services.store.reader().await?;
    let mut rows = read
        .list_duties(&scope, filter, after.clone(), limit)
        .await?;
    let answering = answering(request);
    if !answering.is_empty() {
        rows.extend(
            read.list_supervised_duties(&answering, filter, after, limit)
                .await?,
        );
        rows.sort_by(|one, other| (one.due_on, &one.id).cmp(&(other.due_on, &other.id)));
        rows.dedup_by(|one, other| one.id == other.id);
        rows.truncate(limit as usize);
    }
    Ok(cut(rows, page, |row| {
        let day = row.due_on;
        let day = day.map_or(Key::Null, |day| Key::Int(day.day_number().into()));
        Cursor::new(LIST, vec![day, Key::Text(row.id.clone())])
    }))
}

/// What the actor answers for in matters, as the supervised body.
fn answering(request: &RequestContext) -> Scope {
    let mut scope = scope(
        &request.actor,
        Action::Answer,
        ResourceKind::Supervision,
        request.today(),
    );
    scope.areas.retain(|area| area.as_supervised);
    scope
}

/// 一案的全部义务，没有到期日的也在内。
#[crate::boxed]
pub async fn list_case_duties(
    services: &Services,
    request: &RequestContext,
    case: Id<kind::Case>,
) -> Result<Vec<DutyRow>, ServiceError> {
    let id = TimelineId::from(case);
    let read = &services.store.reader().await?;
    let (_, resource) = load_case(read, id).await?;
    let view = view_of(&request.actor, &resource, request.today())?;
    let mut duties = read.list_case_duties(id).await?;
    // A duty of those who supervise is no body's.
    duties.retain(|duty| view == View::Whole || duty.body.is_some());
    Ok(duties)
}
