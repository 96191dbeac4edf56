//! 投诉举报人的身份：封存的字节，存储不知道里面是什么；查看的申请，一人申请另一人批准。

use mingjing_kernel::id::{Id, TimelineId, kind};
use mingjing_kernel::moment::Moment;
use serde::{Deserialize, Serialize};

use crate::account::AccountKey;
use crate::error::Result;
use crate::row::row;
use crate::sql::{column, values};
use crate::tx::{Read, Tx};

/// 查看身份的一份申请。
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InformantRequest {
    /// 标识。
    pub id: Id<kind::InformantRequest>,
    /// 哪一件。
    pub timeline: TimelineId,
    /// 谁申请。
    pub asked_by: AccountKey,
    /// 为什么要看。
    pub reason: String,
    /// 何时申请。
    pub asked_at: Moment,
    /// 谁批准。
    pub approved_by: Option<AccountKey>,
    /// 看到何时为止。
    pub expires_at: Option<Moment>,
    /// 何时看了：只看一次。
    pub opened_at: Option<Moment>,
}

row! {
    struct RequestRow {
        id: String,
        timeline_id: String,
        asked_by: String,
        reason: String,
        asked_at: i64,
        approved_by: Option<String>,
        expires_at: Option<i64>,
        opened_at: Option<i64>,
    }
}

const SELECT: &str = "SELECT id, timeline_id, asked_by, reason, asked_at, approved_by, expires_at, opened_at \
     FROM informant_request";

impl RequestRow {
    fn into_request(self) -> Result<InformantRequest> {
        Ok(InformantRequest {
            id: column::id(&self.id)?,
            timeline: column::timeline_id(&self.timeline_id)?,
            asked_by: column::id(&self.asked_by)?,
            reason: self.reason,
            asked_at: column::moment(self.asked_at)?,
            approved_by: self.approved_by.as_deref().map(column::id).transpose()?,
            expires_at: self.expires_at.map(column::moment).transpose()?,
            opened_at: self.opened_at.map(column::moment).transpose()?,
        })
    }
}

impl Read {
    /// 封存着的身份；匿名的、已经依法清除的没有。
    pub async fn find_informant(&self, complaint: TimelineId) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT sealed FROM informant WHERE timeline_id = $1";
        self.scalar::<Vec<u8>>(sql, values![complaint]).await
    }

    /// 这一件的申请，先申请的在前。
    pub async fn list_informant_requests(
        &self,
        complaint: TimelineId,
    ) -> Result<Vec<InformantRequest>> {
        let sql = format!("{SELECT} WHERE timeline_id = $1 ORDER BY asked_at, id");
        let rows = self.rows::<RequestRow>(&sql, values![complaint]).await?;
        rows.into_iter().map(RequestRow::into_request).collect()
    }

    /// 一份申请；没有为 `None`。
    pub async fn find_informant_request(
        &self,
        id: Id<kind::InformantRequest>,
    ) -> Result<Option<InformantRequest>> {
        let sql = format!("{SELECT} WHERE id = $1");
        let row = self.row::<RequestRow>(&sql, values![id]).await?;
        row.map(RequestRow::into_request).transpose()
    }
}

impl Tx {
    /// 写下封存的身份。
    pub async fn put_informant(&self, complaint: TimelineId, sealed: &[u8]) -> Result<()> {
        self.execute(
            "INSERT INTO informant (timeline_id, sealed, kept_at) VALUES ($1, $2, $3)",
            values![complaint, sealed, self.now()],
        )
        .await?;
        Ok(())
    }

    /// 依法清除身份；本来没有的为假。
    pub async fn erase_informant(&self, complaint: TimelineId) -> Result<bool> {
        let sql = "DELETE FROM informant WHERE timeline_id = $1";
        Ok(self.execute(sql, values![complaint]).await? == 1)
    }

    /// 写下申请。
    pub async fn create_informant_request(
        &self,
        complaint: TimelineId,
        (asked_by, reason): (AccountKey, &str),
    ) -> Result<Id<kind::InformantRequest>> {
        let id = self.new_id::<kind::InformantRequest>();
        self.execute(
            "INSERT INTO informant_request (id, timeline_id, asked_by, reason, asked_at) VALUES ($1, $2, $3, $4, $5)",
            values![id, complaint, asked_by, reason, self.now()],
        )
        .await?;
        Ok(id)
    }

    /// 批准：只有一次；已经批准的为假。
    pub async fn approve_informant_request(
        &self,
        id: Id<kind::InformantRequest>,
        (by, until): (AccountKey, Moment),
    ) -> Result<bool> {
        let changed = self.execute(
            "UPDATE informant_request SET approved_by = $1, approved_at = $2, expires_at = $3 \
             WHERE id = $4 AND approved_at IS NULL",
            values![by, self.now(), until, id],
        );
        Ok(changed.await? == 1)
    }

    /// 看了：只有一次；没有批准、过了期、看过了的为假。
    pub async fn open_informant(&self, id: Id<kind::InformantRequest>) -> Result<bool> {
        let changed = self.execute(
            "UPDATE informant_request SET opened_at = $1 \
             WHERE id = $2 AND approved_at IS NOT NULL AND opened_at IS NULL AND expires_at > $3",
            values![self.now(), id, self.now()],
        );
        Ok(changed.await? == 1)
    }
}
