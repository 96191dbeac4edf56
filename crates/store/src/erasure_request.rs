//! 清除申请：要抹去哪一案的哪几条、依据什么、谁申请、谁批准。

use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::moment::Moment;
use mingjing_policy::scope::Scope;
use serde::{Deserialize, Serialize};

use crate::area::{Columns, and_in_scope};
use crate::error::{Result, StoreError};
use crate::query::Query;
use crate::row::row;
use crate::sql::{column, values};
use crate::timeline::PAGE_MAX;
use crate::tx::{Read, Tx};

/// 要写下的清除申请。`reason` MUST NOT 有个人信息。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewErasureRequest {
    /// 哪一条时间线。
    pub timeline: TimelineId,
    /// 哪几件事，连同它们的更正。
    pub targets: Vec<Id<kind::Event>>,
    /// 范围（法典 `erasure_extent` 的代码）。
    pub extent: String,
    /// 依据的代号，如 `personal_information_protection_law/47`。
    pub basis: String,
    /// 原因。
    pub reason: String,
    /// 案件所属的组织路径。
    pub org_path: String,
}

/// 清除申请。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureRequest {
    /// 标识。
    pub id: Id<kind::Erasure>,
    /// 内容。
    pub of: NewErasureRequest,
    /// 谁申请。
    pub requested_by: Option<Id<kind::Account>>,
    /// 何时申请。
    pub requested_at: Moment,
    /// 谁批准；还没有批准的为 `None`。
    pub approved_by: Option<Id<kind::Account>>,
    /// 何时批准；批准与清除同一事务。
    pub approved_at: Option<Moment>,
    /// 抹去了几条记录。
    pub erased_count: u64,
}

row! {
    struct RequestRow {
        id: String,
        timeline_id: String,
        targets: String,
        extent: String,
        basis: String,
        reason: String,
        org_path: String,
        requested_by: Option<String>,
        requested_at: i64,
        approved_by: Option<String>,
        approved_at: Option<i64>,
        erased_count: i64,
    }
}

const SELECT: &str = "SELECT id, timeline_id, targets, extent, basis, reason, org_path, requested_by, requested_at, \
     approved_by, approved_at, erased_count FROM erasure_request";

const COLUMNS: Columns = Columns {
    path: "org_path",
    line: None,
    owner: None,
};

impl RequestRow {
    fn into_request(self) -> Result<ErasureRequest> {
        let targets = serde_json::from_str(&self.targets)
            .map_err(|_| StoreError::corrupt(format!("清除申请 {} 读不出", self.id)))?;
        Ok(ErasureRequest {
            id: column::id(&self.id)?,
            of: NewErasureRequest {
                timeline: column::timeline_id(&self.timeline_id)?,
                targets,
                extent: self.extent,
                basis: self.basis,
                reason: self.reason,
                org_path: self.org_path,
            },
            requested_by: self.requested_by.as_deref().map(column::id).transpose()?,
            requested_at: column::moment(self.requested_at)?,
            approved_by: self.approved_by.as_deref().map(column::id).transpose()?,
            approved_at: self.approved_at.map(column::moment).transpose()?,
            erased_count: column::count(self.erased_count)?,
        })
    }
}

impl Read {
    /// 一份申请；没有为 `None`。
    pub async fn find_erasure_request(
        &self,
        id: Id<kind::Erasure>,
    ) -> Result<Option<ErasureRequest>> {
        let sql = format!("{SELECT} WHERE id = $1");
        let row = self.row::<RequestRow>(&sql, values![id]).await?;
        row.map(RequestRow::into_request).transpose()
    }

    /// 范围之内的申请，新的在前，`before` 之前的至多 `limit` 份。
    pub async fn list_erasure_requests(
        &self,
        scope: &Scope,
        before: Option<Id<kind::Erasure>>,
        limit: u32,
    ) -> Result<Vec<ErasureRequest>> {
        let mut query = Query::new(format!("{SELECT} WHERE 1 = 1"));
        and_in_scope(&mut query, scope, COLUMNS);
        query.and_some("id < ?", before);
        let limit = limit.min(PAGE_MAX);
        query.push(&format!(" ORDER BY id DESC LIMIT {limit}"), Vec::new());
        let (sql, values) = query.into_parts();
        let rows = self.rows::<RequestRow>(&sql, values).await?;
        rows.into_iter().map(RequestRow::into_request).collect()
    }
}

impl Tx {
    /// 写下申请。
    pub async fn create_erasure_request(
        &self,
        new: &NewErasureRequest,
    ) -> Result<Id<kind::Erasure>> {
        let id = self.new_id::<kind::Erasure>();
        let targets = serde_json::to_string(&new.targets).map_err(StoreError::internal)?;
        self.execute(
            "INSERT INTO erasure_request (id, timeline_id, targets, extent, basis, reason, org_path, requested_by, \
             requested_at, erased_count) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)",
            values![
                id,
                new.timeline,
                targets,
                &new.extent,
                &new.basis,
                &new.reason,
                &new.org_path,
                self.context().account,
                self.now(),
            ],
        )
        .await?;
        Ok(id)
    }

    /// 批准：只有一次；已经批准的为假，什么也没有变。
    pub async fn approve_erasure_request(
        &self,
        id: Id<kind::Erasure>,
        erased_count: u64,
    ) -> Result<bool> {
        let changed = self.execute(
            "UPDATE erasure_request SET approved_by = $1, approved_at = $2, erased_count = $3 \
             WHERE id = $4 AND approved_at IS NULL",
            values![self.context().account, self.now(), erased_count, id],
        );
        Ok(changed.await? == 1)
    }

    /// 忘掉提到这一案的幂等答复：里面可能有刚抹去的内容。
    pub async fn forget_replies_about(&self, timeline: TimelineId) -> Result<u64> {
        let sql = self.engine().delete_replies_about();
        self.execute(sql, values![timeline.to_string().into_bytes()])
            .await
    }
}
