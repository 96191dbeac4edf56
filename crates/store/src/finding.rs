//! 发现：同一件事的发现有同一个标识；变了就改，没有了就终结，从不删去。计数随之折叠。

mod rows;

use std::collections::BTreeMap;

use mingjing_domain::finding::{Marks, Severity, Status};
use mingjing_kernel::id::TimelineId;
use mingjing_kernel::moment::Moment;
use mingjing_ledger::suite::Suite;
use mingjing_policy::scope::Scope;

use crate::case_row::CaseRow;
use crate::code;
use crate::config::LIST_WALK;
use crate::counter::{CounterChanges, CounterStatus};
use crate::error::Result;
use crate::finding::rows::{COLUMNS, Row};
use crate::listing::{Condition, Listing, Set, Walk};
use crate::query::Query;
use crate::sql::{Param, Rows, values};
use crate::timeline::{Confidentiality, PAGE_MAX};
use crate::trend::TrendChanges;
use crate::tx::{Read, Tx};
use crate::value::Value;

/// 发现因何终结。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EndedBy {
    /// 由后来的事消除（办了、补了）。
    Met,
    /// 由更正消除。
    Corrected,
    /// 由法典的变更消除。
    LawChanged,
    /// 由外部事实的变更消除。
    FactsChanged,
    /// 由时间经过消除（临期已成逾期等）。
    TimePassed,
}

impl EndedBy {
    /// 全部取值。
    pub const ALL: [EndedBy; 5] = [
        EndedBy::Met,
        EndedBy::Corrected,
        EndedBy::LawChanged,
        EndedBy::FactsChanged,
        EndedBy::TimePassed,
    ];

    /// 短码。
    pub const fn code(self) -> &'static str {
        match self {
            EndedBy::Met => "met",
            EndedBy::Corrected => "corrected",
            EndedBy::LawChanged => "law_changed",
            EndedBy::FactsChanged => "facts_changed",
            EndedBy::TimePassed => "time_passed",
        }
    }

    /// 由短码取值。
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }

    /// 中文。
    pub const fn in_chinese(self) -> &'static str {
        match self {
            EndedBy::Met => "由后来的事消除",
            EndedBy::Corrected => "由更正消除",
            EndedBy::LawChanged => "由法典变更消除",
            EndedBy::FactsChanged => "由事实变更消除",
            EndedBy::TimePassed => "由时间经过消除",
        }
    }
}

/// 评估得出的一个发现。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFinding {
    /// 标识，见 [`identifier`]。
    pub id: String,
    /// 规则编码。
    pub code: String,
    /// 部分的序号。
    pub part: u16,
    /// 触发事件；案件级的没有。
    pub trigger_event: Option<String>,
    /// 键。
    pub keys: BTreeMap<String, String>,
    /// 状态。
    pub status: Status,
    /// 严重程度。
    pub severity: Severity,
    /// 标记。
    pub marks: Marks,
    /// 细节：JSON 对象，没有个人信息。
    pub detail: serde_json::Value,
    /// 办理机关。
    pub body: Option<String>,
    /// 组织路径。
    pub org_path: String,
}

/// 库里的一个发现。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingRow {
    /// 时间线。
    pub timeline: TimelineId,
    /// 最近一次评估的内容；终结了的为终结前的内容。
    pub finding: NewFinding,
    /// 第一次发现的时刻。
    pub found_at: Moment,
    /// 最近一次变动的时刻。
    pub changed_at: Moment,
    /// 终结的时刻与原因；没有终结的为 `None`。
    pub ended: Option<(Moment, EndedBy)>,
}

/// 一个发现的变动：只有后一个的是新出现，后一个终结了的是终结。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingChange {
    /// 变动之前。
    pub before: Option<FindingRow>,
    /// 变动之后。
    pub after: FindingRow,
}

/// 找哪些发现；没有写的条件不限。
#[derive(Debug, Clone, Default)]
pub struct FindingFilter {
    /// 状态是其中之一；空为不限。
    pub statuses: Vec<Status>,
    /// 严重程度是其中之一；空为不限。
    pub severities: Vec<Severity>,
    /// 规则编码。
    pub code: Option<String>,
    /// 办理机关。
    pub body: Option<String>,
    /// 案件。
    pub case: Option<TimelineId>,
    /// 组织路径以此开头。
    pub org_prefix: Option<String>,
    /// 此刻起发现的。
    pub since: Option<Moment>,
    /// 终结了的也要；默认只要没有终结的。
    pub with_ended: bool,
}

/// 发现、义务的标识：时间线与身份的散列，重新评估之后不变，也看不出内容。
///
/// Always SM3, whatever the suite of the log: an id must not change with a configuration.
pub fn identifier(prefix: &str, timeline: &str, identity: &str) -> String {
    let digest = Suite::Sm.hash(&[timeline.as_bytes(), b"\n", identity.as_bytes()]);
    format!("{prefix}_{}", &digest.to_hex()[..32])
}

impl Read {
    /// 一个发现；没有为 `None`。
    pub async fn find_finding(&self, id: &str) -> Result<Option<FindingRow>> {
        let sql = format!("SELECT {COLUMNS} FROM finding f WHERE f.id = $1");
        let row = self.row::<Row>(&sql, values![id]).await?;
        row.map(Row::into_row).transpose()
    }

    /// 一案的全部发现，终结了的也在内。
    pub async fn list_case_findings(&self, id: TimelineId) -> Result<Vec<FindingRow>> {
        let sql = format!("SELECT {COLUMNS} FROM finding f WHERE f.timeline_id = $1 ORDER BY f.id");
        let rows = self.rows::<Row>(&sql, values![id]).await?;
        rows.into_iter().map(Row::into_row).collect()
    }

    /// 范围之内的发现，新发现的在前；`after` 是上一页末尾的发现时刻与标识。
    pub async fn list_findings(
        &self,
        scope: &Scope,
        filter: &FindingFilter,
        after: Option<(Moment, String)>,
        limit: u32,
    ) -> Result<Vec<FindingRow>> {
        let (narrowing, prefix) = filter.without_prefix();
        let mut listing = narrowing.listing(scope, prefix, after);
        listing.limit = limit.min(PAGE_MAX);
        listing.walk = self.list_walk();
        let rows = listing.page(self, Row::place).await?;
        rows.into_iter().map(Row::into_row).collect()
    }

    /// 列出的每一步怎样去做，供核对没有一步看整张表：为何、数据库怎样做。
    pub async fn explain_findings(
        &self,
        scope: &Scope,
        filter: &FindingFilter,
        after: Option<(Moment, String)>,
    ) -> Result<Vec<(&'static str, String)>> {
        let (narrowing, prefix) = filter.without_prefix();
        let listing = narrowing.listing(scope, prefix, after);
        self.explain(listing.steps(self.engine())).await
    }
}

impl FindingFilter {
    /// The path is narrowed with the scope.
    fn without_prefix(&self) -> (FindingFilter, Option<&str>) {
        let narrowing = FindingFilter {
            org_prefix: None,
            ..self.clone()
        };
        (narrowing, self.org_prefix.as_deref())
    }

    fn listing<'a>(
        &'a self,
        scope: &'a Scope,
        prefix: Option<&'a str>,
        after: Option<(Moment, String)>,
    ) -> Listing<'a> {
        let equal = |column: &str, value: &str| (format!("f.{column} = ?"), values![value]);
        let code = self.code.as_deref().map(|code| equal("code", code));
        let body = self.body.as_deref().map(|body| equal("body_id", body));
        let case = self
            .case
            .map(|case| equal("timeline_id", &case.to_string()));
        let since = self
            .since
            .map(|at| ("f.found_at >= ?".to_owned(), values![at]));
        let (index, first) = match (&code, &body) {
            (Some(code), _) => ("finding_by_code", Some(code.clone())),
            (None, Some(body)) => ("finding_by_body", Some(body.clone())),
            (None, None) => ("finding_by_found", None),
        };
        let walk = Walk {
            index,
            conditions: first.into_iter().chain(since.clone()).collect(),
        };
        let mut sets = Vec::new();
        sets.extend(code.map(|code| Set::Index("finding_by_code", code)));
        sets.extend(body.map(|body| Set::Index("finding_by_body", body)));
        sets.extend(case.map(|case| Set::Index("finding_by_timeline", case)));
        sets.extend(since.map(|since| Set::Index("finding_by_found", since)));
        sets.extend(
            self.weights()
                .map(|weights| Set::Index("finding_by_severity", weights)),
        );
        Listing {
            columns: COLUMNS,
            table: "finding",
            alias: "f",
            key: "found_at",
            id: "id",
            is_descending: true,
            after: after.map(|(at, id)| values![at, id]),
            limit: PAGE_MAX,
            walk: LIST_WALK,
            scope: Listing::within(scope, prefix),
            scope_index: "finding_by_org_found",
            scope_only: None,
            carried: vec![
                "timeline_id",
                "org_path",
                "severity",
                "status",
                "code",
                "body_id",
                "ended_at",
            ],
            is_covered: true,
            narrow: Box::new(|query| self.narrow(query)),
            walks: vec![walk],
            sets,
        }
    }

    /// The index has the severity first: a status without one is asked for under each.
    fn weights(&self) -> Option<Condition> {
        if self.severities.is_empty() && self.statuses.is_empty() {
            return None;
        }
        let severities = match self.severities.as_slice() {
            [] => &Severity::ALL[..],
            some => some,
        };
        let mut text = format!("f.severity IN ({})", vec!["?"; severities.len()].join(", "));
        let mut all: Vec<Value> = severities.iter().map(|s| s.code().value()).collect();
        if !self.statuses.is_empty() {
            let marks = vec!["?"; self.statuses.len()].join(", ");
            text.push_str(&format!(" AND f.status IN ({marks})"));
            all.extend(self.statuses.iter().map(|s| code::status(*s).value()));
        }
        Some((text, all))
    }
}

impl FindingFilter {
    pub(crate) fn narrow(&self, query: &mut Query) {
        if !self.with_ended {
            query.and("f.ended_at IS NULL", Vec::new());
        }
        let statuses: Vec<&str> = self.statuses.iter().map(|s| code::status(*s)).collect();
        query.and_any("f.status", &statuses);
        let severities: Vec<&str> = self.severities.iter().map(|s| s.code()).collect();
        query.and_any("f.severity", &severities);
        query.and_some("f.code = ?", self.code.as_deref());
        query.and_some("f.body_id = ?", self.body.as_deref());
        query.and_some("f.timeline_id = ?", self.case);
        query.and_prefix("f.org_path", self.org_prefix.as_deref());
        query.and_some("f.found_at >= ?", self.since);
    }

    /// Whether folded counts can tell: they know neither cases nor instants.
    pub(crate) const fn is_counted(&self) -> bool {
        self.since.is_none() && self.case.is_none()
    }

    /// The conditions that folded rows, called `k`, have columns for.
    pub(crate) fn narrow_counted(&self, query: &mut Query) {
        let statuses: Vec<&str> = self.statuses.iter().map(|s| code::status(*s)).collect();
        query.and_any("k.status", &statuses);
        let severities: Vec<&str> = self.severities.iter().map(|s| s.code()).collect();
        query.and_any("k.severity", &severities);
        query.and_some("k.code = ?", self.code.as_deref());
        query.and_some("k.body_id = ?", self.body.as_deref());
        query.and_prefix("k.org_path", self.org_prefix.as_deref());
    }
}

impl FindingRow {
    pub(crate) fn counted_as(&self) -> CounterStatus {
        match self.ended {
            None => CounterStatus::Live(self.finding.status),
            Some((_, by)) => CounterStatus::Ended(by),
        }
    }
}

impl Tx {
    /// 写下一案评估得出的全部发现：新的插入，变的改，没有了的以 `cause` 终结，再现的恢复；计数按差额折叠。
    ///
    /// `findings` MUST have distinct ids, `of` MUST be the confidentiality in the header of the timeline. The timeline
    /// MUST be locked by this transaction.
    pub async fn put_findings(
        &self,
        timeline: TimelineId,
        of: Confidentiality,
        findings: &[NewFinding],
        cause: EndedBy,
    ) -> Result<Vec<FindingChange>> {
        let stored = self.list_case_findings(timeline).await?;
        let mut stored: BTreeMap<String, FindingRow> = stored
            .into_iter()
            .map(|row| (row.finding.id.clone(), row))
            .collect();
        let mut changes = Vec::new();
        for finding in findings {
            let before = stored.remove(&finding.id);
            if let Some(row) = &before
                && row.ended.is_none()
                && row.finding == *finding
            {
                continue;
            }
            let after = FindingRow {
                timeline,
                finding: finding.clone(),
                found_at: before.as_ref().map_or(self.now(), |row| row.found_at),
                changed_at: self.now(),
                ended: None,
            };
            changes.push(FindingChange { before, after });
        }
        for row in stored.into_values().filter(|row| row.ended.is_none()) {
            let after = FindingRow {
                changed_at: self.now(),
                ended: Some((self.now(), cause)),
                ..row.clone()
            };
            changes.push(FindingChange {
                before: Some(row),
                after,
            });
        }
        self.write_findings(changes.iter().map(|change| (of, change)))
            .await?;
        Ok(changes)
    }

    /// 抹去终结了的发现里的键与细节：依法抹去事件内容之后，旧的发现里也不留。
    pub async fn blank_ended_findings(&self, timeline: TimelineId) -> Result<u64> {
        let sql = "UPDATE finding SET keys = '{}', detail = '{}' WHERE timeline_id = $1 AND ended_at IS NOT NULL";
        self.execute(sql, values![timeline]).await
    }

    /// Writes findings of timelines that have none yet.
    pub(crate) async fn insert_findings(
        &self,
        new: impl IntoIterator<Item = (&CaseRow, &NewFinding)>,
    ) -> Result<()> {
        let found = |(case, finding): (&CaseRow, &NewFinding)| {
            let after = FindingRow {
                timeline: case.timeline,
                finding: finding.clone(),
                found_at: self.now(),
                changed_at: self.now(),
                ended: None,
            };
            let before = None;
            (case.confidentiality, FindingChange { before, after })
        };
        let changes: Vec<_> = new.into_iter().map(found).collect();
        self.write_findings(changes.iter().map(|(of, change)| (*of, change)))
            .await
    }

    async fn write_findings(
        &self,
        changes: impl IntoIterator<Item = (Confidentiality, &FindingChange)>,
    ) -> Result<()> {
        let (mut counters, mut trend) = (CounterChanges::default(), TrendChanges::default());
        let mut rows = Rows::new(rows::INSERT, rows::INSERT_COLUMNS, rows::ON_CONFLICT);
        for (of, change) in changes {
            if let Some(before) = &change.before {
                counters.add(before, of, -1);
                trend.add(before, of, -1);
            }
            counters.add(&change.after, of, 1);
            trend.add(&change.after, of, 1);
            rows.push(rows::values_of(&change.after)?);
        }
        self.insert_later(rows).await?;
        self.fold_counters(counters).await?;
        self.fold_trend(trend).await
    }
}
