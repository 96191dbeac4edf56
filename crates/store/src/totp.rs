//! 动态口令的密钥与用过的最后一个时段。

use mingjing_kernel::moment::Moment;
use mingjing_policy::totp::{TotpSecret, TotpStep};
use sea_orm::FromQueryResult;

use crate::account::AccountKey;
use crate::error::{Result, StoreError};
use crate::sql::{column, values};
use crate::tx::{Read, Tx};

/// 一个账号的动态口令。
#[derive(Debug, Clone)]
pub struct TotpRecord {
    /// 密钥。
    pub secret: TotpSecret,
    /// 何时由本人验证过；没有的还不算数。
    pub confirmed_at: Option<Moment>,
    /// 用过的最后一个时段，此前的都不再算数。
    pub last_step: TotpStep,
}

#[derive(FromQueryResult)]
struct Row {
    secret: Vec<u8>,
    confirmed_at: Option<i64>,
    last_step: i64,
}

impl Read {
    /// 动态口令；没有设的为 `None`。
    pub async fn find_totp(&self, account: AccountKey) -> Result<Option<TotpRecord>> {
        let row = self.row::<Row>(
            "SELECT secret, confirmed_at, last_step FROM totp WHERE account_id = $1",
            values![account],
        );
        let Some(row) = row.await? else {
            return Ok(None);
        };
        let secret = TotpSecret::new(row.secret);
        Ok(Some(TotpRecord {
            secret: secret.map_err(|error| StoreError::corrupt(error.to_string()))?,
            confirmed_at: row.confirmed_at.map(column::moment).transpose()?,
            last_step: TotpStep::from_number(row.last_step),
        }))
    }
}

impl Tx {
    /// 写下新的密钥，未验证；旧的作废。
    pub async fn put_totp(&self, account: AccountKey, secret: &[u8; 20]) -> Result<()> {
        self.execute(
            "INSERT INTO totp (account_id, secret, last_step) VALUES ($1, $2, 0) \
             ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, confirmed_at = NULL, last_step = 0",
            values![account, secret],
        )
        .await?;
        Ok(())
    }

    /// 用掉一个时段：已经用到这里或更后的为假，两个请求同用一个口令时只有一个成。
    pub async fn use_totp_step(&self, account: AccountKey, step: TotpStep) -> Result<bool> {
        let changed = self.execute(
            "UPDATE totp SET last_step = $1, confirmed_at = coalesce(confirmed_at, $2) \
             WHERE account_id = $3 AND last_step < $1",
            values![step.number(), self.now(), account],
        );
        Ok(changed.await? == 1)
    }

    /// 去掉；没有的为假。
    pub async fn delete_totp(&self, account: AccountKey) -> Result<bool> {
        let changed = self.execute("DELETE FROM totp WHERE account_id = $1", values![account]);
        Ok(changed.await? == 1)
    }
}
