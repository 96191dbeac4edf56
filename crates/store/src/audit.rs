//! 审计：谁对什么做了什么、准没准，与所做的事同一事务写下，并进日志。

use mingjing_kernel::id::{Id, kind};
use mingjing_kernel::moment::Moment;
use mingjing_ledger::canonical::Canonical;
use mingjing_ledger::digest::{Digest, Salt};
use mingjing_ledger::entry::{AuditEntry, Entry};
use serde_json::json;

use crate::error::{Result, StoreError};
use crate::log::token;
use crate::row::row;
use crate::sql::{Param, column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::{Read, Tx};

/// 要写下的审计记录。`detail` 里 MUST NOT 有个人信息：审计不能抹去。
#[derive(Debug, Clone)]
pub struct NewAudit {
    /// 动作，如 `case.record_event`。
    pub action: String,
    /// 对哪一种东西。
    pub resource_kind: String,
    /// 哪一个。
    pub resource_id: Option<String>,
    /// 它所属的组织路径。
    pub org_path: String,
    /// 准没准。
    pub is_allowed: bool,
    /// 详情：JSON 对象，只有标识、代码与数目。
    pub detail: serde_json::Value,
}

/// 审计记录。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// 位置，列出时的次序。
    pub position: i64,
    /// 标识。
    pub id: Id<kind::Audit>,
    /// 何时。
    pub at: Moment,
    /// 谁；系统自己的为 `None`。
    pub account: Option<Id<kind::Account>>,
    /// 动作。
    pub action: String,
    /// 对哪一种东西。
    pub resource_kind: String,
    /// 哪一个。
    pub resource_id: Option<String>,
    /// 它所属的组织路径。
    pub org_path: String,
    /// 准没准。
    pub is_allowed: bool,
    /// 详情。
    pub detail: serde_json::Value,
    /// 追踪号。
    pub trace_id: String,
}

/// 找哪些审计记录；没有写的条件不限。
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// 这一位置之前的（翻页）。
    pub before: Option<i64>,
    /// 组织路径以此开头；`None` 为不限。
    pub org_prefix: Option<String>,
    /// 谁。
    pub account: Option<Id<kind::Account>>,
    /// 哪一种、哪一个。
    pub resource: Option<(String, String)>,
    /// 自何时起。
    pub from: Option<Moment>,
    /// 到何时止（不含）。
    pub until: Option<Moment>,
}

row! {
    pub(crate) struct AuditRow {
        pub(crate) position: i64,
        pub(crate) id: String,
        pub(crate) at: i64,
        account_id: Option<String>,
        action: String,
        resource_kind: String,
        resource_id: Option<String>,
        org_path: String,
        allowed: bool,
        detail: String,
        trace_id: String,
        pub(crate) salt: Vec<u8>,
    }
}

pub(crate) const COLUMNS: &str = "SELECT position, id, at, account_id, action, resource_kind, resource_id, org_path, \
     allowed, detail, trace_id, salt FROM audit";

impl AuditRow {
    pub(crate) fn into_record(self) -> Result<AuditRecord> {
        let corrupt = |what: &str| StoreError::corrupt(format!("审计 {} {what}", self.id));
        Ok(AuditRecord {
            position: self.position,
            id: column::id(&self.id)?,
            at: column::moment(self.at)?,
            account: self.account_id.as_deref().map(column::id).transpose()?,
            detail: serde_json::from_str(&self.detail).map_err(|_| corrupt("的详情读不出"))?,
            action: self.action,
            resource_kind: self.resource_kind,
            resource_id: self.resource_id,
            org_path: self.org_path,
            is_allowed: self.allowed,
            trace_id: self.trace_id,
        })
    }
}

/// What the salted digest of the entry covers.
pub(crate) fn content(record: &AuditRecord) -> Result<Canonical> {
    let json = json!({
        "account": record.account.map(|id| id.to_string()),
        "allowed": record.is_allowed,
        "detail": record.detail,
        "org_path": record.org_path,
        "resource_id": record.resource_id,
        "resource_kind": record.resource_kind,
        "trace_id": record.trace_id,
    });
    Canonical::from_json(&json).map_err(StoreError::internal)
}

pub(crate) fn entry(record: &AuditRecord, tx: &Read, content: Digest) -> Result<Entry> {
    Ok(Entry::Audit(AuditEntry {
        node: tx.identity().node.clone(),
        id: token(record.id.to_string())?,
        recorded_at: record.at,
        action: token(record.action.as_str())?,
        content,
    }))
}

impl Tx {
    /// 写下审计记录，条目待入日志；做事的是事务所属的账号。
    pub async fn audit(&self, new: NewAudit) -> Result<Id<kind::Audit>> {
        self.audit_by(self.context().account, new).await
    }

    /// 写下审计记录，做事的是 `account`：登录的人在登录之前还不是谁。
    pub async fn audit_by(
        &self,
        account: Option<Id<kind::Account>>,
        new: NewAudit,
    ) -> Result<Id<kind::Audit>> {
        let record = AuditRecord {
            position: 0,
            id: self.new_id(),
            at: self.now(),
            account,
            action: new.action,
            resource_kind: new.resource_kind,
            resource_id: new.resource_id,
            org_path: new.org_path,
            is_allowed: new.is_allowed,
            detail: new.detail,
            trace_id: self.context().trace_id.clone(),
        };
        let content = content(&record)?;
        let salt = Salt::new(self.context().random());
        let digest = self.identity().suite.commit(&salt, &content);
        let digest = digest.map_err(StoreError::internal)?;
        let detail = serde_json::to_string(&record.detail).map_err(StoreError::internal)?;
        self.execute_later(
            "INSERT INTO audit (id, at, account_id, action, resource_kind, resource_id, org_path, allowed, detail, \
             trace_id, salt) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            values![
                record.id,
                record.at,
                record.account,
                &record.action,
                &record.resource_kind,
                record.resource_id.as_deref(),
                &record.org_path,
                record.is_allowed,
                detail,
                &record.trace_id,
                salt.as_bytes(),
            ],
        )
        .await?;
        self.push_audit_entry(record.id, &entry(&record, self, digest)?)
            .await?;
        Ok(record.id)
    }
}

impl Read {
    /// 审计记录，新的在前，至多 `limit` 条。
    pub async fn list_audit(&self, filter: &AuditFilter, limit: u32) -> Result<Vec<AuditRecord>> {
        let mut sql = format!("{COLUMNS} WHERE position < $1");
        let mut values = values![filter.before.unwrap_or(i64::MAX)];
        let mut and = |condition: &str, value: crate::value::Value| {
            values.push(value);
            sql.push_str(" AND ");
            sql.push_str(&condition.replace('?', &format!("${}", values.len())));
        };
        if let Some(prefix) = &filter.org_prefix {
            // Paths are compared byte by byte; what begins with the prefix lies between it and its successor.
            and("org_path >= ?", prefix.value());
            and("org_path < ?", successor(prefix).value());
        }
        if let Some(account) = filter.account {
            and("account_id = ?", account.value());
        }
        if let Some((kind, id)) = &filter.resource {
            and("resource_kind = ?", kind.value());
            and("resource_id = ?", id.value());
        }
        if let Some(from) = filter.from {
            and("at >= ?", from.value());
        }
        if let Some(until) = filter.until {
            and("at < ?", until.value());
        }
        sql.push_str(&format!(
            " ORDER BY position DESC LIMIT {}",
            limit.min(PAGE_MAX)
        ));
        let rows = self.rows::<AuditRow>(&sql, values).await?;
        rows.into_iter().map(AuditRow::into_record).collect()
    }
}

/// The smallest text greater than every text that begins with `prefix`.
pub(crate) fn successor(prefix: &str) -> String {
    // U+10FFFF sorts after every character in UTF-8 byte order.
    format!("{prefix}\u{10FFFF}")
}
