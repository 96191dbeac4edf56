//! 监督事项：是案件行里的一部分，另有自己的列表；一件发现由哪一件事项监督着；送达了的机关自己的义务。

use std::collections::{BTreeMap, BTreeSet};

use mingjing_kernel::date::Date;
use mingjing_kernel::id::TimelineId;
use mingjing_policy::scope::Scope;

use crate::case_row::{COLUMNS, CaseRow, CaseTableRow};
use crate::error::Result;
use crate::query::Query;
use crate::row::row;
use crate::scope::and_within;
use crate::sql::{column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::Read;

/// 找哪些监督事项；没有写的条件不限。
#[derive(Debug, Clone, Default)]
pub struct MatterFilter {
    /// 状态。
    pub state: Option<String>,
    /// 被监督机关。
    pub body: Option<String>,
    /// 线索来源。
    pub source: Option<String>,
    /// 有未完成的义务在此日之前到期。
    pub due_before: Option<Date>,
    /// 办理它的监督机构在此之下。
    pub org_prefix: Option<String>,
    /// 编号以此开头。
    pub number_prefix: Option<String>,
    /// 只要没有办结的，或者只要办结的。
    pub is_over: Option<bool>,
}

/// 一种状态有几件。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterSum {
    /// 状态。
    pub state: Option<String>,
    /// 件数。
    pub n: u64,
}

/// 监督着一件发现的事项。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supervising {
    /// 发现。
    pub finding: String,
    /// 事项。
    pub matter: TimelineId,
    /// 编号。
    pub number: Option<String>,
    /// 办结之日；没有办结的没有。
    pub closed_on: Option<Date>,
}

impl MatterFilter {
    fn narrow(&self, query: &mut Query) {
        query.and_some("c.state = ?", self.state.as_deref());
        query.and_some("c.body_id = ?", self.body.as_deref());
        query.and_some("c.lead_source = ?", self.source.as_deref());
        query.and_some("c.next_due_on < ?", self.due_before);
        query.and_prefix("c.org_path", self.org_prefix.as_deref());
        query.and_prefix("c.number", self.number_prefix.as_deref());
        match self.is_over {
            Some(true) => query.and("c.closed_on IS NOT NULL", Vec::new()),
            Some(false) => query.and("c.closed_on IS NULL", Vec::new()),
            None => {}
        }
    }
}

impl Read {
    /// 范围之内的监督事项，最近有事的在前；`after` 是上一页末尾的最后一日与标识。
    pub async fn list_matters(
        &self,
        scope: &Scope,
        filter: &MatterFilter,
        after: Option<(Date, TimelineId)>,
        limit: u32,
    ) -> Result<Vec<CaseRow>> {
        let mut query = Query::new(format!(
            "SELECT {COLUMNS} FROM case_row c WHERE c.supervision IS NOT NULL"
        ));
        and_within(&mut query, scope, "c.org_path");
        filter.narrow(&mut query);
        if let Some((day, id)) = after {
            let beyond = "(c.last_on < ? OR (c.last_on = ? AND c.timeline_id < ?))";
            query.and(beyond, values![day, day, id]);
        }
        let limit = limit.min(PAGE_MAX);
        let tail = format!(" ORDER BY c.last_on DESC, c.timeline_id DESC LIMIT {limit}");
        query.push(&tail, Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<CaseTableRow>(&sql, values).await?;
        rows.into_iter().map(CaseTableRow::into_row).collect()
    }

    /// 范围之内各种状态的件数。
    pub async fn sum_matters(
        &self,
        scope: &Scope,
        filter: &MatterFilter,
    ) -> Result<Vec<MatterSum>> {
        row! {
            struct Sum {
                state: Option<String>,
                n: i64,
            }
        }
        let mut query = Query::new(
            "SELECT c.state, COUNT(*) AS n FROM case_row c WHERE c.supervision IS NOT NULL",
        );
        and_within(&mut query, scope, "c.org_path");
        filter.narrow(&mut query);
        query.push(" GROUP BY c.state ORDER BY c.state", Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<Sum>(&sql, values).await?.into_iter();
        rows.map(|row| {
            Ok(MatterSum {
                state: row.state,
                n: column::count(row.n)?,
            })
        })
        .collect()
    }

    /// 监督着这些发现的事项，先立的在前。
    pub async fn list_supervising(&self, findings: &BTreeSet<String>) -> Result<Vec<Supervising>> {
        row! {
            struct Found {
                subject_id: String,
                timeline_id: String,
                number: Option<String>,
                closed_on: Option<i32>,
            }
        }
        if findings.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = Query::new(
            "SELECT u.subject_id, u.timeline_id, c.number, c.closed_on FROM fact_use u \
             JOIN case_row c ON c.timeline_id = u.timeline_id WHERE c.supervision IS NOT NULL",
        );
        let ids: Vec<&str> = findings.iter().map(String::as_str).collect();
        query.and_any("u.subject_id", &ids);
        query.push(" ORDER BY u.timeline_id, u.subject_id", Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<Found>(&sql, values).await?.into_iter();
        rows.map(|row| {
            Ok(Supervising {
                finding: row.subject_id,
                matter: column::timeline_id(&row.timeline_id)?,
                number: row.number,
                closed_on: row.closed_on.map(column::date).transpose()?,
            })
        })
        .collect()
    }

    /// 这些发现里还没有消除的：没有终结的，以及由更正终结、而同一案里同一规则的同一部分还有没有终结的——换了键、换了
    /// 日子的是同一个问题。
    pub async fn list_standing(&self, findings: &[&str]) -> Result<Vec<String>> {
        if findings.is_empty() {
            return Ok(Vec::new());
        }
        row! {
            struct Standing {
                id: String,
            }
        }
        let mut query = Query::new(
            "SELECT f.id FROM finding f WHERE (f.ended_at IS NULL OR f.ended_by = 'corrected' AND EXISTS \
             (SELECT 1 FROM finding g WHERE g.timeline_id = f.timeline_id AND g.code = f.code AND g.part = f.part \
             AND g.ended_at IS NULL))",
        );
        query.and_any("f.id", findings);
        let (sql, values) = query.into_parts();
        let rows = self.rows::<Standing>(&sql, values).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// 被监督机关在这些事项里没有完成的义务，最早的到期日。
    pub async fn list_supervised_dues(
        &self,
        matters: &BTreeSet<TimelineId>,
    ) -> Result<BTreeMap<TimelineId, Date>> {
        row! {
            struct Due {
                timeline_id: String,
                due_on: i32,
            }
        }
        if matters.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut query = Query::new(
            "SELECT d.timeline_id, MIN(d.due_on) AS due_on FROM duty d WHERE d.due_on IS NOT NULL \
             AND d.body_id IS NOT NULL AND d.met_on IS NULL AND d.state <> 'waived' AND d.state <> 'ended'",
        );
        let ids: Vec<String> = matters.iter().map(ToString::to_string).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        query.and_any("d.timeline_id", &ids);
        query.push(" GROUP BY d.timeline_id", Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<Due>(&sql, values).await?.into_iter();
        rows.map(|row| {
            Ok((
                column::timeline_id(&row.timeline_id)?,
                column::date(row.due_on)?,
            ))
        })
        .collect()
    }

    /// 机关现在在组织树上的位置；没有登记、已经没有了的为 `None`。
    pub async fn find_standing_path(&self, node: &str) -> Result<Option<String>> {
        let sql = "SELECT path FROM org_node WHERE id = $1 AND to_on IS NULL";
        self.scalar::<String>(sql, values![node]).await
    }
}
