//! 投诉举报：是案件行里的一部分，另有自己的列表、件数与统计，没有办结而先到期的在前。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_policy::scope::Scope;

use crate::case_row::{COLUMNS, CaseRow, CaseTableRow};
use crate::duty::DutyRow;
use crate::error::Result;
use crate::query::Query;
use crate::row::row;
use crate::scope::and_within;
use crate::sql::{column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::Read;

/// 找哪些投诉举报；没有写的条件不限。
#[derive(Debug, Clone, Default)]
pub struct ComplaintFilter {
    /// 状态。
    pub state: Option<String>,
    /// 交由办理的机关。
    pub body: Option<String>,
    /// 所反映的机关。
    pub against: Option<String>,
    /// 渠道。
    pub channel: Option<String>,
    /// 类别。
    pub kind: Option<String>,
    /// 有未完成的义务在此日之前到期。
    pub due_before: Option<Date>,
    /// 此日起收到的。
    pub received_from: Option<Date>,
    /// 此日前收到的（不含）。
    pub received_until: Option<Date>,
    /// 办理的机构在此之下。
    pub org_prefix: Option<String>,
    /// 编号以此开头。
    pub number_prefix: Option<String>,
    /// 只要办结的，或者只要没有办结的。
    pub is_over: Option<bool>,
    /// 只要按期答复的，或者只要逾期答复的。
    pub is_timely: Option<bool>,
    /// 只要满意的，或者只要不满意的。
    pub is_satisfied: Option<bool>,
    /// 只要并入别的一件的，或者只要没有并入的。
    pub is_repeat: Option<bool>,
}

/// 统计按什么分。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComplaintGroup {
    /// 状态。
    State,
    /// 交由办理的机关。
    Body,
    /// 所反映的机关。
    Against,
    /// 渠道。
    Channel,
    /// 类别。
    Kind,
}

impl ComplaintGroup {
    const fn column(self) -> &'static str {
        match self {
            ComplaintGroup::State => "c.state",
            ComplaintGroup::Body => "c.body_id",
            ComplaintGroup::Against => "c.complaint_against",
            ComplaintGroup::Channel => "c.complaint_channel",
            ComplaintGroup::Kind => "c.complaint_kind",
        }
    }
}

/// 一组投诉举报的件数；每个数都有一种筛选正好列出它的行。
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ComplaintSum {
    /// 这一组的代码或标识；没有的为空。
    pub key: Option<String>,
    /// 件数。
    pub total: u64,
    /// 办结的。
    pub over: u64,
    /// 按期答复的。
    pub timely: u64,
    /// 逾期答复的，以及到了期还没有答复的。
    pub late: u64,
    /// 满意的。
    pub satisfied: u64,
    /// 不满意的。
    pub dissatisfied: u64,
    /// 并入别的一件的。
    pub repeated: u64,
}

/// 列表里的一个位置：没有办结的在前，先到期的在前。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComplaintPlace {
    /// 办结了没有。
    pub is_over: bool,
    /// 到期日；没有的排在最后。
    pub due_on: Option<Date>,
    /// 标识。
    pub timeline: TimelineId,
}

impl ComplaintPlace {
    /// 这一行的位置。
    pub fn of(row: &CaseRow) -> Self {
        ComplaintPlace {
            is_over: row.complaint.as_ref().is_some_and(|told| told.is_over),
            due_on: row.next_due_on,
            timeline: row.timeline,
        }
    }

    const fn state(&self) -> &'static str {
        if self.is_over { "over" } else { "open" }
    }
}

/// What has no day to meet comes after all that has one.
const NO_DAY: i32 = i32::MAX;

impl ComplaintFilter {
    fn narrow(&self, query: &mut Query) {
        query.and_some("c.state = ?", self.state.as_deref());
        query.and_some("c.body_id = ?", self.body.as_deref());
        query.and_some("c.complaint_against = ?", self.against.as_deref());
        query.and_some("c.complaint_channel = ?", self.channel.as_deref());
        query.and_some("c.complaint_kind = ?", self.kind.as_deref());
        query.and_some("c.next_due_on < ?", self.due_before);
        query.and_some("c.complaint_on >= ?", self.received_from);
        query.and_some("c.complaint_on < ?", self.received_until);
        query.and_prefix("c.org_path", self.org_prefix.as_deref());
        query.and_prefix("c.number", self.number_prefix.as_deref());
        let state = self
            .is_over
            .map(|is_over| if is_over { "over" } else { "open" });
        query.and_some("c.complaint = ?", state);
        query.and_some("c.complaint_timely = ?", self.is_timely);
        query.and_some("c.complaint_satisfied = ?", self.is_satisfied);
        query.and_some("c.complaint_repeats = ?", self.is_repeat);
    }
}

impl Read {
    /// 范围之内的投诉举报：没有办结的在前，先到期的在前；`after` 是上一页末尾的位置。
    pub async fn list_complaints(
        &self,
        scope: &Scope,
        filter: &ComplaintFilter,
        after: Option<&ComplaintPlace>,
        limit: u32,
    ) -> Result<Vec<CaseRow>> {
        let mut query = Query::new(format!(
            "SELECT {COLUMNS} FROM case_row c WHERE c.complaint IS NOT NULL"
        ));
        and_within(&mut query, scope, "c.org_path");
        filter.narrow(&mut query);
        let due = format!("COALESCE(c.next_due_on, {NO_DAY})");
        if let Some(place) = after {
            let day = place.due_on.map_or(NO_DAY, Date::day_number);
            let beyond = format!(
                "(c.complaint > ? OR (c.complaint = ? AND ({due} > ? OR ({due} = ? AND c.timeline_id > ?))))"
            );
            let state = place.state();
            query.and(&beyond, values![state, state, day, day, place.timeline]);
        }
        let limit = limit.min(PAGE_MAX);
        let tail = format!(" ORDER BY c.complaint, {due}, c.timeline_id LIMIT {limit}");
        query.push(&tail, Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<CaseTableRow>(&sql, values).await?;
        rows.into_iter().map(CaseTableRow::into_row).collect()
    }

    /// 范围之内的件数，按一样东西分组。
    pub async fn sum_complaints(
        &self,
        scope: &Scope,
        filter: &ComplaintFilter,
        group: ComplaintGroup,
    ) -> Result<Vec<ComplaintSum>> {
        row! {
            struct Sum {
                grouped: Option<String>,
                total: i64,
                settled: i64,
                timely: i64,
                late: i64,
                satisfied: i64,
                dissatisfied: i64,
                repeated: i64,
            }
        }
        let count = |condition: &str, name: &str| {
            format!("CAST(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END) AS BIGINT) AS {name}")
        };
        let columns = [
            count("c.complaint = 'over'", "settled"),
            count("c.complaint_timely", "timely"),
            count("NOT c.complaint_timely", "late"),
            count("c.complaint_satisfied", "satisfied"),
            count("NOT c.complaint_satisfied", "dissatisfied"),
            count("c.complaint_repeats", "repeated"),
        ];
        let key = group.column();
        let mut query = Query::new(format!(
            "SELECT {key} AS grouped, COUNT(*) AS total, {} FROM case_row c WHERE c.complaint IS NOT NULL",
            columns.join(", ")
        ));
        and_within(&mut query, scope, "c.org_path");
        filter.narrow(&mut query);
        query.push(&format!(" GROUP BY {key} ORDER BY {key}"), Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<Sum>(&sql, values).await?.into_iter();
        rows.map(|row| {
            Ok(ComplaintSum {
                key: row.grouped,
                total: column::count(row.total)?,
                over: column::count(row.settled)?,
                timely: column::count(row.timely)?,
                late: column::count(row.late)?,
                satisfied: column::count(row.satisfied)?,
                dissatisfied: column::count(row.dissatisfied)?,
                repeated: column::count(row.repeated)?,
            })
        })
        .collect()
    }

    /// 这些投诉举报的义务，按时间线；一页一次取出。
    pub async fn list_duties_of(
        &self,
        complaints: &BTreeSet<TimelineId>,
    ) -> Result<BTreeMap<TimelineId, Vec<DutyRow>>> {
        let mut found: BTreeMap<TimelineId, Vec<DutyRow>> = BTreeMap::new();
        for duty in self.list_duties_of_all(complaints).await? {
            found.entry(duty.timeline).or_default().push(duty);
        }
        Ok(found)
    }

    /// 可能是同一诉求的：收到之日在这些日子之内、所反映的或者办理的在同一处，新的在前，至多 `limit` 件。
    pub async fn list_alike(
        &self,
        (against, org_path): (Option<&str>, &str),
        (from, until): (Date, Date),
        limit: u32,
    ) -> Result<Vec<CaseRow>> {
        let mut query = Query::new(format!(
            "SELECT {COLUMNS} FROM case_row c WHERE c.complaint IS NOT NULL"
        ));
        match against {
            Some(body) => query.and(
                "(c.complaint_against = ? OR c.complaint_against IS NULL AND c.org_path = ?)",
                values![body, org_path],
            ),
            None => query.and("c.org_path = ?", values![org_path]),
        }
        query.and(
            "c.complaint_on >= ? AND c.complaint_on <= ?",
            values![from, until],
        );
        let limit = limit.min(PAGE_MAX);
        let tail = format!(" ORDER BY c.complaint_on DESC, c.timeline_id DESC LIMIT {limit}");
        query.push(&tail, Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<CaseTableRow>(&sql, values).await?;
        rows.into_iter().map(CaseTableRow::into_row).collect()
    }
}
