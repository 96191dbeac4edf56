//! 跨案发现：同一件事的有同一个标识；变了就改，没有了就终结，从不删去。数了哪些案件有上限，个数照实。

pub mod run;

use std::collections::BTreeMap;

use mingjing_domain::finding::{Marks, Severity, Status};
use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_kernel::moment::Moment;
use mingjing_policy::scope::Scope;

use crate::code;
use crate::error::{Result, StoreError};
use crate::finding::EndedBy;
use crate::query::Query;
use crate::row::row;
use crate::scope::and_paths_of;
use crate::sql::{Rows, column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::{Read, Tx};

/// 评估得出的一个跨案发现。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOverCases {
    /// 标识：身份的散列，见 [`crate::finding::identifier`]。
    pub id: String,
    /// 规则编码。
    pub code: String,
    /// 部分的序号。
    pub part: u16,
    /// 键：归组的值等。
    pub keys: BTreeMap<String, String>,
    /// 期间。
    pub period: Option<String>,
    /// 状态。
    pub status: Status,
    /// 严重程度。
    pub severity: Severity,
    /// 标记。
    pub marks: Marks,
    /// 细节：JSON 对象。
    pub detail: serde_json::Value,
    /// 容得下数了的案件的最低一级机构。
    pub org_path: String,
    /// 数了的案件共同的领域；不是一个领域的没有。
    pub department: Option<String>,
    /// 判断日。
    pub as_of: Date,
    /// 法典的版本。
    pub lawbook: String,
    /// 数了几案。
    pub counted: u64,
    /// 几案没有数成。
    pub not_counted: u64,
    /// 列出的案件：没有写缺什么的数了，写了的没有数成。
    pub cases: Vec<(TimelineId, Option<serde_json::Value>)>,
}

/// 库里的一个跨案发现，不带案件。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverCasesRow {
    /// 最近一次变动之后的内容；`cases` 另取，这里是空的。
    pub finding: NewOverCases,
    /// 第一次发现的时刻。
    pub found_at: Moment,
    /// 最近一次变动的时刻。
    pub changed_at: Moment,
    /// 最近一次还看见的时刻。
    pub seen_at: Moment,
    /// 终结的时刻与原因；没有终结的为 `None`。
    pub ended: Option<(Moment, EndedBy)>,
}

/// 没有终结的一个，评估之后要与新的比较。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenOverCases {
    /// 标识。
    pub id: String,
    /// 规则编码。
    pub code: String,
    /// 部分的序号。
    pub part: u16,
    /// 判断日。
    pub as_of: Date,
    /// 法典的版本。
    pub lawbook: String,
    /// 最近一次还看见的时刻。
    pub seen_at: Moment,
    /// 内容的摘要；抹去过的为空。
    pub digest: String,
}

/// 列出的一案。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverCasesCase {
    /// 哪一案。
    pub timeline: TimelineId,
    /// 缺什么，JSON；数了的没有。
    pub missing: Option<String>,
}

/// 找哪些跨案发现；没有写的条件不限。
#[derive(Debug, Clone, Default)]
pub struct OverCasesFilter {
    /// 状态是其中之一；空为不限。
    pub statuses: Vec<Status>,
    /// 严重程度是其中之一；空为不限。
    pub severities: Vec<Severity>,
    /// 规则编码。
    pub code: Option<String>,
    /// 组织路径以此开头。
    pub org_prefix: Option<String>,
    /// 终结了的也要；默认只要没有终结的。
    pub with_ended: bool,
}

/// 列表里的位置：轻重、发现的时刻、标识。
pub type OverCasesPlace = (u32, Moment, String);

/// 一组的个数。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverCasesSum {
    /// 规则编码。
    pub code: String,
    /// 严重程度。
    pub severity: Severity,
    /// 状态。
    pub status: Status,
    /// 是不是终结了的。
    pub is_ended: bool,
    /// 个数。
    pub n: u64,
}

impl NewOverCases {
    /// 在列表里的轻重：无法判定的排在说得出的后面。
    pub const fn weight(&self) -> u32 {
        match self.status {
            Status::Undetermined => 0,
            Status::Violated | Status::Doubt | Status::Near => {
                code::severity_rank(Some(self.severity))
            }
        }
    }
}

const COLUMNS: &str = "f.id, f.code, f.part, f.keys, f.period, f.status, f.severity, f.marks, f.detail, f.org_path, \
     f.department, f.as_of, f.lawbook_version, f.counted, f.not_counted, f.found_at, f.changed_at, f.seen_at, \
     f.ended_at, f.ended_by";
const INSERT: &str = "INSERT INTO over_cases_finding (id, code, part, keys, period, status, severity, weight, marks, \
     detail, org_path, department, as_of, lawbook_version, counted, not_counted, digest, found_at, changed_at, seen_at, \
     ended_at, ended_by) VALUES";
const INSERT_COLUMNS: usize = 22;
/// What is found again keeps the moment at which it was first found.
const ON_CONFLICT: &str = "ON CONFLICT (id) DO UPDATE SET keys = excluded.keys, period = excluded.period, \
     status = excluded.status, severity = excluded.severity, weight = excluded.weight, marks = excluded.marks, \
     detail = excluded.detail, org_path = excluded.org_path, department = excluded.department, as_of = excluded.as_of, \
     lawbook_version = excluded.lawbook_version, counted = excluded.counted, not_counted = excluded.not_counted, \
     digest = excluded.digest, changed_at = excluded.changed_at, seen_at = excluded.seen_at, \
     ended_at = excluded.ended_at, ended_by = excluded.ended_by";

row! {
    struct Row {
        id: String,
        code: String,
        part: String,
        keys: String,
        period: Option<String>,
        status: String,
        severity: String,
        marks: String,
        detail: String,
        org_path: String,
        department: Option<String>,
        as_of: i32,
        lawbook_version: String,
        counted: i64,
        not_counted: i64,
        found_at: i64,
        changed_at: i64,
        seen_at: i64,
        ended_at: Option<i64>,
        ended_by: Option<String>,
    }
}

row! {
    struct OpenRow {
        id: String,
        code: String,
        part: String,
        as_of: i32,
        lawbook_version: String,
        seen_at: i64,
        digest: String,
    }
}

row! {
    struct CaseRow {
        timeline_id: String,
        missing: Option<String>,
    }
}

row! {
    struct SumRow {
        code: String,
        severity: String,
        status: String,
        is_ended: i64,
        n: i64,
    }
}

impl Row {
    fn into_row(self) -> Result<OverCasesRow> {
        let ended = match (
            self.ended_at,
            self.ended_by.as_deref().map(EndedBy::from_code),
        ) {
            (None, None) => None,
            (Some(at), Some(Some(by))) => Some((column::moment(at)?, by)),
            (Some(_), Some(None) | None) | (None, Some(_)) => {
                return Err(StoreError::corrupt(format!(
                    "跨案发现 {} 的终结读不出",
                    self.id
                )));
            }
        };
        Ok(OverCasesRow {
            found_at: column::moment(self.found_at)?,
            changed_at: column::moment(self.changed_at)?,
            seen_at: column::moment(self.seen_at)?,
            ended,
            finding: NewOverCases {
                part: column::part(Some(&self.part))?,
                keys: code::read_json(&self.keys, "键")?,
                status: code::read_status(&self.status)?,
                severity: code::read_severity(&self.severity)?,
                marks: code::read_marks(&self.marks)?,
                detail: code::read_json(&self.detail, "细节")?,
                as_of: column::date(self.as_of)?,
                counted: column::count(self.counted)?,
                not_counted: column::count(self.not_counted)?,
                id: self.id,
                code: self.code,
                period: self.period,
                org_path: self.org_path,
                department: self.department,
                lawbook: self.lawbook_version,
                cases: Vec::new(),
            },
        })
    }
}

impl OpenRow {
    fn into_open(self) -> Result<OpenOverCases> {
        Ok(OpenOverCases {
            part: column::part(Some(&self.part))?,
            as_of: column::date(self.as_of)?,
            seen_at: column::moment(self.seen_at)?,
            id: self.id,
            code: self.code,
            lawbook: self.lawbook_version,
            digest: self.digest,
        })
    }
}

impl OverCasesFilter {
    fn narrow(&self, query: &mut Query) {
        if !self.with_ended {
            query.and("f.ended_at IS NULL", Vec::new());
        }
        let statuses: Vec<&str> = self.statuses.iter().map(|s| code::status(*s)).collect();
        query.and_any("f.status", &statuses);
        let severities: Vec<&str> = self.severities.iter().map(|s| s.code()).collect();
        query.and_any("f.severity", &severities);
        query.and_some("f.code = ?", self.code.as_deref());
        query.and_prefix("f.org_path", self.org_prefix.as_deref());
    }
}

impl Read {
    /// 一个跨案发现；没有、不在范围之内的为 `None`。
    pub async fn find_over_cases(&self, scope: &Scope, id: &str) -> Result<Option<OverCasesRow>> {
        let mut query = Query::new(format!(
            "SELECT {COLUMNS} FROM over_cases_finding f WHERE 1 = 1"
        ));
        and_paths_of(&mut query, scope, "f.org_path", "f.department");
        query.and_some("f.id = ?", Some(id));
        let (sql, values) = query.into_parts();
        let row = self.row::<Row>(&sql, values).await?;
        row.map(Row::into_row).transpose()
    }

    /// 范围之内的跨案发现，重的在前，同样重的新发现的在前；`after` 是上一页的末尾。
    pub async fn list_over_cases(
        &self,
        scope: &Scope,
        filter: &OverCasesFilter,
        after: Option<OverCasesPlace>,
        limit: u32,
    ) -> Result<Vec<OverCasesRow>> {
        let mut query = Query::new(format!(
            "SELECT {COLUMNS} FROM over_cases_finding f WHERE 1 = 1"
        ));
        and_paths_of(&mut query, scope, "f.org_path", "f.department");
        filter.narrow(&mut query);
        if let Some((weight, found_at, id)) = after {
            query.and(
                "(f.weight, f.found_at, f.id) < (?, ?, ?)",
                values![weight, found_at, id],
            );
        }
        let limit = limit.min(PAGE_MAX);
        let tail = format!(" ORDER BY f.weight DESC, f.found_at DESC, f.id DESC LIMIT {limit}");
        query.push(&tail, Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<Row>(&sql, values).await?;
        rows.into_iter().map(Row::into_row).collect()
    }

    /// 同样的条件、同样的范围，按规则、程度、状态数出的个数。
    pub async fn sum_over_cases(
        &self,
        scope: &Scope,
        filter: &OverCasesFilter,
    ) -> Result<Vec<OverCasesSum>> {
        const ENDED: &str = "CASE WHEN f.ended_at IS NULL THEN 0 ELSE 1 END";
        let mut query = Query::new(format!(
            "SELECT f.code, f.severity, f.status, CAST({ENDED} AS BIGINT) AS is_ended, COUNT(*) AS n \
             FROM over_cases_finding f WHERE 1 = 1"
        ));
        and_paths_of(&mut query, scope, "f.org_path", "f.department");
        filter.narrow(&mut query);
        let tail = format!(
            " GROUP BY f.code, f.severity, f.status, {ENDED} ORDER BY f.code, f.severity, f.status, {ENDED}"
        );
        query.push(&tail, Vec::new());
        let (sql, values) = query.into_parts();
        let read = |row: SumRow| {
            Ok(OverCasesSum {
                severity: code::read_severity(&row.severity)?,
                status: code::read_status(&row.status)?,
                is_ended: row.is_ended != 0,
                n: column::count(row.n)?,
                code: row.code,
            })
        };
        let rows = self.rows::<SumRow>(&sql, values).await?;
        rows.into_iter().map(read).collect()
    }

    /// 一个跨案发现列出的案件：数了的在前。
    pub async fn list_over_cases_cases(&self, id: &str) -> Result<Vec<OverCasesCase>> {
        let sql =
            "SELECT timeline_id, missing FROM over_cases_case WHERE finding_id = $1 ORDER BY n";
        let rows = self.rows::<CaseRow>(sql, values![id]).await?;
        let read = |row: CaseRow| {
            Ok(OverCasesCase {
                timeline: column::timeline_id(&row.timeline_id)?,
                missing: row.missing,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// 没有终结的全部。
    pub async fn list_open_over_cases(&self) -> Result<Vec<OpenOverCases>> {
        let sql = "SELECT id, code, part, as_of, lawbook_version, seen_at, digest FROM over_cases_finding \
                   WHERE ended_at IS NULL ORDER BY id";
        let rows = self.rows::<OpenRow>(sql, Vec::new()).await?;
        rows.into_iter().map(OpenRow::into_open).collect()
    }

    /// 列出的案件在 `since` 之后记下了什么：有没有事，有没有更正。
    pub async fn find_news_of_over_cases(&self, id: &str, since: Moment) -> Result<(bool, bool)> {
        const NEWS: &str = "FROM over_cases_case x JOIN event e ON e.timeline_id = x.timeline_id \
             WHERE x.finding_id = $1 AND e.recorded_at > $2";
        let sql = format!("SELECT COUNT(*) {NEWS}");
        let any = self.scalar::<i64>(&sql, values![id, since]).await?;
        let sql = format!("SELECT COUNT(*) {NEWS} AND e.corrects IS NOT NULL");
        let corrected = self.scalar::<i64>(&sql, values![id, since]).await?;
        Ok((any.unwrap_or(0) > 0, corrected.unwrap_or(0) > 0))
    }
}

impl Tx {
    /// 写下新的与变了的，连同它们的案件；`digest` 是内容的摘要。
    pub async fn put_over_cases(&self, findings: &[(NewOverCases, String)]) -> Result<()> {
        let mut rows = Rows::new(INSERT, INSERT_COLUMNS, ON_CONFLICT);
        let mut cases = Rows::new(
            "INSERT INTO over_cases_case (finding_id, n, timeline_id, missing) VALUES",
            4,
            "",
        );
        for (finding, digest) in findings {
            self.forget_cases(&finding.id).await?;
            for (n, (timeline, missing)) in finding.cases.iter().enumerate() {
                let missing = missing.as_ref().map(ToString::to_string);
                cases.push(values![finding.id.as_str(), n as u64, *timeline, missing]);
            }
            rows.push(values![
                finding.id.as_str(),
                finding.code.as_str(),
                finding.part.to_string(),
                code::write_json(&finding.keys)?,
                finding.period.as_deref(),
                code::status(finding.status),
                finding.severity.code(),
                finding.weight(),
                code::write_marks(finding.marks),
                code::write_json(&finding.detail)?,
                finding.org_path.as_str(),
                finding.department.as_deref(),
                finding.as_of,
                finding.lawbook.as_str(),
                finding.counted,
                finding.not_counted,
                digest.as_str(),
                self.now(),
                self.now(),
                self.now(),
                None::<Moment>,
                None::<&str>,
            ]);
        }
        self.insert(rows).await?;
        self.insert(cases).await?;
        Ok(())
    }

    /// 终结一个。
    pub async fn end_over_cases(&self, id: &str, by: EndedBy) -> Result<()> {
        self.execute(
            "UPDATE over_cases_finding SET ended_at = $1, ended_by = $2, changed_at = $1 \
             WHERE id = $3 AND ended_at IS NULL",
            values![self.now(), by.code(), id],
        )
        .await?;
        Ok(())
    }

    /// 没有终结的，这一次都还看见。
    pub async fn see_over_cases(&self, as_of: Date, lawbook: &str) -> Result<u64> {
        self.execute(
            "UPDATE over_cases_finding SET seen_at = $1, as_of = $2, lawbook_version = $3 WHERE ended_at IS NULL",
            values![self.now(), as_of, lawbook],
        )
        .await
    }

    async fn forget_cases(&self, finding: &str) -> Result<()> {
        let sql = "DELETE FROM over_cases_case WHERE finding_id = $1";
        self.execute(sql, values![finding]).await?;
        Ok(())
    }

    /// 依法清除时：列出这一案的跨案发现抹去键与细节，这一案一处不留；下一次评估再写。
    pub async fn forget_over_cases_of(&self, timeline: TimelineId) -> Result<()> {
        self.execute(
            "UPDATE over_cases_finding SET keys = '{}', detail = '{}', digest = '' WHERE id IN \
             (SELECT finding_id FROM over_cases_case WHERE timeline_id = $1)",
            values![timeline],
        )
        .await?;
        let sql = "DELETE FROM over_cases_case WHERE timeline_id = $1";
        self.execute(sql, values![timeline]).await?;
        Ok(())
    }
}
