//! 计数：按机关、编码、程度、状态、月份、案件的密级折叠的发现数；与发现的变动同一事务，加减差额。

use std::collections::BTreeMap;

use mingjing_domain::finding::{Severity, Status};
use mingjing_kernel::moment::Moment;
use mingjing_policy::org::OrgPath;
use mingjing_policy::scope::Scope;

use crate::code;
use crate::error::{Result, StoreError};
use crate::finding::{EndedBy, FindingFilter, FindingRow};
use crate::query::Query;
use crate::row::row;
use crate::scope::{and_within, and_within_folded, is_folded};
use crate::sql::{Rows, values};
use crate::timeline::Confidentiality;
use crate::tx::{Read, Tx};

/// 计数里的状态：没有终结的按状态，终结了的按原因。
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CounterStatus {
    /// 没有终结。
    Live(Status),
    /// 终结了。
    Ended(EndedBy),
}

impl CounterStatus {
    /// 短码：状态的短码，或 `ended_` 加原因的短码。
    pub const fn code(self) -> &'static str {
        match self {
            CounterStatus::Live(Status::Violated) => "violated",
            CounterStatus::Live(Status::Doubt) => "doubt",
            CounterStatus::Live(Status::Near) => "near",
            CounterStatus::Live(Status::Undetermined) => "undetermined",
            CounterStatus::Ended(EndedBy::Met) => "ended_met",
            CounterStatus::Ended(EndedBy::Corrected) => "ended_corrected",
            CounterStatus::Ended(EndedBy::LawChanged) => "ended_law_changed",
            CounterStatus::Ended(EndedBy::FactsChanged) => "ended_facts_changed",
            CounterStatus::Ended(EndedBy::TimePassed) => "ended_time_passed",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        match code.strip_prefix("ended_") {
            Some(by) => EndedBy::from_code(by).map(CounterStatus::Ended),
            None => code::status_of(code).map(CounterStatus::Live),
        }
    }
}

/// 一格计数的键。
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CounterKey {
    /// 办理机关；不知道的为空。
    pub body: String,
    /// 组织路径。
    pub org_path: String,
    /// 规则编码。
    pub code: String,
    /// 严重程度。
    pub severity: Severity,
    /// 状态。
    pub status: CounterStatus,
    /// 第一次发现所在的月：年乘十二加月减一，按北京时间。
    pub month: i32,
    /// 案件的密级：看不到密级件的人，数里也没有。
    pub confidentiality: Confidentiality,
}

/// 要折叠的差额。
#[derive(Debug, Default)]
pub(crate) struct CounterChanges(BTreeMap<CounterKey, i64>);

impl CounterChanges {
    pub(crate) fn add(&mut self, row: &FindingRow, of: Confidentiality, n: i64) {
        let key = CounterKey {
            body: row.finding.body.clone().unwrap_or_default(),
            org_path: row.finding.org_path.clone(),
            code: row.finding.code.clone(),
            severity: row.finding.severity,
            status: row.counted_as(),
            month: month_of(row.found_at),
            confidentiality: of,
        };
        *self.0.entry(key).or_default() += n;
    }
}

/// The month of an instant in Beijing, counted from year 0.
pub fn month_of(at: Moment) -> i32 {
    let day = at.timestamp().date();
    i32::from(day.year()) * 12 + i32::from(day.month()) - 1
}

/// 汇总的一行：按什么分组，就有什么。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingSum {
    /// 办理机关、编码或程度的短码。
    pub group: String,
    /// 严重程度。
    pub severity: Severity,
    /// 状态。
    pub status: CounterStatus,
    /// 个数。
    pub n: u64,
}

/// 按什么分组。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SumBy {
    /// 办理机关。
    Body,
    /// 规则编码。
    Code,
    /// 严重程度。
    Severity,
}

/// 汇总最多多少行：机关、编码、程度、状态的组合再多就应当缩小范围。
pub const SUMS_MAX: usize = 10_000;

row! {
    struct SumRow {
        grouped: Option<String>,
        severity: String,
        status: String,
        n: i64,
    }
}

row! {
    struct CounterRow {
        body_id: String,
        org_path: String,
        code: String,
        severity: String,
        status: String,
        month: i64,
        confidentiality: String,
        n: i64,
    }
}

const ENDED_AS: &str = "CASE WHEN f.ended_by IS NULL THEN f.status ELSE 'ended_' || f.ended_by END";

impl Read {
    /// 范围之内的发现按组汇总；范围只看组织路径与密级的读计数，其余逐条数。
    pub async fn sum_findings(
        &self,
        scope: &Scope,
        filter: &FindingFilter,
        by: SumBy,
    ) -> Result<Vec<FindingSum>> {
        self.sum_grouped(scope, filter, |alias| match by {
            SumBy::Body => format!("{alias}.body_id"),
            SumBy::Code => format!("{alias}.code"),
            SumBy::Severity => format!("{alias}.severity"),
        })
        .await
    }

    /// 范围之内、`under` 之下的发现，按紧接着的下一级汇总：组是下一级的路径，就在 `under` 的为它自己。
    pub async fn sum_findings_below(
        &self,
        scope: &Scope,
        filter: &FindingFilter,
        under: &OrgPath,
    ) -> Result<Vec<FindingSum>> {
        let filter = FindingFilter {
            org_prefix: Some(under.to_string()),
            ..filter.clone()
        };
        let (engine, length) = (self.engine(), under.as_str().len());
        let group = |alias: &str| engine.path_below(&format!("{alias}.org_path"), length);
        self.sum_grouped(scope, &filter, group).await
    }

    async fn sum_grouped(
        &self,
        scope: &Scope,
        filter: &FindingFilter,
        group: impl Fn(&str) -> String,
    ) -> Result<Vec<FindingSum>> {
        let mut query = if is_folded(scope) && filter.is_counted() {
            from_counters(scope, filter, &group("k"))
        } else {
            from_findings(scope, filter, &group("f"))
        };
        query.push(&format!(" LIMIT {SUMS_MAX}"), Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<SumRow>(&sql, values).await?;
        let read = |row: SumRow| {
            Ok(FindingSum {
                group: row.grouped.unwrap_or_default(),
                severity: code::read_severity(&row.severity)?,
                status: read_counter_status(&row.status)?,
                n: crate::sql::column::count(row.n)?,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// 全部计数，键到数；供核对。
    pub async fn list_counters(&self) -> Result<BTreeMap<CounterKey, i64>> {
        let rows = self.rows::<CounterRow>(
            "SELECT body_id, org_path, code, severity, status, month, confidentiality, n FROM counter WHERE n <> 0",
            Vec::new(),
        );
        read_counters(rows.await?)
    }

    /// 由发现逐条数出的计数，键到数；供核对。
    pub async fn count_findings(&self) -> Result<BTreeMap<CounterKey, i64>> {
        // The month follows from an instant by the calendar of Beijing: counted here, not in SQL.
        row! {
            struct Counted {
                body_id: Option<String>,
                org_path: String,
                code: String,
                severity: String,
                status: String,
                found_at: i64,
                confidentiality: String,
                n: i64,
            }
        }
        let sql = format!(
            "SELECT f.body_id, f.org_path, f.code, f.severity, {ENDED_AS} AS status, f.found_at, \
             t.confidentiality, COUNT(*) AS n FROM finding f JOIN timeline t ON t.id = f.timeline_id \
             GROUP BY f.body_id, f.org_path, f.code, f.severity, {ENDED_AS}, f.found_at, t.confidentiality"
        );
        let mut counters = BTreeMap::new();
        for row in self.rows::<Counted>(&sql, Vec::new()).await? {
            let key = CounterKey {
                body: row.body_id.unwrap_or_default(),
                org_path: row.org_path,
                code: row.code,
                severity: code::read_severity(&row.severity)?,
                status: read_counter_status(&row.status)?,
                month: month_of(crate::sql::column::moment(row.found_at)?),
                confidentiality: read_confidentiality(&row.confidentiality)?,
            };
            *counters.entry(key).or_default() += row.n;
        }
        Ok(counters)
    }
}

fn from_counters(scope: &Scope, filter: &FindingFilter, group: &str) -> Query {
    let mut query = Query::new(format!(
        "SELECT {group} AS grouped, k.severity, k.status, CAST(SUM(k.n) AS BIGINT) AS n FROM counter k \
         WHERE k.n <> 0"
    ));
    and_within_folded(&mut query, scope);
    if !filter.with_ended {
        query.and("k.status NOT LIKE 'ended_%'", Vec::new());
    }
    filter.narrow_counted(&mut query);
    let tail =
        format!(" GROUP BY {group}, k.severity, k.status ORDER BY {group}, k.severity, k.status");
    query.push(&tail, Vec::new());
    query
}

fn from_findings(scope: &Scope, filter: &FindingFilter, group: &str) -> Query {
    let mut query = Query::new(format!(
        "SELECT {group} AS grouped, f.severity, {ENDED_AS} AS status, COUNT(*) AS n FROM finding f \
         JOIN case_row c ON c.timeline_id = f.timeline_id WHERE 1 = 1"
    ));
    and_within(&mut query, scope, "f.org_path");
    filter.narrow(&mut query);
    let tail = format!(
        " GROUP BY {group}, f.severity, {ENDED_AS} ORDER BY {group}, f.severity, {ENDED_AS}"
    );
    query.push(&tail, Vec::new());
    query
}

fn read_counter_status(code: &str) -> Result<CounterStatus> {
    CounterStatus::from_code(code)
        .ok_or_else(|| StoreError::corrupt(format!("计数的状态“{code}”不认识")))
}

/// The confidentiality that a folded row is of.
pub(crate) fn read_confidentiality(code: &str) -> Result<Confidentiality> {
    Confidentiality::from_code(code)
        .ok_or_else(|| StoreError::corrupt(format!("密级“{code}”不认识")))
}

fn read_counters(rows: Vec<CounterRow>) -> Result<BTreeMap<CounterKey, i64>> {
    let read = |row: CounterRow| {
        let key = CounterKey {
            severity: code::read_severity(&row.severity)?,
            status: read_counter_status(&row.status)?,
            month: i32::try_from(row.month)
                .map_err(|_| StoreError::corrupt(format!("月份 {} 超出范围", row.month)))?,
            confidentiality: read_confidentiality(&row.confidentiality)?,
            body: row.body_id,
            org_path: row.org_path,
            code: row.code,
        };
        Ok((key, row.n))
    };
    rows.into_iter().map(read).collect()
}

impl Tx {
    /// Adds the differences, in the order of their keys, so that two transactions do not wait for each other.
    pub(crate) async fn fold_counters(&self, changes: CounterChanges) -> Result<()> {
        let mut rows = Rows::new(
            "INSERT INTO counter (body_id, org_path, code, severity, status, month, confidentiality, n) VALUES",
            8,
            "ON CONFLICT (body_id, org_path, code, severity, status, month, confidentiality) DO UPDATE SET n = counter.n + excluded.n",
        );
        for (key, n) in changes.0.into_iter().filter(|(_, n)| *n != 0) {
            rows.push(values![
                key.body,
                key.org_path,
                key.code,
                key.severity.code(),
                key.status.code(),
                key.month,
                key.confidentiality.code(),
                n,
            ]);
        }
        self.insert_later(rows).await
    }

    /// 把计数与走势换成由发现逐条数出的。
    pub async fn recount_findings(&self) -> Result<()> {
        let counted = self.count_findings().await?;
        self.execute("DELETE FROM counter", Vec::new()).await?;
        self.fold_counters(CounterChanges(counted)).await?;
        self.recount_trend().await
    }
}
