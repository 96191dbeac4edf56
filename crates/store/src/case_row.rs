//! 案件行：由事件、事实与法典推出的现状，一案一行，供列表与检索。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_domain::finding::Severity;
use mingjing_kernel::date::Date;
use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_policy::scope::Scope;

use crate::audit::successor;
use crate::code;
use crate::config::LIST_WALK;
use crate::error::{Result, StoreError};
use crate::listing::{Condition, Listing, Place, Set, Walk};
use crate::query::Query;
use crate::row::{First, row};
use crate::scope::{Stretch, and_within};
use crate::sql::{Param, Rows, column, values};
use crate::timeline::{Confidentiality, PAGE_MAX};
use crate::tx::{Read, Tx};
use crate::value::Value;

/// 案件的现状。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// 时间线。
    pub timeline: TimelineId,
    /// 案号。
    pub number: Option<String>,
    /// 主程序。
    pub procedure: Option<String>,
    /// 主程序的状态。
    pub state: Option<String>,
    /// 办理机关。
    pub body: Option<String>,
    /// 所属的组织路径。
    pub org_path: String,
    /// 机关的领域。
    pub department: Option<String>,
    /// 机关所在的区划代码。
    pub region: Option<String>,
    /// 当事人，自然人的已遮盖。
    pub party_masked: Option<String>,
    /// 立案日。
    pub filed_on: Option<Date>,
    /// 决定日。
    pub decided_on: Option<Date>,
    /// 结案日。
    pub closed_on: Option<Date>,
    /// 最后一件事之日。
    pub last_on: Date,
    /// 罚款。
    pub fine_fen: Option<i64>,
    /// 未完成的义务里最早的到期日。
    pub next_due_on: Option<Date>,
    /// 最重的发现。
    pub worst: Option<Severity>,
    /// 事件数。
    pub event_count: u64,
    /// 违反数。
    pub violation_count: u64,
    /// 疑点数。
    pub doubt_count: u64,
    /// 临期数。
    pub near_count: u64,
    /// 无法判定数。
    pub undetermined_count: u64,
    /// 未完成的义务数。
    pub open_duty_count: u64,
    /// 版本。
    pub version: u64,
    /// 保密程度。
    pub confidentiality: Confidentiality,
    /// 监督事项走到了哪里；不是监督事项的没有。
    pub supervision: Option<Supervision>,
    /// 监督事项的线索来源。
    pub lead_source: Option<String>,
    /// 投诉举报的几项；不是投诉举报的没有。
    pub complaint: Option<Complaint>,
}

/// 一件投诉举报推出来的几项，供列表与统计。
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Complaint {
    /// 办结了没有。
    pub is_over: bool,
    /// 类别。
    pub kind: Option<String>,
    /// 渠道。
    pub channel: Option<String>,
    /// 所反映的机关在登记簿里的标识。
    pub against: Option<String>,
    /// 所反映的机关、单位的原话。
    pub against_name: Option<String>,
    /// 收到之日。
    pub received_on: Option<Date>,
    /// 由答复来完成的义务都按期：真；有一项逾期：假；没有期限、还没有到的没有。
    pub is_timely: Option<bool>,
    /// 对办理结果满意；没有评价的没有。
    pub is_satisfied: Option<bool>,
    /// 与另一件是同一诉求，并过去了。
    pub is_repeat: bool,
}

const OPEN: &str = "open";
const OVER: &str = "over";

/// 监督事项有没有送达被监督机关。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supervision {
    /// 还在监督机构内部：被监督机关不知道有这一件。
    Internal,
    /// 送达了：被监督机关看得到送达的，要答复。
    Served,
}

impl Supervision {
    /// 短码。
    pub const fn code(self) -> &'static str {
        match self {
            Supervision::Internal => "internal",
            Supervision::Served => "served",
        }
    }

    fn read(code: &str) -> Result<Self> {
        match code {
            "internal" => Ok(Supervision::Internal),
            "served" => Ok(Supervision::Served),
            _ => Err(StoreError::corrupt(format!("监督事项的“{code}”不认识"))),
        }
    }
}

/// 列出的次序。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CaseOrder {
    /// 最近有事的在前。
    #[default]
    LastOn,
    /// 最近立案的在前；没有立案的不列。
    FiledOn,
    /// 最早到期的在前；没有未完成义务的不列。
    NextDueOn,
}

/// 找哪些案件；没有写的条件不限。
#[derive(Debug, Clone, Default)]
pub struct CaseFilter {
    /// 组织路径以此开头。
    pub org_prefix: Option<String>,
    /// 办理机关。
    pub body: Option<String>,
    /// 主程序。
    pub procedure: Option<String>,
    /// 主程序的状态。
    pub state: Option<String>,
    /// 最重的发现不轻于此。
    pub severity_min: Option<Severity>,
    /// 有这个编码的发现（没有消除的）。
    pub code: Option<String>,
    /// 有未完成的义务在此日之前到期。
    pub due_before: Option<Date>,
    /// 案号以此开头。
    pub number_prefix: Option<String>,
    /// 此日起立案。
    pub filed_from: Option<Date>,
    /// 此日前立案（不含）。
    pub filed_until: Option<Date>,
    /// 这个账号承办、审核或决定的。
    pub account: Option<Id<kind::Account>>,
    /// 不要这些主程序的：案件的列表不列监督事项。
    pub without: Vec<String>,
}

/// 案件的称呼：别的列表里说到一案时用。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseHead {
    /// 案号。
    pub number: Option<String>,
    /// 当事人，自然人的已遮盖。
    pub party_masked: Option<String>,
    /// 是监督事项。
    pub is_matter: bool,
    /// 是投诉举报。
    pub is_complaint: bool,
}

row! {
    pub(crate) struct CaseTableRow {
        timeline_id: String,
        number: Option<String>,
        procedure: Option<String>,
        state: Option<String>,
        body_id: Option<String>,
        org_path: String,
        department: Option<String>,
        region: Option<String>,
        party_masked: Option<String>,
        filed_on: Option<i32>,
        decided_on: Option<i32>,
        closed_on: Option<i32>,
        last_on: Option<i32>,
        fine_fen: Option<i64>,
        next_due_on: Option<i32>,
        worst: Option<String>,
        worst_rank: i64,
        event_count: i64,
        violation_count: i64,
        doubt_count: i64,
        near_count: i64,
        undetermined_count: i64,
        open_duty_count: i64,
        version: i64,
        confidentiality: String,
        supervision: Option<String>,
        lead_source: Option<String>,
        complaint: Option<String>,
        complaint_kind: Option<String>,
        complaint_channel: Option<String>,
        complaint_against: Option<String>,
        complaint_against_name: Option<String>,
        complaint_on: Option<i32>,
        complaint_timely: Option<bool>,
        complaint_satisfied: Option<bool>,
        complaint_repeats: Option<bool>,
    }
}

pub(crate) const COLUMNS: &str = "c.timeline_id, c.number, c.procedure, c.state, c.body_id, c.org_path, c.department, \
     c.region, c.party_masked, c.filed_on, c.decided_on, c.closed_on, c.last_on, c.fine_fen, c.next_due_on, c.worst, \
     c.worst_rank, c.event_count, c.violation_count, c.doubt_count, c.near_count, c.undetermined_count, c.open_duty_count, \
     c.version, c.confidentiality, c.supervision, c.lead_source, c.complaint, c.complaint_kind, c.complaint_channel, \
     c.complaint_against, c.complaint_against_name, c.complaint_on, c.complaint_timely, c.complaint_satisfied, \
     c.complaint_repeats";

/// What the indexes of the orders carry for the conditions.
const CARRIED: [&str; 9] = [
    "org_path",
    "worst_rank",
    "state",
    "procedure",
    "department",
    "confidentiality",
    "last_on",
    "filed_on",
    "next_due_on",
];

impl CaseTableRow {
    /// Where a row stands in the order.
    fn place(order: CaseOrder) -> Place<Self> {
        match order {
            CaseOrder::LastOn => |row| (row.last_on.unwrap_or_default().into(), &row.timeline_id),
            CaseOrder::FiledOn => |row| (row.filed_on.unwrap_or_default().into(), &row.timeline_id),
            CaseOrder::NextDueOn => {
                |row| (row.next_due_on.unwrap_or_default().into(), &row.timeline_id)
            }
        }
    }

    /// What the row says of a complaint.
    fn complaint(&self) -> Result<Option<Complaint>> {
        let is_over = match self.complaint.as_deref() {
            None => return self.no_complaint(),
            Some(OPEN) => false,
            Some(OVER) => true,
            Some(other) => {
                let what = format!("投诉举报的“{other}”不认识");
                return Err(StoreError::corrupt(what));
            }
        };
        Ok(Some(Complaint {
            is_over,
            kind: self.complaint_kind.clone(),
            channel: self.complaint_channel.clone(),
            against: self.complaint_against.clone(),
            against_name: self.complaint_against_name.clone(),
            received_on: self.complaint_on.map(column::date).transpose()?,
            is_timely: self.complaint_timely,
            is_satisfied: self.complaint_satisfied,
            is_repeat: self.complaint_repeats == Some(true),
        }))
    }

    /// Statistics count these columns: one that is filled in where there is no complaint would be counted.
    fn no_complaint(&self) -> Result<Option<Complaint>> {
        let texts = [
            &self.complaint_kind,
            &self.complaint_channel,
            &self.complaint_against,
            &self.complaint_against_name,
        ];
        let flags = [
            self.complaint_timely,
            self.complaint_satisfied,
            self.complaint_repeats,
        ];
        let is_told = texts.iter().any(|text| text.is_some())
            || flags.iter().any(Option::is_some)
            || self.complaint_on.is_some();
        match is_told {
            true => {
                let what = format!("案件行 {} 不是投诉举报而写着它的事", self.timeline_id);
                Err(StoreError::corrupt(what))
            }
            false => Ok(None),
        }
    }

    pub(crate) fn into_row(self) -> Result<CaseRow> {
        let last_on = self.last_on.ok_or_else(|| {
            StoreError::corrupt(format!("案件行 {} 没有最后一日", self.timeline_id))
        })?;
        let worst = self.worst.as_deref().map(code::read_severity).transpose()?;
        // Lists are narrowed by the rank: one that says something else would hide the case.
        if i64::from(code::severity_rank(worst)) != self.worst_rank {
            let what = format!("案件行 {} 的轻重与最重的发现不符", self.timeline_id);
            return Err(StoreError::corrupt(what));
        }
        let complaint = self.complaint()?;
        Ok(CaseRow {
            timeline: column::timeline_id(&self.timeline_id)?,
            number: self.number,
            procedure: self.procedure,
            state: self.state,
            body: self.body_id,
            org_path: self.org_path,
            department: self.department,
            region: self.region,
            party_masked: self.party_masked,
            filed_on: self.filed_on.map(column::date).transpose()?,
            decided_on: self.decided_on.map(column::date).transpose()?,
            closed_on: self.closed_on.map(column::date).transpose()?,
            last_on: column::date(last_on)?,
            fine_fen: self.fine_fen,
            next_due_on: self.next_due_on.map(column::date).transpose()?,
            worst,
            event_count: column::count(self.event_count)?,
            violation_count: column::count(self.violation_count)?,
            doubt_count: column::count(self.doubt_count)?,
            near_count: column::count(self.near_count)?,
            undetermined_count: column::count(self.undetermined_count)?,
            open_duty_count: column::count(self.open_duty_count)?,
            version: column::count(self.version)?,
            confidentiality: Confidentiality::from_code(&self.confidentiality).ok_or_else(
                || StoreError::corrupt(format!("案件行 {} 的保密程度不认识", self.timeline_id)),
            )?,
            supervision: self
                .supervision
                .as_deref()
                .map(Supervision::read)
                .transpose()?,
            lead_source: self.lead_source,
            complaint,
        })
    }
}

impl Read {
    /// 一案的现状；没有为 `None`。
    pub async fn find_case(&self, id: TimelineId) -> Result<Option<CaseRow>> {
        let sql = format!("SELECT {COLUMNS} FROM case_row c WHERE c.timeline_id = $1");
        let row = self.row::<CaseTableRow>(&sql, values![id]).await?;
        row.map(CaseTableRow::into_row).transpose()
    }

    /// 范围之内的这些案件的称呼；别的不给。
    pub async fn list_case_heads(
        &self,
        scope: &Scope,
        ids: &BTreeSet<TimelineId>,
    ) -> Result<BTreeMap<TimelineId, CaseHead>> {
        row! {
            struct Found {
                timeline_id: String,
                number: Option<String>,
                party_masked: Option<String>,
                supervision: Option<String>,
                complaint: Option<String>,
            }
        }
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut query = Query::new(
            "SELECT c.timeline_id, c.number, c.party_masked, c.supervision, c.complaint FROM case_row c WHERE 1 = 1",
        );
        and_within(&mut query, scope, "c.org_path");
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        query.and_any("c.timeline_id", &ids);
        let (sql, values) = query.into_parts();
        let rows = self.rows::<Found>(&sql, values).await?;
        let heads = rows.into_iter().map(|row| {
            let head = CaseHead {
                number: row.number,
                party_masked: row.party_masked,
                is_matter: row.supervision.is_some(),
                is_complaint: row.complaint.is_some(),
            };
            Ok((column::timeline_id(&row.timeline_id)?, head))
        });
        heads.collect()
    }

    /// 范围之内的案件，至多 `limit` 条；`after` 是上一页末尾的排序日与标识。
    pub async fn list_cases(
        &self,
        scope: &Scope,
        filter: &CaseFilter,
        order: CaseOrder,
        after: Option<(Date, TimelineId)>,
        limit: u32,
    ) -> Result<Vec<CaseRow>> {
        let procedures = match (&filter.state, &filter.procedure) {
            (Some(_), None) => self.list_procedures().await?,
            (Some(_), Some(_)) | (None, _) => Vec::new(),
        };
        let mut listing = filter.listing(scope, order, after, &procedures);
        listing.limit = limit.min(PAGE_MAX);
        listing.walk = self.list_walk();
        let rows = listing.page(self, CaseTableRow::place(order)).await?;
        rows.into_iter().map(CaseTableRow::into_row).collect()
    }

    /// 列出的每一步怎样去做，供核对没有一步看整张表：为何、数据库怎样做。
    pub async fn explain_cases(
        &self,
        scope: &Scope,
        filter: &CaseFilter,
        order: CaseOrder,
        after: Option<(Date, TimelineId)>,
    ) -> Result<Vec<(&'static str, String)>> {
        let procedures = ["ordinary".to_owned()];
        let listing = filter.listing(scope, order, after, &procedures);
        self.explain(listing.steps(self.engine())).await
    }

    /// The procedures that cases have: a handful, each found by one step of the index.
    async fn list_procedures(&self) -> Result<Vec<String>> {
        let sql = "WITH RECURSIVE p(name) AS (SELECT MIN(procedure) FROM case_row UNION ALL \
             SELECT (SELECT MIN(c.procedure) FROM case_row c WHERE c.procedure > p.name) FROM p WHERE p.name IS NOT NULL) \
             SELECT name FROM p WHERE name IS NOT NULL";
        let rows = self.rows::<First<String>>(sql, Vec::new()).await?;
        Ok(rows.into_iter().map(|First(name)| name).collect())
    }
}

impl CaseFilter {
    fn listing<'a>(
        &'a self,
        scope: &'a Scope,
        order: CaseOrder,
        after: Option<(Date, TimelineId)>,
        procedures: &[String],
    ) -> Listing<'a> {
        let (key, index, is_descending) = match order {
            CaseOrder::LastOn if self.body.is_some() => ("last_on", "case_row_by_body", true),
            CaseOrder::LastOn => ("last_on", "case_row_by_last", true),
            CaseOrder::FiledOn => ("filed_on", "case_row_by_filed", true),
            CaseOrder::NextDueOn => ("next_due_on", "case_row_by_due", false),
        };
        let conditions = match order {
            CaseOrder::LastOn => self.of_body(),
            CaseOrder::FiledOn => self.filed(),
            CaseOrder::NextDueOn => self.due(),
        };
        let scope = Listing::within(scope, self.org_prefix.as_deref());
        let sets = self.sets(&scope, procedures);
        let mut carried = CARRIED.to_vec();
        carried.extend(self.body.is_some().then_some("body_id"));
        carried.extend(self.number_prefix.is_some().then_some("number"));
        Listing {
            columns: COLUMNS,
            table: "case_row",
            alias: "c",
            key,
            id: "timeline_id",
            is_descending,
            after: after.map(|(day, id)| values![day, id]),
            limit: PAGE_MAX,
            walk: LIST_WALK,
            is_covered: carried.len() == CARRIED.len()
                || index == "case_row_by_body" && self.number_prefix.is_none(),
            carried,
            scope,
            scope_index: "case_row_by_org",
            scope_only: None,
            narrow: Box::new(|query| self.narrow(query)),
            walks: vec![Walk { index, conditions }],
            sets,
        }
    }

    /// Each filter has a set.
    fn sets(&self, scope: &[Stretch<'_>], procedures: &[String]) -> Vec<Set> {
        // With all before it given, the index goes down to the path as well.
        let below = match scope {
            [only] => only.below("c.org_path"),
            _ => None,
        };
        let mut sets = Vec::new();
        let mut index = |name, conditions: Vec<Condition>| {
            let (texts, values): (Vec<_>, Vec<_>) = conditions.into_iter().unzip();
            if !texts.is_empty() {
                let all = values.into_iter().flatten().collect();
                sets.push(Set::Index(name, (texts.join(" AND "), all)));
            }
        };
        let mut steps = self.steps_of_procedure(procedures);
        if self.state.is_some() {
            steps.push(self.ranks());
            steps.extend(below.clone());
        }
        index("case_row_by_procedure", steps);
        if self.severity_min.is_some() {
            let graded = ("c.worst_rank > 0".to_owned(), Vec::new());
            let steps = [graded, self.ranks()].into_iter().chain(below);
            index("case_row_by_worst", steps.collect());
        }
        index("case_row_by_body", self.of_body());
        let number = self.number_prefix.as_deref().map(|prefix| {
            let text = "c.number >= ? AND c.number < ?".to_owned();
            (text, values![prefix, successor(prefix)])
        });
        index("case_row_by_number", number.into_iter().collect());
        index("case_row_by_filed", self.filed());
        index("case_row_by_due", self.due());
        sets.extend(self.code.as_deref().map(Set::of_code));
        sets.extend(self.account.map(|account| Set::of_account(account.value())));
        sets
    }

    /// The index has the procedure first: a state without one is asked for under each.
    fn steps_of_procedure(&self, procedures: &[String]) -> Vec<Condition> {
        let procedure = self.procedure.as_deref();
        let mut all: Vec<Condition> = procedure
            .map(|name| ("c.procedure = ?".to_owned(), values![name]))
            .into_iter()
            .collect();
        if let Some(state) = self.state.as_deref() {
            if procedure.is_none() {
                let marks = vec!["?"; procedures.len().max(1)].join(", ");
                // Where there is no procedure, there is no state either.
                let mut names: Vec<Value> = procedures.iter().map(Param::value).collect();
                if names.is_empty() {
                    names.push("".value());
                }
                all.push((format!("c.procedure IN ({marks})"), names));
            }
            all.push(("c.state = ?".to_owned(), values![state]));
        }
        all
    }

    /// How grave the worst may be, one by one: a range would end what an index can be asked for.
    fn ranks(&self) -> Condition {
        let least = code::severity_rank(self.severity_min);
        let all = Severity::ALL.into_iter().map(Some).chain([None]);
        let ranks: Vec<Value> = all
            .map(code::severity_rank)
            .filter(|rank| *rank >= least)
            .map(|rank| rank.value())
            .collect();
        let marks = vec!["?"; ranks.len()].join(", ");
        (format!("c.worst_rank IN ({marks})"), ranks)
    }

    fn of_body(&self) -> Vec<Condition> {
        let body = self.body.as_deref();
        let body = body.map(|body| ("c.body_id = ?".to_owned(), values![body]));
        body.into_iter().collect()
    }

    fn filed(&self) -> Vec<Condition> {
        let from = self
            .filed_from
            .map(|day| ("c.filed_on >= ?".to_owned(), values![day]));
        let until = self
            .filed_until
            .map(|day| ("c.filed_on < ?".to_owned(), values![day]));
        from.into_iter().chain(until).collect()
    }

    fn due(&self) -> Vec<Condition> {
        let due = self
            .due_before
            .map(|day| ("c.next_due_on < ?".to_owned(), values![day]));
        due.into_iter().collect()
    }

    fn narrow(&self, query: &mut Query) {
        query.and_some("c.body_id = ?", self.body.as_deref());
        query.and_some("c.procedure = ?", self.procedure.as_deref());
        query.and_some("c.state = ?", self.state.as_deref());
        let rank = self.severity_min.map(|s| code::severity_rank(Some(s)));
        query.and_some("c.worst_rank >= ?", rank);
        query.and_some(
            "EXISTS (SELECT 1 FROM finding f WHERE f.timeline_id = c.timeline_id AND f.ended_at IS NULL \
             AND f.code = ?)",
            self.code.as_deref(),
        );
        query.and_some("c.next_due_on < ?", self.due_before);
        query.and_prefix("c.number", self.number_prefix.as_deref());
        query.and_some("c.filed_on >= ?", self.filed_from);
        query.and_some("c.filed_on < ?", self.filed_until);
        for procedure in &self.without {
            // A case without a procedure is one of the others.
            let condition = "(c.procedure IS NULL OR c.procedure <> ?)";
            query.and(condition, values![procedure.as_str()]);
        }
        query.and_some(
            "EXISTS (SELECT 1 FROM case_account a WHERE a.timeline_id = c.timeline_id AND a.account_id = ?)",
            self.account,
        );
    }
}

impl Tx {
    /// 写下一案的现状，有了就换。
    pub async fn put_case(&self, row: &CaseRow) -> Result<()> {
        self.put_cases([row]).await
    }

    pub(crate) async fn put_cases(&self, cases: impl IntoIterator<Item = &CaseRow>) -> Result<()> {
        let mut rows = Rows::new(
            "INSERT INTO case_row (timeline_id, number, procedure, state, body_id, org_path, department, region, \
             party_masked, filed_on, decided_on, closed_on, last_on, fine_fen, next_due_on, worst, worst_rank, \
             event_count, violation_count, doubt_count, near_count, undetermined_count, open_duty_count, version, \
             confidentiality, supervision, lead_source, complaint, complaint_kind, complaint_channel, complaint_against, \
             complaint_against_name, complaint_on, complaint_timely, complaint_satisfied, complaint_repeats) VALUES",
            36,
            "ON CONFLICT (timeline_id) DO UPDATE SET number = excluded.number, procedure = excluded.procedure, \
             state = excluded.state, body_id = excluded.body_id, org_path = excluded.org_path, \
             department = excluded.department, region = excluded.region, party_masked = excluded.party_masked, \
             filed_on = excluded.filed_on, decided_on = excluded.decided_on, closed_on = excluded.closed_on, \
             last_on = excluded.last_on, fine_fen = excluded.fine_fen, next_due_on = excluded.next_due_on, \
             worst = excluded.worst, worst_rank = excluded.worst_rank, event_count = excluded.event_count, \
             violation_count = excluded.violation_count, doubt_count = excluded.doubt_count, \
             near_count = excluded.near_count, undetermined_count = excluded.undetermined_count, \
             open_duty_count = excluded.open_duty_count, version = excluded.version, \
             confidentiality = excluded.confidentiality, supervision = excluded.supervision, \
             lead_source = excluded.lead_source, complaint = excluded.complaint, \
             complaint_kind = excluded.complaint_kind, complaint_channel = excluded.complaint_channel, \
             complaint_against = excluded.complaint_against, \
             complaint_against_name = excluded.complaint_against_name, complaint_on = excluded.complaint_on, \
             complaint_timely = excluded.complaint_timely, complaint_satisfied = excluded.complaint_satisfied, \
             complaint_repeats = excluded.complaint_repeats",
        );
        for case in cases {
            rows.push(case.values());
        }
        self.insert_later(rows).await
    }
}

impl CaseRow {
    fn values(&self) -> Vec<Value> {
        let told = self.complaint.as_ref();
        let state = told.map(|told| if told.is_over { OVER } else { OPEN });
        values![
            self.timeline,
            self.number.as_deref(),
            self.procedure.as_deref(),
            self.state.as_deref(),
            self.body.as_deref(),
            self.org_path.as_str(),
            self.department.as_deref(),
            self.region.as_deref(),
            self.party_masked.as_deref(),
            self.filed_on,
            self.decided_on,
            self.closed_on,
            self.last_on,
            self.fine_fen,
            self.next_due_on,
            self.worst.map(Severity::code),
            code::severity_rank(self.worst),
            self.event_count,
            self.violation_count,
            self.doubt_count,
            self.near_count,
            self.undetermined_count,
            self.open_duty_count,
            self.version,
            self.confidentiality.code(),
            self.supervision.map(Supervision::code),
            self.lead_source.as_deref(),
            state,
            told.and_then(|told| told.kind.as_deref()),
            told.and_then(|told| told.channel.as_deref()),
            told.and_then(|told| told.against.as_deref()),
            told.and_then(|told| told.against_name.as_deref()),
            told.and_then(|told| told.received_on),
            told.and_then(|told| told.is_timely),
            told.and_then(|told| told.is_satisfied),
            told.map(|told| told.is_repeat),
        ]
    }
}
