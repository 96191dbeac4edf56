//! 走势：每天新发现几个、消除几个；与计数一样，同发现的变动在一个事务里加减差额。

use std::collections::BTreeMap;

use mingjing_domain::finding::{Severity, Status};
use mingjing_kernel::date::Date;
use mingjing_kernel::moment::Moment;
use mingjing_policy::scope::Scope;

use crate::code;
use crate::counter::{SUMS_MAX, SumBy, read_confidentiality};
use crate::error::Result;
use crate::finding::{FindingFilter, FindingRow};
use crate::query::Query;
use crate::row::row;
use crate::scope::{and_within, and_within_folded, is_folded};
use crate::sql::{Rows, column, values};
use crate::timeline::Confidentiality;
use crate::tx::{Read, Tx};

/// 一格走势的键。
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrendKey {
    /// 哪一天，按北京时间。
    pub on: Date,
    /// 组织路径。
    pub org_path: String,
    /// 办理机关；不知道的为空。
    pub body: String,
    /// 规则编码。
    pub code: String,
    /// 严重程度，最近一次评估的。
    pub severity: Severity,
    /// 状态，最近一次评估的。
    pub status: Status,
    /// 案件的密级。
    pub confidentiality: Confidentiality,
}

/// 一天里的两个数。
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TrendCount {
    /// 这一天新发现的。
    pub found: i64,
    /// 这一天消除的。
    pub ended: i64,
}

/// 走势的一点。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrendPoint {
    /// 哪一天。
    pub on: Date,
    /// 机关、编码或程度；不分组的为空。
    pub group: String,
    /// 新发现的。
    pub found: u64,
    /// 消除的。
    pub ended: u64,
}

/// 哪一段日子的走势，首尾都算。
#[derive(Debug, Clone, Copy)]
pub struct Days {
    /// 第一天。
    pub from: Date,
    /// 最后一天。
    pub to: Date,
}

/// 要折叠的差额。
#[derive(Debug, Default)]
pub(crate) struct TrendChanges(BTreeMap<TrendKey, TrendCount>);

impl TrendChanges {
    pub(crate) fn add(&mut self, row: &FindingRow, of: Confidentiality, n: i64) {
        self.at(row, of, row.found_at).found += n;
        if let Some((at, _)) = row.ended {
            self.at(row, of, at).ended += n;
        }
    }

    fn at(&mut self, row: &FindingRow, of: Confidentiality, at: Moment) -> &mut TrendCount {
        let finding = &row.finding;
        let key = TrendKey {
            on: at.timestamp().date(),
            org_path: finding.org_path.clone(),
            body: finding.body.clone().unwrap_or_default(),
            code: finding.code.clone(),
            severity: finding.severity,
            status: finding.status,
            confidentiality: of,
        };
        self.0.entry(key).or_default()
    }
}

row! {
    struct KeyedRow {
        on_day: i32,
        org_path: String,
        body_id: String,
        code: String,
        severity: String,
        status: String,
        confidentiality: String,
        found_count: i64,
        ended_count: i64,
    }
}

row! {
    struct PointRow {
        on_day: i32,
        grouped: String,
        found_count: i64,
        ended_count: i64,
    }
}

/// The day of an instant in Beijing, as `Timestamp::date` has it: the offset has not changed since 1991.
const FOUND_ON: &str = "(f.found_at / 1000000 + 28800) / 86400";
const ENDED_ON: &str = "(f.ended_at / 1000000 + 28800) / 86400";

impl Read {
    /// 范围之内每天新发现、消除的个数，按日子与组；两个都是零的不在内。范围只看组织路径与密级的读走势，其余逐条数。
    pub async fn list_trend(
        &self,
        scope: &Scope,
        filter: &FindingFilter,
        by: Option<SumBy>,
        days: Days,
    ) -> Result<Vec<TrendPoint>> {
        let mut query = if is_folded(scope) && filter.is_counted() {
            from_trend(scope, filter, by, days)
        } else {
            from_findings(scope, filter, by, days)
        };
        query.push(&format!(" ORDER BY 1, 2 LIMIT {SUMS_MAX}"), Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<PointRow>(&sql, values).await?;
        rows.into_iter()
            .map(|row| {
                Ok(TrendPoint {
                    on: column::date(row.on_day)?,
                    group: row.grouped,
                    found: column::count(row.found_count)?,
                    ended: column::count(row.ended_count)?,
                })
            })
            .collect()
    }

    /// 全部走势，键到数；供核对。
    pub async fn list_trend_counts(&self) -> Result<BTreeMap<TrendKey, TrendCount>> {
        let sql = "SELECT on_day, org_path, body_id, code, severity, status, confidentiality, found_count, \
                   ended_count FROM trend WHERE found_count <> 0 OR ended_count <> 0";
        self.keyed(sql).await
    }

    /// 由发现逐条数出的走势，键到数；供核对。
    pub async fn count_trend(&self) -> Result<BTreeMap<TrendKey, TrendCount>> {
        let sql = format!(
            "SELECT t.on_day, t.org_path, t.body_id, t.code, t.severity, t.status, h.confidentiality, \
             CAST(SUM(t.found_count) AS BIGINT) AS found_count, CAST(SUM(t.ended_count) AS BIGINT) AS ended_count \
             FROM (SELECT f.timeline_id, CAST({FOUND_ON} AS INTEGER) AS on_day, f.org_path, COALESCE(f.body_id, '') AS body_id, \
             f.code, f.severity, f.status, 1 AS found_count, 0 AS ended_count FROM finding f \
             UNION ALL SELECT f.timeline_id, CAST({ENDED_ON} AS INTEGER), f.org_path, COALESCE(f.body_id, ''), f.code, f.severity, \
             f.status, 0, 1 FROM finding f WHERE f.ended_at IS NOT NULL) t \
             JOIN timeline h ON h.id = t.timeline_id \
             GROUP BY t.on_day, t.org_path, t.body_id, t.code, t.severity, t.status, h.confidentiality"
        );
        self.keyed(&sql).await
    }

    async fn keyed(&self, sql: &str) -> Result<BTreeMap<TrendKey, TrendCount>> {
        let rows = self.rows::<KeyedRow>(sql, Vec::new()).await?;
        let read = |row: KeyedRow| {
            let key = TrendKey {
                on: column::date(row.on_day)?,
                severity: code::read_severity(&row.severity)?,
                status: code::read_status(&row.status)?,
                confidentiality: read_confidentiality(&row.confidentiality)?,
                org_path: row.org_path,
                body: row.body_id,
                code: row.code,
            };
            let (found, ended) = (row.found_count, row.ended_count);
            Ok((key, TrendCount { found, ended }))
        };
        rows.into_iter().map(read).collect()
    }
}

fn from_trend(scope: &Scope, filter: &FindingFilter, by: Option<SumBy>, days: Days) -> Query {
    let group = grouped(by, "k");
    let mut query = Query::new(format!(
        "SELECT k.on_day, {group} AS grouped, CAST(SUM(k.found_count) AS BIGINT) AS \
         found_count, CAST(SUM(k.ended_count) AS BIGINT) AS ended_count FROM trend k \
         WHERE (k.found_count <> 0 OR k.ended_count <> 0)"
    ));
    query.and(
        "k.on_day >= ? AND k.on_day <= ?",
        values![days.from, days.to],
    );
    and_within_folded(&mut query, scope);
    filter.narrow_counted(&mut query);
    query.push(group_by(by), Vec::new());
    query
}

fn from_findings(scope: &Scope, filter: &FindingFilter, by: Option<SumBy>, days: Days) -> Query {
    let group = grouped(by, "f");
    // What has ended was found as well: the switch for ended ones says nothing here.
    let filter = FindingFilter {
        with_ended: true,
        ..filter.clone()
    };
    let mut query = Query::new(
        "SELECT t.on_day, t.grouped, CAST(SUM(t.found_count) AS BIGINT) AS found_count, \
         CAST(SUM(t.ended_count) AS BIGINT) AS ended_count FROM (",
    );
    let begin = |on: Date| values![micros_of(on)];
    for (on, at, counts) in [
        (FOUND_ON, "f.found_at", "1 AS found_count, 0 AS ended_count"),
        (ENDED_ON, "f.ended_at", "0 AS found_count, 1 AS ended_count"),
    ] {
        if at == "f.ended_at" {
            query.push(" UNION ALL ", Vec::new());
        }
        let head = format!(
            "SELECT CAST({on} AS INTEGER) AS on_day, {group} AS grouped, {counts} FROM finding f \
             JOIN case_row c ON c.timeline_id = f.timeline_id WHERE 1 = 1"
        );
        query.push(&head, Vec::new());
        query.and(&format!("{at} >= ?"), begin(days.from));
        query.and(&format!("{at} < ?"), begin(days.to.add_days(1)));
        and_within(&mut query, scope, "f.org_path");
        filter.narrow(&mut query);
    }
    query.push(") t GROUP BY 1, 2", Vec::new());
    query
}

/// By the day alone, of the folded rows, where nothing else is asked for: the rows of the index stand in that order already.
const fn group_by(by: Option<SumBy>) -> &'static str {
    match by {
        None => " GROUP BY 1",
        Some(_) => " GROUP BY 1, 2",
    }
}

fn grouped(by: Option<SumBy>, alias: &str) -> String {
    match by {
        None => "''".to_owned(),
        Some(SumBy::Body) => format!("COALESCE({alias}.body_id, '')"),
        Some(SumBy::Code) => format!("{alias}.code"),
        Some(SumBy::Severity) => format!("{alias}.severity"),
    }
}

/// The first instant of a day in Beijing.
fn micros_of(on: Date) -> i64 {
    (i64::from(on.day_number()) * 86_400 - 28_800) * 1_000_000
}

impl Tx {
    /// Adds the differences, in the order of their keys, so that two transactions do not wait for each other.
    pub(crate) async fn fold_trend(&self, changes: TrendChanges) -> Result<()> {
        let mut rows = Rows::new(
            "INSERT INTO trend (on_day, org_path, body_id, code, severity, status, confidentiality, found_count, ended_count) VALUES",
            9,
            "ON CONFLICT (on_day, org_path, body_id, code, severity, status, confidentiality) DO UPDATE SET \
             found_count = trend.found_count + excluded.found_count, \
             ended_count = trend.ended_count + excluded.ended_count",
        );
        let nothing = TrendCount::default();
        for (key, n) in changes.0.into_iter().filter(|(_, n)| *n != nothing) {
            rows.push(values![
                key.on,
                key.org_path,
                key.body,
                key.code,
                key.severity.code(),
                code::status(key.status),
                key.confidentiality.code(),
                n.found,
                n.ended,
            ]);
        }
        self.insert_later(rows).await
    }

    pub(crate) async fn recount_trend(&self) -> Result<()> {
        let counted = self.count_trend().await?;
        self.execute("DELETE FROM trend", Vec::new()).await?;
        self.fold_trend(TrendChanges(counted)).await
    }
}
