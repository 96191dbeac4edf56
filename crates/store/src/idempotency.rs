//! 幂等键：同一个账号、同一个键的请求只做一次，再来得到原来的答复。

use mingjing_kernel::id::{Id, kind};
use mingjing_kernel::moment::Moment;

use crate::error::{Result, StoreError};
use crate::row::row;
use crate::sql::values;
use crate::tx::{Read, Tx};

/// 记下的答复。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// 请求的摘要：同一个键配不同的请求，是调用者的错。
    pub request_digest: [u8; 32],
    /// 状态码。
    pub status: u16,
    /// 正文。
    pub body: Vec<u8>,
}

row! {
    struct ReplyRow {
        request_digest: Vec<u8>,
        status: i64,
        body: Vec<u8>,
    }
}

impl Read {
    /// 这个键已经答复过的内容；没有为 `None`。
    pub async fn find_reply(&self, account: Id<kind::Account>, key: &str) -> Result<Option<Reply>> {
        let row = self.row::<ReplyRow>(
            "SELECT request_digest, status, body FROM idempotency WHERE account_id = $1 AND key = $2",
            values![account, key],
        );
        let Some(row) = row.await? else {
            return Ok(None);
        };
        let corrupt = || StoreError::corrupt(format!("幂等键“{key}”的记录读不出"));
        Ok(Some(Reply {
            request_digest: row.request_digest.try_into().map_err(|_| corrupt())?,
            status: row.status.try_into().map_err(|_| corrupt())?,
            body: row.body,
        }))
    }
}

impl Tx {
    /// 记下答复，与所做的事同一事务；两个同键的请求同时做的，后一个重来，得到前一个的答复。
    pub async fn keep_reply(
        &self,
        account: Id<kind::Account>,
        key: &str,
        reply: &Reply,
    ) -> Result<()> {
        self.execute_later(
            "INSERT INTO idempotency (account_id, key, request_digest, status, body, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
            values![
                account,
                key,
                &reply.request_digest,
                u32::from(reply.status),
                &reply.body,
                self.now()
            ],
        )
        .await
    }

    /// 删去早先的幂等键；返回删了多少。
    pub async fn purge_replies(&self, before: Moment) -> Result<u64> {
        let sql = "DELETE FROM idempotency WHERE created_at < $1";
        self.execute(sql, values![before]).await
    }
}
