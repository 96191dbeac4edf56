//! 投诉举报的列表、件数与统计：没有办结的在前，先到期的在前；每个数点开正好是它的行。

use std::collections::BTreeSet;

use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_lawbook::lawbook::Lawbook;
use mingjing_policy::permission::{Action, ResourceKind};
use mingjing_policy::scope::{Scope, scope};
use mingjing_store::case_row::CaseRow;
use mingjing_store::complaint::{ComplaintFilter, ComplaintGroup, ComplaintPlace, ComplaintSum};
use mingjing_store::duty::DutyRow;

use crate::assessment::complained::{ACKNOWLEDGED, REPLIED, is_met_by};
use crate::context::{RequestContext, Services};
use crate::error::ServiceError;
use crate::page::{Cursor, CursorError, Key, Page, PageRequest, cut, of_cursor};

const LIST: &str = "complaints.due_on";

/// 列表里的一件。
#[derive(Debug, Clone, PartialEq)]
pub struct ComplaintLine {
    /// 案件行。
    pub row: CaseRow,
    /// 程序性回复的期限。
    pub answer: Option<Term>,
    /// 办理结果的期限。
    pub result: Option<Term>,
}

/// 一个期限。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// 到期日；还算不出的没有。
    pub due_on: Option<Date>,
    /// 做到之日；没有做到的没有。
    pub met_on: Option<Date>,
}

impl ComplaintLine {
    /// The row with its terms: of several the one that is not met and comes first, else the last that was met.
    pub(crate) fn of(lawbook: &Lawbook, row: CaseRow, duties: &[DutyRow]) -> Self {
        let term = |kind: &str| {
            let of_kind = duties
                .iter()
                .filter(|duty| is_met_by(lawbook, (&duty.code, duty.part), kind));
            let terms: Vec<Term> = of_kind
                .map(|duty| Term {
                    due_on: duty.due_on,
                    met_on: duty.met_on,
                })
                .collect();
            let open = terms.iter().filter(|term| term.met_on.is_none());
            let open = open.min_by_key(|term| (term.due_on.is_none(), term.due_on));
            open.or(terms.last()).copied()
        };
        ComplaintLine {
            answer: term(ACKNOWLEDGED),
            result: term(REPLIED),
            row,
        }
    }
}

/// 列出投诉举报。
#[crate::boxed]
pub async fn list_complaints(
    services: &Services,
    request: &RequestContext,
    filter: &ComplaintFilter,
    page: &PageRequest,
) -> Result<Page<ComplaintLine>, ServiceError> {
    let after = match page.after(LIST, 3).map_err(of_cursor)? {
        Some([Key::Int(over), day, Key::Text(id)]) => Some(place(*over, day, id)?),
        Some(_) => return Err(of_cursor(CursorError::Malformed)),
        None => None,
    };
    let (lawbook, within) = (services.lawbook(), within(request));
    let limit = page.size.one_more();
    let read = services.store.reader().await?;
    let rows = read
        .list_complaints(&within, filter, after.as_ref(), limit)
        .await?;
    let page = cut(rows, page, |row| {
        let place = ComplaintPlace::of(row);
        let day = place.due_on;
        let day = day.map_or(Key::Null, |day| Key::Int(day.day_number().into()));
        let keys = vec![
            Key::Int(place.is_over.into()),
            day,
            Key::Text(place.timeline.to_string()),
        ];
        Cursor::new(LIST, keys)
    });
    let ids: BTreeSet<TimelineId> = page.items.iter().map(|row| row.timeline).collect();
    let mut duties = read.list_duties_of(&ids).await?;
    Ok(page.map(|row| {
        let duties = duties.remove(&row.timeline).unwrap_or_default();
        ComplaintLine::of(&lawbook, row, &duties)
    }))
}

/// 按一样东西分组的件数，与列表同一范围、同一筛选。
#[crate::boxed]
pub async fn sum_complaints(
    services: &Services,
    request: &RequestContext,
    filter: &ComplaintFilter,
    group: ComplaintGroup,
) -> Result<Vec<ComplaintSum>, ServiceError> {
    let read = services.store.reader().await?;
    Ok(read.sum_complaints(&within(request), filter, group).await?)
}

fn within(request: &RequestContext) -> Scope {
    let kind = ResourceKind::Complaint;
    scope(&request.actor, Action::List, kind, request.today())
}

fn place(over: i64, day: &Key, id: &str) -> Result<ComplaintPlace, ServiceError> {
    let malformed = || of_cursor(CursorError::Malformed);
    let due_on = match day {
        Key::Null => None,
        Key::Int(day) => {
            let day = i32::try_from(*day).ok().and_then(Date::from_day_number);
            Some(day.ok_or_else(malformed)?)
        }
        Key::Text(_) => return Err(malformed()),
    };
    Ok(ComplaintPlace {
        is_over: over != 0,
        due_on,
        timeline: TimelineId::parse(id).map_err(|_| malformed())?,
    })
}
