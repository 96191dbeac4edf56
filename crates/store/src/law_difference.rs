//! 换法典的差异：重新评估之后，哪些发现出现、变了或终结，逐条记下供人核对。

use mingjing_domain::finding::{Severity, Status};
use mingjing_kernel::id::TimelineId;
use mingjing_policy::scope::Scope;

use crate::code;
use crate::error::Result;
use crate::finding::{FindingChange, FindingRow};
use crate::query::Query;
use crate::row::row;
use crate::scope::and_within;
use crate::sql::{Rows, column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::{Read, Tx};

/// 一条差异；没有前一半的是新出现，没有后一半的是终结。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawDifference {
    /// 发现。
    pub finding: String,
    /// 时间线。
    pub timeline: TimelineId,
    /// 规则编码。
    pub code: String,
    /// 换法典之前。
    pub before: Option<(Status, Severity)>,
    /// 换法典之后。
    pub after: Option<(Status, Severity)>,
}

row! {
    struct Row {
        finding_id: String,
        timeline_id: String,
        code: String,
        before_status: Option<String>,
        before_severity: Option<String>,
        after_status: Option<String>,
        after_severity: Option<String>,
    }
}

impl Row {
    fn into_difference(self) -> Result<LawDifference> {
        let side = |status: Option<String>, severity: Option<String>| match (status, severity) {
            (Some(status), Some(severity)) => Ok(Some((
                code::read_status(&status)?,
                code::read_severity(&severity)?,
            ))),
            (None, _) | (_, None) => Ok(None),
        };
        Ok(LawDifference {
            before: side(self.before_status, self.before_severity)?,
            after: side(self.after_status, self.after_severity)?,
            timeline: column::timeline_id(&self.timeline_id)?,
            finding: self.finding_id,
            code: self.code,
        })
    }
}

/// What stood: nothing, when the finding is new or has ended.
fn standing(row: &FindingRow) -> Option<(&'static str, &'static str)> {
    let finding = &row.finding;
    let stands = row.ended.is_none();
    stands.then(|| (code::status(finding.status), finding.severity.code()))
}

/// 一条规则换法典的差异有多少。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawDifferenceSum {
    /// 规则编码。
    pub code: String,
    /// 新出现的。
    pub appeared: u64,
    /// 终结的。
    pub ended: u64,
    /// 状态、程度变了的。
    pub changed: u64,
}

row! {
    struct Sum {
        code: String,
        appeared: i64,
        ended: i64,
        total: i64,
    }
}

impl Read {
    /// 换成这一版法典时的差异，按规则的个数，按编码排列。
    pub async fn sum_law_differences(
        &self,
        lawbook_version: &str,
    ) -> Result<Vec<LawDifferenceSum>> {
        let sql = "SELECT code, CAST(SUM(CASE WHEN before_status IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS appeared, \
                   CAST(SUM(CASE WHEN after_status IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS ended, COUNT(*) AS total \
                   FROM law_difference WHERE lawbook_version = $1 GROUP BY code ORDER BY code";
        let rows = self.rows::<Sum>(sql, values![lawbook_version]).await?;
        let number = |n: i64| u64::try_from(n).unwrap_or_default();
        let sums = rows.into_iter().map(|row| LawDifferenceSum {
            appeared: number(row.appeared),
            ended: number(row.ended),
            changed: number(row.total - row.appeared - row.ended),
            code: row.code,
        });
        Ok(sums.collect())
    }

    /// 换成这一版法典时的差异，`after` 之后的至多 `limit` 条。
    pub async fn list_law_differences(
        &self,
        scope: &Scope,
        lawbook_version: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Vec<LawDifference>> {
        let mut query = Query::new(
            "SELECT d.finding_id, d.timeline_id, d.code, d.before_status, d.before_severity, d.after_status, \
             d.after_severity FROM law_difference d JOIN case_row c ON c.timeline_id = d.timeline_id WHERE 1 = 1",
        );
        query.and_some("d.lawbook_version = ?", Some(lawbook_version));
        and_within(&mut query, scope, "d.org_path");
        query.and_some("d.finding_id > ?", after);
        let limit = limit.min(PAGE_MAX);
        query.push(&format!(" ORDER BY d.finding_id LIMIT {limit}"), Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<Row>(&sql, values).await?;
        rows.into_iter().map(Row::into_difference).collect()
    }
}

impl Tx {
    /// 记下一案的差异；只是细节变了的不记。
    pub async fn put_law_differences(
        &self,
        lawbook_version: &str,
        changes: &[FindingChange],
    ) -> Result<()> {
        let mut rows = Rows::new(
            "INSERT INTO law_difference (lawbook_version, finding_id, timeline_id, org_path, code, before_status, \
             before_severity, after_status, after_severity, at) VALUES",
            10,
            "ON CONFLICT (lawbook_version, finding_id) DO NOTHING",
        );
        for change in changes {
            let before = change.before.as_ref().and_then(standing);
            let after = standing(&change.after);
            if before == after {
                continue;
            }
            rows.push(values![
                lawbook_version,
                change.after.finding.id.as_str(),
                change.after.timeline,
                change.after.finding.org_path.as_str(),
                change.after.finding.code.as_str(),
                before.map(|(status, _)| status),
                before.map(|(_, severity)| severity),
                after.map(|(status, _)| status),
                after.map(|(_, severity)| severity),
                self.now(),
            ]);
        }
        self.insert(rows).await?;
        Ok(())
    }
}
