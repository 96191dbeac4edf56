//! 表的性质：哪些是推出来的，删去可以再推；别的各有原由。`rebuild --verify` 核对推出来的每一张。

use mingjing_kernel::id::kind::TimelineKind;

use crate::error::Result;
use crate::row::row;
use crate::sql::values;
use crate::tx::{Read, Tx};

/// 推出来的一张表。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DerivedTable {
    /// 表名。
    pub name: &'static str,
    /// 写着时间线的列；不按时间线分的没有。
    pub key: Option<&'static str>,
    /// 由哪几种时间线推出。
    pub kinds: &'static [TimelineKind],
}

const CASE: &[TimelineKind] = &[TimelineKind::Case];
const PLACE: &[TimelineKind] = &[TimelineKind::Division, TimelineKind::Body];

const fn derived(
    name: &'static str,
    key: &'static str,
    kinds: &'static [TimelineKind],
) -> DerivedTable {
    DerivedTable {
        name,
        key: Some(key),
        kinds,
    }
}

/// 推出来的表。新加一张而不核对的，测试不通过。
pub const DERIVED: [DerivedTable; 15] = [
    derived("org_node", "id", PLACE),
    derived("body", "id", &[TimelineKind::Body]),
    derived("officer", "id", &[TimelineKind::Officer]),
    derived("card", "officer_id", &[TimelineKind::Officer]),
    derived("item", "id", &[TimelineKind::Item]),
    derived("assessment", "timeline_id", CASE),
    derived("case_row", "timeline_id", CASE),
    derived("case_account", "timeline_id", CASE),
    derived("duty", "timeline_id", CASE),
    derived("finding", "timeline_id", CASE),
    derived("next_look", "timeline_id", CASE),
    derived("fact_use", "timeline_id", CASE),
    derived("trial", "timeline_id", CASE),
    DerivedTable {
        name: "counter",
        key: None,
        kinds: CASE,
    },
    DerivedTable {
        name: "trend",
        key: None,
        kinds: CASE,
    },
];

/// 记下的：没有别的东西推得出它们。日志的瓦片与现状由条目推出，由 `fsck` 核对。
pub const RECORDED: [&str; 34] = [
    "account",
    "account_grant",
    "account_password",
    "audit",
    "body_mapping",
    "body_setting",
    "checkpoint",
    "complaint_number",
    "complaint_receipt",
    "delegation",
    "disclosure",
    "erasure_request",
    "event",
    "event_payload",
    "facts_snapshot",
    "import_batch",
    "import_chunk",
    "import_row",
    "informant",
    "informant_request",
    "intake_secret",
    "key_handover",
    "law_difference",
    "log_entry",
    "log_state",
    "log_tile",
    "pending_entry",
    "public_record",
    "recovery_code",
    "schema_version",
    "session",
    "source_key",
    "timeline",
    "totp",
];

/// 由公开记录推出的检索词与条数：不按时间线分，`rebuild --verify` 由公示的服务核对。
pub const OF_PUBLIC_RECORDS: [&str; 2] = ["public_state", "public_term"];

/// 按内容的摘要存一份的：由用到它的评估一并核对，写评估时缺的补上、不符的改正。
pub const BY_CONTENT: [&str; 1] = ["undetermined_set"];

/// 跨案的评估得出的：由全部案件一次得出，不按时间线分；再评估一次就是重建。
pub const OVER_CASES: [&str; 2] = ["over_cases_case", "over_cases_finding"];

/// 办事用的：做完、过期就没有了。
pub const WORKING: [&str; 7] = [
    "consumer",
    "foresight_example",
    "foresight_run",
    "idempotency",
    "job",
    "lease",
    "over_cases_run",
];

row! {
    struct KeyRow {
        row_key: String,
    }
}

impl Read {
    /// 这张表里，没有时间线的那些行写着的时间线，至多 `limit` 条。
    pub async fn list_orphans(&self, table: &DerivedTable, limit: u32) -> Result<Vec<String>> {
        let Some(key) = table.key else {
            return Ok(Vec::new());
        };
        let kinds: Vec<String> = table
            .kinds
            .iter()
            .map(|kind| format!("'{}'", kind.code()))
            .collect();
        let (name, kinds) = (table.name, kinds.join(", "));
        let sql = format!(
            "SELECT DISTINCT d.{key} AS row_key FROM {name} d WHERE NOT EXISTS \
             (SELECT 1 FROM timeline t WHERE t.id = d.{key} AND t.kind IN ({kinds})) ORDER BY 1 LIMIT $1"
        );
        let rows = self.rows::<KeyRow>(&sql, values![limit]).await?;
        Ok(rows.into_iter().map(|row| row.row_key).collect())
    }
}

impl Tx {
    /// 删去这张表里一条时间线的行：没有主的、读不出的，重推之前先去掉。
    pub async fn discard_derived(&self, table: &DerivedTable, key: &str) -> Result<u64> {
        match table.key {
            Some(column) => {
                let sql = format!("DELETE FROM {} WHERE {column} = $1", table.name);
                self.execute(&sql, values![key]).await
            }
            None => {
                let sql = format!("DELETE FROM {}", table.name);
                self.execute(&sql, Vec::new()).await
            }
        }
    }
}
