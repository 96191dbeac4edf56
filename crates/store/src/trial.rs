//! 试行：试行的规则对各案会说的，只供数数，按规则、机关、月份；不是发现。

use std::collections::BTreeMap;

use mingjing_domain::finding::Status;
use mingjing_kernel::id::TimelineId;
use mingjing_policy::scope::Scope;

use crate::code;
use crate::counter::SUMS_MAX;
use crate::error::Result;
use crate::query::Query;
use crate::row::row;
use crate::scope::and_within;
use crate::sql::{Rows, column, values};
use crate::tx::{Read, Tx};

/// 一条规则对一案会说的一种：编码、状态、所说的日子在哪个月（年乘十二加月减一）。
pub type TrialKey = (String, Status, i32);

/// 一案里试行的规则会说的，各有几处。
pub type Trials = BTreeMap<TrialKey, u64>;

/// 一个机关一个月里，一条试行的规则会说到多少案。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialSum {
    /// 办理机关；不知道的为空。
    pub body: String,
    /// 月。
    pub month: i32,
    /// 状态。
    pub status: Status,
    /// 案数。
    pub cases: u64,
    /// 处数。
    pub n: u64,
}

row! {
    struct TrialRow {
        code: String,
        status: String,
        month: i64,
        n: i64,
    }
}

row! {
    struct SumRow {
        body_id: Option<String>,
        month: i64,
        status: String,
        cases: i64,
        n: i64,
    }
}

row! {
    struct TotalRow {
        status: String,
        cases: i64,
    }
}

fn month(month: i64) -> i32 {
    i32::try_from(month).unwrap_or(i32::MAX)
}

impl Read {
    /// 一案里试行的规则会说的。
    pub async fn list_case_trials(&self, id: TimelineId) -> Result<Trials> {
        let sql = "SELECT code, status, month, n FROM trial WHERE timeline_id = $1";
        let rows = self.rows::<TrialRow>(sql, values![id]).await?;
        let read = |row: TrialRow| {
            let key = (row.code, code::read_status(&row.status)?, month(row.month));
            Ok((key, column::count(row.n)?))
        };
        rows.into_iter().map(read).collect()
    }

    /// 范围之内，一条规则按机关、月份、状态会说到多少案；月份新的在前。
    pub async fn sum_trial(&self, scope: &Scope, code: &str) -> Result<Vec<TrialSum>> {
        let select = "c.body_id, t.month, t.status, COUNT(DISTINCT t.timeline_id) AS cases, CAST(SUM(t.n) AS BIGINT) AS n";
        let mut query = within(scope, code, select);
        let tail = format!(
            " GROUP BY c.body_id, t.month, t.status ORDER BY t.month DESC, c.body_id, t.status LIMIT {SUMS_MAX}"
        );
        query.push(&tail, Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<SumRow>(&sql, values).await?;
        let read = |row: SumRow| {
            Ok(TrialSum {
                body: row.body_id.unwrap_or_default(),
                month: month(row.month),
                status: code::read_status(&row.status)?,
                cases: column::count(row.cases)?,
                n: column::count(row.n)?,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// 范围之内，一条规则会说到多少案，按状态；一案在几个月里都说到的只数一次。
    pub async fn count_trial_cases(&self, scope: &Scope, code: &str) -> Result<Vec<(Status, u64)>> {
        let select = "t.status, COUNT(DISTINCT t.timeline_id) AS cases";
        let mut query = within(scope, code, select);
        query.push(" GROUP BY t.status ORDER BY t.status", Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<TotalRow>(&sql, values).await?;
        let read = |row: TotalRow| Ok((code::read_status(&row.status)?, column::count(row.cases)?));
        rows.into_iter().map(read).collect()
    }
}

fn within(scope: &Scope, code: &str, select: &str) -> Query {
    let from = "FROM trial t JOIN case_row c ON c.timeline_id = t.timeline_id WHERE 1 = 1";
    let mut query = Query::new(format!("SELECT {select} {from}"));
    query.and_some("t.code = ?", Some(code));
    and_within(&mut query, scope, "c.org_path");
    query
}

impl Tx {
    /// 换成这一次判断会说的。
    pub async fn put_trials(&self, id: TimelineId, trials: &Trials) -> Result<()> {
        let sql = "DELETE FROM trial WHERE timeline_id = $1";
        self.execute_later(sql, values![id]).await?;
        self.insert_trials(trials.iter().map(|one| (id, one))).await
    }

    pub(crate) async fn insert_trials(
        &self,
        trials: impl IntoIterator<Item = (TimelineId, (&TrialKey, &u64))>,
    ) -> Result<()> {
        let mut rows = Rows::new(
            "INSERT INTO trial (timeline_id, code, status, month, n) VALUES",
            5,
            "",
        );
        for (id, ((code, status, month), n)) in trials {
            rows.push(values![
                id,
                code.as_str(),
                code::status(*status),
                *month,
                *n
            ]);
        }
        self.insert_later(rows).await
    }
}
