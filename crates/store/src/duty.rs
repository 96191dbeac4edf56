//! 义务：由时间线推出的、有期限的事；整案替换，只写有变的。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_domain::finding::DutyState;
use mingjing_kernel::date::{Date, Timestamp};
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_policy::scope::Scope;

use crate::code;
use crate::config::LIST_WALK;
use crate::error::Result;
use crate::listing::{Condition, Listing, Place, Set, Walk};
use crate::query::Query;
use crate::row::row;
use crate::scope::and_within;
use crate::sql::{Param, Rows, column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::{Read, Tx};

/// 一项义务。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyRow {
    /// 标识，重新评估之后不变。
    pub id: String,
    /// 时间线。
    pub timeline: TimelineId,
    /// 规则编码。
    pub code: String,
    /// 部分的序号。
    pub part: u16,
    /// 起算事件。
    pub start_event: String,
    /// 键。
    pub keys: BTreeMap<String, String>,
    /// 状态。
    pub state: DutyState,
    /// 到期日；算不出、停着的没有。
    pub due_on: Option<Date>,
    /// 到期的时刻，按时刻计的才有。
    pub due_at: Option<Timestamp>,
    /// 放假安排还没有公布。
    pub is_provisional: bool,
    /// 完成日。
    pub met_on: Option<Date>,
    /// 办理机关。
    pub body: Option<String>,
    /// 组织路径。
    pub org_path: String,
}

/// 找哪些义务；没有写的条件不限。
#[derive(Debug, Clone, Default)]
pub struct DutyFilter {
    /// 此日之前到期（不含）。
    pub due_before: Option<Date>,
    /// 状态是其中之一；空为不限。
    pub states: Vec<DutyState>,
    /// 办理机关。
    pub body: Option<String>,
    /// 规则编码。
    pub code: Option<String>,
    /// 组织路径以此开头。
    pub org_prefix: Option<String>,
    /// 这个账号承办、审核或决定的案件里的。
    pub account: Option<Id<kind::Account>>,
}

row! {
    struct Row {
        id: String,
        timeline_id: String,
        code: String,
        part: Option<String>,
        start_event: Option<String>,
        keys: String,
        state: String,
        due_on: Option<i32>,
        due_at: Option<i64>,
        is_provisional: bool,
        met_on: Option<i32>,
        body_id: Option<String>,
        org_path: String,
    }
}

const COLUMNS: &str = "d.id, d.timeline_id, d.code, d.part, d.start_event, d.keys, d.state, d.due_on, d.due_at, \
     d.is_provisional, d.met_on, d.body_id, d.org_path";

impl Row {
    fn into_row(self) -> Result<DutyRow> {
        Ok(DutyRow {
            timeline: column::timeline_id(&self.timeline_id)?,
            part: column::part(self.part.as_deref())?,
            start_event: self.start_event.unwrap_or_default(),
            keys: code::read_json(&self.keys, "键")?,
            state: code::read_duty_state(&self.state)?,
            due_on: self.due_on.map(column::date).transpose()?,
            due_at: self.due_at.map(column::timestamp).transpose()?,
            is_provisional: self.is_provisional,
            met_on: self.met_on.map(column::date).transpose()?,
            id: self.id,
            code: self.code,
            body: self.body_id,
            org_path: self.org_path,
        })
    }
}

impl Read {
    /// 一案的全部义务，先到期的在前，没有到期日的在后。
    pub async fn list_case_duties(&self, id: TimelineId) -> Result<Vec<DutyRow>> {
        let sql = format!("SELECT {COLUMNS} FROM duty d WHERE d.timeline_id = $1 ORDER BY d.id");
        let rows = self.rows::<Row>(&sql, values![id]).await?;
        let mut duties: Vec<DutyRow> =
            rows.into_iter().map(Row::into_row).collect::<Result<_>>()?;
        duties.sort_by_key(|duty| (duty.due_on.is_none(), duty.due_on));
        Ok(duties)
    }

    /// The duties of all these timelines, in one statement.
    pub(crate) async fn list_duties_of_all(
        &self,
        ids: &BTreeSet<TimelineId>,
    ) -> Result<Vec<DutyRow>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = Query::new(format!("SELECT {COLUMNS} FROM duty d WHERE 1 = 1"));
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        query.and_any("d.timeline_id", &ids);
        query.push(" ORDER BY d.timeline_id, d.due_on, d.id", Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<Row>(&sql, values).await?;
        rows.into_iter().map(Row::into_row).collect()
    }

    /// 范围之内有到期日的义务，先到期的在前；`after` 是上一页末尾的到期日与标识。
    pub async fn list_duties(
        &self,
        scope: &Scope,
        filter: &DutyFilter,
        after: Option<(Date, String)>,
        limit: u32,
    ) -> Result<Vec<DutyRow>> {
        let mut listing = filter.listing(scope, after);
        listing.limit = limit.min(PAGE_MAX);
        listing.walk = self.list_walk();
        let place: Place<Row> = |row| (row.due_on.unwrap_or_default().into(), &row.id);
        let rows = listing.page(self, place).await?;
        rows.into_iter().map(Row::into_row).collect()
    }

    /// 列出的每一步怎样去做，供核对没有一步看整张表：为何、数据库怎样做。
    pub async fn explain_duties(
        &self,
        scope: &Scope,
        filter: &DutyFilter,
        after: Option<(Date, String)>,
    ) -> Result<Vec<(&'static str, String)>> {
        let listing = filter.listing(scope, after);
        self.explain(listing.steps(self.engine())).await
    }
}

impl Read {
    /// 送达了的机关在监督事项里自己的义务，先到期的在前；`after` 是上一页末尾的到期日与标识。
    ///
    /// The scope MUST be one of matters. A body has few of them, and what those who supervise have to do has no body.
    pub async fn list_supervised_duties(
        &self,
        scope: &Scope,
        filter: &DutyFilter,
        after: Option<(Date, String)>,
        limit: u32,
    ) -> Result<Vec<DutyRow>> {
        let mut query = Query::new(format!(
            "SELECT {COLUMNS} FROM case_row c JOIN duty d ON d.timeline_id = c.timeline_id \
             WHERE c.supervision IS NOT NULL AND d.body_id = c.body_id AND d.due_on IS NOT NULL"
        ));
        and_within(&mut query, scope, "c.org_path");
        query.and_prefix("c.org_path", filter.org_prefix.as_deref());
        filter.narrow(&mut query);
        if let Some((day, id)) = after {
            let beyond = "(d.due_on > ? OR (d.due_on = ? AND d.id > ?))";
            query.and(beyond, values![day, day, id]);
        }
        let limit = limit.min(PAGE_MAX);
        query.push(
            &format!(" ORDER BY d.due_on, d.id LIMIT {limit}"),
            Vec::new(),
        );
        let (sql, values) = query.into_parts();
        let rows = self.rows::<Row>(&sql, values).await?;
        rows.into_iter().map(Row::into_row).collect()
    }
}

/// The condition of the indexes of what is not over: these are few, what is over is most.
const UNFINISHED: &str = "d.state <> 'met' AND d.state <> 'met_late' AND d.state <> 'waived' AND d.state <> 'ended' \
     AND d.state <> 'undetermined'";

/// The condition of the index of what is over and was not met in time: there is little of it.
const OVER: &str =
    "(d.state = 'met_late' OR d.state = 'waived' OR d.state = 'ended' OR d.state = 'undetermined')";

const fn is_unfinished(state: DutyState) -> bool {
    match state {
        DutyState::Open
        | DutyState::Near
        | DutyState::Breached
        | DutyState::Suspended
        | DutyState::Provisional => true,
        DutyState::Met
        | DutyState::MetLate
        | DutyState::Waived
        | DutyState::Ended
        | DutyState::Undetermined => false,
    }
}

impl DutyFilter {
    fn listing<'a>(&'a self, scope: &'a Scope, after: Option<(Date, String)>) -> Listing<'a> {
        let due = self.due_before;
        let due = due.map(|day| ("d.due_on < ?".to_owned(), values![day]));
        let is_unfinished =
            !self.states.is_empty() && self.states.iter().all(|state| is_unfinished(*state));
        let (mut sets, mut walks) = (Vec::new(), Vec::new());
        if is_unfinished {
            for (index, column, value) in [
                ("duty_by_code", "code", self.code.as_deref()),
                ("duty_by_body", "body_id", self.body.as_deref()),
            ] {
                let Some(value) = value else { continue };
                let of = (format!("{UNFINISHED} AND d.{column} = ?"), values![value]);
                sets.push(Set::Index(index, of.clone()));
                let conditions = std::iter::once(of).chain(due.clone()).collect();
                walks.push(Walk { index, conditions });
            }
            walks.truncate(1);
        } else {
            sets.extend(self.body.as_deref().map(Set::of_body));
        }
        if walks.is_empty() {
            walks = match self.is_any_state() {
                true => vec![Walk {
                    index: "duty_by_due",
                    conditions: due.into_iter().collect(),
                }],
                false => self.walks_of_states(&due),
            };
        }
        sets.extend(self.account.map(|account| Set::of_account(account.value())));
        Listing {
            columns: COLUMNS,
            table: "duty",
            alias: "d",
            key: "due_on",
            id: "id",
            is_descending: false,
            after: after.map(|(day, id)| values![day, id]),
            limit: PAGE_MAX,
            walk: LIST_WALK,
            scope: Listing::within(scope, self.org_prefix.as_deref()),
            scope_index: match is_unfinished {
                true => "duty_open_by_org",
                false => "duty_by_org_due",
            },
            scope_only: is_unfinished.then_some(UNFINISHED),
            carried: vec!["timeline_id", "org_path", "state", "code", "body_id"],
            is_covered: true,
            narrow: Box::new(|query| self.narrow(query)),
            walks,
            sets,
        }
    }

    /// What is met is most of all: among all states it is soon found.
    fn is_any_state(&self) -> bool {
        self.states.is_empty() || self.states.contains(&DutyState::Met)
    }

    /// Each state has its own order.
    fn walks_of_states(&self, due: &Option<Condition>) -> Vec<Walk> {
        let walk = |state: &DutyState| {
            let (index, only) = match is_unfinished(*state) {
                true => ("duty_open_by_due", UNFINISHED),
                false => ("duty_over_by_due", OVER),
            };
            let only = (only.to_owned(), Vec::new());
            let state = ("d.state = ?".to_owned(), values![code::duty_state(*state)]);
            let conditions = [only, state].into_iter().chain(due.clone());
            Walk {
                index,
                conditions: conditions.collect(),
            }
        };
        self.states.iter().map(walk).collect()
    }

    fn narrow(&self, query: &mut Query) {
        query.and_some("d.due_on < ?", self.due_before);
        let states: Vec<&str> = self.states.iter().map(|s| code::duty_state(*s)).collect();
        query.and_any("d.state", &states);
        query.and_some("d.body_id = ?", self.body.as_deref());
        query.and_some("d.code = ?", self.code.as_deref());
        query.and_some(
            "EXISTS (SELECT 1 FROM case_account a WHERE a.timeline_id = d.timeline_id AND a.account_id = ?)",
            self.account,
        );
    }
}

impl Tx {
    /// 换成这些义务；返回状态有变的（旧、新）。
    pub async fn put_duties(
        &self,
        id: TimelineId,
        duties: &[DutyRow],
    ) -> Result<Vec<(DutyState, DutyRow)>> {
        let stored = self.list_case_duties(id).await?;
        let mut stored: BTreeMap<String, DutyRow> = stored
            .into_iter()
            .map(|duty| (duty.id.clone(), duty))
            .collect();
        let (mut turned, mut written) = (Vec::new(), Vec::new());
        for duty in duties {
            match stored.remove(&duty.id) {
                Some(old) if old == *duty => continue,
                Some(old) if old.state != duty.state => turned.push((old.state, duty.clone())),
                Some(_) | None => {}
            }
            written.push(duty);
        }
        self.write_duties(written).await?;
        for gone in stored.keys() {
            self.execute_later("DELETE FROM duty WHERE id = $1", values![gone])
                .await?;
        }
        Ok(turned)
    }

    pub(crate) async fn write_duties(
        &self,
        duties: impl IntoIterator<Item = &DutyRow>,
    ) -> Result<()> {
        let mut rows = Rows::new(
            "INSERT INTO duty (id, timeline_id, code, part, start_event, keys, state, due_on, due_at, \
             is_provisional, met_on, body_id, org_path) VALUES",
            13,
            "ON CONFLICT (id) DO UPDATE SET timeline_id = excluded.timeline_id, code = excluded.code, part = excluded.part, \
             start_event = excluded.start_event, keys = excluded.keys, state = excluded.state, \
             due_on = excluded.due_on, due_at = excluded.due_at, is_provisional = excluded.is_provisional, \
             met_on = excluded.met_on, body_id = excluded.body_id, org_path = excluded.org_path",
        );
        for duty in duties {
            rows.push(duty.values()?);
        }
        self.insert_later(rows).await
    }
}

impl DutyRow {
    fn values(&self) -> Result<Vec<crate::value::Value>> {
        Ok(values![
            self.id.as_str(),
            self.timeline,
            self.code.as_str(),
            self.part.to_string(),
            self.start_event.as_str(),
            code::write_json(&self.keys)?,
            code::duty_state(self.state),
            self.due_on,
            self.due_at,
            self.is_provisional,
            self.met_on,
            self.body.as_deref(),
            self.org_path.as_str(),
        ])
    }
}
